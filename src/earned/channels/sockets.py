"""Streams of messages (WebSocket, RFC 6455) from checked addresses, bounded in the size of a message."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from websockets.exceptions import ConnectionClosedOK, InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from earned.channels.addresses import CHANNEL, Target, shown
from earned.errors import Forbidden, Unreachable

#: Seconds to connect, and to shake hands.
_CONNECT = 5.0


def messages(target: Target, url: str, *, agent: str, idle: float, most: int) -> Iterator[bytes | str]:
    """Messages until none came for `idle` seconds or the server says that there are no more.

    Args:
        target: The checked address; its IP is connected to, under the name that was asked for.
        url: The stream, ws or wss.
        agent: Who asks.
        idle: Seconds.
        most: Bytes of a message.

    Raises:
        Unreachable: no connection, or it broke.
        Forbidden: the server does not let us in.
    """
    try:
        with _opened(target, url, agent, most) as stream:
            while True:
                try:
                    yield stream.recv(timeout=idle)
                except (TimeoutError, ConnectionClosedOK):
                    return
    except InvalidStatus as fault:
        status = fault.response.status_code
        kind = Forbidden if status in (401, 403, 404) else Unreachable
        raise kind(CHANNEL, shown(url), f"answered {status}", permanent=kind is Forbidden) from None
    except (OSError, WebSocketException) as fault:
        raise Unreachable(CHANNEL, shown(url), f"the stream broke ({fault})", permanent=False) from None


def _opened(target: Target, url: str, agent: str, most: int) -> ClientConnection:
    """A connection; nothing is compressed, so that nothing small becomes large."""
    plug = socket.create_connection((target.ip, target.port), timeout=_CONNECT)
    try:
        return connect(
            url, sock=plug, ssl=ssl.create_default_context() if target.parts.scheme == "https" else None,
            server_hostname=target.host if target.parts.scheme == "https" else None, compression=None, max_size=most,
            user_agent_header=agent, proxy=None, open_timeout=_CONNECT, close_timeout=1.0,
        )  # fmt: skip
    except BaseException:
        plug.close()
        raise
