"""Pages of the cast for the store's tests, and a way to run code in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from earned.model import Account, Link, Page, Post, Rejected

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
ADA = Account("memory:ada", "Ada Q.", "person", "ada", "https://ada.example", "Quill")
BO = Account("memory:bo", "Bo", "person")


def post(number: int, text: str = "", accounts: tuple[str, ...] = (ADA.id,), **more: object) -> Post:
    made = {"claimed_at": NOW - timedelta(days=100 - number), "time_precision": "second", **more}
    return Post(f"memory:{number}", "memory", accounts, text=text or f"text {number}", **made)


def page(
    *posts: Post, cursor: str = "1", read_at: datetime = NOW, accounts=(ADA, BO), links=(), **more: object
) -> Page:
    return Page(posts, accounts, links, cursor, read_at, **more)


def pages(count: int = 12, size: int = 50) -> list[Page]:
    """A conversation of `count` pages, the same whenever it is asked for."""
    made = []
    for number in range(count):
        numbers = range(number * size, (number + 1) * size)
        made.append(
            page(
                *(post(i, "zero trust " * 40 + str(i), (ADA.id, BO.id) if i % 7 == 0 else (BO.id,)) for i in numbers),
                links=tuple(Link(f"memory:{i}", "reply", f"memory:{i - 1}") for i in numbers if i % 3 == 0 and i),
                rejected=(Rejected(f"line {number}", "no time"),),
                cursor=str(number + 1),
            )
        )
    return made


#: What every child process begins with.
PREAMBLE = """
import os, sys, time
from pathlib import Path
sys.path.insert(0, os.environ["SCENES"])
from scenes import *
from earned.store import open_store
store = open_store(Path(os.environ["FOLDER"]))
def study():
    try:
        return store.studies.get("topic")
    except Exception:
        return store.studies.new("topic")
"""

#: Import every page after the cursor.
IMPORT = """
source = store.sources.add(study(), "memory", "here")
for one in pages(int(os.environ.get("PAGES", "12")))[int(store.sources.cursor(source) or 0):]:
    store.posts.keep(source, one, now=NOW)
"""

#: Everything kept, printed, without row numbers.
SHOW = """
mine = study()
with store.posts.one_moment():
    print(*store.posts.of(mine), sep="\\n")
    print(*sorted(map(repr, store.posts.links(mine))), sep="\\n")
    print(*store.posts.accounts(mine), sep="\\n")
    print(store.posts.rejected(mine), [(s.cursor, s.last_read_at) for s in store.sources.of(mine)])
    print(store.posts.high_water(mine))
"""


def start(folder: Path, code: str, preamble: str = PREAMBLE, **environment: str) -> subprocess.Popen[str]:
    """Begin `code` in a process of its own, on the workspace `folder`."""
    told = {key: value for key, value in os.environ.items() if key not in {"DJANGO_SETTINGS_MODULE", "EARNED_SETTINGS"}}
    told |= {"FOLDER": str(folder), "SCENES": str(Path(__file__).parent), **environment}
    return subprocess.Popen(
        [sys.executable, "-c", preamble + code], env=told, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def run(folder: Path, code: str, preamble: str = PREAMBLE, **environment: str) -> str:
    """Run `code` to its end and give what it printed."""
    child = start(folder, code, preamble, **environment)
    out, problem = child.communicate(timeout=120)
    assert child.returncode == 0, problem
    return out
