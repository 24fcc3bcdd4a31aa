"""What a simulated conversation is like, and the named worlds that measures have to survive (method 26)."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class World:
    """Sizes and rates of a simulated conversation; rates are posts by others that one post brings about."""

    people: int = 150
    days: float = 365.0
    #: Posts that nothing brought about, and matters they are about.
    spontaneous: int = 2_200
    matters: int = 25
    #: Leaders, and the range of their rates; middling people; everybody else.
    leaders: int = 10
    leading: tuple[float, float] = (0.5, 1.4)
    middling: int = 30
    middle: tuple[float, float] = (0.1, 0.3)
    rest: float = 0.02
    #: Shape of post quality: small, and single posts are hits without their author being a leader.
    quality: float = 1.0
    #: Median and spread (sigma of the log) of the days until a follower answers.
    lag: float = 0.8
    lag_spread: float = 1.2
    #: Part of a follower's words that are its parent's: how well text tells parent from stranger.
    carried: float = 0.35
    words: int = 30
    #: Part of followers that link to what they follow; of unrelated posts that link to anything.
    linked: float = 0.3
    stray: float = 0.01
    #: Part of all posts that is seen.
    seen: float = 1.0
    #: News that many react to, reactions to each, and part of the news whose source everybody links to.
    news: int = 0
    reactions: int = 25
    announced: float = 0.0
    #: Waves of interest a year that go through groups of friends; nobody follows anybody in them.
    waves: int = 0
    #: People who repeat what a leader said, forty times each, and the days after which they begin to; accounts that copy every
    #: tenth post.
    repeaters: int = 0
    again_after: float = 15.0
    bots: int = 0
    #: Leaders who join after four fifths of the window.
    late: int = 0

    def larger(self, times: float) -> World:
        """As many times the people, posts, matters, leaders, stories and waves, at the same rates in the same days."""
        counted = (
            "people",
            "spontaneous",
            "matters",
            "leaders",
            "middling",
            "news",
            "waves",
            "repeaters",
            "bots",
            "late",
        )
        return replace(self, **{name: round(times * getattr(self, name)) for name in counted})


BASE = World()
NOBODY = replace(BASE, leaders=0, middling=0, rest=0.0)

#: Name -> world. Those in NULL hold no leader: whoever "has it" there is a false alarm.
WORLDS = {
    "leaders": BASE,
    "easy text": replace(BASE, carried=0.6),
    "hard text": replace(BASE, carried=0.2),
    "no links": replace(BASE, linked=0.0, stray=0.0),
    "half seen": replace(BASE, seen=0.5),
    "three years": replace(BASE, days=1_095.0, spontaneous=6_600),
    "leaders and news": replace(BASE, news=40, announced=0.5),
    "late joiners": replace(BASE, leaders=12, late=6),
    "repeaters": replace(BASE, repeaters=6),
    "old ideas": replace(BASE, days=1_095.0, spontaneous=6_600, repeaters=12, again_after=240.0),
    "bots": replace(BASE, bots=2),
    "news only": replace(NOBODY, news=60),
    "half-announced news": replace(NOBODY, news=60, announced=0.5),
    "waves among friends": replace(NOBODY, waves=4),
    "one-hit wonders": replace(BASE, leaders=0, middling=150, middle=(0.1, 0.1), quality=0.1),
}
NULL = ("news only", "half-announced news", "waves among friends", "one-hit wonders")
