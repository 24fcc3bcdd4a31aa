"""Commands of the workbench: refresh, serve, members."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from pathlib import Path

import click

from earned.cli import QUIET, SEED, said, view_of
from earned.cli.screen import show
from earned.errors import InputError, StudyError


@click.command()
@click.argument("study")
@click.option("--job", type=int, hidden=True, help="The job that a page began.")
@SEED
@QUIET
@click.pass_obj
@said
def refresh(workspace: Path | None, study: str, job: int | None, seed: int, quiet: bool) -> None:
    """Read what is new, work it out again with what people decided, and write the pages of the workbench."""
    from earned import jobs
    from earned.reading import Wish
    from earned.workspace import open_study

    opened = open_study(study, workspace)
    running = jobs.resumed(opened, job) if job else jobs.begin(opened, "Reading what is new and working it out")
    with view_of(quiet) as view:
        jobs.run(opened, Wish(seed=seed), running, view.progress)
    view.note(f"The pages of {study} are written. Look at them: earned serve {study}")


@click.command()
@click.argument("study", required=False)
@click.option("--port", default=8765, show_default=True)
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
@click.option("--no-sync", is_flag=True, help="Do not read sources on their schedule meanwhile.")
@click.option("--team", is_flag=True, help="Members sign in; begin with: earned members STUDY --new NAME --role owner")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; others only with --team.")
@click.option("--processes", default=0, help="Processes that answer (default: 1; with --team 2).")
@click.option("--name", "names", multiple=True, help="With --team: names under which browsers reach it.")
@click.pass_obj
@said
def serve(workspace: Path | None, study: str | None, port: int, no_open: bool, no_sync: bool, team: bool, host: str,
          processes: int, names: tuple[str, ...]) -> None:  # fmt: skip
    """Serve the workbench. Without --team: for you, on this machine only, without a password."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    if host not in ("127.0.0.1", "localhost", "::1") and not team:
        raise InputError(f"--host {host}", "lets others in, who would need no password.", "Add --team.")
    os.environ["EARNED_TEAM"] = "1" if team else ""
    os.environ["EARNED_HOSTS"] = ",".join(["127.0.0.1", "localhost", "[::1]", *names])
    from earned import worker
    from earned.workspace import open_study, titles

    if study:
        open_study(study, workspace)
    there = titles(workspace)  # makes the workspace ready before the server loads its settings
    if team:
        _somebody_signs_in(study or (there[0].name if there else ""))
    listening = _listen(host, port)
    address = f"http://{host}:{listening.getsockname()[1]}/{f's/{study}/' if study else ''}"
    click.echo(f"{address}  (stop with Ctrl-C)")
    if not no_open:
        threading.Timer(0.8, show, [address]).start()
    if not no_sync:
        worker.start(workspace)
    many = processes or (2 if team else 1)
    config = uvicorn.Config("earned.web.asgi:application", log_level="warning", lifespan="off", workers=many)
    if many == 1:
        uvicorn.Server(config).run(sockets=[listening])
    else:
        Multiprocess(config, sockets=[listening]).run()


def _somebody_signs_in(study: str) -> None:
    from earned.edition import anybody

    if not anybody():
        first = "" if study else "earned new STUDY; "
        way = f"First: {first}earned members {study or 'STUDY'} --new NAME --role owner"
        raise InputError("--team", "has no use yet: there is no member who could sign in.", way)


def _listen(host: str, port: int) -> socket.socket:
    """The open port, so that a taken one is an error with a way out."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(1024)  # who comes before the server is up waits a moment
    except OSError as error:
        made.close()
        raise InputError(
            f"port {port}", f"cannot be used ({error.strerror}).", f"Another one: --port {port + 1}"
        ) from None
    return made


@click.command()
@click.argument("study")
@click.option("--new", "new", help="A new member's name; the password is asked for.")
@click.option("--member", help="A member who gets another role here.")
@click.option("--role", default="reader", show_default=True, help="owner, lead, expert or reader.")
@click.option("--person", default="", help="With --role expert: the person (id) the member is.")
@click.option("--leave", help="A member whose seat is taken away.")
@click.pass_obj
@said
def members(workspace: Path | None, study: str, new: str | None, member: str | None, role: str, person: str,
            leave: str | None) -> None:  # fmt: skip
    """Show who takes part in a study in team mode, and change it."""
    from earned.workspace import open_study

    opened = open_study(study, workspace)
    shelf = opened.store.members
    if new:
        typed = os.environ.get("EARNED_NEW_PASSWORD") or click.prompt(
            "Password (empty: one is made)", default="", hide_input=True, show_default=False, confirmation_prompt=True
        )
        password = typed or secrets.token_urlsafe(12)
        shelf.new(new, password)
        click.echo(f"{new} signs in" + ("." if typed else f" with the password {password}"))
    if new or member:
        shelf.seat(opened.record, new or member or "", role, person)
    if leave:
        shelf.leave(opened.record, leave)
    seats = shelf.of(opened.record)
    if not seats:
        raise StudyError(f"Nobody takes part in {study} yet. First: earned members {study} --new NAME --role owner")
    for seat in seats:
        click.echo(f"{seat.member}: {seat.role}" + (f" ({seat.person})" if seat.person else ""))
