"""The shipped weights of the point-of-view model."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

#: name -> array, as `sample/pov_model.py` wrote them.
Arrays = dict[str, NDArray[np.float32]]


@cache
def pitch_arrays() -> Arrays:
    """The arrays of pitch.npz."""
    with (files("earned.store") / "pitch.npz").open("rb") as stored, np.load(stored) as arrays:
        return {name: arrays[name] for name in arrays.files}
