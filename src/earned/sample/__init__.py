"""The sample world that ships: a made-up conversation and what was planted in it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def posts_path() -> str:
    """Where the sample conversation lies, in the exchange form."""
    return str(files("earned.sample") / "posts.jsonl")


def truth() -> dict[str, Any]:
    """What was planted: people with their true counts, the parent of every post, the ideas, the leaders."""
    found: dict[str, Any] = json.loads((files("earned.sample") / "truth.json").read_text(encoding="utf-8"))
    return found
