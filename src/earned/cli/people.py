"""The command of who is whom: people, suggestions, merging, parting, affiliations, removal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from earned.cli import day, said, view_of

if TYPE_CHECKING:
    from earned.model import Account, Person, Suggestion
    from earned.workspace import Study

#: People in the list; those with most accounts come first.
_SHOWN = 200


@click.command()
@click.argument("study")
@click.option("--suggest", is_flag=True, help="Accounts that may be one person, with what speaks for it.")
@click.option(
    "--merge", nargs=2, metavar="A B", help="They are one person. Ids of accounts, or ids or names of persons."
)
@click.option("--part", nargs=2, metavar="A B", help="They are two persons, whatever speaks for one.")
@click.option("--works-for", nargs=2, metavar="PERSON ORGANIZATION", help="With --since, --until: for whom they spoke.")
@click.option("--since", callback=day, help="With --works-for: from this date on.")
@click.option("--until", callback=day, help="With --works-for: until before this date.")
@click.option("--positions", type=click.File(encoding="utf-8-sig"), help="A list of whom people spoke for: CSV with "
              "person, organization, since, until; or LinkedIn's Positions.csv with --of.")  # fmt: skip
@click.option("--of", metavar="PERSON", default="", help="With --positions or --prove: whose.")
@click.option("--prove", is_flag=True, help="Read the pages of those who may be one person, or with --of of one person: "
              "two that name each other with rel=me are joined.")  # fmt: skip
@click.option("--job", type=int, hidden=True, help="With --prove: the job that a page began.")
@click.option("--member", type=int, hidden=True, help="With --prove: who asked for it on a page.")
@click.option("--undo", type=int, metavar="NUMBER", help="Take a decision back.")
@click.option("--remove", metavar="PERSON", help="Remove a person who asked for it from all studies; for good.")
@click.option("--yes", is_flag=True, help="With --remove: do not ask again.")
@click.option("--json", "as_json", is_flag=True, help="People or suggestions as JSON.")
@click.pass_obj
@said
def people(
    workspace: Path | None, study: str, suggest: bool, works_for: tuple[str, str] | None, since: datetime | None,
    until: datetime | None, positions: TextIO | None, of: str, prove: bool, job: int | None, member: int | None,
    remove: str | None, yes: bool, as_json: bool, **decided: Any,
) -> None:  # fmt: skip
    """Say who is whom in a study: the people behind its accounts, and what is left to decide."""
    from earned import persons
    from earned.workspace import open_study

    opened = open_study(study, workspace)
    if remove:
        _remove(opened, remove, yes)
    elif works_for:
        number = persons.affiliate(opened, *works_for, since=since, until=until)
        click.echo(f"Decision {number}: {works_for[0]} spoke for {works_for[1]}. {_next(study, number)}")
    elif positions:
        _positions(opened, positions, of)
    elif prove:
        _prove(opened, of, job, member)
    elif any(decided.values()):
        _decide(opened, **decided)
    elif suggest:
        _suggestions(persons.suggestions(opened), study, as_json)
        if not as_json:
            _employers(persons.employers(opened), study)
    else:
        _people(persons.people(opened), as_json)


def _employers(found: Sequence[Account], study: str) -> None:
    for one in found[:_SHOWN]:
        click.echo(f"{one.name} ({one.id}): the profile says {one.organization}.")
    if found:
        click.echo(
            f"Confirm with the days it is true of: earned people {study} --works-for ACCOUNT ORGANIZATION --since DAY"
        )


def _decide(opened: Study, merge: tuple[str, str] | None, part: tuple[str, str] | None, undo: int | None) -> None:
    from earned import edition, persons

    study = opened.record.name
    if merge:
        number = persons.merge(opened, *merge)
        click.echo(f"Decision {number}: {merge[0]} and {merge[1]} are one person. {_next(study, number)}")
    if part:
        number = persons.part(opened, *part)
        click.echo(f"Decision {number}: {part[0]} and {part[1]} are two persons. {_next(study, number)}")
    if undo:
        edition.undo(opened, undo)
        click.echo(f"Decision {undo} is taken back. It counts from the next: earned refresh {study}")


def _positions(opened: Study, given: TextIO, of: str) -> None:
    from earned import persons
    from earned.errors import InputError
    from earned.report.words import counted

    try:
        made, refused = persons.affiliate_all(opened, given.read(), of=of)
    except UnicodeDecodeError as broken:
        raise InputError(given.name, f"it is no text in UTF-8 ({broken.reason}).", "Save it as CSV UTF-8.") from None
    click.echo(f"{counted(len(made), 'affiliation')} kept, {counted(len(refused), 'row')} refused.")
    for line in refused:
        click.echo(f"  {line}")
    if made:
        numbers, study = ", ".join(map(str, made)), opened.record.name
        click.echo(f"Decisions: {numbers}. They count from the next: earned refresh {study}")
        click.echo(f"To take one back by its number: earned people {study} --undo {made[-1]}")


def _prove(opened: Study, of: str, job: int | None, member: int | None) -> None:
    from earned import jobs, proving
    from earned.report.words import counted

    study = opened.record.name
    if job:
        running = jobs.resumed(opened, job)
        jobs.run_proofs(opened, of, running, lambda *_: None, member=member)
        return
    with view_of(False) as view:
        done = proving.prove(opened, of, progress=view.progress)
    click.echo(f"{counted(done.read, 'page')} read, {counted(len(done.made), 'pair')} proven.")
    for number, one in done.made.items():
        click.echo(f"Decision {number}: {one.pages[0]} and {one.pages[1]} name each other. {_next(study, number)}")
    for one in done.lost:
        click.echo(f"Taken back: {one.pages[0]} and {one.pages[1]} name each other no more.")
    for line in done.unread:
        click.echo(f"  proves nothing: {line}")


def _next(study: str, number: int) -> str:
    return f"It counts from the next: earned refresh {study}. To take it back: earned people {study} --undo {number}"


def _remove(opened: Study, person: str, yes: bool) -> None:
    """Ask once, since nothing brings it back; then say what is gone and what is still to do."""
    from earned import persons

    found = persons.person(opened, person)
    if not yes:
        accounts = ", ".join(found.accounts)
        click.confirm(f"Remove {found.name} ({accounts}) from all studies of this workspace, for good?", abort=True)
    gone = persons.remove(opened, found.id)
    click.echo(
        f"Removed: {gone.posts} posts of {gone.accounts} accounts; their words from {gone.quoted} posts of others."
    )
    for address in gone.sources:
        click.echo(f"Removed with them, since it held nobody else: {address}")
    if gone.dropped:
        click.echo(
            f"Deleted: {gone.dropped} dropped files that held their words and others'; what is kept of them stays."
        )
    for address in gone.shared:
        if not opened.store.is_dropped(Path(address)):
            click.echo(f"It holds their words and others', and is yours to change: {address}")
    for study in gone.studies:
        click.echo(f"To be worked out again: earned refresh {study}")
    if not gone.wiped:
        click.echo("Something else reads the database: old pages leave the file when that ends, with the next command.")
    for copy in persons.copies(opened):
        click.echo(f"Still to be deleted by you, since it holds the past: {opened.store.folder / copy}")


def _people(found: tuple[Person, ...], as_json: bool) -> None:
    if as_json:
        rows = [{"id": one.id, "name": one.name, "kind": one.kind, "accounts": list(one.accounts)} for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found[:_SHOWN]:
        kind = "" if one.kind == "person" else f" ({one.kind})"
        click.echo(f"{one.name}{kind}: {', '.join(one.accounts)}")
    if len(found) > _SHOWN:
        click.echo(f"... and {len(found) - _SHOWN} more, all of them with --json.")


def _suggestions(found: tuple[Suggestion, ...], study: str, as_json: bool) -> None:
    if as_json:
        rows = [
            {"a": one.a.id, "b": one.b.id, "confidence": one.confidence,
             "evidence": [{"kind": clue.kind, "sentence": clue.sentence} for clue in one.clues]}
            for one in found
        ]  # fmt: skip
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one.a.id}  {one.b.id}  weight {one.confidence:.2f}")
        for clue in one.clues:
            click.echo(f"  {clue.sentence}")
    click.echo(f"Decide: earned people {study} --merge A B, or --part A B." if found else "Nothing is left to decide.")
