"""Django's settings: thin, importable, no side effect, no workspace needed. Deployments: `EARNED_SETTINGS`."""

from __future__ import annotations

from earned.store import workspace

EARNED_WORKSPACE = workspace.locate()
SECRET_KEY = workspace.secret(EARNED_WORKSPACE)
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "earned.store.apps.StoreConfig",
]
AUTH_USER_MODEL = "earned.Member"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": EARNED_WORKSPACE / workspace.DATABASE,
        "OPTIONS": {
            "timeout": 60,  # seconds a writer waits for another writer; readers never wait (WAL)
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;PRAGMA cache_size=-65536;"
                "PRAGMA wal_autocheckpoint=16384;PRAGMA journal_size_limit=67108864"
            ),
        },
    }
}
