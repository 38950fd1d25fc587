"""An event told to search engines (schema.org)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from orientir.web.links import site_address
from orientir_calendar.markup import plain_text
from orientir_calendar.models import Event, EventState
from orientir_calendar.repeats import Meeting

SCHEMA = "https://schema.org"


def event_data(event: Event, coming: Sequence[Meeting]) -> list[Mapping[str, Any]]:
    """Return the times of an event still to come as schema.org Events, ready for JSON-LD; free of charge."""
    address = site_address() + url_for("calendar.event", event_id=event.id)
    return [_event(event, one, address) for one in coming]


def _event(event: Event, meeting: Meeting, address: str) -> Mapping[str, Any]:
    is_cancelled = event.state == EventState.CANCELLED
    is_online = event.format == "online"
    zone = ZoneInfo(event.timezone)
    place: dict[str, Any] = {
        "@type": "Place",
        "name": event.organisation.name,
        "address": event.place or event.organisation.name,
    }
    if event.coordinates:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": event.latitude, "longitude": event.longitude}
    return {
        "@context": SCHEMA,
        "@type": "EducationEvent",
        "name": event.title,
        "description": plain_text(event.about),
        "startDate": meeting.first_day.isoformat()
        if event.is_all_day
        else meeting.starts_at.astimezone(zone).isoformat(),
        "endDate": event.last_day.isoformat() if event.is_all_day else meeting.ends_at.astimezone(zone).isoformat(),
        "eventStatus": f"{SCHEMA}/{'EventCancelled' if is_cancelled else 'EventScheduled'}",
        "eventAttendanceMode": f"{SCHEMA}/{'Online' if is_online else 'Offline'}EventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": event.url or address} if is_online else place,
        "organizer": {"@type": "EducationalOrganization", "name": event.organisation.name},
        "isAccessibleForFree": True,
        "url": address,
    }
