"""Signing in to Bluesky with an app password, for what the service shows to members only: searches and hashtags."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from earned.channels.base import Net, Poster
from earned.errors import ChannelError, Forbidden, Malformed

NAME = "bluesky"
#: What a person can do who is not signed in.
WAYS_IN = (
    "Sign in: make an app password (Settings, Privacy and security, App passwords) and start Earned with "
    "EARNED_BLUESKY_LOGIN=HANDLE=APP-PASSWORD. Or give the address of a feed or a list about it, or follow the stream from now "
    "on: wss://jetstream2.us-east.bsky.network/subscribe?words=WORDS"
)


#: Seconds that a session is used for; servers let it hold for two hours. In memory only.
_HELD = 1_800.0
_SESSIONS: dict[tuple[str, Login], tuple[str, float]] = {}


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in. The password is never shown, kept or logged."""

    handle: str
    password: str = field(repr=False)


def login_from(environment: Mapping[str, str]) -> Login | None:
    """HANDLE=APP-PASSWORD of EARNED_BLUESKY_LOGIN; None: nobody signs in."""
    handle, _, password = environment.get("EARNED_BLUESKY_LOGIN", "").strip().partition("=")
    return Login(handle.strip().removeprefix("@"), password.strip()) if handle and password else None


def signed_in(login: Login, server: str, net: Net) -> Mapping[str, str]:
    """The header that proves who asks; of several readings within half an hour only the first signs in.

    Servers let an account sign in some hundreds of times a day.

    Args:
        login: Who.
        server: Their account server, as their DID's document names it.
        net: A client that can send.

    Raises:
        ChannelError: no answer; `Forbidden` when the password is refused.
    """
    token, until = _SESSIONS.get((server, login), ("", 0.0))
    if time.monotonic() >= until:
        token = _session(login, server, net)
        _SESSIONS[server, login] = token, time.monotonic() + _HELD
    return {"Authorization": f"Bearer {token}"}


def forget(login: Login) -> bool:
    """Sign in anew the next time; whether a session was held: the server may have ended it before its time."""
    held = [key for key in _SESSIONS if key[1] == login]
    for key in held:
        _SESSIONS.pop(key, None)
    return bool(held)


def _session(login: Login, server: str, net: Net) -> str:
    if not isinstance(net, Poster):
        raise Forbidden(NAME, login.handle, "this client only reads and cannot sign in", permanent=True)
    told = {"identifier": login.handle, "password": login.password}
    try:
        answer = net.post(f"{server}/xrpc/com.atproto.server.createSession", told)
        return str(json.loads(answer.body)["accessJwt"])
    except Forbidden:
        raise Forbidden(
            NAME,
            login.handle,
            f"{server} refused the app password in EARNED_BLUESKY_LOGIN. {WAYS_IN}",
            permanent=True,
            way_out="",
        ) from None
    except ChannelError as fault:
        raise type(fault)(
            NAME, login.handle, f"signing in: {fault.reason}", permanent=fault.permanent, retry_after=fault.retry_after
        ) from None
    except (ValueError, KeyError, TypeError):
        raise Malformed(NAME, login.handle, "the server's answer to signing in is none", permanent=False) from None
