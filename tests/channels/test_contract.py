"""What every channel promises, asked of every line of the table."""

import importlib
from datetime import UTC
from pathlib import Path

import pytest

from earned.channels import CHANNELS, channel
from earned.channels.base import PAGE_POSTS, Channel
from earned.channels.labels import LINES
from earned.errors import ChannelError


@pytest.fixture(params=sorted(CHANNELS))
def told(request, tmp_path):
    """A channel that answers from its recorded pages, an address it knows, and its client."""
    return importlib.import_module(f"data.{request.param}.recorded").open_recorded(tmp_path)


@pytest.mark.parametrize("name", CHANNELS)
def test_the_table_names_channels(name):
    made = channel(name)

    assert isinstance(made, Channel)
    assert name == made.name


def test_the_address_is_recognised_with_what_is_read_and_left(told):
    known, address, net = told
    source = known.recognise(address, net=net)

    assert (known.name, address) == (source.channel, source.address)
    assert source.what
    assert source.reads
    assert source.leaves


def test_reading_again_from_the_last_cursor_yields_nothing_new(told):
    known, address, net = told
    last = [page.cursor for page in known.read(address, None, net=net)][-1]

    assert [post for page in known.read(address, last, net=net) for post in page.posts] == []


def test_the_same_reading_twice_gives_the_same_pages(told):
    known, address, net = told

    assert list(known.read(address, None, net=net)) == list(known.read(address, None, net=net))


def test_cursors_are_short_and_printable(told):
    known, address, net = told

    assert all(page.cursor.isprintable() and len(page.cursor) <= 4096 for page in known.read(address, None, net=net))


def test_posts_arrive_oldest_first_in_utc_and_in_pages_that_fit(told):
    known, address, net = told
    pages = list(known.read(address, None, net=net))
    times = [post.claimed_at for page in pages for post in page.posts if post.claimed_at]

    assert times == sorted(times)
    assert all(time.tzinfo is UTC or time.utcoffset().total_seconds() == 0 for time in times)
    assert all(len(page.posts) <= PAGE_POSTS for page in pages)
    assert all((post.claimed_at is None) == (post.time_precision == "unknown") for p in pages for post in p.posts)


def test_ids_are_unique_and_every_account_and_link_belongs_to_a_post(told):
    known, address, net = told
    pages = list(known.read(address, None, net=net))
    ids = [post.id for page in pages for post in page.posts]
    accounts = {account.id for page in pages for account in page.accounts}

    assert len(ids) == len(set(ids)) > 0
    assert {name for page in pages for post in page.posts for name in post.accounts} <= accounts
    assert {link.from_post for page in pages for link in page.links} <= set(ids)


def test_a_missing_address_is_an_error_that_names_it(told):
    known, address, net = told
    nowhere = address + "-nowhere"

    with pytest.raises(ChannelError, match="nowhere") as caught:
        list(known.read(nowhere, None, net=net))
    assert caught.value.permanent in (True, False)


@pytest.mark.parametrize("cursor", ["", "{", "[]", '{"line": "x"}', "nonsense", "{}", '{"head": 3}'])
def test_a_cursor_that_is_none_means_from_the_start(told, cursor):
    known, address, net = told
    posts = [post for page in known.read(address, None, net=net) for post in page.posts]

    assert posts == [post for page in known.read(address, cursor, net=net) for post in page.posts]


@pytest.mark.parametrize("name", CHANNELS)
def test_the_table_of_the_command_says_what_the_docs_say(name):
    docs = Path(__file__).resolve().parents[2] / "docs" / "channels.md"
    row = next(line for line in docs.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{name}` |"))

    _, address, _, writes, label = (cell.replace("`", "").strip() for cell in row.split("|")[1:-1])

    assert (LINES[name].label, LINES[name].address) == (label, address)
    assert LINES[name].writes.startswith(writes)
