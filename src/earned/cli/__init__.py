"""Command -> conductor -> text. Loads click alone until a command runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from earned import __version__
from earned.cli.screen import show
from earned.errors import EarnedError, InputError

if TYPE_CHECKING:
    from earned.cli.view import View
    from earned.reading import Conversation, Wish
    from earned.study import Found

EXIT_CODES = """\b
Exit codes: 0 done; 1 Earned could not do it and says why; 2 the command was not understood;
3 done, but a source could not be read (sync)."""


def said(command: Callable[..., Any]) -> Callable[..., Any]:
    """Errors of Earned become one line and exit code 1; nothing becomes a traceback that a person can act on."""

    @wraps(command)
    def run(*given: Any, **named: Any) -> Any:
        try:
            return command(*given, **named)
        except EarnedError as error:
            click.echo(f"earned: {error.told}", err=True)
            sys.exit(1)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)

    return run


def day(_context: click.Context, option: click.Parameter, text: str | None) -> datetime | None:
    """A date or time of an option, UTC."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no date. Like this: 2024-05-31", param=option) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def pairs(_context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """field=header pairs of --columns."""
    found = [pair.partition("=") for word in given for pair in word.split(",")]
    if any(not sign for _, sign, _ in found):
        raise click.BadParameter("Like this: --columns text=Body,author=From", param=option)
    return {name.strip(): header.strip() for name, _, header in found}


COLUMNS = click.option(
    "--columns", multiple=True, callback=pairs, help="Own headers of a file: text=Body,time=Sent:dmy"
)
QUIET = click.option("--quiet", "-q", is_flag=True, help="No progress, no notes.")
SEED = click.option("--seed", default=1, show_default=True, help="The same seed gives the same intervals.")


def wishes(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of everything that finds leaders."""
    for option in (
        SEED,
        click.option("--min-posts", default=1, show_default=True, help="Leave people with fewer posts out."),
        click.option("--until", callback=day, help="Only posts before this date."),
        click.option("--since", callback=day, help="Only posts from this date on."),
        click.option("--topic", multiple=True, help="Only posts that hold this word; may be given again."),
        click.option(
            "--news", multiple=True, help="Feed, calendar or file of news that people react to; may be given again."
        ),
        COLUMNS,
        QUIET,
    ):
        command = option(command)
    return command


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="earned")
@click.option("--workspace", type=click.Path(path_type=Path), envvar="EARNED_WORKSPACE",
              help="Folder that holds your studies (default: .earned in the home folder).")  # fmt: skip
@click.pass_context
def main(context: click.Context, workspace: Path | None) -> None:
    """Who leads the ideas of a topic, person by person, from public conversation.

    Begin with: earned try
    """
    from earned.cli.process import begin

    begin()
    context.obj = workspace


def view_of(quiet: bool) -> View:
    from earned.cli.view import View

    return View(quiet)


def wish_of(seed: int, min_posts: int, until: datetime | None, since: datetime | None, topic: tuple[str, ...]) -> Wish:
    from earned.reading import Wish

    return Wish(seed=seed, since=since, until=until, topic=topic, fewest=min_posts)


def found_of(
    given: tuple[str, ...], workspace: Path | None, wanted: dict[str, Any], columns: dict[str, str], view: View
) -> Found:
    """Leaders of files and addresses, or of a study when the one word given is no file; `wanted` are the options of `wishes`."""
    from earned.study import learn
    from earned.workspace import open_study

    news, wish = wanted["news"], wish_of(**{name: value for name, value in wanted.items() if name != "news"})
    read = conversation_of(given, workspace, columns, view, news)
    if _names_study(given):
        return open_study(given[0], workspace).learn(wish, given=read, progress=view.progress)
    return learn(read, wish, lasting=False, progress=view.progress)


def conversation_of(
    given: tuple[str, ...], workspace: Path | None, columns: dict[str, str], view: View, news: tuple[str, ...] = (),
) -> Conversation:  # fmt: skip
    """The posts of files and addresses, or those a study keeps."""
    from earned.reading import read_files
    from earned.workspace import open_study

    if _names_study(given):
        kept = open_study(given[0], workspace).conversation()
        kept.news += read_files(news, progress=view.progress, as_news=True).posts
        return kept
    read = read_files(given, news=news, columns=columns or None, progress=view.progress)
    for source in read.archives:
        view.inventory(source)
    view.left_out(read.rejected, read.ignored)
    return read


def _names_study(given: tuple[str, ...]) -> bool:
    """Whether the one word given is a study's: no file, no address."""
    if len(given) != 1 or given[0] == "-" or "://" in given[0] or Path(given[0]).expanduser().exists():
        return False
    if "/" in given[0] or "." in given[0]:
        raise InputError(given[0], "there is no such file.", "A study is named by its word: earned status.")
    return True


@main.command()
@click.argument("given", nargs=-1, required=True, metavar="FILE...|STUDY")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="People as CSV.")
@wishes
@click.pass_obj
@said
def leaders(workspace: Path | None, given: tuple[str, ...], as_json: bool, as_csv: bool, columns: dict[str, str],
            quiet: bool, **wanted: Any) -> None:  # fmt: skip
    """Say who leads: one row a person, surest first.

    FILE is a file, folder, clone, URL or - for standard input.
    """
    from earned.report.text import json_text, people_csv

    with view_of(quiet) as view:
        found = found_of(given, workspace, wanted, columns, view)
    if as_json:
        click.echo(json_text(found.leadership))
    elif as_csv:
        click.echo(people_csv(found.leadership), nl=False)
    else:
        view.table(found.leadership)


@main.command()
@click.argument("file")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="JSON Lines to write.")
@click.option("--hide-links", is_flag=True, help="Explicit links, quotation, subjects, names are invisible.")
@click.option("--top", default=50, show_default=True, help="Most causes written for one post.")
@SEED
@COLUMNS
@QUIET
@said
def attribute(
    file: str, out: Path, hide_links: bool, top: int, seed: int, columns: dict[str, str], quiet: bool
) -> None:
    """Write every post's probable causes, one line a pair: child, parent, probability, kind.

    What a child's lines leave below 1 is background.
    """
    from earned import study

    with view_of(quiet) as view:
        rows = study.attribute(file, hide_links=hide_links, top=top, seed=seed, columns=columns, progress=view.progress)
        part, count = out.with_name(out.name + ".part"), 0
        with part.open("w", encoding="utf-8") as lines:
            for row in rows:
                count += 1
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    part.replace(out)
    view.note(f"{count} pairs written to {out}.")


