"""`proposals`: numbered documents in a git clone of the person's own: PEPs, EIPs, RFC-like collections."""

from earned.channels.proposals.channel import Proposals

__all__ = ["Proposals"]
