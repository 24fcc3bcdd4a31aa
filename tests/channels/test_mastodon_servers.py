"""Mastodon over HTTP: searches, what others take back, wishes, streams; against a strict double and the `mastodon-mock` package."""

import json
import threading
from contextlib import closing
from datetime import timedelta
from urllib.parse import urlsplit

import httpx2
import pytest

from earned.channels.http import Polite
from earned.channels.mastodon import Mastodon
from earned.channels.mastodon_gone import ASKED, MOST, Remembered
from earned.channels.mastodon_login import tokens_from
from earned.channels.mastodon_stream import _server
from earned.errors import Forbidden, InputError
from earned.listening import Stoppable
from earned.store import open_store
from earned.sync import listen_on, read_on
from mastodon_double import BEGIN, Home
from mastodon_package import package

NOW = BEGIN + timedelta(days=1)


@pytest.fixture
def homes():
    """Makes servers."""
    made = []

    def make(**more):
        made.append(Home(**more))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def net():
    with Polite(allowed=["127.0.0.1"], gap=0, first_wait=0, attempts=1) as made:
        yield made


def token(home):
    return tokens_from({"EARNED_MASTODON_TOKEN": f"other.example=x, {urlsplit(home.origin).netloc}={home.token}"})


def read(net, address, cursor=None, *, now=NOW, tokens=None):
    pages = list(Mastodon(tokens=tokens, now=lambda: now).read(address, cursor, net=net))
    posts = {one.id.removeprefix("mastodon:"): one for page in pages for one in page.posts}
    gone = {one.post.removeprefix("mastodon:") for page in pages for one in page.gone}
    return posts, gone, pages[-1].cursor if pages else cursor, pages


def test_an_answer_is_withdrawn_when_its_home_says_so_and_on_nothing_else(homes, net):
    here, there = homes(), homes()
    said = here.say("ada", "Nobody should wake twice.")
    answers = [there.say("bo", f"answer {k}") for k in range(4)]
    for one in answers:
        here.knows(one, to=said)
    own = here.say("cy", "from here", to=said)
    address = f"{here.origin}/@ada"
    posts, _, cursor, _ = read(net, address)
    assert posts.keys() == {said["uri"], own["uri"], *(one["uri"] for one in answers)}

    there.drop(answers[0])
    here.drop(own)
    there.faults = {urlsplit(answers[k]["uri"]).path: status for k, status in ((1, 410), (2, 403), (3, 503))}
    _, gone, cursor, _ = read(net, address, cursor)
    assert gone == {answers[0]["uri"], answers[1]["uri"], own["uri"]}
    assert read(net, address, cursor)[1] == set(), "told once"

    there.faults = {}
    here.faults = {f"/api/v1/statuses/{said['id']}/context": 404}
    assert read(net, address, cursor)[1] == set(), "not listed is not gone"


def test_the_home_of_an_answer_is_asked_as_servers_ask_and_its_robots_file_obeyed(homes, net):
    here, there = homes(), homes()
    said, answer = here.say("ada", "One."), there.say("bo", "Two.")
    here.knows(answer, to=said)
    cursor = read(net, f"{here.origin}/@ada")[2]
    read(net, f"{here.origin}/@ada", cursor)

    assert ["/robots.txt", urlsplit(answer["uri"]).path] == [path for path, _ in there.asked]
    assert "authorization" not in there.asked[-1][1]


def test_what_hosts_inside_a_network_hold_is_not_asked_for():
    class Here:
        def get(self, url, *, headers=None, most=0):
            raise AssertionError(url)

    from earned.channels.mastodon_gone import is_gone
    from earned.channels.mastodon_login import Signed, Tokens

    with Polite(allowed=["127.0.0.1:1"], gap=0, first_wait=0, attempts=1) as net:
        assert not is_gone(Signed(net, Tokens()), "https://a.example", "1", "https://127.0.0.1:1/users/x/statuses/1")
        assert not is_gone(Signed(net, Tokens()), "https://a.example", "1", "file:///etc/passwd")
        assert not is_gone(Signed(Here(), Tokens()), "https://a.example", "1", "https://b.example/users/x/statuses/1")


def test_a_status_of_another_server_under_a_hashtag_is_withdrawn_by_its_home(homes, net):
    here, there = homes(), homes()
    said = there.say("bo", "A #pager.")
    here.knows(said)
    address = f"{here.origin}/tags/pager"
    posts, _, cursor, _ = read(net, address)
    here.drop(said)
    hidden = read(net, address, cursor)[1]
    there.drop(said)
    gone = read(net, address, cursor)[1]

    assert (posts.keys(), hidden, gone) == ({said["uri"]}, set(), {said["uri"]})


