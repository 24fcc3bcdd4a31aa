"""Who leads the ideas of a topic, person by person, with receipts and honest uncertainty.

import earned

found = earned.leaders("conversation.jsonl.gz", seed=1)
for leader in found.people[:3]:
    print(leader.person.name, leader.induced)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

#: Public name -> module that has it; imported when first asked for (PEP 562).
_PUBLIC = {
    "EarnedError": "earned.errors",
    "Estimate": "earned.model",
    "Leadership": "earned.model",
    "Post": "earned.model",
    "Study": "earned.workspace",
    "attribute": "earned.study",
    "leaders": "earned.study",
    "open_study": "earned.workspace",
}

if TYPE_CHECKING:
    from earned.errors import EarnedError
    from earned.model import Estimate, Leadership, Post
    from earned.study import attribute, leaders
    from earned.workspace import Study, open_study

__all__ = ["EarnedError", "Estimate", "Leadership", "Post", "Study", "attribute", "leaders", "open_study"]


def __getattr__(name: str) -> object:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'earned' has no attribute {name!r}")
