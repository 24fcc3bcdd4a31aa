"""The conductor of who is who: suggestions, merging and undoing it, affiliations, proof by pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from earned.channels.affiliations import read_affiliations
from earned.channels.base import Visitor
from earned.channels.profiles import names_as_owner, pages_of
from earned.errors import ChannelError, StudyError
from earned.model import Account, Affiliation, Bond, Identities, Person, Rejected, Removed, Tie
from earned.people import JUDGED, grouped, persons
from earned.people.choosing import accounts_called, leading, person_called, to_part
from earned.people.ties import ties
from earned.study import Study
from earned.work import Progress, net, silent

#: A page that was read is believed for so long.
BELIEVED = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Known:
    """A person with everything that hangs on them."""

    person: Person
    accounts: tuple[Account, ...]
    affiliations: tuple[Affiliation, ...]


def roster(study: Study) -> tuple[Known, ...]:
    """Everybody in the study, with accounts and affiliations."""
    described, known = _given(study)
    spells: dict[str, list[Affiliation]] = {}
    for one in known.affiliations:
        spells.setdefault(one.person, []).append(one)
    return tuple(
        Known(
            person, tuple(described[a] for a in person.accounts),
            tuple(one for key in (person.id, *person.accounts) for one in spells.get(key, ())),
        )
        for person in persons(described.values(), known)
    )  # fmt: skip


def suggestions(study: Study) -> tuple[Tie, ...]:
    """Pairs of accounts that may be one person's, surest first, with the reasons; a member decides.

    What is proven both ways is merged already and not asked; what a member said are two people is not asked again.
    """
    described, known = _given(study)
    found = ties(described.values(), known.pages)
    groups = grouped(described, known, found)
    return tuple(
        tie for tie in found
        if not groups.together(tie.one, tie.other) and not groups.kept_apart(tie.one, tie.other)
    )  # fmt: skip


def merge(study: Study, a: str, b: str, *, evidence: str = "") -> Person:
    """Make one person of two; the name stays that of `a`. Everything that is measured sees one person from then on.

    Args:
        study: Where both are.
        a: Id, name, handle or account id of one; likewise `b`.
        evidence: Why, in words.

    Raises:
        StudyError: nobody or several are called so, they are one already, or one of them is no single human being.
    """
    described, known = _given(study)
    people = persons(described.values(), known)
    one, other = (person_called(word, people, described) for word in (a, b))
    if one == other:
        raise StudyError(f"{a} and {b} are one person already: {one.name}. To part them: earned people part.")
    for person in (one, other):
        if person.kind not in JUDGED:
            raise StudyError(f"{person.name} is no single human being ({person.kind}), so it is nobody's second name.")
    first = leading(one)
    said = [Bond(first, leading(other), True, evidence)]
    mine, theirs = set(one.accounts), set(other.accounts)
    against = [bond for bond in known.bonds if not bond.same and _across(bond, mine, theirs)]
    study.store.people.change(said, against, now=datetime.now(UTC))
    return person_called(first, persons(described.values(), study.store.people.identities()), described)


def unmerge(study: Study, a: str, b: str, *, evidence: str = "") -> tuple[Person, Person]:
    """Part what was made one: what members said is taken back; where pages or names speak for one, "two" is noted.

    Args:
        study: Where they are.
        a: Account id, handle or name of one of the two; likewise `b`.
        evidence: Why, in words.

    Raises:
        StudyError: no account is called so, or the two words do not tell two sides apart.
    """
    described, known = _given(study)
    mine, theirs = (accounts_called(word, described) for word in (a, b))
    if not mine - theirs or not theirs - mine:
        raise StudyError(f"{a} and {b} do not name two accounts. Name them by account id: earned people list.")
    one, other = min(mine - theirs), min(theirs - mine)
    taken_back = _to_part(one, other, described, known)
    still = len(taken_back) == 0 or _one_person(one, other, described, known, without=taken_back)
    said = [Bond(one, other, False, evidence)] if still else []
    study.store.people.change(said, taken_back, now=datetime.now(UTC))
    people = persons(described.values(), study.store.people.identities())
    return person_called(one, people, described), person_called(other, people, described)


def affiliate(
    study: Study, person: str, organization: str, since: datetime | None = None, until: datetime | None = None
) -> Person:
    """Note for whom somebody speaks from one day to another (None: open).

    Raises:
        StudyError: nobody or several are called so.
    """
    described, known = _given(study)
    found = person_called(person, persons(described.values(), known), described)
    study.store.people.affiliate([Affiliation(leading(found), organization, since, until, "said by a member")])
    return found


def affiliate_all(study: Study, file: str) -> tuple[int, tuple[Rejected, ...]]:
    """Affiliations from a CSV file (person, organization, since, until): how many were kept, and what was refused.

    Raises:
        ChannelError: the file cannot be read as such a list.
    """
    described, known = _given(study)
    people = persons(described.values(), known)
    kept, refused = list[Affiliation](), list[Rejected]()
    for row in read_affiliations(file):
        if isinstance(row, Rejected):
            refused.append(row)
            continue
        try:
            found = person_called(row.person, people, described)
            kept.append(Affiliation(leading(found), row.organization, row.since, row.until, row.evidence))
        except StudyError as fault:
            refused.append(Rejected(row.evidence, "nobody, or several people, called so", str(fault)[:80]))
    study.store.people.affiliate(kept)
    return len(kept), tuple(refused)


def call(study: Study, name: str, organization: str) -> None:
    """An organization that is also called `name` goes by `organization`; by its own name: that is forgotten."""
    study.store.people.call(name, organization)


def prove(
    study: Study, *, client: Visitor | None = None, again: bool = False, progress: Progress = silent
) -> tuple[int, tuple[str, ...]]:
    """Read the pages that profiles name, for links back (rel=me): how many were read, and what could not be.

    A page is read again after 90 days, or when asked; robots files are obeyed.
    """
    described, _ = _given(study)
    now, seen, faults = datetime.now(UTC), study.store.people.seen_at(), list[str]()
    wanted = [
        (page, at) for page, at in pages_of(described.values())
        if again or page not in seen or now - seen[page] > BELIEVED
    ]  # fmt: skip
    visitor = client or net()
    for number, (page, at) in enumerate(wanted, 1):
        try:
            study.store.people.saw({page: names_as_owner(page, visitor, seen_at=at)}, now=now)
        except ChannelError as fault:
            faults.append(str(fault))
        progress("Reading pages of people", number, len(wanted))
    return len(wanted) - len(faults), tuple(faults)


def remove(study: Study, person: str) -> Removed:
    """Remove a person on their request, from every study of the workspace.

    Their accounts, posts, links, counts, affiliations and the findings of studies they were in go; their name and
    their words in posts by others become "[removed]"; links to them end at a tombstone. Keyed hashes keep every later
    sync and import from bringing them back. A member cannot undo this.

    Raises:
        StudyError: nobody or several are called so.
    """
    described, known = _given(study)
    found = person_called(person, persons(described.values(), known), described)
    accounts = [described[account] for account in found.accounts]
    return study.store.people.remove(accounts, study.store.folder, now=datetime.now(UTC))


def _given(study: Study) -> tuple[Mapping[str, Account], Identities]:
    described = {account.id: account for account in study.store.posts.accounts(study.record)}
    return described, study.store.people.identities()


def _to_part(one: str, other: str, described: Mapping[str, Account], known: Identities) -> tuple[Bond, ...]:
    """What members said that holds the two together: nothing where evidence alone does."""
    groups = grouped(described, known, ties(described.values(), known.pages))
    inside = [bond for bond in known.bonds if bond.same and groups.together(bond.one, one)]

    def one_person(bonds: Sequence[Bond]) -> bool:
        left_out = [bond for bond in inside if bond not in bonds]
        return _one_person(one, other, described, known, without=left_out)

    return to_part(inside, one_person)


def _one_person(
    one: str, other: str, described: Mapping[str, Account], known: Identities, *, without: Sequence[Bond]
) -> bool:
    rest = replace(known, bonds=tuple(bond for bond in known.bonds if bond not in without))
    return grouped(described, rest, ties(described.values(), known.pages)).together(one, other)


def _across(bond: Bond, mine: Iterable[str], theirs: Sequence[str] | set[str]) -> bool:
    return (bond.one in mine and bond.other in theirs) or (bond.other in mine and bond.one in theirs)
