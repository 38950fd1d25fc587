"""The public pages: month, week and list, an event, the sheet people subscribe by, the feed itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from orientir import clock
from orientir.accounts.roles import BOOKINGS_HOST, BOOKINGS_MAKE
from orientir.bookings.conditions import conditions_in_words
from orientir.documents.downloads import asked_file
from orientir.documents.qr import qr_svg
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.organisations.models import Region, SchoolClass
from orientir.organisations.queries import classes_of, current_year, find_region, municipalities_in, region_of, today_of
from orientir.students.models import CARD
from orientir.web import holders
from orientir.web.access import public, viewer
from orientir.web.links import site_address
from orientir.web.ready import answered_by
from orientir_calendar import queries
from orientir_calendar.answers import CALENDAR, KEPT, asked, feed_answer, live_answer, saved_as, standing_answer
from orientir_calendar.coordinates import coordinates_words
from orientir_calendar.entries import audience_words, place_words, repeat_words
from orientir_calendar.feeds import event_file, feed_key, feed_of, write_feed, write_window
from orientir_calendar.forms import CalendarForm
from orientir_calendar.kinds import kinds_of, open_kinds
from orientir_calendar.markup import rich_text
from orientir_calendar.models import Event
from orientir_calendar.months import cut_list, days_of, span_of, week_from, weeks_of
from orientir_calendar.note_queries import notes_about
from orientir_calendar.offers import event_data
from orientir_calendar.proposals import changes_of
from orientir_calendar.repeats import meetings
from orientir_calendar.shown import entries_for
from orientir_calendar.tables import entries_table
from orientir_calendar.visits import slots_of
from orientir_calendar.words import DIRECTIONS, FORMATS, LEVELS, PHONES, PURPOSES

SUGGEST, PUBLISH, REPORT = "calendar.suggest", "calendar.publish", "calendar.report"
VIEWS = ("list", "week", "month")
FRAMED_ROWS = 8
YEAR = timedelta(days=370)
ALARMS = {"1h": timedelta(hours=1), "3h": timedelta(hours=3), "1d": timedelta(days=1), "2d": timedelta(days=2)}
blueprint = Blueprint("calendar", __name__, url_prefix="/calendar", template_folder="templates", static_folder=None)


@blueprint.get("")
@public
def index() -> AnyResponse | str:
    region = _region()
    form = form_of(region)
    view = request.args.get("view", "list") if request.args.get("view") in VIEWS else "list"
    span, zone = span_of(view, day_of(region)), ZoneInfo(region.timezone)
    if request.args.get("format") == "ics":
        return saved_as(f"calendar-{span.first}", write_window(region, form.wanted(), span.window(zone)))
    entries = entries_for(region, span, form.wanted())
    if file := asked_file(lambda: entries_table(entries, form)):
        return file
    span, entries = cut_list(span, entries, zone)
    said = form.said()
    return render_template(
        "calendar/index.html",
        form=form,
        way=view,  # `view` is how the page is drawn for whoever sees little
        ways=VIEWS,
        span=span,
        today=today_of(region),
        days=days_of(span, entries, zone),
        weeks=weeks_of(span, entries, zone) if view == "month" else [],
        count=len(entries),
        said=said,
        address=lambda **more: url_for(".index", **{**said, **more}),
        may_suggest=viewer().can(SUGGEST),
        may_publish=viewer().can(PUBLISH),
        may_report=viewer().can(REPORT),
        now=clock.now(),
    )


@blueprint.get("/<int:event_id>")
@public
def event(event_id: int) -> str:
    """Show an event of the calendar to all, one that is being written to whoever writes it."""
    found = queries.find_event(event_id)
    if found is None or not (found.is_public or viewer().can(SUGGEST, found.organisation.scope)):
        raise MissingError(_("Такого мероприятия нет. Возможно, его убрали."))
    region = found.organisation.municipality.region
    g.region = region
    now = clock.now()
    coming = meetings(found, now - found.lasts, now + YEAR)
    return render_template(
        "calendar/event.html",
        event=found,
        kind=kinds_of(region.id).get(found.kind),
        about=rich_text(found.about),
        audience=audience_words(found),
        place=place_words(found),
        format=FORMATS[found.format],
        level=LEVELS[found.level],
        direction=DIRECTIONS.get(found.direction, ""),
        conditions=conditions_in_words(found.conditions),
        coming=coming,
        repeats=repeat_words(found),
        coordinates=coordinates_words(found.coordinates) if found.coordinates else "",
        files=queries.papers_of([found])[found.id],
        purposes=PURPOSES,
        now=now,
        today=today_of(region),
        slots={slot.starts_at: slot for slot in slots_of(found)},
        may_host=viewer().can(BOOKINGS_HOST, found.organisation.scope),
        may_book=viewer().can(BOOKINGS_MAKE),
        moved={one.original for one in found.exceptions},
        data=event_data(found, coming[:12]),
        may_edit=viewer().can(SUGGEST, found.organisation.scope),
        may_publish=viewer().can(PUBLISH, found.organisation.scope),
        may_report=viewer().can(REPORT),
        may_tell=viewer().can(SUGGEST),
        told=notes_about(found),
        changes=list(changes_of(found)) if viewer().can(SUGGEST, found.organisation.scope) else [],
        doubles=_doubles(found),
    )


def _doubles(found: Event) -> list[Event]:
    """Return what the event is likely to be a second entry of, as far as whoever writes or decides may see it."""
    scope = found.organisation.scope
    if found.is_published or not viewer().can(SUGGEST, scope):
        return queries.likely_doubles([found])[found.id] if viewer().can(PUBLISH, scope) else []
    return [one for one in queries.likely_doubles([found])[found.id] if one.is_public or viewer().can(PUBLISH, scope)]


@blueprint.get("/<int:event_id>.ics")
@public
def file(event_id: int) -> AnyResponse:
    found = queries.find_event(event_id)
    if found is None or not found.is_public:
        raise MissingError
    return saved_as(f"event-{found.id}", event_file(found))


@blueprint.get("/subscribe")
@public
def subscribe() -> str:
    region = _region()
    form = form_of(region)
    address = site_address() + _feed_path(region, form)
    frame_address = site_address() + url_for(".embed", **form.said())
    return render_template(
        "calendar/subscribe.html",
        form=form,
        address=address,
        webcal="webcal://" + address.partition("://")[2],
        qr=Markup(qr_svg(address)),  # noqa: S704 - drawn by us
        frame=_frame(frame_address),
        frame_address=frame_address,
        phones=PHONES,
        has_card=holders.holding(CARD) is not None,
        classes=_own_classes(region),
        programs={
            name: site_address() + url_for(f"calendar_open.as_{name}", region=region.code, **form.said())
            for name in ("json", "rss")
        },
        button_code=_button(site_address() + url_for(".index", **form.said())),
        said=form.said(),
    )


def ready_feed(code: str) -> Response | None:
    """Answer a feed that stands written; one with alarms is written for each asking."""
    if request.query_string and request.args.get("alarm") in ALARMS:
        return None
    return standing_answer(code, feed_key(asked()), CALENDAR)


@blueprint.get("/feed/<code>.ics")
@public
@answered_by(ready_feed)
def feed(code: str) -> AnyResponse:
    """Answer the feed of a region; telephones ask for it all day long, so mostly by «nothing new»."""
    g.may_be_kept = KEPT
    region = _region_of(code)
    wanted = form_of(region).wanted()
    if alarm := ALARMS.get(request.args.get("alarm", "")):
        return live_answer(write_feed(region, wanted, alarm), CALENDAR)
    return feed_answer(feed_of(region, wanted), CALENDAR)


@blueprint.get("/embed")
@public
def embed() -> AnyResponse:
    """Return the nearest events for a frame on a school's site: no script, no cookie, links open the site itself."""
    region = _region()
    form = form_of(region)
    g.may_be_framed = True
    span = week_from(today_of(region))
    entries = entries_for(region, span, form.wanted())
    if len(entries) < FRAMED_ROWS:  # mostly a week is enough, and a month costs four times as much
        span = span_of("list", span.first)
        entries = entries_for(region, span, form.wanted())
    entries = entries[:FRAMED_ROWS]
    days = days_of(span, entries, ZoneInfo(region.timezone))
    return make_response(render_template("calendar/embed.html", days=days, said=form.said()))


