"""The polite client against a real server: bounded, obedient, and never inside a network."""

from datetime import UTC, datetime, timedelta

import pytest

from channels.conftest import bomb, cut, drip, to
from earned.channels.addresses import check, is_public
from earned.channels.http import Polite
from earned.errors import (
    Ended,
    Forbidden,
    Malformed,
    Missing,
    NeedsPerson,
    NotAllowed,
    RateLimited,
    TooLarge,
    Unreachable,
)


def test_an_answer_has_its_body_its_headers_and_its_last_address(server, net):
    server.pages |= {"/old": to("/new"), "/new": (b"hello", {"ETag": '"7"'})}
    answer = net.get(server.address + "/old")

    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"hello", '"7"')
    assert answer.url == server.address + "/new"


def test_an_etag_that_still_holds_brings_no_body(server, net):
    server.pages["/x"] = (b"hello", {"ETag": '"7"'})

    assert net.get(server.address + "/x", headers={"If-None-Match": '"7"'}).status == 304


def test_it_says_who_it_is(server, net):
    server.pages["/x"] = b""
    net.get(server.address + "/x")

    assert server.asked[0][1]["user-agent"].startswith("earned/")
    assert server.asked[0][1]["host"] == server.address.removeprefix("http://")


@pytest.mark.parametrize(
    ("page", "kind", "words", "permanent"),
    [
        (404, Missing, "answered 404", False),
        (410, Ended, "gone for good", True),
        (451, Ended, "gone for good", True),
        (403, Forbidden, "not public", True),
        (401, NeedsPerson, "must sign in", True),
        (429, RateLimited, "answered 429", False),
        (408, Unreachable, "answered 408", False),
        (425, Unreachable, "answered 425", False),
        (500, Unreachable, "answered 500", False),
        (drip, Unreachable, "did not end in time", False),
        (cut, Unreachable, "the connection broke", False),
        (bomb, TooLarge, "more than", True),
        (to("http://169.254.169.254/latest/meta-data"), NotAllowed, "inside a network", True),
        (to("http://127.0.0.1:1/"), NotAllowed, "port 1", True),
        (to("file:///etc/passwd"), NotAllowed, "only http and https", True),
        (to("/page"), Malformed, "more than 5 redirects", False),
    ],
)
def test_what_goes_wrong_is_said_in_words(server, page, kind, words, permanent):
    server.pages["/page"] = page
    allowed, patience = [f"127.0.0.1:{server.server_port}"], 0.5 if page is drip else 20
    with (
        Polite(allowed=allowed, gap=0, first_wait=0, attempts=1, whole_request=patience) as net,
        pytest.raises(kind, match=words) as caught,
    ):
        net.get(server.address + "/page")

    assert caught.value.permanent is permanent
    assert "127.0.0.1" in str(caught.value) or "169.254" in str(caught.value) or "file" in str(caught.value)


def test_a_redirect_from_outside_does_not_reach_what_a_person_allowed(server, net):
    server.pages["/page"] = to(f"http://localhost:{server.server_port}/x")
    with pytest.raises(Forbidden):
        net.get(server.address + "/page")


def test_reads_are_tried_three_times(server, net):
    answers = [503, 503]
    server.pages["/x"] = lambda handler: handler.say(answers.pop() if answers else 200, b"at last")

    assert net.get(server.address + "/x").body == b"at last"
    assert len(server.asked) == 3


def test_a_long_retry_after_is_told_and_not_slept(server, net):
    server.pages["/x"] = lambda handler: handler.say(429, b"", {"Retry-After": "3600"})
    with pytest.raises(Unreachable) as caught:
        net.get(server.address + "/x")

    assert caught.value.retry_after == timedelta(hours=1)
    assert len(server.asked) == 1


def test_more_bytes_than_asked_for_are_refused(server, net):
    server.pages["/x"] = b"x" * 1001
    with pytest.raises(TooLarge, match="more than 1,000 bytes"):
        net.get(server.address + "/x", most=1000)


def test_pages_obey_robots_and_their_own_headers(server, net):
    server.pages |= {
        "/robots.txt": b"User-agent: *\nDisallow: /private",
        "/private": b"x",
        "/public": b"y",
        "/kept-out": (b"z", {"X-Robots-Tag": "noai"}),
    }
    here = server.address

    assert net.visit(here + "/public", seen_at=here).body == b"y"
    with pytest.raises(Forbidden, match=r"robots\.txt"):
        net.visit(here + "/private", seen_at=here)
    with pytest.raises(Forbidden, match="X-Robots-Tag"):
        net.visit(here + "/kept-out", seen_at=here)
    assert "/private" not in [path for path, _ in server.asked]


def test_pages_are_not_read_while_robots_cannot_answer(server, net):
    server.pages |= {"/robots.txt": 500, "/x": b"x"}
    with pytest.raises(Forbidden):
        net.visit(server.address + "/x", seen_at=server.address)


