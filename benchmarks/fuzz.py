"""Mutated archives for every reader, for as long as wanted: executions a second, what was read and refused, peak memory.

./dev bench fuzz [--executions N] [--seed S] [NAME...]; a finding ends it with the traceback and the number to run again.
./dev bench fuzz --guided [--executions N] [--seconds S] [--place FOLDER] [NAME...]; led by what the code reaches, feeds and
markup too: findings are files in FOLDER (outside the repository), and the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from fuzzing import ARCHIVES, fuzz  # after the path is set
from guided import FEED, MARKUP, MISSING, available, guided

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument(
        "--executions", type=int, default=90_000, help="of each reader; 12 x 90,000 are a night's million"
    )
    parser.add_argument("--seed", type=int, default=int(time.time()) % 2**31)
    parser.add_argument("--guided", action="store_true", help="led by coverage; needs atheris")
    parser.add_argument("--seconds", type=int, default=3_600, help="with --guided: of each reader, at most")
    parser.add_argument("--place", type=Path, default=Path(tempfile.gettempdir()) / "earned-fuzz",
                        help="with --guided: keeps the corpus from run to run, and gets the findings")  # fmt: skip
    given = parser.parse_args()
    if given.guided:
        sys.exit(_guided(given))
    for name in given.names or ARCHIVES:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            told = fuzz(name, given.executions, given.seed, Path(folder))
        rate = given.executions / (time.monotonic() - began)
        print(
            f"{name:18} seed {given.seed}: {given.executions} executions, {rate:.0f}/s, read {told['read']:.0f}, "
            f"refused {told['refused']:.0f}, slowest {told['slowest']:.2f} s, peak {told['peak_mb']:.0f} MB",
            flush=True,
        )


def _guided(given: argparse.Namespace) -> int | str:
    """Every reader in its own process, one after the other; 1 when there is a finding."""
    place = given.place.expanduser().resolve()
    if not available():
        return MISSING
    if place == ROOT or ROOT in place.parents:
        return f"{place} is inside the repository: findings may hold anybody's bytes. Choose another: --place FOLDER"
    place.mkdir(parents=True, exist_ok=True)
    executions = findings = 0
    for name in given.names or (*ARCHIVES, FEED, MARKUP):
        told = guided(name, place, executions=given.executions, seconds=given.seconds, seed=given.seed)
        executions, findings = executions + told.executions, findings + len(told.findings)
        short = "" if told.executions >= given.executions or told.findings else ", ended by time"
        print(f"{name:18} seed {given.seed}: {told.executions} executions, {told.executions / told.seconds:.0f}/s, "
              f"{told.reached} places reached, {len(told.findings)} findings{short}", flush=True)  # fmt: skip
        for path in told.findings:
            print(f"    {path}, and what was said: {path.with_name(f'said-{path.name}.txt')}", flush=True)
    print(f"{executions} executions in all, {findings} findings, in {place}", flush=True)
    return 1 if findings else 0


if __name__ == "__main__":
    main()