@main.command()
@click.argument("name")
@click.option("--topic", default="", help="What it is about, in your words.")
@click.pass_obj
@said
def new(workspace: Path | None, name: str, topic: str) -> None:
    """Begin a study: a topic followed over time."""
    from earned.workspace import begin

    click.echo(f"{name} begins, in {begin(name, topic, workspace).store.folder}. Next: earned add {name} ADDRESS")


@main.command()
@click.argument("study")
@click.argument("given", nargs=-1, required=True, metavar="ADDRESS...")
@click.option("--news", is_flag=True, help="What people react to (releases, calendars), no part of the conversation.")
@COLUMNS
@click.pass_obj
@said
def add(workspace: Path | None, study: str, given: tuple[str, ...], news: bool, columns: dict[str, str]) -> None:
    """Add a source: a URL, OPML list, file, folder or clone, recognised by its content."""
    from earned.workspace import open_study

    opened, failed = open_study(study, workspace), list[str]()
    for address in given:
        try:
            source = opened.add(address, columns=columns, news=news)
        except EarnedError as error:
            failed.append(address)
            asked = "" if address in str(error) else f"{address} was not added. "
            click.echo(f"earned: {asked}{error.told}", err=True)
            continue
        role = ", as news that people react to" if news else ""
        click.echo(f"{source.address}\n  {source.what}, read by the channel {source.channel}{role}.")
        for mark, sentences in (("reads", source.reads), ("leaves", source.leaves), ("missing", source.missing)):
            for sentence in sentences:
                click.echo(f"  {mark}: {sentence}")
    if len(failed) < len(given):
        click.echo(f"Next: earned sync {study}")
    if failed and len(given) > 1:
        click.echo(f"earned: {len(failed)} of {len(given)} were not added, see above.", err=True)
    sys.exit(1 if failed else 0)


@main.command()
@click.argument("study")
@COLUMNS
@QUIET
@click.pass_obj
@said
def sync(workspace: Path | None, study: str, columns: dict[str, str], quiet: bool) -> None:
    """Read what is new, from every source, from where it stood."""
    from earned.workspace import open_study

    opened, failed = open_study(study, workspace), 0
    with view_of(quiet) as view:
        for source, kept, error in opened.sync(progress=view.progress, columns=columns):
            failed += bool(error)
            view.synced(source, kept, error)
    view.rejections(opened.store.posts.rejected(opened.record))
    view.unmatched(opened.unmatched())
    view.note(f"{opened.store.posts.count(opened.record)} posts in {study}. Next: earned leaders {study}")
    sys.exit(3 if failed else 0)


