"""Would anybody else's posts at the same time, on the same matter, have been followed as much? Labels exchanged, twice.

People who write where and when much is followed look like leaders. So each person's followers are set beside what posts
by others received in the same week on channels of the same speed (S1), and among some 25 neighbours in time on the same
matter (S2). Followers come from a fit that knows no authors; both tests must pass (method 15.1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.attribution.frame import Frame
from earned.attribution.xorshift import below, following
from earned.text.similarity import runs_of
from earned.text.sparse import Sparse

#: Posts of one matter in a row that are exchanged with one another; posts for one matter, fewest and most matters.
RUN, PER_MATTER, MATTERS = 25, 120, (5, 200)
#: Part of the people who pass that may have passed by chance; what else a verdict asks for catches them (decisions/0014).
DISCOVERY = 0.20
#: A person reached or exceeded so often is exchanged no further.
ENOUGH = 20
#: Most exchanges for one person. The smallest p is 1 / (1 + MOST): enough for one leader among 4,000 tested people, for
#: two among 8,000.
MOST = 20_000
#: Exchanges made side by side.
ABREAST = 64
#: Nobody is exchanged whose followers all their exchanges together would reach once in ten times at most.
HARDLY = 0.1
#: Tilts of Chernoff's bound: so many times one over the largest number of followers of a post.
TILTS = np.exp(np.linspace(np.log(0.1), np.log(1_000.0), 24))
#: Numbers a text is reduced to before matters are found.
WIDTH = 128


@dataclass(frozen=True, slots=True)
class Tested:
    """What exchanging labels says of each of A people."""

    #: (A,) the larger of both p values; 1 for people not tested.
    p: NDArray[np.float64]
    #: (A,) followers above what the peers' posts received, the smaller of both excesses.
    excess: NDArray[np.float64]
    #: (A,) whether the person passes at a false discovery rate of DISCOVERY.
    passed: NDArray[np.bool_]


@nb.njit(cache=True, nogil=True)
def _sketch(start, column, weight, out):  # type: ignore[no-untyped-def]
    """Each term adds its weight, with a sign, to one of a few numbers: cosines survive on average."""
    for i in range(start.size - 1):
        for p in range(start[i], start[i + 1]):
            h = np.uint64(column[p]) * np.uint64(0x9E3779B97F4A7C15)
            place = np.int64((h >> np.uint64(40)) % np.uint64(out.shape[1]))
            out[i, place] += weight[p] if (h >> np.uint64(20)) & np.uint64(1) else -weight[p]


@nb.njit(cache=True, nogil=True)
def _add_up(group, rows, out):  # type: ignore[no-untyped-def]
    """Add each row to that of its group."""
    for i in range(group.size):
        for d in range(rows.shape[1]):
            out[group[i], d] += rows[i, d]


def sketched(rows: Sparse, first: int, last: int) -> NDArray[np.float32]:
    """Rows first..last-1 in WIDTH numbers each."""
    out = np.zeros((last - first, WIDTH), np.float32)
    _sketch(rows.start[first : last + 1], rows.column, rows.weight, out)
    return out


def matters(
    rows: Sparse, n: int, rng: np.random.Generator, *, rounds: int = 5, most: int = 20_000
) -> NDArray[np.int64]:
    """A rough division of the first n rows into matters; (n,) codes.

    Spherical k-means on sketches of at most `most` rows; the others join the nearest centre.
    """
    chosen = np.sort(rng.choice(n, min(n, most), replace=False))
    sketch = np.concatenate([sketched(rows, a, b)[chosen[(chosen >= a) & (chosen < b)] - a] for a, b in runs_of(n)])
    number = int(np.clip(n // PER_MATTER, *MATTERS))
    centre = sketch[rng.choice(len(sketch), min(number, len(sketch)), replace=False)]
    for _ in range(rounds):
        mine = (sketch @ centre.T).argmax(axis=1)
        sums = np.zeros_like(centre)
        _add_up(mine, sketch, sums)
        centre = (sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return np.concatenate([(sketched(rows, a, b) @ centre.T).argmax(axis=1) for a, b in runs_of(n)]).astype(np.int64)


def by_week(frame: Frame) -> NDArray[np.int64]:
    """S1: posts of the same week and speed; quiet weeks are joined until they hold some 25 posts."""
    block = np.empty(len(frame), np.int64)
    for k in np.unique(frame.speed):
        here = np.flatnonzero(frame.speed == k)
        posts = np.bincount(frame.week[here], minlength=frame.weeks)
        block[here] = ((np.cumsum(posts) - posts) // RUN)[frame.week[here]] * 8 + k
    return block


def by_matter(frame: Frame, rows: Sparse, rng: np.random.Generator) -> NDArray[np.int64]:
    """S2: about 25 consecutive posts on the same matter."""
    mine = matters(rows, len(frame), rng)
    order = np.argsort(mine, kind="stable")
    begin = np.searchsorted(mine[order], mine[order])
    block = np.empty(len(frame), np.int64)
    block[order] = mine[order] * (len(frame) // RUN + 2) + (np.arange(len(frame)) - begin) // RUN
    return block


@nb.njit(cache=True, nogil=True)
def _one_drawn(state, value, total):  # type: ignore[no-untyped-def]
    """Add one value of a block to the total of each exchange."""
    for x in range(state.size):
        state[x] = following(state[x])
        total[x] += value[below(state[x], value.size)]


@nb.njit(cache=True, nogil=True)
def _several_drawn(state, value, many, total):  # type: ignore[no-untyped-def]
    """Add several values of a block, drawn without replacement, to the total of each exchange; they change places in it."""
    for x in range(state.size):
        for q in range(many):
            state[x] = following(state[x])
            r = q + below(state[x], value.size - q)
            value[q], value[r] = value[r], value[q]
            total[x] += value[q]


@nb.njit(cache=True, nogil=True)
def _grown(value, block_start, tilt, out):  # type: ignore[no-untyped-def]
    """Log of the mean of exp(tilt x value) in each block; (blocks,)."""
    for b in range(out.size):
        largest, total = 0.0, 0.0
        for p in range(block_start[b], block_start[b + 1]):
            largest = max(largest, value[p])
        for p in range(block_start[b], block_start[b + 1]):
            total += np.exp(tilt * (value[p] - largest))
        out[b] = tilt * largest + np.log(total / (block_start[b + 1] - block_start[b]))


def beyond(
    place: NDArray[np.int64], block_start: NDArray[np.int64], value: NDArray[np.float64], who: NDArray[np.int64],
    observed: NDArray[np.float64],
) -> NDArray[np.float64]:  # fmt: skip
    """A bound on the log of the probability that one exchange gives a person at least what was observed; (A,), 0 and less.

    Args:
        place: (k,) block of each authorship.
        block_start: (blocks + 1,) where each block's values begin.
        value: (k,) followers, by block.
        who: (k,) person of each authorship.
        observed: (A,) followers of each person.

    Source:
        Chernoff's bound, min over t of E exp(t total) / exp(t observed). Draws without replacement of one block grow no
        faster than draws with: Hoeffding (1963), JASA 58: 13-30, theorem 4.
    """
    out, grown = np.zeros(len(observed)), np.empty(len(block_start) - 1)
    for tilt in TILTS / max(float(value.max(initial=0.0)), 1e-9):
        _grown(value, block_start, tilt, grown)
        whole = np.bincount(who, weights=grown[place], minlength=len(observed))
        out = np.minimum(out, whole - tilt * observed)
    return out


@nb.njit(cache=True, nogil=True)
def _exceed(place, block_start, value, begin, observed, unreached, fewest, most, enough, state, out):  # type: ignore[no-untyped-def]
    """For each person, how often their posts' places in other hands would have received at least as much.

    unreached: (A,) people whom no exchange would reach (`beyond`): none is made, and they get the smallest p.
    place: rows sorted by person, as positions in blocks; a person's posts of one block are drawn without replacement. As many
    exchanges are made side by side as there are random numbers in `state`, and counted one after the other.
    """
    total = np.empty(state.size)
    for a in range(begin.size - 1):
        if begin[a + 1] - begin[a] < fewest:
            continue
        reached, reps = 0, most if unreached[a] else 0
        while reps < most and reached < enough:
            total[:], p = 0.0, begin[a]
            while p < begin[a + 1]:
                q, block = p + 1, value[block_start[place[p]] : block_start[place[p] + 1]]
                while q < begin[a + 1] and place[q] == place[p]:
                    q += 1
                if q - p == 1:
                    _one_drawn(state, block, total)
                else:
                    _several_drawn(state, block, q - p, total)
                p = q
            for x in range(min(state.size, most - reps)):
                reps += 1
                reached += total[x] >= observed[a] - 1e-9
                if reached == enough:
                    break
        out[a] = (1.0 + reached) / (1.0 + reps)


def _one_scheme(
    block: NDArray[np.int64], value: NDArray[np.float64], person: NDArray[np.int64], people: int, fewest: int,
    most: int, seed: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # fmt: skip
    """p values and excesses of all people under one scheme; `value` (k,) followers of each authorship, by `person`."""
    _, code = np.unique(block, return_inverse=True)
    order = np.argsort(code, kind="stable")
    start = np.searchsorted(code[order], np.arange(code.max() + 2))
    mean = np.add.reduceat(value[order], start[:-1]) / np.diff(start)
    observed = np.bincount(person, weights=value, minlength=people).astype(np.float64)
    expected = np.bincount(person, weights=mean[code], minlength=people)
    mine = np.lexsort((code, person))
    begin = np.searchsorted(person[mine], np.arange(people + 1))
    out, state = np.ones(people), np.random.default_rng(seed).integers(1, 1 << 63, ABREAST).astype(np.uint64)
    unreached = beyond(code, start, value[order], person, observed) <= np.log(HARDLY / most)
    _exceed(code[mine], start, value[order], begin, observed, unreached, fewest, most, ENOUGH, state, out)
    return out, observed - expected


def exchange_labels(
    frame: Frame, rows: Sparse, followers: NDArray[np.float64], *, fewest: int, seed: int, most: int = MOST
) -> Tested:
    """Test whether people are followed more than their peers.

    Args:
        frame: n posts.
        rows: Their vectors.
        followers: (n,) expected followers of each post from an author-blind fit.
        fewest: People with fewer posts are not tested.
        seed: Of the exchange.
        most: Most exchanges for one person; one who is exceeded twenty times is stopped earlier.

    Source:
        Benjamini and Hochberg (1995), JRSS B 57: 289-300, on permutation p values.
    """
    several = np.diff(frame.author_start)
    row, person = np.repeat(np.arange(len(frame)), several), frame.person.astype(np.int64)
    value, posts = (followers / np.maximum(several, 1))[row], frame.posts_of()
    tested = posts >= fewest
    rng = np.random.default_rng([seed, 3])
    # A lone leader among T tested people passes only with p <= DISCOVERY / T, so with at least 5 T exchanges: 20 T.
    reps = int(min(most, max(1_000, 20 * tested.sum())))
    one, first = _one_scheme(by_week(frame)[row], value, person, frame.people, fewest, reps, seed % (1 << 31))
    two, second = _one_scheme(
        by_matter(frame, rows, rng)[row], value, person, frame.people, fewest, reps, seed % (1 << 31) + 1
    )
    p = np.where(tested, np.maximum(one, two), 1.0)
    return Tested(p, np.minimum(first, second), discoveries(p, tested))


def discoveries(p: NDArray[np.float64], tested: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Who passes at the false discovery rate: all up to the largest p with p <= DISCOVERY rank / tests."""
    ranked = np.sort(p[tested])
    below = np.flatnonzero(ranked <= DISCOVERY * np.arange(1, len(ranked) + 1) / max(len(ranked), 1))
    return np.asarray(tested & (p <= ranked[below[-1]])) if len(below) else np.zeros(len(p), np.bool_)
