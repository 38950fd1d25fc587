"""Booking and check-in of an event by the bookings block: the slot follows its title, place and time.

Places are the host's once booking is open. Grades follow the event as long as the host has not set others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from orientir import clock
from orientir.bookings import slots
from orientir.bookings.models import Booking, BookingState, Slot, SlotState
from orientir.bookings.places import hold_slot
from orientir.bookings.plans import SlotPlan
from orientir.db import db
from orientir.errors import ConflictError
from orientir.i18n import _
from orientir.web.links import page_path
from orientir_calendar.kinds import kinds_of
from orientir_calendar.models import PLUGIN, Event, EventState
from orientir_calendar.words import OTHER

Grades = tuple[int, int]
STANDING = (SlotState.DRAFT, SlotState.PUBLISHED)


@dataclass(frozen=True)
class Terms:
    """How an event is booked: places, from which day, and how many hours before the beginning each thing ends."""

    capacity: int
    opens_on: date
    minimum: int = 0
    closes_hours: int = 12
    cancel_hours: int = 24
    strict: bool = False
    confirm_hours: int = 0
    needs_companion: bool = False


def slot_of(event: Event) -> Slot | None:
    """Return the slot of an event, None where nobody books it."""
    return db.session.scalar(select(Slot).where(Slot.owner == PLUGIN, Slot.owner_id == event.id).order_by(Slot.id))


def open_booking(event: Event, terms: Terms, *, actor: int | None) -> Slot:
    """Let people book the event; while it is a draft nobody can yet.

    Raises ConflictError for a series, an event without students, a cancelled or a booked one, InvalidInputError for
    terms that cannot be.
    """
    db.session.refresh(event, with_for_update={"of": Event, "key_share": True})
    if event.state == EventState.CANCELLED:
        raise ConflictError(_("Мероприятие отменено."))
    if event.frequency:
        raise ConflictError(_("Запись ведут на один день. Заведите для него отдельное мероприятие."))
    if not {"students", "preschool"} & set(event.audiences):
        raise ConflictError(_("По карточкам и классами записываются ученики, а это мероприятие не для них."))
    if slot_of(event) is not None:
        raise ConflictError(_("Запись на это мероприятие уже есть."))
    kind = kinds_of(event.organisation.municipality.region_id).get(event.kind)
    activity = kind.activity if kind and kind.activity else OTHER
    slot = slots.add_slot(PLUGIN, event.id, activity, event.organisation, _plan(event, terms), is_led=True, actor=actor)
    if event.is_published:
        slots.publish(slot.id, actor=actor)
    return slot


def follow(event: Event, *, actor: int | None, grades_were: Grades | None = None) -> None:
    """Let the slot of an event be as the event is now: announced, moved, cancelled. Whoever is booked is told.

    `grades_were` are the event's before the change: a slot that has them takes the new ones, the host's own stay.
    """
    slot = slot_of(event)
    if slot is None or slot.state not in STANDING:
        return
    if event.state == EventState.CANCELLED:
        slots.cancel_slot(slot.id, event.reason, actor=actor)
        return
    hosted = (slot.first_grade, slot.last_grade)
    grades = (event.first_grade, event.last_grade) if hosted == grades_were else hosted
    said = (event.title, event.place or event.organisation.name, event.starts_at, event.ends_at, grades)
    if (slot.title, slot.place, slot.starts_at, slot.ends_at, hosted) != said:
        slots.change_slot(slot.id, _moved(event, hold_slot(slot.id), grades), actor=actor)
    if event.is_published and slot.state == SlotState.DRAFT and slot.starts_at > clock.now():
        slots.publish(slot.id, actor=actor)


def came_by_class(event: Event) -> dict[int, int]:
    """Return how many of each class the door has marked at the event."""
    slot = slot_of(event)
    if slot is None:
        return {}
    marked = select(Booking.class_id, Booking.came).where(
        Booking.slot_id == slot.id, Booking.state == BookingState.ATTENDED
    )
    found: dict[int, int] = {}
    for class_id, came in db.session.execute(marked):
        found[class_id] = found.get(class_id, 0) + (came or 0)
    return found


def _plan(event: Event, terms: Terms) -> SlotPlan:
    opens_at = datetime.combine(terms.opens_on, time(), ZoneInfo(event.timezone))
    return SlotPlan(
        title=event.title,
        place=event.place or event.organisation.name,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        opens_at=opens_at,
        closes_at=event.starts_at - timedelta(hours=terms.closes_hours),
        cancel_until=event.starts_at - timedelta(hours=terms.cancel_hours),
        capacity=terms.capacity,
        first_grade=event.first_grade,
        last_grade=event.last_grade,
        minimum=terms.minimum,
        conditions=tuple(event.conditions),
        needs_companion=terms.needs_companion,
        strict=terms.strict,
        confirm_hours=terms.confirm_hours,
        page=page_path("calendar.event", event_id=event.id),
    )


def _moved(event: Event, slot: Slot, grades: Grades) -> SlotPlan:
    """Return the plan of the slot where the event is now: booking closes as long before it as it did."""
    closes, cancel = slot.starts_at - slot.closes_at, slot.starts_at - slot.cancel_until
    return SlotPlan(
        title=event.title,
        place=event.place or event.organisation.name,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        opens_at=min(slot.opens_at, event.starts_at - closes - timedelta(minutes=1)),
        closes_at=event.starts_at - closes,
        cancel_until=event.starts_at - cancel,
        capacity=slot.capacity,
        first_grade=grades[0],
        last_grade=grades[1],
        minimum=slot.minimum,
        conditions=tuple(event.conditions),
        needs_companion=slot.needs_companion,
        strict=slot.strict,
        confirm_hours=slot.confirm_hours,
        page=slot.page,
        advice=tuple((heading, text) for heading, text in slot.advice),
    )
