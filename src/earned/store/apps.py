"""The Django app. Its label and key type stand in every table name and migration: they never change."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "earned.store"
    label = "earned"
    default_auto_field = "django.db.models.BigAutoField"
