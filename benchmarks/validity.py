"""Is the number true? Simulated worlds with known truth: totals, coverage of intervals, leaders found, false alarms.

    ./dev bench validity [--seeds 5] [--worlds NAME...] [--ablation]

One line a world, means over seeds. "cover": part of the 90 % intervals of rates (everybody with 8 posts; leaders) and of
realized counts that hold the truth. "found": planted leaders (rate >= .5, 8 posts) with the verdict "has it"; "false":
people with a true rate below .1 who got it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

from earned.attribution.attribution import FEWEST
from earned.model import Leader
from earned.study import Conversation, Found, Wish, learn
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


def figures(world: Simulated, found: Found) -> dict[str, float]:
    """What one run showed."""
    rows = [one for one in truths(world, found) if one[0].posts >= FEWEST]
    lead = [one for one in rows if one[1] >= LEADING]
    has = [rate for row, rate, _ in rows if row.camp == "has it"]
    return {
        "true": sum(world.realized.values()),
        "found_total": found.leadership.totals.realized.value,
        "no_events": float(found.attribution.without_events.sum()),
        "cover": float(np.mean([inside(row.induced, rate) for row, rate, _ in rows])),
        "cover_leaders": float(np.mean([inside(row.induced, rate) for row, rate, _ in lead])) if lead else np.nan,
        "cover_counts": float(np.mean([inside(row.realized, count) for row, _, count in rows])),
        "tests": len(rows),
        "leaders": len(lead),
        "named": sum(rate >= LEADING for rate in has),
        "false": sum(rate < NOBODY for rate in has),
    }


def mean(values: list[float]) -> float:
    return float(np.nanmean(values)) if not np.isnan(values).all() else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--worlds", nargs="*", default=list(WORLDS), choices=list(WORLDS))
    chosen, false, tests = parser.parse_args(), 0.0, 0.0
    print(
        f"{'world':21} {'true':>6} {'found':>6} {'no events':>9}  {'cover: all leaders counts':27} {'found':>9}  false"
    )
    for name in chosen.worlds:
        runs = []
        for seed in range(chosen.seeds):
            world = simulate(WORLDS[name], seed)
            runs.append(figures(world, learn(conversation(world), Wish(seed=1))))
        m = {key: mean([float(run[key]) for run in runs]) for key in runs[0]}
        false, tests = false + sum(run["false"] for run in runs), tests + sum(run["tests"] for run in runs)
        print(f"{name:21} {m['true']:6.0f} {m['found_total']:6.0f} {m['no_events']:9.0f}  {m['cover']:10.2f} "
              f"{m['cover_leaders']:7.2f} {m['cover_counts']:6.2f}   {m['named']:4.1f} /{m['leaders']:4.1f}  "
              f"{m['false']:5.2f}", flush=True)  # fmt: skip
    print(f"false 'has it': {false:.0f} of {tests:.0f} person tests")


if __name__ == "__main__":
    main()
