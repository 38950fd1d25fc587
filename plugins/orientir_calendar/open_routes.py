"""The list of the calendar for programs of others: no session, no cookie, kept like the feeds of telephones."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, g, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from orientir.errors import MissingError
from orientir.ics.feeds import public_feed
from orientir.organisations.models import Region
from orientir.organisations.queries import find_region, first_region, today_of
from orientir.web.access import public
from orientir.web.links import site_address
from orientir.web.ready import answered_by
from orientir_calendar.answers import KEPT, asked, feed_answer, live_answer, open_to_all, standing_answer
from orientir_calendar.feeds import feed_key
from orientir_calendar.forms import CalendarForm
from orientir_calendar.months import Span, span_of
from orientir_calendar.queries import Wanted
from orientir_calendar.routes import day_of, form_of
from orientir_calendar.syndication import write_json, write_rss

JSON, RSS = "application/json", "application/rss+xml; charset=utf-8"
Writing = Callable[[Region, Span, Wanted, str], bytes]
blueprint = Blueprint("calendar_open", __name__, url_prefix="/calendar", static_folder=None)


@blueprint.get("/events.json")
@public
@answered_by(lambda: _ready("json/", JSON))
def as_json() -> AnyResponse:
    return _answer("json/", JSON, write_json, lambda span: span.then.isoformat())


@blueprint.get("/events.rss")
@public
@answered_by(lambda: _ready("rss/", RSS))
def as_rss() -> AnyResponse:
    return _answer("rss/", RSS, write_rss, lambda _span: "")


def _ready(sort: str, content_type: str) -> Response | None:
    """Answer a list that stands written: of a region by its code, which begins today and looks for no words."""
    code = request.args.get("region", "")
    standing = standing_answer(code, sort + feed_key(asked()), content_type) if code and _is_usual() else None
    return open_to_all(standing) if standing is not None else None


def _is_usual() -> bool:
    return not ({"q", "day"} & request.args.keys())


def _answer(sort: str, content_type: str, write: Writing, further: Callable[[Span], str]) -> AnyResponse:
    """Answer a list: what begins today and looks for no words is written once for each change, as feeds are."""
    g.may_be_kept = KEPT
    code = request.args.get("region", "")
    region = find_region(code) if code else first_region()
    if region is None:
        raise MissingError
    g.region = region  # its hours, whoever asks
    form = form_of(region)
    span = span_of("list", day_of(region) if "day" in request.args else today_of(region))
    address = _address(region, form, further(span))
    if not _is_usual():
        return open_to_all(live_answer(write(region, span, form.wanted(), address), content_type))
    key = sort + feed_key(form.wanted())
    found = public_feed(region, key, lambda: write(region, span, form.wanted(), address))
    return open_to_all(feed_answer(found, content_type))


def _address(region: Region, form: CalendarForm, day: str) -> str:
    """Return the address of the same list, from `day` on where there is one."""
    said = form.said() | ({"day": day} if day else {})
    return site_address() + url_for(request.endpoint or "", region=region.code, **said)
