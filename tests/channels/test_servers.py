"""Against the real thing: WordPress on MariaDB, and Dovecot, from Debian's packages."""

from __future__ import annotations

import imaplib
import json
import time
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest

import servers
from data.imap.recorded import put
from data.wordpress.recorded import SITE, Site, comment, post
from earned.channels import withdrawn
from earned.channels.feed import Feed
from earned.channels.feed.parse import patient, quickly
from earned.channels.http import Polite
from earned.channels.mailserver import Imap
from earned.channels.wordpress import WordPress
from earned.errors import Forbidden, Missing, Unreachable
from earned.store import open_store
from earned.sync import read_on

NOW = datetime.now(UTC) + timedelta(days=1)
recorded_list = import_module("data.list-archive.recorded")


def read(known, address, net, cursor=None):
    pages = list(known.read(address, cursor, net=net))
    posts = {one.id: one for page in pages for one in page.posts}
    links = {(one.from_post, one.kind, one.target) for page in pages for one in page.links}
    return posts, links, pages[-1].cursor if pages else cursor, pages


def test_more_posts_than_one_answer_holds_are_read_once_each_also_of_one_second():
    net = Site()
    net.posts = [post(n, "2024-03-01T10:00:00") for n in range(1, 251)]
    net.posts += [post(n, f"2024-03-02T10:00:{n % 60:02}") for n in range(251, 301)]
    net.comments = [comment(n, 1, f"2024-03-03T10:{n // 60:02}:{n % 60:02}") for n in range(230)]
    pages = list(WordPress(now=lambda: NOW).read(SITE, None, net=net))
    ids = [one.id for page in pages for one in page.posts]

    assert 530 == len(ids) == len(set(ids))
    net.comments.append(comment(900, 1, "2024-03-02T23:00:00"))  # approved days after it was written
    net.posts[0] |= {"modified_gmt": "2024-04-01T00:00:00"}
    again = [one.id for page in WordPress(now=lambda: NOW).read(SITE, pages[-1].cursor, net=net) for one in page.posts]
    assert [f"wordpress:{SITE}#post-1", f"wordpress:{SITE}#comment-900"] == again


def names(pages):
    """(why, "post-3") of what is gone."""
    return [(one.why, one.post.partition("#")[2]) for page in pages for one in page.gone]


def test_what_a_site_withdraws_is_told_once_and_comes_back_when_it_was_only_hidden():
    net, known = Site(), WordPress(now=lambda: NOW)
    _, _, cursor, _ = read(known, SITE, net)
    kept, net.posts = net.posts[:3], net.posts[3:]
    told, net.comments = net.comments[0], net.comments[1:]
    net.private = {2, 3}
    gone = read(known, SITE, net, cursor)
    nothing = read(known, SITE, net, gone[2])
    net.posts += kept[1:2]
    net.posts[0] |= {"content": {"rendered": "", "protected": True}, "modified_gmt": "2024-04-01T00:00:00"}
    net.comments.append(told)  # an administrator restored what was deleted: another reading finds it by its time
    later = read(known, SITE, net, nothing[2])

    assert [
        ("made private", "post-3"),
        ("made private", "post-2"),
        ("deleted", "post-1"),
        ("deleted", "comment-1"),
    ] == names(gone[3])
    assert ({}, []) == (gone[0], nothing[3])
    assert [("made private", "post-4")] == names(later[3])
    assert {f"wordpress:{SITE}#post-2", f"wordpress:{SITE}#comment-1"} == set(later[0])


def test_a_large_site_is_looked_through_in_turn_with_few_requests():
    net, known = Site(), WordPress(now=lambda: NOW)
    net.posts, net.comments = [post(n, f"2024-03-01T10:{n // 60:02}:{n % 60:02}") for n in range(1, 1201)], []
    cursor = read(known, SITE, net)[2]
    net.posts = [one for one in net.posts if one["id"] not in (5, 600, 1200)]
    gone, most = [], 0
    for _ in range(3):
        before = len(net.asked)
        _, _, cursor, pages = read(known, SITE, net, cursor)
        gone.append([name for _, name in names(pages)])
        most = max(most, len(net.asked) - before)

    assert [["post-1200"], ["post-600"], ["post-5"]] == gone
    assert most <= 1 + 2 + 5 + 1


