"""Commands about who is who: earned people list, suggest, merge, part, works, called, prove, erase."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from earned.cli import QUIET, day, said, view_of

WHY = click.option("--because", default="", help="Why, in your words.")


@click.group()
def people() -> None:
    """Say who is who: accounts of one person, where people worked. Nothing is merged by name alone.

    Proof from both sides merges by itself; everything else is suggested, and you decide. Everything can be undone.
    """


@people.command(name="list")
@click.argument("study")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
@said
def list_(workspace: Path | None, study: str, as_json: bool) -> None:
    """Show everybody with their accounts and where they worked."""
    from dataclasses import asdict

    from earned.identity import roster
    from earned.study import open_study

    rows = roster(open_study(study, workspace))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in rows], ensure_ascii=False, indent=2, default=str))
        return
    for one in sorted(rows, key=lambda row: (-len(row.accounts), row.person.name.casefold())):
        kind = "" if one.person.kind == "person" else f" ({one.person.kind}: never a person)"
        click.echo(f"{one.person.name}{kind}: {', '.join(one.person.accounts)}")
        for spell in one.affiliations:
            click.echo(f"  {spell.organization}, {_span(spell.since, spell.until)} ({spell.evidence})")


def _span(since: datetime | None, until: datetime | None) -> str:
    return f"{f'{since:%Y-%m-%d}' if since else 'always'} until {f'{until:%Y-%m-%d}' if until else 'now'}"


@people.command()
@click.argument("study")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
@said
def suggest(workspace: Path | None, study: str, as_json: bool) -> None:
    """Show accounts that may be one person's, with the reasons, surest first."""
    from dataclasses import asdict

    from earned.identity import suggestions
    from earned.study import open_study

    found = suggestions(open_study(study, workspace))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    for tie in found:
        click.echo(f"{tie.strength} ({tie.confidence:.2f}): {tie.one} and {tie.other}")
        for reason in tie.because:
            click.echo(f"  {reason}")
        click.echo(f"  If they are one: earned people merge {study} {tie.one} {tie.other}")
        click.echo(f"  If they are two: earned people part {study} {tie.one} {tie.other}")
    if not found:
        click.echo("Nothing speaks for two of these accounts being one person's.")


@people.command()
@click.argument("study")
@click.argument("a")
@click.argument("b")
@WHY
@click.pass_obj
@said
def merge(workspace: Path | None, study: str, a: str, b: str, because: str) -> None:
    """Make one person of two (ids, names or handles); the name stays that of A."""
    from earned.identity import merge as together
    from earned.study import open_study

    one = together(open_study(study, workspace), a, b, evidence=because)
    click.echo(f"{one.name} is one person now: {', '.join(one.accounts)}. To undo: earned people part {study} {a} {b}")


@people.command()
@click.argument("study")
@click.argument("a")
@click.argument("b")
@WHY
@click.pass_obj
@said
def part(workspace: Path | None, study: str, a: str, b: str, because: str) -> None:
    """Undo a merge, or say that two accounts are two people whatever speaks for one."""
    from earned.identity import unmerge
    from earned.study import open_study

    for one in unmerge(open_study(study, workspace), a, b, evidence=because):
        click.echo(f"{one.name}: {', '.join(one.accounts)}")


@people.command()
@click.argument("study")
@click.argument("person")
@click.argument("organization", required=False)
@click.option("--since", callback=day, help="First day.")
@click.option("--until", callback=day, help="First day that no longer counts.")
@click.pass_obj
@said
def works(workspace: Path | None, study: str, person: str, organization: str | None, since: datetime | None,
          until: datetime | None) -> None:  # fmt: skip
    """Say for whom somebody speaks; or give a CSV file (person, organization, since, until) as PERSON."""
    from earned.identity import affiliate, affiliate_all
    from earned.study import open_study

    opened = open_study(study, workspace)
    if organization:
        name = affiliate(opened, person, organization, since, until).name
        click.echo(f"{name}: {organization}, {_span(since, until)}.")
        return
    kept, refused = affiliate_all(opened, person)
    for row in refused:
        click.echo(f"{row.where}: {row.reason} {row.detail}".rstrip(), err=True)
    click.echo(f"{kept} affiliations kept, {len(refused)} refused.")
    sys.exit(3 if refused else 0)


@people.command()
@click.argument("study")
@click.argument("name")
@click.argument("organization")
@click.pass_obj
@said
def called(workspace: Path | None, study: str, name: str, organization: str) -> None:
    """Say that ORGANIZATION is also called NAME; its posts count under one name."""
    from earned.identity import call
    from earned.study import open_study

    call(open_study(study, workspace), name, organization)
    click.echo(f"{name} goes by {organization}.")


@people.command()
@click.argument("study")
@click.option("--again", is_flag=True, help="Also pages that were read in the last 90 days.")
@QUIET
@click.pass_obj
@said
def prove(workspace: Path | None, study: str, again: bool, quiet: bool) -> None:
    """Read the pages that profiles name, for links back (rel=me)."""
    from earned.identity import prove as look
    from earned.study import open_study

    with view_of(quiet) as view:
        read, faults = look(open_study(study, workspace), again=again, progress=view.progress)
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{read} pages read. Next: earned people suggest {study}")
    sys.exit(3 if faults else 0)


@people.command()
@click.argument("study")
@click.argument("person")
@click.confirmation_option(prompt="This cannot be undone. Remove the person?")
@click.pass_obj
@said
def erase(workspace: Path | None, study: str, person: str) -> None:
    """Remove a person on their request, from every study here; nothing brings them back."""
    from earned.identity import remove
    from earned.study import open_study

    done = remove(open_study(study, workspace), person)
    click.echo(
        f"Removed: {done.accounts} accounts, {done.posts} posts; {done.quotations} posts by others no longer name or "
        f"quote them; {done.links} links end at a tombstone."
    )
    for copy in done.copies:
        click.echo(f"A copy made before an upgrade still holds them. Delete it when you no longer need it: {copy}")