def test_what_others_link_to_is_not_reached_by_a_persons_permission(server, net):
    with pytest.raises(Forbidden):
        net.visit(server.address + "/x", seen_at="https://a.example/feed")


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "fe80::1%eth0",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001::1",
        "fc00::1",
        "ff02::1",
    ],
)
def test_addresses_inside_networks_are_not_public(ip):
    assert not is_public(ip)


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://localhost./", "http://[::1]/", "http://[::1",
        "http://u:p@a.example/", "ftp://a.example/", "http://a.example:22/", "http:///x", "http://a.example:99999/",
        "gopher://x",
    ],
)  # fmt: skip
def test_addresses_in_disguise_are_refused(url):
    with pytest.raises(Forbidden, match="not an address that Earned reaches") as caught:
        check(url)

    assert "u:p" not in str(caught.value)


@pytest.mark.parametrize(("name", "given", "seconds"), [
    ("Retry-After", lambda: "90", 90), ("X-RateLimit-Reset", lambda: (datetime.now(UTC) + timedelta(hours=2)).isoformat(), 7200),
    ("X-RateLimit-Reset", lambda: "soon", None),
])  # fmt: skip
def test_a_service_that_asks_for_a_pause_says_how_long(server, name, given, seconds):
    def slower(handler):
        handler.say(429, b"", {name: given()})

    server.pages["/page"] = slower
    with Polite(allowed=[f"127.0.0.1:{server.server_port}"], gap=0, first_wait=0, attempts=1) as net:  # noqa: SIM117
        with pytest.raises(RateLimited) as caught:
            net.get(server.address + "/page")

    waits = caught.value.retry_after.total_seconds() if caught.value.retry_after else None
    assert waits == seconds or abs(waits - seconds) < 60


def packed(name, body):
    import brotli
    import zstandard

    return brotli.compress(body, quality=1) if name == "br" else zstandard.compress(body)


@pytest.mark.parametrize("name", ["br", "zstd"])
def test_bodies_in_br_and_zstd_are_unpacked(server, net, name):
    server.pages["/x"] = (packed(name, b"hello " * 1000), {"Content-Encoding": name})

    assert b"hello " * 1000 == net.get(server.address + "/x").body
    assert name in server.asked[0][1]["accept-encoding"]


@pytest.mark.parametrize("name", ["br", "zstd"])
def test_bombs_cuts_and_lies_in_br_and_zstd_are_refused(server, net, name):
    bomb_ = packed(name, bytes(50_000_000))
    server.pages |= {
        "/bomb": (bomb_, {"Content-Encoding": name}),
        "/cut": (packed(name, bytes(range(256)) * 40)[:-4], {"Content-Encoding": name}),
        "/lie": (b"no such thing, really none" * 9, {"Content-Encoding": name}),
    }

    with pytest.raises(TooLarge):
        net.get(server.address + "/bomb")
    with pytest.raises(Unreachable, match="cut in the middle"):
        net.get(server.address + "/cut")
    with pytest.raises(Malformed, match="and is not"):
        net.get(server.address + "/lie")


def test_a_crawl_delay_is_waited_for(server, monkeypatch):
    waits = []
    monkeypatch.setattr("earned.channels.http.time.sleep", waits.append)
    server.pages |= {"/robots.txt": b"User-agent: *\nCrawl-delay: 7\n", "/a": b"a", "/b": b"b"}
    with Polite(allowed=[f"127.0.0.1:{server.server_port}"], gap=0, first_wait=0) as net:
        net.visit(server.address + "/a", seen_at=server.address)
        net.visit(server.address + "/b", seen_at=server.address)

    assert 6 < max(waits) <= 7


@pytest.mark.parametrize(
    "inside",
    [
        "http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://127.0.0.1:8080/", "http://[::1]/",
        "http://10.0.0.1/", "http://2852039166/", "http://[::ffff:169.254.169.254]/",
        "file:///etc/passwd", "gopher://127.0.0.1:70/", "//169.254.169.254/x",
    ],
)  # fmt: skip
def test_a_redirect_to_an_inner_address_is_refused_at_any_step(server, net, inside):
    server.pages |= {"/": to(f"{server.address}/second"), "/second": to(inside)}

    with pytest.raises(Forbidden, match="not an address that Earned reaches"):
        net.get(server.address + "/")
    assert 2 == len(server.asked)


def test_redirects_in_a_circle_end(server, net):
    server.pages |= {"/": to("/two"), "/two": to("/")}

    with pytest.raises(Malformed, match="more than 5 redirects"):
        net.get(server.address + "/")


def test_who_signs_in_sends_json_once_to_the_host_that_was_asked(server, net):
    server.pages["/in"], server.pages["/busy"], server.pages["/moved"] = b"{}", 503, to("/in")

    assert b"{}" == net.post(f"{server.address}/in", {"password": "p"}).body
    assert [("/in", b'{"password": "p"}')] == server.told
    with pytest.raises(Unreachable, match="503"):
        net.post(f"{server.address}/busy", {"password": "p"})
    with pytest.raises(Forbidden, match="redirects"):
        net.post(f"{server.address}/moved", {"password": "p"})
    assert ["/in", "/busy", "/moved"] == [path for path, _ in server.told]


def test_a_password_goes_neither_unencrypted_nor_inside_a_network(net):
    with pytest.raises(Forbidden, match="https only"):
        net.post("http://1.1.1.1/in", {"password": "p"})
    with pytest.raises(Forbidden, match="inside a network"):
        net.post("https://127.0.0.1:8443/in", {"password": "p"})