def test_a_mass_of_deletions_is_told_over_several_readings():
    net, known = Site(), WordPress(now=lambda: NOW)
    net.posts, net.comments = [post(n, f"2024-03-01T10:{n // 60:02}:{n % 60:02}") for n in range(1, 201)], []
    cursor, gone = read(known, SITE, net)[2], []
    net.posts = net.posts[-1:]
    for _ in range(5):
        _, _, cursor, pages = read(known, SITE, net, cursor)
        gone.append(len(names(pages)))

    assert [50, 50, 50, 49, 0] == gone


@pytest.mark.parametrize("numbers", [[], [1], [1, 2, 17, 1_000_000], list(range(7_000))])
def test_numbers_are_remembered_in_a_cursor(numbers):
    roll = withdrawn.Roll(set(numbers), {4, 9}, 7)

    assert withdrawn.Roll(set(sorted(numbers)[-5_000:]), {4, 9}, 7) == withdrawn.told(
        json.loads(json.dumps(roll.written()))
    )


def test_a_site_that_cannot_be_asked_again_has_withdrawn_nothing():
    class Blocking(Site):
        def get(self, url, **more):
            if "include=" in url:
                raise Forbidden("web", url, "answered 403: it is not public", permanent=True)
            return super().get(url, **more)

    net, known = Blocking(), WordPress(now=lambda: NOW)
    _, _, cursor, first = read(known, SITE, net)
    net.posts = []
    pages = read(known, SITE, net, cursor)[3]

    assert [] == names([*first, *pages])
    assert {"posts not looked for again: answered 403: it is not public": 1} == pages[0].ignored


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with servers.wordpress(tmp_path_factory.mktemp("wordpress")) as made:
        yield made


WRITE = """
foreach (get_posts(['numberposts' => -1, 'post_status' => ['publish', 'draft', 'private', 'trash']]) as $old)
  wp_delete_post($old->ID, true);
foreach (['ada' => 'Ada Q.', 'bo' => 'Bo Berg'] as $login => $name) {
  if (!username_exists($login)) wp_insert_user(['user_login' => $login, 'user_pass' => 'x', 'display_name' => $name]);
  wp_update_user(['ID' => username_exists($login), 'display_name' => $name]);
}
$ids = [];
foreach (['publish', 'draft', 'publish', 'private'] as $at => $status)
  $ids[] = wp_insert_post(['post_title' => "Entry $at & more", 'post_status' => $status,
    'post_author' => username_exists($at == 2 ? 'bo' : 'ada'),
    'post_content' => "<p>Inventories $at <a href='https://c.example/x?utm_source=a'>see</a></p>"]);
$ids[] = wp_insert_post(['post_title' => 'Locked', 'post_status' => 'publish', 'post_password' => 'p',
  'post_content' => 'locked words']);
$base = ['comment_post_ID' => $ids[0], 'comment_author_email' => 'cy@c.example', 'comment_author_IP' => '203.0.113.9'];
$base['comment_approved'] = 1;
$first = wp_insert_comment($base + ['comment_author' => 'Cy', 'comment_author_url' => 'https://cy.example',
  'comment_content' => 'I disagree']);
$second = wp_insert_comment($base + ['comment_author' => 'Bo Berg', 'comment_content' => 'Me too', 'comment_parent' => $first]);
wp_insert_comment($base + ['comment_author' => 'A site', 'comment_content' => 'ping', 'comment_type' => 'pingback']);
$base['comment_approved'] = 0;
wp_insert_comment($base + ['comment_author' => 'Di', 'comment_content' => 'Buy this']);
echo json_encode(['posts' => $ids, 'comments' => [$first, $second]]);
"""


