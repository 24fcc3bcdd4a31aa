"""Streams of the AT network: what is asked for, what is kept, and what servers may do to us."""

import itertools
import json
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.sync.server import serve

from data.made import NOW, encode
from earned.channels.atstream import jetstream, repositories
from earned.channels.bluesky_stream import KEPT, BlueskyStream, followed
from earned.channels.http import Polite
from earned.errors import ChannelError, Forbidden, InputError, Unreachable
from earned.model import HIDDEN
from servers import certificate

recorded = import_module("data.bluesky-stream.recorded")
commit, account, profile = recorded.commit, recorded.account, recorded.profile
Stream, ADDRESS = recorded.Stream, recorded.ADDRESS
POST = "app.bsky.feed.post"
#: What records and profiles are read for.
KEYS = (
    "text tags facets features uri did tag index byteStart byteEnd embed record external media reply parent root subject langs "
    "createdAt val displayName"
).split()


def reading(net, cursor=None, address=ADDRESS):
    pages = list(BlueskyStream(now=lambda: NOW).read(address, cursor, net=net))
    return {post.text for page in pages for post in page.posts}, pages


def about(second, who="ada"):
    return {"uri": f"at://did:plc:{who}/{POST}/k{second}"}


def test_words_stand_alone_and_tags_and_accounts_count():
    texts, pages = reading(
        Stream(
            [
                commit(1, text="The PAGER woke me."),
                commit(2, text="Pagers are old."),
                commit(3, text="No tag, oncall"),
                commit(4, text="A tag in words #oncall!"),
                commit(5, text="A tag in a facet", facets=[{"features": [{"tag": "OnCall"}]}]),
                commit(6, "own", text="Anything."),
                commit(7, text="pager", collection="app.bsky.feed.like", subject=about(1)),
            ]
        )
    )

    assert {"The PAGER woke me.", "A tag in words #oncall!", "A tag in a facet", "Anything."} == texts
    assert {"Ada", "Own"} == {account.name for page in pages for account in page.accounts}


def test_answers_quotations_and_reposts_of_what_is_kept_are_kept_whatever_they_say():
    first = commit(1, text="The pager.")
    net = Stream([first, commit(2, "bo", text="Same.", reply={"parent": about(1), "root": about(1)})])
    _, pages = reading(net)
    net.told += [
        commit(3, "cy", text="Hm.", reply={"parent": about(2, "bo"), "root": about(1)}),
        commit(4, "cy", text="Look.", embed={"$type": "app.bsky.embed.record", "record": about(1)}),
        commit(5, "bo", collection="app.bsky.feed.repost", subject=about(1)),
        commit(6, "bo", collection="app.bsky.feed.repost", subject=about(99)),
        commit(7, "bo", text="To nobody.", reply={"parent": about(98), "root": about(98)}),
    ]
    texts, later = reading(net, pages[-1].cursor)
    links = {(link.kind, link.target) for page in later for link in page.links}

    assert {"Same.", "The pager."} == {post.text for page in pages for post in page.posts}
    assert {"Hm.", "Look.", ""} == texts
    assert {
        ("reply", f"bluesky:at://did:plc:bo/{POST}/k2"), ("quote", f"bluesky:at://did:plc:ada/{POST}/k1"),
        ("repost", f"bluesky:at://did:plc:ada/{POST}/k1"),
    } == links  # fmt: skip


def test_edits_come_again_and_deletions_are_told_even_of_what_was_read_elsewhere():
    net = Stream(
        [
            commit(1, text="The pager."),
            commit(2, text="A pager, taken back at once."),
            commit(3, key="k2", action="delete"),
        ]
    )
    texts, pages = reading(net)
    net.told += [commit(4, key="k1", action="update", text="No such word."), commit(5, "bo", "other", action="delete")]
    later, more = reading(net, pages[-1].cursor)

    assert {"The pager."} == texts
    assert {"No such word."} == later
    assert [(f"bluesky:at://did:plc:bo/{POST}/other", "deleted")] == [(one.post, one.why) for one in more[-1].gone]


