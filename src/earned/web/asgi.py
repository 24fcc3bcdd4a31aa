"""What uvicorn runs. Asks nothing of the database: with several processes it is imported inside an event loop."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = os.environ.get("EARNED_SETTINGS", "earned.settings")

application = get_asgi_application()
