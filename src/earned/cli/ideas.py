"""Commands about ideas and points of view: ideas, gates, digest."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from earned.cli import found_of, said, view_of, wishes
from earned.errors import InputError

#: Receipts that a digest chooses from: as many as a page of the workbench has at hand.
RECEIPTS = 100


@click.command()
@click.argument("given", nargs=-1, required=True, metavar="FILE...|STUDY")
@click.option("--most", default=20, show_default=True, help="Ideas told, those most taken up first.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with every passage.")
@wishes
@click.pass_obj
@said
def ideas(workspace: Path | None, given: tuple[str, ...], most: int, as_json: bool, columns: dict[str, str],
          quiet: bool, **wanted: Any) -> None:  # fmt: skip
    """Show ideas: claims that several people voice, who said them first, who carried them, credited or not."""

    from earned import study
    from earned.report.ideas import ideas_text

    with view_of(quiet) as view:
        found = found_of(given, workspace, wanted, columns, view)
        told = study.ideas(found, most=most, progress=view.progress)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in told], ensure_ascii=False, indent=2, default=str))
    else:
        click.echo(ideas_text(told), nl=False)


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--organization", default="", help="Names of the own firm and its products.")
@click.option(
    "--study", default="", help="Look up what was said before in this study's latest edition (earned refresh)."
)
@click.option("--author", default="", help="With --study: person id of the author.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
@said
def gates(workspace: Path | None, file: Any, organization: str, study: str, author: str, as_json: bool) -> None:
    """Show how a draft reads: each sentence as point of view or pitch, and ten gates. FILE may be - for standard input."""

    from earned import edition
    from earned.study import examine
    from earned.workspace import open_study

    before = edition.passages(open_study(study, workspace)) if study else None
    sentences, found = examine(file.read(), organization, said=before, author=author)
    if as_json:
        said_so = [{"sentence": sentence, "argues": round(p, 3)} for sentence, p in sentences]
        click.echo(
            json.dumps({"sentences": said_so, "gates": [asdict(gate) for gate in found]}, ensure_ascii=False, indent=2)
        )
        return
    for sentence, p in sentences:
        click.echo(f"  {p:.2f}  {sentence}")
    for gate in found:
        click.echo(f"{gate.result:12} {gate.name}: {gate.reason}" + (f"  «{gate.sentence}»" if gate.sentence else ""))


@click.command()
@click.argument("given", nargs=-1, required=True, metavar="FILE...|STUDY")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help=".md, .html, .xml (RSS of uptake) or .ics."
)
@click.option("--person", default="", help="Whose unanswered replies go into an .ics calendar: id or name.")
@click.option("--mail-to", default="", metavar="ADDRESS", help="Send the page by the server of EARNED_SMTP.")
@click.option("--webhook", default="", metavar="URL", help="Post the page as JSON.")
@wishes
@click.pass_obj
@said
def digest(workspace: Path | None, given: tuple[str, ...], out: Path | None, person: str, mail_to: str, webhook: str,
           columns: dict[str, str], quiet: bool, **wanted: Any) -> None:  # fmt: skip
    """Answer the nine questions on one page; the last one is what we cannot tell. Without a place to go: Markdown to read."""
    from earned import desk
    from earned.report import digest as page

    kind = _kind(out, person)
    with view_of(quiet) as view:
        found = found_of(given, workspace, wanted, columns, view)
        title = ", ".join(Path(one).name.split(".")[0] for one in given)
        asked, text = _page(kind, found, title, person, view)
        if out is not None:
            out.write_bytes(text)
            view.note(f"Written: {out}")
        if mail_to:
            desk.mail_page(
                mail_to, f"Digest: {title}", page.digest_markdown(title, asked), page.digest_html(title, asked)
            )
            view.note(f"Sent to {mail_to}.")
        if webhook:
            desk.hand_to_webhook(webhook, page.digest_data(title, asked))
            view.note("Posted to the webhook.")
    if out is None and not mail_to and not webhook:
        click.echo(text.decode(), nl=False)


def _kind(out: Path | None, person: str) -> str:
    kind = out.suffix if out else ".md"
    if kind not in (".md", ".html", ".xml", ".ics"):
        raise InputError(str(out), f"no digest ends in {kind or 'nothing'}.", "Known: .md, .html, .xml, .ics.")
    if kind == ".ics" and not person:
        raise InputError(str(out), "a calendar is one person's.", "Say whose: --person NAME.")
    return kind


def _page(kind: str, found: Any, title: str, person: str, view: Any) -> tuple[tuple[Any, ...], bytes]:
    """The nine questions, and the file that was asked for."""
    from datetime import UTC, datetime

    from earned import desk, study
    from earned.report import digest as page
    from earned.report.ics import render_ics

    told = study.ideas(found, progress=view.progress)
    story = replace(study.tell(found, title=title, topic=""), receipts=study.ledger(found, most=RECEIPTS))
    asked = page.questions(story, told, study.openings(found, told), study.newcomers(found, told))
    if kind == ".ics":
        now = datetime.now(UTC)
        return asked, render_ics(desk.waiting_for(found, person, now=now), name=f"{title}: {person}", stamp=now)
    made = {".md": page.digest_markdown, ".html": page.digest_html}.get(kind)
    return asked, (made(title, asked) if made else page.uptake_rss(story)).encode()