def test_answers_that_lag_come_with_the_next_reading_and_those_cut_off_stay(homes, net):
    here = homes(lag=1, context=2)
    said = here.say("ada", "One.")
    for k in range(4):
        here.say("bo", f"answer {k}", to=said)
    address = f"{here.origin}/@ada"
    first, _, cursor, _ = read(net, address)
    second, gone, cursor, _ = read(net, address, cursor)
    here.context = 1
    _, later, _, _ = read(net, address, cursor)

    assert ({said["uri"]}, 3) == (first.keys(), len(second))
    assert (set(), set()) == (gone, later), "cut short is not gone"


def test_the_same_key_twice_is_two_statuses_at_such_a_server(homes, net):
    here = homes()
    here.say("ada", "Once.", key="k")
    here.say("ada", "Once.", key="k")

    assert 2 == len(read(net, f"{here.origin}/@ada")[0])


def test_only_so_many_answers_are_remembered_and_asked_for_in_one_reading(homes, net):
    here = homes(context=1_000)
    said = here.say("ada", "One.")
    for k in range(MOST + 20):
        here.say("bo", f"answer {k}", to=said)
    cursor = read(net, f"{here.origin}/@ada")[2]
    before = len(here.asked)
    read(net, f"{here.origin}/@ada", cursor)

    assert MOST == len(json.loads(cursor)["heard"])
    assert ASKED + 5 == len(here.asked) - before  # the account, what is new, two lists, a conversation


@pytest.mark.parametrize("held", [None, {}, "x", [1], [["a"]], [["a", 1]], [[None, "b"]]])
def test_a_cursor_of_another_shape_remembers_nothing(held):
    assert [] == Remembered(held).written()


def wishes(home):
    return {
        "open": home.account("open"), "noindex": home.account("noindex", noindex=True),
        "unlisted": home.account("unlisted", indexable=False),
        "nobot": home.account("nobot", note='<p>Tea. <a href="/tags/nobot">#<span>nobot</span></a></p>'),
        "field": home.account("field", fields=[{"name": "please", "value": "#NoBot"}]),
    }  # fmt: skip


@pytest.mark.parametrize("where", ["/tags/pager", "/search?q=pager"])
def test_people_who_ask_not_to_be_found_are_not_collected_by_topic(homes, net, where):
    here = homes(token="secret")
    said = {name: here.say(name, "A #pager.", account=who) for name, who in wishes(here).items()}
    posts, _, cursor, pages = read(net, here.origin + where, tokens=token(here))
    again, gone, _, _ = read(net, here.origin + where, cursor, tokens=token(here))

    assert ({}, set()) == (again, gone)
    assert {said["open"]["uri"]} == posts.keys()
    assert {f"{here.origin}/users/open"} == {
        one.id.removeprefix("mastodon:") for page in pages for one in page.accounts
    }
    assert {"post of somebody who asks not to be found by topic": 4} == pages[0].ignored


def test_who_asks_later_is_withdrawn_from_a_hashtag(homes, net):
    here = homes()
    said = here.say("ada", "A #pager.")
    cursor = read(net, f"{here.origin}/tags/pager")[2]
    said["account"]["noindex"] = True
    posts, gone, cursor, _ = read(net, f"{here.origin}/tags/pager", cursor)

    assert ({}, {said["uri"]}) == (posts, gone)
    assert ({}, set()) == read(net, f"{here.origin}/tags/pager", cursor)[:2]


def test_their_answers_count_without_words(homes, net):
    here = homes()
    said = here.say("ada", "A promise.")
    answers = {name: here.say(name, "An answer.", account=who, to=said) for name, who in wishes(here).items()}
    posts = read(net, f"{here.origin}/@ada")[0]

    assert {name: "" if name != "open" else "An answer." for name in answers} == {
        name: posts[one["uri"]].text for name, one in answers.items()
    }


def test_of_an_account_that_a_person_named_the_wish_about_searches_says_nothing(homes, net, monkeypatch):
    here, made = homes(), Home.account
    monkeypatch.setattr(Home, "account", lambda self, name, **more: made(self, name, **more) | {"indexable": False})
    said = here.say("ada", "My own words.")
    answer = here.say("bo", "Not for searches.", to=said)
    posts = read(net, f"{here.origin}/@ada")[0]

    assert ("My own words.", "") == (posts[said["uri"]].text, posts[answer["uri"]].text)


