"""The channel: recognise a clone by the heads of its documents, read their first versions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from earned.channels.base import Net, Source
from earned.channels.proposals.documents import Collection, Made
from earned.channels.proposals.families import Family, candidates, family_of
from earned.channels.proposals.git import NAME, Repository
from earned.channels.proposals.history import Histories
from earned.errors import Malformed, Missing
from earned.model import Page, Post

#: Proposals are long: fewer make a page.
_PAGE = 500
_READS = (
    "The first version of each document, its authors from the header, its citations, and today's status as outcome."
)
_LEAVES = "Later versions, pictures, discussions elsewhere; who merged or moved a file is never taken for its author."


class Proposals:
    """Numbered documents in a local git clone."""

    name = NAME

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def recognise(self, given: str, *, net: Net) -> Source | None:  # noqa: ARG002  a clone needs no network
        """A folder with a git repository that holds PEPs, EIPs or numbered proposals."""
        path = Path(given).expanduser()
        if not is_repository(path):
            return None
        repository = Repository(str(path))
        files = repository.files(repository.head())
        found = family_of(lambda blobs: repository.texts(blobs), files)
        if found is None:
            return None
        family, count = found
        return Source(NAME, str(path.resolve()), f"{count} {family.what} in a git clone", (_READS,), (_LEAVES,))

    def read(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:  # noqa: ARG002
        """First versions, oldest first; after a pull only documents that came or changed since."""
        if not is_repository(Path(address)):
            raise Missing(NAME, address, "no git repository there", permanent=True)
        repository = Repository(address)
        head = repository.head()
        before, done = _parse(cursor)
        if before.get("head") == head and before.get("end"):
            return
        files = repository.files(head)
        found = family_of(lambda blobs: repository.texts(blobs), files)
        if found is None:
            raise Malformed(NAME, address, "no numbered proposals in this repository", permanent=True)
        wanted = _wanted(repository, before, head)
        posts, made, missing = self._make(repository, head, found[0], files, wanted)
        start = done if before.get("head") == head else 0
        base = str(before.get("base") or "") if before.get("head") == head else str(before.get("head") or "")
        yield from self._pages(posts, made, missing, start, head, base)

    def _make(
        self, repository: Repository, head: str, family: Family, files: dict[str, str], wanted: set[str] | None
    ) -> tuple[list[Post], Made, int]:
        paths = candidates(files, family)
        told = Histories(repository, head, family.number).tell(paths, files)
        made = Collection(family, repository.collection(), self._now()).make(told)
        chosen = {number for number, path in paths.items() if wanted is None or path in wanted}
        posts = [post for post in made.posts if int(post.id.rpartition("-")[2].partition("~")[0]) in chosen]
        return posts, made, len(paths) - len(told)

    def _pages(self, posts: list[Post], made: Made, missing: int, start: int, head: str, base: str) -> Iterator[Page]:
        for at in range(start, max(len(posts), start + 1), _PAGE):
            some = posts[at : at + _PAGE]
            done = at + len(some)
            names = dict.fromkeys(name for post in some for name in post.accounts)
            cursor = {"head": head, "done": done, "end": done >= len(posts), "base": base}
            unread = {"document without a readable history": missing} if missing else {}
            yield Page(
                posts=tuple(some),
                accounts=tuple(made.accounts[name] for name in names),
                links=tuple(link for post in some for link in made.links[post.id]),
                cursor=json.dumps(cursor, separators=(",", ":")),
                read_at=self._now(),
                ignored=dict(made.notes) | unread if at == start else {},
                done=done,
                total=len(posts),
            )


def is_repository(path: Path) -> bool:
    """A clone with or without a work tree, seen from its files."""
    return (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir())


def _parse(cursor: str | None) -> tuple[dict[str, object], int]:
    try:
        found = json.loads(cursor or "{}")
        return found, int(found.get("done", 0))
    except (ValueError, TypeError, AttributeError):
        return {}, 0


def _wanted(repository: Repository, before: dict[str, object], head: str) -> set[str] | None:
    """Paths that changed since the last complete reading; None: all."""
    base = before.get("base") if before.get("head") == head else before.get("head") if before.get("end") else ""
    if not base or not repository.knows(str(base)):
        return None
    return repository.changed(str(base), head)
