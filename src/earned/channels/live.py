"""What channels that ask an API have in common: JSON or an error in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from earned.channels.base import Net
from earned.errors import ChannelError, Malformed


def asked(net: Net, channel: str, url: str, *, most: int = 20_000_000, headers: Mapping[str, str] | None = None) -> Any:
    """What an API says at `url`.

    Raises:
        ChannelError: as `Net.get`; `Malformed` when it is no JSON, such as a page to log in.
    """
    try:
        answer = net.get(url, headers={"Accept": "application/json", **(headers or {})}, most=most)
        return json.loads(answer.body)
    except ChannelError as fault:
        raise type(fault)(
            channel, url[:200], fault.reason, permanent=fault.permanent, retry_after=fault.retry_after
        ) from None
    except (ValueError, RecursionError):
        raise Malformed(channel, url[:200], "answered something that is not JSON", permanent=False) from None
