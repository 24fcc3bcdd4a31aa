"""Documents to posts: authors from the head, the first version's words, links without what the template says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from earned.channels.markup import canonical
from earned.channels.proposals.families import Family
from earned.channels.proposals.git import NAME, Commit
from earned.channels.proposals.headers import Header, Named, read_header
from earned.channels.proposals.history import Told
from earned.channels.times import AHEAD
from earned.model import Account, Link, LinkKind, Post, Precision

#: What stands in more than this share of a collection's documents was written by nobody in particular.
TEMPLATE = 0.30
#: Fewer documents show no template.
TEMPLATE_FROM = 10
_URL = re.compile(r"https?://[^\s<>()\[\]`\"'|]+[^\s<>()\[\]`\"'|.,;:!?]")
_FILE = re.compile(r"(?:^|[\s(/<`])0*(\d{1,5})-[a-z0-9][\w-]*(?:\.(?:md|rst|txt))?", re.I)


@dataclass(slots=True)
class Made:
    """What a collection became."""

    posts: list[Post] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    links: dict[str, list[Link]] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A document before its place among the others is known."""

    number: int
    key: str
    header: Header
    present: Header
    born: Commit
    names: tuple[str, ...]
    note: str = ""


class Collection:
    """Makes posts of all documents of one collection."""

    def __init__(self, family: Family, name: str, now: datetime) -> None:
        self.family, self.now = family, now
        self.name = {"pep": "peps", "eip": "eips"}.get(family.word, name)
        self.word = family.word or (name[:-1] if name.endswith("s") and len(name) > 3 else name)
        self.made = Made()

    def make(self, told: Mapping[int, Told]) -> Made:
        """Posts in the order of their claimed times."""
        drafts = [draft for number, one in sorted(told.items()) for draft in self._drafts(number, one)]
        paragraphs = _common([set(_paragraphs(draft.header.body)) for draft in drafts])
        own = [_without(draft.header.body, paragraphs) for draft in drafts]
        cites = [self._cites(draft, text, set(told)) for draft, text in zip(drafts, own)]
        everywhere = _common([set(found) for found in cites])
        for draft, text, found in zip(drafts, own, cites):
            self._post(draft, text, found, everywhere)
        self.made.posts.sort(key=lambda post: (post.claimed_at or datetime.max.replace(tzinfo=UTC), post.id))
        return self.made

    def _drafts(self, number: int, told: Told) -> Iterable[_Draft]:
        key = self._key(number)
        present = read_header(told.present)
        if not self.family.claims(present, number):
            self.made.notes["file without the header of a proposal"] += 1
            return
        yield _Draft(number, key, read_header(told.first), present, told.born, told.names, told.note)
        if told.other:
            earlier = read_header(told.other.text)
            other = f"{key}~{told.other.commit.sha[:8]}"
            yield _Draft(number, other, earlier, earlier, told.other.commit, told.names, "number used again later")

    def _key(self, number: int) -> str:
        return f"{NAME}:{self.name}:{self.word}-{number}"

    def _post(self, draft: _Draft, own: str, cites: Mapping[str, int], everywhere: set[str]) -> None:
        time, precision, dated = self._when(draft)
        template = own != draft.header.body
        dropped = sorted(everywhere & cites.keys())
        title = draft.header.title or draft.present.title
        labels = self._labels(draft) | dated
        if template:
            labels["template"] = "text"
        if dropped:
            labels["template_links"] = dropped
        self.made.posts.append(
            Post(
                id=draft.key,
                channel=self.family.place or self.name,
                accounts=self._accounts(draft),
                claimed_at=time,
                time_precision=precision,
                text=draft.header.body[:1_000_000],
                title=" ".join(title.split())[:500],
                text_unquoted=own if template else None,
                url=self.family.url(draft.number),
                version="first",
                labels=labels,
            )
        )
        self.made.links[draft.key] = self._links(draft, {to: n for to, n in cites.items() if to not in everywhere})

    def _when(self, draft: _Draft) -> tuple[datetime | None, Precision, dict[str, object]]:
        """The earlier of the day in the header and the commit that brought it."""
        day, given = draft.header.day(self.now)
        labels: dict[str, object] = {}
        if given and day is None:
            self.made.notes["date in the header is none, commit date taken"] += 1
            labels["header_date_refused"] = given[:80]
        commit = draft.born.time
        if commit is None or not datetime(1990, 1, 1, tzinfo=UTC) <= commit <= self.now + AHEAD:
            self.made.notes["commit date not believed"] += 1
            commit = None
        if day and (commit is None or day.date() <= commit.astimezone(UTC).date()):
            return day, "day", labels
        if commit is None:
            return None, "unknown", labels
        return commit.astimezone(UTC), "second", labels

    def _labels(self, draft: _Draft) -> dict[str, object]:
        head, present = draft.header, draft.present
        found: dict[str, object] = {
            "status": head.first("status", "state"),
            "outcome": present.first("status", "state"),
            "type": present.first("type"),
            "topic": present.first("topic", "category"),
            "superseded_by": [self._key(n) for n in present.numbers("superseded-by", "obsoleted-by")],
            "process": present.first("type").lower() in ("process", "meta"),
            "version_note": draft.note,
            "first_commit": draft.born.sha,
            "names": list(draft.names) if len(draft.names) > 1 else [],
        }
        return {name: value for name, value in found.items() if value}

    def _accounts(self, draft: _Draft) -> tuple[str, ...]:
        """Who the head names; the first commit's author only when it names nobody; never who merged or moved it."""
        authors = draft.header.authors() or draft.present.authors()
        if not authors and draft.born.author:
            authors = (Named(draft.born.author),)
            self.made.notes["no author in the header, author of the first commit taken"] += 1
        return tuple(dict.fromkeys(self._account(author) for author in authors))

    def _account(self, author: Named) -> str:
        place = NAME if author.handle else f"{NAME}:{self.name}"
        number = f"{place}:{author.key}"
        known = self.made.accounts.get(number)
        if known is None or known.name == known.handle:
            self.made.accounts[number] = Account(number, author.name, author.kind, handle=author.handle)
        return number

    def _cites(self, draft: _Draft, text: str, numbers: set[int]) -> dict[str, int]:
        """Target -> how often the text names it: documents of the collection and web addresses."""
        found: Counter[str] = Counter()
        for match in (self.family.cites or self._mention()).finditer(text):
            number = int(next(group for group in match.groups() if group))
            if number != draft.number and number > 0 and (self.family.cites or number in numbers):
                found[self._key(number)] += 1
        for url in _URL.findall(text):
            if address := canonical(url):
                found[address] += 1
        return dict(found)

    def _mention(self) -> re.Pattern[str]:
        return re.compile(rf"\b{re.escape(self.word)}s?[\s-]?#?0*(\d{{1,5}})\b|{_FILE.pattern}", re.I)

    def _links(self, draft: _Draft, cites: Mapping[str, int]) -> list[Link]:
        found: list[Link] = []
        fields: list[tuple[LinkKind, tuple[str, ...]]] = [
            ("requires", ("requires",)),
            ("supersedes", ("replaces", "supersedes", "obsoletes")),
        ]
        for kind, names in fields:
            for number in draft.header.numbers(*names):
                if number not in (0, draft.number):
                    found.append(Link(draft.key, kind, self._key(number), evidence=f"header: {kind}"))
        for target, count in cites.items():
            document = target.startswith(f"{NAME}:")
            found.append(Link(draft.key, "cite" if document else "url", target, count, "text"))
        return found


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def _common(sets: list[set[str]]) -> set[str]:
    """What stands in more than `TEMPLATE` of them."""
    if len(sets) < TEMPLATE_FROM:
        return set()
    counts = Counter(one for several in sets for one in several)
    return {one for one, count in counts.items() if count > TEMPLATE * len(sets)}


def _without(text: str, template: set[str]) -> str:
    if not template:
        return text
    parts = re.split(r"(\n\s*\n)", text)
    kept = [part for part in parts if " ".join(part.split()) not in template]
    return "".join(kept).strip() if len(kept) < len(parts) else text
