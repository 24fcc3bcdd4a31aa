"""Common causes: stories that many cite, and bursts in which many say alike at once. They compete with people.

Where everybody reacts to the news, whoever reacts early looks followed. An event is a rival cause with a time, a text
(the centre of its members' texts) and a number of reactions of its own, learned with everything else (method 5.2).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.attribution.conversation import Placed
from earned.attribution.frame import DOCUMENT, EVENT, OTHER, Edges, Frame
from earned.attribution.kernel import LAG_DAYS, lag_code
from earned.attribution.news import REACTING
from earned.text.similarity import QUANTILES, Scale
from earned.text.sparse import Sparse, against, alike, centres, cosines, cosines_between, picked, stacked

#: Distinct people who make an event: of a story they cite, of a burst of alike posts.
CITING, BURSTING = 3, 6
#: Days in which a burst happens; days an event comes before its first reaction.
TOGETHER, BEFORE = 4.0, 0.05
#: Place on the similarity scale from which posts are alike, at least: the 99.5 % quantile of the background.
ALIKE = 5
#: Members of a burst are nearer to its centre than this part of the posts of other times, at least.
NEARER = 0.995
#: Where much is said, both ask for more: so that of the posts of a burst's days no more than this are alike by chance.
BY_CHANCE = 0.3
#: How much more a post resembles those after it than they resemble one another, if they answer it.
HUB = 1.5
#: In conversations of more posts than this not everybody is asked whether they belong to a burst or react to an event, but who
#: makes a candidate pair with a member; and so many posts, evenly spread, stand for those of other times.
SMALL, SAMPLED = 30_000, 10_000


@dataclass(frozen=True, slots=True)
class Events:
    """v common causes."""

    #: (v,) days since the study's first post.
    t: NDArray[np.float64]
    #: (m,) and (m,): event and row of each member that made it known, by event; whether the post cites the story.
    event: NDArray[np.int64]
    member: NDArray[np.int64]
    cites: NDArray[np.bool_]
    #: (v,) their texts: the centre of the members' texts, or their own.
    text: Sparse
    #: (v,) whether somebody named it, with a text of its own.
    named: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.t)


def observed(placed: Placed) -> list[NDArray[np.int64]]:
    """Posts that cite the same thing outside the conversation, at least three people, by story."""
    frame, story = placed.frame, defaultdict(list)
    for row, code in zip(placed.outside_child.tolist(), placed.outside.tolist()):
        story[code].append(row)
    rows = (np.unique(members) for members in story.values() if len(members) >= CITING)
    return [one for one in rows if len(np.unique(frame.person[frame.author_start[one]])) >= CITING]


@nb.njit(cache=True, nogil=True)
def _bursts(start, child, who, taken, least, group):  # type: ignore[no-untyped-def]
    """Earliest posts with `least` - 1 alike posts by distinct others soon after; group[i] becomes the burst of post i."""
    bursts = 0
    for j in range(start.size - 1):
        if taken[j] or start[j + 1] - start[j] < least - 1:
            continue
        people = {who[j]}
        for e in range(start[j], start[j + 1]):
            if not taken[child[e]]:
                people.add(who[child[e]])
        if len(people) < least:
            continue
        taken[j], group[j] = True, bursts
        for e in range(start[j], start[j + 1]):
            if not taken[child[e]]:
                taken[child[e]], group[child[e]] = True, bursts
        bursts += 1
    return bursts


def detected(frame: Frame, edges: Edges, scale: Scale, known: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Bursts: six people or more who say alike within four days and do not link to anybody; `known` posts left out.

    A post that links to another is no member, which protects the cascades of people who are credited.
    """
    child = edges.child()
    soon = np.searchsorted(frame.t, frame.t + TOGETHER) - np.arange(len(frame))
    rare = 1.0 - BY_CHANCE / max(float(np.median(soon)), 1.0)
    place = max(ALIKE, min(int(np.searchsorted(QUANTILES, rare)) + 1, len(QUANTILES)))
    alike = (edges.type == OTHER) & (edges.similarity >= scale.knot[place]) & (LAG_DAYS[edges.lag] <= TOGETHER)
    alike &= ~frame.has_link[child] & (edges.speed < DOCUMENT)
    kept = np.flatnonzero(alike)
    kept = kept[np.argsort(edges.parent[kept], kind="stable")]
    start = np.searchsorted(edges.parent[kept], np.arange(len(frame) + 1))
    group = np.full(len(frame), -1)
    who = frame.person[frame.author_start[:-1]]
    number = _bursts(start, child[kept], who, known | frame.has_link, BURSTING, group)
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(number + 1))
    return [order[first:last] for first, last in pairwise(ends)]


