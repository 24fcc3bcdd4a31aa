"""Pages that call each other their author's own, read over the wire from two servers; and pages that only pretend to."""

import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from threading import Thread

import pytest
from click.testing import CliRunner

from channels.conftest import Handler, to
from earned import edition, jobs, persons, proving, worker
from earned.channels.http import Polite
from earned.channels.relme import MOST_PROFILES, linked, marked
from earned.cli import main
from earned.model import Account, Page, Post
from earned.store import open_store
from earned.workspace import Study

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HTML = {"Content-Type": "text/html; charset=utf-8"}
EVE = "https://m.example/@eve"


@pytest.mark.parametrize("html", [
    f"<!-- <a rel=me href='{EVE}'>me</a> -->",
    f"<div id=comments><p><a rel='me' href='{EVE}'>I</a></p></div>",
    f"<ol class='comment-list'><li><article><b><i></b><a rel='me' href='{EVE}'>I</a></article></li></ol>",
    f"<section class='replies'></body></html><a rel='me' href='{EVE}'>I</a></section>",
    f"<blockquote><a rel='me' href='{EVE}'>I</a></blockquote>",
    f"<template><link rel='me' href='{EVE}'></template>",
    f"<textarea><a rel='me' href='{EVE}'></textarea>",
    f"<script>'<a rel=me href={EVE}>'</script>",
    f"<a rel='me ugc nofollow' href='{EVE}'>I</a>",
    f"<a rel='home' rel='me' href='{EVE}'>I</a>",
    f"<a rel='friend met' href='{EVE}'>I</a>",
    "<a rel='me' href='//m.example/@eve'>I</a><a rel=me href='javascript:alert(1)'>I</a><a rel=me>I</a>",
    f"&lt;a rel='me' href='{EVE}'&gt;",
])  # fmt: skip
def test_what_others_wrote_into_a_page_is_not_its_own_word(html):
    assert frozenset() == marked(f"<html><body><h1>Ada</h1>{html}").profiles


def test_its_own_word_is_read_wherever_it_stands():
    page = f"""<head><LINK REL="me authn" HREF="https://A.example/"></head><p>Hi<div class=comment>x</div>
    <a class=u-url rel='nofollow noopener me' href='{EVE}/'>m</a>"""

    assert {"https://a.example", "https://m.example/%40eve"} == marked(page).profiles


def test_a_page_that_lists_people_or_asks_not_to_be_indexed_says_nothing():
    many = "".join(f"<a rel=me href='https://s{n}.example/'>s</a>" for n in range(MOST_PROFILES + 1))

    assert "it is a list" in marked(many).why_not
    assert "not to be indexed" in marked("<meta name=ROBOTS content='noindex, follow'>").why_not


@pytest.mark.parametrize(("header", "found"), [
    (f'<{EVE}>; rel="me"', True), (f"<{EVE}>;rel=me", True), (f'<{EVE}> ; title="a, <b>; c" ; REL="author Me"', True),
    (f'<https://a.example/feed>; rel="alternate"; title="x", <{EVE}/>; rel="me nofollow"', True),
    (f'<{EVE}>; rel="home"; rel="me"', False), (f'<{EVE}>; rel="me"; anchor="https://other.example/"', False),
    (f'<{EVE}>; rel="me ugc"', False), (f'<{EVE}>; rel="met"', False), ('</@eve>; rel="me"', False),
    (f'<https://a.example/>; title="x, <{EVE}>; rel=me"', False), (f'<https://a.example/>; title="x <{EVE}>; rel=me', False),
    (f"{EVE}; rel=me", False), (f"<{EVE}>; title=a b; rel=me", False), (";" * 50_000, False), ("<a>;a" * 9_999, False),
])  # fmt: skip
def test_a_link_header_is_the_page_s_own_word_where_it_is_about_the_page_itself(header, found):
    assert ({"https://m.example/%40eve"} if found else set()) == linked(header)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["text/html", "text/plain"])
