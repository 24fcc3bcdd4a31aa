"""Raw SQL: the rows of an ORM cost more than the writing itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from earned.store.rows import Row


def run(sql: str, values: Sequence[Any] = ()) -> list[Row]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def run_many(sql: str, values: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        if values:
            cursor.executemany(sql, values)
