"""The loopback server of the channels' tests."""

from channels.conftest import server

__all__ = ["server"]
