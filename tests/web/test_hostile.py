"""A conversation made of attacks: nothing of it acts on a page."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from earned import edition
from earned.store import open_store
from earned.workspace import Study

ATTACKS = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onfocus=alert(1) autofocus='",
    "javascript:alert(1)", "</title><script>alert(1)</script>", "{{ 7|add:35 }}{% debug %}", "<svg/onload=alert(1)>",
    "\u202ehidden\u202c", "</textarea><script>alert(1)</script>", "data:text/html,<script>alert(1)</script>",
]  # fmt: skip


@pytest.fixture
def attacked(db, workspace):
    """Two dozen people called like attacks, who say attacks to one another, in organizations called like attacks."""
    rows = []
    for k in range(240):
        attack = ATTACKS[k % len(ATTACKS)]
        rows.append({
            "id": f"p{k}{attack}", "author": f"a{k % 24}{attack[:12]}", "author_name": f"{attack} {k % 24}",
            "time": f"2024-{1 + k // 28:02}-{1 + k % 28:02}T10:{k % 60:02}:00Z",
            "text": f"{attack} the quarterly pager budget {attack} is wrong because nobody deletes alert {k // 6} {attack}",
            "title": attack, "url": attack, "organization": attack, "channel": attack,
            "reply_to": f"p{k - 1}{ATTACKS[(k - 1) % len(ATTACKS)]}" if k % 3 else "",
        })  # fmt: skip
    path = workspace / "attacks.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    made = Study(open_store(), open_store().studies.new("attacked", ATTACKS[0]))
    made.add(str(path))
    assert [error for _, _, error in made.sync()] == [""]
    edition.refresh(made)
    return made


def test_nothing_of_an_attack_acts(attacked):
    found, editions = edition.latest(attacked), attacked.store.editions
    from urllib.parse import quote

    pages = ["", "ideas/", "ledger/", "people/", "organizations/", "openings/", "digest/", "decisions/", "settings/",
             f"search/?q={quote(ATTACKS[1])}"]  # fmt: skip
    for kind, many in (("person", 5), ("organization", 10), ("idea", 5)):
        pages += [f"{kind}/{quote(key, safe='')}/" for key, _ in editions.titles(found, kind, most=many)]
    pages += [f"own/{quote(key, safe='')}/" for key, _ in editions.titles(found, "person", most=3)]
    assert len(pages) > 15
    browser, seen = Client(), ""
    for page in pages:
        answer = browser.get(f"/s/attacked/{page}")
        html = answer.content.decode()
        assert answer.status_code == 200, page
        assert int(answer.headers["Content-Length"]) == len(answer.content), page
        assert not re.search(r"<script(?! src=\"/static/)", html), page
        assert not re.search(r"<(?:img|svg/)", html), page
        assert not re.search(r"<[a-z]+[^>]*\son\w+\s*=", re.sub(r'"[^"]*"', '""', html)), page
        assert not re.search(r"href=\"(?:javascript|data):", html), page
        assert "\u202e" not in html, page
        seen += html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in seen, "the attack is there, as text"
    assert "{{ 7|add:35 }}" in seen
