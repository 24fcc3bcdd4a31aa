"""Fixture, made by code."""

from data.made import NOW, reddit_members, zipped
from earned.channels.archives.reddit import Reddit


def open_recorded(folder):
    return Reddit(now=lambda: NOW), str(zipped(folder, "r.zip", reddit_members())), None