@pytest.mark.slow
def test_a_wordpress_site_is_read_exactly_once_and_its_edits_later(site):
    made = json.loads(site.php(WRITE))
    entry, other = (f"wordpress:{site.address}#post-{made['posts'][at]}" for at in (0, 2))
    first, second = (f"wordpress:{site.address}#comment-{number}" for number in made["comments"])
    known = WordPress(now=lambda: NOW)
    with Polite(allowed=[site.address.partition("//")[2]], gap=0, first_wait=0) as net:
        source = known.recognise(site.address, net=net)
        posts, links, cursor, pages = read(known, site.address, net)
        nothing = read(known, site.address, net, cursor)[0]
        time.sleep(1.1)
        site.php(f"wp_update_post(['ID' => {made['posts'][0]}, 'post_content' => 'Changed words']);")
        site.php(f"wp_set_comment_status(2 + {made['comments'][1]}, 'approve');")
        later, _, _, _ = read(known, site.address, net, cursor)
        with pytest.raises(Exception, match="nowhere"):
            list(known.read(site.address + "/nowhere.php", None, net=net))

    assert "WordPress site Inventories" == source.what
    assert {entry, other, first, second} == set(posts)
    assert ("Entry 0 & more", "Inventories 0 see") == (posts[entry].title, posts[entry].text)
    assert (entry, "url", "https://c.example/x") in links
    assert {(first, "reply", entry), (second, "reply", first)} <= links
    names = {one.id: (one.name, one.url) for page in pages for one in page.accounts}
    assert "Bo Berg" == names[posts[other].accounts[0]][0]
    assert ("Cy", "https://cy.example/") == names[posts[first].accounts[0]]
    assert "cy@c.example" not in repr(pages)
    assert "203.0.113.9" not in repr(pages)
    assert {"post with a password": 1} == {k: v for page in pages for k, v in page.ignored.items()}
    assert {} == nothing
    assert ["Changed words", "Buy this"] == [one.text for one in later.values()]


@pytest.mark.slow
@pytest.mark.django_db
def test_what_a_wordpress_site_withdraws_leaves_the_conversation_at_the_next_sync(site):
    made = json.loads(site.php(WRITE))
    store = open_store()
    study = store.studies.new("withdrawn")
    source = store.sources.add(study, "wordpress", site.address, "a site")
    entry, other, _ = (f"wordpress:{site.address}#post-{made['posts'][at]}" for at in (0, 2, 3))
    first, second = (f"wordpress:{site.address}#comment-{number}" for number in made["comments"])
    with Polite(allowed=[site.address.partition("//")[2]], gap=0, first_wait=0) as net:

        def sync(code=""):
            """What a sync did, and whether each of the four is in the conversation after it."""
            time.sleep(1.1)
            site.php(code)
            done = read_on(store, store.sources.of(study)[0], client=net)
            assert done.error == ""
            return done.kept, [
                one in {post.id for post in store.posts.of(study)} for one in (entry, other, first, second)
            ]

        assert [True] * 4 == sync()[1]
        assert source
        trashed = sync(f"wp_trash_post({made['posts'][2]}); wp_spam_comment({made['comments'][1]});")
        draft = sync(f"wp_update_post(['ID' => {made['posts'][0]}, 'post_status' => 'draft']);")
        idle = sync()
        again = sync(f"wp_update_post(['ID' => {made['posts'][0]}, 'post_status' => 'publish']);")
        unspammed = sync(f"wp_unspam_comment({made['comments'][1]});")
        deleted = sync(f"wp_delete_post({made['posts'][2]}, true); wp_delete_comment({made['comments'][0]}, true);")

    assert (2, [True, False, True, False]) == (trashed[0].gone, trashed[1])
    assert (2, [False, False, False, False]) == (draft[0].gone, draft[1]), "comments go with their post"
    assert (0, 0) == (idle[0].gone, idle[0].changed)
    assert (2, [True, False, True, False]) == (again[0].changed, again[1])
    assert (1, [True, False, True, True]) == (unspammed[0].changed, unspammed[1])
    assert (1, [True, False, False, True]) == (deleted[0].gone, deleted[1])
    assert ", 1 withdrawn at the source" in deleted[0].line()


