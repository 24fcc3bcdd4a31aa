"""Streams of messages (WebSocket, RFC 6455) from checked addresses, bounded in the size of a message."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping

from websockets.exceptions import ConnectionClosedOK, InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from earned.channels.addresses import CHANNEL, Target, shown
from earned.errors import ChannelError, Forbidden, Unreachable

#: Seconds to connect, and to shake hands.
_CONNECT = 5.0


def messages(
    target: Target, url: str, *, agent: str, idle: float, most: int, beat: float | None = None,
    headers: Mapping[str, str] | None = None,
) -> Iterator[bytes | str]:  # fmt: skip
    """Messages until none came for `idle` seconds or the server says that there are no more.

    Args:
        target: The checked address; its IP is connected to, under the name that was asked for.
        url: The stream, ws or wss.
        agent: Who asks.
        idle: Seconds.
        most: Bytes of a message.
        beat: Give an empty message once the stream is open, and whenever none came for so many seconds.
        headers: Sent with the first request.

    Raises:
        Unreachable: no connection, or it broke.
        Forbidden: the server does not let us in.
    """
    try:
        with _opened(target, url, agent, most, headers or {}) as stream:
            yield from _heard(stream, idle, beat)
    except InvalidStatus as fault:
        raise _refused(url, fault.response.status_code) from None
    except ssl.SSLCertVerificationError:
        raise Forbidden(CHANNEL, shown(url), "its certificate is not valid", permanent=True) from None
    except (OSError, WebSocketException) as fault:
        raise Unreachable(CHANNEL, shown(url), f"the stream broke ({fault})", permanent=False) from None


def _heard(stream: ClientConnection, idle: float, beat: float | None) -> Iterator[bytes | str]:
    if beat is not None:
        yield ""
    quiet = 0.0
    while quiet < idle:
        wait = min(beat or idle, idle - quiet)
        try:
            message = stream.recv(timeout=wait)
        except TimeoutError:
            quiet += wait
            if beat is not None:
                yield ""
        except ConnectionClosedOK:
            return
        else:
            quiet = 0.0
            yield message


def _refused(url: str, status: int) -> ChannelError:
    if status in (401, 403):
        return Forbidden(CHANNEL, shown(url), f"answered {status}: it is not public", permanent=True)
    if status in (404, 410, 501):
        return Forbidden(CHANNEL, shown(url), f"answered {status}: there is no such stream", permanent=True)
    return Unreachable(CHANNEL, shown(url), f"answered {status}", permanent=False)


def _opened(target: Target, url: str, agent: str, most: int, headers: Mapping[str, str]) -> ClientConnection:
    """A connection; nothing is compressed, so that nothing small becomes large."""
    plug = socket.create_connection((target.ip, target.port), timeout=_CONNECT)
    try:
        return connect(
            url, sock=plug, ssl=ssl.create_default_context() if target.parts.scheme == "https" else None,
            server_hostname=target.host if target.parts.scheme == "https" else None, compression=None, max_size=most,
            user_agent_header=agent, additional_headers=headers, proxy=None, open_timeout=_CONNECT, close_timeout=1.0,
        )  # fmt: skip
    except BaseException:
        plug.close()
        raise
