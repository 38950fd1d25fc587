"""One reading at a door: a ticket, a typed code, a line of the list, a class. Kept whatever the answer, and idempotent.

The slot is held before anything is looked up, so the same ticket at two doors is accepted once, and the same reading
sent twice finds its first answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import joinedload, lazyload

from orientir import clock
from orientir.bookings import attendance
from orientir.bookings.attendance import BEFORE, Present
from orientir.bookings.door_models import Door, Scan, Verdict
from orientir.bookings.door_words import again_words, came_words, expected_words, other_words, seat_words
from orientir.bookings.doors import DOOR, refuse_closed
from orientir.bookings.models import Booking, BookingSeat, BookingState, SlotState
from orientir.bookings.own_queries import booked_already
from orientir.bookings.places import hold_slot
from orientir.bookings.tickets import TICKET
from orientir.codes import digits
from orientir.codes.services import recognise
from orientir.crypto import keyed_digest
from orientir.db import db, note_written, on_rows, table_of
from orientir.errors import ConflictError, MissingError
from orientir.i18n import _
from orientir.organisations.models import Organisation, SchoolClass
from orientir.organisations.queries import LARGEST_ID
from orientir.students.models import CARD
from orientir.students.queries import present_seat, seats_of
from orientir.web.formats import moment

PURPOSE = "door-reading"
MARKED = (BookingState.ATTENDED, BookingState.ABSENT)
# Asked for each reading, so put together once.
SCANS = table_of(Scan)
TOLD = select(*SCANS.c["id", "verdict", "words", "booking_id", "said"]).where(
    SCANS.c.door_id == bindparam("door_id"), SCANS.c.nonce == bindparam("nonce")
)
KEEPING = insert(SCANS).returning(SCANS.c.id)
HOME = joinedload(Booking.school_class, innerjoin=True).joinedload(SchoolClass.organisation, innerjoin=True)
NOW = (
    select(Booking)
    .where(Booking.id == bindparam("booking_id"))
    .options(
        lazyload(Booking.slot),  # the one that is held, and read already
        HOME.lazyload(Organisation.municipality),  # no verdict names it
        joinedload(Booking.seats).joinedload(BookingSeat.student),
    )
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True)
class Reading:
    """What a device sends under the random name `nonce`: a code, or a booking of the list.

    `present` says who of a class came; without it a group is only asked for it. `undo` takes the mark back.
    """

    nonce: str
    code: str = ""
    booking_id: int | None = None
    present: Present | None = None
    undo: bool = False
    device: str = ""
    device_at: datetime | None = None

    def digest(self) -> str:
        """Return the keyed digest that tells whether a repeat says the same; digits cannot be guessed from it."""
        who = [self.present.students, self.present.people, self.present.ovz] if self.present else None
        said = json.dumps([read_digits(self.code), self.booking_id, who, self.undo])
        secret: str = current_app.config["ORIENTIR"].secret_key
        return keyed_digest(secret, PURPOSE, said)


@dataclass(frozen=True)
class Answer:
    verdict: Verdict
    words: str
    booking: Booking | None = None


@dataclass(frozen=True)
class Kept:
    """What a device is told of its reading, the first time and again."""

    id: int
    verdict: str
    words: str
    booking_id: int | None


def read_digits(text: str) -> str:
    """Return the digits of what a camera or a person read: an address of ours, or the code alone."""
    return digits.normalise(text.rpartition("/k/")[2] if "/k/" in text else text)


def read_ticket(door_id: int, reading: Reading) -> Kept:
    """Judge a reading, mark or unmark by it, and return what is kept of it.

    Raises ConflictError for a door that is closed and for another reading under the same nonce, MissingError for a
    booking of another slot chosen by its id, InvalidInputError (field named) for numbers that cannot be.
    """
    door = db.session.get(Door, door_id)
    if door is None:
        raise MissingError
    note_written(door, slot=hold_slot(door.slot_id))
    told = on_rows(TOLD, {"door_id": door_id, "nonce": reading.nonce}).one_or_none()
    if told is not None:
        if told.said != reading.digest():
            raise ConflictError(_("Под этим номером уже отправлено другое. Прочитайте билет ещё раз."))
        return Kept(told.id, told.verdict, told.words, told.booking_id)
    refuse_closed(door)
    return _keep(door_id, reading, _answer(door, reading))


def _keep(door_id: int, reading: Reading, answer: Answer) -> Kept:
    """Write the reading down with what it was answered, refused ones too."""
    booking_id, words = answer.booking.id if answer.booking else None, answer.words[:400]
    sent = {"nonce": reading.nonce, "said": reading.digest(), "device": reading.device, "device_at": reading.device_at}
    told = {"booking_id": booking_id, "verdict": answer.verdict, "words": words, "read_at": clock.now()}
    made = on_rows(KEEPING, {"door_id": door_id, **sent, **told})
    return Kept(made.scalar_one(), answer.verdict, words, booking_id)


def _answer(door: Door, reading: Reading) -> Answer:
    if reading.booking_id is None:
        return _by_code(door, reading)
    booking = _booking_now(reading.booking_id)
    if booking is None or booking.slot_id != door.slot_id:
        raise MissingError
    return _by_booking(door, booking, reading)


def _by_code(door: Door, reading: Reading) -> Answer:
    plain = read_digits(reading.code)
    if len(plain) != digits.LENGTH:
        return Answer(Verdict.UNKNOWN, _("В коде 12 цифр, прочитано %(count)s.", count=len(plain)))
    if not digits.is_plausible(plain):
        return Answer(Verdict.UNKNOWN, _("Опечатка в коде: проверьте цифры."))
    code = recognise(plain)
    if code is None:
        return Answer(Verdict.UNKNOWN, _("Такого билета нет. Найдите ученика в списке."))
    if code.kind == CARD:
        return _by_card(door, int(code.owner), reading)
    booking = _booking_now(int(code.owner)) if code.kind == TICKET else None
    if booking is None:
        what = _("Это код входа, а не билет.") if code.kind == DOOR else _("Это код другого листка, а не билет.")
        return Answer(Verdict.UNKNOWN, what)
    return _by_booking(door, booking, reading)


def _by_card(door: Door, origin: int, reading: Reading) -> Answer:
    """A card is as good as the ticket of the same student: whoever forgot the one often has the other."""
    seats = seats_of(origin)
    booking_id = booked_already([one.id for one in seats], door.slot_id) if seats else None
    booking = _booking_now(booking_id) if booking_id is not None else None
    if booking is None:
        who = seat_words(present_seat(seats)) if seats else _("неизвестный номер")
        return Answer(Verdict.CARD, _("Это карточка ученика: %(who)s. На этот сеанс записи по ней нет.", who=who))
    if not booking.own:
        title = booking.school_class.title
        return Answer(Verdict.CARD, _("Ученик в записи класса %(title)s: отметьте класс.", title=title), booking)
    return _by_booking(door, booking, reading)


def _booking_now(booking_id: int) -> Booking | None:
    """Return the booking as it stands now that the slot is held, with all that a verdict tells, by one question."""
    if not 0 < booking_id <= LARGEST_ID:
        return None
    return db.session.scalars(NOW, {"booking_id": booking_id}).unique().first()


def _by_booking(door: Door, booking: Booking, reading: Reading) -> Answer:
    if booking.slot_id != door.slot_id:
        return Answer(Verdict.OTHER, other_words(booking.slot), booking)
    if reading.undo:
        return _undo(booking)
    if booking.state in MARKED:
        return Answer(Verdict.AGAIN, again_words(booking, _last_mark(booking)), booking)
    refusal = _refusal(booking)
    if refusal is not None:
        return refusal
    if not booking.own and reading.present is None:
        return Answer(Verdict.GROUP, expected_words(booking), booking)
    attendance.mark_held(booking.slot, booking, reading.present or Present(), actor=None)
    return Answer(Verdict.ACCEPTED, came_words(booking), booking)


def _refusal(booking: Booking) -> Answer | None:
    slot = booking.slot
    if slot.state == SlotState.CANCELLED:
        return Answer(Verdict.CANCELLED, _("Сеанс отменён: %(reason)s", reason=slot.reason), booking)
    if booking.state == BookingState.CANCELLED:
        return Answer(Verdict.CANCELLED, _("Запись отменена. %(reason)s", reason=booking.reason).strip(), booking)
    if booking.state == BookingState.WAITING:
        return Answer(Verdict.WAITING, _("В листе ожидания: места ещё нет."), booking)
    if clock.now() < slot.starts_at - BEFORE:
        return Answer(Verdict.EARLY, _("Сеанс ещё не начался: он %(when)s.", when=moment(slot.starts_at)), booking)
    return None


def _undo(booking: Booking) -> Answer:
    """Take the mark back; the readings that made it stay, told that it was undone."""
    if not attendance.take_back(booking.id, actor=None):
        return Answer(Verdict.UNDONE, _("Отметки и не было: %(who)s.", who=seat_words(booking)), booking)
    marks = (Scan.booking_id == booking.id, Scan.verdict == Verdict.ACCEPTED, Scan.undone_at.is_(None))
    db.session.execute(update(Scan).where(*marks).values(undone_at=clock.now()))
    return Answer(Verdict.UNDONE, seat_words(booking), booking)


def _last_mark(booking: Booking) -> Scan | None:
    marks = select(Scan).where(
        Scan.booking_id == booking.id, Scan.verdict == Verdict.ACCEPTED, Scan.undone_at.is_(None)
    )
    return db.session.scalars(marks.order_by(Scan.id.desc()).limit(1)).first()
