"""Fixture, made by code."""

from data.made import NOW, written, wxr_text
from earned.channels.archives.wxr import Wxr


def open_recorded(folder):
    return Wxr(now=lambda: NOW), str(written(folder, "site.xml", wxr_text())), None
