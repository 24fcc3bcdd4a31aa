"""A real server on loopback, a polite client that may reach it, and git repositories built on the spot."""

import gzip
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from earned.channels.http import Polite


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        answer = self.server.pages.get(self.path, 404)
        if callable(answer):
            return answer(self)
        if isinstance(answer, int):
            return self.say(answer, b"")
        body, headers = answer if isinstance(answer, tuple) else (answer, {})
        etag = headers.get("ETag")
        if etag and self.headers.get("If-None-Match") == etag:
            return self.say(304, b"", headers)
        return self.say(200, body, headers)

    def do_POST(self):
        self.server.told.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.do_GET()

    def say(self, status, body, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    """Pages by path: bytes, (bytes, headers), a status, or a function of the handler; `asked` keeps what came."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    made.pages, made.asked, made.told = {}, [], []
    made.address = f"http://127.0.0.1:{made.server_port}"
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def net(server):
    with Polite(allowed=[f"127.0.0.1:{server.server_port}"], gap=0, first_wait=0, whole_request=1.0) as client:
        yield client


def drip(handler):
    """A body that never ends: one byte every tenth of a second."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    try:
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.1)
    except OSError:
        pass
    handler.close_connection = True


def cut(handler):
    """A body that ends before its length."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")
    handler.close_connection = True


#: Made before anybody waits for it: a busy machine takes a second.
BOMB = gzip.compress(bytes(50_000_000), 1)


def bomb(handler):
    handler.say(200, BOMB, {"Content-Encoding": "gzip"})


def to(location):
    return lambda handler: handler.say(302, b"", {"Location": location})
