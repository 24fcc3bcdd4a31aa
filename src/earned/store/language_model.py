"""The packaged language model of py3langid, unpacked once and then only mapped (docs/decisions/0019)."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

#: Attributes of an identifier that make it up, in the order in which it is made from them.
PARTS = ("nb_ptc", "nb_pc", "nb_classes", "tk_nextmove", "tk_output", "tk_row")


def load_identifier(folder: Path | None = None) -> LanguageIdentifier:
    """The identifier of languages; unpacking its 68 MB takes six tenths of a second, mapping them three hundredths.

    Args:
        folder: Where they are kept unpacked; None: where Python keeps what it compiles. A folder that cannot be
            written to, or that Python was told to leave alone, costs the time and nothing else.
    """
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    kept = (folder or Path(cache_from_source(__file__)).parent) / f"py3langid-{version('py3langid')}"
    with suppress(OSError, ValueError):  # not there, or cut short
        ptc, pc, classes, *moves = (np.asarray(np.load(kept / f"{part}.npy", mmap_mode="r")) for part in PARTS)
        nextmove, output, row = (one.data for one in moves)  # read like lists, at their speed
        return LanguageIdentifier(ptc, pc, classes.tolist(), nextmove, output, tk_row=row)
    made = LanguageIdentifier.from_model_file(MODEL_FILE)
    if folder or not sys.dont_write_bytecode:
        _keep({part: np.asarray(getattr(made, part)) for part in PARTS}, kept)
    return made


def _keep(arrays: dict[str, NDArray[np.generic]], kept: Path) -> None:
    """Write all of them or nothing; who may not write leaves it."""
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        begun = kept.with_name(f"{kept.name}-{os.getpid()}")
        begun.mkdir()
        try:
            for name, array in arrays.items():
                np.save(begun / f"{name}.npy", array)
            shutil.rmtree(kept, ignore_errors=True)
            begun.rename(kept)
        finally:
            shutil.rmtree(begun, ignore_errors=True)
