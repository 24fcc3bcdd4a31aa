"""By how much are intervals too narrow or too wide? The factors that attribution/calibration.py ships, from simulated worlds.

    ./dev bench calibration collect FILE.npz [--seeds 10] [--first 1000] [--worlds NAME...]
    ./dev bench calibration derive FILE.npz...
    ./dev bench calibration halves FILE.npz...

`collect` writes one row a person and world, with intervals as the fit gives them; `derive` prints the table; `halves` derives
from the even seeds, judges by the odd ones, and the other way round. Seeds begin at 1,000, so that `./dev bench validity`, whose
seeds begin at 0, judges by worlds the table has not seen.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from earned.attribution import calibration
from earned.attribution.attribution import FEWEST
from earned.attribution.calibration import KINDS, cell, high_end, low_end
from earned.attribution.traits import Traits
from earned.reading import Conversation, Wish
from earned.study import learn
from earned.worlds.simulate import simulate
from earned.worlds.world import BASE, NULL, WORLDS

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
#: Nobody leads: hits without leaders, people who all move others a little, news and waves that feign following.
FROM |= {name: WORLDS[name] for name in NULL} | {
    "equals": replace(BASE, leaders=0, middling=150, middle=(0.1, 0.1)),
    "hits and news": replace(WORLDS["one-hit wonders"], news=20, announced=0.5),
}
#: Fourteen times as many people (or four and five times, over three years): 34 to 50 thousand posts, too many for sampling.
FROM |= {f"large, {name}": FROM[name].larger(14) for name in
         ("leaders", "easy text", "hard text", "no links", "leaders and news", "no links, hard text", "all link",
          "nearly all link", "news only", "half-announced news", "one-hit wonders", "equals")}  # fmt: skip
FROM |= {
    "large, three years": FROM["three years"].larger(5),
    "large, news, three years": FROM["news, three years"].larger(4),
}
#: No side is widened more than so many times; a cell of so many people counts half, the rest comes from its like.
MOST, FEW = 5.0, 40
#: True leaders: where a cell has so many, the upper part is asked to hold a part of them, too. A leader found small looks like
#: a middling person.
LEADING, LEADERS = 0.5, 5


@dataclass(frozen=True, slots=True)
class Rule:
    """What intervals must hold in one kind of conversation, as parts of people, and how far either side may be narrowed."""

    #: Not below the lower end; within both ends; leaders, not above the upper end.
    below: float
    within: float
    leaders: float
    #: Least factor below and above.
    least: tuple[float, float]


#: Nine of ten is what an interval promises; a little more is asked where worlds of one kind are less alike. Lower ends are not
#: narrowed where nobody leads or news is followed, for there followers are invented; nor is anything where causes are nearly
#: certain: too few people to say by how much.
RULES = {
    "alike": Rule(0.95, 0.93, 0.75, (1.0, 0.7)),
    "news": Rule(0.96, 0.92, 0.80, (1.0, 0.4)),
    "unclear": Rule(0.96, 0.93, 0.85, (0.6, 0.5)),
    "clear": Rule(0.94, 0.90, 0.70, (0.5, 0.4)),
    "certain": Rule(0.96, 0.93, 0.75, (1.0, 1.0)),
}
#: Counts: no side is narrowed, no leader asked for.
COUNTED = Rule(0.95, 0.92, 0.0, (1.0, 1.0))
COLUMNS = ("world", "seed", "size", "clear", "apart", "news", "posts", "rate", "count",
           "value", "low", "high", "counted", "least", "most")  # fmt: skip
#: Columns of truth, value and ends; of what is said per post.
OF = {"rate": ("rate", "value", "low", "high"), "count": ("count", "counted", "least", "most")}


def rows(number: int, name: str, seed: int) -> list[tuple[float, ...]]:
    """One row a judged person of one world."""
    world = simulate(FROM[name], seed)
    found = learn(Conversation(list(world.posts), list(world.links), {a.id: a for a in world.accounts}), Wish())
    of, out = found.attribution.traits, []
    for row in found.leadership.people:
        account = row.person.accounts[0]
        if row.posts >= FEWEST and row.induced and row.realized:
            out.append((number, seed, of.size, of.clear, of.apart, of.news, row.posts,
                        world.rate[account], world.realized[account],
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


Rows = dict[str, np.ndarray]


def only(rows: Rows, which: np.ndarray) -> Rows:
    return {name: column[which] for name, column in rows.items()}


def below(truth: np.ndarray, value: np.ndarray, low: np.ndarray, rule: Rule) -> float:
    """The factor of the lower part; lower ends of 0 stay there and hold every truth."""
    ends = low > 0
    needed = (np.sqrt(value) - np.sqrt(truth)) / np.maximum(np.sqrt(value) - np.sqrt(low), 1e-3)
    wide = float(np.quantile(np.where(ends, needed, -np.inf), rule.below, method="higher"))
    if wide >= 1 or rule.least[0] >= 1:
        return min(max(wide, 1.0), MOST)
    held = np.log(value / np.clip(truth, 1e-9, value)) / np.log(value / np.where(ends, low, value / 2))
    return float(np.clip(np.quantile(np.where(ends, held, 0.0), rule.below, method="higher"), rule.least[0], 1.0))


def sides(rows: Rows, what: str, rule: Rule) -> tuple[float, float]:
    """The factors below and above for these people."""
    truth, value, low, high = (rows[column] for column in OF[what])
    under = below(truth, value, low, rule)
    # Whom nobody follows is held by any upper end: they do not speak for those who are followed.
    some = rows["rate"] > 0 if (rows["rate"] > 0).any() else rows["rate"] >= 0
    missed = float(np.mean((truth < np.vectorize(low_end)(value, low, under))[some]))
    needed = (np.sqrt(truth) - np.sqrt(value)) / np.maximum(np.sqrt(high) - np.sqrt(value), 1e-3)
    over, lead = float(np.quantile(needed[some], min(rule.within + missed, 1.0))), rows["rate"] >= LEADING
    if what == "rate" and lead.sum() >= LEADERS:
        over = max(over, float(np.quantile(needed[lead], rule.leaders)))
    return under, float(np.clip(over, rule.least[1], MOST))


def derived(rows: Rows, what: str) -> np.ndarray:
    """The factors for all cells; one of fewer than FEW people is drawn to all of its size, people alike apart; 1 without any."""
    per = rows["value"] if what == "rate" else rows["counted"] / rows["posts"]
    cells = cells_of(rows, per)
    out = np.ones(calibration.NONE.rate.shape)
    for place in product(*(range(length) for length in out.shape[:-1])):
        rule = RULES[KINDS[place[1]]] if what == "rate" else COUNTED
        like = (cells[:, [0, 2, 3]] == np.array(place)[[0, 2, 3]]).all(axis=1) & ((cells[:, 1] > 0) == (place[1] > 0))
        mine = like & (cells[:, 1] == place[1])
        if like.any():
            all_of_them = np.array(sides(only(rows, like), what, rule))
            own = np.array(sides(only(rows, mine), what, rule)) if mine.any() else all_of_them
            out[place] = all_of_them + (own - all_of_them) * mine.sum() / (mine.sum() + FEW)
    return out


def cells_of(rows: Rows, per: np.ndarray) -> np.ndarray:
    """(people, 4) the place of each person in the table."""
    return np.array([
        cell(Traits(int(size), clear, apart, news), int(posts), rate)
        for size, clear, apart, news, posts, rate in zip(*(rows[c] for c in ("size", "clear", "apart", "news", "posts")), per)
    ])  # fmt: skip


def derive(rows: Rows) -> None:
    """Print the table."""
    for what in OF:
        blocks = []
        for size in derived(rows, what):
            lines = [f"[{', '.join(f'[{a:.2f}, {b:.2f}]' for a, b in row)}]" for kind in size for row in kind]
            kinds = [lines[k : k + len(size[0])] for k in range(0, len(lines), len(size[0]))]
            blocks.append("[[" + "],\n         [".join(",\n          ".join(kind) for kind in kinds) + "]],")
        print(f"    {what}=np.array([\n        " + "\n        ".join(blocks) + "\n    ]),")
    print(f"# from {len(rows['posts'])} people of {len(set(zip(rows['world'], rows['seed'])))} worlds")


def halves(rows: Rows) -> None:
    """Derive from every other seed and judge by the rest: parts of the intervals that hold the truth, by kind of world."""
    ends = {what: np.stack([rows[what_low], rows[what_high]]) for what, (_, _, what_low, what_high) in OF.items()}
    even = rows["seed"] % 2 == 0
    for given, what in product((even, ~even), OF):
        table, (_, value, low, high) = derived(only(rows, given), what), (rows[column] for column in OF[what])
        per = value if what == "rate" else value / rows["posts"]
        factors = table[tuple(cells_of(rows, per).T)]
        new = np.stack(
            [np.vectorize(low_end)(value, low, factors[:, 0]), np.vectorize(high_end)(value, high, factors[:, 1])]
        )
        ends[what][:, ~given] = new[:, ~given]
    print(f"{'90 % intervals, before > after':32} {'rates':>12} {'too high':>9} {'too low':>8} {'leaders':>13} "
          f"{'width':>11}  {'counts':>13}")  # fmt: skip
    for number, name in enumerate(FROM):
        mine = rows["world"] == number
        if not mine.any():
            continue
        lead = mine & (rows["rate"] >= LEADING)
        truth, (low, high) = rows["rate"], ends["rate"]
        held = [(rows["low"] <= truth) & (truth <= rows["high"]), (low <= truth) & (truth <= high)]
        counts = [
            (a <= rows["count"]) & (rows["count"] <= b) for a, b in ((rows["least"], rows["most"]), ends["count"])
        ]
        of_leaders = " > ".join(f"{one[lead].mean():.3f}" for one in held) if lead.any() else "-"
        print(f"{name:32} " + " > ".join(f"{one[mine].mean():.3f}" for one in held)
              + f" {(truth < low)[mine].mean():9.3f} {(truth > high)[mine].mean():8.3f} {of_leaders:>13} "
              + " > ".join(f"{x[mine].mean():.2f}" for x in (rows["high"] - rows["low"], high - low))
              + "  " + " > ".join(f"{one[mine].mean():.3f}" for one in counts))  # fmt: skip


def main() -> None:
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("what", choices=("collect", "derive", "halves"))
    command.add_argument("files", nargs="+", type=Path)
    command.add_argument("--seeds", type=int, default=10)
    command.add_argument("--first", type=int, default=1_000)
    command.add_argument("--worlds", nargs="*", default=list(FROM), choices=list(FROM))
    given = command.parse_args()
    if given.what == "collect":
        collect(given.files[0], given.worlds, given.first, given.seeds)
        return
    rows = {name: np.concatenate([np.load(path)[name] for path in given.files]) for name in COLUMNS}
    {"derive": derive, "halves": halves}[given.what](rows)


if __name__ == "__main__":
    main()
