"""feedparser's own suite through our adapter: its files are fetched with pip when the test runs, and are not kept here."""

import ast
import re
import subprocess
import sys
import tarfile
from collections import Counter
from urllib.parse import urljoin

import feedparser
import pytest

from earned.channels.feed.entries import NoFeed
from earned.channels.feed.parse import parse, patient, quickly
from earned.channels.markup import plain

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
_EXPECT = re.compile(rb"Description:\s*.*?\s*Expect:\s*(.*)\s*-->")
#: Where its tests say that their files lie: expectations hold this address.
PLACE = "http://127.0.0.1:8097"


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    folder = tmp_path_factory.mktemp("feedparser")
    words = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", "feedparser", "-d", str(folder)]
    done = subprocess.run(
        [*words, f"feedparser=={feedparser.__version__}"], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, (
        f"pip could not fetch feedparser's sources (needs a package index):\n{done.stderr[-800:]}"
    )
    (packed,) = folder.glob("feedparser-*.tar.gz")
    with tarfile.open(packed) as file:
        file.extractall(folder, filter="data")
    (tests,) = folder.glob("feedparser-*/tests")
    found = {path: path.read_bytes() for path in sorted(tests.rglob("*")) if path.is_file() and path.suffix != ".py"}
    return {str(path.relative_to(tests.parent)): body for path, body in found.items()}


def test_no_file_of_the_suite_crashes_us_and_both_readers_agree(suite):
    told = Counter()
    for name, body in suite.items():
        for base in (f"{PLACE}/{name}", "", "/a/file.xml"):
            found = quickly(body, base)
            told["quick" if found else "patient"] += 1
            try:
                assert found in (None, patient(body, base)), f"{name}: the quick reader differs"
                parse(body, base)
            except NoFeed:
                told["no feed"] += 1

    assert told["quick"] > 2_000, told
    assert told["no feed"] < 100, told


#: What their tests expect -> what we call it. Texts are compared as plain text with links: markup is never kept.
FIELDS = {
    ("id",): lambda one: one.id, ("guid",): lambda one: one.id, ("link",): lambda one: one.link,
    ("published",): lambda one: one.published, ("updated",): lambda one: one.updated,
    ("author_detail", "name"): lambda one: one.authors[0].name, ("author_detail", "href"): lambda one: one.authors[0].url,
    ("tags", 0, "term"): lambda one: one.tags[0], ("category",): lambda one: one.tags[0],
    ("source", "title"): lambda one: one.source[0], ("slash_comments",): lambda one: str(one.comments),
    ("language",): lambda one: getattr(one, "lang", ""),
}  # fmt: skip
TEXTS = {
    ("title",): lambda one: (one.title,), ("summary",): lambda one: (one.html, one.summary),
    ("description",): lambda one: (one.html, one.summary), ("content", 0, "value"): lambda one: (one.html, one.summary),
}  # fmt: skip


KEPT = {*FIELDS, *TEXTS} - {("language",)}


_HEADER = re.compile(rb"^Header:\s+([^:]+):(.+)$", re.M)


def headers(body, place):
    """What the file says that its server says of it, and what relative addresses in it start from."""
    said = {name.decode().lower(): value.decode().strip() for name, value in _HEADER.findall(body)}
    base = urljoin(place, said.get("content-location", ""))
    return {"content-type": "application/xml"} | said, base if base.startswith("http") else place


def expected(body):
    """(whether it is of the first entry, path, value) of each thing that the file says of itself and we keep, too."""
    said = _EXPECT.search(body)
    try:
        tree = ast.parse(said[1].decode().strip(), mode="eval") if said else None
    except (SyntaxError, UnicodeDecodeError):
        return
    for node in ast.walk(tree) if tree else ():
        if (
            isinstance(node, ast.Compare)
            and isinstance(node.ops[0], ast.Eq)
            and isinstance(node.comparators[0], ast.Constant)
        ):
            path = way(node.left)
            value = node.comparators[0].value
            if path and isinstance(value, str) and path[:2] == ("entries", 0) and path[2:] in KEPT:
                yield True, path[2:], value
            elif (
                path
                and isinstance(value, str)
                and path[:1] == ("feed",)
                and path[1:] in (("title",), ("link",), ("language",))
            ):
                yield False, path[1:], value


def way(node):
    """("entries", 0, "title") of entries[0]['title']; empty for what is none."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return (*above, node.slice.value) if (above := way(node.value)) else ()
    if isinstance(node, ast.Attribute):
        return (*above, node.attr) if (above := way(node.value)) else ()
    return ()


def theirs(found, of_entry, path):
    try:
        value = found.entries[0] if of_entry else found.feed
        for step in path:
            value = value[step]
    except (KeyError, IndexError, TypeError):
        return None
    return value


def agrees(feed, of_entry, path, value, base):
    if of_entry and not feed.entries:
        return False
    one = feed.entries[0] if of_entry else feed
    try:
        if path not in TEXTS:
            return FIELDS[path](one) == " ".join(value.split())
    except IndexError:
        return value == ""
    ours = (plain(text, getattr(one, "base", "") or base) for text in TEXTS[path](one))
    told = plain(value, base)
    return (" ".join(told.text.split()), told.links) in ((" ".join(text.text.split()), text.links) for text in ours)


#: Where we mean to differ, and why.
OTHERWISE = {
    "encoding/bozo_linenoise.xml": "<> are two signs, as in a browser",
    "sanitize/entry_content_iframe.xml": "what stands in a frame is for readers without frames",
    "sanitize/entry_summary_iframe.xml": "the same",
    "sanitize/item_content_encoded_script_nested_cdata.xml": "CDATA inside CDATA is a comment, as in a browser",
}


def test_we_agree_with_the_suite_as_often_as_feedparser_does(suite):
    told, missed = Counter(), set()
    for name, body in suite.items():
        told_of, base = headers(body, f"{PLACE}/{name}")
        for of_entry, path, value in expected(body):
            right = (
                theirs(feedparser.parse(body, response_headers=told_of | {"content-location": base}), of_entry, path)
                == value
            )
            try:
                ours = agrees(parse(body, base, told_of), of_entry, path, value, base)
            except NoFeed:
                ours = False
            told += Counter(cases=1, feedparser=right, ours=ours, better=ours and not right)
            missed |= {name} if right and not ours else set()

    assert told["cases"] > 1_000, told
    assert sorted(OTHERWISE) == sorted("/".join(name.split("/")[-2:]) for name in missed)
    assert told["ours"] >= told["feedparser"] > 1_200, told
