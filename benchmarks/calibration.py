"""By how much are intervals too narrow? The factors that attribution/calibration.py ships, derived from simulated worlds.

    ./dev bench calibration collect FILE.npz [--seeds 10] [--first 1000] [--worlds NAME...]
    ./dev bench calibration derive FILE.npz...

`collect` writes one row a person and world, with intervals as the fit gives them; `derive` prints the table. Its seeds begin
at 1,000, so that `./dev bench validity`, whose seeds begin at 0, judges by worlds the table has not seen.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np

from earned.attribution import calibration
from earned.attribution.attribution import FEWEST
from earned.reading import Conversation, Wish
from earned.study import learn
from earned.worlds.simulate import simulate
from earned.worlds.world import BASE, WORLDS

#: What the table is derived from: followers with and without links and news, texts hard and easy, short and long.
FROM = {name: WORLDS[name] for name in
        ("leaders", "easy text", "hard text", "no links", "leaders and news", "three years", "late joiners")}  # fmt: skip
FROM |= {
    "half a year": replace(BASE, days=182.0, spontaneous=1_100),
    "news, three years": replace(WORLDS["leaders and news"], days=1_095.0, spontaneous=6_600, news=120),
    "no links, hard text": replace(WORLDS["no links"], carried=0.25),
    "all link": replace(BASE, linked=1.0),
    "nearly all link": replace(BASE, linked=0.9),
}
#: Fourteen times as many people (or four and five times, over three years): 34 to 50 thousand posts, too many for sampling.
FROM |= {f"large, {name}": FROM[name].larger(14) for name in
         ("leaders", "easy text", "hard text", "no links", "leaders and news", "no links, hard text", "all link",
          "nearly all link")}  # fmt: skip
FROM |= {
    "large, three years": FROM["three years"].larger(5),
    "large, news, three years": FROM["news, three years"].larger(4),
}
#: No side is widened more than so many times; a cell of so many people counts half, the rest comes from its like.
MOST, FEW = 5.0, 40
#: The upper part of rates may be narrowed to so much, where everybody's are too wide. Lower parts are not: they reach
#: nothing, where those are who are followed by nobody, and there are none such in these worlds.
LEAST = {"rate": 0.7, "count": 1.0}
#: True leaders among people found middling: the upper part must hold so many of them where there are so many.
LEADING, HELD, LEADERS = 0.5, 0.75, 5
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
    clear, out = found.attribution.clear, []
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


def factor(missed: np.ndarray, width: np.ndarray, share: float, least: float) -> float:
    """How much wider one side must be for a share of the truths to lie within it; at least `least`, at most MOST."""
    return float(np.clip(np.quantile(missed / np.maximum(width, 1e-3), share), least, MOST))


def sides(rows: dict[str, np.ndarray], columns: tuple[str, ...], least: float) -> tuple[float, float]:
    """The factors below and above for these people; for rates, leaders among them are looked at on their own, too."""
    truth, value, low, high = (np.sqrt(rows[c]) for c in columns)
    above, lead = factor(truth - value, high - value, 0.95, least), rows["rate"] >= LEADING
    if columns[0] == "rate" and lead.sum() >= LEADERS:
        above = max(above, factor((truth - value)[lead], (high - value)[lead], HELD, least))
    return factor(value - truth, value - low, 0.95, 1.0), above


def derive(paths: list[Path]) -> None:
    """Print the table for the sizes that are there; a cell of fewer than FEW people is drawn to the one of all of its size."""
    d = {c: np.concatenate([np.load(path)[c] for path in paths]) for c in COLUMNS}
    for name, columns, per in (("rate", ("rate", "value", "low", "high"), d["value"]),
                               ("count", ("count", "counted", "least", "most"), d["counted"] / d["posts"])):  # fmt: skip
        cells = np.array([calibration.cell(*x) for x in zip(d["size"].astype(int), d["clear"], d["posts"], per)])
        print(f"    {name}=np.array([")
        for size, clear in product(range(len(calibration.SIZE) + 1), range(len(calibration.CLEAR) + 1)):
            if not (cells[:, 0] == size).any():
                continue
            # Where causes are nearly certain nothing is narrowed: too few people to say by how much.
            least, rows_of = 1.0 if clear == len(calibration.CLEAR) else LEAST[name], []
            for posts in range(len(calibration.POSTS) + 1):
                for rate in range(len(calibration.RATES) + 1):
                    alike = (cells[:, 0] == size) & (cells[:, 2] == posts) & (cells[:, 3] == rate)
                    mine = alike & (cells[:, 1] == clear)
                    both = [
                        sides({c: x[m] for c, x in d.items()}, columns, least) for m in (mine, alike) if m.any()
                    ] or [(1.0, 1.0)]
                    w = mine.sum() / (mine.sum() + FEW)
                    a, b = np.array(both[0]) * w + np.array(both[-1]) * (1 - w)
                    rows_of.append(f"[{a:.2f}, {b:.2f}]")
            n = len(calibration.RATES) + 1
            lines = [f"[{', '.join(rows_of[k : k + n])}]" for k in range(0, len(rows_of), n)]
            print(f"        [{', '.join(lines)}],")
        print("    ]),")
    print(f"# from {len(d['posts'])} people of {len(set(zip(d['world'], d['seed'])))} worlds")


def main() -> None:
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("what", choices=("collect", "derive"))
    command.add_argument("files", nargs="+", type=Path)
    command.add_argument("--seeds", type=int, default=10)
    command.add_argument("--first", type=int, default=1_000)
    command.add_argument("--worlds", nargs="*", default=list(FROM), choices=list(FROM))
    given = command.parse_args()
    if given.what == "collect":
        collect(given.files[0], given.worlds, given.first, given.seeds)
    else:
        derive(given.files)


if __name__ == "__main__":
    main()
