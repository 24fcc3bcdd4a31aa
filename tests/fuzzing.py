"""Bytes that nobody would write, for every reader of archives: what may come back is posts or an error in words."""

from __future__ import annotations

import importlib
import random
import resource
import shutil
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from earned.channels.base import Channel
from earned.errors import EarnedError

ARCHIVES = (
    "x", "linkedin", "mastodon-archive", "bluesky-car", "substack", "medium", "reddit", "youtube", "wxr", "ghost", "mail",
    "records", "answers", "calendar",
)  # fmt: skip
#: Bytes that parsers stumble over: quotes, brackets, ends of lines, marks of order, half characters, numbers, dates.
PIECES = (
    b'"', b'""', b"\\", b"\0", b"\r", b"\n", b"\r\n", b"\n\n", b",", b"{", b"}", b"[", b"]", b"[[[[[[[[",
    b"null", b"-1", b"1e999", b"NaN",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\\ud800", b"&#xD800;", b"<!--", b"]]>", b"<![CDATA[",
    b"<svg onload=x>", b"&a;",
    b"9999999999999999999999", b"0000-00-00", b"2024-13-45T99:99:99Z", b"From x Mon Jan  1 00:00:00 2024\n", b"=?utf-8?b?//8=?=",
    b"Content-Type: multipart/mixed; boundary=\n", b"\xa0", b"\x1f\x8b", b"true", b"\xf0\x9f\x92\xa9",
)  # fmt: skip


def members(path: Path) -> dict[str, bytes]:
    """What an archive, folder or file holds."""
    if path.is_dir():
        return {str(one.relative_to(path)): one.read_bytes() for one in sorted(path.rglob("*")) if one.is_file()}
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as file:
            return {name: file.read(name) for name in sorted(file.namelist()) if not name.endswith("/")}
    if tarfile.is_tarfile(path):
        with tarfile.open(path) as file:
            return {one.name: file.extractfile(one).read() for one in file.getmembers() if one.isfile()}
    return {path.name: path.read_bytes()}


def mutated(body: bytes, chance: random.Random) -> bytes:
    """The bytes with one to eight faults."""
    made = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(made) + 1)
        kind = chance.randrange(7)
        if kind == 0 and made:
            made[at % len(made)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            made[at:at] = chance.choice(PIECES)
        elif kind == 2:
            made[at : at + chance.randint(1, 40)] = b""
        elif kind == 3:
            made[at:at] = made[at : at + chance.randint(1, 200)] * chance.randint(1, 4)
        elif kind == 4:
            made[at : at + chance.randint(1, 8)] = chance.choice(PIECES)
        elif kind == 5 and chance.random() < 0.2:
            del made[at:]
        else:
            made[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 6)))
    return bytes(made)


class Target:
    """One reader, and a sound archive of it."""

    def __init__(self, name: str, folder: Path) -> None:
        (folder / "sound").mkdir()
        module = importlib.import_module(f"data.{name}.recorded")
        self.name, self.folder = name, folder / "given"
        self._open: Callable[[Path], object] = module.open_recorded
        self.channel, address, self.net = module.open_recorded(folder / "sound")
        self.path = Path(address)
        self.sound, self.single = members(self.path), not self.path.is_dir() and not self._holds_many()

    def _holds_many(self) -> bool:
        return zipfile.is_zipfile(self.path) or tarfile.is_tarfile(self.path)

    def write(self, chance: random.Random) -> Path:
        """A faulty copy: a member changed, two swapped, or the container itself cut and bent."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        if not self.path.is_dir() and (self.single or chance.random() < 0.2):
            given = self.folder / self.path.name
            given.write_bytes(mutated(self.path.read_bytes(), chance))
            return given
        for name, body in self.sound.items():
            place = self.folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(mutated(body, chance) if chance.random() < 1.5 / len(self.sound) else body)
        return self.folder

    def run(self, chance: random.Random) -> str:
        """One execution: "read" or "refused".

        Raises:
            Exception: anything but an error of Earned; AssertionError when a page is not what a channel promises.
        """
        return check(self.channel, str(self.write(chance)), self.net)


def check(channel: Channel, given: str, net: object) -> str:
    """Read what is given: "read", "refused", or "silent" when it is refused without a word.

    Raises:
        Exception: anything but an error of Earned; AssertionError when a page is not what a channel promises.
    """
    try:
        source = channel.recognise(given, net=net)
        if source is None:
            return "refused"
        for page in channel.read(source.address, None, net=net):
            assert page.cursor.isprintable()
            assert len(page.cursor) <= 4096
            assert all(post.claimed_at is None or post.claimed_at.utcoffset() is not None for post in page.posts)
            assert len({post.id for post in page.posts}) == len(page.posts)
    except EarnedError as error:
        return "refused" if str(error).strip() else "silent"
    return "read"


def fuzz(name: str, executions: int, seed: int, folder: Path) -> dict[str, float]:
    """Run one target so often; how many were read and refused, the slowest one in seconds, and the peak in MB."""
    target, told = Target(name, folder), {"read": 0.0, "refused": 0.0, "slowest": 0.0}
    for number in range(executions):
        began = time.monotonic()
        try:
            told[target.run(random.Random(f"{name} {seed} {number}"))] += 1
        except BaseException as fault:
            fault.add_note(f"fuzz: {name}, seed {seed}, execution {number}")
            raise
        told["slowest"] = max(told["slowest"], time.monotonic() - began)
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return told
