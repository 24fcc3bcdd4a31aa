"""Read, shared, debated, adopted: four lines in distinct people, and the steps between them beside peers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from earned.attribution.attribution import FEWEST
from earned.measures.exchange import Acts, Exchange, people_of
from earned.model import Estimate
from earned.model.pages import Conversion, FourLines, Line, Step

STEPS: tuple[Step, ...] = ("read", "shared", "debated", "adopted")
#: A conversion is told from so many people on, and peers are so many people at least.
PEOPLE, PEERS = 5, 5
#: A step is broken when the own part is below the peers' lower quartile with this probability.
BROKEN = 0.9
NOTES: Mapping[Step, str] = {
    "read": "Views and visits that channels publish: visits, not people; never part of another number.",
    "shared": "Links and reposts with fewer than fifteen own words.",
    "debated": "Replies, quotations and links with at least fifteen own words.",
    "adopted": "A post that is rather explained by this person's posts than not; it takes up the same matter.",
}


@dataclass(frozen=True)
class Lines:
    """The four lines of everybody; peers are looked up once."""

    exchange: Exchange
    #: Post id -> the largest published number of views or visitors.
    reads: Mapping[str, float]
    level: float = 0.90

    def of(self, person: int) -> FourLines:
        """One person's lines.

        Args:
            person: Code of the person.

        Returns:
            Four lines in the order of STEPS and the conversions between neighbours; people of other organizations,
            colleagues apart. A conversion is the part of the people of both steps who made the later one.

        Raises:
            Nothing: what cannot be told is None.

        Source:
            Method 18 and 24; quartiles of people with at least eight posts, Beta(1, 1) posterior.
        """
        acts = self._acts(person)
        lines = (self._read(person), *(self._line(step, acts[step], person) for step in STEPS[1:]))
        pairs = list(pairwise(STEPS[1:]))
        return FourLines(lines, tuple(self._conversion(person, before, after) for before, after in pairs))

    def _acts(self, person: int) -> dict[Step, Acts]:
        found = self.exchange
        return {
            "shared": found.shared.of(person),
            "debated": found.debated.of(person),
            "adopted": found.adopted.of(person),
        }

    def _read(self, person: int) -> Line:
        a, posts = self.exchange.attribution, self.exchange.placed.posts
        counts = [self.reads[posts[row].id] for row in a.posts_of(person).tolist() if posts[row].id in self.reads]
        note = NOTES["read"] if counts else "No channel here tells how often these posts were read."
        return Line("read", None, 0, float(sum(counts)) if counts else None, (), note)

    def _line(self, step: Step, acts: Acts, person: int) -> Line:
        frame = self.exchange.attribution.frame
        rows = self.exchange.attribution.posts_of(person)
        outside = acts.only(~acts.colleague)
        began = int(frame.week[rows[0]]) if len(rows) else frame.weeks
        weeks = np.bincount(frame.week[outside.child], minlength=frame.weeks)[began:].tolist()
        people, colleagues = people_of(acts), people_of(acts, colleagues=True)
        return Line(
            step, len(people), len(colleagues), float(len(outside.child)), tuple(map(float, weeks)), NOTES[step]
        )

    def _parts(self, person: int, before: Step, after: Step) -> tuple[int, int]:
        """People of the later step, and of both."""
        acts = self._acts(person)
        later = people_of(acts[after])
        return len(later), len(later | people_of(acts[before]))

    @cached_property
    def _peers(self) -> Mapping[tuple[Step, Step], np.ndarray]:
        """(before, after) -> parts of everybody with enough posts and people."""
        a, found = self.exchange.attribution, {}
        many = [p for p in range(len(self.exchange.people)) if len(a.posts_of(p)) >= FEWEST]
        for pair in pairwise(STEPS[1:]):
            parts = [self._parts(p, *pair) for p in many]
            found[pair] = np.array([k / n for k, n in parts if n >= PEOPLE])
        return found

    def _conversion(self, person: int, before: Step, after: Step) -> Conversion:
        from scipy.special import betainc  # takes half a second to load

        k, n = self._parts(person, before, after)
        peers = self._peers[before, after]
        enough = len(peers) >= PEERS
        own = self._share(k, n) if n >= PEOPLE else None
        below = float(betainc(k + 1, n - k + 1, np.quantile(peers, 0.25))) if enough and own else 0.0
        return Conversion(before, after, own, float(np.median(peers)) if enough else None, below > BROKEN)

    def _share(self, k: int, n: int) -> Estimate:
        from scipy.special import betaincinv

        low, high = (float(betaincinv(k + 1, n - k + 1, tail)) for tail in ((1 - self.level) / 2, (1 + self.level) / 2))
        return Estimate(k / n, min(low, k / n), max(high, k / n), self.level, n, "of people")
