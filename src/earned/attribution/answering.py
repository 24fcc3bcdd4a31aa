"""Signs that a post answers something, whatever it is: a subject line that is marked ("Re: ...") or was there before.

A sign divides what is usual of answers by what is usual of posts that begin a conversation. It speaks of the post and not of
a pair: all its rival causes gain alike, and the background loses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.frame import SLOW, Frame
from earned.attribution.kernel import WINDOW
from earned.model import Post

#: What mail programs put before the subject of an answer, in some languages, also several times.
_MARK = re.compile(r"\s*(?:\[[^\]]{1,40}\]\s*)?(?:(?:re|aw|sv|antw|odp)\s*(?:\[\d+\])?\s*:\s*)+", re.I)
#: Shares of answers and of beginnings whose subject is marked and was there before, marked and new, unmarked and there before,
#: unmarked and new; before the conversation's links have spoken, and how many linked posts the first are worth.
ANSWERS, BEGINNINGS = np.array([0.78, 0.04, 0.12, 0.06]), np.array([0.03, 0.02, 0.05, 0.90])
WORTH = 20.0
#: A channel uses the mark when this part of its posts, and so many of them, carry it.
PART, FEWEST = 0.05, 20


def subject_of(title: str) -> tuple[str, bool]:
    """The subject of a post, marks and case left out, and whether it is marked as an answer."""
    found = _MARK.match(title)
    bare = title[found.end() :] if found else title
    return " ".join(bare.casefold().split()), found is not None


def subjects(posts: Sequence[Post], speed: NDArray[np.uint8]) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """(n,) code of the subject of each message, -1: none, or no message; (n,) whether it is marked as an answer."""
    known: dict[tuple[str, str], int] = {}
    code, marked = np.full(len(posts), -1, np.int32), np.zeros(len(posts), np.bool_)
    for row in np.flatnonzero(speed < SLOW).tolist():
        if posts[row].title:
            subject, marked[row] = subject_of(posts[row].title)
            code[row] = known.setdefault((posts[row].channel, subject), len(known)) if subject else -1
    return code, marked


def with_signs(frame: Frame, subject: NDArray[np.int32], marked: NDArray[np.bool_]) -> Frame:
    """The frame with how much more likely each post's subject line is among answers than among beginnings.

    Args:
        frame: n posts.
        subject: (n,) codes of their subjects, -1: none.
        marked: (n,) whether they are marked as answers.

    Returns:
        `answering` (n,): 1 where there is no subject or nobody on the channel uses the mark.
    """
    titled = subject >= 0
    many, of = (np.bincount(frame.channel[kind], minlength=frame.channels) for kind in (marked, titled))
    used = ((many >= FEWEST) & (many >= PART * of))[frame.channel] & titled
    if not used.any():
        return frame
    sign = 2 * ~marked + ~seen_before(frame, subject)
    answers = WORTH * ANSWERS + np.bincount(sign[used & frame.has_link], minlength=len(ANSWERS))
    return replace(frame, answering=np.where(used, (answers / answers.sum() / BEGINNINGS)[sign], 1.0))


def seen_before(frame: Frame, subject: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(n,) whether an earlier post within the window of its channel has the same subject."""
    order = np.argsort(subject, kind="stable")  # posts of one subject in their order
    again = (np.diff(subject[order]) == 0) & (np.diff(frame.t[order]) <= WINDOW[frame.speed[order[1:]]])
    out = np.zeros(len(frame), np.bool_)
    out[order[1:][again]] = True
    return out & (subject >= 0)
