"""What is told of every request: a number people can name to the support, a line of the log, figures.

A line names the endpoint, never the address that was asked for: addresses hold codes and tokens. Lines of students
carry no time but the day, no duration, and are written together with others of their kind in an order of their own,
because a line between two with a time would have one too.
"""

from __future__ import annotations

import atexit
import logging
import re
import time
from threading import Lock
from typing import Any
from uuid import uuid4

from flask import Flask, Response, current_app, g, request, session

from orientir.logs import ACCESS, begin_request, is_of_students, request_number
from orientir.web.access import Held, rule_of, serves_files
from orientir.web.metrics import init_metrics, request_figures
from orientir.web.ready import for_every_answer

log = logging.getLogger(ACCESS)
HEADER = "X-Request-ID"
FOREIGN_NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}")
CODE_PAGES = frozenset({"front.enter_code", "front.follow_code"})
TOGETHER = 20


class HeldBack:
    """Lines of students, kept until there are some to be written together."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lines: list[dict[str, Any]] = []
        self._is_registered = False

    def add(self, line: dict[str, Any]) -> None:
        with self._lock:
            if not self._is_registered:
                atexit.register(self.write_rest)
                self._is_registered = True
            self._lines.append(line)
            ready = self._lines if len(self._lines) >= TOGETHER else []
            if ready:
                self._lines = []
        self._write(ready)

    def write_rest(self) -> None:
        with self._lock:
            ready, self._lines = self._lines, []
        self._write(ready)

    @staticmethod
    def _write(lines: list[dict[str, Any]]) -> None:
        for line in sorted(lines, key=lambda one: (one["day"], one["endpoint"], one["method"], one["status"])):
            log.info("students", extra={"fields": line, "day_only": True})


def init_observing(app: Flask, *, trusts_proxy: bool) -> None:
    """Tell every request of `app`; call it before any other hook is set, so that it sees the beginning and the end."""
    init_metrics(app)
    held_back = HeldBack()
    app.extensions["orientir.held_back"] = held_back
    respondents: set[str] = set()

    @app.before_request
    def begin() -> None:
        g.request_began = time.perf_counter()
        asked = request.headers.get(HEADER, "") if trusts_proxy else ""
        number = asked if FOREIGN_NUMBER.fullmatch(asked) else uuid4().hex[:12]
        if not respondents:
            respondents.update(_pages_of_students())
        begin_request(number, of_students=request.endpoint in respondents)

    @app.after_request
    @for_every_answer
    def tell(response: Response) -> Response:
        response.headers[HEADER] = request_number()
        seconds = time.perf_counter() - g.get("request_began", time.perf_counter())
        line = {"method": request.method, "endpoint": request.endpoint or "", "status": response.status_code}
        if is_of_students():
            request_figures().note_student(seconds)
            if log.isEnabledFor(logging.INFO):
                held_back.add({"day": time.strftime("%Y-%m-%d", time.gmtime()), **line})
            return response
        request_figures().note(_group(), response.status_code, seconds)
        if log.isEnabledFor(logging.INFO):
            fields = {**line, "milliseconds": round(seconds * 1000, 1), "user": _user_id(), "region": _region_id()}
            log.info("request", extra={"fields": fields})
        return response


def _pages_of_students() -> set[str]:
    """Return the endpoints of whoever holds a code: the field for codes, and blueprints with a page for holders."""
    views = current_app.view_functions
    theirs = {one.rpartition(".")[0] for one, view in views.items() if isinstance(rule_of(view), Held)} - {""}
    return {*CODE_PAGES, *(one for one in views if one.rpartition(".")[0] in theirs)}


def _group() -> str:
    """Return the group of pages the request belongs to: the blueprint, or files."""
    if serves_files(current_app, request.endpoint):
        return "files"
    return request.blueprint or ("none" if request.endpoint is None else request.endpoint)


def _user_id() -> int | None:
    """Return the account as a number, as the cookie names it: a line of the log is worth no question."""
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return None
    number = str(session.get("_user_id", "")).partition(":")[0]
    return int(number) if number.isdecimal() else None


def _region_id() -> int | None:
    """Return the region of the person in hand, where the request has asked who that is."""
    known = g.get("_login_user")
    held = known.scopes("") if known is not None and known.is_authenticated else ()
    return held[0].region_id if held else None
