"""What is on for a class in its municipality, from all plugins: beside a card's records and beside a booking."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from orientir import clock
from orientir.contracts import CalendarEntry, CalendarFilter
from orientir.organisations.models import SchoolClass
from orientir.plugins import current_plugins

AHEAD = timedelta(days=60)
MOST_ENTRIES = 6


def coming_nearby(school_class: SchoolClass, known: Collection[tuple[datetime, str]]) -> list[CalendarEntry]:
    """Return the nearest public occasions but the `known` (start, title); a комплект is shown those of all grades."""
    now, municipality = clock.now(), school_class.organisation.municipality
    grade = school_class.grade if school_class.grade == school_class.last_grade else None
    filters = CalendarFilter(region_id=municipality.region_id, municipality_id=municipality.id, grade=grade)
    coming = current_plugins().calendar_entries(now, now + AHEAD, filters)
    return [one for one in coming if (one.starts_at, str(one.title)) not in known][:MOST_ENTRIES]
