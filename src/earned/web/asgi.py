"""What uvicorn runs. Asks nothing of the database: with several processes it is imported inside an event loop."""

from __future__ import annotations

import os
import warnings

from django.core.asgi import get_asgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = os.environ.get("EARNED_SETTINGS", "earned.settings")

#: The few static files are small and read at once: that they come from a synchronous iterator costs nothing.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

application = get_asgi_application()
