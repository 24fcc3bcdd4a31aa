"""What every archive promises, however it was packed and whatever a spreadsheet did to its tables."""

import contextlib
import csv
import importlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from data import made
from earned.channels import CHANNELS, channel, recognise
from earned.channels.archives.channel import Archive
from earned.errors import ChannelError, InputError

ARCHIVES = [name for name in CHANNELS if isinstance(channel(name), Archive)]
#: Given as one file, not as a package of several.
SINGLE = {"bluesky-car", "wxr", "ghost", "answers", "mail"}
PACKED = [name for name in ARCHIVES if name not in SINGLE]


def recorded(name, folder):
    known, address, _ = importlib.import_module(f"data.{name}.recorded").open_recorded(folder)
    return known, Path(address)


def members_of(path):
    if path.name.endswith(".zip"):
        with zipfile.ZipFile(path) as packed:
            return {one: packed.read(one) for one in packed.namelist()}
    with tarfile.open(path) as packed:
        return {one.name: packed.extractfile(one).read() for one in packed.getmembers()}


def posts(known, path):
    return {
        post.id: (post.text, post.claimed_at) for page in known.read(str(path), None, net=None) for post in page.posts
    }


def tables(members, change):
    """The same with each table changed; a table is what has a header of several columns in its first lines."""
    return {name: change(body) if name.endswith(".csv") else body for name, body in members.items()}


def rows_of(body):
    """The rows of a table, as far as it has no notes above and no bent quoting: None else."""
    text = body.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    return rows if rows and len({len(row) for row in rows}) == 1 and '\\"' not in text else None


def rewritten(body, change):
    rows = rows_of(body)
    return made.sheet(*map(change, rows)).encode() if rows else body


WAYS = {
    "in a folder of a folder": lambda members: {f"export of ada/part 1/{name}": body for name, body in members.items()},
    "with more in it": lambda members: (
        members | {"read me.txt": b"hello", "empty.csv": b"", "empty.html": b"", "x/": b""}
    ),
    "with a byte order mark": lambda members: tables(members, lambda body: b"\xef\xbb\xbf" + body),
    "with line ends of Windows": lambda members: tables(
        members, lambda body: body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    ),
    "with one more column": lambda members: tables(
        members, lambda body: rewritten(body, lambda row: [*row, "More" if row else ""])
    ),
    "with its columns turned round": lambda members: tables(
        members, lambda body: rewritten(body, lambda row: row[::-1])
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", PACKED)
def test_an_archive_says_the_same_however_it_was_packed(name, way, tmp_path):
    known, path = recorded(name, tmp_path)
    other = made.zipped(tmp_path, "other.zip", WAYS[way](members_of(path)))
    expected = posts(known, path)

    assert name == recognise(str(other), net=None).channel
    assert expected == {key: (text.replace("\r\n", "\n"), at) for key, (text, at) in posts(known, other).items()}


@pytest.mark.parametrize("name", PACKED)
def test_files_may_have_any_names(name, tmp_path):
    known, path = recorded(name, tmp_path)
    keeps = name in ("medium", "substack")  # there a file's name is a post's number, or says that it is a draft
    named = {
        one if keeps or not one.endswith((".csv", ".js", ".json")) else f"file {at}": body
        for at, (one, body) in enumerate(members_of(path).items())
    }
    other = made.zipped(tmp_path, "other.zip", named)

    assert name == recognise(str(other), net=None).channel
    assert posts(known, path).keys() == posts(known, other).keys()


@pytest.mark.parametrize("name", PACKED)
def test_an_archive_inside_a_zip_is_told_to_be_unpacked(name, tmp_path):
    _, path = recorded(name, tmp_path)
    outer = made.zipped(tmp_path, "outer.zip", {path.name: path.read_bytes()})

    with pytest.raises(InputError, match="Unpack it and give the archive inside"):
        recognise(str(outer), net=None)


@pytest.mark.parametrize("name", ARCHIVES)
@pytest.mark.parametrize("part", [0.9, 0.5, 0.1])
def test_a_cut_archive_is_an_error_or_what_came_before_the_cut(name, part, tmp_path):
    known, path = recorded(name, tmp_path)
    whole = posts(known, path)
    cut = tmp_path / f"cut-{path.name}"
    cut.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    if name not in SINGLE:
        with pytest.raises(ChannelError, match=f"cut-{path.name}"):
            posts(known, cut)
        return
    with contextlib.suppress(ChannelError):
        assert len(posts(known, cut)) <= len(whole)


@pytest.mark.parametrize("name", ARCHIVES)
def test_nothing_in_it_is_said_in_words(name, tmp_path):
    known, _ = recorded(name, tmp_path)
    for place in (
        made.written(tmp_path, "nothing", b""),
        made.zipped(tmp_path, "nothing.zip", {"a.csv": b"", "b": b""}),
    ):
        with pytest.raises(ChannelError, match="nothing"):
            list(known.read(str(place), None, net=None))
        with pytest.raises(InputError, match="nothing"):
            recognise(str(place), net=None)
