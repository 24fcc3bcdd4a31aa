"""The command that stays on a study's streams: earned listen."""

from __future__ import annotations

import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from earned.cli import QUIET, said

if TYPE_CHECKING:
    from earned.listening import Heard


@click.command()
@click.argument("study")
@click.option("--for", "minutes", type=float, metavar="MINUTES", help="Stop after so long; else when you do (Ctrl-C).")
@QUIET
@click.pass_obj
@said
def listen(workspace: Path | None, study: str, minutes: float | None, quiet: bool) -> None:
    """Stay on a study's streams and keep what is said while it is said, until stopped (Ctrl-C).

    Streams of the AT network, and hashtags of Mastodon. Stopping it at any moment loses nothing: the next listening, sync
    or worker goes on where it stood. A stream that breaks is asked again, later each time, at most every five minutes.
    """
    from earned.listening import listen as stay
    from earned.listening import streams
    from earned.workspace import open_study

    opened, stop = open_study(study, workspace), threading.Event()
    before = opened.store.posts.count(opened.record)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _stop(stop))
    if minutes is not None:
        timer = threading.Timer(minutes * 60, stop.set)
        timer.daemon = True
        timer.start()
    if not quiet:
        for source in streams(opened.store, study):
            click.echo(f"Listening to {source.what}: {source.address}. To stop: Ctrl-C.", err=True)
    over = stay(workspace, study, stop, told=lambda heard: _tell(heard, quiet))
    count = opened.store.posts.count(opened.record)
    if not quiet:
        click.echo(f"{count - before} more posts, {count} in {study}. Next: earned leaders {study}", err=True)
    sys.exit(3 if over else 0)


def _stop(stop: threading.Event) -> None:
    """Asked once, it ends after the page at hand; asked again, at once: that loses nothing either."""
    if stop.is_set():
        sys.exit(130)
    click.echo("Ending with the page at hand; Ctrl-C again ends at once, which loses nothing either.", err=True)
    stop.set()


def _tell(heard: Heard, quiet: bool) -> None:
    moment = f"{datetime.now(UTC):%H:%M:%S}"
    if heard.problem:
        again = "" if heard.again is None else f" Asked again in {heard.again:.0f} s."
        if heard.over or not quiet:
            click.echo(f"{moment} {heard.source.address}: {heard.problem.rstrip('.')}.{again}", err=True)
        return
    if quiet:
        return
    kept = heard.kept
    if kept.new or kept.changed or kept.gone or kept.rejected:
        click.echo(f"{moment} {heard.source.what}: {kept.line()}", err=True)
    for reason, count in kept.ignored.items():
        click.echo(f"{moment}   noted {count}: {reason}", err=True)
