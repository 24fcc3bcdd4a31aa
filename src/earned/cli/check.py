"""Commands that tell what to expect: check, channels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from earned.cli import conversation_of, said, view_of, wish_of, wishes


@click.command()
@click.argument("given", nargs=-1, required=True, metavar="FILE...|STUDY")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the page (Markdown) here.")
@wishes
@click.pass_obj
@said
def check(workspace: Path | None, given: tuple[str, ...], as_json: bool, out: Path | None, columns: dict[str, str],
          quiet: bool, **wanted: Any) -> None:  # fmt: skip
    """Say how far the numbers can be trusted: links hidden and predicted, times shuffled, leaders planted.

    Takes about four times as long as finding the leaders.
    """
    from dataclasses import asdict

    from earned.check import self_check
    from earned.report.check import page

    with view_of(quiet) as view:
        read = conversation_of(given, workspace, columns, view, wanted.pop("news"))
        answer = self_check(read, wish_of(**wanted), progress=view.progress)
    if out:
        out.write_text(page(answer), encoding="utf-8")
        view.note(f"Written to {out}.")
    if as_json:
        click.echo(json.dumps(asdict(answer), ensure_ascii=False, indent=2))
    else:
        view.trust(answer)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@said
def channels(as_json: bool) -> None:
    """List where Earned reads: what each channel was tried against, what it reads and leaves."""
    from earned.workspace import channels_table

    rows = channels_table()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        view_of(False).channels(rows)
