"""Names that may be of one organization, for people to confirm or deny; nothing is made one by itself."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from earned.model import SameFirm

#: Words at the end of a name that say its legal form only.
_FORMS = frozenset((
    "ab", "ag", "as", "asa", "bv", "co", "company", "corp", "corporation", "ev", "gmbh", "group", "holding",
    "holdings", "inc", "incorporated", "kg", "kk", "limited", "llc", "llp", "lp", "ltd", "ltda", "mbh", "nv", "oy",
    "oyj", "plc", "pte", "pty", "sa", "sarl", "sas", "se", "sl", "spa", "srl", "sro", "ug",
))  # fmt: skip
_INITIAL = re.compile(r"(?<=\b\w)\.")
_BETWEEN = re.compile(r"[\W_]+")


def bare(name: str) -> str:
    """A name without capitals, punctuation, a leading "the" and what says its legal form: "Acme, Inc." is "acme"."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ")
    words = _BETWEEN.sub(" ", _INITIAL.sub("", folded)).split()
    while len(words) > 1 and words[-1] in _FORMS:
        words.pop()
        while len(words) > 1 and words[-1] == "and":  # "& Co."
            words.pop()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def alike(names: Mapping[str, int], said: Iterable[SameFirm] = ()) -> tuple[tuple[str, str], ...]:
    """Pairs of names that differ in capitals, punctuation or legal form only, and of which nobody said anything yet.

    Args:
        names: Name -> how many posts state it.
        said: What people said of pairs.

    Returns:
        (name stated more often, other), those of most posts first; names that are one by now are not asked about again.
    """
    told = list(said)
    shown, apart = one_name(told), {frozenset(one.pair) for one in told if not one.name}
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names, key=lambda one: (-names[one], one)):
        if key := bare(name):
            groups[key].append(name)
    pairs = [(a, b) for group in groups.values() for a, b in combinations(group, 2)]
    left = [
        (a, b) for a, b in pairs if shown.get(a, a) != shown.get(b, b) and frozenset((a, b)) not in apart
    ]  # fmt: skip
    return tuple(sorted(left, key=lambda both: (-names[both[0]] - names[both[1]], both)))


def one_name(said: Iterable[SameFirm]) -> dict[str, str]:
    """Stated name -> the name shown for it, of those that people said are one organization; the latest word names it.

    Args:
        said: In the order in which it was said; a pair without a name is two organizations and joins nothing.
    """
    group: dict[str, frozenset[str]] = {}
    shown: dict[str, str] = {}
    for one in said:
        if one.name:
            a, b = one.pair
            joined = group.get(a, frozenset({a})) | group.get(b, frozenset({b}))
            group |= dict.fromkeys(joined, joined)
            shown |= dict.fromkeys(joined, one.name)
    return shown
