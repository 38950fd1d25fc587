"""Occasions as an iCalendar object: RFC 5545, the names and colours of RFC 7986, and what Outlook wants besides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Component, Event, Timezone, vDuration, vRecur, vText, vUri

from orientir.ics.occasions import Occasion, When

END = b"END:VCALENDAR\r\n"
LONGEST_LINE = 75  # octets
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters, halves of pairs
PRODUCT = "-//Orientir//Orientir//RU"
FIRST_DAY_OF_ZONES = date(2015, 1, 1)  # Russian zones have stood still since October 2014


@dataclass(frozen=True)
class Face:
    """How a calendar is called among others in a telephone; `refresh` is how often a client should ask again."""

    name: str
    timezone: str
    url: str = ""
    about: str = ""
    color: str = ""
    refresh: timedelta = timedelta(hours=6)


def write_calendar(face: Face, occasions: Iterable[Occasion], *, alarm: timedelta | None = None) -> bytes:
    """Return the calendar as a file; the same occasions give the same bytes.

    Moments stand in the zone of the region. With `alarm` each occasion is announced so long before it begins: a feed
    carries alarms only for whoever asked. There is no ORGANIZER: it would make telephones send answers by mail.
    Each event is written and let go of: a thousand of them at once as objects take 60 MB.
    """
    calendar, zone = _head(face), ZoneInfo(face.timezone)
    events = b"".join(_written(_event(one, zone, alarm)) for one in occasions)
    if b"TZID=" in events:
        calendar.add_component(Timezone.from_tzid(face.timezone, first_date=FIRST_DAY_OF_ZONES))
    return _written(calendar).removesuffix(END) + events + END


def _head(face: Face) -> Calendar:
    calendar = Calendar()
    for name, value in (("PRODID", PRODUCT), ("VERSION", "2.0"), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH")):
        calendar.add(name, value)
    named = {"NAME": face.name, "X-WR-CALNAME": face.name, "X-WR-TIMEZONE": face.timezone, "COLOR": face.color,
             "DESCRIPTION": face.about, "X-WR-CALDESC": face.about}  # fmt: skip
    for name, value in named.items():
        if value:
            calendar.add(name, vText(_plain(value)))
    if face.url:
        calendar.add("URL", face.url)
    # The library knows no default type for it, so the parameter is written by hand (RFC 7986, 5.7).
    calendar.add("REFRESH-INTERVAL", vDuration(face.refresh), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(face.refresh))
    return calendar


def _event(occasion: Occasion, zone: ZoneInfo, alarm: timedelta | None) -> Event:
    event = Event()
    event.add("UID", occasion.uid)
    for name in ("DTSTAMP", "LAST-MODIFIED"):  # «now» would make every answer another file
        event.add(name, occasion.changed_at.replace(microsecond=0))
    event.add("SEQUENCE", occasion.sequence)
    event.add("STATUS", occasion.status)
    event.add("DTSTART", _in_zone(occasion.starts, zone))
    event.add("DTEND", _in_zone(occasion.ends, zone))
    if not isinstance(occasion.starts, datetime):
        event.add("TRANSP", "TRANSPARENT")  # a whole day in somebody's calendar does not make them busy
    _add_words(event, occasion)
    _add_recurrence(event, occasion, zone)
    if alarm is not None:
        event.add_component(_alarm(occasion.title, alarm))
    return event


def _add_words(event: Event, occasion: Occasion) -> None:
    event.add("SUMMARY", vText(_plain(occasion.title)))
    for name, text in (("LOCATION", occasion.place), ("DESCRIPTION", occasion.about), ("COLOR", occasion.color)):
        if text:
            event.add(name, vText(_plain(text)))
    if occasion.url:
        event.add("URL", occasion.url)
    if occasion.categories:
        event.add("CATEGORIES", [_plain(one) for one in occasion.categories])
    for address, mimetype in occasion.attachments:
        event.add("ATTACH", vUri(address), parameters={"FMTTYPE": mimetype})
    if occasion.geo:
        event.add("GEO", occasion.geo)


def _add_recurrence(event: Event, occasion: Occasion, zone: ZoneInfo) -> None:
    if occasion.rule:
        event.add("RRULE", vRecur.from_ical(occasion.rule))
    for start in occasion.without:
        event.add("EXDATE", _in_zone(start, zone))
    if occasion.instead_of is not None:
        event.add("RECURRENCE-ID", _in_zone(occasion.instead_of, zone))


def _alarm(title: str, before: timedelta) -> Alarm:
    made = Alarm()
    made.add("ACTION", "DISPLAY")
    made.add("TRIGGER", -before)
    made.add("DESCRIPTION", vText(_plain(title)))
    return made


def _in_zone(when: When, zone: ZoneInfo) -> When:
    return when.astimezone(zone) if isinstance(when, datetime) else when


def _written(component: Component) -> bytes:
    """Return the component in lines of at most 75 octets (RFC 5545, 3.1).

    The library counts them sign by sign, which is a third of a feed of Cyrillic words.
    """
    return b"".join(_folded(line.encode()) + b"\r\n" for line in component.content_lines() if line)


def _folded(line: bytes) -> bytes:
    """Return a line folded where it must be, never inside a sign of UTF-8."""
    parts, start, room = [], 0, LONGEST_LINE
    while len(line) - start > room:
        end = start + room
        while line[end] & 0b1100_0000 == 0b1000_0000:  # an octet that continues the sign before it
            end -= 1
        parts.append(line[start:end])
        start, room = end, LONGEST_LINE - 1  # a space leads each further line
    return b"\r\n ".join([*parts, line[start:]])


def _plain(text: str) -> str:
    """Return `text` without what a content line must not hold: control characters but line ends."""
    return UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
