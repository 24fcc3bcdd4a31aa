"""Ideas of a conversation: what several people voice, who said it first, who carried it, credited or not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from earned.attribution.attribution import Attribution
from earned.attribution.conversation import Placed
from earned.attribution.frame import COLLEAGUE, OTHER
from earned.measures.corrections import Group, corrected
from earned.measures.voices import Flow, Members, credit_rate, lifeline
from earned.model import Answer, Carrier, Correction, FirstSaid, Idea, Part, Person, Quoted, Said
from earned.text.boilerplate import templates, without
from earned.text.clean import readable
from earned.text.debate import ARGUES, hint
from earned.text.ideas import JOIN, Piece, gather, near, pieces, vectors
from earned.text.naming import Rarity, name_of
from earned.text.pov import own_names, pitch_fraction
from earned.text.prose import spoken, uncopied
from earned.text.similarity import Neighbours, Runner, loop

#: A claim has so many voices and so many posts.
VOICES = 2
#: Followings less probable than this bind nothing.
FOLLOWING = 0.1
#: Passages that sell: more than this part of an idea's words names the speaker's own firm.
SELLING = 0.5
#: Characters of a post that are read.
LONGEST = 60_000


def ideas_of(
    attribution: Attribution, placed: Placed, people: Sequence[Person], *, level: float = 0.90, most: int = 200,
    corrections: Sequence[Correction] = (), run: Runner = loop,
) -> tuple[Idea, ...]:  # fmt: skip
    """Claims that several people voice, those most taken up first.

    Args:
        attribution: Of one conversation.
        placed: Its posts.
        people: Its known people, by code.
        level: Coverage of credit rates.
        most: So many ideas are told in full.
        corrections: What people said of ideas found before, oldest first.
        run: Who runs the search.

    Returns:
        Ideas of at least two people. Passages that share nothing with anybody are no idea, nor is what only sells.

    Raises:
        Nothing: a conversation without shared claims has none.

    Source:
        Method 17; leader clustering: Hartigan (1975), Clustering Algorithms, chapter 3.

    Departs from the source:
        A probable following raises the similarity of two posts; the threshold was set on the sample world.
    """
    told = Telling(attribution, placed, tuple(people), level, run)
    groups = told.groups(corrections)
    return tuple(told.idea(group.places, group.name) for group in groups[:most])


@dataclass(frozen=True)
class Telling:
    """Everything that is looked up again and again while ideas are told."""

    attribution: Attribution
    placed: Placed
    people: tuple[Person, ...]
    level: float
    run: Runner = loop

    @cached_property
    def texts(self) -> list[str]:
        given = [p.text if p.text_unquoted is None else p.text_unquoted for p in self.placed.posts]
        own = [readable(spoken(text[:LONGEST])) for text in given]
        frame = self.attribution.frame
        writers = frame.person[frame.author_start[:-1]].tolist()
        known = templates(own, writers, [post.channel for post in self.placed.posts])
        return uncopied([without(text, known) for text in own], writers)

    @cached_property
    def pieces(self) -> list[Piece]:
        return pieces(self.texts)

    @cached_property
    def rarity(self) -> Rarity:
        return Rarity([piece.text for piece in self.pieces])

    @cached_property
    def members(self) -> Members:
        return Members(self.attribution)

    @cached_property
    def post(self) -> NDArray[np.int64]:
        return np.array([piece.row for piece in self.pieces], np.int64)

    @cached_property
    def close(self) -> Neighbours:
        firms = {word for name in self.placed.organizations for word in name.casefold().split() if len(word) > 3}
        return near(vectors(self.pieces, frozenset(firms), self.placed.language[self.post]), run=self.run)

    def groups(self, corrections: Sequence[Correction] = ()) -> list[Group]:
        """Groups of passages with several voices that do more than sell, those most taken up first, then most voiced."""
        found = gather(self.post, self.close, self.members.followings(FOLLOWING))
        posts = [self.placed.posts[row].id for row in self.post.tolist()] if corrections else []
        groups = corrected(found, posts, corrections)
        kept = [one for one in groups if self._voices(one.places) >= VOICES and not self._sells(one.places)]
        adopted, inside = self._adopted(kept, OTHER), self._adopted(kept, COLLEAGUE)
        order = sorted(
            range(len(kept)),
            key=lambda k: (
                -adopted[k], -inside[k], -self._voices(kept[k].places), -len(kept[k].places), kept[k].places[0]
            ),
        )  # fmt: skip
        return [kept[k] for k in order]

    def _adopted(self, groups: Sequence[Group], kind: int) -> list[int]:
        """Posts of each group that followed another of its posts, by strangers or by colleagues, to the nearest whole number.

        What many say on their own (a formula, a courtesy, a heading) is voiced and never taken up.
        """
        holds: dict[int, set[int]] = defaultdict(set)
        for k, group in enumerate(groups):
            for place in group.places:
                holds[self.pieces[place].row].add(k)
        found = np.zeros(len(groups))
        for (child, parent), p in self.members.followings(FOLLOWING, (kind,)).items():
            for k in holds.get(child, set()) & holds.get(parent, set()):
                found[k] += p
        return [round(float(value)) for value in found]

    def _voices(self, group: list[int]) -> int:
        return len({self.members.first_author(self.pieces[k].row) for k in group})

    def _sells(self, group: list[int]) -> bool:
        parts = [
            pitch_fraction([self.pieces[k].text], own_names(self.placed.posts[self.pieces[k].row].organization))
            for k in group
        ]
        return float(np.mean(parts)) > SELLING

    def idea(self, group: list[int], name: str = "") -> Idea:
        """One group of passages as an idea, under this name or one from its own text."""
        rows = sorted({self.pieces[k].row for k in group})
        flow = self.members.flow(rows)
        passages = tuple(self.said(self.pieces[k].row, self.pieces[k].text) for k in sorted(group))
        first = self._first(group, rows)
        return Idea(
            id=sha256("\n".join(f"{one.post}\t{one.quoted.passage}" for one in passages[:2]).encode()).hexdigest()[:12],
            name=name or self._name(group),
            passages=passages,
            people=self._voices(group),
            first_said=first,
            prior_art=self._prior(group),
            carriers=self._carriers(rows, flow),
            credited=flow.credited,
            uncredited=flow.uncredited,
            credit_rate=credit_rate(flow.credited, flow.uncredited, self.level),
            debate=self._debate(rows),
            weeks=lifeline(self.attribution, self.placed, rows, flow.followed),
            channels=self._parts(rows, [p.channel for p in self.placed.posts]),
            organizations=self._parts(rows, [p.organization or "none stated" for p in self.placed.posts]),
            momentum=self.members.momentum(rows),
            cannot_tell=_unsure(first, flow.credited + flow.uncredited, passages),
        )

    def said(self, row: int, text: str) -> Said:
        """A passage with who said it."""
        post = self.placed.posts[row]
        code = self.members.first_author(row)
        known = code < self.placed.known
        quoted = Quoted(self.who(row), post.channel, post.claimed_at, post.time_precision, post.url, text, post.copied)
        return Said(post.id, self.people[code].id if known else "", quoted)

    def who(self, row: int) -> str:
        codes = self.members.authors(row)
        return ", ".join(self.people[c].name for c in codes if c < self.placed.known) or "unknown"

    def _name(self, group: list[int]) -> str:
        alone = Counter(self.post.tolist())
        chosen = [self.pieces[k] for k in sorted(group)]
        titles = [
            self.placed.posts[p.row].title for p in chosen if alone[p.row] == 1 and self.placed.posts[p.row].title
        ]
        voices = [str(self.members.first_author(piece.row)) for piece in chosen]
        return name_of([piece.text for piece in chosen], voices, self.rarity, titles=titles)

    def _first(self, group: list[int], rows: list[int]) -> tuple[FirstSaid, ...]:
        text = {self.pieces[k].row: self.pieces[k].text for k in sorted(group, reverse=True)}
        weights = self.members.first(rows)
        order = sorted(range(len(rows)), key=lambda k: (-weights[k], k))[:3]
        return tuple(
            FirstSaid(self.said(rows[k], text[rows[k]]), float(weights[k]),
                      "observed" if self._confirmed(rows[k]) else "claimed")
            for k in order if weights[k] >= 0.05
        )  # fmt: skip

    def _confirmed(self, row: int) -> bool:
        """Whether somebody else's post, or our own reading at the time, says that the post existed within two days."""
        post = self.placed.posts[row]
        if post.first_observed_at and post.claimed_at and (post.first_observed_at - post.claimed_at).days < 2:
            return True
        t = self.attribution.frame.t
        return any(t[child] - t[row] <= 2 for child in self.members.linked_by(row))

    def _prior(self, group: list[int]) -> Said | None:
        """The nearest earlier passage outside the group by somebody who does not stand in it."""
        inside, best, nearest = {self.pieces[k].row for k in group}, 0.6 * JOIN, -1
        voices = {self.members.first_author(row) for row in inside}
        for k in sorted(group)[:3]:
            begin, end = np.searchsorted(self.close.child, [k, k + 1])
            for e in range(int(begin), int(end)):
                row = self.pieces[int(self.close.earlier[e])].row
                stranger = row < min(inside) and self.members.first_author(row) not in voices
                if stranger and self.close.similarity[e] > best:
                    best, nearest = float(self.close.similarity[e]), int(self.close.earlier[e])
        return self.said(self.pieces[nearest].row, self.pieces[nearest].text) if nearest >= 0 else None

    def _carriers(self, rows: list[int], flow: Flow) -> tuple[Carrier, ...]:
        found = [self._carrier(code, own, rows, flow) for code, own in self.members.by_person(rows).items()]
        return tuple(sorted(found, key=lambda c: (-c.followed, -c.share, c.name)))

    def _carrier(self, code: int, own: list[int], rows: list[int], flow: Flow) -> Carrier:
        share = sum(1 / len(self.members.authors(row)) for row in own) / len(rows)
        followed = sum(flow.by_parent.get(row, 0.0) / len(self.members.authors(row)) for row in own)
        inside = set(rows)
        took = [self.members.took_up(row, inside) for row in own]
        organization = next(
            (self.placed.posts[r].organization for r in own[::-1] if self.placed.posts[r].organization), ""
        )
        known = code < self.placed.known
        return Carrier(
            person=self.people[code].id if known else "", name=self.people[code].name if known else "unknown",
            organization=organization, posts=len(own), share=share, followed=float(followed),
            credited=took.count("credited"), uncredited=took.count("uncredited"),
        )  # fmt: skip

    def _debate(self, rows: list[int]) -> tuple[Answer, ...]:
        answers = [self._answer(row, child) for row in rows for child in self.members.linked_by(row)]
        once = {answer.said.post: answer for answer in answers if answer.words >= ARGUES}
        return tuple(once.values())

    def _answer(self, row: int, child: int) -> Answer:
        own, text = set(self.members.authors(row)), self.texts[child]
        back = any(own & set(self.members.authors(later)) for later in self.members.linked_by(child))
        return Answer(
            self.said(child, text[:600]), self.placed.posts[row].id, len(text.split()), hint(text), answered=back
        )

    def _parts(self, rows: list[int], names: Sequence[str]) -> tuple[Part, ...]:
        posts: Counter[str] = Counter(names[row] for row in rows)
        voices: dict[str, set[int]] = defaultdict(set)
        for row in rows:
            voices[names[row]].update(self.members.authors(row))
        return tuple(Part(name, count, len(voices[name])) for name, count in posts.most_common())


def _unsure(first: tuple[FirstSaid, ...], adoptions: float, passages: Sequence[Said]) -> tuple[str, ...]:
    said = [
        "Who said it first rests on the date the post itself gives." if first and first[0].known == "claimed" else "",
        "Who said it first is open: no member stands out." if first and first[0].weight < 0.5 else "",
        "Too few followings to tell how often it is credited." if adoptions < 2 else "",
        "Similar words mean the same matter, not the same opinion.",
        "Two posts only: a coincidence of words cannot be ruled out." if len({p.post for p in passages}) == 2 else "",
    ]
    return tuple(sentence for sentence in said if sentence)
