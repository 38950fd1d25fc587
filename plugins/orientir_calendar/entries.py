"""The events as other pages and telephones take them: entries, one a day, and occasions, one a series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from orientir.contracts import CalendarEntry, CalendarFilter
from orientir.files.models import StoredFile
from orientir.i18n import _
from orientir.ics.occasions import Occasion, Status, When
from orientir.organisations.models import Region
from orientir.web.formats import WEEKDAYS
from orientir.web.links import site_address
from orientir_calendar.kinds import kinds_of
from orientir_calendar.markup import plain_text
from orientir_calendar.models import Event, EventState
from orientir_calendar.queries import Wanted, public_events
from orientir_calendar.repeats import Meeting, meetings, rule_of
from orientir_calendar.words import AUDIENCES, FREQUENCIES, KindLine

UID = "calendar-"


def entries(first: datetime, last: datetime, filters: CalendarFilter) -> list[CalendarEntry]:
    """Return the times of published events that touch [first, last), for pages that know no events."""
    wanted = Wanted(place=filters.municipality_id, grade=filters.grade)
    found = public_events(filters.region_id, first, last, wanted, filters.cancelled_since)
    kinds = {region_id: kinds_of(region_id) for region_id in {_region_of(event).id for event in found}}
    return [entry for event in found for entry in entries_of(event, first, last, kinds[_region_of(event).id])]


def entries_of(event: Event, first: datetime, last: datetime, kinds: Mapping[str, KindLine]) -> Iterator[CalendarEntry]:
    """Yield the times of an event within a window."""
    for meeting in meetings(event, first, last):
        yield _entry(meeting, kinds)


def audience_words(event: Event) -> str:
    """Return «ученики 8–11 классов, родители»."""
    words = []
    for key, title in AUDIENCES.items():
        if key in event.audiences:
            words.append(grade_words(event) if key == "students" else str(title))
    return ", ".join(words)


def grade_words(event: Event) -> str:
    if event.first_grade == event.last_grade:
        return _("ученики %(grade)s класса", grade=event.first_grade)
    return _("ученики %(first)s–%(last)s классов", first=event.first_grade, last=event.last_grade)


def place_words(event: Event) -> str:
    """Return where it is, for a line of a list."""
    if event.format == "online":
        return _("онлайн")
    return event.place or event.organisation.name


def repeat_words(event: Event) -> str:
    """Return «каждую неделю, вторник, четверг, до 25 мая 2026», "" for what is once."""
    if not event.frequency or event.until is None:
        return ""
    days = [str(WEEKDAYS[day]) for day in event.weekdays if day in range(7)]
    return ", ".join([str(FREQUENCIES[event.frequency]), *days, _("до %(day)s", day=f"{event.until:%d.%m.%Y}")])


def occasions_of(event: Event, kinds: Mapping[str, KindLine], papers: Sequence[StoredFile] = ()) -> Iterator[Occasion]:
    """Yield the event as calendars of telephones take it: the series first, then each of its moved days.

    `papers` are the files that are attached to it.
    """
    region = _region_of(event)
    address = site_address() + url_for("calendar.event", event_id=event.id)
    status = Status.CANCELLED if event.state == EventState.CANCELLED else Status.CONFIRMED
    about = [event.reason] if event.reason else []
    about += [event.organisation.name, audience_words(event), plain_text(event.about), address]
    said: dict[str, Any] = {
        "uid": f"{event.uid}@{region.code}.orientir",
        "title": _("Отменено: %(title)s", title=event.title) if status is Status.CANCELLED else event.title,
        "changed_at": event.changed_at,
        "sequence": event.sequence,
        "status": status,
        "place": place_words(event),
        "about": "\n".join(part for part in about if part),
        "url": address,
        "categories": (str(kinds[event.kind].title),) if event.kind in kinds else (),
        "color": kinds[event.kind].color if event.kind in kinds else "",
        "geo": event.coordinates,
        "attachments": tuple((f"{address}/files/{one.id}", one.sort.mimetype) for one in papers),
    }
    yield Occasion(
        **said,
        starts=_when(event, event.starts_at),
        ends=_when(event, event.ends_at),
        rule=rule_of(event),
        without=tuple(_when(event, one.original) for one in event.exceptions if one.starts_at is None),
    )
    for one in event.exceptions:
        if one.starts_at is not None and one.ends_at is not None:
            yield Occasion(
                **said,
                starts=_when(event, one.starts_at),
                ends=_when(event, one.ends_at),
                instead_of=_when(event, one.original),
            )


def _region_of(event: Event) -> Region:
    return event.organisation.municipality.region


def _when(event: Event, moment: datetime) -> When:
    local = moment.astimezone(ZoneInfo(event.timezone))
    return local.date() if event.is_all_day else local


def _entry(meeting: Meeting, kinds: Mapping[str, KindLine]) -> CalendarEntry:
    event = meeting.event
    return CalendarEntry(
        uid=f"{UID}{event.id}" + (f"-{meeting.original:%Y%m%dT%H%M%S}" if event.frequency else ""),
        title=event.title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        url=url_for("calendar.event", event_id=event.id),
        place=place_words(event),
        audience=audience_words(event),
        category=str(kinds[event.kind].title) if event.kind in kinds else "",
        is_all_day=event.is_all_day,
        is_cancelled=event.state == EventState.CANCELLED,
        changed_at=event.changed_at,
        sequence=event.sequence,
        color=kinds[event.kind].color if event.kind in kinds else "",
        geo=event.coordinates,
    )
