"""The feeds people subscribe to: the public one narrowed as they like, one event as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import url_for

from orientir import clock
from orientir.contracts import CalendarEntry, CalendarFilter
from orientir.i18n import _
from orientir.ics.feeds import Feed, public_feed
from orientir.ics.occasions import Occasion, Status
from orientir.ics.writing import Face, write_calendar
from orientir.organisations.models import Region
from orientir.organisations.queries import today_of
from orientir.plugins import current_plugins
from orientir.web.links import site_address
from orientir_calendar.entries import occasions_of
from orientir_calendar.kinds import kinds_of
from orientir_calendar.models import PLUGIN, Event
from orientir_calendar.queries import Wanted, papers_of, public_events
from orientir_calendar.shown import holds_words

PAST = timedelta(days=31)
AHEAD = timedelta(days=396)  # thirteen months
CANCELLED_KEPT = timedelta(days=30)
COLOR = "teal"


def feed_of(region: Region, wanted: Wanted) -> Feed:
    """Return the public feed; words somebody looks for narrow no feed."""
    kept = Wanted(place=wanted.place, grade=wanted.grade, kind=wanted.kind, audience=wanted.audience)
    return public_feed(region, feed_key(kept), lambda: write_feed(region, kept))


def write_feed(region: Region, wanted: Wanted, alarm: timedelta | None = None) -> bytes:
    """Return the feed anew: the events themselves, and what other plugins announce."""
    midnight = datetime.combine(today_of(region), time(), ZoneInfo(region.timezone))
    return write_window(region, wanted, (midnight - PAST, midnight + AHEAD), alarm)


def write_window(
    region: Region, wanted: Wanted, window: tuple[datetime, datetime], alarm: timedelta | None = None
) -> bytes:
    """Return what touches a window as a calendar; a series stands there whole, under the name telephones know it by."""
    since = clock.now() - CANCELLED_KEPT
    kinds = kinds_of(region.id)
    events = public_events(region.id, *window, wanted, since)
    papers = papers_of(events)
    own = [occasion for event in events for occasion in occasions_of(event, kinds, papers[event.id])]
    face = Face(feed_name(region, wanted), region.timezone, site_address() + url_for("calendar.index"), color=COLOR)
    return write_calendar(face, [*own, *_of_others(region, wanted, window, since)], alarm=alarm)


def event_file(event: Event) -> bytes:
    """Return one event as a file to be put into a calendar."""
    return events_file(event.title, event.organisation.municipality.region, [event])


def events_file(name: str, region: Region, events: Sequence[Event]) -> bytes:
    """Return events of a region as a file to be put into a calendar."""
    kinds, papers = kinds_of(region.id), papers_of(events)
    occasions = (occasion for event in events for occasion in occasions_of(event, kinds, papers[event.id]))
    return write_calendar(Face(name, region.timezone), occasions)


def feed_name(region: Region, wanted: Wanted) -> str:
    """Return how the calendar is called in a telephone."""
    parts = [_("Ориентир"), region.name]
    if wanted.grade is not None:
        parts.append(_("%(grade)s класс", grade=wanted.grade))
    return ", ".join(parts)


def feed_key(wanted: Wanted) -> str:
    """Return under what name a list so narrowed is stored; words somebody looks for are not in it."""
    return f"{wanted.place or ''}/{'' if wanted.grade is None else wanted.grade}/{wanted.kind}/{wanted.audience}"


def _of_others(
    region: Region, wanted: Wanted, window: tuple[datetime, datetime], since: datetime
) -> Iterator[Occasion]:
    """Yield what other plugins announce; they know no kinds of ours, and all they announce is for students."""
    if wanted.kind or wanted.audience not in ("", "students"):
        return
    filters = CalendarFilter(region.id, wanted.place, wanted.grade, cancelled_since=since)
    for entry in current_plugins().calendar_entries(*window, filters, without=PLUGIN):
        if holds_words(entry, wanted.typed):
            yield entry_occasion(entry, region)


def entry_occasion(entry: CalendarEntry, region: Region) -> Occasion:
    """Return what a plugin announces as calendars of telephones take it."""
    zone = ZoneInfo(region.timezone)
    address = site_address() + entry.url
    starts, ends = entry.starts_at.astimezone(zone), entry.ends_at.astimezone(zone)
    return Occasion(
        uid=f"{entry.uid}@{region.code}.orientir",
        title=_("Отменено: %(title)s", title=entry.title) if entry.is_cancelled else str(entry.title),
        starts=starts.date() if entry.is_all_day else starts,
        ends=ends.date() if entry.is_all_day else ends,
        changed_at=entry.changed_at or entry.starts_at,
        sequence=entry.sequence,
        status=Status.CANCELLED if entry.is_cancelled else Status.CONFIRMED,
        place=str(entry.place),
        about="\n".join(part for part in (str(entry.audience), address) if part),
        url=address,
        categories=(str(entry.category),) if entry.category else (),
        color=entry.color,
        geo=entry.geo,
    )
