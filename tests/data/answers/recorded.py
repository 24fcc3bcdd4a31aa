"""Fixture, made by code."""

from data.made import NOW, answers_text, written
from earned.channels.archives.answers import PastedAnswers


def open_recorded(folder):
    return PastedAnswers(now=lambda: NOW), str(written(folder, "answers.txt", answers_text())), None
