"""The report as Markdown, to paste and to forward."""

from __future__ import annotations

import re
from collections.abc import Sequence

from earned.model import Leader, Receipt, Story
from earned.report.words import count, day, headline, origin, per_cent, plain, rate, standfirst

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#!&~])")


def render_markdown(story: Story) -> str:
    """Leaders, receipts, limits."""
    found = story.leadership
    judged = [one for one in found.people if one.camp != "not enough evidence"]
    parts = [
        f"# {escaped(story.title)}",
        escaped(headline(found)),
        escaped(standfirst(found)),
        "## Whose posts are taken up",
        _table(judged),
        "## Receipts",
        *(_receipt(one) for one in story.receipts),
        "## What the data cannot tell",
        "\n".join(f"- {escaped(sentence)}" for sentence in found.cannot_tell),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    """Words of other people, without anything that Markdown would act on."""
    return _SPECIAL.sub(r"\\\1", " ".join(plain(text).split()))


def _table(people: Sequence[Leader]) -> str:
    if not people:
        return "For nobody are there enough posts to tell."
    rows = [
        f"| {escaped(one.person.name)} | {one.camp} | {one.posts} | {count(one.realized)} | {rate(one.induced)} | {one.credited} |"
        for one in people
    ]
    head = "| Person | Camp | Posts | Posts by others that followed | Per post | Credited |\n|---|---|---|---|---|---|"
    return "\n".join([head, *rows])


def _receipt(one: Receipt) -> str:
    seen = one.evidence
    how = "credited by link or name" if seen.kind == "link" else "not credited"
    return (
        f"**{escaped(one.child.author)}** after **{escaped(one.parent.author)}**, {how}, {per_cent(seen.probability)}\n\n"
        f"> {escaped(one.parent.passage)}\n>\n> ({day(one.parent.at, one.parent.precision)}{origin(one.parent)})\n\n"
        f"> {escaped(one.child.passage)}\n>\n> ({day(one.child.at, one.child.precision)}{origin(one.child)})\n\n"
        f"{escaped(' '.join(one.counters)) or 'No other explanation was found in the data.'}"
    )
