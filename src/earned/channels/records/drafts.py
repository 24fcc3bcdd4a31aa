"""Nouns by the hundred thousand: a post is made six times as fast when it is frozen at the end and not from the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, fields, make_dataclass
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


def by_draft(noun: Callable[P, T]) -> Callable[P, T]:
    """What makes the same as `noun`, a frozen dataclass with slots.

    The code that `dataclass` writes for a frozen class sets each field by a call. A draft has the same fields in the same
    slots and is not frozen; once they are set it becomes the noun.
    """
    known = [(one.name, one.type, field(default=one.default, default_factory=one.default_factory))
             for one in fields(cast(Any, noun))]  # fmt: skip
    draft = make_dataclass(f"Draft{cast(Any, noun).__name__}", known, slots=True)

    def make(*given: P.args, **named: P.kwargs) -> T:
        made = draft(*given, **named)
        made.__class__ = noun
        return cast(T, made)

    return make
