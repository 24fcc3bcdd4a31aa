"""What a page of one's own site says when a reader leaves it: path, referring host, seconds, scrolling. Nobody is named."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from earned.channels.addresses import host_of
from earned.channels.analytics.logs import is_robot

#: Bytes of one message; seconds that are believed.
MOST, LONGEST = 1_000, 3_600
#: A page was read after so many seconds, or when three quarters of it were on the screen.
READ_SECONDS, READ_QUARTERS = 30, 3
#: Referring hosts that are told apart beside those of the study; everything else is "elsewhere".
KNOWN = (
    "google.com", "bing.com", "duckduckgo.com", "linkedin.com", "x.com", "t.co", "bsky.app", "reddit.com", "medium.com",
    "substack.com", "news.ycombinator.com", "youtube.com", "github.com", "lobste.rs",
)  # fmt: skip
_PATH = re.compile(r"/[^\s?#]{0,500}(\?p=\d{1,12})?")


@dataclass(frozen=True, slots=True)
class Heard:
    """One visit."""

    #: Address of the page, on the host that the browser itself says it is on.
    address: str
    #: Host it came from; empty: none told.
    referrer: str
    seconds: int
    #: 0 to 4: how many quarters of the page were on the screen.
    quarters: int

    def counts(self, hosts: frozenset[str]) -> dict[str, tuple[float, str]]:
        """Name -> (what to add, unit); `hosts` are those of the study."""
        found: dict[str, tuple[float, str]] = {"views": (1, "events"), "seconds": (self.seconds, "seconds")}
        found |= {f"scrolled_{25 * step}": (1, "events") for step in range(1, self.quarters + 1)}
        if self.seconds >= READ_SECONDS or self.quarters >= READ_QUARTERS:
            found["reads"] = (1, "events")
        if self.referrer:
            found[f"views from {_told_apart(self.referrer, hosts)}"] = (1, "events")
        return found


def heard(body: bytes, origin: str, agent: str) -> Heard | None:
    """The visit that a message tells of; None: it tells of none, or a robot sent it."""
    host = host_of(origin)
    if len(body) > MOST or not host or not agent or is_robot(agent):
        return None
    try:
        told = json.loads(body)
        path, seconds, quarters = str(told["p"]), int(told["s"]), int(told["d"])
        referrer = str(told.get("r", "")).casefold().removeprefix("www.")
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None
    if not _PATH.fullmatch(path) or not 0 <= quarters <= 4 or seconds < 0:
        return None
    away = referrer if referrer != host.removeprefix("www.") else ""
    return Heard(f"https://{host}{path}", away, min(seconds, LONGEST), quarters)


def _told_apart(host: str, hosts: frozenset[str]) -> str:
    if host in hosts:
        return host
    return next((one for one in KNOWN if host == one or host.endswith(f".{one}")), "elsewhere")
