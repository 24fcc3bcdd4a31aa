"""Which text a document began as: births followed through renames, deaths remembered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from earned.channels.proposals.git import Change, Commit, Repository
from earned.channels.proposals.headers import read_header

#: Two texts that share less of the shorter one's vocabulary are two documents.
ALIKE = 0.35
#: Below this a wholly different title decides.
RETITLED = 0.5
#: After a delete only nearly the same text is the same document again.
REVERTED = 0.8
#: A first file with fewer different words only reserves a number.
_STUB = 25
#: Shorter words are mostly those of the language, which all texts share.
_WORD = re.compile(r"[^\W\d_]{5,}")


@dataclass(slots=True)
class Line:
    """One document under its names: where it was born, and what stood at its name before."""

    commit: Commit
    blob: str
    names: list[str] = field(default_factory=list)
    before: Line | None = None


def lines_of(log: Iterable[tuple[Commit, list[Change]]], number: Callable[[str], int | None]) -> dict[str, Line]:
    """Path -> line of every document that is still there, from a log of additions, renames and deletions."""
    walk = _Walk(number)
    for commit, changes in log:
        walk.take(commit, changes)
    return walk.alive


class _Walk:
    def __init__(self, number: Callable[[str], int | None]) -> None:
        self.number = number
        self.alive: dict[str, Line] = {}
        self.gone: dict[str, Line] = {}
        self.moved: dict[str, Line] = {}

    def take(self, commit: Commit, changes: list[Change]) -> None:
        deleted = {number: one for one in changes if one.how == "D" and (number := self.number(one.path)) is not None}
        for one in changes:
            if one.how == "R":
                self._rename(commit, one, one.old)
        for one in changes:
            if one.how != "A":
                continue
            same = deleted.get(number) if (number := self.number(one.path)) is not None else None
            if same is not None and same.path in self.alive:
                self._rename(commit, one, same.path)  # .txt to .rst with so many edits that git sees no rename
            elif one.path not in self.alive:
                self.alive[one.path] = Line(commit, one.blob, [one.path], self.gone.get(one.path))
        for one in changes:
            if one.how == "D" and (line := self.alive.pop(one.path, None)):
                self.gone[one.path] = line

    def _rename(self, commit: Commit, one: Change, old: str) -> None:
        line = self.alive.pop(old, None) or self.moved.get(old)
        if line is None:
            line = Line(commit, one.blob)
        line.names.append(one.path)
        self.moved[old] = line
        if one.path in self.alive and self.alive[one.path] is not line:
            line.before = self.alive[one.path]
        self.alive[one.path] = line


@dataclass(frozen=True, slots=True)
class Version:
    """A text and the commit that brought it."""

    commit: Commit
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """One document's beginning and end: its first version, its present text, and another that had its number before."""

    born: Commit
    first: str
    present: str
    names: tuple[str, ...]
    #: Why the first version is not the first file; empty: it is.
    note: str = ""
    other: Version | None = None


class Histories:
    """Tells of each document where it began; asks for later versions only where the first one is doubtful."""

    def __init__(self, repository: Repository, commit: str, number: Callable[[str], int | None]) -> None:
        self.repository, self.commit = repository, commit
        self.lines = lines_of(repository.log(commit, "ARD"), number)

    def tell(self, paths: dict[int, str], files: dict[str, str]) -> dict[int, Told]:
        """Number -> beginning and end of the document at that path."""
        lines = {number: self.lines[path] for number, path in paths.items() if path in self.lines}
        texts = self.repository.texts([files[path] for path in paths.values()])
        texts |= self.repository.texts([one.blob for line in lines.values() for one in (line, line.before) if one])
        doubtful = {
            number for number, line in lines.items()
            if _doubtful(texts.get(line.blob, ""), texts.get(files[paths[number]], "")) or line.before
        }  # fmt: skip
        versions = self._versions({number: lines[number] for number in doubtful})
        found = {}
        for number, line in lines.items():
            present = texts.get(files[paths[number]])
            if present is None:
                continue
            later = versions.get(number, [])
            first = Version(line.commit, texts.get(line.blob, ""))
            before = Version(line.before.commit, texts.get(line.before.blob, "")) if line.before else None
            found[number] = _told(first, present, later, before, tuple(line.names))
        return found

    def _versions(self, lines: dict[int, Line]) -> dict[int, list[Version]]:
        """All versions of some documents, oldest first."""
        of = {name: number for number, line in lines.items() for name in line.names}
        if not of:
            return {}
        found: dict[int, list[tuple[Commit, str]]] = {}
        for commit, changes in self.repository.log(self.commit, "AM", list(of)):
            for one in changes:
                found.setdefault(of.get(one.path, -1), []).append((commit, one.blob))
        texts = self.repository.texts([blob for several in found.values() for _, blob in several])
        return {
            number: [Version(commit, texts[blob]) for commit, blob in several if blob in texts]
            for number, several in found.items()
        }


def vocabulary(text: str) -> set[str]:
    """Its different words of five letters and more."""
    return set(_WORD.findall(text.lower()))


def alike(left: str, right: str) -> float:
    """Share of the shorter text's vocabulary that the longer one also has; headers do not count."""
    one, other = read_header(left), read_header(right)
    a, b = vocabulary(one.body), vocabulary(other.body)
    share = len(a & b) / max(1, min(len(a), len(b)))
    if share < RETITLED and _unlike(one.title, other.title):
        return 0.0
    return share


def _unlike(left: str, right: str) -> bool:
    """Two titles without a common word of four letters."""
    a, b = (set(re.findall(r"[^\W\d_]{4,}", title.lower())) for title in (left, right))
    return bool(a and b and not a & b)


def is_stub(text: str) -> bool:
    """Whether it only holds a place."""
    return len(vocabulary(read_header(text).body)) < _STUB


def _doubtful(first: str, present: str) -> bool:
    return is_stub(first) or is_stub(present) or alike(first, present) < ALIKE


def _told(first: Version, present: str, later: list[Version], before: Version | None, names: tuple[str, ...]) -> Told:
    if is_stub(present):  # "this file was moved": what it last said
        present = next((one.text for one in reversed(later) if not is_stub(one.text)), present)
    if before and before.text and alike(before.text, present) >= REVERTED:
        first, before = before, None
    if before and (is_stub(before.text) or alike(before.text, present) >= ALIKE):
        before = None
    if not is_stub(first.text) and alike(first.text, present) >= ALIKE:
        return Told(first.commit, first.text, present, names, "number used before" if before else "", before)
    fuller = next((one for one in later if not is_stub(one.text) and alike(one.text, present) >= ALIKE), None)
    if is_stub(first.text):  # the number was reserved first: the document begins with its first real text
        text = fuller.text if fuller else (first.text or present)
        return Told(
            fuller.commit if fuller else first.commit, text, present, names, "first file was a stub" * bool(fuller)
        )
    if fuller is None:
        return Told(first.commit, present, present, names, "present text stands in")
    return Told(fuller.commit, fuller.text, present, names, "number used before", first)
