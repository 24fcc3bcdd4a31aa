"""Events that happen again: the days of a rule, as far as anybody could have reacted, and never more work than is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dateutil.rrule import rrulestr

#: Days that all rules of a file may look at together, a found one counting as twelve: some twenty seconds at most.
BUDGET = 20_000_000
_FOUND = 12
#: Occurrences of one event that are kept, the newest.
MOST_OF_ONE = 5_000
_LAST_DAY = datetime(9999, 12, 31)  # noqa: DTZ001  a clock without zone, as all of them here
_KEYS = frozenset(
    ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
)  # fmt: skip
#: Frequencies of rules that can be read, and the keys that go with them: others may never find a day.
_WITH = {
    "DAILY": frozenset(("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY")), "WEEKLY": _KEYS - {"BYSETPOS"},
    "MONTHLY": _KEYS, "YEARLY": _KEYS,
}  # fmt: skip


class NotFollowed(ValueError):
    """A rule whose days are not looked for; the text says why."""


class Calm:
    """How much is still looked for in one file."""

    def __init__(self, days: int = BUDGET) -> None:
        self.days = days

    def occurrences(
        self, rule: Mapping[str, Any], first: datetime, until: datetime | None, horizon: datetime
    ) -> list[datetime]:
        """The clock times at which an event happens, its first one included, oldest first.

        Args:
            rule: As the calendar gives it, key -> values.
            first: When it happens first; like all times here by the clock of its place.
            until: The rule's own end; None: it has none.
            horizon: Nothing later is looked for.

        Raises:
            NotFollowed: the rule is none, recurs within a day, or there were too many to look for.
        """
        if self.days <= 0:
            raise NotFollowed("too many repeated events: later ones counted once")
        try:
            days = rrulestr(_checked(rule), dtstart=first)
        except (ValueError, TypeError, KeyError, IndexError, OverflowError):
            raise NotFollowed("rule of a repeated event not understood: counted once") from None
        found, end, seen, last = [first], min(until or horizon, horizon), 0, _LAST_DAY
        for day in days:
            seen += 1
            self.days -= _FOUND
            if day > end or self.days <= 0:
                last = day
                break
            if day != first:
                found.append(day)
        whole = "COUNT" in rule and [seen] == list(rule["COUNT"])  # else it was looked for to the end of the calendar
        self.days -= ((found[-1] if whole else last) - first).days
        return found[-MOST_OF_ONE:]


def _checked(rule: Mapping[str, Any]) -> str:
    """The rule as text, without its end; only keys that can be followed in bounded time."""
    said = {key.upper(): [str(one) for one in values] for key, values in rule.items()}
    frequency = "".join(said.get("FREQ", []))
    if frequency not in _WITH or not said.keys() <= _WITH[frequency]:
        raise ValueError(frequency)
    step = int("".join(said.get("INTERVAL", ["1"])))
    if not 1 <= step <= 1_000 or (frequency == "DAILY" and step > 1 and "BYDAY" in said):
        raise ValueError(step)
    if sum(map(len, said.values())) > 100:
        raise ValueError("long")
    return ";".join(f"{key}={','.join(values)}" for key, values in said.items() if key != "UNTIL")