def test_pages_may_name_each_other_by_their_headers(places, cast, kind):
    blog, social, net = places
    quill, ada, eve = cast
    opened = study(quill, ada, eve, given=f"{blog.address}/feed")
    headers = {
        "Content-Type": kind,
        "Link": f'<{blog.address}/feed>; rel="alternate", <{social.address}/@ada>; rel="me"',
    }
    blog.pages["/"] = b"hello", headers
    done = proving.prove(opened, client=net)
    blog.pages["/"] = b"<meta name=robots content=noindex>", headers
    hidden = proving.prove(opened, client=net)

    assert [(quill.id, ada.id)] == [one.pair for one in done.made.values()]
    assert ("text/html" == kind) == any("not to be indexed" in line for line in hidden.unread)


@contextmanager
def serving(**pages):
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads, made.pages, made.asked = True, {}, []
    made.address = f"http://127.0.0.1:{made.server_port}"
    Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield made
    finally:
        made.shutdown()
        made.server_close()


@pytest.fixture
def places():
    """A blog and a social server, each at its own port, and a client that may reach them."""
    with serving() as blog, serving() as social:
        allowed = [f"127.0.0.1:{one.server_port}" for one in (blog, social)]
        with Polite(allowed=allowed, gap=0, first_wait=0, attempts=1, whole_request=5.0) as net:
            yield blog, social, net


def naming(*addresses, more=""):
    return "".join(f"<a rel='me' href='{one}'>me</a>" for one in addresses).encode() + more.encode(), HTML


def study(*accounts, given):
    store = open_store()
    made = Study(store, store.studies.new("talk", "Talk"))
    posts = tuple(Post(f"{one.id}/1", one.id.partition(":")[0], (one.id,), NOW, "second", "words") for one in accounts)
    source = store.sources.add(made.record, "memory", given)
    store.posts.keep(source, Page(posts, accounts, (), "1", NOW), now=NOW)
    return made


@pytest.fixture
def cast(places):
    blog, social, _ = places
    quill = Account("feed:quill", "A. Quill", "person", url=f"{blog.address}/")
    ada = Account("mastodon:ada", "Ada", url=f"{social.address}/@ada", links=(f"{blog.address}/",))
    eve = Account("mastodon:eve", "Eve", url=f"{social.address}/@eve", links=(f"{blog.address}/",))
    blog.pages["/"] = naming(f"{social.address}/@ada")
    social.pages["/@ada"], social.pages["/@eve"] = naming(f"{blog.address}/"), naming(f"{blog.address}/")
    return quill, ada, eve


def grouped(opened):
    return {one.accounts for one in opened.conversation().people() if len(one.accounts) > 1}


@pytest.mark.django_db
def test_pages_that_name_each_other_make_one_person_until_it_is_taken_back(places, cast):
    blog, _, net = places
    quill, ada, eve = cast
    opened = study(quill, ada, eve, given=f"{blog.address}/feed")
    before = grouped(opened)
    done = proving.prove(opened, client=net)
    joined = grouped(opened)
    again = proving.prove(opened, client=net)
    edition.undo(opened, next(iter(done.made)))

    assert set() == before == grouped(opened)
    assert [(quill.id, ada.id)] == [one.pair for one in done.made.values()]
    assert {(quill.id, ada.id)} == joined
    assert ({}, (), 3) == (again.made, again.lost, again.read)
    assert {"/robots.txt", "/"} == {path for path, _ in blog.asked}


@pytest.mark.django_db
def test_a_page_that_names_the_other_no_more_loses_the_proof(places, cast):
    blog, _, net = places
    opened = study(*cast, given=f"{blog.address}/feed")
    proving.prove(opened, client=net)
    blog.pages["/"] = 500
    unanswered = proving.prove(opened, client=net)
    held = grouped(opened)
    blog.pages["/"] = naming()
    done = proving.prove(opened, client=net)

    assert () == unanswered.lost
    assert 1 == len(held)
    assert 1 == len(done.lost)
    assert set() == grouped(opened)


