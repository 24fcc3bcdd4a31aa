"""Raw JSONL to leaders by the command: CPU, wall, peak memory, growth, quality against the truth, a floor and a peer beside it.

    ./dev bench leaders [--sizes 10000 100000 1000000] [--folder DIR] [--floor] [--peer] [--python PYTHON] [--hide-links]

With --hide-links Earned is asked what it finds by words, times and bursts alone.
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

import numpy as np
from scipy.stats import spearmanr

BENCH = Path(os.environ.get("BENCH", Path(__file__).resolve().parents[2] / "shared" / "bench"))
#: What `earned leaders FILE --json` says when the file's links are hidden.
WITHOUT_LINKS = """import sys
from dataclasses import replace
from earned.report.text import json_text
from earned.study import Wish, learn, read_files
given = replace(read_files([sys.argv[1]]), links=[])
print(json_text(learn(given, Wish(seed=1), lasting=False).leadership))
"""
#: People with fewer posts are left out where rates are compared: their realized rates are chance.
FEWEST = 20


def corpus(folder: Path, size: int) -> Path:
    """Posts of a generated corpus; made once."""
    place = folder / str(size)
    if not (place / "posts.earned.jsonl").exists():
        subprocess.run(
            [sys.executable, BENCH / "gen_corpus.py", str(size), place], check=True, stdout=subprocess.DEVNULL
        )
        subprocess.run([sys.executable, BENCH / "to_posts.py", place], check=True)
    return place


def measured(words: list[str]) -> tuple[dict[str, float], str]:
    """CPU seconds, wall seconds, peak MiB of one command and its children, and what it said; code stays compiled, as installed."""
    read, write = os.pipe()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began, child = time.monotonic(), os.fork()
    if not child:
        os.dup2(write, 1)
        os.close(read)
        os.execvpe(words[0], words, environment)
    os.close(write)
    with os.fdopen(read) as out:
        said = out.read()
    _, status, used = os.wait4(child, 0)
    if status:
        sys.exit(f"{' '.join(words)} failed:\n{said[-2000:]}")
    spent = {"cpu": used.ru_utime + used.ru_stime, "wall": time.monotonic() - began, "mib": used.ru_maxrss / 1024}
    return spent, said


def in_itself(said: str) -> dict[str, float]:
    """CPU seconds that a program of the bench says it took once its code was compiled and loaded."""
    rows = (json.loads(line) for line in said.splitlines() if line.startswith('{"tier"'))
    total = next((row for row in rows if row.get("stage") == "TOTAL"), None)
    return {"own_cpu": float(total["cpu"])} if total else {}


def realized(place: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """What really followed each post's author, per post: name of the truth -> (rates by author, posts by author).

    "planted" counts the offspring of ideas alone, as the floor does; "answers too" also replies, quotes and links among the
    other posts, which people made and Earned counts, each as far as it comes from another organization.
    """
    known = np.load(place / "arrays.npz")
    author, parent = known["author"], known["parent"]
    organization, people = known["org"][author], len(known["infl"])
    answered = np.where(parent >= 0, parent, np.where(known["reply"] >= 0, known["reply"], known["link"]))
    outside = (answered >= 0) & (organization != organization[answered])
    posts = np.bincount(author, minlength=people)
    return {
        name: (np.bincount(author[to], minlength=people) / np.maximum(posts, 1), posts)
        for name, to in (("planted", parent[parent >= 0]), ("answers too", answered[outside]))
    }


def quality(place: Path, said: str) -> dict[str, dict[str, float]]:
    """Rank correlation of found with realized rates, and how often the 90 % interval holds the latter."""
    rows = [row for row in json.loads(said)["people"] if row["induced"]]
    who = np.array([int(row["id"].removeprefix("person")) for row in rows])
    value, low, high = np.array([[row["induced"][name] for name in ("value", "low", "high")] for row in rows]).T
    followers = np.array([row["realized"]["value"] for row in rows])
    out: dict[str, dict[str, float]] = {"found": {"followers": round(float(followers.sum()))}}
    for name, (rate, posts) in realized(place).items():
        truth, enough = rate[who], posts[who] >= FEWEST
        inside = (truth >= low) & (truth <= high)
        ranks = spearmanr(value[enough], truth[enough])[0]
        out[name] = {"followers": round(float((rate * posts)[who].sum())), "people": int(enough.sum()),
                     "spearman": round(float(ranks), 3), "covered": round(float(inside[enough].mean()), 3)}  # fmt: skip
    return out


def main() -> None:
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    command.add_argument("--folder", type=Path, default=Path(os.environ.get("TMPDIR", "/tmp")) / "earned-corpora")
    command.add_argument("--floor", action="store_true", help="the feasibility floor in the same run")
    command.add_argument("--peer", action="store_true", help="the best peer pipeline in the same run")
    command.add_argument("--python", default=sys.executable, help="the interpreter that runs floor and peer")
    command.add_argument("--hide-links", action="store_true", help="what is found without the links")
    given = command.parse_args()
    rows = {}
    for size in given.sizes:
        place = corpus(given.folder, size)
        posts = str(place / "posts.earned.jsonl")
        runs = {"earned": [sys.executable, "-m", "earned", "leaders", posts, "--json"]}
        if given.hide_links:
            runs["earned"] = [sys.executable, "-c", WITHOUT_LINKS, posts]
        if given.floor:
            runs["floor"] = [given.python, str(BENCH / "floor.py"), str(place)]
        if given.peer:
            runs["peer"] = [given.python, str(BENCH / "peer_pipeline.py"), str(place), "best"]
        told = {name: measured(words) for name, words in runs.items()}
        rows[size] = {name: spent | in_itself(said) for name, (spent, said) in told.items()}
        print(json.dumps({"posts": size, **rows[size], "quality": quality(place, told["earned"][1])}), flush=True)
    first, last = min(rows), max(rows)
    if first < last:
        growth = math.log(rows[last]["earned"]["cpu"] / rows[first]["earned"]["cpu"]) / math.log(last / first)
        print(f"exponent {first} -> {last}: {growth:.2f}")


if __name__ == "__main__":
    main()