@pytest.mark.parametrize(
    ("status", "why"),
    [("deleted", "deleted"), ("takendown", "taken down"), ("suspended", HIDDEN), ("deactivated", HIDDEN)],
)
def test_an_account_that_ends_takes_along_what_it_said(status, why):
    net = Stream([commit(1, text="The pager."), commit(2, "bo", text="A pager."), account(3, "ada", status)])
    texts, (page,) = reading(net)
    net.told += [account(4, "ada", "", active=True), commit(5, text="The pager again.")]
    later, (more,) = reading(net, page.cursor)

    assert {"A pager."} == texts
    assert [("bluesky:did:plc:ada", why)] == [(one.account, one.why) for one in page.left]
    assert ({"The pager again."}, ()) == (later, more.left)


def test_who_comes_back_within_a_page_is_read_again():
    net = Stream([account(1, "ada", "deactivated"), account(2, "ada", "", active=True), commit(3, text="The pager.")])
    texts, (page,) = reading(net)

    assert {"The pager."} == texts
    assert 1 == len(page.left)


@pytest.mark.parametrize("told", [{"status": "throttled"}, {"status": "desynchronized"}, {"active": True}, {"active": None},
                                  {"did": "ada"}, {"status": ["deleted"]}])  # fmt: skip
def test_other_news_of_an_account_withdraws_nothing(told):
    news = account(1, "ada", "deleted")
    news["account"] |= told
    body = {"seq": 7, "time": "2026-11-01T10:00:00Z", **news["account"]}

    assert jetstream(json.dumps(news)).ceased is None
    assert repositories(frame({"op": 1, "t": "#account"}, body)).ceased is None
    assert (
        repositories(frame({"op": 1, "t": "#identity"}, body | {"did": "did:plc:ada", "status": "deleted"})).ceased
        is None
    )


def test_so_many_accounts_that_end_make_a_page():
    net = Stream([account(1, f"x{k}", "deleted") for k in range(5_001)])
    _, pages = reading(net)

    assert [5_000, 1] == [len(page.left) for page in pages]


def test_wishes_not_to_be_shown_are_obeyed():
    net = Stream(
        [commit(1, text="pager"), commit(2, "bo", text="pager, too"), commit(3, "gone", text="pager of nobody")]
    )
    net.profiles["did:plc:bo"] = profile("bo", labels=[{"val": "!no-unauthenticated"}])
    texts, (page,) = reading(net)

    assert {"pager"} == texts
    assert {
        "post of somebody who asks to be shown to members only": 1,
        "post of an account that the network does not show": 1,
    } == page.ignored


def test_a_reading_goes_on_where_the_last_one_ended_and_ends_at_the_present():
    late = int(NOW.timestamp() * 1e6)
    net = Stream([commit(1, text="pager 1"), commit(2, text="other")])
    _, pages = reading(net)
    net.told += [commit(3, text="pager 3"), commit(4, text="pager 4"), commit(5, text="pager 5")]
    net.told[-2]["time_us"], net.told[-1]["time_us"] = late, late + 1
    texts, more = reading(net, pages[-1].cursor)

    assert {"pager 3", "pager 4"} == texts
    assert f"cursor={json.loads(pages[-1].cursor)['at']}" in net.urls[-1]
    assert not {"words", "wantedDids"} & parse_qs(urlsplit(net.urls[-1]).query).keys(), (
        "the server would leave others out"
    )
    assert {"pager 5"} == reading(net, more[-1].cursor)[0]


def test_a_hole_in_the_stream_is_said():
    address = "wss://stream.example/subscribe?words=pager"
    net = Stream([commit(1, text="pager")])
    _, pages = reading(net, address=address)
    net.told += [commit(30, text="pager")]
    _, short = reading(net, pages[-1].cursor, address)
    net.told = [commit(500, text="pager")]
    _, long = reading(net, short[-1].cursor, address)

    assert {} == short[-1].ignored
    assert {"gap: the server does not hold all since the last reading": 1} == long[-1].ignored


def test_a_cursor_stays_short_however_much_is_kept():
    net = Stream([commit(k, text=f"pager {k}") for k in range(1, 1_500)])
    texts, pages = reading(net)

    assert 1_499 == len(texts)
    assert 3 == len(pages)
    assert KEPT == len(json.loads(pages[-1].cursor)["kept"])
    assert max(len(page.cursor) for page in pages) <= 4096


