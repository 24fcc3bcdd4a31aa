"""The pages of a study, made from what was found: topic, people, organizations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from earned.attribution.attribution import FEWEST, Attribution
from earned.measures.cadence import cadence
from earned.measures.exchange import Exchange, codes
from earned.measures.follow_ups import follow_ups
from earned.measures.lines import Lines
from earned.measures.mix import Argues, Mix, evenly, mix
from earned.measures.organization import concentration, drawn_counts, total
from earned.model import Idea, Leader, Opening
from earned.model.follow import FollowUp
from earned.model.pages import (
    Carried,
    Follower,
    IdeaLine,
    Newcomer,
    OrganizationSheet,
    PersonSheet,
    TopicSheet,
    Voice,
)
from earned.verdicts.barrier import barrier
from earned.verdicts.leadership import Found
from earned.verdicts.story import weeks_of

#: Posts of a person whose sentences are read, spread evenly over all of theirs, and people for whom that is done.
POSTS, READ = 40, 300
#: Followers and newcomers listed; people of the topic page that are kept.
FOLLOWERS, NEWCOMERS, LISTED = 40, 20, 100
#: Unanswered answers kept for each person.
WAITING = 50


@dataclass(frozen=True)
class Sheets:
    """Everything that pages show; look-ups are built once for all people."""

    found: Found
    ideas: Sequence[Idea]
    argues: Argues
    #: Post id -> the largest published number of views or visitors.
    reads: Mapping[str, float]
    level: float = 0.90

    def topic(self, openings: Sequence[Opening]) -> TopicSheet:
        """The topic at a glance."""
        answer = self.found.leadership
        people = tuple(replace(one, evidence=()) for one in answer.people[:LISTED])
        return TopicSheet(
            leadership=replace(answer, people=people), weeks=weeks_of(self.found),
            ideas=tuple(map(_line, self.ideas)), openings=tuple(openings), newcomers=self.newcomers(),
            channels=self._channels(),
        )  # fmt: skip

    def people(self, most: int) -> Iterator[PersonSheet]:
        """The pages of people, surest first."""
        for place, leader in enumerate(self.found.leadership.people[:most]):
            yield self._person(leader, self._code[leader.person.id], read=place < READ)

    def organizations(self) -> Iterator[OrganizationSheet]:
        """The pages of organizations, most outside adoption first."""
        return iter(sorted(map(self._organization, self._staff), key=lambda one: (-one.outside.value, one.name)))

    @cached_property
    def exchange(self) -> Exchange:
        """Who did what with whose posts."""
        return Exchange(self.found.attribution, self.found.placed, self.found.people)

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.exchange, self.reads, self.level)

    @cached_property
    def _code(self) -> dict[str, int]:
        return codes(self.found.people)

    @cached_property
    def _carried(self) -> dict[str, list[Carried]]:
        held: dict[str, list[Carried]] = defaultdict(list)
        for idea in self.ideas:
            first = {one.said.person: one.weight for one in idea.first_said}
            for one in idea.carriers:
                held[one.person].append(
                    Carried(idea.id, idea.name, one.posts, one.followed, first.get(one.person, 0.0))
                )
        return {key: sorted(parts, key=lambda c: (-c.followed, -c.posts)) for key, parts in held.items()}

    def _person(self, leader: Leader, code: int, *, read: bool) -> PersonSheet:
        a = self.found.attribution
        rows = a.posts_of(code)
        lines, steady = self._lines.of(code), cadence(a, self.found.placed, code)
        told = self._mix(rows, leader.organization) if read else Mix((), ())
        held, experiment = barrier(leader, lines, steady, told.pitch)
        return PersonSheet(
            leader=leader, camps=self.found.camps.get(code, ()), lines=lines, cadence=steady,
            without_news=_per_post(a, a.without_events, rows), strict=_per_post(a, a.strict, rows),
            ideas=tuple(self._carried.get(leader.person.id, ())), mix=told.months, sentences=told.sentences,
            followers=self._followers(code), barrier=held, experiment=experiment,
            waiting=self._waiting(code),
        )  # fmt: skip

    def _waiting(self, code: int) -> tuple[FollowUp, ...]:
        until = self.found.leadership.totals.until
        return follow_ups(self.exchange, code, today=until.date())[:WAITING] if until else ()

    def _mix(self, rows: np.ndarray, organization: str) -> Mix:
        return mix([self.found.placed.posts[row] for row in evenly(rows, POSTS).tolist()], organization, self.argues)

    def _followers(self, code: int) -> tuple[Follower, ...]:
        acts, posts = self.exchange.followed.of(code), self.found.placed.posts
        made = []
        for actor in np.unique(acts.actor).tolist():
            here = acts.only(acts.actor == actor)
            rows = here.child.tolist()
            person = self.found.people[actor]
            credited = sum((code, row) in self.exchange.credited for row in rows)
            made.append(Follower(
                person.id, person.name, posts[rows[-1]].organization, float(here.weight.sum()), credited,
                bool(here.colleague.any()), posts[rows[0]].claimed_at, posts[rows[-1]].claimed_at,
            ))  # fmt: skip
        return tuple(sorted(made, key=lambda one: (one.colleague, -one.posts))[:FOLLOWERS])

    def newcomers(self) -> tuple[Newcomer, ...]:
        """People whose first adoption of anything falls into the last quarter of the time, newest first."""
        acts, frame = self.exchange.adopted, self.found.attribution.frame
        order = np.argsort(acts.child, kind="stable")
        _, first = np.unique(acts.actor[order], return_index=True)
        late = [int(order[k]) for k in first if frame.t[acts.child[order[k]]] >= 0.75 * frame.span]
        return tuple(self._newcomer(place) for place in sorted(late, key=lambda k: -int(acts.child[k]))[:NEWCOMERS])

    def _newcomer(self, place: int) -> Newcomer:
        acts, people = self.exchange.adopted, self.found.people
        who, post = people[int(acts.actor[place])], self.found.placed.posts[int(acts.child[place])]
        author = int(acts.author[place])
        after = people[author].name if author < len(people) else "somebody unknown"
        return Newcomer(who.id, who.name, post.organization, after, post.claimed_at, float(acts.weight[place]))

    def _channels(self) -> tuple[tuple[str, int, int], ...]:
        frame, found = self.found.attribution.frame, []
        first = frame.person[frame.author_start[:-1]]
        for code, name in enumerate(self.found.placed.channels):
            here = frame.channel == code
            found.append((name, int(here.sum()), len(np.unique(first[here]))))
        return tuple(sorted(found, key=lambda row: -row[1]))

    @cached_property
    def _staff(self) -> dict[str, list[Leader]]:
        """Organization -> its people, by their latest post."""
        staff: dict[str, list[Leader]] = defaultdict(list)
        for leader in self.found.leadership.people:
            if leader.organization:
                staff[leader.organization].append(leader)
        return staff

    def _organization(self, name: str) -> OrganizationSheet:
        staff = sorted(self._staff[name], key=lambda one: -_value(one))
        own = [one for one in staff if one.person.kind == "person"]
        company = [one for one in staff if one.person.kind == "organization"]
        people, a = [self._code[one.person.id] for one in own], self.found.attribution
        counts = drawn_counts(a, people)
        hangs = concentration(counts, level=self.level)
        inside = sum(one.internal.value for one in own if one.internal)
        return OrganizationSheet(
            name=name, voices=tuple(Voice(one.person.id, one.person.name, one.posts, one.realized, one.credited) for one in own),
            outside=total(counts, sum(map(_value, own)), level=self.level),
            echo=total(drawn_counts(a, people, inside=True), inside, level=self.level),
            concentration=hangs[0] if hangs else None, effective=hangs[1] if hangs else None,
            company_posts=sum(one.posts for one in company), company_outside=sum(map(_value, company)),
        )  # fmt: skip


def _per_post(attribution: Attribution, followers: np.ndarray, rows: np.ndarray) -> float | None:
    """Followers by others per post of some rows of one author; None: too few posts."""
    return float((followers[rows] * attribution.share(rows)).sum() / len(rows)) if len(rows) >= FEWEST else None


def _value(leader: Leader) -> float:
    return leader.realized.value if leader.realized else 0.0


def _line(idea: Idea) -> IdeaLine:
    """An idea as a row."""
    top = idea.carriers[0] if idea.carriers else None
    return IdeaLine(
        id=idea.id, name=idea.name, people=idea.people, posts=len({said.post for said in idea.passages}),
        first=idea.first_said[0].said.quoted if idea.first_said else None, carrier=top.person if top else "",
        carrier_name=top.name if top else "", credited=idea.credited, uncredited=idea.uncredited,
        debated=len(idea.debate), momentum=idea.momentum, weeks=idea.weeks,
    )  # fmt: skip
