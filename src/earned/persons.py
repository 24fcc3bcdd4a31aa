"""The conductor of who is whom: what is suggested, what people say, and the removal of a person on request."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from earned.errors import StudyError
from earned.model import Account, Person, Suggestion
from earned.people import Pair, alike, gathered, one_name, pair, with_proofs
from earned.people import persons as persons_of
from earned.people import suggestions as suggested
from earned.people.positions import positions
from earned.store.shelves import Removed
from earned.workspace import Study

__all__ = [
    "Removed", "affiliate", "affiliate_all", "copies", "day", "employers", "merge", "organizations",
    "organizations_alike", "part", "people", "person", "remove", "say_organization", "suggestions",
]  # fmt: skip

#: People whose name a message lists.
_LISTED = 5


def people(opened: Study) -> tuple[Person, ...]:
    """Who the next fit will see, those with most accounts first."""
    found = persons_of(_accounts(opened).values(), **_said(opened))
    return tuple(sorted(found, key=lambda one: (-len(one.accounts), one.name.casefold(), one.id)))


def suggestions(opened: Study, *, most: int = 100) -> tuple[Suggestion, ...]:
    """Accounts that may be one person and are not yet, surest first."""
    return suggested(_accounts(opened).values(), **_said(opened))[:most]


def employers(opened: Study, *, most: int = 100) -> tuple[Account, ...]:
    """Accounts whose profile says for whom their owner works, where nobody said so yet and no post of theirs does.

    A profile speaks of the day on which it was read, so a person confirms it, with its days (`affiliate`).
    """
    told = {(one.person, one.organization.casefold()) for one in opened.store.decisions.affiliations(opened.record)}
    known = {(who, firm.casefold()) for who, firm in opened.store.posts.spoke_for(opened.record)}
    of = gathered(people(opened))
    found = [
        one for one in _accounts(opened).values()
        if one.organization and one.id in of and of[one.id].kind == "person"
        and not {(id, one.organization.casefold()) for id in (of[one.id].id, *of[one.id].accounts)} & (told | known)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))[:most]


def merge(opened: Study, a: str, b: str, *, member: int | None = None) -> int:
    """Say that two accounts are one person, from the next fit on; the number of the decision.

    Args:
        opened: Where.
        a, b: Ids of accounts, or ids or names of persons.
        member: Who says so.

    Raises:
        StudyError: one of them is unknown or anonymous, or they are one person already, or two of their accounts were
            said to be two persons.
    """
    one, other = account(opened, a), account(opened, b)
    if "anonymous" in (one.kind, other.kind):
        raise StudyError(f"{one.id} or {other.id} is anonymous: nobody can say who stands behind such an account.")
    both, said = pair(one.id, other.id), _said(opened)
    if _hold(opened, {both}, **said):
        raise StudyError(f"{one.id} and {other.id} are one person already.")
    same = said["same"] | {both}
    if not _hold(opened, same, same=same, different=said["different"] - {both}):
        raise StudyError(f"Somebody said that accounts of {a} and {b} are two persons. Take that decision back first.")
    return _say(opened, one.id, other.id, "same", member)


def part(opened: Study, a: str, b: str, *, member: int | None = None) -> int:
    """Say that two accounts are two persons, whatever speaks for one; the number of the decision.

    Raises:
        StudyError: one of them is unknown, or both are the same account.
    """
    return _say(opened, account(opened, a).id, account(opened, b).id, "different", member)


def affiliate(
    opened: Study, word: str, organization: str, *, since: datetime | None = None, until: datetime | None = None,
    member: int | None = None,
) -> int:  # fmt: skip
    """Say for whom a person spoke from one day to another (left out), where their posts do not; the decision's number.

    Raises:
        StudyError: there is no such person, no organization is named, or it ends before it begins.
    """
    if not organization.strip() or (since and until and until <= since):
        raise StudyError("For which organization, from when to when? The end comes after the beginning.")
    subject = [account(opened, word).id, organization.strip(), since.isoformat() if since else ""]
    told = {"until": until.isoformat() if until else ""}
    return opened.store.decisions.note(
        opened.record, "affiliation", subject, told, now=datetime.now(UTC), member=member
    )


def affiliate_all(opened: Study, text: str, *, of: str = "") -> tuple[list[int], list[str]]:
    """Say for whom people spoke, by a list (see `people.positions`): the decisions' numbers, and why rows were refused.

    Raises:
        InputError: the list cannot be read as one; nothing is kept then.
    """
    rows, refused = positions(text, of)
    made = []
    for row in rows:
        try:
            made.append(affiliate(opened, row.person, row.organization, since=row.since, until=row.until))
        except StudyError as problem:
            refused.append(f"Line {row.line}: {problem}")
    return made, refused


def day(text: str) -> datetime | None:
    """A date as a form gives it, UTC; None: it is empty.

    Raises:
        StudyError: it is no date.
    """
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        raise StudyError(f'"{text[:40]}" is no date. Like this: 2024-05-31') from None


def remove(opened: Study, word: str, *, owned: Collection[str] | None = None) -> Removed:
    """Remove a person from the workspace: all studies, their posts, profiles, and what was worked out about them.

    Nothing but hashes stays, which keep them out of later readings. It cannot be undone.

    Args:
        opened: Where the person is named.
        word: As `person` takes it.
        owned: Names of the studies that whoever asks may change; None: all.

    Raises:
        StudyError: there is no such person, a study is being worked on, or the person occurs in one that is not owned.
    """
    gone = person(opened, word)
    removed = opened.store.removal.remove(gone.accounts, {gone.id, *gone.accounts}, now=datetime.now(UTC), owned=owned)
    dropped = [one for one in map(Path, (*removed.sources, *removed.shared)) if opened.store.is_dropped(one)]
    for path in dropped:
        path.unlink(missing_ok=True)
    shared = sum(str(path) in removed.shared for path in dropped)
    return replace(removed, wiped=opened.store.removal.wipe(), dropped=shared)


def copies(opened: Study) -> tuple[str, ...]:
    """Copies of the database made before upgrades: they hold what was removed since, until they are deleted."""
    return tuple(sorted(path.name for path in opened.store.folder.glob("before-upgrade-*.sqlite3")))


def person(opened: Study, word: str) -> Person:
    """The person meant by id or name, or by the id of an account.

    Raises:
        StudyError: there is none, or several people have the name.
    """
    return gathered(people(opened))[account(opened, word).id]


def account(opened: Study, word: str) -> Account:
    """The account meant by its id, or the first one of the person meant by id or name.

    Raises:
        StudyError: there is none, or several people have the name.
    """
    known = _accounts(opened)
    if word in known:
        return known[word]
    found = [one for one in people(opened) if word == one.id or word.casefold() == one.name.casefold()]
    found = [one for one in found if one.id == word] or found
    if len(found) == 1:
        return known[found[0].accounts[0]]
    there = ", ".join(id for one in found[:_LISTED] for id in one.accounts)
    raise StudyError(
        f"Several people are called {word[:80]}. Say which account: {there}." if found
        else f"Nobody here is {word[:80]!r}. The ids are in: earned people {opened.record.name}."
    )  # fmt: skip


def organizations(opened: Study) -> dict[str, dict[str, int]]:
    """Organization as it is shown -> the names stated for it, each with the number of posts; most posts first."""
    stated, shown = _stated(opened), one_name(opened.store.decisions.firms(opened.record))
    found: dict[str, dict[str, int]] = {}
    for name, many in sorted(stated.items(), key=lambda one: (-one[1], one[0])):
        found.setdefault(shown.get(name, name), {})[name] = many
    return dict(sorted(found.items(), key=lambda one: (-sum(one[1].values()), one[0])))


def organizations_alike(opened: Study, *, most: int = 100) -> tuple[tuple[str, str], ...]:
    """Names that may be of one organization and are not yet, those of most posts first."""
    return alike(_stated(opened), opened.store.decisions.firms(opened.record))[:most]


def say_organization(opened: Study, name: str, other: str, *, same: bool, member: int | None = None) -> int:
    """Say that two names are of one organization, shown by the first, or of two; the number of the decision.

    Raises:
        StudyError: nothing here states one of the names, or both are the same.
    """
    stated = _stated(opened)
    unknown = [one for one in (name, other) if one not in stated]
    if unknown or name == other:
        raise StudyError(
            f'No post and no affiliation here states "{unknown[0][:80]}". The names as they are written are in: '
            f"earned organizations {opened.record.name}." if unknown else f"{name[:80]} is one name. Give two."
        )  # fmt: skip
    subject, verdict = list(pair(name, other)), {"name": name if same else ""}
    now = datetime.now(UTC)
    return opened.store.decisions.note(opened.record, "organization", subject, verdict, now=now, member=member)


def _stated(opened: Study) -> dict[str, int]:
    told = opened.store.decisions.affiliations(opened.record)
    return dict.fromkeys((one.organization for one in told), 0) | opened.store.posts.organizations(opened.record)


def _say(opened: Study, a: str, b: str, verdict: str, member: int | None) -> int:
    if a == b:
        raise StudyError(f"{a} is one account. Name two.")
    subject = list(pair(a, b))
    return opened.store.decisions.note(opened.record, "people", subject, verdict, now=datetime.now(UTC), member=member)


def _hold(
    opened: Study, pairs: Collection[Pair], *, same: frozenset[Pair], different: frozenset[Pair]
) -> bool:  # fmt: skip
    """Whether each of these pairs is one person, given what was said."""
    found = gathered(persons_of(_accounts(opened).values(), same=same, different=different))
    return all(found[a] is found[b] for a, b in pairs if a in found and b in found)


def _accounts(opened: Study) -> dict[str, Account]:
    """The study's accounts, each naming what it was proven to name."""
    known = opened.store.posts.accounts(opened.record)
    return {one.id: one for one in with_proofs(known, opened.store.decisions.proofs(opened.record))}


def _said(opened: Study) -> dict[str, frozenset[Pair]]:
    same, different = opened.store.decisions.pairs(opened.record)
    return {"same": same, "different": different}
