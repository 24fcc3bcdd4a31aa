"""What can go wrong, said so that a person can act: the thing, the cause, the way out."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar


class EarnedError(Exception):
    """Anything Earned refuses to do or could not do. Its text is meant for the person, never a traceback."""

    @property
    def told(self) -> str:
        """What happened and what a person can do about it, as one text."""
        return str(self)


class InputError(EarnedError):
    """A file, address or option that cannot be read as what it claims to be."""

    def __init__(self, subject: str, reason: str, way_out: str = "") -> None:
        super().__init__(f"{subject}: {reason}" + (f" {way_out}" if way_out else ""))
        #: The file, address or option.
        self.subject = subject
        #: What is wrong with it.
        self.reason = reason
        #: What the person can do, empty when nothing is known.
        self.way_out = way_out


class ChannelError(EarnedError):
    """A channel could not be read. `permanent` says whether trying again can help."""

    #: What a person can do about an address, and about a file.
    of_address: ClassVar[str] = "The service refused the request. Open the address in a browser to see what it says."
    of_file: ClassVar[str] = "Look whether this user may read it."

    def __init__(
        self, channel: str, subject: str, reason: str, *, permanent: bool, retry_after: timedelta | None = None,
        way_out: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(f"{channel} {subject}: {reason}")
        #: Name of the channel, as in `CHANNELS`.
        self.channel = channel
        #: The address, file or post that was asked for.
        self.subject = subject
        #: What happened, in words.
        self.reason = reason
        #: True when trying again without a change cannot succeed.
        self.permanent = permanent
        #: How long the service asked us to wait, when it said so.
        self.retry_after = retry_after
        kind = self.of_file if subject[:1] in ("/", "-") or subject[1:3] == ":\\" else self.of_address
        #: What the person can do; empty when the reason says it.
        self.way_out = kind if way_out is None else way_out

    @property
    def told(self) -> str:
        """What happened and what a person can do about it, as one text."""
        return f"{str(self).rstrip('.')}. {self.way_out}" if self.way_out else str(self)


class Unreachable(ChannelError):
    """No answer, or an answer that says "later": name not found, refused, timed out, 5xx."""

    of_address = "Look for a slip in the address and whether this machine is online, else try again later."
    of_file = "Try again later."


class RateLimited(Unreachable):
    """The service asks to be asked less often (429); `retry_after` is what it said, or nothing."""

    of_address = "The service asks to be asked less often. Try again later."


class Forbidden(ChannelError):
    """The service, its robots file or our own rules on addresses refuse it."""

    of_address = (
        "The service, or its robots file, does not let Earned in. Read it another way: its feed, or an export of "
        "your own account (docs/channels.md)."
    )


class NeedsPerson(Forbidden):
    """The service wants to know who asks (401): a person has to sign in, or to give another address."""

    of_address = (
        "The service answers only who signs in. Give a public address of it: a feed, a profile, an export of your own "
        "account (docs/channels.md)."
    )


class NotAllowed(Forbidden):
    """Our own rules refuse it: an address inside a network, a certificate that is not the host's."""

    of_address = (
        "Earned's own rules refuse it: an address inside a network (if it is yours, name its host: "
        "EARNED_ALLOW=host:port), or a certificate that is not the host's."
    )


class Missing(ChannelError):
    """Nothing is there (any more)."""

    of_address = "Nothing is there. Open the address in a browser; if it moved, add the new one."
    of_file = "Look for a slip in the path; if it was moved, add it where it is now."


class Ended(Missing):
    """The service says that it is gone for good (410), or may not be shown (451)."""

    of_address = "The service says that it is gone for good. If it moved, add the new address."


class TooLarge(ChannelError):
    """More bytes than Earned reads from this kind of source."""

    of_address = "It is larger than Earned reads from a service. Give the service's export as a file instead."
    of_file = "Give a part of it."


class Malformed(ChannelError):
    """An answer or a file that is not what it should be."""

    of_address = (
        "What came is not what this channel reads. Open the address in a browser: a page to log in, or a notice of "
        "maintenance, looks like this."
    )
    of_file = "It may be cut or was changed on its way: get it again from where it came, and give it as it came."


class WorkspaceError(EarnedError):
    """The workspace folder cannot be used: missing, of another version, or a second one in one process."""


class StudyError(EarnedError):
    """A study that does not exist, exists already, or has nothing to work on."""


class SourceTaken(EarnedError):
    """Another process reads this source now."""


class TooLittleEvidence(EarnedError):
    """A quantity that cannot be said honestly from so few observations."""

    def __init__(self, quantity: str, needed: int, found: int, unit: str = "posts by this person") -> None:
        super().__init__(f"{quantity} needs at least {needed} {unit}, found {found}. Add a channel or widen the dates.")
        #: What was asked for.
        self.quantity = quantity
        #: How many observations it needs, and how many there are.
        self.needed, self.found = needed, found


class WeightsError(EarnedError):
    """Packaged model weights are missing or are not the bytes that Earned was tested with."""