def test_accounts_alone_are_asked_of_the_server():
    net = Stream([commit(1, "own", text="Anything.")])
    texts, _ = reading(net, address="wss://stream.example/subscribe?wantedDids=did:plc:own")

    assert {"Anything."} == texts
    assert ["did:plc:own"] == parse_qs(urlsplit(net.urls[-1]).query)["wantedDids"]


def ticking(seconds):
    """A clock that goes on by so much whenever it is looked at."""
    ticks = itertools.count()
    return lambda: NOW + timedelta(seconds=seconds) * next(ticks)


def test_who_listens_gets_news_soon_and_a_sign_of_life_when_there_is_none():
    net = Stream([commit(k, text=f"pager {k}") for k in range(1, 4)])
    soon = list(BlueskyStream(now=ticking(3)).listen(ADDRESS, None, net=net))
    net.told = [commit(k, text="nothing") for k in range(1, 4)]
    quiet = list(BlueskyStream(now=ticking(30)).listen(ADDRESS, None, net=net))

    assert [["pager 1"], ["pager 2"], ["pager 3"]] == [[post.text for post in page.posts] for page in soon]
    assert [()] * 4 == [page.posts for page in quiet], "one when the stream is open, one after each message"
    assert [None, 1, 2, 3] == [at and (at - recorded.BEGIN) // 1_000_000 for at in map(place, quiet)]


def place(page):
    return json.loads(page.cursor)["at"]


def test_wherever_a_listener_is_cut_off_nothing_is_lost():
    net = Stream([commit(k, text=f"pager {k}") for k in range(1, 9)])
    everything = {f"pager {k}" for k in range(1, 9)}
    for cut in range(9):
        heard = BlueskyStream(now=ticking(3)).listen(ADDRESS, None, net=net)
        kept = [page for _, page in zip(range(cut), heard, strict=False)]
        heard.close()
        later, _ = reading(net, kept[-1].cursor if kept else None)

        assert everything == {post.text for page in kept for post in page.posts} | later


def test_a_stream_of_nothing_is_read_in_pages_too():
    class Babble(Stream):
        def messages(self, url, **_):
            yield from ["nonsense"] * 50_000

    pages = list(BlueskyStream(now=lambda: NOW).read(ADDRESS, None, net=Babble([])))

    assert [20_000, 20_000] == [page.done for page in pages], "a reading can end after any of them"


def test_so_many_deletions_make_a_page():
    net = Stream([commit(1, "bo", f"x{k}", action="delete") for k in range(10_999)])
    _, pages = reading(net)

    assert [5_000, 5_000, 999] == [len(page.gone) for page in pages]


def test_a_server_that_counts_anew_is_followed_from_its_beginning_and_the_hole_said():
    class Anew(Stream):
        def messages(self, url, **_):
            self.urls.append(url)
            yield frame({"op": -1}, {"error": "FutureCursor", "message": "Cursor in the future."})

    address, net = "wss://stream.example/xrpc/com.atproto.sync.subscribeRepos?words=pager", Anew([])
    (page,) = BlueskyStream(now=lambda: NOW).read(address, '{"at":7,"kept":["abc"]}', net=net)
    list(BlueskyStream(now=lambda: NOW).read(address, page.cursor, net=net))

    assert {"at": None, "kept": ["abc"]} == json.loads(page.cursor)
    assert [("gap: the server does not hold all since the last reading", 1)] == list(page.ignored.items())
    assert ["7"] == parse_qs(urlsplit(net.urls[0]).query)["cursor"]
    assert "cursor" not in net.urls[1]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("\ud800"),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYS), anything, max_size=8), anything)
@settings(max_examples=100, deadline=None)
def test_whatever_a_record_and_a_profile_hold_the_stream_goes_on(record, labels):
    told = commit(1, text="pager")
    told["commit"]["record"] |= record
    net = Stream([told, commit(2, text="pager, later")])
    net.profiles["did:plc:ada"]["labels"] = labels

    assert 1 <= len(reading(net)[1])


