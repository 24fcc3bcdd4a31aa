"""What `earned add` says when something cannot be added: what happened, and what to do about it."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cli.test_commands import write
from earned.errors import ChannelError, Ended, Forbidden, Malformed, Missing, NeedsPerson, NotAllowed, TooLarge


@pytest.fixture(scope="module")
def server():
    """Answers with the status that the address names."""

    class Says(BaseHTTPRequestHandler):
        def do_GET(self):
            body = b"nothing here"
            self.send_response(int(self.path[1:4]) if self.path[1:4].isdigit() else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Says)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def run(kept, server, monkeypatch):
    monkeypatch.setenv("EARNED_ALLOW", f"127.0.0.1:{server.server_port}")
    assert 0 == kept("new", "ops").exit_code
    return lambda *words: kept("add", "ops", *words)


@pytest.mark.parametrize(
    ("status", "what", "to_do"),
    [
        (401, "answered 401", "Give a public address of it"),
        (403, "answered 403", "its feed, or an export of your own account"),
        (404, "answered 404", "Open the address in a browser; if it moved, add the new one."),
        (410, "answered 410", "gone for good. If it moved, add the new address."),
        (418, "answered 418", "Open the address in a browser to see what it says."),
    ],
)
def test_an_address_that_cannot_be_added_says_what_to_do(run, server, status, what, to_do):
    done = run(f"http://127.0.0.1:{server.server_port}/{status}")

    assert 1 == done.exit_code
    assert "" == done.stdout
    assert 1 == done.stderr.count("\n")
    assert what in done.stderr
    assert to_do in done.stderr
    assert ".." not in done.stderr


def test_what_can_be_added_is_although_something_else_cannot(run, server, tmp_path):
    talk = write(tmp_path / "talk.jsonl")
    done = run(f"http://127.0.0.1:{server.server_port}/404", tmp_path / "none.zip", talk)

    assert 1 == done.exit_code
    assert [f"{talk}", "Next: earned sync ops"] == [done.stdout.splitlines()[0], done.stdout.splitlines()[-1]]
    assert "answered 404" in done.stderr
    assert "no such file" in done.stderr
    assert "earned: 2 of 3 were not added, see above." in done.stderr


@pytest.mark.parametrize(
    "kind", [ChannelError, Forbidden, NeedsPerson, NotAllowed, Missing, Ended, TooLarge, Malformed]
)
def test_a_file_is_not_told_to_be_opened_in_a_browser(kind):
    of_file = kind("records", "/home/ada/talk.csv", "said no.", permanent=True)
    of_page = kind("feed", "https://a.example/feed", "said no", permanent=True)

    assert "browser" not in of_file.told
    assert of_file.told.startswith("records /home/ada/talk.csv: said no. ")
    assert of_page.told == f"{of_page}. {of_page.way_out}"
    assert str(of_page) == kind("feed", "https://a.example/feed", "said no", permanent=True, way_out="").told


def test_an_error_about_another_address_says_what_it_was_for(run, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # no name server is asked
    done = run("@ada@nowhere.invalid")

    assert done.stderr.startswith("earned: @ada@nowhere.invalid was not added. mastodon https://nowhere.invalid/")
    assert "Look for a slip in the address" in done.stderr


def test_an_address_inside_the_network_is_refused_with_the_words_that_allow_it(run):
    done = run("http://192.168.1.1/feed")

    assert "192.168.1.1, an address inside a network. If it is yours, name it before the command:" in done.stderr
    assert "EARNED_ALLOW=192.168.1.1:80 earned ..." in done.stderr


def test_a_sync_says_where_the_first_rejected_row_stands(run, kept, tmp_path):
    (tmp_path / "talk.csv").write_text("id,text,time\na,Hello,2024-15-40\nb,Hello,2024-01-02\n", encoding="utf-8")
    run(tmp_path / "talk.csv")
    done = kept("sync", "ops")

    assert "; first at " in done.stderr
    assert "2024-15-40" in done.stderr


def test_a_table_without_ids_is_refused_at_once_and_columns_that_were_named_hold_for_every_reading(run, kept, tmp_path):
    (tmp_path / "talks.csv").write_text(
        "Speaker,Held,Abstract,Address\nAda,2024-01-02,Hello,https://a.example/1\n", encoding="utf-8"
    )
    without = run(tmp_path / "talks.csv", "--columns", "text=Abstract")
    wrong = run(tmp_path / "talks.csv", "--columns", "text=Summary,id=Address")
    named = run(tmp_path / "talks.csv", "--columns", "text=Abstract,id=Address,time=Held,author=Speaker")
    synced = kept("sync", "ops")
    with (tmp_path / "talks.csv").open("a", encoding="utf-8") as file:
        file.write("Bo,2024-01-03,Hello you,https://a.example/2\n")
    again = kept("sync", "ops")

    assert "no column holds ids. It has: Speaker, Held, Abstract, Address. Name one" in without.stderr
    assert 'no column "summary". It has: Speaker' in wrong.stderr
    assert (1, 1, 0) == (without.exit_code, wrong.exit_code, named.exit_code)
    assert "posts in CSV, read by the channel records" in named.stdout
    assert "1 new, 0 changed, 0 known, 0 rejected" in synced.stderr
    assert 0 == again.exit_code, again.stderr
    assert "2 posts in ops" in again.stderr
