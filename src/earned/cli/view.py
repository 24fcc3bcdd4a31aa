"""What the terminal shows: tables with drawn intervals, progress with an ETA, notes on standard error."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from earned.model import Estimate, Leader, Leadership, Receipt, Rejected, SelfCheck, Story
from earned.report.check import figures, interval
from earned.report.words import UNMATCHED, counted, origin

#: Work shorter than this shows no bar, in seconds.
PATIENCE = 1.5
#: Width of a drawn interval, in characters.
DRAWN = 24
STYLES = {"has it": "bold green", "is trying": "cyan", "wants it": "yellow", "not enough evidence": "dim"}


def drawn(estimate: Estimate | None, top: float, width: int = DRAWN) -> str:
    """An interval as characters on an axis from 0 to `top`: ├──●──┤."""
    if estimate is None or top <= 0:
        return ""
    low, at, high = (
        min(width - 1, round(x / top * (width - 1))) for x in (estimate.low, estimate.value, estimate.high)
    )
    line = [" "] * width
    line[low : high + 1] = "─" * (high - low + 1)
    line[low], line[high] = "├", "┤"
    line[at] = "●"
    return "".join(line)


class View:
    """The terminal of one command: answers on standard output, everything else on standard error."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._out, self._err = Console(), Console(stderr=True)
        if not self._out.is_terminal:
            self._out = Console(width=150)  # a pipe or a file has no edge
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._began = time.monotonic()

    def __enter__(self) -> View:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars:
            self._bars.stop()
            self._bars = None

    def progress(self, stage: str, done: float, total: float | None) -> None:
        """A bar for each stage, once the work lasts longer than a moment."""
        if self._quiet or (self._bars is None and time.monotonic() - self._began < PATIENCE):
            return
        if self._bars is None:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
                       TimeElapsedColumn(), TextColumn("eta"), TimeRemainingColumn())  # fmt: skip
            self._bars = Progress(*columns, console=self._err, transient=True)
            self._bars.start()
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)

    def note(self, sentence: str) -> None:
        """A sentence beside the answer."""
        if not self._quiet:
            self._err.print(escape(sentence), highlight=False, soft_wrap=True)

    def channels(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Where conversation is read, then where counts come from, one a row."""
        titles = {"add": "earned add STUDY ...", "counts": "earned counts STUDY ...: beside the measure, never in it"}
        for command, title in titles.items():
            table = Table(box=None, pad_edge=False, header_style="bold", title=title, title_justify="left")
            shown = ("name", "label", "address", "reads", "leaves")
            for name in shown:
                table.add_column(name, no_wrap=name in {"name", "label"})
            for row in rows:
                if row["command"] == command:
                    table.add_row(*(escape(row[name]) for name in shown))
            self._out.print(table)
        self.note("proven: the real thing. double: a server that plays it. fixture: made files only, unproven.")
        self.note("Earned writes to none of them; your posts stay yours to take along: earned export STUDY.")

    def inventory(self, source: Any) -> None:
        """What an archive held: found, left, missing."""
        self.note(f"{source.what}:")
        for mark, sentences in (("found", source.reads), ("left", source.leaves), ("missing", source.missing)):
            for sentence in sentences:
                self.note(f"  {mark}: {sentence}")

    def left_out(self, rejected: Sequence[Rejected], ignored: Mapping[str, int]) -> None:
        """Rejected rows by reason with an example, and what was left out on purpose."""
        for reason, count in Counter(row.reason for row in rejected).most_common(8):
            first = next(row for row in rejected if row.reason == reason)
            detail = f" ({first.detail})" if first.detail else ""
            self.note(f"Rejected {count}: {reason}; first at {first.where}{detail}.")
        for reason, count in ignored.items():
            self.note(f"Noted {count}: {reason}.")

    def trust(self, check: SelfCheck) -> None:
        """How far the numbers can be trusted: sentences, then figures."""
        for sentence in check.says:
            self._out.print(Padding(escape("• " + sentence), (0, 0, 1, 0)), highlight=False)
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column()
        table.add_column(justify="right")
        for name, value in figures(check):
            table.add_row(escape(name), value)
        self._out.print(table)
        for one in check.planted:
            found = interval(one)
            line = f"planted: {one.name}, {one.posts} posts, {one.followers} followers; found {found}, {one.camp}"
            self._out.print(escape(line), highlight=False)

    def table(self, answer: Leadership, most: int = 30) -> None:
        """People with drawn intervals, the sums, and what the data cannot tell."""
        judged = [row for row in answer.people if row.induced and row.camp != "not enough evidence"]
        inside = all(row.induced.high < 0.005 for row in judged if row.induced)  # one organization: only colleagues
        plotted = [row.internal if inside else row.induced for row in judged[:most]]
        top = max((one.high for one in plotted if one), default=0.0)
        wide = self._out.width >= 118
        table = Table(box=None, pad_edge=False, header_style="bold")
        unit = "colleagues' posts" if inside else "per post"
        for name in (
            "person",
            "posts",
            "followed by",
            "per post",
            f"0 to {top:.1f} {unit}",
            "inside",
            "credited",
            "verdict",
        ):
            if wide or name not in {"per post", "inside", "credited"}:
                left = name in {"person", "verdict"} or name.startswith("0 to")
                table.add_column(
                    name, justify="left" if left else "right", no_wrap=name != "person", min_width=len(name)
                )
        for row, one in zip(judged[:most], plotted):
            cells = self._row(row, drawn(one, top, DRAWN if wide else DRAWN // 2))
            table.add_row(*(cells if wide else [cells[k] for k in (0, 1, 2, 4, 7)]))
        self._out.print(table, highlight=False)
        self._below(answer, judged, most)

    def _row(self, row: Leader, picture: str) -> list[str]:
        house = f" [dim]{escape(row.organization)}[/dim]" if row.organization else ""
        style = STYLES[row.camp]
        return [
            escape(row.person.name) + house, str(row.posts), span(row.realized, 0), span(row.induced, 2), picture,
            span(row.internal, 0), str(row.credited), f"[{style}]{row.camp}[/{style}]",
        ]  # fmt: skip

    def _below(self, answer: Leadership, judged: Sequence[Leader], most: int) -> None:
        if len(judged) > most:
            self._out.print(f"… and {len(judged) - most} more people with enough posts (--json and --csv list all).")
        rest = len(answer.people) - len(judged)
        if rest:
            self._out.print(f"{rest} people without a verdict: too few posts, or no single person behind the name.")
        totals = answer.totals
        if totals.realized:
            self._out.print(
                f"\n{totals.posts} posts by {totals.people} people on {totals.channels} channels; "
                f"{span(totals.realized, 0)} of them are best explained by an earlier post of somebody else; "
                f"{totals.credited} credit one by link or name.",
                highlight=False,
            )
        self._out.print("\n[bold]What the data cannot tell[/bold]")
        for sentence in answer.cannot_tell:
            self._out.print(f"- {escape(sentence)}", highlight=False)

    def planted(self, story: Story) -> None:
        """Found against planted, for a made-up world."""
        rows = story.found_and_planted or ()
        inside = sum(bool(r.found and r.found.low <= r.planted <= r.found.high) for r in rows)
        self._out.print(
            f"\nPlanted and found: {inside} of {len(rows)} intervals hold the planted rate.", highlight=False
        )

    def receipts(self, receipts: Iterable[Receipt]) -> None:
        """Receipts to read, newest first."""
        for one in receipts:
            how = "credited" if one.evidence.kind == "link" else "not credited"
            inside = ", a colleague" if one.evidence.colleague else ""
            when = f"{one.child.at:%Y-%m-%d}" if one.child.at else "undated"
            self._out.print(
                f"[bold]{escape(one.child.author)}[/bold] follows [bold]{escape(one.parent.author)}[/bold]{inside}  "
                f"{when} on {escape(one.child.channel)}{origin(one.child)}, {lag(one.evidence.lag_days)} later, {how}, "
                f"probability {one.evidence.probability:.2f}",
                highlight=False,
            )
            self._out.print(f"  said:   {escape(one.parent.passage)}", highlight=False)
            self._out.print(f"  taken:  {escape(one.child.passage)}", highlight=False)
            if one.evidence.shared_words or one.counters:
                shared = f"shared: {', '.join(one.evidence.shared_words)}. " if one.evidence.shared_words else ""
                self._out.print(f"  [dim]{escape(shared + ' '.join(one.counters))}[/dim]", highlight=False)
            self._out.print()

    def synced(self, source: Any, kept: Any, error: str) -> None:
        """One line a source."""
        self.note(f"{source.address}: {error or kept.line()}")
        for reason, count in kept.ignored.items():
            self.note(f"  noted {count}: {reason}")

    def rejections(self, rows: Iterable[Any]) -> None:
        """Rejected rows by source and reason."""
        for row in rows:
            self.note(f"  rejected {row.count}: {row.reason}; first at {row.first} ({row.address})")

    def unmatched(self, targets: Sequence[str]) -> None:
        """Copied answers to posts that are not there."""
        if targets:
            self.note(f"Copied answers to {counted(len(targets), 'post')} meet no post here, for example {targets[0]}.")
            self.note(f"  {UNMATCHED}")

    def status(self, folder: Path, studies: Sequence[Mapping[str, Any]]) -> None:
        """Studies with their sources."""
        self._out.print(f"Workspace {escape(str(folder))}", highlight=False)
        for one in studies:
            self._out.print(
                f"[bold]{escape(one['study'])}[/bold]  {one['posts']} posts  {escape(one['topic'])}", highlight=False
            )
            for source in one["sources"]:
                state = source["error"] or (f"read {source['read'][:16]}" if source["read"] else "not read yet")
                self._out.print(
                    f"  {escape(source['what'])}: {escape(source['address'])} ({escape(state)})", highlight=False
                )
            for row in one["rejected"]:
                where = escape(f"{row['reason']}; first at {row['first']} ({row['source']})")
                self._out.print(f"  rejected {row['count']}: {where}", highlight=False)
        if not studies:
            self._out.print("No study yet. Begin: earned new NAME", highlight=False)


def span(estimate: Estimate | None, digits: int) -> str:
    """A number with its interval."""
    if estimate is None:
        return ""
    return f"{estimate.value:.{digits}f} ({estimate.low:.{digits}f} to {estimate.high:.{digits}f})"


def lag(days: float) -> str:
    """A time span in words."""
    if days < 1 / 24:
        return f"{max(1, round(days * 1440))} minutes"
    return f"{round(days * 24)} hours" if days < 2 else f"{round(days)} days"
