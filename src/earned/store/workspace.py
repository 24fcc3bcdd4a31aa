"""The folder that holds the truth: find it, make it, keep its key, let one process at a time change its tables.

Knows no Django: settings are built from it.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from earned.errors import WorkspaceError

#: Names of the files in a workspace.
DATABASE, KEY, LOCK = "earned.sqlite3", "secret.key", "lock.sqlite3"

#: Longest wait for another first command that is making the tables.
PATIENCE_SECONDS = 60.0


def locate(workspace: Path | None = None) -> Path:
    """The folder meant: the argument, else EARNED_WORKSPACE, else `.earned` in the home folder. Touches nothing."""
    given = workspace or Path(os.environ.get("EARNED_WORKSPACE") or Path.home() / ".earned")
    return given.expanduser().resolve()


def make(folder: Path) -> None:
    """Make the folder and its key unless they are there.

    Raises:
        WorkspaceError: something that is not a folder has the name, or nothing can be written there.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_key(folder / KEY)
    except OSError as problem:
        raise _unusable(folder, problem.strerror or str(problem)) from problem
    if not os.access(folder, os.W_OK):
        raise _unusable(folder, "nothing can be written there")


def secret(folder: Path) -> str:
    """The workspace's secret key; empty while there is no workspace."""
    try:
        return (folder / KEY).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the workspace's lock: an exclusive SQLite lock ends with its process, however that ends.

    Raises:
        WorkspaceError: the lock file cannot be written, or another process holds it for a minute.
    """
    try:
        lock = sqlite3.connect(folder / LOCK, timeout=PATIENCE_SECONDS, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as problem:
        raise _unusable(folder, f"its lock cannot be taken ({problem})") from problem
    try:
        yield
    finally:
        lock.close()


def _make_key(path: Path) -> None:
    """Write a new key under another name, then link it: a reader never meets half a key, the first writer wins."""
    if path.exists():
        return
    draft = path.with_name(f"{KEY}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        os.replace(draft, path)
    draft.unlink(missing_ok=True)


def _unusable(folder: Path, reason: str) -> WorkspaceError:
    return WorkspaceError(
        f"The workspace {folder} cannot be used: {reason}. "
        "Name another folder with --workspace or EARNED_WORKSPACE, or make this one writable."
    )
