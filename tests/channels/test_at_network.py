"""Bluesky against the AT network's own servers: accounts, their repositories, the index of what others say."""

import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from at_network import at_network
from earned.channels.bluesky import Bluesky
from earned.channels.bluesky_stream import BlueskyStream
from earned.channels.http import Polite
from earned.listening import Stoppable
from earned.reading import read_files, recognised
from earned.store import open_store
from earned.sync import listen_on, read_on

POST, REPOST, LIKE = "app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.feed.like"
PROMISE = "Backups are a promise until somebody restores one."


@pytest.fixture(scope="module")
def network():
    with at_network() as made:
        yield made


@pytest.fixture
def net(network, monkeypatch):
    """A client that may ask these servers, which the channel takes for the public ones."""
    for name, address in (("directory", network.plc), ("resolver", network.appview), ("appview", network.appview)):
        monkeypatch.setattr(Bluesky, name, address)
    monkeypatch.setattr(BlueskyStream, "appview", network.appview)
    hosts = [urlsplit(one).netloc for one in (network.plc, network.pds, network.appview)]
    with Polite(allowed=hosts, gap=0, first_wait=0) as made:
        yield made


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_three_accounts_say_is_kept_once_with_people_links_times_edits_and_deletions(
    network, net, settings, tmp_path
):
    settings.EARNED_WORKSPACE = tmp_path
    ada, bo, cy = (network.join(name) for name in ("ada", "bo", "cy"))
    ada.call_themselves("Ada Q.")
    promise = ada.write(POST, text=PROMISE)
    answer = bo.write(POST, text="We restore one every Friday.", reply={"root": promise, "parent": promise})
    deeper = ada.write(POST, text="Which one do you take?", reply={"root": promise, "parent": answer})
    quotation = cy.write(POST, text="Read this.", embed={"$type": "app.bsky.embed.record", "record": promise})
    shared = cy.write(REPOST, subject=promise)
    bo.write(LIKE, subject=promise)
    network.index()
    store = open_store()
    study = store.studies.new("skies")
    known = Bluesky().recognise(f"https://bsky.app/profile/{ada.handle}", net=net)
    for member in (ada, cy):
        store.sources.add(study, "bluesky", member.did, known.what)

    def sync():
        """What is in the conversation after a reading of both accounts: uri -> post, and what the readings did."""
        network.index()
        done = [read_on(store, source, client=net) for source in store.sources.of(study)]
        assert [one.error for one in done] == ["", ""]
        return {post.id.removeprefix("bluesky:"): post for post in store.posts.of(study)}, [one.kept for one in done]

    posts, _ = sync()
    everything = {one["uri"] for one in (promise, answer, deeper, quotation, shared)}
    assert posts.keys() == everything
    assert known.what == "Bluesky account ada-quill.test"
    assert {uri: post.accounts[0].removeprefix("bluesky:") for uri, post in posts.items()} == {
        uri: uri.split("/")[2] for uri in everything
    }
    assert all(abs(post.claimed_at - datetime.now(UTC)) < timedelta(minutes=5) for post in posts.values())
    links = {(link.from_post, link.kind, link.target) for link in store.posts.links(study)}
    assert {tuple(word.removeprefix("bluesky:") for word in link) for link in links} == {
        (answer["uri"], "reply", promise["uri"]), (deeper["uri"], "reply", answer["uri"]),
        (quotation["uri"], "quote", promise["uri"]), (shared["uri"], "repost", promise["uri"]),
    }  # fmt: skip
    names = {account.id.removeprefix("bluesky:"): account.name for account in store.posts.accounts(study)}
    assert (names[ada.did], names[bo.did]) == ("Ada Q.", "bo-quill.test")
    counts = {one.name: one.value for one in store.posts.counts(study) if one.post == f"bluesky:{promise['uri']}"}
    assert counts == {"likes": 1, "reposts": 1, "replies": 1, "quotes": 1}

    again, kept = sync()
    assert again.keys() == everything
    assert [(one.new, one.changed, one.gone) for one in kept] == [(0, 0, 0), (0, 0, 0)]

    ada.edit(promise["uri"], "Backups are a promise, and mostly a broken one.")
    later = ada.write(POST, text="Second thought.")
    edited, kept = sync()
    assert edited[promise["uri"]].text == "Backups are a promise, and mostly a broken one."
    assert edited.keys() == everything | {later["uri"]}
    assert (kept[0].new, kept[0].changed) == (1, 1)

    ada.delete(later["uri"])
    cy.delete(shared["uri"])
    left, kept = sync()
    assert left.keys() == everything - {shared["uri"]}
    assert [one.gone for one in kept] == [1, 1]

    bo.delete(answer["uri"])
    left, kept = sync()
    assert left.keys() == everything - {shared["uri"], answer["uri"]}
    assert [one.gone for one in kept] == [1, 0]
    assert sync()[0].keys() == left.keys()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_account_that_pauses_takes_along_what_it_said_and_brings_it_back(network, net, settings, tmp_path):
    settings.EARNED_WORKSPACE = tmp_path
    max_, ned = network.join("max"), network.join("ned")
    said = max_.write(POST, text="Every map is a promise.")
    answer = ned.write(POST, text="And every promise a map.", reply={"root": said, "parent": said})
    network.index()
    store = open_store()
    study = store.studies.new("maps")
    store.sources.add(study, "bluesky", f"https://bsky.app/profile/{max_.handle}", "Bluesky account")

    def sync():
        network.index()
        (done,) = [read_on(store, one, client=net) for one in store.sources.of(study)]
        return {post.id.removeprefix("bluesky:") for post in store.posts.of(study)}, done

    first, _ = sync()
    max_.pause()
    paused, told = sync()
    still, again = sync()
    max_.resume()
    back, _ = sync()

    assert {said["uri"], answer["uri"]} == first == back
    assert ({answer["uri"]}, "", 1) == (paused, told.error, told.kept.gone)
    assert ({answer["uri"]}, "", 0) == (still, again.error, again.kept.gone)
    assert "Every map is a promise." in {post.text for post in store.posts.of(study)}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_list_is_read_as_the_network_shows_it_and_deletions_follow(network, net, settings, tmp_path):
    settings.EARNED_WORKSPACE = tmp_path
    eve, fay = network.join("eve"), network.join("fay")
    chosen = eve.write("app.bsky.graph.list", name="People on call", purpose="app.bsky.graph.defs#curatelist")
    eve.write("app.bsky.graph.listitem", subject=fay.did, list=chosen["uri"])
    said = [fay.write(POST, text=f"On call, night {k}.") for k in range(3)]
    eve.write(POST, text="I am on no list.")
    store = open_store()
    study = store.studies.new("nights")
    source = Bluesky().recognise(chosen["uri"], net=net)
    store.sources.add(study, "bluesky", source.address, source.what)

    def sync():
        network.index()
        (done,) = [read_on(store, one, client=net) for one in store.sources.of(study)]
        assert done.error == ""
        return {post.id.removeprefix("bluesky:") for post in store.posts.of(study)}, done.kept

    assert source.what == f"Bluesky list of {eve.handle}"
    assert sync()[0] == {one["uri"] for one in said}
    assert sync()[1].new == 0

    fay.delete(said[1]["uri"])
    left, kept = sync()
    assert left == {said[0]["uri"], said[2]["uri"]}
    assert kept.gone == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_member_signs_in_and_searches(network, net, settings, tmp_path, monkeypatch):
    settings.EARNED_WORKSPACE = tmp_path
    gil, hal = network.join("gil"), network.join("hal")
    # the network's own search, unlike the public one, minds capital letters
    said = hal.write(POST, text="Most zeppelins need no runbook.")
    hal.write(POST, text="Balloons do.")
    network.index()
    monkeypatch.setenv("EARNED_BLUESKY_LOGIN", f"{gil.handle}=secret of gil")
    source, _ = recognised("https://bsky.app/search?q=zeppelins", net)
    store = open_store()
    study = store.studies.new("airships")
    store.sources.add(study, "bluesky", source.address, source.what)

    def sync():
        network.index()
        (done,) = [read_on(store, one, client=net) for one in store.sources.of(study)]
        return {post.id.removeprefix("bluesky:") for post in store.posts.of(study)}, done

    assert source.what == "Bluesky search for 'zeppelins'"
    found, done = sync()
    assert (found, done.error) == ({said["uri"]}, "")
    assert sync()[1].kept.new == 0

    later = gil.write(POST, text="A zeppelins club, founded today.")
    hal.delete(said["uri"])
    found, done = sync()
    assert found == {later["uri"]}
    assert (done.kept.new, done.kept.gone) == (1, 1)

    monkeypatch.setenv("EARNED_BLUESKY_LOGIN", f"{gil.handle}=wrong")
    refused = sync()[1]
    assert "refused the app password" in refused.error
    assert "wrong" not in refused.error


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_stream_of_the_account_server_is_followed_with_edits_answers_and_deletions(
    network, net, settings, tmp_path
):
    settings.EARNED_WORKSPACE = tmp_path
    ivy, jon = network.join("ivy"), network.join("jon")
    ivy.call_themselves("Ivy Q.")
    said = ivy.write(POST, text="A sextant needs no battery.")
    jon.write(POST, text="Mine does.")
    network.index()
    host = network.pds.replace("http://", "ws://")
    source, _ = recognised(f"{host}/xrpc/com.atproto.sync.subscribeRepos?cursor=0&words=Sextant", net)
    store = open_store()
    study = store.studies.new("stars")
    store.sources.add(study, source.channel, source.address, source.what)

    def sync():
        network.index()
        (done,) = [read_on(store, one, client=net) for one in store.sources.of(study)]
        assert done.error == ""
        return {post.id.removeprefix("bluesky:"): post for post in store.posts.of(study)}, done.kept

    assert source.what == "Bluesky stream: 'sextant'"
    found, kept = sync()
    assert {uri: post.text for uri, post in found.items()} == {said["uri"]: "A sextant needs no battery."}
    assert {"Ivy Q."} == {account.name for account in store.posts.accounts(study)}
    assert (sync()[1].new, kept.new) == (0, 1)

    answer = jon.write(POST, text="Until it rains.", reply={"root": said, "parent": said})
    shared = jon.write(REPOST, subject=said)
    ivy.edit(said["uri"], "An instrument needs no battery.")
    found, kept = sync()
    assert found.keys() == {said["uri"], answer["uri"], shared["uri"]}
    assert found[said["uri"]].text == "An instrument needs no battery."
    links = {(link.from_post, link.kind, link.target) for link in store.posts.links(study)}
    assert {tuple(word.removeprefix("bluesky:") for word in link) for link in links} == {
        (answer["uri"], "reply", said["uri"]), (shared["uri"], "repost", said["uri"])
    }  # fmt: skip

    jon.delete(answer["uri"])
    jon.delete(shared["uri"])
    found, kept = sync()
    assert (found.keys(), kept.gone) == ({said["uri"]}, 2)

    jon.call_themselves("Jon")
    later = jon.write(POST, text="No sextant is waterproof.")
    mine = jon.write(POST, text="Nothing about it.")
    found, kept = sync()
    assert (found.keys(), kept.new) == ({said["uri"], later["uri"]}, 1)
    jon.pause()
    found, kept = sync()
    assert (found.keys(), kept.gone) == ({said["uri"]}, 1)
    jon.resume()
    back = jon.write(POST, text="My sextant is back.")
    found, kept = sync()
    assert (found.keys(), kept.new) == ({said["uri"], back["uri"]}, 1)
    assert mine["uri"] not in found
    kay = network.join("kay")
    kay.write(POST, text="One sextant too many.")
    assert sync()[1].new == 1
    kay.end()
    found, kept = sync()
    assert (found.keys(), kept.gone) == ({said["uri"], back["uri"]}, 1)

    stop, came = threading.Event(), []

    def told(kept):
        """Say something once the stream is open; stop when it came."""
        came.append(kept.new)
        if len(came) == 1:
            jon.write(POST, text="My sextant is older than I am.")
        if sum(came):
            stop.set()

    (one,) = store.sources.of(study)
    done = listen_on(store, one, client=Stoppable(net, stop), told=told)
    assert (done.error, sum(came)) == ("", 1)
    assert sync()[1].new == 0


@pytest.mark.slow
def test_a_repository_downloaded_from_the_server_is_read_as_an_archive(network, tmp_path):
    kim, lou = network.join("kim"), network.join("lou")
    first = lou.write(POST, text="Is a hull budget a budget?")
    said = kim.write(POST, text="It is, until it floods.", reply={"root": first, "parent": first})
    kim.write(REPOST, subject=first)
    gone = kim.write(POST, text="Nobody will read this.")
    kim.delete(gone["uri"])
    address = f"{network.pds}/xrpc/com.atproto.sync.getRepo?did={kim.did}"
    with urlopen(address, timeout=20) as answer:  # loopback
        (tmp_path / "downloaded.car").write_bytes(answer.read())

    given = read_files([tmp_path / "downloaded.car"])

    assert {post.text for post in given.posts} - {""} == {"It is, until it floods."}
    links = {(link.from_post, link.kind, link.target) for link in given.links}
    assert (f"bluesky:{said['uri']}", "reply", f"bluesky:{first['uri']}") in links
    assert [target for _, kind, target in links if kind == "repost"] == [f"bluesky:{first['uri']}"]
    assert not any(gone["uri"] in post.id for post in given.posts)
