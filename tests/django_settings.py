from earned.settings import *  # noqa: F403  Django reads settings as one flat namespace

SECRET_KEY = "only for tests"
