"""By how much are intervals too narrow? The factors that attribution/calibration.py ships, derived from simulated worlds.

    ./dev bench calibration collect FILE.npz [--seeds 20] [--first 1000] [--worlds NAME...]
    ./dev bench calibration derive FILE.npz...

`collect` writes one row a person and world, with intervals as the fit gives them; `derive` prints the table. Its seeds begin
at 1,000, so that `./dev bench validity`, whose seeds begin at 0, judges by worlds the table has not seen.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from earned.attribution import calibration
from earned.attribution.attribution import FEWEST
from earned.study import Conversation, Wish, learn
from earned.worlds.simulate import simulate
from earned.worlds.world import BASE, WORLDS

#: What the table is derived from: followers with and without links and news, texts hard and easy, short and long.
FROM = {name: WORLDS[name] for name in
        ("leaders", "easy text", "hard text", "no links", "leaders and news", "three years", "late joiners")}  # fmt: skip
FROM |= {
    "half a year": replace(BASE, days=182.0, spontaneous=1_100),
    "news, three years": replace(WORLDS["leaders and news"], days=1_095.0, spontaneous=6_600, news=120),
    "no links, hard text": replace(WORLDS["no links"], carried=0.25),
}
COLUMNS = (
    "world",
    "seed",
    "size",
    "clear",
    "posts",
    "rate",
    "count",
    "value",
    "low",
    "high",
    "counted",
    "least",
    "most",
)


def rows(number: int, name: str, seed: int) -> list[tuple[float, ...]]:
    """One row a judged person of one world."""
    world = simulate(FROM[name], seed)
    found = learn(Conversation(list(world.posts), list(world.links), {a.id: a for a in world.accounts}), Wish())
    clear, out = calibration.clearness(found.attribution.fitted, found.attribution.varied), []
    for row in found.leadership.people:
        account = row.person.accounts[0]
        if row.posts >= FEWEST and row.induced and row.realized:
            out.append((number, seed, len(world.posts), clear, row.posts, world.rate[account], world.realized[account],
                        row.induced.value, row.induced.low, row.induced.high,
                        row.realized.value, row.realized.low, row.realized.high))  # fmt: skip
    return out


def collect(path: Path, names: list[str], first: int, seeds: int) -> None:
    calibration.TABLE = calibration.NONE
    out, began = [], time.monotonic()
    for seed in range(first, first + seeds):
        for name in names:
            out += rows(list(FROM).index(name), name, seed)
        np.savez(path, **dict(zip(COLUMNS, np.array(out).T)))
        print(f"seed {seed}: {len(out)} rows, {time.monotonic() - began:.0f} s", flush=True)
