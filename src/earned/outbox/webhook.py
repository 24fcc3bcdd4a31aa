"""JSON to an address that a person gave: public addresses only, no redirects, one answer of a few bytes."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Collection, Mapping

from earned import __version__
from earned.channels.addresses import Target, check, shown
from earned.errors import ChannelError, Unreachable

CHANNEL = "webhook"
#: Seconds for connecting and for the answer.
PATIENCE = 20.0


class _Pinned(http.client.HTTPConnection):
    """Connects to the IP that was checked, under the name that was asked for."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=PATIENCE)
        self._target = target

    def connect(self) -> None:
        """Open the connection; certificates are checked against the name."""
        self.sock = socket.create_connection((self._target.ip, self._target.port), PATIENCE)
        if self._target.parts.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._target.host)


_WAY_OUT = "Look at the address, which has to take JSON by POST, then send it again."


def post_json(url: str, content: Mapping[str, object], *, allowed: Collection[str] = ()) -> None:
    """Send `content` to `url`, once.

    Args:
        url: An http or https address.
        content: Plain data.
        allowed: Hosts inside a network that a person allowed by name.

    Raises:
        ChannelError: the address is refused, cannot be reached, or answered something other than 2xx.
    """
    target = check(url, allowed)
    connection = _Pinned(target)
    path = target.parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": f"earned/{__version__}"}
    try:
        connection.request("POST", path, json.dumps(content, ensure_ascii=False).encode(), headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as fault:
        raise Unreachable(
            CHANNEL, shown(url), f"cannot be reached ({fault})", permanent=False, way_out=_WAY_OUT
        ) from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise ChannelError(CHANNEL, shown(url), f"answered {status}", permanent=300 <= status < 500, way_out=_WAY_OUT)
