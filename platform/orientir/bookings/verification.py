"""The figures of slots against their bookings, and nobody in two places: `orientir bookings verify`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Integer, Select, String, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from orientir import clock
from orientir.bookings.models import ALIVE, HOLDING, Booking, BookingSeat, BookingState, Slot
from orientir.bookings.places import hold_slot
from orientir.bookings.tickets import TICKET, give_ticket, withdraw_ticket
from orientir.codes.models import Code
from orientir.db import db
from orientir.i18n import _

SHOWN = (BookingState.CONFIRMED, BookingState.ATTENDED)  # who has a ticket; of the absent it does not matter


@dataclass(frozen=True)
class Difference:
    """What is wrong with a slot, or with the ticket of one booking of it.

    `repairable`: its figures can be taken from the bookings again, the ticket given or withdrawn.
    """

    slot_id: int
    words: str
    repairable: bool
    booking_id: int = 0


def differences() -> list[Difference]:
    """Return all there is to complain of, the figures first."""
    return [*_wrong_figures(), *_wrong_tickets(), *_two_places()]


def repair() -> list[Difference]:
    """Take the figures of slots from their bookings again and return what was mended.

    More booked than there are places is not mended: only people can decide who stays.
    """
    mended = [one for one in _wrong_figures() if one.repairable]
    tickets = list(_wrong_tickets())
    for slot_id in sorted({one.slot_id for one in mended}):
        slot = hold_slot(slot_id)
        row = db.session.execute(_figures().where(Slot.id == slot_id)).one()
        slot.waiting, slot.tail = row.queued, max(slot.tail, row.last or 0, row.queued)
        slot.taken = row.held
    for one in tickets:
        booking = db.session.get_one(Booking, one.booking_id)
        if booking.state in SHOWN:
            give_ticket(booking.id, booking.slot)
        else:
            withdraw_ticket(booking)
    db.session.flush()
    return [*mended, *tickets]


def _wrong_figures() -> Iterator[Difference]:
    for row in db.session.execute(_figures().order_by(Slot.id)):
        slot = row.Slot
        if row.held > slot.capacity:
            words = _("занято %(held)s, а мест %(capacity)s", held=row.held, capacity=slot.capacity)
            yield Difference(slot.id, words, repairable=False)
        elif (slot.taken, slot.waiting) != (row.held, row.queued) or (row.last or 0) > slot.tail:
            words = _(
                "записано: занято %(taken)s, ждут %(waiting)s; по записям %(held)s и %(queued)s",
                taken=slot.taken,
                waiting=slot.waiting,
                held=row.held,
                queued=row.queued,
            )
            yield Difference(slot.id, words, repairable=True)


def _figures() -> Select[Slot, int, int, int | None]:
    held = case((Booking.state.in_(HOLDING), Booking.people), else_=0)
    queued = case((Booking.state == BookingState.WAITING, 1), else_=0)
    sums = (
        select(
            Booking.slot_id,
            cast(func.sum(held), Integer).label("held"),
            cast(func.sum(queued), Integer).label("queued"),
            func.max(Booking.place).label("last"),
        )
        .group_by(Booking.slot_id)
        .subquery()
    )
    return select(
        Slot, func.coalesce(sums.c.held, 0).label("held"), func.coalesce(sums.c.queued, 0).label("queued"), sums.c.last
    ).outerjoin(sums, sums.c.slot_id == Slot.id)


def _wrong_tickets() -> Iterator[Difference]:
    alive = exists().where(Code.kind == TICKET, Code.owner == cast(Booking.id, String), Code.is_live)
    missing = and_(Booking.state.in_(SHOWN), Slot.ends_at > clock.now(), ~alive)  # afterwards nobody shows it any more
    left = and_(Booking.state.in_((BookingState.CANCELLED, BookingState.WAITING, BookingState.PENDING)), alive)
    wrong = select(Booking.slot_id, Booking.id, Booking.state).join(Slot, Slot.id == Booking.slot_id)
    for slot_id, booking_id, state in db.session.execute(wrong.where(or_(missing, left)).order_by(Booking.id)):
        words = (
            _("у записи %(booking)s нет билета", booking=booking_id)
            if state in SHOWN
            else _("билет записи %(booking)s действует, а места у неё нет", booking=booking_id)
        )
        yield Difference(slot_id, words, repairable=True, booking_id=booking_id)


def _two_places() -> Iterator[Difference]:
    one, other = aliased(Booking), aliased(Booking)
    here, there = aliased(BookingSeat), aliased(BookingSeat)
    first, second = aliased(Slot), aliased(Slot)
    pairs = (
        select(first.id, second.id.label("second"), here.student_id)
        .join(one, one.slot_id == first.id)
        .join(here, here.booking_id == one.id)
        .join(there, (there.student_id == here.student_id) & (there.booking_id > here.booking_id))
        .join(other, other.id == there.booking_id)
        .join(second, second.id == other.slot_id)
        .where(
            one.state.in_(ALIVE),
            other.state.in_(ALIVE),
            first.starts_at < second.ends_at,
            second.starts_at < first.ends_at,
        )
    )
    for row in db.session.execute(pairs):
        words = _("номер %(student)s записан и на сеанс %(other)s", student=row.student_id, other=row.second)
        yield Difference(row.id, words, repairable=False)
