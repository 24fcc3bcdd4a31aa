"""Fixture, made by code."""

from data.made import NOW, youtube_members, zipped
from earned.channels.archives.youtube import YouTube


def open_recorded(folder):
    return YouTube(now=lambda: NOW), str(zipped(folder, "y.zip", youtube_members())), None
