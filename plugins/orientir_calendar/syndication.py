"""The list of the calendar for programs: JSON with fields that stay, and RSS 2.0 for readers of news."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
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
    about = _("Мероприятия по профориентации на месяц вперёд")
    channel = NewsList(feed_name(region, wanted), url_for("calendar.index"), about, own)
    for entry in entries_for(region, span, wanted):
        _add_entry(channel, entry, region, zone)
    return channel.written()


class NewsList:
    """A list for readers of news, RSS 2.0, while it is being written; `page` is the path of the page it follows."""

    def __init__(self, title: str, page: str, about: str, own: str) -> None:
        self._root = Xml.Element("rss", {"version": "2.0", "xmlns:atom": "http://www.w3.org/2005/Atom"})
        self._channel = Xml.SubElement(self._root, "channel")
        _put(self._channel, "title", title)
        _put(self._channel, "link", site_address() + page)
        _put(self._channel, "description", about)
        _put(self._channel, "language", "ru")
        _put(self._channel, "ttl", "60")
        Xml.SubElement(self._channel, "atom:link", {"href": own, "rel": "self", "type": "application/rss+xml"})

    def add(self, title: str, path: str, name: str, about: str, categories: Sequence[str], at: datetime | None) -> None:
        """Add a line; `name` is its own for ever, `at` when it was written or changed."""
        item = Xml.SubElement(self._channel, "item")
        _put(item, "title", title)
        _put(item, "link", site_address() + path)
        _put(item, "guid", name, isPermaLink="false")
        _put(item, "description", about)
        for word in categories:
            _put(item, "category", word)
        if at:
            _put(item, "pubDate", format_datetime(at.astimezone(UTC)))

    def written(self) -> bytes:
        written: bytes = Xml.tostring(self._root, encoding="utf-8", xml_declaration=True)
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


def _add_entry(channel: NewsList, entry: CalendarEntry, region: Region, zone: ZoneInfo) -> None:
    starts = entry.starts_at.astimezone(zone)
    when = day(starts) if entry.is_all_day else f"{day(starts)}, {hour(starts)}"
    channel.add(
        f"{when}: {entry.title}",
        entry.url,
        f"{entry.uid}@{region.code}.orientir",
        ". ".join(_words([entry.place, entry.audience])),
        _words([entry.category]),
        entry.changed_at,
    )


def _words(parts: Sequence[object]) -> list[str]:
    return [str(part) for part in parts if str(part)]


def _put(parent: Xml.Element, name: str, text: str, **attributes: str) -> None:
    Xml.SubElement(parent, name, attributes).text = UNWRITABLE.sub("", text)
