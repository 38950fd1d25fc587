"""For WSGI servers: `granian --interface wsgi wsgi:app`, `waitress-serve wsgi:app`."""

from __future__ import annotations

from orientir.app import create_app
from orientir.demo import refuse_demo

app = create_app()
with app.app_context():
    refuse_demo()