@pytest.mark.slow
def test_the_feeds_of_a_wordpress_site_are_read_quickly_and_their_comments_as_answers(site):
    made = json.loads(site.php(WRITE))
    address = site.address + "/?feed=rss2"
    with Polite(allowed=[site.address.partition("//")[2]], gap=0, first_wait=0) as net:
        bodies = [net.get(site.address + f"/?feed={kind}").body for kind in ("rss2", "atom", "comments-rss2")]
        posts, links, cursor, _ = read(Feed(now=lambda: NOW), address, net)
        again = read(Feed(now=lambda: NOW + timedelta(hours=1)), address, net, cursor)[0]
        more = f"['comment_post_ID' => {made['posts'][0]}, 'comment_author' => 'Di', 'comment_content' => 'Later']"
        site.php(f"wp_insert_comment({more});")
        later = read(Feed(now=lambda: NOW + timedelta(hours=8)), address, net, cursor)[0]
    host = address.partition("//")[2].partition("/")[0]
    entry = f"feed:{host}/?p={made['posts'][0]}"
    first, second = (f"feed:{host}/?p={made['posts'][0]}#comment-{number}" for number in made["comments"])

    for body in bodies:
        assert patient(body, address) == quickly(body, address), "the quick reader reads what WordPress writes"
    assert {entry, first, second} <= set(posts)
    assert {(first, "reply", entry), (second, "reply", first)} <= links
    assert ("I disagree", "Me too") == (posts[first].text, posts[second].text_unquoted)
    assert {} == again
    assert ["Later"] == [one.text for one in later.values() if one.id not in posts]


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    with servers.dovecot(tmp_path_factory.mktemp("mail")) as made:
        yield made


def imap(password="secret-of-ada"):
    return Imap(now=lambda: NOW, key=b"k", password=lambda _: password)


@pytest.mark.slow
def test_mail_is_read_over_tls_from_servers_with_the_right_name_and_a_trusted_authority_only(tmp_path, monkeypatch):
    with servers.dovecot(tmp_path / "mail", host="localhost") as box:
        put(box.folder, 1)
        with pytest.raises(Forbidden, match=r"cannot be trusted \(.*issuer.*name its file in SSL_CERT_FILE") as unknown:
            read(imap(), box.address(), None)
        other, *_ = servers.certificate(tmp_path / "other", "localhost")
        monkeypatch.setenv("SSL_CERT_FILE", str(other))
        with pytest.raises(Forbidden, match="cannot be trusted"):
            read(imap(), box.address(), None)
        monkeypatch.setenv("SSL_CERT_FILE", str(box.authority))
        with pytest.raises(
            Forbidden, match=r"for another name \(IP address mismatch.*give the host by the name"
        ) as wrong:
            read(imap(), box.address(host="127.0.0.1"), None)
        posts = read(imap(), box.address(), None)[0]
        with pytest.raises(Unreachable, match=r"connection broke|cannot connect"):
            read(imap(), box.address().replace("imap:", "imap+plain:"), None)

    assert {"mail:m1@a.example"} == set(posts)
    assert unknown.value.permanent
    assert wrong.value.permanent


@pytest.mark.slow
def test_a_server_that_does_not_speak_tls_is_told(box):
    with pytest.raises(Unreachable, match=f"does not speak TLS on port {box.port}.*993"):
        read(imap(), box.address().replace("imap+plain:", "imap:"), None)


