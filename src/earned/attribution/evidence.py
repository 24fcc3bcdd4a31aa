"""What the text says of each candidate pair, given which posts are likely background."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from earned.attribution.fit import Evidenced
from earned.attribution.frame import COLLEAGUE, EVENT, FAST, OTHER, OWN, PRIOR, TYPES, Edges, Frame
from earned.attribution.rates import CLASSES
from earned.attribution.unrelated import FarApart, unrelated
from earned.text.similarity import NEAR_COPY, Runner, Scale, loop, reference
from earned.text.sparse import Sparse, compact, cosines
from earned.text.surprise import LEVELS, Usual, background_levels, level, shares, surprise, usual_tails
from earned.text.usual import usual

#: Up to so many posts all of them are the reference; beyond, a sample of so many (method 7.2: never a small one).
REFERENCE = 20_000

#: Weight of the later post's tail in the surprise of a pair, by speed class. Hub texts are tamed by the earlier post's
#: tail; documents that resemble many others are *cited* more, so there only the later post's own scale counts.
OWN_TAIL = np.array([0.65, 0.65, 0.65, 1.0], np.float32)


def text_evidence(
    frame: Frame, rows: Sparse, edges: Edges, scale: Scale, rng: np.random.Generator, *,
    heard: NDArray[np.bool_] | None = None, most: int = REFERENCE, roughly: int = REFERENCE, run: Runner = loop,
) -> Callable[[NDArray[np.float64]], Evidenced]:  # fmt: skip
    """Prepare the evidence of a conversation's texts.

    Args:
        frame: n posts.
        rows: Their sparse vectors, then those of the events.
        edges: Candidate pairs with their cosines.
        scale: The similarity scale.
        rng: Chooses reference posts where there are more than `most`.
        heard: (n,) posts whose texts stand for what is usual; copies by relays do not. None: all.
        most: Size of the reference.
        roughly: Its size while nothing is known of the background, when a rough look will do.
        run: Who runs the comparison.

    Returns:
        A function from (n,) background probabilities to levels of surprise and their usual shares.
    """
    rows = compact(rows)
    n, child, seed = len(frame), edges.child(), int(rng.integers(1 << 62))
    # What a reaction shares with a common cause is read on the scale of the event.
    own = np.where(edges.type == EVENT, np.float32(0), OWN_TAIL[edges.speed])
    chosen = np.arange(n) if n <= most else np.sort(rng.choice(n, most, replace=False))
    whole, far = reference(rows, chosen), unrelated(frame, frame.speed == FAST)
    some = whole if len(chosen) <= roughly else reference(rows, chosen[:: len(chosen) // roughly])
    alike = cosines(rows, far.later, far.earlier)
    # Nobody says the same in the same words by chance, however few posts there are to compare with.
    copied = (edges.type == PRIOR) & (edges.similarity >= NEAR_COPY)

    def evidence(background: NDArray[np.float64]) -> Evidenced:
        against = some if (background == 1).all() else whole
        background = background if heard is None else background * heard
        weight = background[against.row]
        tails = usual_tails(usual(rows, against, weight, scale, run=run), float(weight.sum()), scale)
        nats = surprise(tails, child, edges.parent, edges.similarity, own)
        levels = np.where(copied, np.uint16(LEVELS - 1), level(nats))
        common = background_levels(rows, tails, OWN_TAIL[frame.speed], background, np.random.default_rng(seed))
        return Evidenced(np.where(edges.unlike, np.uint16(LEVELS), levels), _by_class(common, far, alike, tails), tails)

    return evidence


def as_if_unlinked(edges: Edges, said: Evidenced) -> NDArray[np.uint16]:
    """(e,) levels of surprise in which a link leaves no mark: linked posts that hardly share a word, too, are as alike as they are.

    What learns from linked pairs must read them like all others, or it learns to tell links.
    """
    unlike = edges.unlike
    if not unlike.any():
        return said.level
    some, levels = edges.only(unlike), said.level.copy()
    nats = surprise(said.tails, some.child(), some.parent, some.similarity, OWN_TAIL[some.speed])
    levels[unlike] = level(nats)
    return levels


def _by_class(
    common: NDArray[np.float64], far: FarApart, alike: NDArray[np.float32], tails: Usual
) -> NDArray[np.float64]:
    """Usual shares for each type of cause and speed class; (TYPES, CLASSES, LEVELS).

    On fast channels everybody talks of the same thing for a while. There a follower must be more alike than what was
    said a little earlier; elsewhere, more than any two posts. One's own lines have their own measure.
    """
    out = np.tile(common, (TYPES, CLASSES, 1))
    own = np.full(len(far.later), OWN_TAIL[FAST], np.float32)
    levels = level(surprise(tails, far.later, far.earlier, alike, own))
    for y, among in ((OTHER, ~far.same), (COLLEAGUE, ~far.same), (OWN, far.same)):
        if among.any():
            out[y, FAST] = shares(np.bincount(levels[among], minlength=LEVELS).astype(np.float64))
    return out
