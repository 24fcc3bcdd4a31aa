"""What does a refit after a sync save? The last week of posts new; fitted from nothing and from what was known, in turns.

    ./dev bench refit [FILE...] [--sizes 10000 100000] [--days 7] [--turns 3] [--json]

CPU seconds of whole answers, both threads, in one process: medians over turns in which both are done, either one first; the
ratio is the median of the turns' ratios. Of a refit, reading and writing what is kept counts, too. Corpora come from the
generator that `./dev bench leaders` names. A count is how many posts by others followed a person's.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median

import numpy as np
from leaders import corpus

from earned.attribution.packing import pack, unpack
from earned.reading import Conversation, Wish, read_files
from earned.study import known, learn
from earned.verdicts.leadership import Found


def timed(work: Callable[[], Found]) -> tuple[float, Found]:
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def without_last(given: Conversation, days: float) -> Conversation:
    """The conversation as it was so many days before its end; at least 1 % of its posts are left out."""
    dated = sorted((p for p in given.posts if p.claimed_at is not None), key=lambda post: post.claimed_at)
    until = dated[-1].claimed_at - timedelta(days=days)
    kept = min(sum(post.claimed_at < until for post in dated), len(dated) * 99 // 100)
    return replace(given, posts=dated[:kept])


def followers(found: Found) -> dict[str, float]:
    counts = found.attribution.frame.per_person(found.attribution.fitted.sums.others)
    return {person.id: float(count) for person, count in zip(found.people, counts)}


def apart(fresh: Found, again: Found) -> dict[str, object]:
    """How far two answers are apart: counts, as numbers and in widths of their intervals, and verdicts."""
    one, other = followers(fresh), followers(again)
    moved = np.array([abs(one[who] - other[who]) for who in one])
    told = {row.person.id: row for row in fresh.leadership.people}
    same = [(told[row.person.id], row) for row in again.leadership.people]
    width = [abs(a.realized.value - b.realized.value) / max(a.realized.high - a.realized.low, 1.0) for a, b in same]
    return {
        "total": round(sum(one.values()), 2),
        "total refit": round(sum(other.values()), 2),
        "largest difference of counts": round(float(moved.max()), 3),
        "as a part of its interval": round(max(width), 3),
        "verdicts": len(same),
        "verdicts changed": sum(a.camp != b.camp for a, b in same),
    }


def measure(given: Conversation, days: float, turns: int) -> dict[str, object]:
    early, wish = without_last(given, days), Wish()
    state = pack(known(learn(early, wish)))

    def again() -> Found:
        found = learn(given, wish, before=unpack(state))
        pack(known(found))
        return found

    ways = {"fresh": lambda: learn(given, wish), "refit": again}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(turns):
        answers = {}
        for name in sorted(ways, reverse=bool(turn % 2)):
            seconds, answers[name] = timed(ways[name])
            spent[name].append(seconds)
    ratio = median(again / fresh for fresh, again in zip(spent["fresh"], spent["refit"]))
    return {
        "posts": len(given.posts),
        "new": len(given.posts) - len(early.posts),
        **{f"{name} CPU s": round(median(seconds), 2) for name, seconds in spent.items()},
        "ratio": round(ratio, 3),
        "kept MB": round(len(state) / 1e6, 1),
        **apart(answers["fresh"], answers["refit"]),
    }


def main() -> None:
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("files", nargs="*", help="conversations to measure instead of made ones")
    command.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    command.add_argument("--folder", type=Path, default=Path(os.environ.get("TMPDIR", "/tmp")) / "earned-corpora")
    command.add_argument(
        "--days", type=float, default=7.0, help="so many last days are new, at least 1 %% of the posts"
    )
    command.add_argument("--turns", type=int, default=3)
    command.add_argument("--json", action="store_true", help="one object a line")
    given = command.parse_args()
    paths = given.files or [str(corpus(given.folder, size) / "posts.earned.jsonl") for size in given.sizes]
    for path in paths:
        told = {"corpus": Path(path).name, **measure(read_files([path]), given.days, given.turns)}
        print(
            json.dumps(told) if given.json else ", ".join(f"{name} {value}" for name, value in told.items()), flush=True
        )


if __name__ == "__main__":
    main()
