"""Plausible and Umami, asked by their interfaces with a token of the person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from earned.channels.base import Net
from earned.errors import Forbidden, InputError, Malformed

Rows = dict[tuple[str, str, str], float]
#: What is asked for: twelve months.
YEAR = timedelta(days=365)
_TOKENS = {"plausible": "EARNED_PLAUSIBLE_TOKEN", "umami": "EARNED_UMAMI_TOKEN"}
_NAMES = {
    "pageviews": ("views", "events"), "visitors": ("visitors", "people"), "time_on_page": ("read_seconds", "seconds"),
}  # fmt: skip


def of_service(given: str, *, net: Net, environment: Mapping[str, str], now: datetime) -> tuple[str, str, Rows]:
    """(what, via, rows) of plausible://HOST/SITE or umami://HOST/WEBSITE; `+plain` in the scheme: without TLS.

    Raises:
        InputError: another scheme.
        ChannelError: no token, or the service cannot be asked.
    """
    parts = urlsplit(given)
    kind, _, plain = parts.scheme.partition("+")
    if kind not in _TOKENS or plain not in ("", "plain"):
        raise InputError(given, "is neither a file nor plausible:// or umami://.")
    token = environment.get(_TOKENS[kind], "")
    if not token:
        raise Forbidden(kind, parts.netloc, f"needs a token: give it in {_TOKENS[kind]}", permanent=True, way_out="")
    origin = f"{'http' if plain else 'https'}://{parts.netloc}"
    ask = _plausible if kind == "plausible" else _umami
    return (
        f"{kind.capitalize()} pages of {parts.path.strip('/')}",
        kind,
        ask(net, origin, parts.path.strip("/"), token, now),
    )


def _plausible(net: Net, origin: str, site: str, token: str, now: datetime) -> Rows:
    """Page after page of the breakdown; the last twelve months."""
    rows: Rows = {}
    for number in range(1, 101):
        words = {
            "site_id": site, "property": "event:page", "metrics": ",".join(("visitors", "pageviews")), "period": "12mo",
            "date": f"{now:%Y-%m-%d}", "limit": 1000, "page": number,
        }  # fmt: skip
        url = f"{origin}/api/v1/stats/breakdown?{urlencode(words)}"
        told = _json("plausible", url, net, {"Authorization": f"Bearer {token}"})
        found = told.get("results") if isinstance(told, dict) else None
        if not isinstance(found, list):
            raise Malformed("plausible", origin, "no results in the answer", permanent=False)
        for row in found:
            for key, (name, unit) in _NAMES.items():
                if isinstance(row.get(key), int | float):
                    rows[_address(site, str(row.get("page"))), name, unit] = float(row[key])
        if len(found) < 1000:
            break
    return rows


def _umami(net: Net, origin: str, site: str, token: str, now: datetime) -> Rows:
    """Paths of the last twelve months; the number is of distinct visits, not of views."""
    since = now - YEAR
    span = {"startAt": int(since.timestamp() * 1000), "endAt": int(now.timestamp() * 1000)}
    url = f"{origin}/api/websites/{quote(site)}/metrics?{urlencode({'type': 'path', **span, 'limit': 10_000})}"
    told = _json("umami", url, net, {"Authorization": f"Bearer {token}", "x-umami-api-key": token})
    if not isinstance(told, list):
        raise Malformed("umami", origin, "no list in the answer", permanent=False)
    good = [row for row in told if isinstance(row, dict) and isinstance(row.get("y"), int | float)]
    return {(str(row.get("x")), "visits", "visits"): float(row["y"]) for row in good}


def _address(site: str, path: str) -> str:
    return f"https://{site}{path}" if path.startswith("/") else path


def _json(kind: str, url: str, net: Net, headers: dict[str, str]) -> Any:
    answer = net.get(url, headers={"Accept": "application/json", **headers}, most=20_000_000)
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise Malformed(kind, urlsplit(url).netloc, "answered something that is not JSON", permanent=False) from None
