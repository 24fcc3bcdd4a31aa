"""The same findings for other programs: CSV and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

import msgspec

from earned.model import Estimate, Evidence, Leader, Leadership, Story, Totals

_ESTIMATES = ("induced", "realized", "internal")
_PARTS = ("value", "low", "high", "level", "n", "unit")

#: A cell that starts so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def render_csv(story: Story) -> str:
    """The table `people`: a row for each person, an estimate in six columns."""
    return people_csv(story.leadership)


def render_json(story: Story) -> str:
    return json_text(story.leadership) + "\n"


def people_csv(found: Leadership) -> str:
    """The table `people` of a Leadership, without anything that a spreadsheet would run."""
    head = ["id", "name", "organization", "posts"]
    head += [f"{name}_{part}" for name in _ESTIMATES for part in _PARTS]
    return _csv([[*head, "credited", "camp", "reason"], *map(_person_row, found.people)])


def json_text(found: Leadership) -> str:
    """The Leadership as JSON, two blanks a level."""
    return msgspec.json.format(msgspec.json.encode(as_json(found)), indent=2).decode()


def as_json(found: Leadership) -> dict[str, Any]:
    """The Leadership as plain data; an estimate that cannot be told is null."""
    return {
        "people": [_person(leader) for leader in found.people],
        "totals": _totals(found.totals),
        "cannot_tell": list(found.cannot_tell),
        "provenance": dict(found.provenance),
    }


def _person(leader: Leader) -> dict[str, Any]:
    return {
        "id": leader.person.id,
        "name": leader.person.name,
        "organization": leader.organization,
        "posts": leader.posts,
        **{name: _estimate(getattr(leader, name)) for name in _ESTIMATES},
        "credited": leader.credited,
        "verdict": leader.camp,
        "reason": leader.reason,
        "evidence": [_evidence(one) for one in leader.evidence],
    }


def _estimate(estimate: Estimate | None) -> dict[str, Any] | None:
    return None if estimate is None else {part: getattr(estimate, part) for part in _PARTS}


def _evidence(one: Evidence) -> dict[str, Any]:
    names = ("child", "parent", "probability", "kind", "lag_days", "colleague", "child_passage", "parent_passage")
    return {name: getattr(one, name) for name in names}


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "posts": totals.posts,
        "people": totals.people,
        "channels": totals.channels,
        "since": totals.since and totals.since.isoformat(),
        "until": totals.until and totals.until.isoformat(),
        "realized": _estimate(totals.realized),
        "credited": totals.credited,
        "unplaced": totals.unplaced,
    }


def _person_row(leader: Leader) -> list[object]:
    row: list[object] = [leader.person.id, leader.person.name, leader.organization, leader.posts]
    for name in _ESTIMATES:
        estimate = getattr(leader, name)
        row += [None if estimate is None else getattr(estimate, part) for part in _PARTS]
    return [*row, leader.credited, leader.camp, leader.reason]


def _csv(rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([[harmless(cell) for cell in row] for row in rows])
    return out.getvalue()


def harmless(cell: object) -> object:
    """A text that a spreadsheet would run gets an apostrophe in front; numbers stay numbers."""
    if isinstance(cell, str) and cell.lstrip(" \ufeff").startswith(_FORMULA):
        return "'" + cell
    return cell
