"""The conductor: read, place, attribute, judge, tell. The whole river on two screens.

found = learn(read_files(["conversation.jsonl.gz"]), Wish(seed=1))
for leader in found.leadership.people[:3]:
    print(leader.person.name, leader.induced)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from earned import __version__, sample
from earned.attribution.attribute import attribute as attribute_conversation
from earned.attribution.attribution import Attribution
from earned.attribution.conversation import Placed, place
from earned.attribution.frame import COLLEAGUE, EVENT, LINKED, OWN, PRIOR
from earned.attribution.labelled import Pairs
from earned.attribution.refit import Earlier
from earned.channels import CHANNELS
from earned.channels.base import Source
from earned.channels.labels import LINES
from earned.errors import SourceTaken, StudyError
from earned.measures.ideas import Telling, ideas_of
from earned.measures.openings import openings_of
from earned.model import (
    Correction,
    Idea,
    Leadership,
    Opening,
    Person,
    Post,
    Receipt,
    Said,
    Story,
)
from earned.model.pages import Newcomer
from earned.people import of_account, one_name, spoken_for, with_proofs
from earned.reading import Conversation, read_files, recognised
from earned.store import Store, open_store
from earned.store.shelves import Kept, KeptSource
from earned.store.shelves import Study as Record
from earned.sync import Reading, read_on
from earned.text.gates import Draft, Gate, gates
from earned.text.language import main_languages
from earned.verdicts.leadership import Found, find_leaders
from earned.verdicts.sheets import Sheets
from earned.verdicts.story import Receipts, tell
from earned.work import Progress, Workers, identify_language, load_pitch, net, silent

#: Sorts posts of unknown time last.
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)

__all__ = [
    "Conversation", "Found", "Record", "Study", "Wish", "attribute", "begin", "channels_table", "examine", "ideas", "leaders",
    "learn", "ledger", "open_study", "openings", "overview", "read_files", "sample_story", "tell",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for."""

    seed: int = 1
    #: Only posts from here on; only posts before.
    since: datetime | None = None
    until: datetime | None = None
    #: Only posts that hold one of these words; empty: all.
    topic: tuple[str, ...] = ()
    #: People with fewer posts are left out of the list.
    fewest: int = 1
    level: float = 0.90


def learn(given: Conversation, wish: Wish, *, before: Found | None = None, progress: Progress = silent) -> Found:
    """Who leads the ideas of a conversation.

    Args:
        given: What was read, and what people said of it; a receipt that a person confirmed is one more link of kind
            "cite" in it, with `evidence` CONFIRMED: it counts as a cause and not as credit.
        wish: What is asked.
        before: The answer of before a sync: the fit starts where that one ended, and comes to the same in less time.
        progress: Is told how far the work has come.

    Raises:
        StudyError: nothing is left to work on.
    """
    people = given.people()
    placed = place(
        chosen(given.posts, wish),
        given.links,
        of_account(people),
        len(people),
        news=given.news,
        identify=identify_language,
    )
    if not placed.posts:
        raise StudyError("No dated post is left to work on. Widen --since, --until or --topic, or add a source.")
    attribution = attributed(placed, people, wish.seed, progress, denied=given.denied, before=before)
    spoken = main_languages([p.text for p in placed.posts], [p.lang for p in placed.posts], identify_language)
    known = {"seed": str(wish.seed), "version": __version__, "high_water": given.high_water}
    return find_leaders(
        attribution, placed, people, seed=wish.seed, level=wish.level, fewest=wish.fewest, provenance=known,
        languages=spoken,
    )  # fmt: skip


def attributed(
    placed: Placed, people: Sequence[Person], seed: int, progress: Progress, *, draws: bool = True,
    addressing: bool = True, denied: Pairs = frozenset(), before: Found | None = None,
) -> Attribution:  # fmt: skip
    """Attribute a placed conversation on this machine's threads."""
    with Workers(progress) as workers:
        names = tuple(person.name for person in people)
        return attribute_conversation(
            placed, names, seed=seed, draws=draws, addressing=addressing, denied=denied,
            earlier=earlier(before, people) if before else None, run=workers.search, blocks=workers.passes,
        )  # fmt: skip


