"""A hashtag, and recent statuses looked at again: edits, later answers, deletions; over HTTP, too."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from data.mastodon.recorded import ADA, BO, Server, status
from earned.channels.http import Polite
from earned.channels.mastodon import Mastodon
from earned.channels.rereading import MOST_YOUNG, Young, is_young, mark
from earned.errors import Unreachable
from earned.store import open_store
from mastodon_package import package

NOW = datetime(2024, 3, 5, tzinfo=UTC)
ADDRESS = "https://a.example/@ada"
OPEN = {**BO, "noindex": False}


def read(net, cursor=None, address=ADDRESS, now=NOW):
    pages = list(Mastodon(now=lambda: now).read(address, cursor, net=net))
    return pages, {one.id: one for page in pages for one in page.posts}, pages[-1].cursor if pages else cursor


def own(number):
    return f"mastodon:{ADA['uri']}/statuses/{number}"


def asked_of(net):
    """The paths that are asked for from here on."""
    asked, get = [], net.get
    net.get = lambda url, **more: asked.append(urlsplit(url).path) or get(url, **more)
    return asked


def test_nothing_new_is_nothing_read():
    net = Server()
    _, _, cursor = read(net)

    assert [] == read(net, cursor)[0]


def test_an_edit_and_a_later_answer_come_with_the_next_reading():
    net = Server()
    _, _, cursor = read(net)
    net.statuses[0] |= {"content": "<p>Toot, said better</p>", "edited_at": "2024-03-02T00:00:00Z"}
    net.statuses[2] |= {"replies_count": 1}
    net.replies.append(status(5, OPEN, in_reply_to_id="3", content="<p>a late answer</p>"))
    pages, posts, after = read(net, cursor)
    answer = f"mastodon:{BO['uri']}/statuses/5"

    assert "Toot, said better" == posts[own(1)].text
    assert "a late answer" == posts[answer].text
    assert (answer, "reply", own(3)) in {(one.from_post, one.kind, one.target) for one in pages[0].links}
    assert [] == read(net, after)[0]


def test_an_edited_answer_is_seen_and_a_status_that_was_not_listed_yet_is_new():
    net = Server()
    net.replies = [status(4, OPEN, in_reply_to_id="1")]
    _, _, cursor = read(net)
    net.replies = [status(4, OPEN, in_reply_to_id="1", content="<p>I take that back</p>", edited_at="2024-03-02")]
    net.statuses.append(status(9))
    _, posts, _ = read(net, cursor)

    assert {"I take that back", "Toot 9"} <= {one.text for one in posts.values()}


def test_what_was_deleted_is_withdrawn_and_only_when_the_server_says_so():
    net = Server()
    _, _, cursor = read(net)
    first = net.statuses.pop(0)
    get = net.get

    def failing(url, **more):
        if url.endswith("/statuses/1"):
            raise Unreachable("web", url, "answered 503", permanent=False)
        return get(url, **more)

    net.get = failing
    kept, _, _ = read(net, cursor)
    net.get = get
    pages, _, after = read(net, cursor)

    assert () == tuple(one for page in kept for one in page.gone)
    assert [(own(1), "deleted")] == [(one.post, one.why) for page in pages for one in page.gone]
    assert [] == read(net, after)[0]
    net.statuses.insert(0, first)


def test_a_server_withdraws_nothing_that_is_another_s():
    net = Server()
    theirs = status(7, uri="https://victim.example/users/zoe/statuses/7")
    net.statuses.append(theirs)
    _, _, cursor = read(net)
    net.statuses.remove(theirs)

    assert () == tuple(one for page in read(net, cursor)[0] for one in page.gone)


def test_statuses_of_more_than_fourteen_days_are_left_alone():
    net = Server()
    late = NOW + timedelta(days=30)
    _, _, cursor = read(net, now=late)
    net.statuses[0] |= {"edited_at": "2024-03-02T00:00:00Z", "content": "<p>changed</p>"}
    net.statuses.pop(2)
    asked = asked_of(net)

    assert [] == read(net, cursor, now=late)[0]
    assert "young" not in cursor
    assert 3 == len(asked)  # the account, what is new, the newest list


def test_looking_again_is_bounded_and_the_cursor_short():
    net = Server()
    net.statuses = [
        status(10**17 + n, created_at="2024-03-04T10:00:00Z", replies_count=1) for n in range(300)
    ]  # fmt: skip
    _, _, cursor = read(net)
    asked = asked_of(net)

    assert [] == read(net, cursor)[0]
    assert len(cursor) <= 4096
    assert 40 == sum(path.endswith("context") for path in asked)
    assert len(asked) < 50


def test_marks_and_patterns_hold_hostile_values():
    young = Young({"x": 3, "https://{}/{}": {"1": None}})
    young.note({"id": "", "uri": "https://a.example/1"}, "m")
    young.note({"id": "5", "uri": "https://a.example/{}/5"}, "m")

    assert [("1", "https://1/{}")] == young.missing([], "0")
    assert mark({"uri": "\ud800"}, []) != mark({"uri": "\ud800"}, [{"uri": 1}])
    assert not any(is_young({"created_at": value}, NOW) for value in (None, "", "never", [], {"a": 1}, 10**30))
    many = Young({f"https://{n}.example/" + "x" * 200 + "{}": {str(n): "12345678"} for n in range(MOST_YOUNG)})
    assert 0 < len(many.written()) < MOST_YOUNG


def test_a_hashtag_is_recognised_where_the_server_answers_with_statuses():
    net, known = Server(), Mastodon(now=lambda: NOW)
    address = "https://a.example/tags/On%20call"
    source = known.recognise(address, net=net)
    asked = asked_of(net)
    _, posts, cursor = read(net, address=address)

    assert ("mastodon", address, "Mastodon hashtag #On call") == (source.channel, source.address, source.what)
    assert "/api/v1/timelines/tag/On%20call" == asked[0]
    assert {own(1), own(3)} <= set(posts)
    assert [] == read(net, cursor, address=address)[0]
    assert known.recognise("https://a.example/tags/nowhere", net=net) is None
    assert known.recognise("https://a.example/tags/a/b", net=net) is None


@pytest.mark.django_db
def test_the_store_takes_back_what_the_channel_says_is_gone():
    net, store = Server(), open_store()
    study = store.studies.new("toots", "Toots")
    source = store.sources.add(study, "mastodon", ADDRESS)
    for page in Mastodon(now=lambda: NOW).read(ADDRESS, None, net=net):
        store.posts.keep(source, page, now=NOW)
    before = {one.id for one in store.posts.of(study)}
    net.statuses.pop()
    for page in Mastodon(now=lambda: NOW).read(ADDRESS, store.sources.cursor(source), net=net):
        store.posts.keep(source, page, now=NOW)

    assert {own(3)} == before - {one.id for one in store.posts.of(study)}


@pytest.mark.slow
def test_over_http_a_server_s_edits_answers_deletions_and_hashtags_are_seen():
    with package() as (base, ask), Polite(allowed=[urlsplit(base).netloc], gap=0, first_wait=0) as net:
        kept = ask("POST", "/statuses", status="Nobody should wake twice #oncall")
        lost = ask("POST", "/statuses", status="Said in haste #oncall")
        _, _, cursor = read(net, address=f"{base}/@alice", now=datetime.now(UTC))
        tagged = read(net, address=f"{base}/tags/oncall", now=datetime.now(UTC))[1]
        ask("PUT", f"/statuses/{kept['id']}", status="Nobody should wake thrice #oncall")
        answer = ask("POST", "/statuses", "bob", status="@alice I agree", in_reply_to_id=kept["id"])
        ask("DELETE", f"/statuses/{lost['id']}")
        pages, posts, after = read(net, cursor, address=f"{base}/@alice", now=datetime.now(UTC))
        again = read(net, after, address=f"{base}/@alice", now=datetime.now(UTC))[0]

    assert {f"mastodon:{kept['uri']}", f"mastodon:{lost['uri']}"} <= set(tagged)
    assert {f"mastodon:{kept['uri']}", f"mastodon:{answer['uri']}"} <= set(posts)
    assert [f"mastodon:{lost['uri']}"] == [one.post for page in pages for one in page.gone]
    assert [] == again
