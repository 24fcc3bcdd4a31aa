"""The command of organizations and their names: what is stated, what may be one, and what people say of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from earned.cli import said

if TYPE_CHECKING:
    from earned.workspace import Study

#: Organizations in the list; those with most posts come first.
_SHOWN = 200


@click.command()
@click.argument("study")
@click.option("--suggest", is_flag=True, help="Names that may be of one organization.")
@click.option("--same", nargs=2, metavar="NAME OTHER", help="They are one organization, shown by the first name.")
@click.option("--different", nargs=2, metavar="NAME OTHER", help="They are two organizations: do not suggest it again.")
@click.option("--undo", type=int, metavar="NUMBER", help="Take a decision back.")
@click.option("--json", "as_json", is_flag=True, help="Organizations or suggestions as JSON.")
@click.pass_obj
@said
def organizations(
    workspace: Path | None, study: str, suggest: bool, same: tuple[str, str] | None, different: tuple[str, str] | None,
    undo: int | None, as_json: bool,
) -> None:  # fmt: skip
    """List the organizations of a study with the names stated for them, and say which names are one's."""
    from earned import edition, persons
    from earned.workspace import open_study

    opened = open_study(study, workspace)
    if same or different:
        name, other = same or different or ("", "")
        number = persons.say_organization(opened, name, other, same=bool(same))
        what = f"one organization, shown as {name}" if same else "two organizations"
        click.echo(f"Decision {number}: {name} and {other} are {what}. It counts from the next: earned refresh {study}")
        click.echo(f"To take it back: earned organizations {study} --undo {number}")
    elif undo:
        edition.undo(opened, undo)
        click.echo(f"Decision {undo} is taken back. It counts from the next: earned refresh {study}")
    elif suggest:
        _suggestions(opened, as_json)
    else:
        _listed(persons.organizations(opened), as_json)


def _suggestions(opened: Study, as_json: bool) -> None:
    from earned import persons

    found, study = persons.organizations_alike(opened), opened.record.name
    if as_json:
        click.echo(json.dumps([{"name": name, "other": other} for name, other in found], ensure_ascii=False, indent=2))
        return
    for name, other in found:
        click.echo(f"{name} | {other}")
    click.echo(
        f"Decide: earned organizations {study} --same NAME OTHER, or --different NAME OTHER." if found
        else "Nothing is left to decide."
    )  # fmt: skip


def _listed(found: dict[str, dict[str, int]], as_json: bool) -> None:
    from earned.report.words import counted

    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name, stated in list(found.items())[:_SHOWN]:
        others = [one for one in stated if one != name]
        also = f" (also: {', '.join(others)})" if others else ""
        click.echo(f"{name}: {counted(sum(stated.values()), 'post')}{also}")
    if len(found) > _SHOWN:
        click.echo(f"... and {len(found) - _SHOWN} more, all of them with --json.")
