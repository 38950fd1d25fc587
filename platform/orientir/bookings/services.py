"""The verbs of booking: book, confirm, cancel. All work in the caller's transaction, begun as a writer.

Locks in one order: the class, the slot, then counters of coverage. Two bookings of one class wait for each other, so
nobody slips into two places; two of one slot wait for each other, so nobody takes the last place twice (decision 14).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import joinedload

from orientir import clock
from orientir.audit import services as audit
from orientir.bookings.clashes import refuse_clash
from orientir.bookings.held import AnySlot, HeldSlot, found_row, hold_row_soon
from orientir.bookings.host_telling import tell_given_up
from orientir.bookings.models import Booking, BookingSeat, BookingState, Slot, SlotState
from orientir.bookings.places import give_back, hold_slot, join_queue, leave_queue, take_places
from orientir.bookings.queue import promote_waiting
from orientir.bookings.telling import tell_made
from orientir.bookings.tickets import give_ticket, withdraw_ticket
from orientir.bookings.wishes import Wish
from orientir.clock import AcademicYear
from orientir.db import db, read_anew, table_of
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.headcounts import headcount_on
from orientir.organisations.holding import lock_class_soon, standing
from orientir.organisations.models import SchoolClass
from orientir.organisations.rows import ClassRow
from orientir.prepared import Asking, Writing
from orientir.students.models import Student
from orientir.web.formats import moment


class Told(NamedTuple):
    """A booking made under a name, and the digest of the wish."""

    id: int
    said: str


# Said for each booking, so put together once.
BOOKINGS, STUDENTS = table_of(Booking), table_of(Student).c
TOLD = Asking(Told, select(BOOKINGS.c.id, BOOKINGS.c.said).where(BOOKINGS.c.request == bindparam("request")))
OPEN_SEATS = Asking(
    int,
    select(STUDENTS.id).where(
        STUDENTS.class_id == bindparam("class_id"),
        STUDENTS.closed_on.is_(None),
        STUDENTS.id.in_(bindparam("students", expanding=True)),
    ),
)
SAID = (
    *("request", "said", "booked_by", "slot_id", "class_id", "own", "people", "ovz", "companion", "consents"),
    *("state", "place", "booked_at"),
)
ADDING = Asking(
    int,
    insert(BOOKINGS).values(reason="", revision=0, **{name: bindparam(name) for name in SAID}).returning(BOOKINGS.c.id),
)
SEATING = Writing(
    insert(table_of(BookingSeat)).values(booking_id=bindparam("booking_id"), student_id=bindparam("student_id"))
)
AnyClass: TypeAlias = SchoolClass | ClassRow
NEWCOMERS = Fraction(11, 10)  # a class may have grown by a tenth since it was counted, as coverage allows


def book(slot_id: int, wish: Wish, *, request: str, actor: int | None) -> Booking:
    """Do as `claim` does and return the booking itself."""
    return db.session.get_one(Booking, claim(slot_id, wish, request=request, actor=actor))


def claim(slot_id: int, wish: Wish, *, request: str, actor: int | None) -> int:
    """Book places, or a place in the queue where there are not enough; return the id of the booking.

    `request` is the random name of this wish: told again it returns what it made, whatever has become of that since,
    and with another wish under the same name it raises ConflictError. Raises MissingError for an unknown slot or class,
    InvalidInputError (field named) for a wish the slot does not take, ConflictError for a clash.
    """
    locked, asked = lock_class_soon(wish.class_id), TOLD.soon(request=request)
    holding, said = hold_row_soon(slot_id), wish.digest(slot_id)
    school_class, told = standing(locked), asked.one()
    if told is not None:
        if told.said != said:
            raise ConflictError(_("Эта запись уже отправлена с другими данными. Откройте страницу заново."))
        return told.id
    slot = found_row(holding)
    refuse(slot, school_class, wish)
    going, place = _find_room(slot, wish)
    made = _write_booking(slot, going, place, {"request": request, "said": said, "booked_by": actor})
    read_anew(Slot, slot.id)
    if place is None:
        give_ticket(made, slot)
    if actor is not None or not wish.own:
        _tell_of(db.session.get_one(Booking, made), actor)
    return made


def refuse(slot: AnySlot, school_class: AnyClass, wish: Wish) -> None:
    """Raise what stands in the way of the wish as things are now; whoever only asks need hold nothing."""
    refuse_occasion(slot, school_class)
    refuse_group(slot, wish)
    refuse_clash(slot, wish)


def refuse_occasion(slot: AnySlot, school_class: AnyClass) -> None:
    """Raise what stands in the way of anybody of the class."""
    _refuse_time(slot)
    _refuse_class(slot, school_class)


def confirm(booking_id: int, *, actor: int | None) -> Booking:
    """Take the place that came free; a repeat changes nothing. Raises ConflictError when it is no longer kept."""
    slot, booking = held_booking(booking_id)
    if booking.state == BookingState.CONFIRMED:
        return booking
    if booking.confirm_until is None or booking.confirm_until < clock.now():
        raise ConflictError(_("Место уже отдали следующему: его не подтвердили вовремя."))
    booking.state, booking.confirm_until = BookingState.CONFIRMED, None
    give_ticket(booking.id, slot)
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


def _refuse_time(slot: AnySlot) -> None:
    now = clock.now()
    if slot.state == SlotState.CANCELLED:
        raise ConflictError(_("Этот сеанс отменён: %(reason)s", reason=slot.reason))
    if not slot.is_open:
        raise ConflictError(_("На этот сеанс записи нет."))
    if now < slot.opens_at:
        raise ConflictError(_("Запись откроется %(when)s.", when=moment(slot.opens_at)))
    if now >= slot.closes_at:
        raise ConflictError(_("Запись закрылась %(when)s.", when=moment(slot.closes_at)))


def _refuse_class(slot: AnySlot, school_class: AnyClass) -> None:
    if school_class.last_grade < slot.first_grade or school_class.grade > slot.last_grade:
        raise InvalidInputError(
            _("Сеанс для %(first)s–%(last)s-х классов.", first=slot.first_grade, last=slot.last_grade), "class_id"
        )
    if AcademicYear(school_class.year) != AcademicYear.of(slot.day):
        raise InvalidInputError(_("Сеанс в другом учебном году: выберите класс того года."), "class_id")


def refuse_group(slot: AnySlot, wish: Wish) -> None:
    """Raise InvalidInputError for what of a group can be seen without the other bookings."""
    _refuse_numbers(wish)
    if wish.size < 1:
        raise InvalidInputError(_("Отметьте номера по списку или напишите, сколько человек."), "people")
    if wish.size > slot.capacity and not _some_of(slot, wish):
        raise InvalidInputError(
            _("На сеансе всего мест: %(count)s. Отметьте, кто поедет.", count=slot.capacity), "people"
        )
    if not 0 <= wish.ovz <= wish.size:
        raise InvalidInputError(_("«Из них с ОВЗ» больше, чем всего."), "ovz")
    _refuse_size(slot, wish)
    if slot.needs_companion and not wish.own and wish.companion is None:
        raise InvalidInputError(_("Напишите, кто поедет с детьми, и телефон."), "companion")


def _refuse_numbers(wish: Wish) -> None:
    """All numbers must be of this class and not closed; the same one twice is one number."""
    if not wish.students:
        return
    known = OPEN_SEATS.all(class_id=wish.class_id, students=wish.students)
    if set(known) != set(wish.students) or len(set(wish.students)) != len(wish.students):
        raise InvalidInputError(_("Список класса изменился: отметьте номера заново."), "students")


def _refuse_size(slot: AnySlot, wish: Wish) -> None:
    if wish.own:  # one pupil is never more than the class
        return
    headcount = db.session.scalar(select(headcount_on(slot.day, wish.class_id)))
    if headcount is not None and wish.size > ceil(headcount * NEWCOMERS):
        raise InvalidInputError(
            _("В классе %(headcount)s, а указано %(people)s. Проверьте число.", headcount=headcount, people=wish.size),
            "people",
        )


def _find_room(slot: HeldSlot, wish: Wish) -> tuple[Wish, int | None]:
    """Take the places, or as many as there are where that was asked, or wait.

    Return whom the booking is for, and the number in the queue of those who wait.
    """
    fewer = _some_of(slot, wish)
    if 0 < fewer < wish.size:
        some = tuple(sorted(wish.students)[:fewer])
        wish = replace(wish, people=fewer, students=some, ovz=min(wish.ovz, fewer))
    return wish, None if take_places(slot, wish.size) else join_queue(slot.id)


def _some_of(slot: AnySlot, wish: Wish) -> int:
    """Return how many go now where as many as find room were asked for, 0 where all go or none."""
    return min(slot.free, wish.size) if wish.fewer and not (slot.strict and slot.waiting) else 0


def _write_booking(slot: HeldSlot, wish: Wish, place: int | None, sent: dict[str, Any]) -> int:
    """Write the booking down with its seats and return its id; `sent` names the request, its digest and the sender."""
    asked = {"class_id": wish.class_id, "own": wish.own, "people": wish.size, "ovz": wish.ovz}
    companion = wish.companion.sealed(sent["request"]) if wish.companion else None
    state = BookingState.CONFIRMED if place is None else BookingState.WAITING
    now = {"slot_id": slot.id, "state": state, "place": place, "booked_at": clock.now()}
    row = {**sent, **asked, **now, "companion": companion, "consents": wish.consents}
    made = ADDING.made(**row)
    if wish.students:
        SEATING.leave_each([{"booking_id": made, "student_id": one} for one in sorted(wish.students)])
    return made


def _tell_of(booking: Booking, actor: int | None) -> None:
    tell_made(booking.slot, booking)
    if actor is not None:
        write("booking.add", booking, actor, people=booking.people, state=str(booking.state))


def write(action: str, booking: Booking, actor: int, **details: object) -> None:
    """Note an act on a booking in the log, in the branch of its class."""
    school_class = db.session.get_one(SchoolClass, booking.class_id, options=[joinedload(SchoolClass.organisation)])
    audit.write(action, "booking", booking.id, actor=actor, scope=school_class.scope, slot=booking.slot_id, **details)
