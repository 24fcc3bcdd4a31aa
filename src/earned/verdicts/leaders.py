"""The verdict rule: has it, is trying, wants it, not enough evidence. First line that applies (method 21)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from earned.attribution.attribution import FEWEST
from earned.model import Camp, Estimate

#: A rate that stands out is above twice the median person's, and never below this: about the bias that common causes
#: leave behind even where they are modelled.
FLOOR = 0.10
#: How sure that must be, and how many distinct others must have followed.
SURE, ADOPTERS = 0.95, 3
#: A p below this is rare for one person, though not for the luckiest of many.
USUAL = 0.1
#: A point of view held: so many posts that take a position, in so many different weeks.
POV_POSTS, POV_WEEKS = 8, 8


@dataclass(frozen=True, slots=True)
class Case:
    """What a verdict on one person looks at."""

    posts: int
    #: False: a remailer, a bot, a group, a company account.
    judged: bool
    #: (d,) draws of the person's rate; empty for too few posts.
    rate: NDArray[np.float64]
    realized: Estimate
    #: Followers that are left if the followers' own habits compete (the strict alternative).
    strict: float
    #: Whether the posts received more than others' posts of the same weeks and matters, and the p value of that.
    stands: bool
    p: float
    #: Distinct others whose post is rather explained by this person than not.
    adopters: int
    #: Posts that take a position, weeks that hold one, and the part of words that sell.
    pov_posts: int
    pov_weeks: int
    pitch: float

    @property
    def followed(self) -> bool:
        """Whether enough others took it up, in a number that is hardly nothing, also by the strict alternative.

        Of s strict followers none is real with a probability of at most exp(-s), however s is made up.
        """
        return self.adopters >= ADOPTERS and self.realized.low > 0 and exp(-self.strict) < 1 - SURE


def reference(medians: NDArray[np.float64]) -> float:
    """The rate that stands out: twice the median person's, at least 0.10; (k,) median rates -> posts per post."""
    return max(2.0 * float(np.median(medians)) if len(medians) else 0.0, FLOOR)


def judge(case: Case, stands_out: float) -> tuple[Camp, str]:
    """The camp of one person, and why, in one sentence."""
    if not case.judged:
        return (
            "not enough evidence",
            "A name that several people or a program stand behind, or that only relays, gets no verdict.",
        )
    if case.posts < FEWEST:
        return "not enough evidence", f"Too early to tell: {case.posts} posts, {FEWEST} needed."
    chance = float((case.rate > stands_out).mean())
    if chance > SURE and case.stands and case.followed:
        return "has it", (
            f"Rate above {stands_out:.2f} posts per post with probability {chance:.2f}, more than others' posts of the "
            f"same weeks and matters received (p = {case.p:.1g}); {case.adopters} others took up the same matter."
        )
    missing = _missing(case, chance, stands_out)
    if case.pitch > 0.5:
        return "wants it", f"More than half of the words name the own product or firm. {missing}"
    if case.pov_posts >= POV_POSTS and case.pov_weeks >= POV_WEEKS:
        return "is trying", f"{case.pov_posts} posts take a position, in {case.pov_weeks} weeks. {missing}"
    return "wants it", f"{case.pov_posts} posts take a position ({POV_POSTS} in {POV_WEEKS} weeks needed). {missing}"


def camp_chances(case: Case, stands_out: float) -> tuple[tuple[Camp, float], ...]:
    """Camp -> probability over the draws of the rate; empty where the evidence is too little (method 21).

    What is left when somebody does not have it goes to the one camp that their posts put them in: the reading of
    posts is not drawn.
    """
    if not case.judged or case.posts < FEWEST:
        return ()
    chance = float((case.rate > stands_out).mean()) if case.stands and case.followed else 0.0
    tries = case.pitch <= 0.5 and case.pov_posts >= POV_POSTS and case.pov_weeks >= POV_WEEKS
    rest: Camp = "is trying" if tries else "wants it"
    return ("has it", chance), (rest, 1.0 - chance)


def _missing(case: Case, chance: float, stands_out: float) -> str:
    """The first threshold that is not met."""
    if chance <= SURE:
        return f"Rate above {stands_out:.2f} only with probability {chance:.2f}."
    if not case.stands:
        luck = "as much" if case.p > USUAL else "as much now and then, when so many people are looked at"
        return f"Others' posts of the same weeks and matters received {luck} (p = {case.p:.2g})."
    if case.adopters < ADOPTERS:
        return f"Taken up by {case.adopters} others, {ADOPTERS} needed."
    if case.realized.low <= 0:
        return "The count of followers may be nothing."
    return f"If whoever already wrote alike counts as not moved, the {case.strict:.1f} followers left may be nothing."
