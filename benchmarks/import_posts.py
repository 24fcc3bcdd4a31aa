"""How fast pages of posts are kept, and what a kill costs.

    python benchmarks/import_posts.py 1000000              rows a second, CPU, peak memory
    python benchmarks/import_posts.py 200000 --kills 20    kill the import at random moments, resume, compare

The pages are made in a process of their own and handed over as pickles, so that making them is not counted.
"""

from __future__ import annotations

import argparse
import pickle
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from earned.model import Account, Link, Page, Post
from earned.store import open_store

PAGE = 5_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = ("zero", "trust", "identity", "network", "audit", "vendor", "breach", "policy", "cloud", "budget", "engineer")


def page(start: int, stop: int) -> Page:
    """Posts `start` to `stop` of an endless synthetic conversation: always the same ones."""
    chance = random.Random(start)
    people = [Account(f"bench:p{number}", f"Person {number}", "person") for number in chance.sample(range(20_000), 200)]
    posts, links = [], []
    for number in range(start, stop):
        text = " ".join(chance.choices(WORDS, k=40))
        author = chance.choice(people).id
        when = NOW + timedelta(seconds=37 * number)
        url = f"https://bench.example/{number}"
        posts.append(Post(f"bench:{number}", "bench", (author,), when, "second", text, url=url, lang="en"))
        if number and chance.random() < 0.3:
            links.append(Link(f"bench:{number}", "reply", f"bench:{chance.randrange(number)}", evidence="reply_to"))
    return Page(tuple(posts), tuple(people), tuple(links), cursor=str(stop), read_at=NOW)


def pages(rows: int, cursor: str | None) -> Iterator[Page]:
    for start in range(int(cursor or 0), rows, PAGE):
        yield page(start, min(start + PAGE, rows))


def make(rows: int, cursor: str | None) -> None:
    """The child: pages to standard output."""
    for one in pages(rows, cursor):
        pickle.dump(one, sys.stdout.buffer, protocol=5)
    sys.stdout.buffer.close()


def import_all(folder: Path, rows: int) -> None:
    """Keep the pages after the cursor, and say how long keeping took."""
    store = open_store(folder)
    study = {one.name: one for one in store.studies.all()}.get("bench") or store.studies.new("bench")
    source = store.sources.add(study, "bench", "synthetic")
    command = [sys.executable, __file__, str(rows), "--make", store.sources.cursor(source) or "0"]
    wall = cpu = 0.0
    kept = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE) as maker:
        assert maker.stdout
        while maker.stdout.peek(1):  # type: ignore[attr-defined]
            one = pickle.load(maker.stdout)
            before, used = time.perf_counter(), time.process_time()
            store.posts.keep(source, one, now=NOW)
            wall, cpu, kept = (
                wall + time.perf_counter() - before,
                cpu + time.process_time() - used,
                kept + len(one.posts),
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if kept:
        print(f"kept {kept:,} posts: {kept / wall:,.0f} posts/s, {kept / cpu:,.0f} posts/CPU s, peak {peak:,.0f} MiB")


def read_all(folder: Path) -> None:
    store = open_store(folder)
    study = store.studies.get("bench")
    for name, act in (
        ("of", lambda: sum(1 for _ in store.posts.of(study))),
        ("links", lambda: sum(1 for _ in store.posts.links(study))),
        ("accounts", lambda: sum(1 for _ in store.posts.accounts(study))),
        ("high_water", lambda: store.posts.high_water(study)),
    ):
        before = time.perf_counter()
        print(f"{name}: {act()} in {time.perf_counter() - before:.2f} s")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def high_water(folder: Path) -> str:
    code = (
        "import sys; from pathlib import Path; from earned.store import open_store; s = open_store(Path(sys.argv[1]));"
    )
    code += "print(s.posts.high_water(s.studies.get('bench')))"
    return subprocess.run(
        [sys.executable, "-c", code, folder], capture_output=True, text=True, check=True
    ).stdout.strip()


def killed(folder: Path, rows: int, kills: int, longest: float) -> int:
    """Import in a child that is killed again and again, then let one finish; how many kills met a running import."""
    chance, met = random.Random(kills), 0
    command = [sys.executable, __file__, str(rows), "--folder", str(folder)]
    for _ in range(kills):
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, longest))
        met += child.poll() is None
        child.send_signal(signal.SIGKILL)
        child.wait()
    subprocess.run(command, check=True)
    return met


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rows", type=int)
    options.add_argument("--kills", type=int, default=0)
    options.add_argument("--make", help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.make:
        return make(given.rows, given.make)
    if given.folder:
        return read_all(given.folder) if given.read else import_all(given.folder, given.rows)
    with tempfile.TemporaryDirectory() as place:
        measure(Path(place), given.rows, given.kills)


def measure(place: Path, rows: int, kills: int) -> None:
    calm = place / "calm"
    began = time.perf_counter()
    subprocess.run([sys.executable, __file__, str(rows), "--folder", calm], check=True)
    took = time.perf_counter() - began
    print(f"{took:.1f} s in all, database {(calm / 'earned.sqlite3').stat().st_size / 2**20:,.0f} MiB", flush=True)
    subprocess.run([sys.executable, __file__, str(rows), "--folder", calm, "--read"], check=True)
    if kills:
        met = killed(place / "killed", rows, kills, 1.0 + 1.5 * took / kills)
        same = high_water(calm) == high_water(place / "killed")
        print(f"{kills} kills, {met} of a running import; content {'equal' if same else 'DIFFERENT'}")
        sys.exit(not same)


if __name__ == "__main__":
    main()
