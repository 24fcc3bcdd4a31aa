"""Fixture, made by code."""

from data.made import NOW, x_members, zipped
from earned.channels.archives.x import X


def open_recorded(folder):
    return X(now=lambda: NOW), str(zipped(folder, "x.zip", x_members())), None
