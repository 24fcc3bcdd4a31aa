"""What of a document is said rather than set: mark-up, code and sentences that everybody copies are cut."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence

_CUT = re.compile(r"<!--.*?-->|^[ \t]*(```|~~~).*?^[ \t]*\1[ \t]*$|\{[%{].*?[%}]\}", re.S | re.M)
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,300}>")
_LINK = re.compile(r"!?\[([^\]\[\n]{0,300})\]\((?:[^()\n]|\([^()\n]*\)){0,500}\)|!?\[([^\]\[\n]{0,300})\]\[[^\]\n]*\]")
_LINE = re.compile(r"^[ \t]*(?:#{1,6}[ \t].*|[-=~^*]{3,}[ \t]*|\|.*|(?: {4}|\t).*)$", re.M)
_SET_IN, _FILLED, _MARGIN = (re.compile(form, re.M) for form in (r"^(?: {4}|\t)[ \t]*\S", r"^[ \t]*\S", r"^[ \t]+"))
#: A title with a line of marks below it.
_HEADING = re.compile(r"^(?=\S)[^\n]{1,200}\n(?:={3,}|-{3,}|~{3,}|\^{3,}|\*{3,})[ \t]*$", re.M)
_MARK = re.compile(r"\*\*|__|`+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\s*\n")
_PARAGRAPH = re.compile(r"\n\s*\n")
#: A sentence of so many words is nobody's when so many people, and this part of all people, wrote it.
WORDS, PEOPLE, PART = 4, 4, 0.01


def spoken(text: str) -> str:
    """`text` without comments, code, tags, headings and tables; the words of a link stay."""
    if len(_SET_IN.findall(text)) > 0.5 * len(_FILLED.findall(text)):
        text = _MARGIN.sub("", text)  # a text that is set in below its headings is no code
    text = _HEADING.sub("\n", text)
    text = _TAG.sub(" ", _CUT.sub("\n", text))
    return _MARK.sub("", _LINE.sub("", _LINK.sub(lambda found: found[1] or found[2] or "", text)))


def uncopied(texts: Sequence[str], writers: Sequence[Hashable]) -> list[str]:
    """The texts without sentences that several people wrote word for word.

    Args:
        texts: n texts.
        writers: (n,) who wrote each.
    """
    wrote: dict[int, set[Hashable]] = defaultdict(set)
    for text, writer in zip(texts, writers):
        for part in _SENTENCE.split(text):
            wrote[_key(part)].add(writer)
    least = max(PEOPLE, PART * len(set(writers)))
    known = {key for key, people in wrote.items() if len(people) >= least}
    return [_rest(text, known) for text in texts] if known else list(texts)


def _rest(text: str, known: set[int]) -> str:
    return "\n\n".join(
        " ".join(part for part in _SENTENCE.split(paragraph) if len(part.split()) < WORDS or _key(part) not in known)
        for paragraph in _PARAGRAPH.split(text)
    )


def _key(part: str) -> int:
    return hash(" ".join(re.findall(r"\w+", part.casefold())))
