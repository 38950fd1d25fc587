"""How feeds are answered: by «nothing new» to whoever knows the tag, else whole. Telephones ask all day long."""

from __future__ import annotations

import gzip
from datetime import datetime
from functools import lru_cache

from flask import Response, g, request
from werkzeug.http import http_date, is_resource_modified

from orientir.ics.feeds import Feed, ready_feed
from orientir_calendar.queries import Wanted

KEPT = "public, max-age=900"
CALENDAR = "text/calendar; charset=utf-8"


def asked() -> Wanted:
    """Return the conditions as the address says them; a feed that is ready was once asked for by valid ones."""
    if not request.query_string:
        return Wanted()
    said = request.args
    return Wanted(
        place=said.get("place", type=int),
        grade=said.get("grade", type=int),
        kind=said.get("kind", ""),
        audience=said.get("audience", ""),
    )


def standing_answer(code: str, key: str, content_type: str) -> Response | None:
    """Answer the feed of a region if it stands written as things are now, None otherwise.

    Who may know it already costs one statement that leaves the body where it is.
    """
    g.may_be_kept = KEPT
    environ = request.environ
    if "HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ:
        found = ready_feed(code, key, is_whole=False)
        if found is None or _is_known(found):
            return None if found is None else _nothing_new(found)
    found = ready_feed(code, key)
    return None if found is None else feed_answer(found, content_type)


def feed_answer(found: Feed, content_type: str) -> Response:
    """Answer a whole feed, by «nothing new» to whoever knows its tag or its date."""
    if found.body is None or _is_known(found):
        return _nothing_new(found)
    body, headers = found.body, dict(_validators(found.etag, found.modified_at))
    if request.accept_encodings.best_match(["identity", "gzip"]) == "gzip":
        headers["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    return Response(body, content_type=content_type, headers=headers)


def live_answer(body: bytes, content_type: str) -> Response:
    """Answer what was written for this asking alone."""
    answer = Response(body, content_type=content_type)
    answer.add_etag(weak=True)
    answer.make_conditional(request)
    return answer


def saved_as(name: str, calendar: bytes) -> Response:
    """Answer a calendar that is saved as a file."""
    answer = Response(calendar, content_type=CALENDAR)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return answer


def open_to_all(answer: Response) -> Response:
    """Let scripts of other sites read it: everything in it is public, whoever asks."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _nothing_new(found: Feed) -> Response:
    return Response(status=304, headers=_validators(found.etag, found.modified_at))


@lru_cache(maxsize=512)
def _validators(etag: str, modified_at: datetime) -> list[tuple[str, str]]:
    """Return what a client keeps of the feed; the tag is weak, because it is the same for both encodings."""
    return [("ETag", f'W/"{etag}"'), ("Last-Modified", http_date(modified_at)), ("Vary", "Accept-Encoding")]


def _is_known(found: Feed) -> bool:
    environ = request.environ
    if environ.get("HTTP_IF_NONE_MATCH") == f'W/"{found.etag}"':  # as nearly everybody sends it
        return True
    return not is_resource_modified(environ, etag=found.etag, last_modified=found.modified_at)