@pytest.mark.django_db
def test_what_people_said_holds_against_a_proof_and_two_accounts_of_one_channel_stay_two(places, cast):
    blog, social, net = places
    quill, ada, eve = cast
    opened = study(quill, ada, eve, given=f"{blog.address}/feed")
    persons.part(opened, quill.id, ada.id)
    proving.prove(opened, client=net)

    assert set() == grouped(opened)

    blog.pages["/"] = naming(f"{social.address}/@ada", f"{social.address}/@eve")  # Eve smuggled a link in
    done = proving.prove(opened, client=net)

    assert not done.made
    assert any("which is whose" in line for line in done.unread)
    assert set() == grouped(opened)


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "says"), [
    (lambda social: to("/about"), "leads on"),
    (lambda social: naming(f"{social.address}/@ada", *(f"https://s{n}.example/" for n in range(300))), "it is a list"),
    (lambda social: (naming(f"{social.address}/@ada")[0], {"Content-Type": "text/plain"}), "no HTML"),
    (lambda social: (naming(f"{social.address}/@ada")[0], {**HTML, "X-Robots-Tag": "noindex"}), "not to be kept"),
    (lambda social: naming(f"{social.address}/@ada/posts"), ""),
    (lambda social: naming(social.address.replace("127.0.0.1", "127.0.0.1.evil.example") + "/@ada"), ""),
    (lambda social: naming(f"http://ada@{social.address[7:]}.evil/@ada"), ""),
])  # fmt: skip
def test_a_page_that_does_not_name_exactly_the_other_proves_nothing(places, cast, page, says):
    blog, social, net = places
    opened = study(*cast, given=f"{blog.address}/feed")
    blog.pages["/"] = page(social)
    blog.pages["/about"] = naming(f"{social.address}/@ada")
    done = proving.prove(opened, client=net)

    assert not done.made
    assert set() == grouped(opened)
    assert any(says in line for line in done.unread) or not says


@pytest.mark.django_db
def test_robots_files_are_obeyed_and_addresses_inside_are_not_asked(places, cast):
    blog, social, net = places
    opened = study(*cast, given=f"{blog.address}/feed")
    blog.pages["/robots.txt"] = b"User-agent: *\nDisallow: /"
    done = proving.prove(opened, client=net)

    assert not done.made
    assert any("robots.txt" in line for line in done.unread)

    social.asked.clear()
    store = opened.store
    other = Study(store, store.studies.new("else", "Else"))  # nobody gave an address on this host
    source = store.sources.add(other.record, "memory", "https://elsewhere.example/feed")
    posts = tuple(Post(f"{one.id}/1", "x", (one.id,), NOW, "second", "words") for one in cast)
    store.posts.keep(source, Page(posts, cast, (), "1", NOW), now=NOW)
    done = proving.prove(other, client=net)

    assert not done.made
    assert 3 == len([line for line in done.unread if "not an address that Earned reaches" in line])
    assert [] == social.asked


@pytest.mark.django_db
def test_one_person_s_pages_are_enough(places, cast):
    blog, social, net = places
    quill, ada, eve = cast
    opened = study(quill, ada, eve, given=f"{blog.address}/feed")
    done = proving.prove(opened, "A. Quill", client=net)

    assert 2 == done.read
    assert 1 == len(done.made)
    assert "/@eve" not in {path for path, _ in social.asked}


@pytest.mark.django_db
def test_the_command_says_what_was_proven_and_what_was_not(places, cast, monkeypatch):
    blog, social, _ = places
    study(*cast, given=f"{blog.address}/feed")
    monkeypatch.setenv("EARNED_ALLOW", f"127.0.0.1:{blog.server_port}")
    refused = CliRunner().invoke(main, ["people", "talk", "--prove"])
    monkeypatch.setenv("EARNED_ALLOW", f"127.0.0.1:{blog.server_port},127.0.0.1:{social.server_port}")
    done = CliRunner().invoke(main, ["people", "talk", "--prove", "--of", "A. Quill"])

    assert "0 pairs proven" in refused.output
    assert f"proves nothing: {social.address}/%40ada: not an address that Earned reaches" in refused.output
    assert "2 pages read, 1 pair proven." in done.output
    assert f"{blog.address} and {social.address}/%40ada name each other." in done.output
    assert "--undo" in done.output


