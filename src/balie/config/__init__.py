"""The top floor: settings, urls, the WSGI entry and the ``balie`` command."""
