"""What can go wrong, said so that a person can act: the thing, the cause, the way out."""

from __future__ import annotations

from datetime import timedelta


class EarnedError(Exception):
    """Anything Earned refuses to do or could not do. Its text is meant for the person, never a traceback."""


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

    def __init__(
        self, channel: str, subject: str, reason: str, *, permanent: bool, retry_after: timedelta | None = None
    ) -> None:
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


class Unreachable(ChannelError):
    """No answer, or an answer that says "later": name not found, refused, timed out, 5xx."""


class RateLimited(Unreachable):
    """The service asks to be asked less often (429); `retry_after` is what it said, or nothing."""


class Forbidden(ChannelError):
    """The service, its robots file or our own rules on addresses refuse it."""


class NeedsPerson(Forbidden):
    """The service wants to know who asks (401): a person has to sign in, or to give another address."""


class NotAllowed(Forbidden):
    """Our own rules refuse it: an address inside a network, a certificate that is not the host's."""


class Missing(ChannelError):
    """Nothing is there (any more)."""


class Ended(Missing):
    """The service says that it is gone for good (410), or may not be shown (451)."""


class TooLarge(ChannelError):
    """More bytes than Earned reads from this kind of source."""


class Malformed(ChannelError):
    """An answer or a file that is not what it should be."""


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
