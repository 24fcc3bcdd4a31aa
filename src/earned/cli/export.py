"""earned export, earned forget: what a study holds to take along, and a source to take out."""

from __future__ import annotations

import json
from pathlib import Path

import click

from earned.cli import said


@click.command()
@click.argument("study")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; without: standard output.")
@click.pass_obj
@said
def export(workspace: Path | None, study: str, out: Path | None) -> None:
    """Write a study's posts as JSON Lines in the exchange form (docs/channels.md), which `earned add` reads back."""
    from earned.reading import exchange_rows
    from earned.workspace import open_study

    conversation = open_study(study, workspace).conversation()
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in exchange_rows(conversation))
    if out is None:
        for line in lines:
            click.echo(line, nl=False)
        return
    part = out.with_name(out.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        file.writelines(lines)
    part.replace(out)
    click.echo(f"{len(conversation.posts)} posts in {out}. Elsewhere: earned add STUDY {out}")


@click.command()
@click.argument("study")
@click.argument("address")
@click.pass_obj
@said
def forget(workspace: Path | None, study: str, address: str) -> None:
    """Take a source out of a study, with the posts that no other source gives.

    ADDRESS is as it was added; earned status names them. A file or archive itself stays where it is.
    """
    from earned.workspace import open_study

    opened = open_study(study, workspace)
    before = opened.store.posts.count(opened.record)
    source = opened.forget(address)
    gone = before - opened.store.posts.count(opened.record)
    click.echo(f"{source.address} is no source of {study} any more; {gone} posts went with it.")
