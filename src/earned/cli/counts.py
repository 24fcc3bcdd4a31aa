"""earned counts: what analytics say of a study's own pages."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from earned.cli import day, said


@click.command()
@click.argument("study")
@click.argument("given", nargs=-1, metavar="[FILE|ADDRESS...]")
@click.option("--site", default="", help="Address of the site, where counts name paths only.")
@click.option("--since", callback=day, help="Show only counts that begin on this day or later.")
@click.option("--until", callback=day, help="Show only counts that end before this day.")
@click.option("--json", "as_json", is_flag=True, help="All counts of the study as JSON.")
@click.pass_obj
@said
def counts(workspace: Path | None, study: str, given: tuple[str, ...], site: str, since: datetime | None, until: datetime | None,
           as_json: bool) -> None:  # fmt: skip
    """Keep how often pages were viewed, visited or shown: Plausible, Umami, GA4, Search Console, server logs.

    Counts stand beside the measure and never enter it. Without FILE: what is there, and which days it covers.
    """
    from dataclasses import asdict

    from earned.counting import add_counts, counts_of, sources_of
    from earned.report.words import counted, covered
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
        click.echo(
            json.dumps(
                [asdict(one) for one in counts_of(opened, since, until)], ensure_ascii=False, indent=2, default=str
            )
        )
    elif not given:
        shown = counts_of(opened, since, until)
        for row in shown:
            click.echo(f"{row.post}: {row.value:g} {row.name} ({row.unit}), {row.via}, {covered(row.since, row.as_of)}")
        for source in sources_of(opened):
            days = covered(source.since, source.until)
            click.echo(f"{source.via}: counts of {counted(source.posts, 'post')}, {days}", err=True)
        if left := len(counts_of(opened)) - len(shown):
            reason = "not wholly within these days, or nobody says when it began"
            click.echo(f"{counted(left, 'count')} left out: {reason}.", err=True)