@pytest.mark.django_db
def test_a_removed_person_leaves_no_proof(places, cast):
    blog, _, net = places
    _quill, ada, _eve = cast
    opened = study(*cast, given=f"{blog.address}/feed")
    proving.prove(opened, client=net)
    persons.remove(opened, ada.id)

    assert () == opened.store.decisions.proofs(opened.record)
    assert ada.id not in repr(opened.store.decisions.history(opened.record))


LATER = proving.AGAIN + timedelta(minutes=1)


def due(opened, net, *, at=NOW):
    return proving.prove_due(opened, client=net, now=at)


@pytest.mark.django_db
def test_by_itself_pages_are_read_once_and_again_after_ninety_days(places, cast):
    blog, social, net = places
    opened = study(*cast, given=f"{blog.address}/feed")
    first = due(opened, net)
    for server in (blog, social):
        server.asked.clear()
    second, third = due(opened, net, at=NOW + timedelta(days=89)), due(opened, net, at=NOW + LATER)

    assert 1 == len(first.made)
    assert second is None
    assert NOW + proving.AGAIN < NOW + LATER
    assert ({}, (), 3) == (third.made, third.lost, third.read)
    assert {"/@ada", "/@eve"} <= {path for path, _ in social.asked}
    assert 1 == len(grouped(opened))


@pytest.mark.django_db
def test_a_proof_that_holds_no_more_is_taken_back_in_time_and_stays_in_the_history(places, cast):
    blog, _, net = places
    opened = study(*cast, given=f"{blog.address}/feed")
    due(opened, net)
    blog.pages["/"] = naming()
    lost = due(opened, net, at=NOW + LATER).lost
    after = grouped(opened)
    history = [one.verdict["pages"] for one in opened.store.decisions.history(opened.record) if one.kind == "proof"]
    blog.pages["/"] = naming(cast[1].url)
    back = due(opened, net, at=NOW + 2 * LATER)

    assert (1, set()) == (len(lost), after)
    assert [0, 2] == [len(pages) for pages in history], "newest first"
    assert not edition.standing(opened) & {one.id for one in opened.store.decisions.history(opened.record)[1:2]}
    assert 1 == len(back.made)


@pytest.mark.django_db
def test_what_a_profile_names_anew_is_read_at_once_and_nobody_else_s_page(places, cast):
    blog, social, net = places
    quill, ada, eve = cast
    pat = Account("mastodon:pat", "Pat", url=f"{social.address}/@pat")
    opened = study(quill, ada, replace(eve, links=()), pat, given=f"{blog.address}/feed")
    due(opened, net)
    social.asked.clear()
    social.pages["/@pat"] = naming()
    named = replace(pat, links=(f"{blog.address}/",))
    (source,) = opened.store.sources.of(opened.record)
    post = Post("mastodon:pat/2", "mastodon", (pat.id,), NOW, "second", "more")
    opened.store.posts.keep(source.id, Page((post,), (named,), (), "2", NOW), now=NOW)
    done = due(opened, net)

    assert 1 == done.read
    assert {"/@pat"} == {path for path, _ in social.asked} - {"/robots.txt"}


@pytest.mark.django_db
def test_a_page_that_does_not_answer_is_asked_again_after_a_week_and_loses_nothing(places, cast):
    blog, _, net = places
    opened = study(*cast, given=f"{blog.address}/feed")
    due(opened, net)
    blog.pages["/"] = 503
    unsure = due(opened, net, at=NOW + LATER)
    blog.pages["/"] = naming()
    week = due(opened, net, at=NOW + LATER + proving.SOON)

    assert ((), 1) == (unsure.lost, len(week.lost))


@pytest.mark.django_db
def test_what_a_person_took_back_is_not_proven_again_by_itself(places, cast):
    blog, _, net = places
    opened = study(*cast, given=f"{blog.address}/feed")
    (number,) = due(opened, net).made
    edition.undo(opened, number)
    again = due(opened, net, at=NOW + LATER)
    by_hand = proving.prove(opened, client=net)

    assert {} == again.made
    assert 1 == len(by_hand.made), "who asks for it gets it"


