"""Reading a git repository without running anything that lies in it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from earned.errors import ChannelError, Malformed, Unreachable

NAME = "proposals"
#: Larger files are no proposals.
LARGEST = 2_000_000
_TIMEOUT = 300
#: Nothing the repository configures is run: no hooks, no monitors, no external diffs, no fetching of missing objects.
_SAFE = (
    "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "diff.external=",
    "-c", "core.quotePath=false", "-c", "core.attributesFile=/dev/null", "-c", "protocol.allow=never",
    "-c", "log.showSignature=false", "-c", "diff.renameLimit=5000", "-c", "core.commitGraph=false",
)  # fmt: skip
_DOCUMENTS = ("*.md", "*.rst", "*.txt", "*.adoc", "*.mediawiki")


@dataclass(frozen=True, slots=True)
class Commit:
    sha: str
    #: Author's date as git has it; None when it cannot be read.
    time: datetime | None
    author: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one commit did to one file: "A" added, "M" changed, "D" deleted, "R" renamed from `old`."""

    how: str
    blob: str
    path: str
    old: str = ""


class Repository:
    """A clone, bare or not."""

    def __init__(self, path: str) -> None:
        self.path = path

    def head(self) -> str:
        """Commit that HEAD points to.

        Raises:
            Malformed: no repository, or one without commits.
        """
        return self._run("rev-parse", "--verify", "HEAD^{commit}").decode().strip()

    def collection(self) -> str:
        """What people call it: the last word of where it was cloned from, else the folder's name."""
        try:
            origin = self._run("config", "--local", "--get", "remote.origin.url").decode("utf-8", "replace").strip()
        except ChannelError:
            origin = ""
        return Path(origin.rstrip("/").removesuffix(".git") or Path(self.path).resolve()).name.lower()

    def files(self, commit: str) -> dict[str, str]:
        """Path -> blob of every regular text document."""
        found = {}
        for row in self._run("ls-tree", "-r", "-z", commit).decode("utf-8", "replace").split("\0"):
            kind, _, path = row.partition("\t")
            if kind.startswith("100") and path.endswith(tuple(pattern[1:] for pattern in _DOCUMENTS)):
                found[path] = kind.split()[2]
        return found

    def knows(self, commit: str) -> bool:
        """Whether this commit is in the clone."""
        try:
            self._run("cat-file", "-e", f"{commit}^{{commit}}")
        except ChannelError:
            return False
        return True

    def changed(self, before: str, after: str) -> set[str]:
        """Paths that differ between two commits."""
        rows = self._run("diff", "--no-ext-diff", "--no-renames", "--name-only", "-z", before, after, "--")
        return set(rows.decode("utf-8", "replace").split("\0")) - {""}

    def texts(self, blobs: Iterable[str]) -> dict[str, str]:
        """Blob -> text; missing and oversized ones are left out."""
        asked = "".join(f"{blob}\n" for blob in dict.fromkeys(blobs)).encode()
        sizes = self._run("cat-file", "--batch-check", given=asked).decode().splitlines()
        rows = [row.split() for row in sizes]
        small = "".join(f"{row[0]}\n" for row in rows if len(row) == 3 and row[1] == "blob" and int(row[2]) <= LARGEST)
        return dict(_blobs(self._run("cat-file", "--batch", given=small.encode())))

    def log(
        self, commit: str, filter_: str, paths: Iterable[str] = _DOCUMENTS
    ) -> Iterator[tuple[Commit, list[Change]]]:
        """Commits with their changes to documents, parents before children; renames followed where asked for."""
        renames = "-M50%" if "R" in filter_ else "--no-renames"
        out = self._run(
            "log", "--reverse", "--topo-order", "--format=%x01%H%x00%aI%x00%an", "--raw", "-z", "--no-abbrev",
            "--no-ext-diff", "--no-textconv", renames, f"--diff-filter={filter_}", commit, "--",
            *paths,
        )  # fmt: skip
        for entry in out.decode("utf-8", "replace").split("\x01")[1:]:
            sha, time, author, *rest = entry.split("\0")
            yield Commit(sha, _time(time), author.strip()), list(_changes(rest))

    def _run(self, *words: str, given: bytes | None = None) -> bytes:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0",
            "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_ATTR_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": str(Path(self.path).resolve().parent),
        }  # fmt: skip
        try:
            done = subprocess.run(
                ["git", *_SAFE, "-C", self.path, *words], input=given if given is not None else b"",
                capture_output=True, check=False, timeout=_TIMEOUT, env=environment,
            )  # fmt: skip
        except FileNotFoundError:
            raise Unreachable(
                NAME, self.path, "the program git is not installed", permanent=True, way_out="Install git."
            ) from None
        except subprocess.TimeoutExpired:
            raise Unreachable(NAME, self.path, f"git took more than {_TIMEOUT} s", permanent=False) from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise Malformed(NAME, self.path, f"git says: {said[0] if said else 'nothing'}", permanent=True)
        return done.stdout


def _time(given: str) -> datetime | None:
    try:
        return datetime.fromisoformat(given)
    except ValueError:
        return None


def _changes(fields: list[str]) -> Iterator[Change]:
    rest = iter(fields)
    for field in rest:
        meta = field.strip().split()
        if len(meta) != 5 or not meta[0].startswith(":"):
            continue
        how, path = meta[4][0], next(rest, "")
        yield Change(how, meta[3], next(rest, ""), path) if how in "RC" else Change(how, meta[3], path)


def _blobs(out: bytes) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(out):
        end = out.index(b"\n", at)
        blob, _, size = out[at:end].decode().split()
        body = out[end + 1 : end + 1 + int(size)]
        yield blob, body.decode("utf-8", "replace").replace("\0", "").replace("\r\n", "\n")
        at = end + 2 + int(size)
