"""Numbers, days and claims in words. The claims say what followed what, never what made what happen."""

from __future__ import annotations

import re
from datetime import date, datetime
from html import escape
from urllib.parse import urlsplit

from earned.model import Estimate, Leader, Leadership, Precision, Quoted, Totals

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip

#: Control characters, characters that turn the direction of what follows, and half characters.
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)

UNKNOWN = "cannot tell"


def plain(text: str) -> str:
    """The text without characters that cannot be shown or that would change how their surroundings read."""
    return _UNSHOWABLE.sub("", text)


def esc(text: object) -> str:
    """Safe inside an element and inside a quoted attribute."""
    return escape(plain(str(text)), quote=True)


def web_address(url: str) -> str | None:
    """The address when it is an ordinary web address; every other scheme is no link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"[\s\x00-\x1f]", url)
    return url if good else None


def number(value: float) -> str:
    """With thousands set apart; decimals only where they say something."""
    if float(value).is_integer() or abs(value) >= 10:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"


def counted(many: float, one: str, more: str = "") -> str:
    """A number with its noun: "1 post", "1,204 posts"."""
    return f"{number(many)} {one if many == 1 else more or one + 's'}"


def names(authors: str) -> str:
    """Authors of one post, as far as a sentence carries them: "A, B and 5 others"."""
    each = authors.split(", ")
    return authors if len(each) <= 3 else f"{', '.join(each[:2])} and {len(each) - 2} others"


def per_cent(share: float) -> str:
    return f"{share * 100:.0f}\u00a0%"


def between(estimate: Estimate, digits: int) -> str:
    return f"{estimate.low:,.{digits}f} to {estimate.high:,.{digits}f}"


def rate(estimate: Estimate | None) -> str:
    """ "0.62 (0.31 to 1.04)"."""
    return UNKNOWN if estimate is None else f"{estimate.value:.2f} ({between(estimate, 2)})"


def count(estimate: Estimate | None) -> str:
    """ "14 (8 to 21)"; small counts keep a decimal, because "0 (0 to 1)" says too little."""
    if estimate is None:
        return UNKNOWN
    digits = _digits(estimate)
    return f"{estimate.value:,.{digits}f} ({between(estimate, digits)})"


def _digits(estimate: Estimate) -> int:
    return 0 if estimate.value >= 2 else 1


def covered(since: datetime | None, until: datetime) -> str:
    """The days that something covers, the last one included."""
    if since is None:
        return f"until {until:%Y-%m-%d}, beginning not said"
    return f"{since:%Y-%m-%d}" if since.date() == until.date() else f"{since:%Y-%m-%d} to {until:%Y-%m-%d}"


#: What to do about copied answers to posts that are not there.
UNMATCHED = (
    "Add the export that holds the post. Where LinkedIn gave it several numbers, write both addresses on the first line, the "
    "ShareLink of Shares.csv and the one you copied: Answers to ADDRESS also ADDRESS"
)


def origin(quoted: Quoted) -> str:
    """Who vouches for what was said, where that is no service: begins with a comma."""
    return ", copied by a person" if quoted.copied else ""


def day(moment: date | datetime | None, precision: Precision = "day") -> str:
    """ "4 May 2024", with the time of day (UTC) when it is known."""
    if moment is None or precision == "unknown":
        return "time not known"
    written = f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    if isinstance(moment, datetime) and precision != "day":
        return f"{written}, {moment:%H:%M} UTC"
    return written


def window(totals: Totals) -> str:
    if totals.since is None or totals.until is None:
        return "at times that are not known"
    return f"from {day(totals.since)} to {day(totals.until)}"


def lag(days: float) -> str:
    if days < 1 / 24:
        return f"{max(1, round(days * 1440))} min later"
    if days < 2:
        hours = round(days * 24)
        return f"{counted(hours, 'hour')} later"
    return f"{round(days)} days later"


def level(leadership: Leadership) -> str:
    """Coverage of the intervals, as the first estimate states it."""
    estimates = [leadership.totals.realized, *(leader.realized for leader in leadership.people)]
    return next((per_cent(one.level) for one in estimates if one is not None), "90 %")


def about(estimate: Estimate) -> str:
    """ "about 14 posts by others (90 %: 8 to 21)"."""
    digits = _digits(estimate)
    noun = "post" if f"{estimate.value:.{digits}f}" == "1" else "posts"
    value = f"{estimate.value:,.{digits}f}"
    return f"about {value} {noun} by others ({per_cent(estimate.level)}: {between(estimate, digits)})"


def claim(leader: Leader) -> str:
    """What can be said of one person, in one sentence."""
    whose = f"the {counted(leader.posts, 'post')} of {leader.person.name}"
    if leader.realized is None:
        return f"Too early to tell what followed {whose}."
    said = about(leader.realized)
    return f"{said[0].upper()}{said[1:]} followed and are best explained by {whose}."


def headline(leadership: Leadership) -> str:
    """The claim about the person on top; without one that stands clear, that nobody does."""
    clear = [leader for leader in leadership.people if leader.camp == "has it" and leader.realized]
    return claim(clear[0]) if clear else "Nobody in this conversation stands clear of the others."


def standfirst(leadership: Leadership) -> str:
    """The conversation as a whole, in two sentences."""
    totals = leadership.totals
    scope = (
        f"We read {counted(totals.posts, 'post')} by {counted(totals.people, 'person', 'people')} "
        f"in {counted(totals.channels, 'channel')}, {window(totals)}."
    )
    credit = f"{number(totals.credited)} credit an earlier post by link or name"
    if totals.realized is None:
        return f"{scope} {credit}."
    digits = _digits(totals.realized)
    return (
        f"{scope} About {totals.realized.value:,.{digits}f} of them ({per_cent(totals.realized.level)}: "
        f"{between(totals.realized, digits)}) are best explained by an earlier post of somebody else; {credit}."
    )
