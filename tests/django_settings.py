from earned.settings import *  # noqa: F403  Django reads settings as one flat namespace

SECRET_KEY = "only for tests"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
#: Members are made in a hundred tests; how a password is kept is Django's own and tested there.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES |= {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # noqa: F405  from the star
