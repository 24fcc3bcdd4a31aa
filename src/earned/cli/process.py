"""What a command does with its own process, and a library must not do with somebody else's."""

from __future__ import annotations

import atexit
import gc
import logging


def begin() -> None:
    """Keep libraries from talking in between, and leave at the end without tidying up."""
    retries = logging.getLogger("stamina")  # what fails is said once, in words, when it stays so
    retries.addHandler(logging.NullHandler())
    retries.propagate = False
    # Python searches all that is left for cycles before it goes: half a second after a large conversation.
    atexit.register(gc.freeze)
