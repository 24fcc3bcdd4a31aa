"""Commands about the schedule: earned worker, earned health."""

from __future__ import annotations

import json
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from earned.cli import QUIET, said

if TYPE_CHECKING:
    from earned.worker import Proved, Reading


@click.command()
@click.option("--once", is_flag=True, help="Read what is due now, then end.")
@click.option("--no-listen", is_flag=True, help="Read streams now and then, too, and stay on none.")
@QUIET
@click.pass_obj
@said
def worker(workspace: Path | None, once: bool, no_listen: bool, quiet: bool) -> None:
    """Read every study's sources on a schedule, until stopped (Ctrl-C). Stopping it at any moment loses nothing.

    Between 15 minutes and a day apart, as a source's rhythm asks for; several workers share the sources. On streams it
    stays, and keeps what is said while it is said (as earned listen does for one study). Pages of people who may be one
    person are read, too, when they are new and after 90 days (earned people STUDY --prove).
    """
    from earned.worker import one_round, open_store, read_people, work

    stop, failed = threading.Event(), list[str]()

    def told(reading: Reading) -> None:
        failed.extend([reading.error] if reading.error else [])
        if not quiet or reading.error:
            click.echo(_line(reading), err=True)

    def proved(study: str, done: Proved) -> None:
        if not quiet:
            click.echo(f"{study}, people's own pages: {done.lines()[0]}", err=True)

    store = open_store(workspace)
    if once:
        one_round(store, told=told)
        read_people(store, proved=proved)
        sys.exit(3 if failed else 0)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    work(store, stop, told=told, proved=proved, listens=not no_listen)


def _line(reading: Reading) -> str:
    if reading.error:
        return f"{reading.source.address}: {reading.error.rstrip('.')}. {reading.advice}".rstrip()
    return f"{reading.source.address}: {reading.kept.line()}"


@click.command()
@click.argument("study", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
@said
def health(workspace: Path | None, study: str | None, as_json: bool) -> None:
    """Say how each channel has been going in the last seven days, and what to do about sources that fail."""
    from dataclasses import asdict

    from earned.worker import health as going
    from earned.worker import is_alive, open_store

    store = open_store(workspace)
    rows, alive = going(store, study=study), is_alive(store)
    if as_json:
        told = {"worker": alive, "channels": [asdict(one) for one in rows]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    for one in rows:
        click.echo(f"{one.says} Last seven days: {one.readings} readings, {one.failed} failed, {one.new} new posts.")
        for source in one.failing:
            again = f" (next try {source.next_try:%Y-%m-%d %H:%M} UTC)" if source.next_try else ""
            click.echo(f"  {source.address}: {source.reason}{again}\n    {source.advice}")
    if alive is False:
        click.echo("The worker does not look for work any more. Start it: earned worker")
