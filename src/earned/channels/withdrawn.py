"""What a site no longer shows: numbers that were read are asked for again, some in each reading, and those that are gone told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

#: Numbers asked for in one request; requests in one reading; missing ones that are looked up singly in one reading.
AT_ONCE, REQUESTS, SINGLY = 100, 5, 50
#: Numbers remembered of one kind, the newest; hidden ones that are looked for again.
_REMEMBERED, _HIDDEN = 5_000, 100
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Roll:
    """The numbers of one kind that were read and are not gone."""

    known: set[int] = field(default_factory=set)
    #: Not public any more, and perhaps again one day.
    hidden: set[int] = field(default_factory=set)
    #: The last reading looked at everything from here on; 0: at everything.
    at: int = 0

    def add(self, numbers: Iterable[int]) -> None:
        """They were read, or read again."""
        self.known |= (found := set(numbers))
        self.hidden -= found

    def withdraw(self, number: int, *, hidden: bool) -> None:
        """It is not public any more."""
        self.known.discard(number)
        if hidden:
            self.hidden.add(number)

    def looked_for(self) -> list[int]:
        """Hidden numbers to look for, newest first."""
        return sorted(self.hidden, reverse=True)[:_HIDDEN]

    def rounds(self) -> Iterator[tuple[list[int], int]]:
        """Numbers to ask for, and where the next reading goes on once they were: the newest always, the others in turn."""
        numbers = sorted(self.known, reverse=True)
        newest, rest = numbers[:AT_ONCE], numbers[AT_ONCE:]
        if newest:
            yield newest, self.at
        left = [number for number in rest if number < self.at] or rest
        for turn in range(REQUESTS - 1):
            some = left[turn * AT_ONCE : (turn + 1) * AT_ONCE]
            if some:
                yield some, some[-1] if len(left) > (turn + 1) * AT_ONCE else 0

    def missing(self, present: Callable[[list[int]], Collection[int]], most: int) -> Iterator[list[int]]:
        """Numbers that a request does not give any more, request by request; at most `most` in all."""
        for asked, after in self.rounds():
            given = present(asked)
            found = [number for number in asked if number not in given]
            yield found[:most]
            most -= len(found)
            if most < 0:
                return  # the others come in the next reading
            self.at = after

    def written(self) -> list[object]:
        """For a cursor."""
        return [_packed(sorted(self.known)[-_REMEMBERED:]), _packed(sorted(self.hidden)[-_HIDDEN:]), self.at]


def told(given: object) -> Roll:
    """From a cursor; empty when it holds none."""
    match given:
        case [str(known), str(hidden), int(at)]:
            return Roll(set(_unpacked(known)), set(_unpacked(hidden)), at)
    return Roll()


def _packed(numbers: Iterable[int]) -> str:
    """Ascending numbers as steps from one to the next: "1.1.f" is 1, 2, 17."""
    steps, last = [], 0
    for number in numbers:
        steps.append(_written(number - last))
        last = number
    return ".".join(steps)


def _written(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _unpacked(text: str) -> Iterator[int]:
    last = 0
    for step in text.split(".") if text else []:
        try:
            last += int(step, 36)
        except ValueError:
            return
        yield last