@main.command()
@click.argument("study", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
@said
def status(workspace: Path | None, study: str | None, as_json: bool) -> None:
    """Say what is there: studies, sources, how far they are read, what was rejected."""
    from earned.workspace import overview

    folder, rows = overview(study, workspace)
    if as_json:
        click.echo(json.dumps({"workspace": str(folder), "studies": rows}, ensure_ascii=False, indent=2))
    else:
        view_of(False).status(folder, rows)


@main.command()
@click.argument("given", nargs=-1, required=True, metavar="FILE...|STUDY")
@click.option("--person", default="", help="Only what follows this person (name or id).")
@click.option("--most", default=20, show_default=True, help="Receipts shown, newest first.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@wishes
@click.pass_obj
@said
def ledger(workspace: Path | None, given: tuple[str, ...], person: str, most: int, as_json: bool,
           columns: dict[str, str], quiet: bool, **wanted: Any) -> None:  # fmt: skip
    """Show adoptions as receipts: both passages, when, who, credited or not, how probable."""
    from dataclasses import asdict

    from earned import study

    with view_of(quiet) as view:
        found = found_of(given, workspace, wanted, columns, view)
        receipts = study.ledger(found, person=person, most=most)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in receipts], ensure_ascii=False, indent=2, default=str))
    else:
        view.receipts(receipts)


@main.command()
@click.argument("given", nargs=-1, required=True, metavar="FILE...|STUDY")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
              help="File to write; its ending says what: .html, .md, .pptx, .csv, .json.")  # fmt: skip
@click.option("--format", "form", default="", help="md, pptx, html, csv or json, when the ending does not say it.")
@click.option("--title", default="", help="Title of the page.")
@wishes
@click.pass_obj
@said
def report(workspace: Path | None, given: tuple[str, ...], out: Path, form: str, title: str, columns: dict[str, str], quiet: bool,
           **wanted: Any) -> None:  # fmt: skip
    """Write one self-contained page: leaders, the conversation over time, receipts, what the data cannot tell."""
    from earned.report import OUTPUTS, as_bytes, output
    from earned.study import tell

    kind = (form or out.suffix.lstrip(".")).lower()
    if kind not in OUTPUTS:
        raise InputError(str(out), f"no report ends in {out.suffix or 'nothing'}.", f"Known: {', '.join(OUTPUTS)}.")
    with view_of(quiet) as view:
        found = found_of(given, workspace, wanted, columns, view)
        name = title or ", ".join(Path(one).name.split(".")[0] for one in given)
        story = tell(found, title=name, topic=", ".join(wanted["topic"]))
    out.write_bytes(as_bytes(output(kind)(story)))
    view.note(f"Written: {out}")


@main.command(name="try")
@click.option("--no-open", is_flag=True, help="Do not open the report in a browser.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("report.html"), show_default=True)
@SEED
@QUIET
@said
def try_(no_open: bool, out: Path, seed: int, quiet: bool) -> None:
    """Run the main job on the bundled sample world; compare what is found with what was planted."""
    from earned.report import as_bytes, output
    from earned.study import sample_story

    with view_of(quiet) as view:
        found, story = sample_story(seed=seed, progress=view.progress)
    view.table(found.leadership, most=12)
    view.planted(story)
    out.write_bytes(as_bytes(output("html")(story)))
    click.echo(f"\nThe same as a page, with receipts: {out.resolve()}")
    if not no_open:
        show(str(out.resolve()))


def _more() -> None:
    from earned.cli.check import channels, check  # they use what stands above
    from earned.cli.counts import counts
    from earned.cli.export import export, forget
    from earned.cli.ideas import digest, gates, ideas
    from earned.cli.listen import listen
    from earned.cli.organizations import organizations
    from earned.cli.people import people
    from earned.cli.serve import members, refresh, serve
    from earned.cli.worker import health, worker

    more = (
        check,
        channels,
        ideas,
        gates,
        digest,
        refresh,
        serve,
        members,
        people,
        organizations,
        listen,
        worker,
        health,
        counts,
        export,
        forget,
    )
    for command in more:
        main.add_command(command)


_more()
