"""Fixture, made by code."""

from data.made import NOW, linkedin_members, zipped
from earned.channels.archives.linkedin import LinkedIn


def open_recorded(folder):
    return LinkedIn(now=lambda: NOW), str(zipped(folder, "l.zip", linkedin_members())), None
