"""Fixture, made by code."""

from data.made import NOW, substack_members, zipped
from earned.channels.archives.substack import Substack


def open_recorded(folder):
    return Substack(now=lambda: NOW), str(zipped(folder, "s.zip", substack_members())), None
