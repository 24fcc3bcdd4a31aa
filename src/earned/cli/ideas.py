"""Commands about ideas and points of view: ideas, gates, digest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from earned.cli import found_of, said, view_of, wish_of, wishes
from earned.errors import InputError


@click.command()
@click.argument("given", nargs=-1, required=True, metavar="FILE...|STUDY")
@click.option("--most", default=20, show_default=True, help="Ideas told, those with most voices first.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with every passage.")
@wishes
@click.pass_obj
@said
def ideas(workspace: Path | None, given: tuple[str, ...], most: int, as_json: bool, columns: dict[str, str],
          quiet: bool, **wanted: Any) -> None:  # fmt: skip
    """Show ideas: claims that several people voice, who said them first, who carried them, credited or not."""
    from dataclasses import asdict

    from earned import study
    from earned.report.ideas import ideas_text

    with view_of(quiet) as view:
        found = found_of(given, workspace, wish_of(**wanted), columns, view)
        told = study.ideas(found, most=most, progress=view.progress)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in told], ensure_ascii=False, indent=2, default=str))
    else:
        click.echo(ideas_text(told), nl=False)


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--organization", default="", help="Names of the own firm and its products.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@said
def gates(file: Any, organization: str, as_json: bool) -> None:
    """Show how a draft reads: each sentence as point of view or pitch, and ten gates. FILE may be - for standard input."""
    from dataclasses import asdict

    from earned.study import examine

    sentences, found = examine(file.read(), organization)
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
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help=".md, .html or .xml (RSS of uptake).")
@wishes
@click.pass_obj
@said
def digest(workspace: Path | None, given: tuple[str, ...], out: Path | None, columns: dict[str, str], quiet: bool,
           **wanted: Any) -> None:  # fmt: skip
    """Answer the nine questions on one page; the last one is what we cannot tell. Without --out: Markdown to read."""
    from earned import study
    from earned.report import digest as page

    with view_of(quiet) as view:
        found = found_of(given, workspace, wish_of(**wanted), columns, view)
        told = study.ideas(found, progress=view.progress)
        waiting = study.openings(found, told)
    title = ", ".join(Path(one).name.split(".")[0] for one in given)
    story = study.tell(found, title=title, topic="")
    asked = page.questions(story, told, waiting)
    kind = out.suffix if out else ".md"
    if kind not in (".md", ".html", ".xml"):
        raise InputError(str(out), f"no digest ends in {kind or 'nothing'}.", "Known: .md, .html, .xml.")
    made = {".md": page.digest_markdown, ".html": page.digest_html}.get(kind)
    text = made(title, asked) if made else page.uptake_rss(story)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        view.note(f"Written: {out}")
