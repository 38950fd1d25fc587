"""The figures of slots against their bookings, and nobody in two places: `orientir bookings verify`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Integer, Select, case, cast, func, select
from sqlalchemy.orm import aliased

from orientir.bookings.models import ALIVE, HOLDING, Booking, BookingSeat, BookingState, Slot
from orientir.bookings.places import hold_slot
from orientir.db import db
from orientir.i18n import _


@dataclass(frozen=True)
class Difference:
    """What is wrong with a slot; `repairable`: its figures can be taken from the bookings again."""

    slot_id: int
    words: str
    repairable: bool


def differences() -> list[Difference]:
    """Return all there is to complain of, the figures first."""
    return [*_wrong_figures(), *_two_places()]


def repair() -> list[Difference]:
    """Take the figures of slots from their bookings again and return what was mended.

    More booked than there are places is not mended: only people can decide who stays.
    """
    mended = [one for one in _wrong_figures() if one.repairable]
    for slot_id in sorted({one.slot_id for one in mended}):
        slot = hold_slot(slot_id)
        row = db.session.execute(_figures().where(Slot.id == slot_id)).one()
        slot.waiting, slot.tail = row.queued, max(slot.tail, row.last or 0, row.queued)
        slot.taken = row.held
    db.session.flush()
    return mended


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
