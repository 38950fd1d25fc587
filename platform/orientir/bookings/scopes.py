"""The branch of the slot or the booking an address names: what the rules of access ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from orientir.bookings.models import Booking, Slot
from orientir.contracts import Scope
from orientir.db import db
from orientir.organisations.models import SchoolClass
from orientir.organisations.queries import LARGEST_ID


def find_slot(slot_id: int) -> Slot | None:
    return db.session.get(Slot, slot_id) if 0 < slot_id <= LARGEST_ID else None


def find_booking(booking_id: int) -> Booking | None:
    """Return the booking with its slot, class and school, or None."""
    if not 0 < booking_id <= LARGEST_ID:
        return None
    home = joinedload(Booking.school_class, innerjoin=True).joinedload(SchoolClass.organisation, innerjoin=True)
    return db.session.scalar(select(Booking).where(Booking.id == booking_id).options(home))


def scope_of_slot(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of the organisation that holds `slot_id`."""
    slot = find_slot(arguments["slot_id"])
    return slot.organisation.scope if slot else None


def scope_of_booking(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of the class that `booking_id` is for."""
    booking = find_booking(arguments["booking_id"])
    return booking.school_class.scope if booking else None


def scope_of_booked_slot(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of the organisation whose slot `booking_id` is in."""
    booking = find_booking(arguments["booking_id"])
    return booking.slot.organisation.scope if booking else None
