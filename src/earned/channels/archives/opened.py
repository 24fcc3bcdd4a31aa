"""A zip, a tar, a folder or one file as a list of members to read from. Nothing is ever written under their names."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from earned.errors import ChannelError, Malformed, Missing, TooLarge

NAME = "archive"
MEMBERS = 200_000
UNPACKED = 4_000_000_000
RATIO = 200
#: Ratios of small members say nothing.
SMALL = 1_000_000
HEAD = 65_536
_TAR_HEAD = 4_096
_DEPTH = 8
#: Not opened at all: nobody says anything in them, and there can be a hundred thousand.
_PICTURES = ("jpg", "jpeg", "png", "gif", "webp", "heic", "bmp", "ico", "ttf", "woff", "woff2")
_RECORDINGS = ("mp4", "m4v", "mov", "webm", "avi", "mp3", "m4a", "wav", "ogg", "flac")
MEDIA = frozenset((*_PICTURES, *_RECORDINGS))
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside; its name is shown, never used as a path."""

    name: str
    size: int

    @property
    def media(self) -> bool:
        return self.name.rpartition(".")[2].lower() in MEDIA


class _Box(Protocol):
    def stream(self, name: str) -> BinaryIO: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Opened:
    """What was given, with everything that can be read from it."""

    path: Path
    #: "zip", "tar", "folder", "file".
    form: str
    members: tuple[Member, ...]
    #: Name -> why it is not touched.
    refused: dict[str, str]
    #: Changes when a member does.
    fingerprint: str
    box: _Box
    heads: dict[str, bytes] = field(default_factory=dict)

    @contextmanager
    def stream(self, member: Member) -> Iterator[BinaryIO]:
        """The bytes of a member, unpacked as they are read.

        Raises:
            ChannelError: the file is broken there, or unpacks to more than it may.
        """
        try:
            with self.box.stream(member.name) as raw:
                yield raw
        except (zipfile.BadZipFile, zlib.error, EOFError, tarfile.TarError, gzip.BadGzipFile) as fault:
            raise _broken(self.path, f"{member.name} cannot be unpacked ({fault})") from None
        except (NotImplementedError, RuntimeError) as fault:
            raise _broken(self.path, f"{member.name} is encrypted or packed in an unknown way ({fault})") from None
        except OSError as fault:
            raise ChannelError(
                NAME, str(self.path), f"{member.name} cannot be read ({fault})", permanent=True
            ) from None

    def head(self, member: Member) -> bytes:
        """How a member begins."""
        if member.name not in self.heads:
            with self.stream(member) as raw:
                self.heads[member.name] = raw.read(HEAD)
        return self.heads[member.name]

    def whole(self, member: Member, most: int = 256_000_000) -> bytes:
        """All bytes of a member that must be read at once."""
        with self.stream(member) as raw:
            body = raw.read(most + 1)
        if len(body) > most:
            raise TooLarge(NAME, f"{self.path}: {member.name}", f"more than {most:,} bytes", permanent=True)
        return body

    def nested(self, member: Member) -> bool:
        """Whether it is an archive itself: those are not opened."""
        return self.form != "file" and self.head(member).startswith(_ARCHIVES)


def open_given(path: Path) -> Opened:
    """Open a zip, a tar (plain or gzip), a folder, or one file as a folder of one.

    Raises:
        Missing: nothing is there.
        Malformed: a zip or tar that is broken or encrypted.
        TooLarge: more members or bytes than Earned opens.
    """
    try:
        if path.is_dir():
            return _folder(path)
        with path.open("rb") as file:
            magic = file.read(512)
    except FileNotFoundError:
        raise Missing(NAME, str(path), "no such file or folder", permanent=True) from None
    except (OSError, ValueError) as fault:
        raise ChannelError(NAME, str(path), f"cannot be opened ({fault})", permanent=True) from None
    if magic.startswith(b"PK\x03\x04") or magic.startswith(b"PK\x05\x06"):
        return _zip(path)
    if magic[257:262] == b"ustar" or (magic.startswith(b"\x1f\x8b") and _holds_tar(path)):
        return _tar(path, packed=magic.startswith(b"\x1f\x8b"))
    return _file(path)


def _broken(path: Path, reason: str) -> Malformed:
    return Malformed(
        NAME, str(path), f"{reason}. Download it again, or unpack it and give the folder", permanent=True, way_out=""
    )


def _large(path: Path, reason: str) -> TooLarge:
    return TooLarge(
        NAME, str(path), f"{reason}. If you trust it, unpack what you need and give the folder", permanent=True, way_out="",
    )  # fmt: skip


def unsafe(name: str) -> str:
    """Why a member's name cannot be trusted; empty: it can."""
    if "\\" in name or ":" in name[:3] or name.startswith("/") or "\0" in name:
        return "its name is a path of the computer"
    return "its name points outside the archive" if ".." in name.split("/") else ""


def _digest(rows: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(rows)).encode("utf-8", "replace")).hexdigest()[:24]


class _ZipBox:
    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    def stream(self, name: str) -> BinaryIO:
        try:
            return cast("BinaryIO", self._file.open(name))
        except (ValueError, KeyError) as fault:  # such as a name in the member's own header that is no text
            raise zipfile.BadZipFile(str(fault)) from None

    def close(self) -> None:
        self._file.close()


