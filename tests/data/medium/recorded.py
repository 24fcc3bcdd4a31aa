"""Fixture, made by code."""

from data.made import NOW, medium_members, zipped
from earned.channels.archives.medium import Medium


def open_recorded(folder):
    return Medium(now=lambda: NOW), str(zipped(folder, "medium.zip", medium_members())), None
