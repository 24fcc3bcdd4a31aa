from earned.settings import *  # noqa: F403  Django reads settings as one flat namespace

SECRET_KEY = "only for tests"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
