"""Feeds and lists on Bluesky, played by an indexing server made from the documented fields."""

import pytest

from data import made
from data.bluesky.recorded import Pds
from data.made import NOW
from earned.channels.bluesky import Bluesky
from earned.channels.bluesky_login import Login, login_from
from earned.channels.bluesky_topics import RECENT, Topic, topic
from earned.errors import Forbidden, InputError, Malformed

FEED = "https://bsky.app/profile/ada.example/feed/reliability"
LIST = "https://bsky.app/profile/ada.example/lists/3kabc"


def view(number, who="bo", **more):
    did = f"did:plc:{who}"
    author = {"did": did, "handle": f"{who}.example", "labels": more.pop("labels", [])}
    record = made.skeet(f"Post {number}", 5)
    return {"uri": f"at://{did}/app.bsky.feed.post/{number:06}", "author": author, "record": record, **more}


def known():
    return Bluesky(now=lambda: made.NOW)


def reading(net, address=FEED, cursor=None):
    pages = list(known().read(address, cursor, net=net))
    return {post.text for one in pages for post in one.posts}, pages


@pytest.mark.parametrize(("address", "found"), [
    (FEED, Topic("ada.example", "feed", "reliability")),
    (LIST, Topic("ada.example", "lists", "3kabc")),
    ("at://did:plc:x/app.bsky.feed.generator/k", Topic("did:plc:x", "feed", "k")),
    ("at://did:plc:x/app.bsky.graph.list/k", Topic("did:plc:x", "lists", "k")),
    ("https://bsky.app/search?q=error+budgets", Topic("", "search", "error budgets")),
    ("https://bsky.app/hashtag/sre%20talk", Topic("", "search", "#sre talk")),
    ("https://bsky.app/search", None),
    ("https://bsky.app/profile/ada.example", None),
    ("https://bsky.app/profile/ada.example/post/3k", None),
    ("https://elsewhere.example/profile/ada.example/feed/k", None),
])  # fmt: skip
def test_a_topic_is_known_by_its_address(address, found):
    assert found == topic(address)


@pytest.mark.parametrize("address", ["https://bsky.app/search?q=error+budgets", "https://bsky.app/hashtag/sre"])
def test_a_search_is_refused_in_words_that_say_what_to_do(address):
    with pytest.raises(InputError, match=r"members only.*EARNED_BLUESKY_LOGIN.*feed or a list.*stream"):
        known().recognise(address, net=Pds())
    with pytest.raises(Forbidden, match=r"members only.*EARNED_BLUESKY_LOGIN"):
        list(known().read(address, None, net=Pds()))


def test_a_member_is_shown_searches_by_their_own_server_and_each_post_once():
    class Signs(Pds):
        sent, asked = [], []

        def post(self, url, given, *, most=0):
            self.sent.append((url, given))
            return self.say(url, {"accessJwt": "token"})

        def get(self, url, *, headers=None, most=0):
            if "searchPosts" in url:
                self.asked.append((url, headers["Authorization"]))
                return self.say(url, {"posts": [view(1), view(2, "di", labels=[{"val": "!no-unauthenticated"}])]})
            return super().get(url, headers=headers, most=most)

    net, address = Signs(), "https://bsky.app/hashtag/error%20budgets"
    member = Bluesky(login=Login("ada.example", "secret"), now=lambda: NOW)
    net.shown = [view(1), view(2, "di")]
    pages = list(member.read(address, None, net=net))

    assert "Bluesky search for '#error budgets'" == member.recognise(address, net=net).what
    assert ["Post 1"] == [post.text for one in pages for post in one.posts]
    assert [] == [post for one in member.read(address, pages[-1].cursor, net=net) for post in one.posts]
    assert {("https://pds.example/xrpc/com.atproto.server.createSession", "ada.example", "secret")} == {
        (url, told["identifier"], told["password"]) for url, told in net.sent
    }
    assert {"Bearer token"} == {header for _, header in net.asked}
    assert all("q=%23error%20budgets" in url and url.startswith("https://pds.example/") for url, _ in net.asked)


@pytest.mark.parametrize(
    ("given", "found"),
    [("ada.example=a-b-c", Login("ada.example", "a-b-c")), (" @ada.example=a=b ", Login("ada.example", "a=b")),
     ("", None), ("ada.example", None), ("=a", None)],
)  # fmt: skip
def test_who_signs_in_stands_in_the_environment_and_is_not_shown(given, found):
    login = login_from({"EARNED_BLUESKY_LOGIN": given})

    assert found == login
    assert login is None or login.password not in repr(login)


