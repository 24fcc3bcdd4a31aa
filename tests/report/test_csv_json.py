"""CSV and JSON say the same as the page, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from cast import LEADERSHIP, STORY

from earned.report import output
from earned.report.text import as_json, harmless, people_csv

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", ["html", "csv", "json"])
def test_each_output_is_as_it_was_last_approved(name):
    """After a wanted change: python tests/report/approve.py"""
    assert (GOLDEN / f"story.{name}").read_bytes() == output(name)(STORY).encode()


def test_the_json_has_the_agreed_names_and_null_for_what_cannot_be_told():
    found = as_json(LEADERSHIP)
    ada, *_, di = found["people"]

    assert ["people", "totals", "cannot_tell", "provenance"] == list(found)
    assert "id name organization posts induced realized internal credited verdict reason evidence".split() == list(ada)
    assert {"value": 0.62, "low": 0.31, "high": 1.04, "level": 0.9, "n": 22, "unit": "posts per post"} == ada["induced"]
    assert "child parent probability kind lag_days colleague child_passage parent_passage" == " ".join(
        ada["evidence"][0]
    )
    assert (None, None, None, "not enough evidence") == (di["induced"], di["realized"], di["internal"], di["verdict"])
    assert found == json.loads(output("json")(STORY))


def test_the_csv_has_a_row_for_each_person_and_the_numbers_of_the_json():
    rows = list(csv.DictReader(io.StringIO(people_csv(LEADERSHIP))))

    assert [one["name"] for one in as_json(LEADERSHIP)["people"]] == [row["name"] for row in rows]
    assert ("0.62", "0.31", "1.04", "posts per post") == tuple(
        rows[0][f"induced_{part}"] for part in ("value", "low", "high", "unit")
    )
    assert "" == rows[-1]["induced_value"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", '=HYPERLINK("x")'])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(text):
    bad = replace(LEADERSHIP.people[0], person=replace(LEADERSHIP.people[0].person, name=text), reason=text)
    (row,) = csv.DictReader(io.StringIO(people_csv(replace(LEADERSHIP, people=(bad,)))))

    assert ("'" + text, "'" + text) == (row["name"], row["reason"])


def test_numbers_stay_numbers():
    assert (-0.5, 3, None, "Ada") == tuple(map(harmless, (-0.5, 3, None, "Ada")))
