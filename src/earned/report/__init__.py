"""An output a file: a `Story` in, text or bytes out. Nothing here knows a file, a clock or a network."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from earned.model import Story

#: name -> dotted path of a function from a Story to text, imported on first use.
OUTPUTS = {
    "html": "earned.report.html:render",
    "md": "earned.report.markdown:render_markdown",
    "pptx": "earned.report.slides:render_slides",
    "csv": "earned.report.text:render_csv",
    "json": "earned.report.text:render_json",
}


def output(name: str) -> Callable[[Story], str | bytes]:
    """The output called `name`.

    Raises:
        KeyError: no such output.
    """
    module, _, attribute = OUTPUTS[name].partition(":")
    made: Callable[[Story], str | bytes] = getattr(import_module(module), attribute)
    return made


def as_bytes(made: str | bytes) -> bytes:
    """What goes into a file."""
    return made.encode() if isinstance(made, str) else made
