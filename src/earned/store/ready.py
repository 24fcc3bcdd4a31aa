"""The one door to Django: set up on a workspace, tables up to date, second workspaces refused."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from pathlib import Path

import django
from django.apps import apps

from earned.errors import WorkspaceError
from earned.store import workspace as folders


def ready(workspace: Path | None) -> Path:
    """Set Django up on this workspace and bring its tables up to date; safe to call twice.

    Raises:
        WorkspaceError: the folder cannot be used, another one is open already, its tables are of a newer Earned,
            or the caller stands inside an event loop.
    """
    _mind_event_loop()
    if apps.ready:
        return _check_same(workspace)
    folder = folders.locate(workspace)
    if workspace is not None:
        os.environ["EARNED_WORKSPACE"] = str(folder)  # child processes read it too
    folders.make(folder)  # before settings are read: they read the key made here
    os.environ["DJANGO_SETTINGS_MODULE"] = os.environ.get("EARNED_SETTINGS", "earned.settings")
    django.setup()
    with folders.alone(folder):  # two first commands at once must not both make the tables
        _bring_up_to_date(folder)
    return folder


def _check_same(workspace: Path | None) -> Path:
    from django.conf import settings

    there = getattr(settings, "EARNED_WORKSPACE", None)
    if there is None:
        raise WorkspaceError(
            "Django runs another project in this process, so Earned cannot open its store here. "
            "Run Earned in a process of its own."
        )
    if workspace is not None and folders.locate(workspace) != there:
        raise WorkspaceError(
            f"The workspace {there} is open in this process, so {folders.locate(workspace)} cannot be opened too. "
            "Use one process for each workspace."
        )
    return Path(there)


def _bring_up_to_date(folder: Path) -> None:
    """Apply the migrations that are missing, after a copy of a file that holds something."""
    from django.core.management import call_command
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        _refuse_newer(folder, executor)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return
        if executor.loader.applied_migrations:
            _copy_aside(folder)
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as problem:
        raise WorkspaceError(
            f"{folder / folders.DATABASE} cannot be opened as Earned's database: {problem}. "
            "If the disk is full or the file is damaged, mend that first; a copy made before the last upgrade, "
            "if there was one, stands beside it."
        ) from problem


def _refuse_newer(folder: Path, executor: object) -> None:
    loader = executor.loader  # type: ignore[attr-defined]  # a MigrationExecutor; Django is imported only when ready
    unknown = {name for app, name in loader.applied_migrations if app == "earned"} - {
        name for app, name in loader.disk_migrations if app == "earned"
    }
    if unknown:
        raise WorkspaceError(
            f"The workspace {folder} was last used with a newer Earned (it has {', '.join(sorted(unknown))}). "
            "Upgrade Earned, or name another folder with --workspace."
        )


def _copy_aside(folder: Path) -> None:
    """Keep the database as it was before its tables change."""
    from django.db import connection

    copy = folder / f"before-upgrade-{secrets.token_hex(4)}.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])


def _mind_event_loop() -> None:
    """Django refuses queries inside an event loop: allow them in a notebook, say the way out anywhere else."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    if "ipykernel" in sys.modules:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        return
    raise WorkspaceError(
        "Earned's store was opened inside an event loop, where it would block everything else. "
        "Call it in a thread: await asyncio.to_thread(open_store)."
    )
