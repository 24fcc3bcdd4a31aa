"""Django's settings: thin, importable, no side effect."""

SECRET_KEY = ""
INSTALLED_APPS: list[str] = []
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
USE_TZ = True
