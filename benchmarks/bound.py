"""A pass of the fit against its bound: the same edges gathered from and scattered to people by two products each.

    ./dev bench bound [FILE...] [--size 100000] [--folder DIR] [--times 7]

The bound is the inner loop of the feasibility floor (floor.py of the folder `bench`): four bytes of parent and four of weight
an edge, no text, no lag, no types, no channels. Both run on one thread; the quickest of several times counts, in CPU seconds.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import numba as nb
import numpy as np
from leaders import corpus

from earned.attribution.attribute import attribute
from earned.attribution.conversation import place
from earned.attribution.expect import lay, tables
from earned.attribution.exposure import exposure
from earned.attribution.fit import one_pass
from earned.attribution.maximize import maximize
from earned.people import of_account
from earned.reading import read_files
from earned.work import Workers


@nb.njit(fastmath=True)
def bound(start, who, weight, rate, mu, out):  # type: ignore[no-untyped-def]
    for i in range(start.size - 1):
        whole = mu
        for e in range(start[i], start[i + 1]):
            whole += rate[who[e]] * weight[e]
        for e in range(start[i], start[i + 1]):
            out[who[e]] += weight[e] / whole


def quickest(work: Callable[[], object], times: int) -> float:
    """CPU milliseconds of the quickest of several runs after the first, which compiles."""
    work()
    spent = []
    for _ in range(times):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return min(spent) * 1_000


def measure(path: str, times: int) -> None:
    given = read_files([path])
    people = given.people()
    placed = place(given.posts, given.links, of_account(people), len(people))
    with Workers() as workers:
        names = tuple(person.name for person in people)
        found = attribute(placed, names, seed=1, draws=False, run=workers.search, blocks=workers.passes)
    frame, edges, fitted = found.frame, found.edges, found.fitted
    who = frame.first_author()[np.minimum(edges.parent, len(frame) - 1)]
    weight = np.random.default_rng(1).random(len(edges), np.float32)
    rate, out = np.full(frame.people, 0.3), np.zeros(frame.people)
    laid, rates = lay(frame, edges, fitted.evidence.level), fitted.rates
    told, fixed = tables(frame, rates, fitted.evidence.usual), exposure(frame)
    sums, _ = one_pass(frame, laid, told)
    least = quickest(lambda: bound(edges.start, who, weight, rate, 0.05, out), times)
    spent = {
        "pass": quickest(lambda: one_pass(frame, laid, told), times),
        "tables": quickest(lambda: tables(frame, rates, fitted.evidence.usual), times),
        "step": quickest(lambda: maximize(frame, fixed, rates, sums, learn_prior=True), times),
        "laying out": quickest(lambda: lay(frame, edges, fitted.evidence.level), times),
    }
    said = ", ".join(f"{name} {ms:.1f} ms ({ms / least:.2f})" for name, ms in spent.items())
    print(f"{len(frame)} posts, {len(edges)} pairs: bound {least:.1f} ms; {said}", flush=True)


def main() -> None:
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("files", nargs="*")
    command.add_argument("--size", type=int, default=100_000)
    command.add_argument("--folder", type=Path, default=Path(os.environ.get("TMPDIR", "/tmp")) / "earned-corpora")
    command.add_argument("--times", type=int, default=7)
    given = command.parse_args()
    for path in given.files or [str(corpus(given.folder, given.size) / "posts.earned.jsonl")]:
        measure(path, given.times)


if __name__ == "__main__":
    main()
