"""The counter in a real browser: a page of one's own on one host tells the workbench on another that it was read."""

from __future__ import annotations

import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytestmark = pytest.mark.slow
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.fixture
def site():
    """A site of one's own; the workbench's address is put into its page when it is known."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self):
            script = f'<script src="{self.server.workbench}/counter.js" defer></script>'
            body = f"<!doctype html><title>a</title>{script}<div style=height:4000px>words</div>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("refuses", "expected"), [(False, {"views": 1, "scrolled_100": 1, "reads": 1}), (True, {})])
def test_a_page_that_was_read_to_its_end_is_counted_unless_the_reader_refuses(
    serve, chromium, site, command, tmp_path, refuses, expected
):
    home = f"http://127.0.0.1:{site.server_port}"
    row = {"id": "1", "author": "ada", "time": "2024-01-01T00:00:00Z", "text": "Hello", "url": f"{home}/a"}
    (tmp_path / "posts.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    place = tmp_path / "workspace"
    for words in (["new", "topic"], ["add", "topic", str(tmp_path / "posts.jsonl")], ["sync", "topic"]):
        command(place, *words)
    site.workbench = serve(place, EARNED_COUNTER="127.0.0.1=topic")
    # as a person's browser: what a context says it is does not hold for messages of a page that is left
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", f"--user-agent={AGENT}"]
    )
    context = browser.new_context()
    if refuses:
        context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    page = context.new_page()
    page.goto(f"{home}/a", wait_until="load")
    page.mouse.wheel(0, 9_000)
    page.wait_for_timeout(500)
    page.goto(f"{home}/elsewhere", wait_until="load")
    page.wait_for_timeout(1_000)
    browser.close()
    told = {one["name"]: one["value"] for one in json.loads(command(place, "counts", "topic", "--json"))}

    assert expected == {name: told[name] for name in ("views", "scrolled_100", "reads") if name in told}
    assert ("seconds" in told) is not refuses
