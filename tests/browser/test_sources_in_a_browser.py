"""The page of sources with long addresses, failures, rejected rows, counts and the counter's line, wide and on a telephone."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workbench(serve, command, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    rows = [
        {"id": str(k), "author": "ada", "time": "2024-01-01", "text": "Hello", "url": f"https://ada.example/{k}"}
        for k in (1, 2)
    ]
    talk = folder / f"{'a-rather-long-name-of-a-file-' * 4}.jsonl"
    talk.write_text("\n".join(map(json.dumps, [*rows, {"id": "bad", "text": "x", "time": "soon"}])), encoding="utf-8")
    copied = folder / "copied.txt"
    copied.write_text(
        "Answers to https://www.linkedin.com/feed/update/urn:li:activity:7100000000000000777\n\nBo, 2024-01-03\nI do.\n",
        encoding="utf-8",
    )
    log = folder / "access.log"
    log.write_text(
        '192.0.2.1 - - [01/Jan/2026:10:00:00 +0000] "GET /1 HTTP/1.1" 200 9 "-" "Mozilla/5.0 Firefox/130.0"\n'
    )
    place = folder / "workspace"
    for words in (
        ["new", "topic"],
        ["add", "topic", str(talk), str(copied)],
        ["sync", "topic"],
        ["counts", "topic", str(log)],
    ):
        command(place, *words)
    return serve(place, EARNED_COUNTER="ada.example=topic")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_nothing_is_cut_off_and_everything_is_said(workbench, page, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{workbench}/s/topic/settings/")
    told = page.locator("main").inner_text()

    assert 0 == page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    for words in (
        "first at line 3, soon",
        "meet no post here",
        "accesslog: 1 post, 2026-01-01",
        f'<script src="{workbench}/counter.js"',
    ):
        assert words in told
    assert [] == [one["id"] for one in Axe().run(page).response["violations"]]
