"""Channels that ask an API: replayed, and against a Mastodon mock server over HTTP, with faults."""

from urllib.parse import urlsplit

import pytest

from data import made
from data.bluesky.recorded import Pds
from data.hackernews.recorded import Replay, hit
from data.mastodon.recorded import Server
from earned.channels.base import Answer
from earned.channels.bluesky import Bluesky
from earned.channels.hackernews import HackerNews
from earned.channels.http import Polite
from earned.channels.mastodon import Mastodon
from earned.errors import Malformed, Unreachable

ADDRESS = "https://news.ycombinator.com/item?id=1"


def read(known, address, net, cursor=None):
    pages = list(known.read(address, cursor, net=net))
    posts = {post.id: post for page in pages for post in page.posts}
    links = {(one.from_post, one.kind, one.target) for page in pages for one in page.links}
    return posts, links, pages


def test_who_submits_a_link_has_said_nothing():
    posts, links, pages = read(HackerNews(now=lambda: made.NOW), ADDRESS, Replay())

    assert "" == posts["hackernews:1"].text
    assert ("hackernews:1", "url", "https://ada.example/a") in links
    assert ("hackernews:2", "reply", "hackernews:1") in links
    assert ("hackernews:2", "url", "https://bo.example/") in links or (
        "hackernews:2",
        "url",
        "https://bo.example",
    ) in links
    assert {("points", 5.0), ("replies", 2.0)} == {(one.name, one.value) for page in pages for one in page.snapshots}


def test_more_hits_than_the_service_shows_are_asked_for_in_slices():
    net = Replay([hit(at, at * 50, comment_text=f"c{at}") for at in range(3_000)])
    posts, _, pages = read(HackerNews(now=lambda: made.NOW), ADDRESS, net)

    assert 3_000 == len(posts)
    net.hits.append(hit(9_999, 200_000, comment_text="late"))
    assert {"hackernews:9999"} >= set(read(HackerNews(now=lambda: made.NOW), ADDRESS, net, pages[-1].cursor)[0])


def test_answers_of_others_are_read_and_wishes_not_to_be_indexed_kept():
    posts, links, pages = read(Mastodon(now=lambda: made.NOW), "https://a.example/@ada", Server())
    answer = "mastodon:https://b.example/users/bo/statuses/4"

    assert "" == posts[answer].text
    assert (answer, "reply", "mastodon:https://a.example/users/ada/statuses/1") in links
    assert 3 == len(posts)
    assert 1 == pages[0].ignored["not public"]


def test_a_repository_is_read_again_for_what_is_new_changed_and_gone():
    net, known = Pds(), Bluesky(now=lambda: made.NOW)
    posts, _, pages = read(known, "https://bsky.app/profile/ada.example", net)
    first = min(path for path in net.records if path.startswith("app.bsky.feed.post/"))
    net.records["app.bsky.feed.post/3z"] = made.skeet("Later", 9)
    net.records[first] = made.skeet("Said otherwise", 1)
    later, _, pages = read(known, "https://bsky.app/profile/ada.example", net, pages[-1].cursor)

    assert 4 == len(posts)
    assert {"Later", "Said otherwise"} <= {post.text for post in later.values()}
    assert {f"bluesky:at://{made.DID}/{path}" for path in (first, "app.bsky.feed.post/3z")} == later.keys()
    assert not any(page.gone for page in pages)

    del net.records[first]
    _, _, pages = read(known, "https://bsky.app/profile/ada.example", net, pages[-1].cursor)
    assert [(f"bluesky:at://{made.DID}/{first}", "deleted")] == [(one.post, one.why) for one in pages[-1].gone]

    net.whole = False
    with pytest.raises(Malformed, match="no list of records"):
        read(known, "https://bsky.app/profile/ada.example", net, pages[-1].cursor)


def view(did, key, text, **more):
    author = {"did": did, "handle": f"{did[-2:]}.example", "labels": more.pop("labels", [])}
    return {"uri": f"at://{did}/app.bsky.feed.post/{key}", "author": author, "record": made.skeet(text, 5), **more}


