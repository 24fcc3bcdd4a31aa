"""Raw JSONL to leaders: CPU, wall, peak memory, growth, and the ratio to a floor and a peer pipeline in the same run.

    ./dev bench leaders [--sizes 10000 100000 1000000] [--folder DIR] [--floor] [--peer] [--python PYTHON]

Corpora come from the generator of the folder `bench` beside the data folder (BENCH or ../shared/bench), made where missing.
The peer and the floor need packages of their own (see that folder's README): PYTHON is the interpreter that has them.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path

BENCH = Path(os.environ.get("BENCH", Path(__file__).resolve().parents[2] / "shared" / "bench"))
JOB = "import sys; from earned.study import leaders; found = leaders(sys.argv[1]); print(len(found.people))"


def corpus(folder: Path, size: int) -> Path:
    """Posts of a generated corpus; made once."""
    place = folder / str(size)
    if not (place / "posts.earned.jsonl").exists():
        subprocess.run(
            [sys.executable, BENCH / "gen_corpus.py", str(size), place], check=True, stdout=subprocess.DEVNULL
        )
        subprocess.run([sys.executable, BENCH / "to_posts.py", place], check=True)
    return place


def measured(words: list[str]) -> dict[str, float]:
    """CPU seconds, wall seconds, peak MiB of one command and its children."""
    read, write = os.pipe()
    began, child = time.monotonic(), os.fork()
    if not child:
        os.dup2(write, 1)
        os.close(read)
        os.execvp(words[0], words)
    os.close(write)
    with os.fdopen(read) as out:
        said = out.read()
    _, status, used = os.wait4(child, 0)
    if status:
        sys.exit(f"{' '.join(words)} failed:\n{said[-2000:]}")
    return {"cpu": used.ru_utime + used.ru_stime, "wall": time.monotonic() - began, "mib": used.ru_maxrss / 1024}


def main() -> None:
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    command.add_argument("--folder", type=Path, default=Path(os.environ.get("TMPDIR", "/tmp")) / "earned-corpora")
    command.add_argument("--floor", action="store_true", help="the feasibility floor in the same run")
    command.add_argument("--peer", action="store_true", help="the best peer pipeline in the same run")
    command.add_argument("--python", default=sys.executable, help="the interpreter that runs floor and peer")
    given = command.parse_args()
    rows = {}
    for size in given.sizes:
        place = corpus(given.folder, size)
        runs = {"earned": [sys.executable, "-c", JOB, str(place / "posts.earned.jsonl")]}
        if given.floor:
            runs["floor"] = [given.python, str(BENCH / "floor.py"), str(place)]
        if given.peer:
            runs["peer"] = [given.python, str(BENCH / "peer_pipeline.py"), str(place), "best"]
        rows[size] = {name: measured(words) for name, words in runs.items()}
        print(json.dumps({"posts": size, **rows[size]}), flush=True)
    first, last = min(rows), max(rows)
    if first < last:
        growth = math.log(rows[last]["earned"]["cpu"] / rows[first]["earned"]["cpu"]) / math.log(last / first)
        print(f"exponent {first} -> {last}: {growth:.2f}")


if __name__ == "__main__":
    main()
