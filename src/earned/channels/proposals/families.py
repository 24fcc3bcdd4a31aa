"""The collections we know, told apart by the head of their documents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from earned.channels.proposals.headers import KNOWN, Header, read_header


@dataclass(frozen=True, slots=True)
class Family:
    """How one kind of collection names and cites its documents."""

    #: As `Source.what` says it.
    what: str
    #: Where it is said, as `Post.channel`; empty: the collection's own name.
    place: str
    #: "pep" in pep-8; empty: made from the collection's name.
    word: str
    #: Finds the number in a path.
    path: re.Pattern[str]
    #: Header field that must hold the number; empty: any known field will do.
    field: str
    #: Mentions of another document; some group holds the number.
    cites: re.Pattern[str] | None
    url: Callable[[int], str]
    #: So many documents make a collection.
    least: int = 1

    def number(self, path: str) -> int | None:
        found = self.path.search(path)
        return int(next(group for group in found.groups() if group)) if found else None

    def claims(self, header: Header, number: int) -> bool:
        if not self.field:
            return bool(KNOWN & header.fields.keys()) and number > 0
        return number > 0 and bool(re.search(r"\d|<|tbd|xx|draft|assigned", header.fields.get(self.field, ""), re.I))


PEP = Family(
    "PEPs", "python-peps", "pep", re.compile(r"(?:^|/)pep-(\d{1,5})\.(?:rst|txt|md)$"), "pep",
    re.compile(r"\bPEPs?[\s\u00a0-]*#?0*(\d{1,4})\b(?!-\d)|:pep:`(?:[^`<]*<)?0*(\d{1,4})|\bpep-0*(\d{1,4})\b", re.I),
    lambda number: f"https://peps.python.org/pep-{number:04}/",
)  # fmt: skip
EIP = Family(
    "EIPs", "ethereum-eips", "eip", re.compile(r"(?:^|/)(?:eip|erc)-(\d{1,6})\.md$", re.I), "eip",
    re.compile(r"\b(?:EIP|ERC)s?[\s-]?#?0*(\d{1,6})\b", re.I),
    lambda number: f"https://eips.ethereum.org/EIPS/eip-{number}",
)  # fmt: skip
NUMBERED = Family(
    "numbered proposals", "", "",
    re.compile(
        r"(?:^|/)(?!\d{4}-\d{2}-\d{2})0*(\d{1,5})[-_][^/]*\.(?:md|rst|txt|adoc)$"
        r"|(?:^|/)0*(\d{1,5})[-_][^/]*/(?:readme|index)\.(?:md|rst)$|(?:^|/)[a-z]{2,5}-0*(\d{1,5})\.(?:md|rst|mediawiki)$",
        re.I,
    ),
    "", None, lambda number: "", least=3,  # noqa: ARG005
)  # fmt: skip
FAMILIES = (PEP, EIP, NUMBERED)
#: A folder with a smaller share of the fullest one's documents holds tests or examples.
_SIDE = 0.02


def candidates(files: Mapping[str, str], family: Family) -> dict[int, str]:
    """Number -> path; where several folders have a number, the fullest wins; nearly empty ones hold examples."""
    numbered = [(number, path) for path in files if (number := family.number(path)) is not None]
    folders = Counter(_folder(family, path) for _, path in numbered)
    least = max(folders.values(), default=0) * _SIDE
    found: dict[int, str] = {}
    for number, path in sorted(numbered, key=lambda one: (folders[_folder(family, one[1])], one[1])):
        if folders[_folder(family, path)] >= least:
            found[number] = path
    return found


def _folder(family: Family, path: str) -> str:
    match = family.path.search(path)
    return path[: match.start()] if match else ""


def family_of(texts: Callable[[list[str]], Mapping[str, str]], files: Mapping[str, str]) -> tuple[Family, int] | None:
    """The family of a repository and the number of its candidates, decided by the heads of some documents."""
    for family in FAMILIES:
        found = candidates(files, family)
        some = sorted(found)[:: max(1, len(found) // 30)]
        heads = texts([files[found[number]] for number in some]) if found else {}
        claimed = sum(family.claims(read_header(heads.get(files[found[one]], "")), one) for one in some)
        if claimed and claimed * 2 >= len(some) and len(found) >= family.least:
            return family, len(found)
    return None
