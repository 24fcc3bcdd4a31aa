"""The only persistence: one door, typed shelves behind it. Nothing here loads Django before the door is opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from earned.store.decisions import Decisions
    from earned.store.editions import Editions
    from earned.store.findings import Findings
    from earned.store.jobs import Jobs
    from earned.store.members import Members
    from earned.store.posts import Posts
    from earned.store.removal import Removal
    from earned.store.rounds import Rounds
    from earned.store.sources import Sources
    from earned.store.starts import Starts
    from earned.store.studies import Studies


@dataclass(frozen=True, slots=True)
class Store:
    """The shelves of one workspace."""

    #: The workspace itself.
    folder: Path
    studies: Studies
    sources: Sources
    posts: Posts
    findings: Findings
    editions: Editions
    decisions: Decisions
    jobs: Jobs
    members: Members
    removal: Removal
    rounds: Rounds
    starts: Starts

    def is_dropped(self, path: Path) -> bool:
        """Whether it is, or was, a file that somebody dropped on a page: a copy that is the workspace's own."""
        return self.folder / "uploads" in path.parents

    def close(self) -> None:
        """Let this thread's connection go; the next question opens another."""
        from django.db import connections

        connections.close_all()


def open_store(workspace: Path | None = None) -> Store:
    """Ready Django if nobody has yet, then hand over the shelves.

    Args:
        workspace: Folder of the workspace; else the variable EARNED_WORKSPACE, else `.earned` in the home folder.

    Raises:
        WorkspaceError: the folder cannot be used, or another workspace is open in this process.
    """
    from earned.store.ready import ready

    folder = ready(workspace)
    from earned.store.decisions import Decisions  # tables exist only once Django is ready
    from earned.store.editions import Editions
    from earned.store.findings import Findings
    from earned.store.jobs import Jobs
    from earned.store.members import Members
    from earned.store.posts import Posts
    from earned.store.removal import Removal
    from earned.store.rounds import Rounds
    from earned.store.sources import Sources
    from earned.store.starts import Starts
    from earned.store.studies import Studies

    return Store(
        folder=folder, studies=Studies(), sources=Sources(), posts=Posts(), findings=Findings(), editions=Editions(),
        decisions=Decisions(), jobs=Jobs(), members=Members(),
        removal=Removal(), rounds=Rounds(), starts=Starts(),
    )  # fmt: skip
