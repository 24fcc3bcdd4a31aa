"""Where conversation happens: one table, one file a channel, imported on first use."""

from __future__ import annotations

from importlib import import_module

from earned.channels.base import Channel

#: name -> dotted path of the class. The order is the order in which `recognise` is asked.
CHANNELS = {
    "proposals": "earned.channels.proposals:Proposals",
    "feed": "earned.channels.feed:Feed",
    "records": "earned.channels.records:Records",
}


def channel(name: str) -> Channel:
    """The channel called `name`.

    Raises:
        KeyError: no such channel.
    """
    module, _, attribute = CHANNELS[name].partition(":")
    made: Channel = getattr(import_module(module), attribute)()
    return made
