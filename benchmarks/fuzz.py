"""Mutated archives for every reader, for as long as wanted: executions a second, what was read and refused, peak memory.

./dev bench fuzz [--executions N] [--seed S] [NAME...]; a finding ends it with the traceback and the number to run again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from fuzzing import ARCHIVES, fuzz  # after the path is set


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=ARCHIVES)
    parser.add_argument(
        "--executions", type=int, default=90_000, help="of each reader; 12 x 90,000 are a night's million"
    )
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    for name in given.names:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            told = fuzz(name, given.executions, given.seed, Path(folder))
        rate = given.executions / (time.monotonic() - began)
        print(
            f"{name:18} seed {given.seed}: {given.executions} executions, {rate:.0f}/s, read {told['read']:.0f}, "
            f"refused {told['refused']:.0f}, slowest {told['slowest']:.2f} s, peak {told['peak_mb']:.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
