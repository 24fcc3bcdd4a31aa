"""What people hold: which of their posts take a position, and how much of their words sells.

Of each person some posts are read, spread evenly. Whether a post can hold a position is seen by compiled code in the words of
all of them at once; only then is it read as people read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from earned.attribution.attribution import FEWEST, Attribution
from earned.attribution.conversation import Placed
from earned.measures.mix import evenly, own_text, said
from earned.text.pov import may_be_cued, named, pitch_fraction, takes_position
from earned.text.similarity import runs_of

#: Posts of a person that are read, spread evenly over all of theirs.
READ = 60


@dataclass(frozen=True, slots=True)
class Held:
    """What a verdict asks of a person's posts."""

    #: Rows of those that take a position.
    rows: list[int]
    #: Part of the words that stand in sentences naming the own firm or product, in [0, 1].
    pitch: float


class Holding:
    """Reads some posts of everybody with enough of them; of anybody else nothing is read."""

    def __init__(self, attribution: Attribution, placed: Placed) -> None:
        wrote = np.diff(attribution.begins)[: placed.known]
        some = [evenly(attribution.posts_of(p), READ) if wrote[p] >= FEWEST else _NONE for p in range(placed.known)]
        self._posts, self._rows = placed.posts, np.concatenate([_NONE, *some])
        self._begins = np.concatenate([[0], np.cumsum([len(rows) for rows in some])])
        self._cued = np.zeros(len(self._rows), np.bool_)
        for a, b in runs_of(len(self._rows)):
            self._cued[a:b] = may_be_cued([said(self._posts[row]) for row in self._rows[a:b].tolist()])

    def of(self, person: int, names: re.Pattern[str] | None) -> Held:
        """What one person holds; `names` are those of the own firm (`own_names`)."""
        mine = slice(self._begins[person], self._begins[person + 1])
        rows, cued = self._rows[mine], self._cued[mine]
        holding = [row for row in rows[cued].tolist() if takes_position(own_text(self._posts[row]), names)]
        posts = [self._posts[row] for row in rows.tolist()] if names else []
        if not names or not named("\n".join(map(said, posts)), names):  # most sell nothing, which is seen at once
            return Held(holding, 0.0)
        return Held(holding, pitch_fraction(map(own_text, posts), names))


_NONE = np.zeros(0, np.int32)
