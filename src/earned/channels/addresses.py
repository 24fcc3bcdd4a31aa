"""Which addresses of the network may be reached: the public ones, and what a person allowed by name."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from earned.errors import NotAllowed, Unreachable

CHANNEL = "web"
PORTS = frozenset({80, 443, 8080, 8443})
#: `is_global` calls these global although they lead, or can lead, inside.
_REFUSED = tuple(
    ipaddress.ip_network(net)
    for net in ("224.0.0.0/4", "ff00::/8", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: the URL in parts, the host as the server knows it, and the IP to connect to."""

    parts: SplitResult
    host: str
    ip: str
    port: int


def check(url: str, allowed: Collection[str] = ()) -> Target:
    """Resolve the host of `url` and refuse it unless every answer is public or the host is allowed.

    Args:
        url: An http or https address.
        allowed: Hosts, or host:port pairs, that a person listed: an intranet, the loopback server of a test.

    Raises:
        NotAllowed: not an address that Earned reaches.
        Unreachable: the name has no address.
    """
    parts = _split(url)
    host = _ascii(url, parts.hostname or "")
    port = _port(url, parts)
    free = host in allowed or f"{host}:{port}" in allowed
    if not free and port not in PORTS:
        raise _refuse(url, f"port {port} is not one of {', '.join(map(str, sorted(PORTS)))}", f"{host}:{port}")
    found = _resolve(url, host, port)
    for ip in found:
        if not free and not is_public(ip):
            told = ip if host == ip else f"{host} is {ip}"
            raise _refuse(url, f"{told}, an address inside a network", f"{host}:{port}")
    return Target(parts, host, found[0], port)


def is_public(ip: str) -> bool:
    """Whether anybody on the internet could reach this IP."""
    found = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_global and not any(found in net for net in _REFUSED if net.version == found.version)


def _refuse(url: str, reason: str, yours: str = "") -> NotAllowed:
    return NotAllowed(
        CHANNEL,
        shown(url),
        f"not an address that Earned reaches: {reason}",
        permanent=True,
        way_out=f"If it is yours, name it before the command: EARNED_ALLOW={yours} earned ..." if yours else "",
    )


def shown(url: str) -> str:
    """The address without a name, password or query: what may stand in a message."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url[:80]
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:200]


def host_of(url: str) -> str:
    """The host that an address names, in lower case; empty when it is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError as fault:
        raise _refuse(url, str(fault)) from None
    if parts.scheme not in ("http", "https"):
        raise _refuse(url, "only http and https")
    if parts.username is not None or parts.password is not None:
        raise _refuse(url, "it holds a name or password")
    if not parts.hostname:
        raise _refuse(url, "it names no host")
    return parts


def _ascii(url: str, host: str) -> str:
    """The host in the form that is sent: no trailing dot, international names encoded."""
    host = host.rstrip(".")
    if ":" in host:
        return host
    try:
        return host.encode("ascii").decode() if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise _refuse(url, "the host is no name") from None


def _port(url: str, parts: SplitResult) -> int:
    try:
        return parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _refuse(url, "the port is no number") from None


def _resolve(url: str, host: str, port: int) -> list[str]:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise Unreachable(CHANNEL, shown(url), f"{host} has no address ({fault})", permanent=False) from None
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))
