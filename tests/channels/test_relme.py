"""Pages that call each other their author's own, read over the wire from two servers; and pages that only pretend to."""

from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from threading import Thread

import pytest
from click.testing import CliRunner

from channels.conftest import Handler, to
from earned import edition, persons
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
    done = persons.prove(opened, client=net)
    blog.pages["/"] = b"<meta name=robots content=noindex>", headers
    hidden = persons.prove(opened, client=net)

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
    done = persons.prove(opened, client=net)
    joined = grouped(opened)
    again = persons.prove(opened, client=net)
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
    persons.prove(opened, client=net)
    blog.pages["/"] = 500
    unanswered = persons.prove(opened, client=net)
    held = grouped(opened)
    blog.pages["/"] = naming()
    done = persons.prove(opened, client=net)

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
    persons.prove(opened, client=net)

    assert set() == grouped(opened)

    blog.pages["/"] = naming(f"{social.address}/@ada", f"{social.address}/@eve")  # Eve smuggled a link in
    done = persons.prove(opened, client=net)

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
    done = persons.prove(opened, client=net)

    assert not done.made
    assert set() == grouped(opened)
    assert any(says in line for line in done.unread) or not says


@pytest.mark.django_db
def test_robots_files_are_obeyed_and_addresses_inside_are_not_asked(places, cast):
    blog, social, net = places
    opened = study(*cast, given=f"{blog.address}/feed")
    blog.pages["/robots.txt"] = b"User-agent: *\nDisallow: /"
    done = persons.prove(opened, client=net)

    assert not done.made
    assert any("robots.txt" in line for line in done.unread)

    social.asked.clear()
    store = opened.store
    other = Study(store, store.studies.new("else", "Else"))  # nobody gave an address on this host
    source = store.sources.add(other.record, "memory", "https://elsewhere.example/feed")
    posts = tuple(Post(f"{one.id}/1", "x", (one.id,), NOW, "second", "words") for one in cast)
    store.posts.keep(source, Page(posts, cast, (), "1", NOW), now=NOW)
    done = persons.prove(other, client=net)

    assert not done.made
    assert 3 == len([line for line in done.unread if "not an address that Earned reaches" in line])
    assert [] == social.asked


@pytest.mark.django_db
def test_one_person_s_pages_are_enough(places, cast):
    blog, social, net = places
    quill, ada, eve = cast
    opened = study(quill, ada, eve, given=f"{blog.address}/feed")
    done = persons.prove(opened, "A. Quill", client=net)

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
    persons.prove(opened, client=net)
    persons.remove(opened, ada.id)

    assert () == opened.store.decisions.proofs(opened.record)
    assert ada.id not in repr(opened.store.decisions.history(opened.record))
