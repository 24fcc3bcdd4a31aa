"""Files that a person gave, read whole within a cap."""

from __future__ import annotations

from pathlib import Path

from earned.errors import ChannelError, Missing, TooLarge


def whole(channel: str, address: str, most: int) -> bytes:
    """The bytes of the file at `address`.

    Raises:
        ChannelError: it is not there, may not be read or holds more than `most` bytes.
    """
    path = Path(address)
    try:
        if path.stat().st_size > most:
            raise TooLarge(channel, address, f"more than {most:,} bytes", permanent=True)
        return path.read_bytes()
    except FileNotFoundError:
        raise Missing(channel, address, "no such file", permanent=True) from None
    except OSError as fault:
        raise ChannelError(channel, address, f"cannot be read: {fault.strerror}", permanent=True) from None
