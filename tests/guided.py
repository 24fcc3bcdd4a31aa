"""Coverage-guided fuzzing of readers with atheris: each in a process of its own, findings as files.

python tests/guided.py NAME CORPUS [libFuzzer options]   one reader, until its end or its first finding
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent
#: Readers beside those of archives.
FEED, MARKUP = "feed", "markup"
#: A reader with a fault, which shows that faults are found.
PLANTED = "planted"
#: One execution that takes longer, in seconds, or more memory, in MB, is a finding.
SLOWEST, MOST_MB = 25, 2_048
#: Longest input in bytes: grammar matters here, not size.
LONGEST = 16_384
#: First byte of an input that stands for the whole container and for no member of it.
_WHOLE = 255
MISSING = (
    "Guided fuzzing needs atheris, and this Python has none. It has wheels for Linux on x86_64, CPython 3.11 to 3.14: "
    "run it there after ./dev setup. `./dev bench fuzz` without --guided runs everywhere."
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one reader's run came to."""

    executions: int
    seconds: float
    #: Places of the code that were reached, as libFuzzer counts them.
    reached: int
    #: Files of findings; a traceback is the end of `said`.
    findings: tuple[Path, ...]
    said: str


def available() -> bool:
    """Whether atheris is there."""
    return importlib.util.find_spec("atheris") is not None


def guided(name: str, place: Path, *, executions: int, seconds: int, seed: int = 1) -> Told:
    """Run one reader in its own process.

    Args:
        name: As in `fuzzing.ARCHIVES`, or FEED, MARKUP.
        place: Folder that keeps the corpus and gets the findings.
        executions, seconds: Whichever comes first ends it.
        seed: Of libFuzzer.

    Raises:
        RuntimeError: there is no atheris, or the process ended without saying how often it ran.
    """
    if not available():
        raise RuntimeError(MISSING)
    corpus, findings = place / "corpus" / name, place / "findings"
    corpus.mkdir(parents=True, exist_ok=True)
    findings.mkdir(exist_ok=True)
    before, began = {*findings.glob(f"{name}-*")}, time.monotonic()
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(
        prefix="earned-fuzz-", dir=memory if os.access(memory, os.W_OK) else None
    ) as scratch:
        done = subprocess.run(
            [sys.executable, str(Path(__file__).resolve()), name, str(corpus), f"-runs={executions}", f"-max_total_time={seconds}",
             f"-seed={seed}", f"-timeout={SLOWEST}", f"-rss_limit_mb={MOST_MB}", f"-max_len={LONGEST}", "-len_control=0",
             "-print_final_stats=1", f"-artifact_prefix={findings / name}-"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
            env={**os.environ,
                 "EARNED_FUZZ_SCRATCH": scratch, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent / "src")])},
        )  # fmt: skip
    found = tuple(sorted({*findings.glob(f"{name}-*")} - before))
    counted = re.findall(r"stat::number_of_executed_units:\s*(\d+)", done.stdout) or re.findall(
        r"^#(\d+)\s", done.stdout, re.M
    )
    if not counted or (done.returncode and not found):
        raise RuntimeError(
            f"{name}: the process ended with {done.returncode} and found nothing:\n{done.stdout[-3_000:]}"
        )
    for path in found:
        path.with_name(f"said-{path.name}.txt").write_text(done.stdout[-20_000:], encoding="utf-8", errors="replace")
    reached = re.findall(r"\bcov: (\d+)", done.stdout)
    return Told(int(counted[-1]), time.monotonic() - began, int(reached[-1]) if reached else 0, found, done.stdout)


def main() -> None:
    """The process of one reader: never returns."""
    try:
        import atheris
    except ImportError:
        sys.exit(MISSING)
    name, corpus = sys.argv[1], Path(sys.argv[2])
    with atheris.instrument_imports(include=["earned.channels", "feedparser"]):
        importlib.import_module("fuzzing")
        importlib.import_module("earned.channels.feed.parse")
        importlib.import_module("earned.channels.relme")
        if name not in (MARKUP, PLANTED):
            importlib.import_module(f"data.{name}.recorded")
    folder = Path(os.environ.get("EARNED_FUZZ_SCRATCH") or tempfile.mkdtemp(prefix="earned-fuzz-"))
    run, seeds = _reader(name, folder)
    for number, body in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(body)
    atheris.Setup([sys.argv[0], *sys.argv[3:], str(corpus)], run)
    atheris.Fuzz()


