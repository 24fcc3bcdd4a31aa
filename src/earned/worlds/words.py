"""Words of simulated posts: made-up vocabularies, or those of real posts taken apart and mixed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earned.worlds.world import World

_SYLLABLES = [c + v for c in "bdfghjklmnprstvz" for v in "aeiou"]
_WORD = re.compile(r"[^\W\d_]{2,}")


def spelled(number: int) -> str:
    """A pronounceable word for a number: always the same, never two alike."""
    out = ""
    number += 80
    while number:
        number, rest = divmod(number, len(_SYLLABLES))
        out += _SYLLABLES[rest]
    return out


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Where the words of a post come from."""

    names: tuple[str, ...]
    #: Cumulative chances of general words; words of each matter; (real texts) words of each given post.
    general: NDArray[np.float64]
    of_matter: tuple[NDArray[np.int64], ...]
    given: tuple[NDArray[np.int64], ...]
    length: int
    carried: float

    @classmethod
    def of(cls, world: World, texts: Sequence[str] = ()) -> Vocabulary:
        """Two thousand general words by Zipf's law and sixty for each matter; or the words of given texts."""
        if texts:
            return cls._real(world, texts)
        chance = 1.0 / np.arange(3, 2_003)
        names = tuple(spelled(k) for k in range(2_000 + 60 * world.matters))
        matters = tuple(2_000 + 60 * m + np.arange(60) for m in range(world.matters))
        return cls(names, np.cumsum(chance / chance.sum()), matters, (), world.words, world.carried)

    @classmethod
    def _real(cls, world: World, texts: Sequence[str]) -> Vocabulary:
        known: dict[str, int] = {}
        rows = [np.array([known.setdefault(w, len(known)) for w in _WORD.findall(t.lower())[:400]]) for t in texts]
        rows = [row for row in rows if len(row) >= 5]
        # Posts dealt out to matters in the order given: neighbours in time share their matter, as real ones do.
        dealt = np.array_split(np.arange(len(rows)), world.matters)
        matters = tuple(np.asarray(part, np.int64) for part in dealt)
        return cls(tuple(known), np.zeros(0), matters, tuple(rows), world.words, world.carried)

    def post(self, matter: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Words of a post that follows nothing."""
        if self.given:
            return self.given[int(rng.choice(self.of_matter[matter]))]
        n = max(4, int(rng.poisson(self.length)))
        own = rng.random(n) < 0.4
        general = np.searchsorted(self.general, rng.random(n))
        return np.where(own, rng.choice(self.of_matter[matter], n), np.minimum(general, len(self.general) - 1))

    def carry(self, source: NDArray[np.int64], matter: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Words of a post that follows `source`: some of its words, the rest as of anybody on the matter."""
        own = self.post(matter, rng)
        keep = rng.random(len(own)) >= self.carried
        taken = rng.choice(source, max(1, len(own) - int(keep.sum())))
        return np.concatenate([own[keep], taken])

    def text(self, words: NDArray[np.int64]) -> str:
        """The words as a text, ten to a sentence."""
        spoken = [self.names[w] for w in words]
        return ". ".join(" ".join(spoken[k : k + 10]).capitalize() for k in range(0, len(spoken), 10)) + "."
