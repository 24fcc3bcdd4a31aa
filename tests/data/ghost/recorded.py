"""Fixture, made by code."""

from data.made import NOW, ghost_text, written
from earned.channels.archives.ghost import Ghost


def open_recorded(folder):
    return Ghost(now=lambda: NOW), str(written(folder, "ghost.json", ghost_text())), None