@pytest.mark.slow
def test_a_mail_folder_is_read_on_from_its_last_message_and_nothing_is_marked(box):
    for number in (1, 2, 3):
        put(box.folder, number, parent=number - 1, listed=number != 2)
    posts, links, cursor, _ = read(imap(), box.address(), None)
    nothing = read(imap(), box.address(), None, cursor)[0]
    put(box.folder, 4, sender="Bo <bo@b.example>")
    later = read(imap(), box.address(), None, cursor)[0]
    with imaplib.IMAP4("127.0.0.1", box.port) as looking:
        looking.login("ada", "secret-of-ada")
        looking.select("INBOX", readonly=True)
        unseen = looking.search(None, "UNSEEN")[1][0].split()

    assert {"mail:m1@a.example", "mail:m3@a.example"} == set(posts)
    assert ("mail:m3@a.example", "reply", "mail:m2@a.example") in links
    assert {} == nothing
    assert ["Words number 4 on inventories."] == [one.text for one in later.values()]
    assert 4 == len(unseen), "reading must not mark anything as read"
    assert "ada@a.example" not in repr([*posts.values(), *later.values()]).replace("mail:m", "")


@pytest.mark.slow
def test_a_folder_made_anew_is_read_again_with_the_same_ids(box):
    put(box.folder, 9)
    before, _, cursor, _ = read(imap(), box.address(), None)
    other = json.dumps({"validity": 1, "last": 10**6})

    assert json.loads(cursor)["validity"] > 1
    assert before == read(imap(), box.address(), None, other)[0]


@pytest.mark.parametrize(("address", "password", "kind", "said"), [
    ("INBOX", "wrong", Forbidden, "EARNED_IMAP_PASSWORD"), ("Nowhere", "secret-of-ada", Missing, "no such folder"),
])  # fmt: skip
@pytest.mark.slow
def test_a_mail_server_that_says_no_is_quoted_in_words(box, address, password, kind, said):
    with pytest.raises(kind, match=said) as caught:
        read(imap(password), box.address(address), None)

    assert "secret" not in str(caught.value)


def test_a_password_never_travels_in_the_clear_nor_stands_in_an_address():
    with pytest.raises(Forbidden, match="in the clear"):
        read(imap(), "imap+plain://ada@mail.example/INBOX", None)
    with pytest.raises(Forbidden, match="leave it out") as caught:
        imap().recognise("imap://ada:hunter2@mail.example/INBOX", net=None)
    assert "hunter2" not in str(caught.value)
    with pytest.raises(Unreachable):
        read(imap(), f"imap+plain://ada@127.0.0.1:{servers.free_port()}/INBOX", None)


def test_a_list_archive_is_read_month_by_month_and_only_what_grew_again():
    known, address, net = recorded_list.open_recorded(None)
    posts, _, cursor, _ = read(known, address, net)
    asked = len(net.asked)
    nothing = read(known, address, net, cursor)[0]
    net.files["2024-March.txt"] += recorded_list.message(9, "Mar", "Mar1").encode()
    net.files["2024-April.txt"] = recorded_list.message(1, "Apr").encode()
    later, links, _, _ = read(known, address, net, cursor)

    assert 5 == len(posts)
    assert {} == nothing
    assert asked + 2 + 3 == len(net.asked), "older months are not asked for again"
    assert {"mail:mMar9@a.example", "mail:mApr1@a.example"} <= set(later)
    assert ("mail:mMar9@a.example", "reply", "mail:mMar1@a.example") in links
    assert not any("other.example" in url for url in net.asked)


def test_a_bomb_in_a_list_archive_is_refused():
    import gzip

    from earned.errors import TooLarge

    known, address, net = recorded_list.open_recorded(None)
    net.files["2024-May.txt.gz"] = gzip.compress(bytes(300_000_000), 1)
    with pytest.raises(TooLarge, match="200 MB"):
        list(known.read(address, None, net=net))