def test_answers_and_quotations_by_others_come_with_counts_and_wishes():
    net, known = Pds(), Bluesky(now=lambda: made.NOW)
    members_only = [{"val": "!no-unauthenticated"}]
    net.views = [view(made.DID, "3a", "Own", replyCount=2, quoteCount=1, likeCount=7)]
    deeper = {"post": view("did:plc:cy", "3c", "Deeper", labels=members_only)}
    net.replies = [{"post": view("did:plc:bo", "3b", "Yes, but"), "replies": [deeper]}, {"notFound": True}]
    net.quotes = [
        view("did:plc:di", "3d", "This"),
        {"uri": "at://did:plc:xx/app.bsky.feed.post/3e", "author": {"did": "did:plc:yy"}},
    ]
    posts, _, pages = read(known, "https://bsky.app/profile/ada.example", net)
    heard = {post.accounts[0]: post.text for post in posts.values() if post.accounts[0] != f"bluesky:{made.DID}"}

    assert {"bluesky:did:plc:bo": "Yes, but", "bluesky:did:plc:cy": "", "bluesky:did:plc:di": "This"} == heard
    assert ("likes", 7.0) in {(one.name, one.value) for page in pages for one in page.snapshots}
    assert 1 == sum(page.ignored.get("text of somebody who asks to be shown to members only", 0) for page in pages)


def test_answers_of_others_that_are_deleted_are_withdrawn():
    net, known, address = Pds(), Bluesky(now=lambda: made.NOW), "https://bsky.app/profile/ada.example"
    net.views = [view(made.DID, "3a", "Own", replyCount=2)]
    net.replies = [{"post": view("did:plc:bo", "3b", "Yes, but")}, {"post": view("did:plc:cy", "3c", "No")}]
    _, _, pages = read(known, address, net)
    net.replies.pop(0)
    posts, _, pages = read(known, address, net, pages[-1].cursor)
    gone = [one.post for page in pages for one in page.gone]

    assert ["bluesky:at://did:plc:bo/app.bsky.feed.post/3b"] == gone
    assert "bluesky:at://did:plc:bo/app.bsky.feed.post/3b" not in posts
    again = read(known, address, net, pages[-1].cursor)[2]
    assert not any(page.gone for page in again)


def test_a_handle_that_the_account_does_not_claim_is_not_shown():
    net = Pds()
    net.handle = "somebody.example"
    source = Bluesky().recognise("https://bsky.app/profile/ada.example", net=net)

    assert f"Bluesky account {made.DID}" == source.what


def test_a_page_to_log_in_is_no_answer():
    class Login:
        def get(self, url, *, headers=None, most=0):
            return Answer(200, url, {}, b"<html>log in</html>")

    for known, address in ((Mastodon(), "https://a.example/@ada"), (Bluesky(), "did:plc:abc"), (HackerNews(), ADDRESS)):
        with pytest.raises(Malformed, match="not JSON"):
            list(known.read(address, None, net=Login()))


@pytest.mark.slow
def test_a_mastodon_server_is_read_over_http_once_and_faults_are_said():
    import httpx2
    from mastodon_mock.testing.server import MockServer

    server = MockServer()
    server.start()
    try:
        base = server.base_url if hasattr(server, "base_url") else server.url
        tokens = {name: {"Authorization": f"Bearer {name}_token"} for name in ("alice", "bob")}

        def post(who, text, **more):
            done = httpx2.post(
                f"{base}/api/v1/statuses", data={"status": text, **more}, headers=tokens[who], timeout=10
            )
            done.raise_for_status()
            return done.json()

        first = post("alice", "Nobody should wake twice")
        answer = post("bob", "@alice I agree", in_reply_to_id=first["id"])
        post("alice", "for followers", visibility="private")
        address = f"{base}/@alice"
        with Polite(allowed=[urlsplit(base).netloc], gap=0, first_wait=0) as net:
            known = Mastodon()
            assert "mastodon" == known.recognise(address, net=net).channel
            posts, links, pages = read(known, address, net)
            again = read(known, address, net, pages[-1].cursor)[0]
            fault = {"path": "/api/v1/accounts/lookup", "effect": {"type": "status", "status": 503}, "count": 3}
            httpx2.post(f"{base}/api/v1/_mock/faults", json=fault, timeout=10).raise_for_status()
            with pytest.raises(Unreachable, match="503"):
                read(known, address, net)
    finally:
        server.stop()

    assert {f"mastodon:{first['uri']}", f"mastodon:{answer['uri']}"} <= set(posts)
    assert (f"mastodon:{answer['uri']}", "reply", f"mastodon:{first['uri']}") in links
    assert "for followers" not in repr(posts)
    assert {} == again
