"""How a request meets the database: reading pages read, all others begin as writers, before their first read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from orientir.db import begin_writing, db

View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_transactions(app: Flask) -> None:
    """Let every request of `app` that may change something begin as a writer."""
    app.before_request(_open_transaction)


def begins_as_reader(view: View) -> View:
    """Declare that a view which is posted to writes nothing, or begins to write by itself after slow work.

    On SQLite a writer stops all others, so whoever does not need to be one should not be.
    """
    view.__dict__["begins_as_reader"] = True
    return view


def begin_late() -> None:
    """Begin to write in a view that began as a reader, after its slow work; what it has read is read anew."""
    db.session.rollback()
    begin_writing()


def _open_transaction() -> None:
    if request.method in SAFE_METHODS or request.endpoint is None:
        return
    if not getattr(current_app.view_functions[request.endpoint], "begins_as_reader", False):
        begin_writing()
