"""A workspace's studies: begun, opened, read on, answered. Nothing that computes is loaded before something is computed.

study = open_study("ops")
study.add("https://example.org/feed.xml")
for source, kept, trouble in study.sync():
    print(source.address, kept, trouble)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earned import __version__, sample
from earned.channels import CHANNELS
from earned.channels.base import Source
from earned.channels.labels import COUNTS, LINES
from earned.channels.same_post import known_as
from earned.errors import InputError, SourceTaken, StudyError
from earned.model import Leadership
from earned.people import one_name, spoken_for, with_proofs
from earned.reading import Conversation, Wish, recognised
from earned.store import Store, open_store
from earned.store.shelves import Kept, KeptSource
from earned.store.shelves import Study as Record
from earned.sync import Reading, read_on
from earned.work import Progress, net, silent

if TYPE_CHECKING:
    from earned.attribution.refit import Known
    from earned.study import Found

__all__ = ["Record", "Study", "begin", "begin_sample", "channels_table", "open_study", "overview", "titles"]


def open_study(name: str, workspace: Path | None = None) -> Study:
    """The study called `name`.

    Raises:
        StudyError: there is none.
    """
    store = open_store(workspace)
    return Study(store, store.studies.get(name))


def begin(name: str, topic: str = "", workspace: Path | None = None) -> Study:
    """A new study.

    Raises:
        StudyError: the name is taken or cannot be one.
    """
    store = open_store(workspace)
    return Study(store, store.studies.new(name, topic))


def begin_sample(workspace: Path | None = None) -> tuple[Study, bool]:
    """The study of the bundled sample world, and whether it was made just now: it is, when it is not there yet."""
    store = open_store(workspace)
    if any(one.name == "sample" for one in store.studies.all()):
        return Study(store, store.studies.get("sample")), False
    made = Study(store, store.studies.new("sample", "The sample world: on-call, alerts, reviews"))
    made.add(sample.posts_path())
    return made, True


def titles(workspace: Path | None = None) -> list[Record]:
    """Every study of a workspace, by name."""
    return list(open_store(workspace).studies.all())


def channels_table() -> list[dict[str, str]]:
    """Every channel, then every source of counts: name, command, label, address, what it reads, leaves and writes."""
    channels = [{"name": name, "command": "add", **asdict(LINES[name])} for name in CHANNELS]
    return channels + [{"name": name, "command": "counts", **asdict(line)} for name, line in COUNTS.items()]


def overview(name: str | None, workspace: Path | None = None) -> tuple[Path, list[dict[str, Any]]]:
    """The workspace, and each study (or the one named) with its sources, posts and rejected rows, as plain data."""
    store = open_store(workspace)
    records = [store.studies.get(name)] if name else list(store.studies.all())
    return store.folder, [_overview(Study(store, record)) for record in records]


def _overview(study: Study) -> dict[str, Any]:
    posts, record = study.store.posts, study.record
    sources = [
        {"channel": s.channel, "address": s.address, "what": s.what, "error": s.last_error, "news": s.news,
         "read": s.last_read_at.isoformat() if s.last_read_at else None}
        for s in study.store.sources.of(record)
    ]  # fmt: skip
    rejected = [
        {"source": r.address, "reason": r.reason, "count": r.count, "first": r.first} for r in posts.rejected(record)
    ]
    return {"study": record.name, "topic": record.topic, "posts": posts.count(record), "sources": sources,
            "rejected": rejected}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Study:
    """A topic followed over time inside a workspace."""

    store: Store
    record: Record

    def add(self, given: str | Path, *, columns: Mapping[str, str] | None = None, news: bool = False) -> Source:
        """Recognise what a person gave and remember it, as conversation or as news; nothing is read yet.

        Raises:
            InputError: nobody reads it, or it can be read as news only.
        """
        source, _ = recognised(str(given), net(), columns)
        if source.news_only and not news:
            raise InputError(
                str(given),
                f"{source.what}: what people react to, no part of the conversation.",
                f"Add it as news: earned add {self.record.name} {given} --news"
                " (in the browser: on the page of sources, with the box for news ticked).",
            )
        self.store.sources.add(self.record, source.channel, source.address, source.what, news=news, columns=columns)
        return source

    def forget(self, given: str) -> KeptSource:
        """Take a source out of the study; its posts go where no other source gives them.

        Raises:
            InputError: the study has no such source.
        """
        wanted = {given, str(Path(given).expanduser().resolve())}
        there = self.store.sources.of(self.record)
        for source in there:
            if source.address in wanted:
                self.store.sources.remove(self.record, source.id)
                return source
        known = "; ".join(source.address for source in there) or "none yet"
        raise InputError(given, f"is no source of {self.record.name}.", f"Its sources: {known}.")

    def sync(
        self, *, progress: Progress = silent, columns: Mapping[str, str] | None = None
    ) -> Iterator[tuple[KeptSource, Kept, str]]:
        """Read every source on from where it stood; one that fails does not stop the others."""
        for source in self.store.sources.of(self.record):
            try:
                done = read_on(self.store, source, progress=progress, columns=columns)
            except SourceTaken as taken:
                done = Reading(source, Kept(), str(taken))
            yield source, done.kept, f"{done.error.rstrip('.')}. {done.advice}" if done.advice else done.error

    def unmatched(self) -> tuple[str, ...]:
        """Posts that copied answers answer and the study does not hold under that name, each once."""
        posts = self.store.posts
        lost = posts.answered_elsewhere(self.record)
        names = known_as(posts.same(self.record), posts.ids(self.record)) if lost else {}
        return tuple(one for one in lost if one not in names)

    def conversation(self) -> Conversation:
        """Everything kept, as of one moment."""
        with self.store.posts.one_moment():
            accounts = {account.id: account for account in self.store.posts.accounts(self.record)}
            found = Conversation(
                list(self.store.posts.of(self.record)), list(self.store.posts.links(self.record)), accounts,
                news=list(self.store.posts.news(self.record)),
            )  # fmt: skip
            found.high_water = self.store.posts.high_water(self.record)
        found.meet()
        return self.as_told(found)

    def as_told(self, given: Conversation) -> Conversation:
        """The conversation with what people said of who is whom, and for whom they spoke."""
        shelf = self.store.decisions
        same, different = shelf.pairs(self.record)
        found = replace(given, same=same, different=different)
        if proofs := shelf.proofs(self.record):
            found.accounts = {one.id: one for one in with_proofs(found.accounts.values(), proofs)}
        names = one_name(shelf.firms(self.record))
        if told := shelf.affiliations(self.record):
            told = tuple(replace(one, organization=names.get(one.organization, one.organization)) for one in told)
            found.posts = list(spoken_for(found.posts, found.people(), told))
        if names:
            found.posts = [
                replace(one, organization=names[one.organization]) if one.organization in names else one
                for one in found.posts
            ]
        return found

    def learn(
        self, wish: Wish, *, given: Conversation | None = None, before: Found | None = None, progress: Progress = silent
    ) -> Found:
        """Who leads the study's ideas; the answer is kept with what is needed to run it again. Further as `study.learn`.

        A fit of the whole study begins where the last one ended, unless `before` says where, and leaves its end to the next.
        """
        from earned.study import learn

        given = given or self.conversation()
        if not given.posts:
            raise StudyError(
                f"{self.record.name} holds no posts yet. First: earned add {self.record.name} ADDRESS, then earned "
                f"sync {self.record.name}."
            )
        found = learn(given, wish, before=before or self._start(wish), lasting=not wish.narrowed, progress=progress)
        self._leave(found, wish)
        self.store.findings.keep(
            self.record, "leaders", asdict(summary(found.leadership)), high_water=given.high_water,
            version=__version__, seed=wish.seed, now=datetime.now(UTC),
        )  # fmt: skip
        return found

    @property
    def fit_version(self) -> str:
        """What a fit can begin with was written by this version of Earned, or is not read."""
        from earned.attribution.packing import LAYOUT

        return f"{__version__}/{LAYOUT}"

    def _start(self, wish: Wish) -> Known | None:
        """What the last fit of the whole study left, if this is one, too, by the same version and seed."""
        from earned.attribution.packing import unpack

        if wish.narrowed:
            return None
        state = self.store.starts.of(self.record, version=self.fit_version, seed=wish.seed)
        return unpack(state) if state else None

    def _leave(self, found: Found, wish: Wish) -> None:
        from earned.attribution.packing import pack
        from earned.study import known

        if not wish.narrowed and (kept := known(found)):
            self.store.starts.keep(self.record, pack(kept), version=self.fit_version, seed=wish.seed)


def summary(answer: Leadership) -> Leadership:
    """What is kept of an answer: times as words, no receipts of people beyond the first hundred."""
    return replace(
        answer, people=answer.people[:100], totals=replace(answer.totals, since=None, until=None),
    )  # fmt: skip
