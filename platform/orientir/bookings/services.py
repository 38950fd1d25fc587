"""The verbs of booking: book, confirm, cancel. All work in the caller's transaction, begun as a writer.

Locks in one order: the class, the slot, then counters of coverage. Two bookings of one class wait for each other, so
nobody slips into two places; two of one slot wait for each other, so nobody takes the last place twice (decision 14).
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from orientir import clock
from orientir.audit import services as audit
from orientir.bookings.clashes import refuse_clash
from orientir.bookings.host_telling import tell_given_up
from orientir.bookings.models import Booking, BookingSeat, BookingState, Slot, SlotState
from orientir.bookings.places import give_back, hold_slot, join_queue, leave_queue, take_places
from orientir.bookings.queue import promote_waiting
from orientir.bookings.telling import tell_made
from orientir.bookings.tickets import give_ticket, withdraw_ticket
from orientir.bookings.wishes import Wish
from orientir.clock import AcademicYear
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.headcounts import headcount_on
from orientir.organisations.holding import lock
from orientir.organisations.models import SchoolClass
from orientir.students.models import Student
from orientir.web.formats import moment

TOLD = select(Booking.id).where(Booking.request == bindparam("request"))
OPEN_SEATS = select(Student.id).where(
    Student.class_id == bindparam("class_id"),
    Student.closed_on.is_(None),
    Student.id.in_(bindparam("students", expanding=True)),
)
NEWCOMERS = Fraction(11, 10)  # a class may have grown by a tenth since it was counted, as coverage allows


def book(slot_id: int, wish: Wish, *, request: str, actor: int | None) -> Booking:
    """Book places, or a place in the queue where there are not enough; return the booking.

    `request` is the random name of this wish: told again it returns what it made, whatever has become of that since,
    and with another wish under the same name it raises ConflictError. Raises MissingError for an unknown slot or class,
    InvalidInputError (field named) for a wish the slot does not take, ConflictError for a clash.
    """
    school_class = held_class(wish.class_id)
    told = db.session.scalar(TOLD, {"request": request})
    if told is not None:
        known = db.session.get_one(Booking, told)
        if known.said != wish.digest(slot_id):
            raise ConflictError(_("Эта запись уже отправлена с другими данными. Откройте страницу заново."))
        return known
    slot = hold_slot(slot_id)
    refuse(slot, school_class, wish)
    booking = _new_booking(slot, wish, request, actor)
    _find_room(slot, booking, wish)
    db.session.flush()
    if booking.state == BookingState.CONFIRMED:
        give_ticket(booking, slot)
    tell_made(slot, booking)
    if actor is not None:
        write("booking.add", booking, actor, people=booking.people, state=str(booking.state))
    return booking


def refuse(slot: Slot, school_class: SchoolClass, wish: Wish) -> None:
    """Raise what stands in the way of the wish as things are now; whoever only asks need hold nothing."""
    _refuse_time(slot)
    _refuse_class(slot, school_class)
    refuse_group(slot, wish)
    refuse_clash(slot, wish)


def confirm(booking_id: int, *, actor: int | None) -> Booking:
    """Take the place that came free; a repeat changes nothing. Raises ConflictError when it is no longer kept."""
    slot, booking = held_booking(booking_id)
    if booking.state == BookingState.CONFIRMED:
        return booking
    if booking.confirm_until is None or booking.confirm_until < clock.now():
        raise ConflictError(_("Место уже отдали следующему: его не подтвердили вовремя."))
    booking.state, booking.confirm_until = BookingState.CONFIRMED, None
    give_ticket(booking, slot)
    if actor is not None:
        write("booking.confirm", booking, actor)
    return booking


def cancel(booking_id: int, *, actor: int | None, reason: str = "", late: bool = False) -> list[Booking]:
    """Give the places back, or leave the queue; return who has got a place by it. A repeat changes nothing.

    `late`: whoever holds the occasion may cancel after `cancel_until`. Raises ConflictError for a booking that was
    attended, and InvalidInputError when it is too late.
    """
    slot, booking = held_booking(booking_id)
    if booking.state == BookingState.CANCELLED:
        return []
    if booking.state in (BookingState.ATTENDED, BookingState.ABSENT):
        raise ConflictError(_("Сеанс уже прошёл, эту запись не отменяют."))
    if booking.state != BookingState.WAITING and clock.now() > slot.cancel_until and not late:
        raise InvalidInputError(
            _("Отменить запись можно было до %(when)s. Теперь позвоните организатору.", when=moment(slot.cancel_until))
        )
    before = booking.state
    drop(slot, booking, reason)
    tell_given_up(slot, booking, before, actor=actor)
    if actor is not None:
        write("booking.cancel", booking, actor, reason=reason)
    return promote_waiting(slot)


def drop(slot: Slot, booking: Booking, reason: str) -> None:
    """Take a booking off its held slot; places stay free until somebody is promoted."""
    if booking.state == BookingState.WAITING:
        leave_queue(slot, booking)
    else:
        give_back(slot, booking.people)
    booking.state, booking.confirm_until, booking.reason = BookingState.CANCELLED, None, reason
    withdraw_ticket(booking)
    db.session.flush()


def held_booking(booking_id: int) -> tuple[Slot, Booking]:
    """Return a booking as it is now with its slot, both held; raises MissingError."""
    slot_id = db.session.scalar(select(Booking.slot_id).where(Booking.id == booking_id))
    if slot_id is None:
        raise MissingError
    slot = hold_slot(slot_id)
    return slot, db.session.get_one(Booking, booking_id, populate_existing=True)


def held_class(class_id: int) -> SchoolClass:
    """Return the class, held: whoever books for it waits for whoever does; raises MissingError."""
    found = db.session.get(SchoolClass, class_id)
    if found is None:
        raise MissingError(_("Такого класса нет."))
    lock(found)
    return found


def _refuse_time(slot: Slot) -> None:
    now = clock.now()
    if slot.state == SlotState.CANCELLED:
        raise ConflictError(_("Этот сеанс отменён: %(reason)s", reason=slot.reason))
    if not slot.is_open:
        raise ConflictError(_("На этот сеанс записи нет."))
    if now < slot.opens_at:
        raise ConflictError(_("Запись откроется %(when)s.", when=moment(slot.opens_at)))
    if now >= slot.closes_at:
        raise ConflictError(_("Запись закрылась %(when)s.", when=moment(slot.closes_at)))


def _refuse_class(slot: Slot, school_class: SchoolClass) -> None:
    if school_class.last_grade < slot.first_grade or school_class.grade > slot.last_grade:
        raise InvalidInputError(
            _("Сеанс для %(first)s–%(last)s-х классов.", first=slot.first_grade, last=slot.last_grade), "class_id"
        )
    if AcademicYear(school_class.year) != AcademicYear.of(slot.day):
        raise InvalidInputError(_("Сеанс в другом учебном году: выберите класс того года."), "class_id")


def refuse_group(slot: Slot, wish: Wish) -> None:
    """Raise InvalidInputError for what of a group can be seen without the other bookings."""
    _refuse_numbers(wish)
    if wish.size < 1:
        raise InvalidInputError(_("Отметьте номера по списку или напишите, сколько человек."), "people")
    if wish.size > slot.capacity:
        raise InvalidInputError(_("На сеансе всего мест: %(count)s.", count=slot.capacity), "people")
    if not 0 <= wish.ovz <= wish.size:
        raise InvalidInputError(_("«Из них с ОВЗ» больше, чем всего."), "ovz")
    _refuse_size(slot, wish)
    if slot.needs_companion and not wish.own and wish.companion is None:
        raise InvalidInputError(_("Напишите, кто поедет с детьми, и телефон."), "companion")


def _refuse_numbers(wish: Wish) -> None:
    """All numbers must be of this class and not closed; the same one twice is one number."""
    if not wish.students:
        return
    known = db.session.scalars(OPEN_SEATS, {"class_id": wish.class_id, "students": wish.students})
    if set(known) != set(wish.students) or len(set(wish.students)) != len(wish.students):
        raise InvalidInputError(_("Список класса изменился: отметьте номера заново."), "students")


def _refuse_size(slot: Slot, wish: Wish) -> None:
    if wish.own:  # one pupil is never more than the class
        return
    headcount = db.session.scalar(select(headcount_on(slot.day, wish.class_id)))
    if headcount is not None and wish.size > ceil(headcount * NEWCOMERS):
        raise InvalidInputError(
            _("В классе %(headcount)s, а указано %(people)s. Проверьте число.", headcount=headcount, people=wish.size),
            "people",
        )


def _new_booking(slot: Slot, wish: Wish, request: str, actor: int | None) -> Booking:
    return Booking(
        slot_id=slot.id,
        class_id=wish.class_id,
        request=request,
        said=wish.digest(slot.id),
        own=wish.own,
        people=wish.size,
        ovz=wish.ovz,
        companion=wish.companion.sealed(request) if wish.companion else None,
        consents=wish.consents,
        state=BookingState.CONFIRMED,
        booked_at=clock.now(),
        booked_by=actor,
        seats=[BookingSeat(student_id=one) for one in sorted(wish.students)],
    )


def _find_room(slot: Slot, booking: Booking, wish: Wish) -> None:
    """Take the places, or as many as there are where that was asked, or wait."""
    fewer = min(slot.free, wish.size) if wish.fewer and not (slot.strict and slot.waiting) else 0
    if 0 < fewer < wish.size:
        booking.people, booking.ovz = fewer, min(wish.ovz, fewer)
        booking.seats = booking.seats[:fewer]
    if not take_places(slot, booking.people):
        join_queue(slot, booking)
    db.session.add(booking)


def write(action: str, booking: Booking, actor: int, **details: object) -> None:
    """Note an act on a booking in the log, in the branch of its class."""
    school_class = db.session.get_one(SchoolClass, booking.class_id, options=[joinedload(SchoolClass.organisation)])
    audit.write(action, "booking", booking.id, actor=actor, scope=school_class.scope, slot=booking.slot_id, **details)