def test_a_search_goes_on_where_it_stood_and_follows_deletions(homes, net):
    here = homes(token="secret")
    address, mine = f"{here.origin}/search?q=pager", token(here)
    for k in range(50):
        here.say("ada", f"Pager {k}.")
    here.say("ada", "Nothing.")
    source = Mastodon(tokens=mine).recognise(address, net=net)
    posts, _, cursor, _ = read(net, address, tokens=mine)
    again = read(net, address, cursor, tokens=mine)[3]
    later, lost = here.say("bo", "A pager, later."), next(iter(here.statuses.values()))
    here.say("cy", "An answer.", to=later)
    here.drop(lost)
    new, gone, cursor, _ = read(net, address, cursor, tokens=mine)

    assert "Mastodon search for 'pager'" == source.what
    assert (50, []) == (len(posts), again)
    assert {"A pager, later.", "An answer."} == {one.text for one in new.values()}
    assert {lost["uri"]} == gone
    assert "secret" not in cursor + repr(mine) + repr(Mastodon(tokens=mine)._tokens)


def test_without_a_token_a_search_is_refused_with_the_way_in(homes, net):
    here = homes(token="secret")
    address = f"{here.origin}/search?q=pager"

    with pytest.raises(InputError, match=r"members only.*EARNED_MASTODON_TOKEN=HOST=TOKEN"):
        Mastodon().recognise(address, net=net)
    with pytest.raises(Forbidden, match="EARNED_MASTODON_TOKEN"):
        read(net, address)
    here.token = "another"
    with pytest.raises(Forbidden, match="401"):
        read(net, address, tokens=tokens_from({"EARNED_MASTODON_TOKEN": f"{urlsplit(address).netloc}=wrong"}))


def test_other_sites_have_searches_too(server, net):
    server.pages["/api/v1/instance"] = b"<html>"

    assert Mastodon().recognise(f"{server.address}/search?q=pager", net=net) is None
    assert Mastodon().recognise(f"{server.address}/search", net=net) is None


def test_a_token_goes_to_its_host_alone_and_encrypted(homes):
    here, other = homes(token="secret"), homes()
    here.say("ada", "A #pager.")
    mine = token(here)
    with Polite(allowed=["127.0.0.1"], gap=0, first_wait=0, attempts=1) as net:
        read(net, f"{other.origin}/tags/pager", tokens=mine)
        read(net, f"{here.origin}/tags/pager", tokens=mine)
    clear = tokens_from({"EARNED_MASTODON_TOKEN": "93.184.216.34=secret"})
    with Polite(gap=0, attempts=1) as net, pytest.raises(Forbidden, match="https only") as fault:
        read(net, "http://93.184.216.34/search?q=pager", tokens=clear)

    assert all("authorization" not in headers for _, headers in other.asked)
    assert {"Bearer secret"} == {headers.get("authorization") for _, headers in here.asked}
    assert "Bearer" not in str(fault.value)


@pytest.mark.parametrize(
    ("named", "where"),
    [("wss://streaming.a.example", "wss://streaming.a.example"), ("wss://a.example", "wss://a.example"),
     ("wss://evil.example", "wss://a.example"), ("ws://streaming.a.example", "wss://a.example"),
     ("wss://eve:x@streaming.a.example", "wss://a.example"), ("wss://[", "wss://a.example"), (3, "wss://a.example")],
)  # fmt: skip
def test_streams_are_asked_of_the_server_itself_or_a_host_below_it(named, where):
    class Told:
        def get(self, url, *, headers=None, most=0):
            from earned.channels.base import Answer

            return Answer(200, url, {}, json.dumps({"urls": {"streaming_api": named}}).encode())

    assert where == _server(Told(), "https://a.example")


@pytest.fixture(scope="module")
def mock():
    with package() as made:
        yield made


def own_token(base):
    return tokens_from({"EARNED_MASTODON_TOKEN": f"{urlsplit(base).netloc}=alice_token"})


