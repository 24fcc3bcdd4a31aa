"""From an attribution to the answer: people with their numbers, camps and receipts, surest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.attribution import FEWEST, Attribution
from earned.attribution.conversation import Placed
from earned.measures.credit import credited_in_all, credited_posts
from earned.measures.induced import induced_posts, rate_draws
from earned.measures.realized import internal_posts, realized_in_all, realized_posts
from earned.measures.receipts import Followers
from earned.model import Camp, Estimate, Evidence, Leader, Leadership, Person, Totals
from earned.text.pov import own_names
from earned.verdicts.held import Held, Holding
from earned.verdicts.leaders import Case, camp_chances, judge, reference
from earned.verdicts.limits import what_the_data_cannot_tell
from earned.verdicts.passages import Passages

#: Passages are looked up for so many people: those a page shows.
SHOWN = 25


@dataclass(frozen=True, slots=True)
class Found:
    """Everything judged about one conversation."""

    attribution: Attribution
    placed: Placed
    people: tuple[Person, ...]
    leadership: Leadership
    followers: Followers
    passages: Passages
    #: Person's code -> camps with their probabilities.
    camps: Mapping[int, tuple[tuple[Camp, float], ...]] = field(default_factory=dict)


def find_leaders(
    attribution: Attribution,
    placed: Placed,
    people: Sequence[Person],
    *,
    seed: int,
    level: float = 0.90,
    fewest: int = 1,
    provenance: Mapping[str, str],
    languages: Mapping[str, int],
) -> Found:
    """Judge everybody.

    Args:
        attribution: Of the conversation.
        placed: Its posts.
        people: Its known people, by code.
        seed: Of the intervals.
        level: Coverage of the intervals.
        fewest: People with fewer posts are left out of the list.
        provenance: What is needed to run it again.
        languages: Posts by language, of a sample.
    """
    followers, passages = Followers(attribution, placed.posts), Passages(placed.posts)
    holding, wrote = Holding(attribution, placed), np.diff(attribution.begins)[: placed.known]
    rates = {
        p: rate_draws(attribution, p, rng=np.random.default_rng([seed, p]))
        for p in np.flatnonzero(wrote >= FEWEST).tolist()
    }
    stands_out = reference(np.array([draws[len(draws) // 2] for draws in rates.values()]))
    rng = np.random.default_rng(seed)
    judged = {
        p: _leader(attribution, placed, people[p], p, followers, holding, rates.get(p), stands_out, rng, level)
        for p in np.flatnonzero(wrote >= max(fewest, 1)).tolist()
    }
    rows = sorted((row for row, _ in judged.values()), key=_surest_first)
    camps = {p: chances for p, (_, chances) in judged.items()}
    shown = tuple(replace(row, evidence=passages.fill(row.evidence)) for row in rows[:SHOWN])
    followed = realized_in_all(attribution, level=level)
    totals = _totals(attribution, placed, len(rows), followed)
    limits = what_the_data_cannot_tell(attribution, placed, rows, followed, languages)
    answer = Leadership((*shown, *rows[SHOWN:]), totals, limits, dict(provenance))
    return Found(attribution, placed, tuple(people), answer, followers, passages, camps)


def _surest_first(row: Leader) -> tuple[float, ...]:
    """By the low end of the interval, never by the mean (method 16); people without a number by how much they wrote."""
    if row.induced is None or row.camp == "not enough evidence":
        return (1.0, 0.0, 0.0, -row.posts)
    inside = row.internal.low if row.internal else 0.0
    return (0.0, -round(row.induced.low, 6), -inside, -row.posts)


def _leader(
    attribution: Attribution, placed: Placed, person: Person, code: int, followers: Followers, holding: Holding,
    rate: NDArray[np.float64] | None, stands_out: float, rng: np.random.Generator, level: float,
) -> tuple[Leader, tuple[tuple[Camp, float], ...]]:  # fmt: skip
    rows = attribution.posts_of(code)
    realized = realized_posts(attribution, code, level=level, rng=rng)
    organization = _latest_organization(placed, rows)
    held = holding.of(code, own_names(organization))
    case = _case(attribution, person, code, followers, rate, realized, held)
    camp, reason = judge(case, stands_out)
    row = Leader(
        person=person,
        organization=organization,
        posts=len(rows),
        induced=None if rate is None else induced_posts(attribution, code, level=level, rng=rng, draws=rate),
        realized=realized,
        internal=internal_posts(attribution, code, level=level, rng=rng),
        credited=credited_posts(attribution, code),
        camp=camp,
        reason=reason,
        evidence=followers.receipts(code),
    )
    return row, camp_chances(case, stands_out)


def _latest_organization(placed: Placed, rows: NDArray[np.int32]) -> str:
    """What the latest of some posts that names an organization names; empty: none does."""
    codes = placed.frame.organization[rows]
    named = codes[codes >= 0]
    return placed.organizations[named[-1]] if len(named) else ""


def _case(
    attribution: Attribution, person: Person, code: int, followers: Followers, rate: NDArray[np.float64] | None,
    realized: Estimate, held: Held,
) -> Case:  # fmt: skip
    rows, tested = attribution.posts_of(code), attribution.tested
    return Case(
        posts=len(rows),
        judged=person.kind == "person" and not attribution.relays[code],
        rate=np.zeros(0) if rate is None else rate,
        realized=realized,
        strict=float((attribution.strict[rows] * attribution.share_of(code)).sum()),
        stands=tested is not None and bool(tested.passed[code] and tested.excess[code] > 0),
        p=1.0 if tested is None else float(tested.p[code]),
        adopters=int(followers.adopters[code]) if len(rows) >= FEWEST else 0,
        pov_posts=len(held.rows),
        pov_weeks=len(set(attribution.frame.week[held.rows].tolist())),
        pitch=held.pitch,
    )


def _totals(attribution: Attribution, placed: Placed, people: int, followed: Estimate) -> Totals:
    n = len(placed.posts)
    return Totals(
        posts=n + placed.unplaced,
        people=people,
        channels=len(placed.channels),
        since=placed.posts[0].claimed_at if n else None,
        until=placed.posts[-1].claimed_at if n else None,
        realized=followed,
        credited=credited_in_all(attribution),
        unplaced=placed.unplaced,
    )


def strongest(found: Found, most: int = 10) -> tuple[Evidence, ...]:
    """The receipts of a page: a few for each of the surest people, colleagues last."""
    evidence = [one for row in found.leadership.people[:SHOWN] for one in row.evidence[:3] if row.induced]
    once = {one.child: one for one in reversed(evidence)}
    return tuple(sorted(once.values(), key=lambda e: (e.colleague, evidence.index(e)))[:most])