def _zip(path: Path) -> Opened:
    try:
        file = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as fault:
        raise _broken(path, f"a zip file that is cut or damaged ({fault})") from None
    try:
        infos = [one for one in file.infolist() if one.filename and not one.is_dir()]  # a bent one has no name
        if len(infos) > MEMBERS:
            raise _large(path, f"{len(infos):,} files inside, more than {MEMBERS:,}")
        if sum(one.file_size for one in infos) > UNPACKED:
            raise _large(path, f"unpacks to more than {UNPACKED:,} bytes")
        for one in infos:
            _check_ratio(path, one.filename, one.file_size, one.compress_size)
    except ChannelError:
        file.close()
        raise
    kept, refused = _sorted_out([(one.filename, one.file_size, _zip_fault(one)) for one in infos])
    rows = [f"{one.filename} {one.CRC} {one.file_size}" for one in infos]
    return Opened(path, "zip", kept, refused, _digest(rows), _ZipBox(file))


def _check_ratio(path: Path, name: str, size: int, packed: int) -> None:
    if size > SMALL and size > RATIO * max(packed, 1):
        raise _large(path, f"{name} unpacks to {size:,} bytes, more than {RATIO} times its size")


def _zip_fault(info: zipfile.ZipInfo) -> str:
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a symbolic link"
    return "encrypted" if info.flag_bits & 1 else ""


def _sorted_out(rows: list[tuple[str, int, str]]) -> tuple[tuple[Member, ...], dict[str, str]]:
    kept: dict[str, Member] = {}
    refused: dict[str, str] = {}
    for name, size, fault in rows:
        reason = fault or unsafe(name) or ("its name stands twice" if name in kept else "")
        if reason:
            refused[name] = reason
        else:
            kept[name] = Member(name, size)
    return tuple(kept[name] for name in sorted(kept)), refused


class _Counted(io.RawIOBase):
    """A gzip stream that ends with an error where it unpacks to more than it may."""

    def __init__(self, path: Path) -> None:
        self._path, self._size = path, path.stat().st_size
        self._file = gzip.open(path)  # noqa: SIM115  closed with this object

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        found = self._file.read(len(view))
        view[: len(found)] = found
        at = self._file.tell()
        if at > UNPACKED or (at > SMALL and at > RATIO * self._size):
            raise _large(self._path, "unpacks to far more than its size")
        return len(found)

    def close(self) -> None:
        self._file.close()
        super().close()


def _holds_tar(path: Path) -> bool:
    try:
        with gzip.open(path) as file:
            return file.read(512)[257:262] == b"ustar"
    except (OSError, EOFError, zlib.error):
        return False


class _TarBox:
    def __init__(self, file: tarfile.TarFile, raw: BinaryIO) -> None:
        self._file, self._raw = file, raw

    def stream(self, name: str) -> BinaryIO:
        found = self._file.extractfile(name)
        if found is None:
            raise EOFError("no such member")
        return cast("BinaryIO", found)

    def close(self) -> None:
        self._file.close()
        self._raw.close()


def _tar(path: Path, *, packed: bool) -> Opened:
    raw = cast("BinaryIO", io.BufferedReader(_Counted(path), 1 << 20)) if packed else path.open("rb")
    rows: list[tuple[str, int, str]] = []
    heads: dict[str, bytes] = {}
    total = 0
    try:
        file = tarfile.open(fileobj=raw, mode="r:")  # noqa: SIM115  closed with the box
        for info in file:
            if info.isdir():
                continue
            rows.append((info.name, info.size, "" if info.isreg() else "a link or device"))
            total += info.size
            if len(rows) > MEMBERS or total > UNPACKED:
                raise _large(path, f"more than {MEMBERS:,} files or {UNPACKED:,} bytes inside")
            if info.isreg() and not Member(info.name, 0).media:
                heads.setdefault(info.name, cast("BinaryIO", file.extractfile(info)).read(_TAR_HEAD))
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as fault:
        raw.close()
        raise _broken(path, f"a tar file that is cut or damaged ({fault})") from None
    except ChannelError:
        raw.close()
        raise
    kept, refused = _sorted_out(rows)
    digest = _digest([f"{name} {size} {path.stat().st_size}" for name, size, _ in rows])
    return Opened(path, "tar", kept, refused, digest, _TarBox(file, raw), heads)


class _FolderBox:
    def __init__(self, root: Path) -> None:
        self._root = root

    def stream(self, name: str) -> BinaryIO:
        return (self._root / name if name else self._root).open("rb")

    def close(self) -> None:
        pass


def _folder(path: Path) -> Opened:
    rows: list[tuple[str, int, str]] = []
    marks: list[str] = []
    for name, found in _walk(path, "", 0):
        link = found.is_symlink()
        size = 0 if link else found.stat().st_size
        rows.append((name, size, "a symbolic link" if link else ""))
        marks.append(f"{name} {size} {0 if link else found.stat().st_mtime_ns}")
        if len(rows) > MEMBERS:
            raise _large(path, f"more than {MEMBERS:,} files inside")
    kept, refused = _sorted_out(rows)
    return Opened(path, "folder", kept, refused, _digest(marks), _FolderBox(path))


def _walk(root: Path, before: str, depth: int) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(root) as entries:
        for one in sorted(entries, key=lambda entry: entry.name):
            if one.name.startswith("."):
                continue
            if one.is_dir(follow_symlinks=False):
                yield from _walk(Path(one.path), f"{before}{one.name}/", depth + 1) if depth < _DEPTH else ()
            elif one.is_symlink() or one.is_file():
                yield before + one.name, one


class _FileBox:
    def __init__(self, path: Path) -> None:
        self._path = path

    def stream(self, name: str) -> BinaryIO:  # noqa: ARG002  there is only one
        return self._path.open("rb")

    def close(self) -> None:
        pass


def _file(path: Path) -> Opened:
    found = path.stat()
    mark = _digest([f"{found.st_size} {found.st_mtime_ns}"])
    return Opened(path, "file", (Member(path.name, found.st_size),), {}, mark, _FileBox(path))
