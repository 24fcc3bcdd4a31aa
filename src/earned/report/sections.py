"""The sections of the HTML report, in reading order. Whatever comes from data goes through `esc`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from earned.model import Leader, Leadership, Planted, Quoted, Receipt, Story, WeekCount
from earned.report.charts import axis_labels, interval, ticks, weeks_chart
from earned.report.words import (
    count,
    counted,
    day,
    esc,
    headline,
    lag,
    level,
    number,
    origin,
    per_cent,
    plain,
    rate,
    standfirst,
    web_address,
)

#: So many receipts are shown.
MOST_RECEIPTS = 10

#: A camp's word -> the class that styles it; the word itself is always printed.
_CAMPS = {"has it": "has", "is trying": "trying", "wants it": "wants", "not enough evidence": "unsure"}


def opening(story: Story) -> str:
    found = story.leadership
    first = [leader for leader in found.people if leader.camp == "has it" and leader.realized][:1]
    credit = f" Credited by link or name in {counted(first[0].credited, 'post')}." if first else ""
    return (
        f'<header class="masthead"><p class="kicker">{esc(story.topic)}</p><h1>{esc(story.title)}</h1>'
        f'<p class="claim">{esc(headline(found))}{esc(credit)}</p>'
        f'<p class="standfirst">{esc(standfirst(found))}</p></header>'
    )


def leaders(found: Leadership) -> str:
    judged = [one for one in found.people if one.camp != "not enough evidence"]
    unsure = [one for one in found.people if one.camp == "not enough evidence"]
    if not found.people:
        body = "<p>No person with a post was found.</p>"
    else:
        body = _plot(judged, level(found)) + _leaders_table(judged, level(found)) + _unsure(unsure)
    return section("leaders", "Whose posts are taken up", body)


def _plot(people: Sequence[Leader], coverage: str) -> str:
    shown = [one for one in people if one.induced is not None]
    if not shown:
        return "<p>For nobody are there enough posts to tell.</p>"
    axis = ticks(max(one.induced.high for one in shown if one.induced))
    rows = "".join(_plot_row(one, axis, f"p{place}") for place, one in enumerate(shown))
    return (
        f'<figure class="plot"><figcaption><strong>Posts by others for each post of a person.</strong> The dot is the '
        f"best single number, the line its {coverage} interval. Colleagues are left out.</figcaption>"
        f'<ol>{rows}</ol><div class="plot-axis">{axis_labels(axis)}</div></figure>'
    )


def _plot_row(one: Leader, axis: Sequence[float], key: str) -> str:
    assert one.induced is not None
    return (
        f'<li><p class="who"><strong>{_name(one.person.name)}</strong> {_camp(one)}</p>'
        f'{interval(one.person.name, one.induced, axis, key)}<p class="value">{esc(rate(one.induced))}</p></li>'
    )


def _leaders_table(people: Sequence[Leader], coverage: str) -> str:
    if not people:
        return ""
    head = (
        "Person",
        "Camp",
        "Posts",
        "Posts by others that followed",
        "Per post",
        "By colleagues",
        "Credited",
    )
    return table(
        f"Leaders in numbers, with {coverage} intervals in brackets. By colleagues: posts that followed inside their "
        "own organization. Credited: posts by others that link to or name theirs.",
        head,
        [_leader_cells(one) for one in people],
        classes=("", "", "n", "n", "n", "n", "n"),
    )


def _leader_cells(one: Leader) -> list[str]:
    organization = f'<span class="quiet">{_name(one.organization)}</span>' if one.organization else ""
    return [
        f"{_name(one.person.name)} {organization}",
        f'{_camp(one)}<span class="reason">{esc(one.reason)}</span>',
        number(one.posts),
        esc(count(one.realized)),
        esc(rate(one.induced)),
        esc(count(one.internal)),
        number(one.credited),
    ]


def _unsure(people: Sequence[Leader]) -> str:
    if not people:
        return ""
    cells = [[_name(one.person.name), number(one.posts), number(one.credited), esc(one.reason)] for one in people]
    inner = table(
        "People with too few posts to say more", ("Person", "Posts", "Credited", "Why"), cells, ("", "n", "n", "")
    )
    return (
        f"<details><summary>{counted(len(people), 'person', 'people')} with too little evidence to tell</summary>"
        f"{inner}</details>"
    )


def conversation(weeks: Sequence[WeekCount]) -> str:
    if not weeks:
        return ""
    cells = [[esc(day(week.start)), number(week.posts), number(week.induced_posts)] for week in weeks]
    inner = table("Posts per week", ("Week of", "Posts", "Best explained by an earlier post"), cells, ("", "n", "n"))
    body = (
        '<figure><figcaption><span class="key all">All posts</span> <span class="key followed">best explained by an '
        f"earlier post of somebody else</span></figcaption>{weeks_chart(weeks)}</figure>"
        f"<details><summary>The same as a table</summary>{inner}</details>"
    )
    return section("conversation", "The conversation, week by week", body)


def receipts(given: Sequence[Receipt]) -> str:
    if not given:
        return ""
    shown = given[:MOST_RECEIPTS]
    more = f" The first {len(shown)} of {len(given)} are shown." if len(given) > len(shown) else ""
    lead = f'<p class="lead">Each pair can be checked: read both, and the other explanation.{more}</p>'
    return section("receipts", "Receipts", lead + "".join(_receipt(one, place) for place, one in enumerate(shown, 1)))


def _receipt(one: Receipt, place: int) -> str:
    seen = one.evidence
    how = "Credited by link or name" if seen.kind == "link" else "Not credited"
    inside = " Both speak for one organization." if seen.colleague else ""
    counter = (
        esc(" ".join(one.counters)) if one.counters else "None was found in the data; there may be some outside it."
    )
    return (
        f'<article class="receipt" aria-labelledby="r{place}"><h3 id="r{place}">{_name(one.child.author)} takes up the '
        f"matter of {_name(one.parent.author)} {esc(lag(seen.lag_days))}</h3>"
        f'<div class="pair">{_side(one.parent, "First", seen.shared_words)}'
        f"{_side(one.child, 'Then', seen.shared_words)}</div>"
        f"<dl><div><dt>Credit</dt><dd>{how}.{inside}</dd></div>"
        f"<div><dt>How likely</dt><dd>{esc(per_cent(seen.probability))} that this is the post it follows</dd></div>"
        f"<div><dt>Other explanation</dt><dd>{counter}</dd></div></dl></article>"
    )


def _side(quoted: Quoted, when: str, shared: Iterable[str]) -> str:
    return (
        f'<figure class="quoted"><figcaption><span class="when">{when}</span> <strong>{_name(quoted.author)}</strong> '
        f"in {_linked(quoted.channel, quoted.url)}, {esc(day(quoted.at, quoted.precision))}{origin(quoted)}</figcaption>"
        f'<blockquote dir="auto"><p>{marked(quoted.passage, shared)}</p></blockquote></figure>'
    )


def marked(passage: str, words: Iterable[str]) -> str:
    """The passage, escaped, with the shared words marked wherever they stand as whole words."""
    wanted = sorted({plain(word) for word in words if plain(word).strip()}, key=len, reverse=True)
    if not wanted:
        return esc(passage)
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, wanted))})(?!\w)", re.IGNORECASE)
    pieces = pattern.split(plain(passage))
    return "".join(f"<mark>{esc(piece)}</mark>" if place % 2 else esc(piece) for place, piece in enumerate(pieces))


def planted(rows: Sequence[Planted] | None) -> str:
    if rows is None:
        return ""
    cells = [[_name(row.person), f"{row.planted:.2f}", esc(rate(row.found)), _inside(row)] for row in rows]
    head = ("Person", "Planted", "Found", "Inside the interval")
    lead = '<p class="lead">This world is made up, so its truth is known: what was put in, beside what was found.</p>'
    body = lead + table("Posts by others per post, planted and found", head, cells, ("", "n", "n", ""))
    return section("planted", "Found against planted", body)


def _inside(row: Planted) -> str:
    if row.found is None:
        return "too little evidence"
    return "yes" if row.found.low <= row.planted <= row.found.high else "no"


def cannot_tell(sentences: Sequence[str]) -> str:
    items = "".join(f"<li>{esc(sentence)}</li>" for sentence in sentences)
    body = f"<ul>{items}</ul>" if items else "<p>Nothing was noted; that does not mean the data tell everything.</p>"
    return section("cannot-tell", "What the data cannot tell", body)


def how_to_read(found: Leadership) -> str:
    body = (
        f"<p>A number says how many posts by other people followed and are best explained by a person’s posts, among "
        f"what we could read. The brackets are meant to hold the true number {level(found)} of the time, so people "
        f"whose lines overlap much cannot be told apart. “Credited” is counting alone: posts that link to or name "
        f"theirs.</p>"
    )
    return section("how-to-read", "How to read this", body)


def provenance(found: Leadership) -> str:
    pairs = "".join(f"<div><dt>{esc(key)}</dt><dd>{esc(value)}</dd></div>" for key, value in found.provenance.items())
    unplaced = found.totals.unplaced
    left = f"{counted(unplaced, 'post')} without time or author could not take part. " if unplaced else ""
    again = "With the same input, seed and version the same page comes out again."
    return f"<footer><p>{left}{again}</p><dl>{pairs}</dl></footer>"


def section(key: str, title: str, body: str) -> str:
    return f'<section id="{key}" aria-labelledby="{key}-h"><h2 id="{key}-h">{esc(title)}</h2>{body}</section>'


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], classes: Sequence[str]) -> str:
    """A table whose cells are HTML already; the first cell of a row names it."""
    top = "".join(f'<th scope="col"{_class(kind)}>{esc(name)}</th>' for name, kind in zip(head, classes))
    body = "".join(
        f'<tr><th scope="row">{first}</th>'
        + "".join(f"<td{_class(kind)}>{cell}</td>" for cell, kind in zip(rest, classes[1:]))
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{esc(caption)}"><table>'
        f"<caption><span>{esc(caption)}</span></caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _camp(one: Leader) -> str:
    return f'<span class="camp {_CAMPS[one.camp]}">{esc(one.camp)}</span>'


def _name(name: str) -> str:
    """A name that cannot change the direction of what stands beside it."""
    return f"<bdi>{esc(name)}</bdi>"


def _linked(words: str, url: str) -> str:
    address = web_address(url)
    return f'<a href="{esc(address)}" rel="noopener nofollow">{esc(words)}</a>' if address else esc(words)
