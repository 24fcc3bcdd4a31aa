"""What the data cannot tell, in sentences: printed with every answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np

from earned.attribution.attribution import FEWEST, Attribution
from earned.attribution.calibration import APART
from earned.attribution.conversation import Placed
from earned.model import Estimate, Leader


def what_the_data_cannot_tell(
    attribution: Attribution, placed: Placed, rows: Sequence[Leader], followed: Estimate, languages: Mapping[str, int]
) -> tuple[str, ...]:
    """Sentences about this conversation, the most important first."""
    said = [
        _seen(placed),
        _links(attribution, placed),
        _news(attribution, followed),
        _habits(attribution),
        _alike(attribution, rows),
        _organizations(placed),
        _authors(attribution, placed),
        _few(rows),
        _times(placed),
        _copied(placed),
        _languages(languages),
        "How wide intervals have to be was learned from simulated conversations, not from this one: `earned check` says how far "
        "they can be trusted here.",
        "Following is not agreeing: similar words mean the same matter, not the same opinion.",
    ]
    return tuple(sentence for sentence in said if sentence)


def _seen(placed: Placed) -> str:
    names = ", ".join(sorted(placed.channels)[:6]) + (" and others" if len(placed.channels) > 6 else "")
    return f"We saw {names or 'nothing'}. What was said elsewhere, and who only read, cannot be seen here."


def _news(attribution: Attribution, followed: Estimate) -> str:
    """How much news explains."""
    events = len(attribution.frame.event_t)
    if not events:
        return "No common news was seen. News that nobody cites and few react to looks like following all the same."
    without = float(attribution.without_events.sum())
    return (
        f"{events} pieces of news, cited or seen as bursts, compete with people here: {followed.value:.0f} followers are counted "
        f"({followed.level * 100:.0f} %: {followed.low:.0f} to {followed.high:.0f}), about {without:.0f} would be without the "
        "news. What remains can still hold shared news."
    )


def _habits(attribution: Attribution) -> str:
    """What is left when the followers' own habits and older posts compete."""
    total, strict = float(attribution.fitted.sums.others.sum()), float(attribution.strict.sum())
    older = float(attribution.fitted.sums.older.sum())
    said = [
        f"If whoever already wrote alike counts as not moved, about {strict:.0f} of {total:.0f} followers are left."
        if strict < 0.9 * total and total >= 1
        else "",
        f"About {older:.0f} posts take up what was said long before: they count for nobody." if older >= 1 else "",
    ]
    return " ".join(filter(None, said))


def _alike(attribution: Attribution, rows: Sequence[Leader]) -> str:
    """How little people differ, where they do not differ much."""
    judged, apart = sum(row.posts >= FEWEST for row in rows), attribution.traits.apart
    return (
        f"The {judged} people with {FEWEST} posts or more are followed much alike: as far as can be seen their rates differ by "
        f"{sqrt(max(apart, 0.0)):.0%} of the mean, where clear leaders make it 90 % and more. Who stands out may owe it to one "
        "lucky post, or to news that everybody reacts to."
        if apart < APART[0]
        else ""
    )


def _links(attribution: Attribution, placed: Placed) -> str:
    n, linked = len(placed.posts), int(attribution.frame.has_link.sum())
    if not linked:
        return "No post links to another one: everything rests on shared words and time, nothing on explicit credit."
    if linked < 0.05 * n:
        return f"Only {linked} of {n} posts link to another one: most of what is said here rests on words and time."
    return ""


def _organizations(placed: Placed) -> str:
    named = [name for name in placed.organizations if name]
    if not named:
        return "No organization is known for anybody: colleagues who follow one another count like strangers."
    if len(named) == 1 and "" not in placed.organizations:
        return (
            f"Every post speaks for {named[0]}: follow-ups by colleagues are shown inside the organization, and nothing "
            "here tells who is followed outside."
        )
    return ""


def _authors(attribution: Attribution, placed: Placed) -> str:
    unknown = int((attribution.frame.person >= placed.known).sum())
    return f"{unknown} posts have no known author; each counts as somebody else." if unknown else ""


def _few(rows: Sequence[Leader]) -> str:
    few = sum(row.posts < FEWEST for row in rows)
    return f"{few} of {len(rows)} people wrote fewer than {FEWEST} posts: too few for a number." if few else ""


def _times(placed: Placed) -> str:
    if placed.unplaced:
        return f"{placed.unplaced} posts have no date and take no part."
    days = np.mean([post.time_precision == "day" for post in placed.posts]) if placed.posts else 0.0
    return "Most dates are whole days: who came first on the same day is open." if days > 0.5 else ""


def _copied(placed: Placed) -> str:
    copied = sum(post.copied for post in placed.posts)
    return (
        f"{copied} of {len(placed.posts)} posts were copied by a person: receipts mark them, and no service vouches for them."
        if copied
        else ""
    )


def _languages(languages: Mapping[str, int]) -> str:
    known = {name: count for name, count in languages.items() if name != "?"}
    whole = sum(known.values())
    main = max(known, key=lambda name: known[name], default="")
    other = 1 - known[main] / whole if whole else 0.0
    return (
        f"About {other:.0%} of the posts are not in the main language ({main}): across languages only links are followed."
        if other > 0.05
        else ""
    )
