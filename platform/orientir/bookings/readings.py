"""One reading at a door: a ticket, a typed code, a line of the list, a class. Kept whatever the answer, and idempotent.

The slot is held before anything is looked up, so the same ticket at two doors is accepted once, and the same reading
sent twice finds its first answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy import and_, bindparam, insert, literal, select, update

from orientir import clock
from orientir.bookings import attendance
from orientir.bookings.attendance import BEFORE, Present
from orientir.bookings.door_models import Door, Scan, Verdict
from orientir.bookings.door_words import (
    LastMark,
    again_words,
    booked_words,
    came_words,
    expected_words,
    other_words,
    seat_words,
)
from orientir.bookings.doors import DOOR, refuse_closed
from orientir.bookings.held import (
    HOLDING_DOOR,
    HeldBooking,
    HeldDoor,
    HeldSlot,
    booking_now,
    booking_soon,
    found_booking,
    ticketed_soon,
)
from orientir.bookings.models import BookingState, Slot, SlotState
from orientir.bookings.own_queries import booked_already
from orientir.bookings.tickets import TICKET
from orientir.codes import digits
from orientir.codes.models import Code
from orientir.codes.services import digest_of
from orientir.crypto import keyed_digest
from orientir.db import db, table_of
from orientir.errors import ConflictError, MissingError
from orientir.i18n import _
from orientir.prepared import Answer, Asking
from orientir.students.models import CARD
from orientir.students.queries import present_seat, seats_of
from orientir.web.formats import moment

PURPOSE = "door-reading"
MARKED = (BookingState.ATTENDED, BookingState.ABSENT)


class Heard(NamedTuple):
    """What is known of a reading: how it was kept, if it was sent before, and whose code it is, if it is one."""

    id: int | None
    verdict: str
    words: str
    booking_id: int | None
    said: str
    kind: str | None
    owner: str


# Asked for each reading, so put together once.
SCANS, DOORS = table_of(Scan), table_of(Door)
ONE, CODES = select(literal(1).label("one")).subquery("reading"), table_of(Code)
HEARD = Asking(
    Heard,
    select(*SCANS.c["id", "verdict", "words", "booking_id", "said"], *CODES.c["kind", "owner"]).select_from(
        ONE.outerjoin(
            SCANS, and_(SCANS.c.door_id == bindparam("door_id"), SCANS.c.nonce == bindparam("nonce"))
        ).outerjoin(CODES, CODES.c.digest == bindparam("digest"))
    ),
)
KEPT = ("door_id", "nonce", "said", "booking_id", "verdict", "words", "device", "device_at", "read_at")
KEEPING = Asking(int, insert(SCANS).values({name: bindparam(name) for name in KEPT}).returning(SCANS.c.id))
LAST_MARK = Asking(
    LastMark,
    select(SCANS.c.read_at, DOORS.c.label)
    .join_from(SCANS, DOORS, DOORS.c.id == SCANS.c.door_id)
    .where(SCANS.c.booking_id == bindparam("booking_id"), SCANS.c.verdict == Verdict.ACCEPTED)
    .where(SCANS.c.undone_at.is_(None))
    .order_by(SCANS.c.id.desc())
    .limit(1),
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
class Judged:
    verdict: Verdict
    words: str
    booking_id: int | None = None


@dataclass(frozen=True)
class Kept:
    """What a device is told of its reading, the first time and again."""

    verdict: str
    words: str
    booking_id: int | None
    written: int | Answer[int]

    @property
    def id(self) -> int:
        """The row it is kept in; the first time that is known once the row was sent, at the commit at latest."""
        return self.written if isinstance(self.written, int) else self.written.made()


def read_digits(text: str) -> str:
    """Return the digits of what a camera or a person read: an address of ours, or the code alone."""
    return digits.normalise(text.rpartition("/k/")[2] if "/k/" in text else text)


def read_ticket(door_id: int, reading: Reading) -> Kept:
    """Judge a reading, mark or unmark by it, and return what is kept of it.

    Raises ConflictError for a door that is closed and for another reading under the same nonce, MissingError for a
    booking of another slot chosen by its id, InvalidInputError (field named) for numbers that cannot be.
    """
    holding, said, digest = HOLDING_DOOR.soon(door_id=door_id), reading.digest(), digest_of(read_digits(reading.code))
    hearing = HEARD.soon(door_id=door_id, nonce=reading.nonce, digest=digest)
    finding = ticketed_soon(TICKET, digest) if reading.booking_id is None else booking_soon(reading.booking_id)
    door, heard = holding.one(), hearing.made()
    if door is None:
        raise MissingError
    if heard.id is not None:
        if heard.said != said:
            raise ConflictError(_("Под этим номером уже отправлено другое. Прочитайте билет ещё раз."))
        return Kept(heard.verdict, heard.words, heard.booking_id, heard.id)
    refuse_closed(door)
    answer = _judge(door, reading, heard, found_booking(finding))
    verdict, words = str(answer.verdict), answer.words[:400]
    sent = {"nonce": reading.nonce, "said": said, "device": reading.device, "device_at": reading.device_at}
    told_now = {"verdict": verdict, "words": words, "booking_id": answer.booking_id, "read_at": clock.now()}
    return Kept(verdict, words, answer.booking_id, KEEPING.soon(door_id=door_id, **sent, **told_now))


def _judge(door: HeldDoor, reading: Reading, heard: Heard, booking: HeldBooking | None) -> Judged:
    if reading.booking_id is None:
        return _by_code(door.slot, reading, heard, booking)
    if booking is None or booking.slot_id != door.slot.id:
        raise MissingError
    return _by_booking(door.slot, booking, reading)


def _by_code(slot: HeldSlot, reading: Reading, heard: Heard, booking: HeldBooking | None) -> Judged:
    plain = read_digits(reading.code)
    if len(plain) != digits.LENGTH:
        return Judged(Verdict.UNKNOWN, _("В коде 12 цифр, прочитано %(count)s.", count=len(plain)))
    if not digits.is_plausible(plain):
        return Judged(Verdict.UNKNOWN, _("Опечатка в коде: проверьте цифры."))
    if heard.kind is None:
        return Judged(Verdict.UNKNOWN, _("Такого билета нет. Найдите ученика в списке."))
    if heard.kind == CARD:
        return _by_card(slot, int(heard.owner), reading)
    if booking is None:
        what = _("Это код входа, а не билет.") if heard.kind == DOOR else _("Это код другого листка, а не билет.")
        return Judged(Verdict.UNKNOWN, what)
    return _by_booking(slot, booking, reading)


def _by_card(slot: HeldSlot, origin: int, reading: Reading) -> Judged:
    """A card is as good as the ticket of the same student: whoever forgot the one often has the other."""
    seats = seats_of(origin)
    booking_id = booked_already([one.id for one in seats], slot.id) if seats else None
    booking = booking_now(booking_id) if booking_id is not None else None
    if booking is None:
        who = seat_words(present_seat(seats)) if seats else _("неизвестный номер")
        return Judged(Verdict.CARD, _("Это карточка ученика: %(who)s. На этот сеанс записи по ней нет.", who=who))
    if not booking.own:
        words = _("Ученик в записи класса %(title)s: отметьте класс.", title=booking.class_title)
        return Judged(Verdict.CARD, words, booking.id)
    return _by_booking(slot, booking, reading)


def _by_booking(slot: HeldSlot, booking: HeldBooking, reading: Reading) -> Judged:
    if booking.slot_id != slot.id:
        return Judged(Verdict.OTHER, other_words(db.session.get_one(Slot, booking.slot_id)), booking.id)
    if reading.undo:
        return Judged(Verdict.UNDONE, _undo(booking), booking.id)
    if booking.state in MARKED:
        return Judged(Verdict.AGAIN, again_words(booking, LAST_MARK.one(booking_id=booking.id)), booking.id)
    refusal = _refusal(slot, booking)
    if refusal is not None:
        return refusal
    if not booking.own and reading.present is None:
        return Judged(Verdict.GROUP, expected_words(booking), booking.id)
    attendance.mark_held(slot, booking, reading.present or Present(), actor=None)
    return Judged(Verdict.ACCEPTED, came_words(booking), booking.id)


def _refusal(slot: HeldSlot, booking: HeldBooking) -> Judged | None:
    if slot.state == SlotState.CANCELLED:
        return Judged(Verdict.CANCELLED, _("Сеанс отменён: %(reason)s", reason=slot.reason), booking.id)
    if booking.state == BookingState.CANCELLED:
        words = _("Запись отменена. %(reason)s", reason=booking.reason).strip()
        return Judged(Verdict.CANCELLED, words, booking.id)
    if booking.state == BookingState.WAITING:
        return Judged(Verdict.WAITING, _("В листе ожидания: места ещё нет."), booking.id)
    if clock.now() < slot.starts_at - BEFORE:
        words = _("Сеанс ещё не начался: он %(when)s.", when=moment(slot.starts_at))
        return Judged(Verdict.EARLY, words, booking.id)
    return None


def _undo(booking: HeldBooking) -> str:
    """Take the mark back and say of whom; the readings that made it stay, told that it was undone."""
    if not attendance.take_back(booking.id, actor=None):
        return _("Отметки и не было: %(who)s.", who=booked_words(booking))
    marks = (Scan.booking_id == booking.id, Scan.verdict == Verdict.ACCEPTED, Scan.undone_at.is_(None))
    db.session.execute(update(Scan).where(*marks).values(undone_at=clock.now()))
    return booked_words(booking)
