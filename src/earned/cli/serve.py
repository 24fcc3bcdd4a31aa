"""One page on loopback, until the person stops it."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import click

from earned.errors import InputError


def serve_page(page: str, port: int, *, open_browser: bool) -> None:
    """Serve `page` at / on 127.0.0.1 only.

    Raises:
        InputError: the port is taken.
    """
    body = page.encode()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path in ("/", "/index.html")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8" if found else "text/plain; charset=utf-8")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(body if found else b"Only / is here.\n")

        def log_message(self, *_: object) -> None:
            return

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Page)
    except OSError as error:
        raise InputError(f"port {port}", f"cannot be used ({error.strerror}).", "Another one: --port 8766") from None
    address = f"http://127.0.0.1:{server.server_port}/"
    click.echo(f"{address}  (stop with Ctrl-C)")
    if open_browser:
        click.launch(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Stopped.")
    finally:
        server.server_close()
