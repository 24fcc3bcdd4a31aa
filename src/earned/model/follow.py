"""Nouns of what a person may do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from earned.model.nouns import Quoted


@dataclass(frozen=True, slots=True)
class FollowUp:
    """An answer to a person's post that the person has not answered."""

    #: Ids of the post that answers, and of the person's post.
    post: str
    to: str
    #: Name of who waits.
    author: str
    quoted: Quoted
    #: It ends on a question mark somewhere.
    asks: bool
    #: The day on which to answer.
    due: date
