"""The list of the calendar for programs: JSON with fields that stay, and RSS 2.0 for readers of news."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, timedelta
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as Xml
from zoneinfo import ZoneInfo

from flask import url_for

from orientir.contracts import CalendarEntry
from orientir.i18n import _
from orientir.organisations.models import Region
from orientir.web.formats import day, hour
from orientir.web.links import site_address
from orientir_calendar.feeds import feed_name
from orientir_calendar.months import Span
from orientir_calendar.queries import Wanted
from orientir_calendar.shown import entries_for

# What XML 1.0 cannot hold at all, escaped or not.
UNWRITABLE = re.compile("[^\t\n\r\N{SPACE}-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
INSTANT = timedelta(microseconds=1)


def write_json(region: Region, span: Span, wanted: Wanted, further: str) -> bytes:
    """Return the entries of `span`; `further` is the address of the next days.

    Times carry the offset of the region; whole days are two dates, the last of which still belongs to it.
    """
    zone = ZoneInfo(region.timezone)
    said = {
        "title": feed_name(region, wanted),
        "region": region.code,
        "timezone": region.timezone,
        "first_day": span.first.isoformat(),
        "last_day": span.last.isoformat(),
        "next": further,
        "events": [_said(one, zone) for one in entries_for(region, span, wanted)],
    }
    return json.dumps(said, ensure_ascii=False).encode()


def write_rss(region: Region, span: Span, wanted: Wanted, own: str) -> bytes:
    """Return the entries of `span`, the nearest first; `own` is the address of this list itself."""
    zone = ZoneInfo(region.timezone)
    root = Xml.Element("rss", {"version": "2.0", "xmlns:atom": "http://www.w3.org/2005/Atom"})
    channel = Xml.SubElement(root, "channel")
    _put(channel, "title", feed_name(region, wanted))
    _put(channel, "link", site_address() + url_for("calendar.index"))
    _put(channel, "description", _("Мероприятия по профориентации на месяц вперёд"))
    _put(channel, "language", "ru")
    _put(channel, "ttl", "60")
    Xml.SubElement(channel, "atom:link", {"href": own, "rel": "self", "type": "application/rss+xml"})
    for entry in entries_for(region, span, wanted):
        _add_item(channel, entry, region, zone)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _said(entry: CalendarEntry, zone: ZoneInfo) -> dict[str, Any]:
    starts, ends = entry.starts_at.astimezone(zone), entry.ends_at.astimezone(zone)
    return {
        "id": entry.uid,
        "title": str(entry.title),
        "starts": starts.date().isoformat() if entry.is_all_day else starts.isoformat(),
        "ends": (ends - INSTANT).date().isoformat() if entry.is_all_day else ends.isoformat(),
        "all_day": entry.is_all_day,
        "place": str(entry.place),
        "kind": str(entry.category),
        "audience": str(entry.audience),
        "url": site_address() + entry.url,
        "changed": entry.changed_at.astimezone(UTC).isoformat() if entry.changed_at else None,
    }


def _add_item(channel: Xml.Element, entry: CalendarEntry, region: Region, zone: ZoneInfo) -> None:
    starts = entry.starts_at.astimezone(zone)
    when = day(starts) if entry.is_all_day else f"{day(starts)}, {hour(starts)}"
    item = Xml.SubElement(channel, "item")
    _put(item, "title", f"{when}: {entry.title}")
    _put(item, "link", site_address() + entry.url)
    _put(item, "guid", f"{entry.uid}@{region.code}.orientir", isPermaLink="false")
    _put(item, "description", ". ".join(_words([entry.place, entry.audience])))
    for word in _words([entry.category]):
        _put(item, "category", word)
    if entry.changed_at:
        _put(item, "pubDate", format_datetime(entry.changed_at.astimezone(UTC)))


def _words(parts: Sequence[object]) -> list[str]:
    return [str(part) for part in parts if str(part)]


def _put(parent: Xml.Element, name: str, text: str, **attributes: str) -> None:
    Xml.SubElement(parent, name, attributes).text = UNWRITABLE.sub("", text)