@pytest.mark.django_db
def test_the_worker_looks_when_there_is_news_an_hour_apart_and_when_it_is_time(places, cast):
    blog, social, net = places
    opened, told = study(*cast, given=f"{blog.address}/feed"), []

    def proved(name, done):
        told.append((name, len(done.made), done.read))

    def look(at):
        return worker.read_people(opened.store, client=lambda: net, proved=proved, now=at)

    looks = [look(NOW), look(NOW + timedelta(hours=2)), look(NOW + timedelta(days=91))]
    quiet = len(social.asked)
    look(NOW + timedelta(days=91, minutes=30))

    assert [1, 0, 1] == looks
    assert [("talk", 1, 3), ("talk", 0, 3)] == told
    assert quiet == len(social.asked)


@pytest.mark.django_db
def test_a_worker_that_is_stopped_reads_no_further_page(places, cast):
    blog, _, net = places
    opened, stop = study(*cast, given=f"{blog.address}/feed"), threading.Event()
    assert proving.is_time(opened, NOW)
    stop.set()
    proving.prove_due(opened, client=net, halt=stop, now=NOW)
    asked = list(blog.asked)
    later = [worker.read_people(opened.store, client=lambda: net, now=NOW + timedelta(hours=k)) for k in (1, 2)]

    assert [] == asked
    assert [1, 0] == later, "they are still due, once"


@pytest.mark.django_db
def test_a_job_that_a_page_began_tells_what_it_found(places, cast, monkeypatch):
    blog, social, _ = places
    opened = study(*cast, given=f"{blog.address}/feed")
    monkeypatch.setenv("EARNED_ALLOW", f"127.0.0.1:{blog.server_port},127.0.0.1:{social.server_port}")
    job = jobs.begin(opened, "Reading people's own pages")
    done = CliRunner().invoke(main, ["people", "talk", "--prove", "--job", str(job.id)])
    ended = jobs.latest(opened)

    assert 0 == done.exit_code, done.output
    assert "3 pages read, 1 pair proven, 0 taken back." in ended.notes
    assert ("Reading people's own pages", 3, 3, "") == (ended.stage, ended.done, ended.total, ended.error)
    assert ended.ended_at
    assert 1 == len(grouped(opened))


#: A page's button in a workspace of its own: the job is a real process.
BUTTON = """
import os, time
from datetime import UTC, datetime
from earned import jobs, workspace
from earned.model import Account, Page, Post
opened = workspace.begin("talk")
blog, social = os.environ["BLOG"], os.environ["SOCIAL"]
cast = (Account("feed:quill", "A. Quill", "person", url=blog + "/"),
        Account("mastodon:ada", "Ada", url=social + "/@ada", links=(blog + "/",)))
now = datetime.now(UTC)
posts = tuple(Post(one.id + "/1", "x", (one.id,), now, "second", "words") for one in cast)
opened.store.posts.keep(opened.store.sources.add(opened.record, "memory", blog + "/feed"), Page(posts, cast, (), "1", now), now=now)
jobs.start(opened, "Reading people's own pages", words=("people", "--prove"))
until = time.monotonic() + 60
while not jobs.latest(opened).ended_at and time.monotonic() < until:
    time.sleep(0.1)
job = jobs.latest(opened)
print(job.error, job.notes, len(opened.store.decisions.proofs(opened.record)))
"""


@pytest.mark.slow
def test_the_button_s_process_reads_and_ends(places, cast, tmp_path):
    blog, social, _ = places
    told = {key: value for key, value in os.environ.items() if key not in {"DJANGO_SETTINGS_MODULE", "EARNED_SETTINGS"}}
    told |= {"EARNED_WORKSPACE": str(tmp_path), "BLOG": blog.address, "SOCIAL": social.address,
             "EARNED_ALLOW": "127.0.0.1"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", BUTTON], env=told, text=True, capture_output=True, check=True, timeout=120
    )

    assert "2 pages read, 1 pair proven, 0 taken back." in done.stdout
    assert done.stdout.endswith(" 1\n")