def earlier(before: Found, people: Sequence[Person]) -> Earlier:
    """An answer as the start of the next one; people are the same when their ids are."""
    code = {person.id: number for number, person in enumerate(before.people)}
    same = np.array([code.get(person.id, -1) for person in people], np.int64)
    return Earlier(before.placed, before.attribution.frame, before.attribution.fitted, same)


def chosen(posts: Iterable[Post], wish: Wish) -> Iterator[Post]:
    """The posts a wish is about."""
    words = [word.casefold() for word in wish.topic]
    for post in posts:
        if post.claimed_at is not None and wish.since and post.claimed_at < wish.since:
            continue
        if post.claimed_at is not None and wish.until and post.claimed_at >= wish.until:
            continue
        if not words or any(word in f"{post.title}\n{post.text}".casefold() for word in words):
            yield post


def leaders(*files: str, seed: int = 1) -> Leadership:
    """Who leads the conversation in these files or addresses: the main job in one call."""
    return learn(read_files(files), Wish(seed=seed)).leadership


def attribute(
    file: str, *, hide_links: bool = False, top: int = 50, seed: int = 1, columns: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> Iterator[dict[str, object]]:  # fmt: skip
    """Every post's most probable causes, one row a pair: child, parent, probability, kind.

    What the rows of a child leave below 1 is background. Kinds: "link" (explicit), "other", "colleague", "own",
    "prior art" (older than the window of its channel).
    """
    given = read_files([file], columns=columns, progress=progress)
    people = given.people()
    placed = place(
        given.posts, given.links, of_account(people), len(people), hide_links=hide_links, identify=identify_language
    )
    found = attributed(placed, people, seed, progress, draws=False, addressing=not hide_links)
    kinds = {OWN: "own", COLLEAGUE: "colleague", PRIOR: "prior art"}
    for child, post in enumerate(placed.posts):
        first, last = int(found.edges.start[child]), int(found.edges.start[child + 1])
        p = found.fitted.causes.edge[first:last]
        for k in (-p).argsort(kind="stable")[:top]:
            e = first + int(k)
            if found.edges.type[e] == EVENT:
                continue
            kind = "link" if found.edges.trace[e] == LINKED else kinds.get(int(found.edges.type[e]), "other")
            parent = placed.posts[int(found.edges.parent[e])].id
            yield {"child": post.id, "parent": parent, "probability": float(f"{p[k]:.6g}"), "kind": kind}


def sample_story(*, seed: int = 1, progress: Progress = silent) -> tuple[Found, Story]:
    """The bundled sample world: who leads it, beside what was planted."""
    truth = sample.truth()
    found = learn(read_files([sample.posts_path()], progress=progress), Wish(seed=seed), progress=progress)
    rates = {one["id"]: one["induced_by_others"] / one["posts"] for one in truth["people"] if one["posts"]}
    title = "Who leads the talk about running software"
    return found, tell(found, title=title, topic="The sample world: on-call, alerts, reviews", planted=rates)


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
    """Every channel: name, label, what it reads, what it leaves."""
    return [{"name": name, **asdict(LINES[name])} for name in CHANNELS]


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
    rejected = [{"source": r.address, "reason": r.reason, "count": r.count} for r in posts.rejected(record)]
    return {"study": record.name, "topic": record.topic, "posts": posts.count(record), "sources": sources,
            "rejected": rejected}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Study:
    """A topic followed over time inside a workspace."""

    store: Store
    record: Record

    def add(self, given: str, *, columns: Mapping[str, str] | None = None, news: bool = False) -> Source:
        """Recognise what a person gave and remember it, as conversation or as news; nothing is read yet."""
        source, _ = recognised(given, net(), columns)
        self.store.sources.add(self.record, source.channel, source.address, source.what, news=news)
        return source

    def sync(
        self, *, progress: Progress = silent, columns: Mapping[str, str] | None = None
    ) -> Iterator[tuple[KeptSource, Kept, str]]:
        """Read every source on from where it stood; one that fails does not stop the others."""
        for source in self.store.sources.of(self.record):
            try:
                done = read_on(self.store, source, progress=progress, columns=columns)
            except SourceTaken as taken:
                done = Reading(source, Kept(), str(taken))
            yield source, done.kept, f"{done.error}. {done.advice}" if done.advice else done.error

    def conversation(self) -> Conversation:
        """Everything kept, as of one moment."""
        with self.store.posts.one_moment():
            accounts = {account.id: account for account in self.store.posts.accounts(self.record)}
            found = Conversation(
                list(self.store.posts.of(self.record)), list(self.store.posts.links(self.record)), accounts,
                news=list(self.store.posts.news(self.record)),
            )  # fmt: skip
            found.high_water = self.store.posts.high_water(self.record)
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
        """Who leads the study's ideas; the answer is kept with what is needed to run it again. Further as `learn` above."""
        given = given or self.conversation()
        if not given.posts:
            raise StudyError(
                f"{self.record.name} holds no posts yet. First: earned add {self.record.name} ADDRESS, then earned "
                f"sync {self.record.name}."
            )
        found = learn(given, wish, before=before, progress=progress)
        self.store.findings.keep(
            self.record, "leaders", asdict(summary(found.leadership)), high_water=given.high_water,
            version=__version__, seed=wish.seed, now=datetime.now(UTC),
        )  # fmt: skip
        return found


def summary(answer: Leadership) -> Leadership:
    """What is kept of an answer: times as words, no receipts of people beyond the first hundred."""
    return replace(
        answer, people=answer.people[:100], totals=replace(answer.totals, since=None, until=None),
    )  # fmt: skip


def ideas(
    found: Found, *, most: int = 200, level: float = 0.90, corrections: Sequence[Correction] = (),
    progress: Progress = silent,
) -> tuple[Idea, ...]:  # fmt: skip
    """Claims that several people voice, those most taken up first, as people corrected them."""
    with Workers(progress) as workers:
        return ideas_of(
            found.attribution, found.placed, found.people, level=level, most=most, corrections=corrections,
            run=workers.search,
        )  # fmt: skip


def openings(found: Found, told: Sequence[Idea]) -> tuple[Opening, ...]:
    """Places in the conversation that wait for a point of view."""
    return openings_of(Telling(found.attribution, found.placed, found.people, 0.90), told, found.leadership)


def newcomers(found: Found, told: Sequence[Idea]) -> tuple[Newcomer, ...]:
    """Who took up anybody for the first time in the last quarter of the conversation, newest first."""
    return Sheets(found, told, argues=lambda _: [], reads={}).newcomers()


def examine(
    text: str, organization: str = "", *, said: Sequence[Said] | None = None, author: str = ""
) -> tuple[list[tuple[str, float]], tuple[Gate, ...]]:
    """Each sentence of a draft with the probability that it argues rather than sells, and the ten gates.

    With passages of a conversation `said` (None: none at hand) the gates look up what was said before, by whom.
    """
    model, embedder = load_pitch()

    def argues(parts: Sequence[str]) -> list[float]:
        return list(model.point_of_view(parts, embedder).tolist())

    draft = Draft(text, organization, argues=argues, said=said, author=author)
    return model.by_sentence(text, embedder), gates(draft)


def ledger(found: Found, *, person: str = "", most: int = 50) -> tuple[Receipt, ...]:
    """The latest adoptions as receipts, newest first, of everybody or of one person (id or name)."""
    wanted = person.casefold()
    evidence = [
        one
        for code, row in enumerate(found.people)
        if not wanted or wanted in (row.id.casefold(), row.name.casefold())
        for one in found.followers.receipts(code, most=most)
    ]
    if person and not any(wanted in (row.id.casefold(), row.name.casefold()) for row in found.people):
        raise StudyError(f"Nobody here is called {person}. The names are in: earned leaders.")
    latest = sorted(evidence, key=lambda e: found.passages.post(e.child).claimed_at or LONG_AGO, reverse=True)
    receipts = Receipts(found)
    return tuple(receipts.of(one) for one in found.passages.fill(latest[:most]))
