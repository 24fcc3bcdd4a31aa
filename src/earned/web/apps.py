"""The Django app of the workbench; it has templates and static files, and no tables."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "earned.web"
    label = "earned_web"
