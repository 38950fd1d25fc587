"""Files in a form: how large a request may be is known before it is read, and a refusal says so in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from orientir.i18n import _
from orientir.web.transactions import begins_as_reader

View = TypeVar("View", bound=Callable[..., Any])
LARGEST_FILE = 10 * 1024 * 1024
REST_OF_FORM = 1024 * 1024
CHUNK = 64 * 1024
# What a server lets through, so that a file of 40 MB is refused by a page and not by a broken connection.
LARGEST_REFUSED = 8 * LARGEST_FILE


def takes_file(view: View) -> View:
    """Declare that a view is sent one file of up to 10 MB; other requests have the limit of the settings.

    To look through a file takes a while, so the view begins as a reader: it calls `begin_late` before it writes.
    """
    view.__dict__["takes_file"] = True
    return begins_as_reader(view)


def init_uploads(app: Flask) -> None:
    """Let the views of `app` that take a file have a request as large as one."""
    app.before_request(_widen)


def too_large_words() -> str:
    """Return what to do about a request that was too large, "" where the page knows no better than «smaller»."""
    if not _takes_file():
        return ""
    return _("Файл больше 10 МБ: такие не принимаем. Остальное в форме осталось, вернитесь к ней назад.")


def read_to_the_end() -> None:
    """Take in, and forget, a request that is refused for its length.

    A server that answers while a browser still sends breaks the connection, and the person never sees the answer.
    """
    length = request.content_length or 0
    if length <= (request.max_content_length or length):
        return  # some of it was read already, and nobody knows how much
    left = min(length, LARGEST_REFUSED)
    while left > 0 and (chunk := request.environ["wsgi.input"].read(min(left, CHUNK))):
        left -= len(chunk)


def _widen() -> None:
    if _takes_file():
        request.max_content_length = max(LARGEST_FILE + REST_OF_FORM, current_app.config["MAX_CONTENT_LENGTH"])


def _takes_file() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "takes_file", False))