def gathered(
    frame: Frame, rows: Sparse, edges: Edges, groups: list[NDArray[np.int64]], known: NDArray[np.bool_]
) -> list[NDArray[np.int64]]:
    """Bursts with all their members: whoever is about as near to the centre, at the time, as hardly anybody is ever.

    A burst is found around one post; its parts are brought together here, the larger first, and what is left of a
    smaller one is a burst of its own only if it is still large enough.
    """
    everybody = frame.person[frame.author_start[:-1]]
    for _ in range(2):
        near, free, out = _near(frame, rows, edges, groups), ~(known | frame.has_link), []
        for members in sorted(near, key=len, reverse=True):
            mine = members[free[members]]
            if len(np.unique(everybody[mine])) >= BURSTING and not about_one_post(alike(rows, mine)):
                free[mine] = False
                out.append(mine)
        groups = out
    return groups


def about_one_post(cosine: NDArray[np.float32]) -> bool:
    """Whether a burst is a cascade: one early member resembles the later ones far more than they resemble one another.

    Reactions to the same news resemble one another evenly; answers to one post resemble that post most, for they share
    with one another only what each took from it.

    Args:
        cosine: (m, m) cosines of the members, in time order.
    """
    m = len(cosine)
    usual = (cosine.sum() - np.trace(cosine)) / max(m * (m - 1), 1)
    to_later = [cosine[k, k + 1 :].mean() for k in range(max(m // 3, 1))]
    return bool(max(to_later) > HUB * usual)


def _near(frame: Frame, rows: Sparse, edges: Edges, groups: list[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Posts around each burst's first days that are nearer its centre than 99.5 % of the posts of other times.

    Nobody, where posts as near as its typical member are mostly of other times: what is always said is no news.
    """
    if not groups:
        return []
    n, small = len(frame), len(frame) <= SMALL
    event, member = np.repeat(np.arange(len(groups)), [len(one) for one in groups]), np.concatenate(groups)
    centre = centres(rows, event, member, len(groups))
    some = np.arange(n) if small else np.linspace(0, n - 1, SAMPLED).astype(int)
    usual = against(picked(rows, some), centre).T
    asked = [np.arange(n)] * len(groups) if small else beside(edges, event, member, len(groups), n)
    scores = list(usual) if small else _to_centres(rows, centre, asked)
    out = []
    for one, beyond, posts, score in zip(groups, usual, asked, scores):
        first, mine = float(np.median(frame.t[one])), np.searchsorted(posts, one)
        elsewhere = beyond[np.abs(frame.t[some] - first) > REACTING]
        around = np.diff(np.searchsorted(frame.t, [first - TOGETHER, first + TOGETHER]))[0]
        bar = np.quantile(elsewhere, max(NEARER, 1.0 - BY_CHANCE / max(around, 1))) if len(elsewhere) > 100 else 1.0
        score[mine] = with_others(score[mine], len(one))
        as_near = np.count_nonzero(elsewhere >= np.median(score[mine])) * n / len(some)
        within = np.abs(frame.t[posts] - first) <= TOGETHER
        out.append(posts[within & (score > bar)] if as_near <= len(one) / 2 else posts[:0])
    return out


def with_others(cosine: NDArray[np.float32], members: int) -> NDArray[np.float32]:
    """Mean cosines of members with the *other* members, from those with all: nobody is near to a centre by being in it."""
    return (np.float32(members) * cosine - np.float32(1.0)) / np.float32(max(members - 1, 1))


def beside(
    edges: Edges, event: NDArray[np.int64], member: NDArray[np.int64], events: int, n: int
) -> list[NDArray[np.int64]]:
    """The members of each event and the posts that make a candidate pair with one of them, ascending, by event.

    Args:
        edges: Candidate pairs.
        event, member: (m,) and (m,) each member of each event, in any order.
        events, n: Numbers of events and of posts.
    """
    order = np.argsort(member, kind="stable")
    event, member = event[order], member[order]
    child, pairs, inside = edges.child(), [event * n + member], np.zeros(n, np.bool_)
    inside[member] = True
    for one, other in ((child, edges.parent), (edges.parent, child)):
        kept = inside[one]
        one, other = one[kept], other[kept]
        low, high = np.searchsorted(member, one, "left"), np.searchsorted(member, one, "right")
        several = high - low
        place = np.repeat(low, several) + np.arange(several.sum()) - np.repeat(np.cumsum(several) - several, several)
        pairs.append(event[place] * n + np.repeat(other, several))
    key = np.unique(np.concatenate(pairs))
    return np.split(key % n, np.searchsorted(key, np.arange(1, events) * n))


def _to_centres(rows: Sparse, centre: Sparse, asked: list[NDArray[np.int64]]) -> list[NDArray[np.float32]]:
    """Cosines of some posts with each centre, those that are asked of it."""
    sizes = [len(one) for one in asked]
    which = np.repeat(np.arange(len(asked), dtype=np.int32), sizes)
    score = cosines_between(centre, rows, which, np.concatenate(asked).astype(np.int32))
    return np.split(score, np.cumsum(sizes)[:-1])


def find_events(placed: Placed, frame: Frame, rows: Sparse, edges: Edges, scale: Scale, told: Sparse) -> Events:
    """The common causes of a conversation: what is cited, what bursts beside it, what was named; `told` are texts of that."""
    cited, news = observed(placed), placed.news
    known = np.zeros(len(frame), np.bool_)
    known[news.citing] = True
    for members in cited:
        known[members] = True
    groups = cited + gathered(frame, rows, edges, detected(frame, edges, scale, known), known)
    member = np.concatenate(groups) if groups else np.zeros(0, np.int64)
    event = np.repeat(np.arange(len(groups)), [len(one) for one in groups]) if groups else np.zeros(0, np.int64)
    first = np.array([frame.t[one].min() for one in groups]) - BEFORE
    cites = np.append(event < len(cited), np.ones(len(news.piece), np.bool_))
    text = stacked(centres(rows, event, member, len(groups)), told) if groups else told
    event, member = np.append(event, news.piece + len(groups)), np.append(member, news.citing)
    named = np.arange(len(groups) + len(news.t)) >= len(groups)
    return Events(np.append(first, news.t - BEFORE), event, member, cites, text, named)


def compete(frame: Frame, rows: Sparse, edges: Edges, scale: Scale, events: Events) -> tuple[Frame, Sparse, Edges]:
    """Add events to a conversation as rival causes; their texts become rows n, n + 1, ... of the vectors.

    A post can be a reaction to an event for three weeks, if its text resembles that of the event or it cites its story.
    """
    whole = stacked(rows, events.text)
    child, event = _reach(frame, edges, events)
    cites = _cites(events, child, event, len(frame))
    similarity = cosines(whole, child, (event + len(frame)).astype(np.int32))
    kept = cites | (similarity >= scale.knot[1])
    child, event, cites, similarity = child[kept], event[kept], cites[kept], similarity[kept]
    added = Edges(
        start=np.searchsorted(child, np.arange(len(frame) + 1)).astype(np.int64),
        parent=(event + len(frame)).astype(np.int32),
        lag=lag_code(frame.t[child] - events.t[event]),
        similarity=similarity,
        unlike=cites & (similarity < scale.knot[1]),
        type=np.full(len(child), EVENT, np.uint8),
        speed=frame.speed[child],
        trace=cites.astype(np.uint8),
        heard=np.zeros(len(cites), np.uint8),
    )
    return replace(frame, event_t=events.t), whole, edges.with_more(added)


def _reach(frame: Frame, edges: Edges, events: Events) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Posts that may react to each event, within three weeks after it, sorted by post."""
    low, high = np.searchsorted(frame.t, events.t), np.searchsorted(frame.t, events.t + REACTING)
    posts = [np.arange(first, last) for first, last in zip(low, high)]
    if len(frame) > SMALL:
        near = beside(edges, events.event, events.member, len(events), len(frame))
        posts = [every if named else one[(one >= first) & (one < last)]
                 for every, one, named, first, last in zip(posts, near, events.named, low, high)]  # fmt: skip
    child, event = np.concatenate(posts), np.repeat(np.arange(len(events)), [len(one) for one in posts])
    order = np.argsort(child, kind="stable")
    return child[order].astype(np.int32), event[order]


def _cites(events: Events, child: NDArray[np.int32], event: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    known = events.event[events.cites] * n + events.member[events.cites]
    return np.isin(event * n + child, known)
