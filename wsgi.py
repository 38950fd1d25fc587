"""For WSGI servers: `granian --interface wsgi wsgi:app`, `waitress-serve wsgi:app`."""

from __future__ import annotations

from orientir.app import create_app

app = create_app()
