"""What a page of the calendar shows: our events and what other plugins announce, in one line of time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from orientir.contracts import CalendarEntry, CalendarFilter
from orientir.db import fold
from orientir.organisations.models import Region
from orientir.organisations.search import search_stems
from orientir.plugins import current_plugins
from orientir_calendar.entries import entries_of
from orientir_calendar.kinds import kinds_of
from orientir_calendar.models import PLUGIN
from orientir_calendar.months import Span
from orientir_calendar.queries import Wanted, public_events


def entries_for(region: Region, span: Span, wanted: Wanted) -> list[CalendarEntry]:
    """Return the entries of a page, the earliest first."""
    first, last = span.window(ZoneInfo(region.timezone))
    kinds = kinds_of(region.id)
    own = [
        entry
        for event in public_events(region.id, first, last, wanted)
        for entry in entries_of(event, first, last, kinds)
    ]
    if not wanted.kind and wanted.audience in ("", "students"):
        filters = CalendarFilter(region.id, wanted.place, wanted.grade)
        others = current_plugins().calendar_entries(first, last, filters, without=PLUGIN)
        own += [one for one in others if holds_words(one, wanted.typed)]
    return sorted(own, key=lambda one: (one.starts_at, one.ends_at, one.uid))


def holds_words(entry: CalendarEntry, typed: str) -> bool:
    """Tell whether an entry holds all words somebody typed, in any form; its numbers are compared as they stand."""
    known = fold(f"{entry.title} {entry.place} {entry.category}")
    return all(stem.lstrip("0") in known for stem in search_stems(typed))
