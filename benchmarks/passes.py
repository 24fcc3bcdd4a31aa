"""How many passes does a fit need? Extrapolated against plain ones, on simulated worlds and on files given.

    ./dev bench passes [FILE...] [--worlds NAME...] [--most 800]

The distance is the largest difference of anybody's followers to those after `most` plain passes, as a part of one more than
these; the evidence of text is held still.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np

from earned.attribution import fit as fitting
from earned.attribution.attribute import attribute
from earned.attribution.conversation import place
from earned.attribution.expect import lay
from earned.attribution.exposure import exposure
from earned.attribution.fit import PLAIN, expectation_maximization, one_pass
from earned.attribution.maximize import maximize
from earned.attribution.rates import first_rates
from earned.people import of_account, persons
from earned.reading import Conversation, read_files
from earned.work import Workers
from earned.worlds.simulate import simulate
from earned.worlds.world import WORLDS


@dataclass(frozen=True)
class Held:
    """A conversation with its evidence held still."""

    frame: object
    edges: object
    evidence: object


def held(given: Conversation, workers: Workers) -> Held:
    people = persons(given.accounts.values())
    placed = place(given.posts, given.links, of_account(people), len(people))
    found = attribute(
        placed, tuple(p.name for p in people), seed=1, draws=False, run=workers.search, blocks=workers.passes
    )
    return Held(found.frame, found.edges, found.fitted.evidence)


def plain(one: Held, workers: Workers, most: int) -> np.ndarray:
    """(most, A) followers of everybody after each plain pass."""
    frame, fixed, rates, out = one.frame, exposure(one.frame), first_rates(one.frame), []
    laid = lay(frame, one.edges, one.evidence.level)
    for number in range(1, most + 1):
        given = fitting.tables(frame, rates, one.evidence.usual)
        sums, _ = one_pass(frame, laid, given, run=workers.passes)
        out.append(frame.per_person(sums.others))
        rates = maximize(frame, fixed, rates, sums, learn_prior=number > PLAIN)
    return np.array(out)


def apart(one: np.ndarray, end: np.ndarray) -> np.ndarray:
    return (np.abs(one - end) / (1 + end)).max(axis=-1)


def until(distance: np.ndarray, least: float) -> str:
    return str(int(np.argmax(distance < least)) + 1) if (distance < least).any() else f"> {len(distance)}"


def measure(name: str, given: Conversation, most: int, workers: Workers) -> None:
    one = held(given, workers)
    steps = plain(one, workers, most)
    still = apart(steps[:-1], steps[1:])
    *_, sums, _, passes = expectation_maximization(
        one.frame, one.edges, one.evidence, first_rates(one.frame), exposure(one.frame), passes=200, plain=PLAIN,
        run=workers.passes,
    )  # fmt: skip
    mine = one.frame.per_person(sums.others)
    total = steps[-1].sum()
    print(f"{name:20} {len(one.frame):7} posts {len(one.edges):9} pairs | plain: {until(still, 1e-4):>5} passes to 1e-4, "
          f"distance after 40 {apart(steps[39], steps[-1]):.1e}, total {steps[39].sum() / total:.4f} | extrapolated: "
          f"{passes:3} passes, distance {apart(mine, steps[-1]):.1e}, total {mine.sum() / total:.4f}", flush=True)  # fmt: skip


def main() -> None:
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("files", nargs="*")
    command.add_argument("--worlds", nargs="*", choices=list(WORLDS),
                         default=["leaders", "no links", "leaders and news", "news only"])  # fmt: skip
    command.add_argument("--most", type=int, default=800)
    given = command.parse_args()
    with Workers() as workers:
        for name in given.worlds:
            world = simulate(WORLDS[name], 0)
            told = Conversation(list(world.posts), list(world.links), {a.id: a for a in world.accounts})
            measure(name, told, given.most, workers)
        for path in given.files:
            measure(path.rsplit("/", 1)[-1][:20], read_files([path]), given.most, workers)


if __name__ == "__main__":
    main()
