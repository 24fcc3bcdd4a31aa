"""Pages of a large study: time of each kind of page, and many readers during a sync.

    ./dev bench pages [--size 100000] [--folder DIR] [--readers 100] [--times 30]

A study of generated posts is imported and worked out (timed, with peak memory), `earned serve` is started, and every kind of
page is asked for; then so many readers at once, while another process imports the same number of posts into a second study.
Times are seen by the client on loopback: server time and the way there and back.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from leaders import corpus, measured

EARNED = [sys.executable, "-m", "earned"]


def ask(base: str, there: str) -> tuple[int, float, bytes]:
    """Status, seconds and body of one page, on a connection of its own."""
    began, connection = time.perf_counter(), HTTPConnection(urlsplit(base).netloc, timeout=60)
    connection.request("GET", there)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, time.perf_counter() - began, body


def quantiles(seconds: Sequence[float]) -> str:
    """Median, 95th percentile and largest, in milliseconds."""
    order = sorted(seconds)
    return "  ".join(
        f"{name} {1000 * order[min(len(order) - 1, int(part * len(order)))]:7.1f} ms"
        for name, part in (("p50", 0.5), ("p95", 0.95), ("most", 1.0))
    )


def pages_of(base: str, study: str) -> dict[str, list[str]]:
    """Addresses by kind of page, taken from the lists."""
    kinds = {
        name: [f"/s/{study}/{name}"] for name in ("", "ideas/", "people/", "organizations/", "openings/", "digest/")
    }
    kinds |= {"settings/": [f"/s/{study}/settings/"], "decisions/": [f"/s/{study}/decisions/"]}
    kinds["ledger/"] = [f"/s/{study}/ledger/?from={first}" for first in range(0, 2_000, 100)]
    kinds["search/"] = [f"/s/{study}/search/?q={word}" for word in ("a", "ada", "alert", "zz")]
    for one, many in (("person", "people/"), ("idea", "ideas/"), ("organization", "organizations/")):
        found = re.findall(rf'href="(/s/{study}/{one}/[^"]+)"', ask(base, f"/s/{study}/{many}")[2].decode())
        kinds[f"{one}/"] = found[:50]
    kinds["ledger of one person/"] = [f"/s/{study}/ledger/?person={there.split('/')[-2]}" for there in kinds["person/"]]
    return {name: found for name, found in kinds.items() if found}


def main() -> None:
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("--size", type=int, default=100_000)
    command.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "earned-corpora")
    command.add_argument("--readers", type=int, default=100)
    command.add_argument("--processes", type=int, default=2, help="of earned serve, as with --team")
    command.add_argument("--times", type=int, default=30)
    given = command.parse_args()
    posts = corpus(given.folder, given.size) / "posts.earned.jsonl"
    workspace = Path(tempfile.mkdtemp())
    os.environ["EARNED_WORKSPACE"] = str(workspace)
    try:
        prepare(posts)
        serve(given)
    finally:
        shutil.rmtree(workspace)


def prepare(posts: Path) -> None:
    """Two studies: one worked out, one that is imported while pages are read."""
    for name in ("big", "other"):
        subprocess.run([*EARNED, "new", name], check=True, stdout=subprocess.DEVNULL)
    copy = Path(os.environ["EARNED_WORKSPACE"]) / "other.jsonl"
    with posts.open(encoding="utf-8") as source, copy.open("w", encoding="utf-8") as target:
        target.writelines(line.replace('"id":"', '"id":"o', 1) for line in source)
    subprocess.run([*EARNED, "add", "big", str(posts)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*EARNED, "add", "other", str(copy)], check=True, stdout=subprocess.DEVNULL)
    used = measured([*EARNED, "refresh", "big", "--quiet"])
    print(f"refresh (import, fit, ideas, pages): {used['cpu']:.1f} s CPU, {used['wall']:.1f} s, {used['mib']:.0f} MiB")


def serve(given: argparse.Namespace) -> None:
    """Each kind of page alone, then many readers during an import."""
    server = subprocess.Popen(
        [*EARNED, "serve", "big", "--no-open", "--port", "0", "--processes", str(given.processes)],
        stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert server.stdout
        base = server.stdout.readline().split("/s/")[0]
        kinds = pages_of(base, "big")
        for name, found in kinds.items():
            answers = [ask(base, found[k % len(found)]) for k in range(given.times)]
            assert all(status == 200 for status, _, _ in answers), (name, answers)
            print(f"{name or 'topic/':24} {quantiles([seconds for _, seconds, _ in answers])}")
        crowd(base, [there for found in kinds.values() for there in found], given)
    finally:
        server.terminate()
        server.wait(30)


def crowd(base: str, addresses: Sequence[str], given: argparse.Namespace) -> None:
    """Readers who each ask for pages one after the other while another process imports."""
    chosen = random.Random(1).choices(addresses, k=given.readers * 10)
    sync = subprocess.Popen([*EARNED, "sync", "other", "--quiet"], stdout=subprocess.DEVNULL)
    time.sleep(2)
    with ThreadPoolExecutor(given.readers) as readers:
        answers = list(readers.map(lambda there: ask(base, there), chosen))
    running = sync.poll() is None
    failed = sum(status != 200 for status, _, _ in answers)
    print(
        f"{given.readers} readers at once, {len(answers)} pages: {failed} errors, {quantiles([s for _, s, _ in answers])}"
    )
    print("the import was still running at the end" if running else "the import had ended before the last page")
    sync.wait()


if __name__ == "__main__":
    main()
