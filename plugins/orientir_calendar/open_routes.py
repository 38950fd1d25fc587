"""The list of the calendar for programs of others: no session, no cookie, kept like the feeds of telephones."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, g, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from orientir.errors import MissingError
from orientir.ics.feeds import public_feed, ready_feed
from orientir.organisations.models import Region
from orientir.organisations.queries import find_region, first_region, today_of
from orientir.web.access import public
from orientir.web.links import site_address
from orientir_calendar.feeds import feed_key
from orientir_calendar.forms import CalendarForm
from orientir_calendar.months import Span, span_of
from orientir_calendar.queries import Wanted
from orientir_calendar.routes import KEPT, asked, day_of, feed_answer, form_of
from orientir_calendar.syndication import write_json, write_rss

JSON, RSS = "application/json", "application/rss+xml; charset=utf-8"
Writing = Callable[[Region, Span, Wanted, str], bytes]
blueprint = Blueprint("calendar_open", __name__, url_prefix="/calendar", static_folder=None)


@blueprint.get("/events.json")
@public
def as_json() -> AnyResponse:
    return _answer("json/", JSON, write_json, lambda span: span.then.isoformat())


@blueprint.get("/events.rss")
@public
def as_rss() -> AnyResponse:
    return _answer("rss/", RSS, write_rss, lambda _span: "")


def _answer(sort: str, content_type: str, write: Writing, further: Callable[[Span], str]) -> AnyResponse:
    """Answer a list: what begins today and looks for no words is written once for each change, as feeds are."""
    g.may_be_kept = KEPT
    code, is_usual = request.args.get("region", ""), not ({"q", "day"} & request.args.keys())
    found = ready_feed(code, sort + feed_key(asked())) if is_usual and code else None
    if found is None:
        region = find_region(code) if code else first_region()
        if region is None:
            raise MissingError
        g.region = region  # its hours, whoever asks
        form = form_of(region)
        span = span_of("list", day_of(region) if "day" in request.args else today_of(region))
        address = _address(region, form, further(span))
        if not is_usual:
            return open_to_all(live_answer(write(region, span, form.wanted(), address), content_type))
        key = sort + feed_key(form.wanted())
        found = public_feed(region, key, lambda: write(region, span, form.wanted(), address))
    return open_to_all(feed_answer(found, content_type))


def _address(region: Region, form: CalendarForm, day: str) -> str:
    """Return the address of the same list, from `day` on where there is one."""
    said = form.said() | ({"day": day} if day else {})
    return site_address() + url_for(request.endpoint or "", region=region.code, **said)


def live_answer(body: bytes, content_type: str) -> Response:
    """Answer a list written for this asking alone."""
    answer = Response(body, content_type=content_type)
    answer.add_etag(weak=True)
    answer.make_conditional(request)
    return answer


def open_to_all(answer: AnyResponse) -> AnyResponse:
    """Let scripts of other sites read it: everything in it is public, whoever asks."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
