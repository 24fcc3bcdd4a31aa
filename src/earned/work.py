"""How this machine works through runs and pages: threads, progress, and what conductors hand to pure layers."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from py3langid.langid import LanguageIdentifier

    from earned.channels.base import Channel
    from earned.channels.http import Polite
    from earned.text.embed import StaticEmbedder
    from earned.text.pitch import PitchModel


T = TypeVar("T")
#: New objects between two searches for cycles while posts are read and judged.
_LOOKED_THROUGH = 50_000


class Progress(Protocol):
    """Is told how far a long piece of work has come."""

    def __call__(self, stage: str, done: float, total: float | None) -> None:
        """`stage` in words, `done` of `total` (None: not known)."""
        ...


def silent(stage: str, done: float, total: float | None) -> None:
    """Tells nobody."""


class Workers:
    """Threads for compiled work, which holds no lock while it runs. Results do not depend on their number."""

    def __init__(self, progress: Progress = silent) -> None:
        self._pool, self._progress, self._passes = ThreadPoolExecutor(os.cpu_count() or 1), progress, 0

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def search(self, work: Callable[..., None], runs: Sequence[tuple[int, int]]) -> None:
        """Run a search over its runs."""
        for number, _ in enumerate(self._pool.map(lambda run: work(*run), runs), 1):
            self._progress("Comparing texts", number, len(runs))

    def passes(self, work: Callable[[int, int], T], cuts: Sequence[tuple[int, int]]) -> list[T]:
        """Run one pass of a fit over its blocks, results in block order."""
        self._passes += 1
        self._progress("Weighing causes", self._passes, None)
        return list(self._pool.map(lambda cut: work(*cut), cuts))


@contextmanager
def settled() -> Iterator[Callable[[], None]]:
    """Posts by the million are no garbage: what is there now, or when the function given is called, is not searched meanwhile.

    Python looks through all objects for cycles again and again while they grow in number: a twentieth of the whole work.
    New ones are looked through by the fifty thousand, not by the seven hundred: a fortieth.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_LOOKED_THROUGH, *before[1:])
    try:
        yield gc.freeze
    finally:
        if before[0] != _LOOKED_THROUGH:  # else another such block is at work, and will bring back what was
            gc.set_threshold(*before)
        gc.unfreeze()


def channel_for(name: str, columns: Mapping[str, str] | None, secret: str = "") -> Channel:
    """The channel called `name`; a mapping of columns is for files of records, the workspace's secret for mail."""
    from earned.channels import channel
    from earned.channels.records import Records

    if name == "bluesky":
        return _bluesky()
    if name == "mastodon":
        return _mastodon()
    if name in ("mail", "imap", "list-archive"):
        return _mail_channel(name, f"mail addresses {secret}".encode() if secret else b"")
    return Records(columns=dict(columns)) if columns and name == "records" else channel(name)


def _bluesky() -> Channel:
    from earned.channels.bluesky import Bluesky
    from earned.channels.bluesky_login import login_from

    return Bluesky(login=login_from(os.environ))


def _mastodon() -> Channel:
    from earned.channels.mastodon import Mastodon
    from earned.channels.mastodon_login import tokens_from

    return Mastodon(tokens=tokens_from(os.environ))


def _mail_channel(name: str, key: bytes) -> Channel:
    from earned.channels.archives.mail import Mail
    from earned.channels.mailserver import Imap, ListArchive, password_from

    made: dict[str, Callable[[], Channel]] = {
        "mail": lambda: Mail(key=key), "list-archive": lambda: ListArchive(key=key),
        "imap": lambda: Imap(key=key, password=password_from(os.environ)),
    }  # fmt: skip
    return made[name]()


def net() -> Polite:
    """The polite client; hosts inside a network are reached only when EARNED_ALLOW names them (host or host:port)."""
    from earned.channels.http import Polite

    named = os.environ.get("EARNED_ALLOW", "")
    return Polite(allowed=[host.strip() for host in named.split(",") if host.strip()])


@lru_cache(1_024)
def identify_language(text: str) -> str:
    """Primary language tag of a text by the packaged model of py3langid; a sample of a conversation is asked for twice."""
    return str(_identifier().classify(text)[0])


@cache
def _identifier() -> LanguageIdentifier:
    from earned.store.language_model import load_identifier

    return load_identifier()


@cache
def load_embedder() -> StaticEmbedder:
    """The packaged vectors of words."""
    from earned.store.weights import load_embedder_files
    from earned.text.embed import StaticEmbedder

    vectors = load_embedder_files()
    return StaticEmbedder(vectors.table, vectors.tokenize)


def meaning(texts: Sequence[str]) -> NDArray[np.float32]:
    """(n, d) rows of length one that tell what the words of n texts mean."""
    return load_embedder().embed(texts)


@cache
def load_pitch() -> tuple[PitchModel, StaticEmbedder]:
    """The shipped point-of-view model and the vectors it reads."""
    from earned.store.pitch import pitch_arrays
    from earned.text.pitch import PitchModel

    arrays = pitch_arrays()
    intercept = float(arrays["intercept"][0])
    model = PitchModel(arrays["cue"], arrays["dense"], arrays["word"], intercept, arrays["mean"], arrays["spread"])
    return model, load_embedder()