def _region_of(code: str) -> Region:
    region = find_region(code)
    if region is None:
        raise MissingError
    return region


def _own_classes(region: Region) -> list[SchoolClass]:
    """Return the classes of the one school somebody books for."""
    schools = {scope.organisation_id for scope in viewer().scopes(BOOKINGS_MAKE)}
    school = schools.pop() if len(schools) == 1 else None
    return classes_of(school, current_year(region).start) if school is not None else []


def _feed_path(region: Region, form: CalendarForm) -> str:
    said: dict[str, Any] = {name: value for name, value in form.said().items() if name != "q"}
    return url_for(".feed", code=region.code, **said)


def _frame(address: str) -> str:
    """Return the code that shows the list on another site."""
    title = _("Календарь профориентации")
    source = escape(address)
    return f'<iframe src="{source}" title="{title}" width="100%" height="600" loading="lazy" style="border:0"></iframe>'


def _button(address: str) -> str:
    """Return the code of a link that looks like a button wherever it is put."""
    look = (
        "display:inline-block;padding:12px 20px;border-radius:10px;background:#06363f;color:#fff;text-decoration:none"
    )
    return f'<a href="{escape(address)}" style="{look}">{_("Календарь профориентации")}</a>'


def _region() -> Region:
    region = region_of(viewer())
    if region is None:
        raise MissingError(_("Здесь ещё нет региона."))
    return region


def form_of(region: Region) -> CalendarForm:
    """Return the conditions of the address, without what the region's lists do not know."""
    form = CalendarForm(request.args)
    form.offer(municipalities_in([region.scope]), open_kinds(region.id))
    return form


def day_of(region: Region) -> date:
    """Return the day the address names, else today; nobody pages into another century."""
    today = today_of(region)
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return day if abs(day - today) < 5 * YEAR else today