@pytest.mark.parametrize(
    "given",
    ["wss://s.example/subscribe", "wss://s.example/subscribe?words=%23", "wss://s.example/subscribe?wantedDids="],
)
def test_nobody_reads_the_whole_network(given):
    with pytest.raises(InputError, match=r"whole network.*Add words or accounts"):
        followed(given)


@pytest.mark.parametrize(
    "given", ["https://s.example/subscribe?words=a", "wss://s.example/other?words=a", "wss://[", "stream"]
)
def test_other_addresses_are_none_of_ours(given):
    assert followed(given) is None


def frame(header, body):
    """A frame of subscribeRepos."""
    return encode(header) + encode(body)


@pytest.mark.parametrize(
    "message", ["", "[]", "{", "null", "3", '{"time_us": "x"}', '{"time_us": true}', '{"time_us": -1}', "[" * 100_000,
                '{"time_us": 99999999999999999999999}'],
)  # fmt: skip
def test_what_is_no_message_says_nothing(message):
    assert jetstream(message) is None
    assert repositories(message) is None


@pytest.mark.parametrize(
    "message", [b"\x81" * 100_000, b"\xa1\x61a" * 100_000, encode({"op": 1, "t": "#commit"}) + b"\x81" * 100_000]
)
def test_frames_nested_without_end_say_nothing(message):
    assert repositories(message) is None


@pytest.mark.parametrize("message", [b"", b"\xff", b"\xa0", b"\xa0\xa0", b"\x9b" + b"\xff" * 8, b"\xa1" * 10_000])
def test_what_is_no_frame_says_nothing(message):
    assert repositories(message) is None


@pytest.mark.parametrize(
    "more",
    [{"did": "did:plc:eve\n"}, {"did": 3}, {"commit": []},
     {"commit": {"operation": "create", "collection": POST, "rkey": "a/b", "record": {}}},
     {"commit": {"operation": "create", "collection": POST, "rkey": "a", "record": "text"}},
     {"commit": {"operation": "destroy", "collection": POST, "rkey": "a", "record": {}}}],
)  # fmt: skip
def test_only_well_formed_changes_count(more):
    told = jetstream(json.dumps(commit(1, text="pager") | more))

    assert () == told.changes
    assert told.at == recorded.BEGIN + 1_000_000


def test_frames_that_are_no_commit_move_the_place_or_end_the_stream():
    account = frame({"op": 1, "t": "#account"}, {"seq": 7, "time": "2026-11-01T10:00:00Z"})
    info = frame({"op": 1, "t": "#info"}, {"name": "OutdatedCursor"})
    error = frame({"op": -1}, {"error": "ConsumerTooSlow"})

    assert (7, datetime(2026, 11, 1, 10, tzinfo=UTC), ()) == (lambda e: (e.at, e.seen, e.changes))(
        repositories(account)
    )
    assert repositories(info).notice.startswith("gap")
    with pytest.raises(Unreachable, match="ConsumerTooSlow"):
        repositories(error)


def test_a_commit_without_its_blocks_still_tells_what_was_taken_back():
    body = {"seq": 8, "repo": "did:plc:ada", "time": "2026-11-01T10:00:00Z", "blocks": b"broken",
            "ops": [{"action": "create", "path": f"{POST}/a", "cid": b"\x01"},
                    {"action": "delete", "path": f"{POST}/b", "cid": None},
                    {"action": "delete", "path": "../x", "cid": None}, "none"]}  # fmt: skip
    told = repositories(frame({"op": 1, "t": "#commit"}, body))

    assert [(f"{POST}/b", None)] == [(one.path, one.record) for one in told.changes]
    assert 1 == told.lost


@contextmanager
def streaming(handler, **more):
    """A real WebSocket server on loopback: (address, a client that may reach it)."""
    with serve(handler, "127.0.0.1", 0, **more) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        port = server.socket.getsockname()[1]
        with Polite(allowed=[f"127.0.0.1:{port}"], gap=0) as client:
            yield f"ws://127.0.0.1:{port}/subscribe", client
        server.shutdown()
        thread.join()


