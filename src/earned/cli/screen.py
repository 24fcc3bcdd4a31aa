"""Pages opened for whoever sits in front of a screen."""

from __future__ import annotations

import os
import sys

import click


def show(page: str) -> None:
    """Open a file or an address in the browser; where there is no screen nothing is tried, and nothing complains."""
    if sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        click.launch(page)
