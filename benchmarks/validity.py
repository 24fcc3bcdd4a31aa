"""Is the number true? Simulated worlds with known truth: totals, coverage of intervals, leaders found, false alarms.

    ./dev bench validity [--seeds 5] [--first 0] [--worlds NAME...] [--times 1] [--texts FILE]

With --times there are so many times as many people, posts, leaders and stories. With --texts the words of posts are taken from
the posts of a real conversation instead of made-up vocabularies.
One line a world, means over seeds; coverage before and after calibration (the table comes from seeds 1,000 and up): part of
the 90 % intervals of rates (everybody with 8 posts; leaders) and of realized counts that hold the truth; "held": of totals.
"rate/truth": rates found of leaders as a part of the planted ones. "found": planted leaders (rate >= .5, 8 posts) with the
verdict "has it"; "false": people with a true rate below .1 who got it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from earned.attribution import calibration
from earned.attribution.attribution import FEWEST
from earned.measures.induced import induced_posts
from earned.measures.realized import realized_posts
from earned.model import Leader
from earned.reading import Conversation, Wish, read_files
from earned.study import Found, learn
from earned.worlds.simulate import Simulated, simulate
from earned.worlds.world import WORLDS

LEADING, NOBODY = 0.5, 0.1


def conversation(world: Simulated) -> Conversation:
    return Conversation(list(world.posts), list(world.links), {one.id: one for one in world.accounts})


def truths(world: Simulated, found: Found) -> Iterator[tuple[Leader, float, int]]:
    """Each judged person with the planted rate and the followers that really were."""
    for row in found.leadership.people:
        account = row.person.accounts[0]
        yield row, world.rate[account], world.realized[account]


def inside(estimate: object, value: float) -> bool:
    return bool(estimate.low <= value <= estimate.high)  # type: ignore[attr-defined]


def raw(found: Found, row: Leader) -> Leader:
    """The row with intervals as the fit gives them."""
    code, table = found.people.index(row.person), calibration.TABLE
    calibration.TABLE = calibration.NONE
    try:
        rng = np.random.default_rng([1, code])
        return replace(row, induced=induced_posts(found.attribution, code, rng=rng),
                       realized=realized_posts(found.attribution, code, rng=rng))  # fmt: skip
    finally:
        calibration.TABLE = table


def covered(rows: list, lead: list, how: str) -> dict[str, float]:
    """Parts of the intervals that hold the truth: rates of all, rates of leaders, counts of all, counts of leaders."""
    rates = [[inside(row.induced, rate) for row, rate, _ in some] for some in (rows, lead)]
    counts = [[inside(row.realized, count) for row, _, count in some] for some in (rows, lead)]
    parts = {"all": rates[0], "leaders": rates[1], "counts": counts[0], "leaders' counts": counts[1]}
    return {how + name: float(np.mean(x)) if x else np.nan for name, x in parts.items()}


def figures(world: Simulated, found: Found) -> dict[str, float]:
    """What one run showed."""
    rows = [one for one in truths(world, found) if one[0].posts >= FEWEST]
    lead = [one for one in rows if one[1] >= LEADING]
    has = [rate for row, rate, _ in rows if row.camp == "has it"]
    return {
        "true": sum(world.realized.values()),
        "found_total": found.leadership.totals.realized.value,
        "total": inside(found.leadership.totals.realized, sum(world.realized.values())),
        "no_events": float(found.attribution.without_events.sum()),
        **covered(rows, lead, ""),
        **covered(
            [(raw(found, row), *more) for row, *more in rows], [(raw(found, row), *more) for row, *more in lead], "raw "
        ),
        "ratio": float(np.mean([x.induced.value for x, *_ in lead]) / np.mean([r for _, r, _ in lead]))
        if lead
        else np.nan,
        "tests": len(rows),
        "present": len(lead),
        "named": sum(rate >= LEADING for rate in has),
        "false": sum(rate < NOBODY for rate in has),
    }


def mean(values: list[float]) -> float:
    return float(np.nanmean(values)) if not np.isnan(values).all() else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--worlds", nargs="*", default=list(WORLDS), choices=list(WORLDS))
    parser.add_argument("--times", type=float, default=1.0, help="worlds so many times as large")
    parser.add_argument("--texts", help="a conversation to take words from")
    chosen, false, tests = parser.parse_args(), 0.0, 0.0
    texts = [post.text for post in read_files([chosen.texts]).posts] if chosen.texts else []
    print(
        f"{'world':21} {'true':>6} {'found':>6} {'held':>4} {'no events':>9}  90 % intervals, before > after: "
        f"{'all':>10} {'leaders':>10} {'counts':>10} {'leaders':>10}   {'rate/truth':>10} {'named':>9}  false"
    )
    for name in chosen.worlds:
        runs = []
        for seed in range(chosen.first, chosen.first + chosen.seeds):
            world = simulate(WORLDS[name].larger(chosen.times), seed, texts)
            runs.append(figures(world, learn(conversation(world), Wish(seed=1))))
        m = {key: mean([float(run[key]) for run in runs]) for key in runs[0]}
        false, tests = false + sum(run["false"] for run in runs), tests + sum(run["tests"] for run in runs)
        print(f"{name:21} {m['true']:6.0f} {m['found_total']:6.0f} {m['total']:4.2f} {m['no_events']:9.0f}  {'':31}"
              + " ".join(f"{m['raw ' + c]:4.2f} > {m[c]:4.2f}" for c in ("all", "leaders", "counts", "leaders' counts"))
              + f"   {m['ratio']:10.2f} {m['named']:4.1f} /{m['present']:4.1f}  "
              f"{m['false']:5.2f}", flush=True)  # fmt: skip
    print(f"false 'has it': {false:.0f} of {tests:.0f} person tests")


if __name__ == "__main__":
    main()
