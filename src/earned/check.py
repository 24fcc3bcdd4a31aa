"""The conductor of the self-check: hide a conversation's links, shuffle its time, plant leaders in its twin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from earned.attribution.attribution import Attribution
from earned.attribution.conversation import Placed, place
from earned.model import Person, Post, SelfCheck
from earned.people import of_account
from earned.reading import Conversation, Wish, chosen
from earned.study import attributed, learn
from earned.verdicts.selfcheck import found_again, in_words, predicted
from earned.work import Progress, identify_language, silent
from earned.worlds.twin import planted, shifted


def self_check(given: Conversation, wish: Wish, *, progress: Progress = silent) -> SelfCheck:
    """How far the numbers of a conversation can be trusted, by three experiments on itself.

    Raises:
        StudyError: nothing is left to work on.
    """
    people, rng = given.people(), np.random.default_rng([wish.seed, 7])
    posts = tuple(chosen(given.posts, wish))
    seen = place(posts, given.links, of_account(people), len(people))
    blind = _blind(posts, people, wish.seed, progress, news=given.news)
    moved = shifted(posts, rng)
    shuffled = _blind(moved, people, wish.seed, progress)
    twin = planted(moved, rng)
    lone = replace(given, posts=list(twin.posts), links=[], news=[], denied=frozenset())
    answer = learn(lone, Wish(seed=wish.seed), lasting=False, progress=progress)
    again, false, judged = found_again(answer.leadership, twin.followers)
    total, left = (float(one.fitted.sums.others.sum()) for one in (blind, shuffled))
    return in_words(SelfCheck(
        posts=len(posts), people=len(people), hidden=predicted(blind, seen), total=total, shuffled=left,
        without_news=float(blind.without_events.sum()), strict=float(blind.strict.sum()),
        planted=again, false_alarms=false, judged=judged,
    ))  # fmt: skip


def _blind(
    posts: Sequence[Post], people: Sequence[Person], seed: int, progress: Progress, *, news: Sequence[Post] = ()
) -> Attribution:
    """Attribution without links, names or draws."""
    placed: Placed = place(
        posts, [], of_account(people), len(people), hide_links=True, news=news, identify=identify_language
    )
    return attributed(placed, people, seed, progress, draws=False, addressing=False)