def test_messages_come_over_a_real_connection_with_our_name_on_it():
    agents = []

    def handler(socket):
        agents.append(socket.request.headers["User-Agent"])
        socket.send("one")
        socket.send(b"two")

    with streaming(handler) as (address, client):
        assert ["one", b"two"] == list(client.messages(address, idle=5))
    assert agents[0].startswith("earned/")


def test_who_asks_for_signs_of_life_gets_them():
    with streaming(lambda socket: (socket.send("one"), threading.Event().wait(2))) as (address, client):
        assert ["", "one", "", "", ""] == list(client.messages(address, idle=0.3, beat=0.1))


def test_a_message_that_comes_in_pieces_is_whole_however_slowly_it_comes():
    def pieces():
        for word in ("The pager ", "rang ", "twice."):
            yield word
            threading.Event().wait(0.25)

    with streaming(lambda socket: socket.send(pieces())) as (address, client):
        assert ["The pager rang twice."] == [one for one in client.messages(address, idle=3, beat=0.1) if one]


def test_what_proves_who_asks_goes_encrypted_or_to_hosts_that_a_person_named():
    proof, said = {"Authorization": "Bearer secret"}, []

    with streaming(lambda socket: said.append(socket.request.headers["Authorization"])) as (address, client):
        list(client.messages(address, idle=1, headers=proof))
    with Polite(gap=0) as client, pytest.raises(Forbidden, match="https only") as fault:
        list(client.messages("ws://93.184.216.34/stream", idle=1, headers=proof))

    assert ["Bearer secret"] == said
    assert "secret" not in str(fault.value)


def test_streams_are_heard_over_tls_from_who_has_a_certificate_for_the_name(tmp_path, monkeypatch):
    authority, made, key = certificate(tmp_path, "localhost")
    closed = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    closed.load_cert_chain(made, key)

    with streaming(lambda socket: socket.send("one"), ssl=closed) as (address, _):
        port = urlsplit(address).port
        with Polite(allowed=["localhost", "127.0.0.1"], gap=0) as client:
            with pytest.raises(Forbidden, match="certificate is not valid"):
                list(client.messages(f"wss://localhost:{port}/subscribe", idle=2))
            monkeypatch.setenv("SSL_CERT_FILE", str(authority))
            assert ["one"] == list(client.messages(f"wss://localhost:{port}/subscribe", idle=2))
            with pytest.raises(Forbidden, match="certificate is not valid"):
                list(client.messages(f"wss://127.0.0.1:{port}/subscribe", idle=2))


def test_a_quiet_stream_ends_a_reading_and_no_more():
    with streaming(lambda socket: (socket.send("one"), threading.Event().wait(2))) as (address, client):
        assert ["one"] == list(client.messages(address, idle=0.2))


@pytest.mark.parametrize(
    ("handler", "more", "fault", "says"),
    [
        (lambda socket: socket.send("x" * 6_000_000), {}, Unreachable, "broke"),
        (lambda socket: (socket.send("one"), socket.socket.close()), {}, Unreachable, "broke"),
        (None, {"process_request": lambda c, r: c.respond(404, "no")}, Forbidden, "404"),
        (None, {"process_request": lambda c, r: c.respond(503, "later")}, Unreachable, "503"),
    ],
)
def test_a_hostile_or_broken_stream_is_an_error_in_words(handler, more, fault, says):
    with streaming(handler, **more) as (address, client), pytest.raises(fault, match=says):
        list(client.messages(address, idle=2))


@pytest.mark.parametrize(
    "address",
    ["ws://127.0.0.1:9/subscribe", "wss://169.254.169.254/subscribe", "ws://localhost/subscribe", "file:///x"],
)
def test_addresses_inside_a_network_are_not_listened_to(address):
    with Polite(gap=0) as client, pytest.raises(Forbidden, match="not an address that Earned reaches"):
        next(client.messages(address, idle=1))


def test_a_client_that_cannot_listen_says_so():
    class Reads:
        def get(self, url, *, headers=None, most=0):
            raise AssertionError(url)

    with pytest.raises(ChannelError, match="does not listen"):
        list(BlueskyStream(now=lambda: NOW).read(ADDRESS, None, net=Reads()))
