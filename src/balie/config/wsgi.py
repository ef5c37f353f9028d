"""The WSGI entry for a server of your own choice; ``balie serve`` uses the same application."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application


def get_application() -> WSGIHandler:
    """The application, or ImproperlyConfigured naming every faulty setting at once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balie.config.settings")
    application = get_wsgi_application()
    from django.conf import settings  # after the settings module has been named

    if settings.BALIE_SETTINGS_FAULTS:
        raise ImproperlyConfigured("\n".join(settings.BALIE_SETTINGS_FAULTS))
    return application


application = get_application()
