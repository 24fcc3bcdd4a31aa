"""The conductor: read, place, attribute, judge, tell. The whole river on two screens.

found = learn(read_files(["conversation.jsonl.gz"]), Wish(seed=1))
for leader in found.leadership.people[:3]:
    print(leader.person.name, leader.induced)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from earned import __version__, sample
from earned.attribution.attribute import attribute as attribute_conversation
from earned.attribution.attribution import Attribution
from earned.attribution.conversation import Placed, place
from earned.attribution.frame import COLLEAGUE, EVENT, LINKED, OWN, PRIOR
from earned.attribution.labelled import Pairs
from earned.attribution.refit import Known, known_of
from earned.errors import StudyError
from earned.measures.ideas import Telling, ideas_of
from earned.measures.openings import openings_of
from earned.model import (
    Correction,
    Idea,
    Leadership,
    Opening,
    Person,
    Receipt,
    Said,
    Story,
)
from earned.model.pages import Newcomer
from earned.people import of_account
from earned.reading import Conversation, Wish, chosen, read_files
from earned.text.gates import Draft, Gate, gates
from earned.text.language import main_languages
from earned.verdicts.leadership import Found, find_leaders
from earned.verdicts.sheets import Sheets
from earned.verdicts.story import Receipts, tell
from earned.work import Progress, Workers, identify_language, load_pitch, meaning, settled, silent

#: Sorts posts of unknown time last.
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)

__all__ = [
    "Conversation", "Found", "Wish", "attribute", "examine", "ideas", "leaders", "learn", "ledger", "newcomers", "openings",
    "read_files", "sample_story", "tell",
]  # fmt: skip


def learn(
    given: Conversation, wish: Wish, *, before: Found | Known | None = None, lasting: bool = True,
    progress: Progress = silent,
) -> Found:  # fmt: skip
    """Who leads the ideas of a conversation.

    Args:
        given: What was read, and what people said of it; a receipt that a person confirmed is one more link of kind
            "cite" in it, with `evidence` CONFIRMED: it counts as a cause and not as credit.
        wish: What is asked.
        before: The answer of before a sync, or what was kept of it: the fit starts where that one ended, compares only
            what is new, and comes to the same in less time.
        lasting: Whether a later fit may begin with this one; what that takes need not be worked out otherwise.
        progress: Is told how far the work has come.

    Raises:
        StudyError: nothing is left to work on.
    """
    with settled():
        return _learned(given, wish, before, lasting, progress)


def _learned(given: Conversation, wish: Wish, before: Found | Known | None, lasting: bool, progress: Progress) -> Found:
    people = given.people()
    placed = place(
        chosen(given.posts, wish), given.links, of_account(people), len(people), news=given.news,
        identify=identify_language,
    )  # fmt: skip
    if not placed.posts:
        raise StudyError("No dated post is left to work on. Widen --since, --until or --topic, or add a source.")
    attribution = attributed(
        placed, people, wish.seed, progress, denied=given.denied, before=known(before), lasting=lasting
    )
    spoken = main_languages([p.text for p in placed.posts], [p.lang for p in placed.posts], identify_language)
    provenance = {"seed": str(wish.seed), "version": __version__, "high_water": given.high_water}
    return find_leaders(
        attribution, placed, people, seed=wish.seed, level=wish.level, fewest=wish.fewest, provenance=provenance,
        languages=spoken,
    )  # fmt: skip


def attributed(
    placed: Placed, people: Sequence[Person], seed: int, progress: Progress, *, draws: bool = True,
    addressing: bool = True, denied: Pairs = frozenset(), before: Known | None = None, lasting: bool = False,
) -> Attribution:  # fmt: skip
    """Attribute a placed conversation on this machine's threads."""
    with Workers(progress) as workers:
        names = tuple(person.name for person in people)
        return attribute_conversation(
            placed, names, seed=seed, draws=draws, addressing=addressing, denied=denied,
            people=[person.id for person in people] if lasting or before else None, earlier=before, embed=meaning,
            run=workers.search, blocks=workers.passes,
        )  # fmt: skip


def known(before: Found | Known | None) -> Known | None:
    """What an answer leaves for the next one to start with; people are the same when their ids are."""
    if before is None or isinstance(before, Known):
        return before
    return known_of(before.attribution, before.placed, [person.id for person in before.people])


def leaders(*files: str, seed: int = 1) -> Leadership:
    """Who leads the conversation in these files or addresses: the main job in one call."""
    return learn(read_files(files), Wish(seed=seed), lasting=False).leadership


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
