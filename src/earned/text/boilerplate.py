"""Template text and signatures: passages that stand in many posts are nobody's idea, and links inside them credit nobody."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

import numpy as np

#: A passage is a paragraph of so many words or more.
WORDS = 20
#: It is a template in so many posts by so many people, or in this part of a channel's posts.
POSTS, PEOPLE, PART = 20, 5, 0.05
#: In fewer posts nothing is a template.
FEWEST = 5


def templates(texts: Sequence[str], people: Sequence[Hashable], channels: Sequence[Hashable]) -> set[int]:
    """Hashes of the paragraphs that recur too often to be anybody's.

    Args:
        texts: n texts.
        people: (n,) who wrote each.
        channels: (n,) where.

    Returns:
        Hashes for `without`. A paragraph counts when it recurs in at least 20 posts by at least 5 people, or in 5 % of
        a channel's posts (and in 5 of them at least).
    """
    seen: dict[int, list[int]] = defaultdict(list)
    hashes, rows = array("q"), array("q")  # 16 bytes a paragraph: there are as many as posts, and more
    for row, text in enumerate(texts):
        for part in _parts(text):
            hashes.append(hash(_beginning(part)))
            rows.append(row)
    begun, holder = np.array(hashes, np.int64), np.array(rows, np.int64)
    _, place, times = np.unique(begun, return_inverse=True, return_counts=True)
    again = times[place] >= FEWEST
    often = set(begun[again].tolist())
    for row in np.unique(holder[again]).tolist():
        some = [part for part in _parts(texts[row]) if hash(_beginning(part)) in often]
        for key in {hash(piece) for piece in _paragraphs(some)}:
            seen[key].append(row)
    size = Counter(channels)
    return {key for key, rows in seen.items() if len(rows) >= FEWEST and _recurs(rows, people, channels, size)}


def _recurs(rows: list[int], people: Sequence[Hashable], channels: Sequence[Hashable], size: Counter[Hashable]) -> bool:
    if len(rows) >= POSTS and len({people[row] for row in rows}) >= PEOPLE:
        return True
    here = Counter(channels[row] for row in rows)
    return any(count >= max(FEWEST, PART * size[channel]) for channel, count in here.items())


def without(text: str, known: set[int]) -> str:
    """`text` without template paragraphs."""
    if not known or len(text) < 3 * WORDS:
        return text
    return "\n".join(part for part in text.split("\n\n") if hash(" ".join(part.casefold().split())) not in known)


def _parts(text: str) -> list[str]:
    if len(text) < 3 * WORDS:
        return []
    if "\n" not in text or "\n\n" not in text:  # one character is found ten times as fast as two
        return [text]
    return [part for part in text.split("\n\n") if len(part) >= 2 * WORDS - 1]


def _beginning(part: str) -> str:
    """The same for paragraphs that are the same but for blanks and capitals: most of them need no second look."""
    return "".join(part[:40].casefold().split())[:20]


def _paragraphs(parts: Sequence[str]) -> list[str]:
    even = (" ".join(part.casefold().split()) for part in parts)
    return [part for part in even if part.count(" ") >= WORDS - 1]


#: A signature is among so many last lines, and each of its lines in this part of a person's posts, and in so many of them.
_LAST, _SIGNED, _TIMES = 14, 0.10, 3


def unsigned(texts: Sequence[str], people: Sequence[Hashable]) -> list[str]:
    """`texts` without what their writers put under most of them: addresses, mottos, "Thanks for reading".

    Args:
        texts: n texts.
        people: (n,) who wrote each.

    Returns:
        The texts; of those that end in lines that recur at the end of their writer's texts, without these lines.
    """
    rows: dict[Hashable, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        if "\n" in text:
            rows[people[row]].append(row)
    out = list(texts)
    for some in rows.values():
        if len(some) > _TIMES:
            _unsign(out, some)
    return out


def _unsign(texts: list[str], some: list[int]) -> None:
    """Take one person's signatures out of their texts, in place."""
    ends = {row: texts[row].rstrip().split("\n") for row in some}
    seen = Counter(
        line for lines in ends.values() for line in {line.strip() for line in lines[-_LAST:]} if len(line) > 3
    )
    again = {line for line, times in seen.items() if times >= max(_TIMES, _SIGNED * len(some))}
    if again:
        for row, lines in ends.items():
            texts[row] = "\n".join(lines[:-_LAST] + [line for line in lines[-_LAST:] if line.strip() not in again])
