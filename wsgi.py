"""The application for WSGI servers started in a checkout: `waitress-serve wsgi:app`; elsewhere `orientir.wsgi:app`."""

from __future__ import annotations

from orientir.wsgi import app

__all__ = ["app"]
