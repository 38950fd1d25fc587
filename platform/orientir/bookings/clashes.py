"""Nobody is in two places at once: the same student, or the same class, at overlapping times (domain.md D.1, D.3).

Waiting stands in the way too: whoever waits for a place gets it without being asked, so it must not be at a time that
was promised elsewhere.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import InstrumentedAttribute

from orientir.bookings.models import ALIVE, Booking, BookingSeat, Slot
from orientir.bookings.wishes import Wish
from orientir.db import db
from orientir.errors import ConflictError
from orientir.i18n import _
from orientir.students.models import Student
from orientir.web.formats import moment


class ClashError(ConflictError):
    """Somebody would be in two places."""


def refuse_clash(slot: Slot, wish: Wish, *, besides: int | None = None) -> None:
    """Raise ClashError that names the first booking in the way, other than `besides`; the caller holds the class."""
    if wish.students:
        _refuse_same_students(slot, wish, besides)
    if not wish.own:
        _refuse_same_class(slot, wish, besides)


def _refuse_same_students(slot: Slot, wish: Wish, besides: int | None) -> None:
    taken = (
        _overlapping(slot, Student.number, besides)
        .join(BookingSeat, BookingSeat.booking_id == Booking.id)
        .join(Student, Student.id == BookingSeat.student_id)
        .where(BookingSeat.student_id.in_(wish.students))
        .order_by(Student.number)
    )
    found = db.session.execute(taken).all()
    if not found:
        return
    other, numbers = found[0][0], sorted({row[1] for row in found})
    when = {"title": other.title, "when": moment(other.starts_at)}
    if wish.own:
        raise ClashError(_("У вас уже есть запись на это время: «%(title)s», %(when)s.", **when))
    listed = ", ".join(f"№ {number}" for number in numbers)
    raise ClashError(_("На это время уже записаны %(listed)s: «%(title)s», %(when)s.", listed=listed, **when))


def _refuse_same_class(slot: Slot, wish: Wish, besides: int | None) -> None:
    """A group told by number may be anybody of the class, so it bears no second group beside it."""
    groups = _overlapping(slot, Booking.id, besides).where(Booking.class_id == wish.class_id, Booking.own.is_(False))
    if wish.students:
        groups = groups.where(~_has_seats())
    found = db.session.execute(groups.limit(1)).first()
    if found is None:
        return
    raise ClashError(
        _("Класс уже записан на это время: «%(title)s», %(when)s. Если едут две разные группы, отметьте в обеих "
          "записях номера по списку.", title=found[0].title, when=moment(found[0].starts_at))
    )  # fmt: skip


def _overlapping(slot: Slot, column: InstrumentedAttribute[int], besides: int | None) -> Select[Slot, int]:
    return (
        select(Slot, column)
        .join(Booking, Booking.slot_id == Slot.id)
        .where(
            Booking.state.in_(ALIVE),
            Booking.id != besides if besides is not None else true(),
            Slot.starts_at < slot.ends_at,
            Slot.ends_at > slot.starts_at,
        )
        .order_by(Slot.starts_at)
    )


def _has_seats() -> ColumnElement[bool]:
    return select(BookingSeat.booking_id).where(BookingSeat.booking_id == Booking.id).exists()
