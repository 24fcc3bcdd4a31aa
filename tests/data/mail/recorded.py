"""Fixture, made by code."""

from data.made import NOW, mbox_text, written
from earned.channels.archives.mail import Mail


def open_recorded(folder):
    return Mail(now=lambda: NOW, key=b"key"), str(written(folder, "list.mbox", mbox_text())), None
