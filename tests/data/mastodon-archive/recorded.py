"""Fixture, made by code."""

from data.made import NOW, mastodon_members, tarred
from earned.channels.archives.mastodon import MastodonArchive


def open_recorded(folder):
    return MastodonArchive(now=lambda: NOW), str(tarred(folder, "m.tar.gz", mastodon_members())), None