def _reader(name: str, folder: Path) -> tuple[Callable[[bytes], None], list[bytes]]:
    """What one execution does, and the inputs to begin with."""
    if name == PLANTED:
        import atheris

        return atheris.instrument_func(_planted), [b"0000"]
    if name == MARKUP:
        return _markup, [
            b"<a rel=me href='https://a.example/'>a</a>",
            b"<!-- x --><blockquote cite=x>y</blockquote><![CDATA[z]]>",
        ]
    from fuzzing import Target

    if name == FEED:
        return _feed(folder)
    target = Target(name, folder)
    return _archive(target), _archive_seeds(target)


def _planted(data: bytes) -> None:
    if data[:1] == b"l":  # noqa: SIM102 - one after the other: each is a place that can be reached
        if data[1:2] == b"e":  # noqa: SIM102
            if data[2:3] == b"a":  # noqa: SIM102
                if data[3:4] == b"d":
                    1 / 0  # noqa: B018 - the fault


def _markup(data: bytes) -> None:
    from earned.channels.markup import plain
    from earned.channels.relme import marked

    text = data.decode("utf-8", "replace")
    plain(text, "https://a.example/")
    marked(text)


def _feed(folder: Path) -> tuple[Callable[[bytes], None], list[bytes]]:
    from data.feed.recorded import NOW, Recorded
    from earned.channels.feed import Feed
    from fuzzing import check

    path, known = folder / "given", Feed(now=lambda: NOW)

    def run(data: bytes) -> None:
        path.write_bytes(data)
        check(known, str(path), Recorded())  # what a list of feeds names is missing, but for one

    return run, [
        one.read_bytes() for one in sorted((TESTS / "data" / "feed").glob("*")) if one.suffix in (".xml", ".json")
    ] + [
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>https://a.example</link><item><guid>1</guid>'
        b"<title>a</title><pubDate>Fri, 01 Mar 2024 10:00:00 GMT</pubDate><description>&lt;p&gt;words</description></item>"
        b"</channel></rss>",
        b'{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[{"id":"1","content_html":"<p>w</p>",'
        b'"date_published":"2024-03-01T10:00:00Z","authors":[{"name":"Ada"}]}]}',
        b'<opml version="2.0"><body><outline xmlUrl="https://a.example/feed"/></body></opml>',
    ]


def _archive(target: object) -> Callable[[bytes], None]:
    """The first byte chooses the member that is replaced by the rest, or the container itself."""
    from fuzzing import check

    names = sorted(target.sound)
    whole, parts = target.folder / "whole", target.folder / "parts"
    for name, body in target.sound.items():
        (parts / name).parent.mkdir(parents=True, exist_ok=True)
        (parts / name).write_bytes(body)
    whole.mkdir(exist_ok=True)

    def run(data: bytes) -> None:
        if not data or target.single or (data[0] == _WHOLE and not target.path.is_dir()):
            given = whole / target.path.name
            given.write_bytes(data if target.single else data[1:])
            check(target.channel, str(given), target.net)
            return
        name = names[data[0] % len(names)]
        (parts / name).write_bytes(data[1:])
        try:
            check(target.channel, str(parts), target.net)
        finally:
            (parts / name).write_bytes(target.sound[name])

    return run


def _archive_seeds(target: object) -> list[bytes]:
    if target.single:
        return [target.path.read_bytes()]
    made = [bytes([place]) + target.sound[name] for place, name in enumerate(sorted(target.sound)) if place < _WHOLE]
    return made if target.path.is_dir() else [*made, bytes([_WHOLE]) + target.path.read_bytes()]


if __name__ == "__main__":
    main()
