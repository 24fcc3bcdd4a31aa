"""Fixture, made by code."""

from data.made import NOW, car, car_records, written
from earned.channels.archives.bluesky_car import BlueskyCar


def open_recorded(folder):
    return BlueskyCar(now=lambda: NOW), str(written(folder, "repo.car", car(car_records()))), None
