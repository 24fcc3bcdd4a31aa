"""What people do in the workbench, in a real browser on a real server."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

PAGES = ["", "ideas/", "ledger/", "people/", "person/noor-haddad/", "own/noor-haddad/", "organizations/",
         "organization/Kestrel%20Cloud/", "openings/", "digest/", "decisions/", "settings/", "search/?q=noor",
         "accounts/"]  # fmt: skip


def test_first_run_with_the_sample_world(serve, page, tmp_path):
    """Nothing there: one click, progress, and the leaders."""
    base = serve(tmp_path / "new")
    page.goto(base)
    page.get_by_role("button", name="Open the sample world").click()
    expect(page.get_by_role("heading", name="Whose posts are taken up")).to_be_visible(timeout=120_000)

    expect(page.locator(".plot li").first).to_contain_text("has it")


def test_first_run_with_an_own_conversation(serve, page, tmp_path):
    """A file is chosen, read and worked out; rejected rows are told with their reason."""
    rows = []
    for k in range(90):
        at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=k)
        rows.append({"id": str(k), "author": f"a{k % 9}", "time": at.isoformat(), "channel": "blog",
                     "text": f"Backups nobody restored are wishes {k // 5} that page nobody at night."})  # fmt: skip
    rows.append({"id": "bad", "author": "a1", "time": "yesterday-ish", "text": "when?"})
    path = tmp_path / "talk.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    base = serve(tmp_path / "own")
    page.goto(base)
    page.get_by_label("What is it about?").fill("Backups in small firms")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Read it and find the leaders").click()
    expect(page.get_by_role("heading", name="Whose posts are taken up")).to_be_visible(timeout=120_000)

    page.get_by_role("link", name="Sources").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"9[01] posts"))


def test_from_the_leader_to_the_evidence_behind_a_number(sample, page):
    base, _ = sample
    page.goto(f"{base}/s/sample/")
    page.locator(".plot li a").first.click()
    expect(page.locator("h1")).to_have_text("Noor Haddad")
    page.get_by_role("link", name="Modelled").click()

    expect(page.locator("[data-receipt]").first).to_contain_text("takes up the matter of Noor Haddad")
    expect(page.locator("mark").first).to_be_visible()


def test_receipts_by_keyboard_refit_and_undo(sample, page):
    """j, r, u, a without a mouse; the next edition knows; undone, the one after it as well."""
    base, _ = sample
    page.goto(f"{base}/s/sample/ledger/?person=noor-haddad&credit=uncredited")
    first = page.locator("[data-receipt]").first
    there = base + first.get_by_role("link", name="Address of this receipt").get_attribute("href")
    page.keyboard.press("j")
    expect(first).to_be_focused()
    page.keyboard.press("n")
    expect(first.locator(".said")).to_have_text("not sure")
    expect(first).to_be_focused()
    page.keyboard.press("u")
    expect(first.get_by_role("button", name="Accept")).to_be_visible()
    expect(first).to_be_focused()
    page.keyboard.press("r")
    expect(first.locator(".said")).to_have_text("rejected")
    work_out(page, f"{base}/s/sample/")
    assert page.request.get(there).status == 404, "a rejected pair is no receipt any more"

    page.goto(f"{base}/s/sample/decisions/")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Taken back")
    work_out(page, f"{base}/s/sample/")
    assert page.request.get(there).status == 200


def work_out(page, there):
    """Press the button of the banner and wait for the end."""
    page.goto(there)
    page.get_by_role("button", name="Work it out again").click()
    expect(page.locator("#job")).to_contain_text("done", timeout=120_000)


def test_two_people_are_merged_and_that_is_undone(sample, page):
    base, _ = sample
    page.goto(f"{base}/s/sample/accounts/")
    page.get_by_label("Account or person").first.fill("gus-okafor")
    page.get_by_label("and", exact=True).fill("ivo-petrov")
    page.get_by_role("button", name="are one person").click()
    page.goto(f"{base}/s/sample/decisions/")
    expect(page.locator("tbody tr").first).to_contain_text("one person")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("tbody tr").first).to_contain_text("taken back")


def test_the_digest_is_read_taken_along_and_forwarded(sample, page, post_office):
    base, _ = sample
    page.goto(f"{base}/s/sample/digest/")
    assert page.locator("main h2").count() == 9
    with page.expect_download() as file:
        page.get_by_role("link", name="slides").click()

    assert file.value.suggested_filename == "sample.pptx"
    page.get_by_label("Send it to").fill("ada@quill.example")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".messages")).to_contain_text("Sent to ada@quill.example.")
    assert [letter.rcpt_tos for letter in post_office[1]] == [["ada@quill.example"]]


def test_the_whole_way_by_keyboard_alone(sample, page):
    """Tab and Enter lead from the skip link to a person."""
    base, _ = sample
    page.goto(f"{base}/s/sample/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href') || ''").endswith("/person/noor-haddad/"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Noor Haddad")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("there", PAGES)
def test_a_page_is_accessible_in_both_themes(sample, chromium, scheme, there):
    """axe-core finds nothing; a phone needs no sideways scrolling; nothing is loaded from elsewhere."""
    base, _ = sample
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844})
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{base}/s/sample/{there}")
    found = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found] == []
    assert wide <= 390
    assert [url for url in asked if not url.startswith((base, "data:"))] == []


@pytest.mark.parametrize("there", ["/", "/draft/", "/s/nothing/"])
def test_pages_outside_studies_are_accessible(sample, page, chromium, there):
    base, _ = sample
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    made = context.new_page()
    made.goto(f"{base}{there}")
    found = Axe().run(made).response["violations"]
    context.close()

    assert [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found] == []


def test_without_script_everything_can_be_read_and_decided(sample, chromium):
    base, _ = sample
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/s/sample/ledger/")
    page.locator("[data-receipt]").last.get_by_role("button", name="Not sure").click()
    expect(page.locator(".said")).to_have_text("not sure")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Accept")).to_be_visible()
    context.close()
