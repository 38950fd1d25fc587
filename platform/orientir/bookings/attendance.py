"""Who came: the mark of a booking, and the fact of coverage in the same transaction (architecture §4).

A number of the list is a seat, a group told by number is a party. Taken back, the facts are reversed and the booking's
revision grows: marked again they are new facts, and both traces stay.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from sqlalchemy import bindparam, null, select, update

from orientir import clock
from orientir.audit import services as audit
from orientir.bookings.held import AnySlot, HeldBooking, HeldSlot, booking_now, hold_row
from orientir.bookings.models import Booking, BookingSeat, BookingState, SlotState
from orientir.bookings.places import hold_slot, leave_queue
from orientir.bookings.services import NEWCOMERS, held_booking
from orientir.bookings.slots import bookings_of
from orientir.bookings.telling import tell_thanks
from orientir.coverage import services as coverage
from orientir.coverage.activities import activities, find_activity, period_on
from orientir.coverage.evidence import ClassHome, Entry, Party, Seat, Source
from orientir.db import db, read_anew, table_of
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.prepared import Writing
from orientir.web.formats import moment

BEFORE = timedelta(hours=2)  # a door opens so long before the beginning
# Said for each mark at a door, so put together once.
BOOKINGS, SEATS = table_of(Booking), table_of(BookingSeat)
MARKING = Writing(
    update(BOOKINGS)
    .where(BOOKINGS.c.id == bindparam("of_booking"))
    .values(confirm_until=null(), **{name: bindparam(name) for name in ("state", "came", "came_ovz")})
)
SEATING = Writing(
    update(SEATS)
    .where(SEATS.c.booking_id == bindparam("of_booking"), SEATS.c.student_id == bindparam("of_student"))
    .values(came=bindparam("came"))
)


@dataclass(frozen=True)
class Present:
    """Who came of a booking: ids of seats, or how many, and how many of them with ОВЗ. An own booking says nothing."""

    students: tuple[int, ...] = ()
    people: int = 0
    ovz: int = 0


def mark(booking_id: int, present: Present, *, actor: int | None) -> bool:
    """Note who came and tell whether that is new; a booking that is marked already stays as it is.

    Nobody of a group came: it is absent, and no fact is written. Raises ConflictError for a booking without a place and
    a slot that is cancelled or whose plugin is off, InvalidInputError (field named) for a number that cannot be and
    before the door opens.
    """
    slot_id = db.session.scalar(select(Booking.slot_id).where(Booking.id == booking_id))
    if slot_id is None:
        raise MissingError
    slot, booking = hold_row(slot_id), booking_now(booking_id)
    if booking is None:
        raise MissingError
    return mark_held(slot, booking, present, actor=actor)


def mark_held(slot: HeldSlot, booking: HeldBooking, present: Present, *, actor: int | None) -> bool:
    """Do as `mark` does for whoever holds the slot and has read the booking since, such as a door.

    What was noted stands in `booking` then. Raises as `mark` does.
    """
    if booking.state in (BookingState.ATTENDED, BookingState.ABSENT):
        return False
    _refuse_switched_off(slot)
    _refuse_unbooked(slot, booking)
    students = _who_came(booking, present)
    came = present.people if booking.is_by_number else len(students)
    _refuse_figures(slot, booking, came, present.ovz)
    _write_mark(booking, came, present.ovz, students)
    entries = _entries(slot, booking, sorted(students))
    if entries:
        coverage.record_all(entries)
    if actor is not None:  # what a door marks is kept as its reading
        audit.write("booking.mark", "booking", booking.id, actor=actor, scope=slot.scope, came=came)
    return True


def take_back(booking_id: int, *, actor: int | None) -> bool:
    """Take the mark back and tell whether there was one; the facts are reversed, not removed."""
    slot, booking = held_booking(booking_id)
    if booking.state not in (BookingState.ATTENDED, BookingState.ABSENT):
        return False
    _refuse_switched_off(slot)
    for entry in _entries(slot, booking, [seat.student_id for seat in booking.seats if seat.came]):
        coverage.reverse(entry.source)
    for seat in booking.seats:
        seat.came = None
    booking.state, booking.came, booking.came_ovz = BookingState.CONFIRMED, None, None
    booking.revision += 1
    db.session.flush()
    if actor is not None:
        audit.write("booking.unmark", "booking", booking.id, actor=actor, scope=slot.organisation.scope)
    return True


def close_slot(slot_id: int, *, actor: int | None) -> int:
    """Say that the occasion was held: who was not marked is absent, who waited goes. Return how many people came.

    A repeat changes nothing. Raises ConflictError before the end, and for a slot that was never announced or cancelled.
    """
    slot = hold_slot(slot_id)
    bookings = bookings_of(slot)
    came = sum(one.came or 0 for one in bookings)
    if slot.state == SlotState.HELD:
        return came
    if not slot.is_open or clock.now() < slot.ends_at:
        raise ConflictError(_("Закрыть можно сеанс, который объявляли и который закончился."))
    for booking in bookings:
        if booking.state == BookingState.WAITING:
            leave_queue(slot, booking)
            booking.state, booking.reason = BookingState.CANCELLED, _("Место не освободилось.")
        elif booking.state in (BookingState.PENDING, BookingState.CONFIRMED):
            booking.state, booking.confirm_until, booking.came = BookingState.ABSENT, None, 0
    slot.state = SlotState.HELD
    db.session.flush()
    tell_thanks(slot, bookings, actor=actor)
    audit.write("slot.held", "slot", slot.id, actor=actor, scope=slot.organisation.scope, came=came)
    return came


def sources_of(booking: Booking, plugin: str) -> list[Source]:
    """Return the names under which the ledger knows the present mark of a booking."""
    return _sources(booking, plugin, [seat.student_id for seat in booking.seats if seat.came])


def _refuse_switched_off(slot: AnySlot) -> None:
    """Raise ConflictError where nobody counts this any more: a mark without its fact would be lost for coverage."""
    if slot.activity not in activities():
        raise ConflictError(_("Этот раздел сайта выключен, отметить нельзя. Запишите на бумаге, кто пришёл."))


def _refuse_unbooked(slot: HeldSlot, booking: HeldBooking) -> None:
    if slot.state == SlotState.CANCELLED:
        raise ConflictError(_("Этот сеанс отменён: %(reason)s", reason=slot.reason))
    if booking.state == BookingState.CANCELLED:
        raise ConflictError(_("Эта запись отменена."))
    if booking.state == BookingState.WAITING:
        raise ConflictError(_("Эта запись в листе ожидания: места ещё нет."))
    if clock.now() < slot.starts_at - BEFORE:
        raise InvalidInputError(_("Отмечать можно за два часа до начала: сеанс %(when)s.", when=moment(slot.starts_at)))


def _who_came(booking: HeldBooking, present: Present) -> set[int]:
    """Return the seats of the booking that came; of a group told by number none is known."""
    known = {seat.student_id for seat in booking.seats}
    if booking.own or not known:
        return known
    if not known.issuperset(present.students):
        raise InvalidInputError(_("Этого номера в записи нет."), "students")
    return set(present.students)


def _refuse_figures(slot: HeldSlot, booking: HeldBooking, came: int, ovz: int) -> None:
    """Raise InvalidInputError for numbers that cannot be."""
    most = ceil(max(slot.capacity, booking.people) * NEWCOMERS)
    if came > most:  # «230» for «23», where no headcount of the class would stop it
        raise InvalidInputError(
            _("На сеансе мест %(places)s, а указано %(people)s. Проверьте число.", places=slot.capacity, people=came),
            "people",
        )
    if came < 0:
        raise InvalidInputError(_("Число человек\N{NO-BREAK SPACE}— целое, не меньше нуля."), "people")
    if not 0 <= ovz <= came:
        raise InvalidInputError(_("«Из них с ОВЗ» больше, чем всего."), "ovz")


def _write_mark(booking: HeldBooking, came: int, ovz: int, students: Collection[int]) -> None:
    """Write down who came; it goes along with the questions of coverage."""
    booking.state, booking.came, booking.came_ovz = BookingState.ATTENDED if came else BookingState.ABSENT, came, ovz
    MARKING.leave(of_booking=booking.id, state=booking.state, came=came, came_ovz=ovz)
    if booking.seats:
        seats = [(one.student_id, one.student_id in students) for one in booking.seats]
        SEATING.leave_each([{"of_booking": booking.id, "of_student": one, "came": here} for one, here in seats])
    read_anew(Booking, booking.id)


def _entries(slot: AnySlot, booking: Booking | HeldBooking, students: Sequence[int]) -> list[Entry]:
    """Return what the mark of a booking means for coverage; `students` are the numbers of the list that came."""
    sources = _sources(booking, slot.owner, students)
    if not sources:
        return []
    day, home = slot.day, ClassHome(booking.class_id)
    period = period_on(find_activity(slot.activity), day)
    evidence: Sequence[Seat | Party] = [Seat(one) for one in students]
    if booking.is_by_number:
        evidence = [Party(booking.came or 0, slot.starts_at, slot.ends_at, booking.came_ovz or 0)]
    return [
        Entry(slot.activity, period, day, one, source, home, host_organisation_id=slot.organisation_id)
        for source, one in zip(sources, evidence, strict=True)
    ]


def _sources(booking: Booking | HeldBooking, plugin: str, students: Sequence[int]) -> list[Source]:
    if not booking.came:
        return []
    if booking.is_by_number:
        return [Source(plugin, f"booking:{booking.id}", booking.revision)]
    return [Source(plugin, f"booking:{booking.id}:{one}", booking.revision) for one in students]
