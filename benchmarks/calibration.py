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
from earned.attribution.calibration import KINDS, blended, cell, factors, high_end, low_end
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
#: As lists and chats are: every other post is answered, and people differ little.
TALK = replace(BASE, spontaneous=1_000, leaders=10, leading=(0.7, 1.0), middling=140, middle=(0.4, 0.7))
FROM |= {
    "talk": TALK,
    "talk, no links": replace(TALK, linked=0.0, stray=0.0),
    "people differ a little": replace(BASE, leaders=0, middling=150, middle=(0.02, 0.4)),
}
FROM |= {f"large, {name}": FROM[name].larger(14) for name in ("talk", "talk, no links", "people differ a little")}
#: No side is widened more than so many times; a cell of so many people (worlds) counts half, the rest comes from its like.
MOST, FEW = {"rate": 5.0, "count": 5.0, "total": 99.0}, {"rate": 40, "count": 40, "total": 3}
#: True leaders: where so many of a cell are, and such a part of it, the upper part is asked to hold some of them, too. A leader
#: found small looks like a middling person.
LEADING, LEADERS, PART = 0.5, 5, 0.02
#: In the first kinds people are alike.
ALIKE = 2


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
    "alike, news": Rule(0.95, 0.93, 0.75, (1.0, 0.7)),
    "news": Rule(0.96, 0.92, 0.80, (1.0, 0.4)),
    "unclear": Rule(0.96, 0.93, 0.85, (0.6, 0.5)),
    "clear": Rule(0.94, 0.90, 0.70, (0.5, 0.4)),
    "certain": Rule(0.96, 0.93, 0.75, (1.0, 1.0)),
}
#: Counts: no side is narrowed, no leader asked for. Totals of so few worlds are to hold the truth in all.
COUNTED = {"count": Rule(0.95, 0.92, 0.0, (1.0, 1.0)), "total": Rule(1.0, 1.0, 0.0, (1.0, 1.0))}
COLUMNS = ("world", "seed", "size", "clear", "apart", "news", "posts", "rate", "count",
           "value", "low", "high", "counted", "least", "most", "true", "total", "total_low", "total_high")  # fmt: skip
#: Columns of truth, value and ends.
OF = {"rate": ("rate", "value", "low", "high"), "count": ("count", "counted", "least", "most"),
      "total": ("true", "total", "total_low", "total_high")}  # fmt: skip


def rows(number: int, name: str, seed: int) -> list[tuple[float, ...]]:
    """One row a judged person of one world."""
    world = simulate(FROM[name], seed)
    found = learn(Conversation(list(world.posts), list(world.links), {a.id: a for a in world.accounts}), Wish())
    of, total, out = found.attribution.traits, found.leadership.totals.realized, []
    for row in found.leadership.people:
        account = row.person.accounts[0]
        if row.posts >= FEWEST and row.induced and row.realized:
            out.append((number, seed, of.size, of.clear, of.apart, of.news, row.posts,
                        world.rate[account], world.realized[account],
                        row.induced.value, row.induced.low, row.induced.high,
                        row.realized.value, row.realized.low, row.realized.high,
                        sum(world.realized.values()), total.value, total.low, total.high))  # fmt: skip
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


def below(truth: np.ndarray, value: np.ndarray, low: np.ndarray, rule: Rule, most: float) -> float:
    """The factor of the lower part; lower ends of 0 stay there and hold every truth."""
    ends = low > 0
    needed = (np.sqrt(value) - np.sqrt(truth)) / np.maximum(np.sqrt(value) - np.sqrt(low), 1e-3)
    wide = float(np.quantile(np.where(ends, needed, -np.inf), rule.below, method="higher"))
    if wide >= 1 or rule.least[0] >= 1:
        return min(max(wide, 1.0), most)
    held = np.log(value / np.clip(truth, 1e-9, value)) / np.log(value / np.where(ends, low, value / 2))
    return float(np.clip(np.quantile(np.where(ends, held, 0.0), rule.below, method="higher"), rule.least[0], 1.0))


def sides(rows: Rows, what: str, rule: Rule) -> tuple[float, float]:
    """The factors below and above for these people, or worlds."""
    truth, value, low, high = (rows[column] for column in OF[what])
    # Where in most worlds nobody follows anybody, that may be so again, however many are found.
    nobody = what == "total" and np.mean(truth == 0) > 0.5
    under = MOST[what] if nobody else below(truth, value, low, rule, MOST[what])
    # Whom nobody follows is held by any upper end: they do not speak for those who are followed.
    some = rows["rate"] > 0 if (rows["rate"] > 0).any() else rows["rate"] >= 0
    missed = float(np.mean((truth < np.vectorize(low_end)(value, low, under))[some]))
    needed = (np.sqrt(truth) - np.sqrt(value)) / np.maximum(np.sqrt(high) - np.sqrt(value), 1e-3)
    over, lead = float(np.quantile(needed[some], min(rule.within + missed, 1.0))), rows["rate"] >= LEADING
    if what == "rate" and lead.sum() >= max(LEADERS, PART * len(lead)):
        over = max(over, float(np.quantile(needed[lead], rule.leaders)))
    return under, float(np.clip(over, rule.least[1], MOST[what]))


