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
from orientir.bookings.plans import AHEAD, SlotPlan
from orientir.db import db
from orientir.errors import ConflictError
from orientir.i18n import _
from orientir.web.links import page_path
from orientir_calendar.kinds import kinds_of
from orientir_calendar.models import PLUGIN, Event, EventState
from orientir_calendar.repeats import meetings
from orientir_calendar.words import OTHER

Grades = tuple[int, int]
STANDING = (SlotState.DRAFT, SlotState.PUBLISHED)
MOST_DAYS = 60  # days of a series that are opened in one step

Span = tuple[datetime, datetime]  # beginning and end


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


def slots_of(event: Event) -> list[Slot]:
    """Return the slots of an event, of a series one a booked day, the earliest first; none where nobody books it."""
    wanted = select(Slot).where(Slot.owner == PLUGIN, Slot.owner_id == event.id)
    return list(db.session.scalars(wanted.order_by(Slot.starts_at, Slot.id)))


def open_booking(event: Event, terms: Terms, *, actor: int | None) -> list[Slot]:
    """Let people book the event, of a series each day still to come; while it is a draft nobody can yet.

    Raises ConflictError for an event without students or days to come, a cancelled or a booked one, InvalidInputError
    for terms that cannot be.
    """
    db.session.refresh(event, with_for_update={"of": Event, "key_share": True})
    if event.state == EventState.CANCELLED:
        raise ConflictError(_("Мероприятие отменено."))
    if not {"students", "preschool"} & set(event.audiences):
        raise ConflictError(_("По карточкам и классам записываются ученики, а это мероприятие не для них."))
    if slots_of(event):
        raise ConflictError(_("Запись на это мероприятие уже есть."))
    times = _times_to_book(event, terms)
    if not times:
        raise ConflictError(_("Дней, на которые ещё можно записаться, в этом ряду нет."))
    if len(times) > MOST_DAYS:
        raise ConflictError(
            _("В ряду больше %(most)s дней. Разделите его на два мероприятия: до каникул и после.", most=MOST_DAYS)
        )
    kind = kinds_of(event.organisation.municipality.region_id).get(event.kind)
    activity = kind.activity if kind and kind.activity else OTHER
    made = [
        slots.add_slot(
            PLUGIN, event.id, activity, event.organisation, _plan(event, terms, one), is_led=True, actor=actor
        )
        for one in times
    ]
    for slot in made if event.is_published else ():
        slots.publish(slot.id, actor=actor)
    return made


def follow(event: Event, *, actor: int | None, grades_were: Grades | None = None) -> None:
    """Let the slots of an event be as the event is now: announced, moved, cancelled. Whoever is booked is told.

    Days of a series that are over stay as they were. `grades_were` are the event's before the change: a slot that has
    them takes the new ones, the host's own stay.
    """
    now = clock.now()
    for slot in slots_of(event):
        if slot.state in STANDING and not (event.frequency and slot.starts_at <= now):
            times = (slot.starts_at, slot.ends_at) if event.frequency else (event.starts_at, event.ends_at)
            _follow(event, slot, times, actor, grades_were)


def follow_day(event: Event, stood: datetime, moved: Span | None, *, actor: int | None) -> None:
    """Let the slot of the day of a series that `stood` there move with it, or be cancelled where the day is dropped."""
    slot = next((one for one in slots_of(event) if one.starts_at == stood and one.state in STANDING), None)
    if slot is None:
        return
    if moved is None:
        slots.cancel_slot(slot.id, _("Этот день убрали из расписания."), actor=actor)
    else:
        _follow(event, slot, moved, actor)


def came_by_class(event: Event, day: date) -> dict[int, int]:
    """Return how many of each class the door has marked at the event, of a series on `day`."""
    asked = [slot.id for slot in slots_of(event) if not event.frequency or slot.day == day]
    marked = select(Booking.class_id, Booking.came).where(
        Booking.slot_id.in_(asked), Booking.state == BookingState.ATTENDED
    )
    found: dict[int, int] = {}
    for class_id, came in db.session.execute(marked) if asked else ():
        found[class_id] = found.get(class_id, 0) + (came or 0)
    return found


def _times_to_book(event: Event, terms: Terms) -> list[Span]:
    """Return the days booking would be open for: the one an event is on, of a series those still far enough."""
    if not event.frequency:
        return [(event.starts_at, event.ends_at)]
    now = clock.now()
    opens_at = max(now, _opening(event, terms))
    closing = timedelta(hours=terms.closes_hours)
    coming = meetings(event, now, now + AHEAD)
    return [(one.starts_at, one.ends_at) for one in coming if one.starts_at - closing > opens_at]


def _follow(event: Event, slot: Slot, times: Span, actor: int | None, grades_were: Grades | None = None) -> None:
    if event.state == EventState.CANCELLED:
        slots.cancel_slot(slot.id, event.reason, actor=actor)
        return
    hosted = (slot.first_grade, slot.last_grade)
    grades = (event.first_grade, event.last_grade) if hosted == grades_were else hosted
    said = (event.title, event.place or event.organisation.name, *times, grades)
    if (slot.title, slot.place, slot.starts_at, slot.ends_at, hosted) != said:
        slots.change_slot(slot.id, _moved(event, hold_slot(slot.id), times, grades), actor=actor)
    if event.is_published and slot.state == SlotState.DRAFT and slot.starts_at > clock.now():
        slots.publish(slot.id, actor=actor)


def _opening(event: Event, terms: Terms) -> datetime:
    return datetime.combine(terms.opens_on, time(), ZoneInfo(event.timezone))


def _plan(event: Event, terms: Terms, times: Span) -> SlotPlan:
    starts_at, ends_at = times
    return SlotPlan(
        title=event.title,
        place=event.place or event.organisation.name,
        starts_at=starts_at,
        ends_at=ends_at,
        opens_at=_opening(event, terms),
        closes_at=starts_at - timedelta(hours=terms.closes_hours),
        cancel_until=starts_at - timedelta(hours=terms.cancel_hours),
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


def _moved(event: Event, slot: Slot, times: Span, grades: Grades) -> SlotPlan:
    """Return the plan of the slot where its day is now: booking closes as long before it as it did."""
    starts_at, ends_at = times
    closes, cancel = slot.starts_at - slot.closes_at, slot.starts_at - slot.cancel_until
    return SlotPlan(
        title=event.title,
        place=event.place or event.organisation.name,
        starts_at=starts_at,
        ends_at=ends_at,
        opens_at=min(slot.opens_at, starts_at - closes - timedelta(minutes=1)),
        closes_at=starts_at - closes,
        cancel_until=starts_at - cancel,
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
