"""Django's settings: thin, importable, no side effect, no workspace needed. Deployments: `EARNED_SETTINGS`."""

from __future__ import annotations

import os

from earned.store import workspace

EARNED_WORKSPACE = workspace.locate()
SECRET_KEY = workspace.secret(EARNED_WORKSPACE)
DEBUG = False

#: Several people who sign in, instead of one on the own machine.
EARNED_TEAM = os.environ.get("EARNED_TEAM", "") == "1"
#: Without sign-in the workbench answers to no name but the own machine's: no other site's name may lead here.
ALLOWED_HOSTS = os.environ.get("EARNED_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if EARNED_TEAM else [
    "127.0.0.1", "localhost", "[::1]",
]  # fmt: skip

#: Own sites whose pages may tell that they were read, and the study they belong to: blog.example=topic,b.example=other.
EARNED_COUNTER = os.environ.get("EARNED_COUNTER", "")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "earned.store.apps.StoreConfig",
    "earned.web.apps.WebConfig",
]
MIDDLEWARE = [
    "earned.web.safety.headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "earned.web.safety.words",
]
ROOT_URLCONF = "earned.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "earned.web.visit.everywhere",
            ],
            "builtins": ["earned.web.templatetags.earned"],
        },
    }
]
CACHES = {
    # wrong passwords are counted here: once for all processes
    "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": EARNED_WORKSPACE / "cache"},
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages",
              "OPTIONS": {"MAX_ENTRIES": 400}},
}  # fmt: skip
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # what ships in the wheel is served from there: nothing to collect
WHITENOISE_MAX_AGE = 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"  # a reader needs no session
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("EARNED_HTTPS", "") == "1"
CSRF_COOKIE_HTTPONLY = True
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
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
