"""A card told to search engines (schema.org Event) and in the calendar of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from orientir.bookings.models import Slot, SlotState
from orientir.web.links import site_address
from orientir_trials.models import Trial

ONLINE, OFFLINE = "OnlineEventAttendanceMode", "OfflineEventAttendanceMode"
SCHEMA = "https://schema.org"


def event_data(trial: Trial, dates: Sequence[Slot]) -> list[Mapping[str, Any]]:
    """Return the dates of a card as schema.org Events, ready for JSON-LD: free of charge, places as they are now."""
    address = site_address() + url_for("trials.trial", trial_id=trial.id)
    return [_event(trial, slot, address) for slot in dates if slot.state in (SlotState.PUBLISHED, SlotState.CANCELLED)]


def _event(trial: Trial, slot: Slot, address: str) -> Mapping[str, Any]:
    organiser = {"@type": "EducationalOrganization", "name": trial.organisation.name}
    status = "EventCancelled" if slot.state == SlotState.CANCELLED else "EventScheduled"
    return {
        "@context": SCHEMA,
        "@type": "EducationEvent",
        "name": trial.title,
        "description": trial.hands,
        "startDate": slot.starts_at.isoformat(),
        "endDate": slot.ends_at.isoformat(),
        "eventStatus": f"{SCHEMA}/{status}",
        "eventAttendanceMode": f"{SCHEMA}/{ONLINE if trial.is_online else OFFLINE}",
        "location": _location(trial, slot, address),
        "organizer": organiser,
        "isAccessibleForFree": True,
        "maximumAttendeeCapacity": slot.capacity,
        "remainingAttendeeCapacity": slot.free,
        "url": address,
    }


def _location(trial: Trial, slot: Slot, address: str) -> Mapping[str, Any]:
    if trial.is_online:
        return {"@type": "VirtualLocation", "url": address}
    return {"@type": "Place", "name": trial.organisation.name, "address": slot.place}
