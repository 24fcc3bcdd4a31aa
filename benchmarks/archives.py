"""How fast archives are read, and in how much memory: rows a CPU second and peak, each in a process of its own."""

from __future__ import annotations

import email
import importlib
import json
import mailbox
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from email.policy import compat32
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from data import made

SENTENCES = ("nobody should wake twice for one alert and never at three in the morning", "if small steps would do")
WORDS = " ".join(SENTENCES).split()


def text(at: int, size: int = 25) -> str:
    return " ".join(WORDS[(at * 7 + k * (at % 11 + 1)) % len(WORDS)] for k in range(size))


def x(folder: Path, rows: int) -> Path:
    tweets = [made.tweet(at, text(at), at % 28 + 1) for at in range(rows)]
    return made.zipped(folder, "x.zip", {"data/tweets.js": "window.YTD.tweets.part0 = " + json.dumps(tweets)})


def linkedin(folder: Path, rows: int) -> Path:
    table = [["2024-01-02 10:00:00", made.share(at), text(at, 80), "", "", "MEMBER_NETWORK"] for at in range(rows)]
    head = ["Date", "ShareLink", "ShareCommentary", "SharedUrl", "MediaUrl", "Visibility"]
    return made.zipped(folder, "l.zip", {"Shares.csv": made.sheet(head, *table)})


def mail(folder: Path, rows: int) -> Path:
    path = folder / "list.mbox"
    with path.open("w") as file:
        for at in range(rows):
            file.write(
                f"From ada Mon Jan  1 10:00:00 2024\nFrom: Ada <ada{at % 500}@a.example>\nSubject: s{at % 999}\n"
                f"Date: Mon, 1 Jan 2024 10:{at % 60:02}:00 +0000\nMessage-ID: <{at}@a.example>\n"
                f"In-Reply-To: <{at // 2}@a.example>\n\n{text(at, 120)}\n\n"
            )
    return path


def car(folder: Path, rows: int) -> Path:
    records = {f"app.bsky.feed.post/{at:013}": made.skeet(text(at), at % 28 + 1) for at in range(rows)}
    return made.written(folder, "repo.car", made.car(records))


CASES = {
    "x": (x, 100_000, "x:X"),
    "linkedin": (linkedin, 10_000, "linkedin:LinkedIn"),
    "mail": (mail, 100_000, "mail:Mail"),
    "mail, stdlib": (mail, 100_000, "stdlib"),
    "bluesky-car": (car, 50_000, "bluesky_car:BlueskyCar"),
}


def stdlib(path: str) -> Iterator[int]:
    """The fastest the standard library reads a mailbox: each message parsed, four headers and the text taken out."""
    for mail in mailbox.mbox(path, factory=partial(email.message_from_binary_file, policy=compat32)):
        wanted = [str(mail[name]) for name in ("message-id", "from", "date", "in-reply-to", "subject")]
        text = (mail.get_payload(decode=True) or b"").decode("utf-8", "replace")
        yield bool(text and wanted)


def pages(path: str, dotted: str) -> Iterator[int]:
    module, _, name = dotted.partition(":")
    known = getattr(importlib.import_module(f"earned.channels.archives.{module}"), name)()
    return (len(page.posts) for page in known.read(path, None, net=None))


def read(path: str, dotted: str, told: multiprocessing.Queue[tuple[int, float, int]]) -> None:
    began = time.process_time()
    count = sum(pages(path, dotted) if ":" in dotted else stdlib(path))
    seconds = time.process_time() - began
    status = Path("/proc/self/status").read_text().split("VmHWM:")  # of this process alone, unlike ru_maxrss
    told.put((count, seconds, int(status[1].split()[0])))


def main() -> None:
    context = multiprocessing.get_context("spawn")
    print(f"{'archive':<14}{'rows':>9}{'MB':>7}{'CPU s':>9}{'rows/s':>9}{'peak MB':>9}")
    for name, (make, rows, dotted) in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            path = make(Path(folder), rows)
            told: multiprocessing.Queue[tuple[int, float, int]] = context.Queue()
            process = context.Process(target=read, args=(str(path), dotted, told))
            process.start()
            count, seconds, peak = told.get()
            process.join()
            size = path.stat().st_size / 1e6
            print(
                f"{name:<14}{count:>9,}{size:>7.1f}{seconds:>9.2f}{count / seconds:>9,.0f}{peak / 1024:>9.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