def derived(rows: Rows, what: str) -> np.ndarray:
    """The factors for all cells: one of FEW people is drawn half to all of its size, people alike apart; 1 without any."""
    rows = only(rows, firsts(rows)) if what == "total" else rows
    cells, out = cells_of(rows, what), np.ones(getattr(calibration.NONE, what).shape)
    for place in product(*(range(length) for length in out.shape[:-1])):
        rule = RULES[KINDS[place[1]]] if what == "rate" else COUNTED[what]
        like = (np.delete(cells, 1, axis=1) == np.delete(place, 1)).all(axis=1) & (
            (cells[:, 1] < ALIKE) == (place[1] < ALIKE)
        )
        mine = like & (cells[:, 1] == place[1])
        if like.any():
            all_of_them = np.array(sides(only(rows, like), what, rule))
            own = np.array(sides(only(rows, mine), what, rule)) if mine.any() else all_of_them
            out[place] = all_of_them + (own - all_of_them) * mine.sum() / (mine.sum() + FEW[what])
    return out


def firsts(rows: Rows) -> np.ndarray:
    """The first row of each world."""
    return np.unique(np.stack([rows["world"], rows["seed"]]), axis=1, return_index=True)[1]


def each(rows: Rows, what: str) -> list[tuple[Traits, int, float]]:
    """What places each row: traits of its world, posts of its person, followers per post."""
    of_worlds = [Traits(int(n), *more) for n, *more in zip(*(rows[c] for c in ("size", "clear", "apart", "news")))]
    per = rows["value"] if what == "rate" else rows["counted"] / rows["posts"]
    return list(zip(of_worlds, rows["posts"].astype(int).tolist(), per.tolist()))


def cells_of(rows: Rows, what: str) -> np.ndarray:
    """The place of each row in a part of the table."""
    return np.array([cell(*one) for one in each(rows, what)])[
        :, : calibration.NONE.total.ndim - 1 if what == "total" else None
    ]


def derive(rows: Rows) -> None:
    """Print the table."""
    for what in OF:
        table = derived(rows, what)
        print(f"    {what}=np.array([")
        for size in table.reshape(len(table), len(KINDS), -1, table.shape[-2] if table.ndim > 3 else 1, 2):
            kinds = [[f"[{', '.join(f'[{a:.2f}, {b:.2f}]' for a, b in line)}]" for line in kind] for kind in size]
            if table.ndim == 3:
                print(f"        [{', '.join(line[1:-1] for (line,) in kinds)}],")
            else:
                print("        [[" + "],\n         [".join(",\n          ".join(kind) for kind in kinds) + "]],")
        print("    ]),")
    print(f"# from {len(rows['posts'])} people of {len(firsts(rows))} worlds")


def halves(rows: Rows) -> None:
    """Derive from every other seed and judge by the rest: parts of the intervals that hold the truth, by kind of world."""
    raw = {what: (rows[low], rows[high]) for what, (_, _, low, high) in OF.items()}
    new, even = {what: (low.copy(), high.copy()) for what, (low, high) in raw.items()}, rows["seed"] % 2 == 0
    for given, what in product((even, ~even), OF):
        judged, (low, high) = only(rows, ~given), new[what]
        table = derived(only(rows, given), what)
        by = np.array(
            [blended(table, one[0]) if what == "total" else factors(table, *one) for one in each(judged, what)]
        )
        _, value, before, after = (judged[column] for column in OF[what])
        low[~given], high[~given] = (
            np.vectorize(low_end)(value, before, by[:, 0]),
            np.vectorize(high_end)(value, after, by[:, 1]),
        )
    print(f"{'90 % intervals, before > after':29} {'rates':>12} {'too high':>9} {'too low':>8} {'leaders':>13} "
          f"{'width':>11}  {'counts':>13}  {'total':>11}  {'width':>9}")  # fmt: skip
    first = np.zeros(len(even), bool)
    first[firsts(rows)] = True
    for number, name in enumerate(FROM):
        mine, lead = rows["world"] == number, (rows["world"] == number) & (rows["rate"] >= LEADING)
        if mine.any():
            low, high = new["rate"]
            print(f"{name:29} {held(rows, raw, new, 'rate', mine)} {(rows['rate'] < low)[mine].mean():9.3f} "
                  f"{(rows['rate'] > high)[mine].mean():8.3f} {held(rows, raw, new, 'rate', lead) if lead.any() else '-':>13}  "
                  f"{widths(raw, new, 'rate', mine, 1.0)}  {held(rows, raw, new, 'count', mine)}  "
                  f"{held(rows, raw, new, 'total', mine & first)}  "
                  f"{widths(raw, new, 'total', mine & first, rows['total'])}", flush=True)  # fmt: skip


Ends = dict[str, tuple[np.ndarray, np.ndarray]]


def held(rows: Rows, raw: Ends, new: Ends, what: str, which: np.ndarray) -> str:
    """Parts of these intervals that hold the truth, before and after."""
    truth = rows[OF[what][0]]
    return " > ".join(f"{((low <= truth) & (truth <= high))[which].mean():.3f}" for low, high in (raw[what], new[what]))


def widths(raw: Ends, new: Ends, what: str, which: np.ndarray, per: np.ndarray | float) -> str:
    """Mean widths, before and after."""
    return " > ".join(f"{((high - low) / per)[which].mean():.2f}" for low, high in (raw[what], new[what]))


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
