"""Logs: one set-up for every way to run, lines for people or for machines, and nobody's data in either.

What is written passes through `scrub`: addresses, phones, codes and tokens never reach a line, whoever logs them. Of a
failure stay the kinds of the errors and the places in the code; what an error *says* may quote a person's input, so of
that only the first line is kept, without anything quoted.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TextIO

from flask import g, has_request_context

from orientir.errors import ConfigError
from orientir.i18n import _

ACCESS = "orientir.access"
HIDDEN = "[…]"
LONGEST = 1000

_SECRETS = (
    # An address of a mailbox; the user and password of a database's address look the same.
    re.compile(r"[^\s@<>\"'«»,;()=/]+@[^\s@<>\"'«»,;()=/]+"),
    # What a query string or a header names so.
    re.compile(r"(?i)\b(?:token|code|password|secret|key)=[^\s&]+|\bbearer \S+"),
    # +7 924 123-45-67, 8 (3952) 12-34-56
    re.compile(r"(?<![\w-])(?:\+7|[78])[\s-]*\(?\d{3,5}\)?(?:[\s-]*\d){5,7}(?![\w-])"),
    # 1234 5678 9012, 1234-5678-9012, 123456789012
    re.compile(r"(?<!\d)\d{4}[ \u00a0-]?\d{4}[ \u00a0-]?\d{4}(?!\d)"),
    # Tokens and digests: long words of letters with digits among them.
    re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{20,}(?![\w-])"),
)
# «Ольга Петровна», «Иванова О. П.»: two words beside each other that begin with a capital.
_NAMES = re.compile(r"[А-ЯЁ][а-яё]+(?:[ \u00a0-]+(?:[А-ЯЁ][а-яё]+|[А-ЯЁ]\.))+|(?:[А-ЯЁ]\.[ \u00a0]?){1,2}[А-ЯЁ][а-яё]+")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|«[^»]*»|„[^“]*“|\([^)]*\)|\[[^\]]*\]")
_CAPITALISED = re.compile(r"(?<!\w)[А-ЯЁ][\wё-]*")


def scrub(text: str) -> str:
    """Return `text` without addresses, phones, codes and tokens."""
    for pattern in _SECRETS:
        text = pattern.sub(HIDDEN, text)
    return text


def scrub_error(error: BaseException) -> str:
    """Return what an error says as far as it cannot quote anybody: «division by zero», «no such table: fair_visit»."""
    said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0][:LONGEST]
    return " ".join(scrub(_CAPITALISED.sub(HIDDEN, _QUOTED.sub(HIDDEN, said))).split())


class Lines(logging.Formatter):
    """What both forms share: the message scrubbed, a failure told by kinds and places, the request it happened in."""

    def message_of(self, record: logging.LogRecord) -> str:
        arguments = record.args
        if not arguments and isinstance(record.msg, str):
            return _constant(record.msg)
        if isinstance(arguments, tuple):
            record = logging.makeLogRecord({**record.__dict__, "args": tuple(map(_without_names, arguments))})
        return scrub(record.getMessage())[:LONGEST]

    def failure_of(self, record: logging.LogRecord) -> list[str]:
        error = record.exc_info[1] if record.exc_info else None
        return list(_told(error)) if error is not None else []

    def moment_of(self, record: logging.LogRecord) -> str:
        """Return when it happened; on pages of students the day alone: the order of sends is nobody's business."""
        at = datetime.fromtimestamp(record.created, UTC)
        hides_time = is_of_students() or getattr(record, "day_only", False)
        return at.date().isoformat() if hides_time else at.isoformat(timespec="milliseconds")


class TextLines(Lines):
    def format(self, record: logging.LogRecord) -> str:
        known = {**_fields(record), "request": _number_of(record)}
        facts = "".join(f" {name}={value}" for name, value in known.items() if value is not None)
        line = f"{self.moment_of(record)} {record.levelname} {record.name}: {self.message_of(record)}{facts}"
        return "\n    ".join([line, *self.failure_of(record)])


class JsonLines(Lines):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": self.moment_of(record),
            "level": record.levelname,
            "logger": record.name,
            "message": self.message_of(record),
            "request": _number_of(record),
            **_fields(record),
            "failure": self.failure_of(record) or None,
        }
        return json.dumps({name: value for name, value in line.items() if value is not None}, ensure_ascii=False)


def set_up_logs(form: str = "text", *, is_server: bool = False, stream: TextIO | None = None) -> None:
    """Write the logs of this process as lines of `form`, from the level ORIENTIR_LOG names on.

    A server also tells each request. Called again it only changes the form. Raises ConfigError for a strange level.
    """
    level = os.environ.get("ORIENTIR_LOG", "WARNING").upper()
    if level not in logging.getLevelNamesMapping():
        raise ConfigError(
            _("ORIENTIR_LOG: «%(value)s» не подходит. Возможны: DEBUG, INFO, WARNING, ERROR.", value=level)
        )
    root = logging.getLogger()
    own = next((one for one in root.handlers if isinstance(one.formatter, Lines)), None)
    if own is None and (stream or not root.handlers):  # whoever has set the logs up already (a test) keeps theirs
        own = logging.StreamHandler(stream or sys.stderr)
        root.addHandler(own)
        root.setLevel(level)
    if own is not None:
        own.setFormatter(JsonLines() if form == "json" else TextLines())
    if is_server:
        logging.getLogger(ACCESS).setLevel(logging.INFO)


def begin_request(number: str, *, of_students: bool) -> None:
    """Note under which number the request in hand is told, and whether it is a student's."""
    g.request_number = number
    g.request_of_students = of_students


def request_number() -> str:
    """Return the number of the request in hand («номер обращения»), or nothing outside of one."""
    return str(g.get("request_number", "")) if has_request_context() else ""


def is_of_students() -> bool:
    """Tell whether the request in hand is one of a survey, a card or a ticket."""
    return has_request_context() and bool(g.get("request_of_students", False))


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return what was logged beside the message: `log.info("…", extra={"fields": {…}})`."""
    fields: dict[str, Any] = getattr(record, "fields", {})
    return fields


def _number_of(record: logging.LogRecord) -> str | None:
    """Return the number of the request in hand; lines held back belong to others, and none of them is named."""
    return None if getattr(record, "day_only", False) else request_number() or None


@lru_cache(maxsize=128)
def _constant(message: str) -> str:
    """Return a message without arguments as it is written: «request» is told all day long."""
    return scrub(message)[:LONGEST]


def _without_names(argument: object) -> object:
    if isinstance(argument, BaseException):
        return f"{type(argument).__name__}: {scrub_error(argument)}"
    return argument if isinstance(argument, int | float) else _NAMES.sub(HIDDEN, str(argument))


def _told(error: BaseException) -> Iterator[str]:
    """Yield the error and those that led to it, the last first, each with its places in the code."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield f"{type(cause).__module__}.{type(cause).__qualname__}: {scrub_error(cause)}"
        for place in traceback.extract_tb(cause.__traceback__):
            yield f"  {place.filename}:{place.lineno} {place.name}"
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
