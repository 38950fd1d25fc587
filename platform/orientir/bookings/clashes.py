"""Nobody is in two places at once: the same student, or the same class, at overlapping times (domain.md D.1, D.3).

Waiting stands in the way too: whoever waits for a place gets it without being asked, so it must not be at a time that
was promised elsewhere.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from orientir.bookings.held import AnySlot
from orientir.bookings.models import Booking, BookingSeat, BookingState, Slot
from orientir.bookings.wishes import Wish
from orientir.db import table_of
from orientir.errors import ConflictError
from orientir.i18n import NBSP, _
from orientir.prepared import Asking
from orientir.students.models import Student
from orientir.web.formats import in_ranges, moment

# Asked for each booking, and by the page before it; put together once.
SLOTS, BOOKINGS, SEATS, STUDENTS = (table_of(one) for one in (Slot, Booking, BookingSeat, Student))


class Overlapping(NamedTuple):
    """An occasion at that time, and which number of the list goes there."""

    title: str
    starts_at: datetime
    number: int = 0


# From bookings to slots and never back: minutes after booking opened PostgreSQL still takes a slot for nearly empty.
OVERLAPPING = (
    select(SLOTS.c.title, SLOTS.c.starts_at)
    .join_from(SLOTS, BOOKINGS, BOOKINGS.c.slot_id + 0 == SLOTS.c.id)
    .where(
        BOOKINGS.c.state != BookingState.CANCELLED,
        BOOKINGS.c.id != bindparam("besides"),
        SLOTS.c.starts_at < bindparam("ends_at"),
        SLOTS.c.ends_at > bindparam("starts_at"),
    )
    .order_by(SLOTS.c.starts_at)
)
OF_STUDENTS = Asking(
    Overlapping,
    OVERLAPPING.add_columns(STUDENTS.c.number)
    .join(SEATS, SEATS.c.booking_id == BOOKINGS.c.id)
    .join(STUDENTS, STUDENTS.c.id == SEATS.c.student_id)
    .where(SEATS.c.student_id.in_(bindparam("students", expanding=True)))
    .order_by(STUDENTS.c.number),
)
OF_CLASS = OVERLAPPING.where(BOOKINGS.c.class_id == bindparam("class_id"), BOOKINGS.c.own.is_(False)).limit(1)
BY_NUMBER = OF_CLASS.where(~select(SEATS.c.booking_id).where(SEATS.c.booking_id == BOOKINGS.c.id).exists())
ANY_GROUP, GROUPS_BY_NUMBER = Asking(Overlapping, OF_CLASS), Asking(Overlapping, BY_NUMBER)


class ClashError(ConflictError):
    """Somebody would be in two places."""


def refuse_clash(slot: AnySlot, wish: Wish, *, besides: int | None = None) -> None:
    """Raise ClashError that names the first booking in the way, other than `besides`; the caller holds the class."""
    if wish.students:
        _refuse_same_students(slot, wish, besides)
    if not wish.own:
        _refuse_same_class(slot, wish, besides)


def _refuse_same_students(slot: AnySlot, wish: Wish, besides: int | None) -> None:
    found = OF_STUDENTS.all(students=wish.students, **_at_the_time_of(slot, besides))
    if not found:
        return
    other, numbers = found[0], sorted({row.number for row in found})
    when = {"title": other.title, "when": moment(other.starts_at)}
    if wish.own:
        raise ClashError(_("У вас уже есть запись на это время: «%(title)s», %(when)s.", **when))
    listed = f"№{NBSP}{in_ranges(numbers)}"
    raise ClashError(_("На это время уже записаны %(listed)s: «%(title)s», %(when)s.", listed=listed, **when))


def _refuse_same_class(slot: AnySlot, wish: Wish, besides: int | None) -> None:
    """A group told by number may be anybody of the class, so it bears no second group beside it."""
    groups = GROUPS_BY_NUMBER if wish.students else ANY_GROUP
    found = groups.one(class_id=wish.class_id, **_at_the_time_of(slot, besides))
    if found is None:
        return
    raise ClashError(
        _("Класс уже записан на это время: «%(title)s», %(when)s. Если едут две разные группы, отметьте в обеих "
          "записях номера по списку.", title=found.title, when=moment(found.starts_at))
    )  # fmt: skip


def _at_the_time_of(slot: AnySlot, besides: int | None) -> dict[str, object]:
    """Return what narrows OVERLAPPING; no booking has the id 0."""
    return {"starts_at": slot.starts_at, "ends_at": slot.ends_at, "besides": besides or 0}
