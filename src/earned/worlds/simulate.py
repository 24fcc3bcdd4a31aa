"""Simulate a world: a branching process whose posts carry words of the posts they follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from earned.model import Account, Link, Post
from earned.worlds.words import Vocabulary
from earned.worlds.world import World

START = datetime(2024, 1, 1, tzinfo=UTC)
#: A story that everybody links to stands here; the name is reserved for examples (RFC 2606).
NEWS = "https://news.example/"


@dataclass(slots=True)
class Said:
    """One simulated post."""

    t: float
    person: int
    matter: int
    words: NDArray[np.int64]
    #: Place of the post that brought it about, -1: none.
    parent: int = -1
    link: str = ""


@dataclass(frozen=True, slots=True)
class Simulated:
    """A conversation and its truth."""

    posts: tuple[Post, ...]
    links: tuple[Link, ...]
    accounts: tuple[Account, ...]
    #: Account id -> planted rate (posts by others per post); followers by others inside the window.
    rate: dict[str, float] = field(default_factory=dict)
    realized: dict[str, int] = field(default_factory=dict)
    #: Post id -> id of the post that brought it about.
    parent: dict[str, str] = field(default_factory=dict)


def simulate(world: World, seed: int, texts: Sequence[str] = ()) -> Simulated:
    """One conversation.

    Args:
        world: What it is like.
        seed: The same seed gives the same posts.
        texts: Real posts to take words from; without, words are drawn from made-up vocabularies.
    """
    rng = np.random.default_rng(seed)
    people = _People.of(world, rng)
    vocabulary = Vocabulary.of(world, texts)
    said = _spontaneous(world, people, vocabulary, rng)
    said += _news(world, people, vocabulary, rng) + _waves(world, people, vocabulary, rng)
    _branch(world, people, vocabulary, said, rng)
    said += _repeated(world, people, vocabulary, said, rng) + _copied(world, people, said)
    return _written(world, people, vocabulary, said, rng)


@dataclass(frozen=True, slots=True)
class _People:
    rate: NDArray[np.float64]
    activity: NDArray[np.float64]
    #: First day each writes, and group of friends.
    joined: NDArray[np.float64]
    group: NDArray[np.int64]

    @classmethod
    def of(cls, world: World, rng: np.random.Generator) -> _People:
        n = world.people
        rate, joined = np.full(n, world.rest), np.zeros(n)
        rate[: world.leaders] = rng.uniform(*world.leading, world.leaders)
        rate[world.leaders : world.leaders + world.middling] = rng.uniform(
            *world.middle, min(world.middling, n - world.leaders)
        )
        joined[: world.late] = 0.8 * world.days
        activity = rng.pareto(1.6, n) + 0.2
        return cls(rate, activity / activity.sum(), joined, rng.integers(0, max(world.matters, 1), n))

    def writer(self, t: float, rng: np.random.Generator, but: int = -1) -> int:
        chance = np.where((self.joined <= t), self.activity, 0.0)
        if but >= 0:
            chance[but] = 0.0
        return int(rng.choice(len(chance), p=chance / chance.sum()))


def _spontaneous(world: World, people: _People, vocabulary: Vocabulary, rng: np.random.Generator) -> list[Said]:
    said = []
    for t in np.sort(rng.uniform(0, world.days, world.spontaneous)):
        person, matter = people.writer(t, rng), int(rng.integers(world.matters))
        said.append(Said(float(t), person, matter, vocabulary.post(matter, rng)))
    return said


def _news(world: World, people: _People, vocabulary: Vocabulary, rng: np.random.Generator) -> list[Said]:
    said = []
    for number in range(world.news):
        t0, matter = rng.uniform(0, world.days), int(rng.integers(world.matters))
        story, link = vocabulary.post(matter, rng), f"{NEWS}{number}" if rng.random() < world.announced else ""
        for _ in range(world.reactions):
            t = t0 + rng.exponential(1.5)
            said.append(Said(t, people.writer(t, rng), matter, vocabulary.carry(story, matter, rng), link=link))
    return said


def _waves(world: World, people: _People, vocabulary: Vocabulary, rng: np.random.Generator) -> list[Said]:
    """Friends take an interest in their matter at the same time, of themselves: six times as much for some days."""
    said = []
    waves = int(world.waves * world.days / 365)
    for group in range(world.matters):
        friends = np.flatnonzero(people.group == group)
        if not len(friends):
            continue
        weight = people.activity[friends] / people.activity[friends].sum()
        for t0 in rng.uniform(0, world.days, waves):
            size = rng.poisson(6 * 8 * world.spontaneous / world.days / world.matters)
            for t in rng.normal(t0, 2.0, size):
                said.append(Said(float(abs(t)), int(rng.choice(friends, p=weight)), group, vocabulary.post(group, rng)))
    return said


def _branch(
    world: World, people: _People, vocabulary: Vocabulary, said: list[Said], rng: np.random.Generator
) -> None:  # fmt: skip
    """Every post, the new ones too, brings about Poisson(rate x quality) posts by others."""
    at = 0
    while at < len(said):
        one = said[at]
        quality = rng.gamma(world.quality) / world.quality
        for _ in range(rng.poisson(people.rate[one.person] * quality)):
            t = one.t + world.lag * np.exp(world.lag_spread * rng.normal())
            if t < world.days:
                words = vocabulary.carry(one.words, one.matter, rng)
                said.append(Said(float(t), people.writer(t, rng, but=one.person), one.matter, words, parent=at))
        at += 1


def _repeated(
    world: World, people: _People, vocabulary: Vocabulary, said: Sequence[Said], rng: np.random.Generator
) -> list[Said]:
    """People at the far end of the list say again what leaders said, some time later; nobody follows them."""
    first = [one for one in said if one.person < world.leaders and one.parent < 0]
    out = []
    for k in range(world.repeaters):
        for source in (first[i] for i in rng.choice(len(first), min(40, len(first)), replace=False)):
            t = source.t + world.again_after + rng.exponential(15.0)
            words = vocabulary.carry(source.words, source.matter, rng)
            out.append(Said(float(t), len(people.rate) - 1 - k, source.matter, words))
    return out


def _copied(world: World, people: _People, said: Sequence[Said]) -> list[Said]:
    """Programs copy every tenth post within minutes."""
    return [
        Said(one.t + 0.003, len(people.rate) + bot, one.matter, one.words)
        for bot in range(world.bots)
        for one in said[bot :: 10]
    ]  # fmt: skip


def _written(
    world: World, people: _People, vocabulary: Vocabulary, said: Sequence[Said], rng: np.random.Generator
) -> Simulated:
    seen = [k for k, one in enumerate(said) if 0 <= one.t < world.days and rng.random() < world.seen]
    order = sorted(seen, key=lambda k: said[k].t)
    name = {k: f"sim:{place}" for place, k in enumerate(order)}
    posts = tuple(_post(name[k], said[k], vocabulary) for k in order)
    parent = {name[k]: name[said[k].parent] for k in order if said[k].parent in name}
    links = [Link(child, "cite", target) for child, target in parent.items() if rng.random() < world.linked]
    ids = list(name.values())
    links += [
        Link(i, "cite", ids[rng.integers(len(ids))]) for i in ids if rng.random() < world.stray and i not in parent
    ]
    links += [Link(name[k], "url", said[k].link) for k in order if said[k].link]
    realized = {f"sim:p{p}": 0 for p in range(len(people.rate) + world.bots)}
    for k in order:
        if said[k].parent in name and said[said[k].parent].person != said[k].person:
            realized[f"sim:p{said[said[k].parent].person}"] += 1
    rate = dict.fromkeys(realized, 0.0) | {f"sim:p{p}": float(r) for p, r in enumerate(people.rate)}
    return Simulated(posts, tuple(links), tuple(_account(key) for key in realized), rate, realized, parent)


def _post(key: str, one: Said, vocabulary: Vocabulary) -> Post:
    moment = START + timedelta(days=one.t)
    return Post(key, "simulated forum", (f"sim:p{one.person}",), moment, "second", vocabulary.text(one.words))


def _account(key: str) -> Account:
    return Account(key, f"Person {key.removeprefix('sim:p')}", "person")
