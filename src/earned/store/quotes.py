"""What others repeat of somebody's words, and how they name them, taken out of their texts. No Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

#: So many words in a row are a quotation.
RUN = 8
#: What stands in the place of what was taken out.
REMOVED = "[removed]"
_WORD = re.compile(r"\w+")


class Quotes:
    """Runs of words of somebody's texts, each with the time it was first said, and the names they go by.

    Texts of others are given in order of time: words that another one said first are not theirs, even when they
    quoted them.
    """

    def __init__(self, texts: Iterable[tuple[str, str]], names: Iterable[str]) -> None:
        """Of (time as text, text) pairs; of names those that are no single common word are taken out."""
        self._first: dict[int, str] = {}
        for moment, text in texts:
            for run, _ in _runs(text):
                self._first[run] = min(self._first.get(run, moment), moment)
        told = sorted({re.escape(name) for name in names if _tells(name)}, key=len, reverse=True)
        self._names = re.compile(rf"(?<!\w)(?:{'|'.join(told)})(?!\w)", re.I) if told else None

    def out_of(self, text: str, moment: str) -> str:
        """A text of somebody else, said at `moment`, without their words and names."""
        spans: list[tuple[int, int]] = []
        for run, (start, end) in _runs(text) if self._first else ():
            first = self._first.get(run)
            if first is None:
                continue
            if moment <= first:
                del self._first[run]  # somebody else's words, whoever said them again
            elif spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
        return self.names_out_of(_without(text, spans))

    def names_out_of(self, text: str) -> str:
        """A text without their names."""
        return self._names.sub(REMOVED, text) if self._names else text


def _runs(text: str) -> Iterator[tuple[int, tuple[int, int]]]:
    """Every run of RUN words, whatever stands between them: its hash, and where it stands."""
    words = [(found.group().casefold(), found.start(), found.end()) for found in _WORD.finditer(text)]
    for at in range(len(words) - RUN + 1):
        run = words[at : at + RUN]
        yield hash(tuple(word for word, _, _ in run)), (run[0][1], run[-1][2])


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = text[:start] + REMOVED + text[end:]
    return text


def _tells(name: str) -> bool:
    """Whether a name means only its bearer: several words, an address, a handle with "@"."""
    return len(name) >= 4 and any(sign in name.strip() for sign in " .@/:")