def test_a_session_is_used_again_and_one_that_the_server_ended_is_replaced():
    class Ends(Pds):
        sent = 0

        def post(self, url, given, *, most=0):
            self.sent += 1
            return self.say(url, {"accessJwt": f"token {self.sent}"})

        def get(self, url, *, headers=None, most=0):
            if "searchPosts" in url:
                if headers["Authorization"] == "Bearer token 1" and self.sent == 1 and ended:
                    raise Forbidden("web", url, "answered 401: it is not public", permanent=True)
                return self.say(url, {"posts": [view(1)]})
            return super().get(url, headers=headers, most=most)

    net, ended, address = Ends(), [], "https://bsky.app/search?q=pagers"
    net.shown = [view(1)]
    for _ in range(3):
        list(Bluesky(login=Login("ada.example", "held"), now=lambda: NOW).read(address, None, net=net))
    held = net.sent
    ended.append(True)
    texts = [post.text for one in Bluesky(login=Login("ada.example", "held"), now=lambda: NOW).read(address, None, net=net)
             for post in one.posts]  # fmt: skip

    assert (1, 2, ["Post 1"]) == (held, net.sent, texts)


def test_a_refused_password_says_what_to_do_and_not_the_password():
    class Refuses(Pds):
        def post(self, url, given, *, most=0):
            raise Forbidden("web", url, "answered 401: it is not public", permanent=True)

    member = Bluesky(login=Login("ada.example", "geheim"), now=lambda: NOW)
    with pytest.raises(Forbidden, match=r"refused the app password in EARNED_BLUESKY_LOGIN") as caught:
        list(member.read("https://bsky.app/search?q=a", None, net=Refuses()))
    assert "geheim" not in str(caught.value)


def test_a_feed_is_recognised_as_a_feed_and_not_as_its_owners_account():
    assert "Bluesky feed of ada.example" == known().recognise(FEED, net=Pds()).what
    assert "Bluesky list of ada.example" == known().recognise(LIST, net=Pds()).what


@pytest.mark.parametrize("address", [FEED, LIST])
def test_all_that_is_shown_is_read_once_by_whoever_it_is(address):
    net = Pds()
    net.shown = [view(k, "bo" if k % 2 else "cy", likeCount=k) for k in range(250, 0, -1)]
    texts, pages = reading(net, address)

    assert {f"Post {k}" for k in range(1, 251)} == texts
    assert {"bluesky:did:plc:bo", "bluesky:did:plc:cy"} == {account.id for one in pages for account in one.accounts}
    assert 250 == sum(count.name == "likes" for one in pages for count in one.snapshots)

    net.shown.insert(0, view(251))
    again, pages = reading(net, address, pages[-1].cursor)
    assert {"Post 251"} == again
    assert (set(), []) == reading(net, address, pages[-1].cursor)


def test_a_deleted_post_of_others_is_withdrawn():
    net = Pds()
    net.shown = [view(k) for k in range(60, 0, -1)]
    _, pages = reading(net)
    gone = net.shown.pop(30)
    texts, pages = reading(net, cursor=pages[-1].cursor)

    assert set() == texts
    assert [(f"bluesky:{gone['uri']}", "deleted")] == [(one.post, one.why) for one in pages[-1].gone]
    assert (set(), []) == reading(net, cursor=pages[-1].cursor)


def test_people_who_ask_for_members_only_are_not_collected_and_counted():
    net = Pds()
    net.shown = [view(1), view(2, "di", labels=[{"val": "!no-unauthenticated"}])]
    texts, pages = reading(net)

    assert {"Post 1"} == texts
    assert 1 == pages[0].ignored["post of somebody who asks to be shown to members only"]


def test_another_authors_record_is_not_believed():
    net = Pds()
    net.shown = [view(1) | {"uri": "at://did:plc:eve/app.bsky.feed.post/1"}]

    assert set() == reading(net)[0]


def test_more_than_a_reading_holds_is_said():
    net = Pds()
    net.shown = [view(k) for k in range(10, 0, -1)]
    _, pages = reading(net)
    net.shown = [view(k) for k in range(3_000, 10, -1)]
    texts, pages = reading(net, cursor=pages[-1].cursor)

    assert 2_000 == len(texts)
    assert any("more than 2,000 are new" in why for one in pages for why in one.ignored)
    assert RECENT >= len(pages[-1].cursor) / 60


def test_an_answer_without_posts_is_an_error_and_nothing_is_withdrawn():
    net = Pds()
    net.shown = None
    with pytest.raises(Malformed, match="no list of posts"):
        reading(net)