@pytest.mark.slow
def test_the_package_s_search_and_its_faults(mock, net):
    base, ask = mock
    kept, lost = (ask("POST", "/statuses", status=f"Runbook {k}") for k in (1, 2))
    answer = ask("POST", "/statuses", "bob", status="@alice So do I.", in_reply_to_id=kept["id"])
    address, mine, now = f"{base}/search?q=runbook", own_token(base), BEGIN + timedelta(days=400)
    posts, _, cursor, _ = read(net, address, now=now, tokens=mine)
    ask("DELETE", f"/statuses/{lost['id']}")
    ask("DELETE", f"/statuses/{answer['id']}", "bob")
    ask("POST", "/_mock/faults", match={"path": "/api/v2/search"}, effect={"type": "status", "status": 503}, count=1)
    with pytest.raises(Exception, match="503"):
        read(net, address, cursor, now=now, tokens=mine)
    ask(
        "POST", "/_mock/faults", match={"path": "/api/v1/statuses/*"}, effect={"type": "status", "status": 500}, count=3
    )
    unsure = read(net, address, cursor, now=now, tokens=mine)[1]
    httpx2.delete(f"{base}/api/v1/_mock/faults")
    gone = read(net, address, cursor, now=now, tokens=mine)[1]

    assert {one["uri"] for one in (kept, lost, answer)} == posts.keys()
    assert (set(), {lost["uri"], answer["uri"]}) == (unsure, gone)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_package_s_stream_is_listened_to_from_what_was_said_before_on(mock, net, monkeypatch):
    base, ask = mock
    monkeypatch.setenv("EARNED_MASTODON_TOKEN", f"{urlsplit(base).netloc}=alice_token")
    store, stop, came = open_store(), threading.Event(), []
    study = store.studies.new("pagers")
    store.sources.add(study, "mastodon", f"{base}/tags/sextant", "Mastodon hashtag #sextant")
    before = ask("POST", "/statuses", status="Before. #sextant")
    said = {}

    def told(kept):
        """Say and delete while it is open; stop when all of it came."""
        came.append(kept)
        if len(came) == 1:
            said["kept"] = ask("POST", "/statuses", "bob", status="Meanwhile. #sextant")
            said["lost"] = ask("POST", "/statuses", "bob", status="In haste. #sextant")
        elif "deleted" not in said and store.posts.count(study) == 3:
            ask("DELETE", f"/statuses/{said['lost']['id']}", "bob")
            said["deleted"] = True
        if sum(one.gone for one in came):
            stop.set()

    (source,) = store.sources.of(study)
    guard = threading.Timer(60, stop.set)
    guard.start()
    done = listen_on(store, source, client=Stoppable(net, stop), told=told)
    guard.cancel()
    ask("PUT", f"/statuses/{said['kept']['id']}", "bob", status="Meanwhile, said better. #sextant")
    assert read_on(store, source, client=net).kept.changed == 1, "it calls edits by another name in its stream"
    texts = {one.id.removeprefix("mastodon:"): one.text for one in store.posts.of(study)}

    assert done.error == ""
    assert {before["uri"]: "Before. #sextant", said["kept"]["uri"]: "Meanwhile, said better. #sextant"} == texts
    assert 1 == sum(one.gone for one in came)


def test_hashtags_are_streams_with_a_token_only(homes, net):
    here = homes(token="secret")
    known = Mastodon(tokens=token(here))

    assert known.streams(f"{here.origin}/tags/pager")
    assert not known.streams(f"{here.origin}/@ada")
    assert not Mastodon().streams(f"{here.origin}/tags/pager")
    with pytest.raises(Forbidden, match="EARNED_MASTODON_TOKEN"):
        next(Mastodon().listen(f"{here.origin}/tags/pager", None, net=net))


class Told:
    """A client whose stream says what is given."""

    def __init__(self, net, messages):
        self.get, self.visit, self.said = net.get, net.visit, messages

    def messages(self, url, *, idle, most=0, beat=None, headers=None):
        yield ""
        yield from self.said


def event(kind, payload):
    return json.dumps({"stream": ["hashtag"], "event": kind, "payload": payload})


HOSTILE = ["", "x", "[]", "[" * 100_000, b"\xff", event("update", "{"), event("update", "[]"), event("update", 3),
           event("update", json.dumps({"id": 3, "uri": []})), event("delete", {}), event("delete", "99"),]  # fmt: skip


def test_whatever_a_stream_says_listening_goes_on(homes, net):
    here = homes(token="secret")
    said = here.say("ada", "A #pager.")
    later = here.say("ada", "Another #pager.") | {"content": "<p>Edited #pager.</p>"}
    messages = [*HOSTILE, event("status.update", json.dumps(later)), *HOSTILE]
    known = Mastodon(tokens=token(here), now=lambda: NOW)
    with closing(known.listen(f"{here.origin}/tags/pager", None, net=Told(net, messages))) as heard:
        pages = list(heard)

    assert [{said["uri"], later["uri"]}, {later["uri"]}] == [
        {one.id.removeprefix("mastodon:") for one in page.posts} for page in pages
    ]
    assert "Edited #pager." == pages[-1].posts[0].text
    assert later["id"] == json.loads(pages[-1].cursor)["after"]


def test_the_cursor_of_a_stream_is_that_of_a_reading(homes, net):
    here = homes(token="secret")
    address = f"{here.origin}/tags/pager"
    here.say("ada", "A #pager.")
    known = Mastodon(tokens=token(here), now=lambda: NOW)
    listened = list(known.listen(address, None, net=Told(net, [])))[-1].cursor
    after = here.say("bo", "Next #pager.")

    assert {after["uri"]} == read(net, address, listened, tokens=token(here))[0].keys()
