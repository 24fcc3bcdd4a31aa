"""The `mastodon-mock` package on loopback, its people willing to be found by topic: its default, as at real servers, is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx2


@contextmanager
def package() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Its address, and what to ask it: method, path, as whom, what."""
    from mastodon_mock.db.models import Account
    from mastodon_mock.testing.server import MockServer

    server = MockServer()
    server.start()
    try:
        base = str(server.base_url if hasattr(server, "base_url") else server.url)
        server.config.domain = urlsplit(base).netloc  # statuses are at the server's own address, as at a real one
        with server._server.config.app.state.session_factory() as rows:
            rows.query(Account).update({"indexable": True})
            rows.commit()

        def ask(method: str, path: str, who: str = "alice", **data: object) -> Any:
            head = {"Authorization": f"Bearer {who}_token"}
            done = httpx2.request(method, f"{base}/api/v1{path}", json=data or None, headers=head, timeout=10)
            done.raise_for_status()
            return done.json()

        yield base, ask
    finally:
        server.stop()
