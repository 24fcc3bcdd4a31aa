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
        self._first: dict[tuple[str, ...], str] = {}
        for moment, text in texts:
            for run in _runs(text):
                self._first[run] = min(self._first.get(run, moment), moment)
        told = sorted({re.escape(name) for name in names if _tells(name)}, key=len, reverse=True)
        self._names = re.compile(rf"(?<!\w)(?:{'|'.join(told)})(?!\w)", re.I) if told else None

    def out_of(self, text: str, moment: str) -> str:
        """A text of somebody else, said at `moment`, without their words and names."""
        theirs: list[int] = []
        for at, run in enumerate(_runs(text)) if self._first else ():
            if run in self._first:
                if moment > self._first[run]:
                    theirs.append(at)
                else:
                    del self._first[run]  # somebody else's words, whoever said them again
        return self.names_out_of(_without(text, theirs) if theirs else text)

    def names_out_of(self, text: str) -> str:
        """A text without their names."""
        return self._names.sub(REMOVED, text) if self._names else text


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """Every run of RUN words, whatever stands between them."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return zip(*(words[at:] for at in range(RUN)))


def _without(text: str, runs: list[int]) -> str:
    """The text without the runs that begin at these words; those that touch go as one."""
    spans = [found.span() for found in _WORD.finditer(text)]
    cut: list[tuple[int, int]] = []
    for at in runs:
        start, end = spans[at][0], spans[at + RUN - 1][1]
        if cut and start <= cut[-1][1]:
            cut[-1] = (cut[-1][0], end)
        else:
            cut.append((start, end))
    for start, end in reversed(cut):
        text = text[:start] + REMOVED + text[end:]
    return text


def _tells(name: str) -> bool:
    """Whether a name means only its bearer: several words, an address, a handle with "@"."""
    return len(name) >= 4 and any(sign in name.strip() for sign in " .@/:")
