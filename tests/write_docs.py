"""Write the generated pages of docs/ again: measures from their docstrings."""

from importlib import import_module
from inspect import getdoc
from pathlib import Path

from earned.measures import MEASURES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "measures.md"
COUNTED = (
    "earned.measures.credit:credited_posts",
    "earned.measures.realized:realized_in_all",
    "earned.measures.credit:credited_in_all",
    "earned.measures.ideas:ideas_of",
    "earned.measures.openings:openings_of",
    "earned.measures.cascade:shape",
    "earned.measures.resonance:resonance",
)


def measures_page() -> str:
    """The page, from the docstrings of everything in MEASURES and of what is counted."""
    parts = ["# Measures", "Written from the code by `./dev docs`; a test compares."]
    for path in (*MEASURES.values(), *COUNTED):
        module, _, name = path.partition(":")
        parts += [f"## `{name}`", "```text\n" + str(getdoc(getattr(import_module(module), name))) + "\n```"]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(measures_page(), encoding="utf-8")
