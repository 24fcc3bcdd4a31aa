"""earned counts: what analytics say of a study's own pages."""

from __future__ import annotations

import json
from pathlib import Path

import click

from earned.cli import said


@click.command()
@click.argument("study")
@click.argument("given", nargs=-1, metavar="[FILE|ADDRESS...]")
@click.option("--site", default="", help="Address of the site, where counts name paths only.")
@click.option("--json", "as_json", is_flag=True, help="All counts of the study as JSON.")
@click.pass_obj
@said
def counts(workspace: Path | None, study: str, given: tuple[str, ...], site: str, as_json: bool) -> None:
    """Keep how often pages were viewed, visited or shown: Plausible, Umami, GA4, Search Console, server logs.

    Counts stand beside the measure and never enter it. Without FILE: what is there.
    """
    from dataclasses import asdict

    from earned.counting import add_counts, counts_of
    from earned.workspace import open_study

    opened = open_study(study, workspace)
    for one in given:
        done = add_counts(opened, one, site=site)
        click.echo(
            f"{done.what}: {done.kept} counts of {done.posts} posts; {done.elsewhere} pages are no post of {study}."
        )
        for reason, count in done.ignored.items():
            click.echo(f"  left out {count}: {reason}")
    if as_json:
        click.echo(json.dumps([asdict(one) for one in counts_of(opened)], ensure_ascii=False, indent=2, default=str))
    elif not given:
        for row in counts_of(opened):
            click.echo(f"{row.post}: {row.value:g} {row.name} ({row.unit}), {row.via}, until {row.as_of:%Y-%m-%d}")
