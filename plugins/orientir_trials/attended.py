"""What a pupil has tried: attended trials over the years, and how far up the ladder they lead (domain.md A.1, 15)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, select

from orientir.bookings.models import Booking, BookingSeat, Slot
from orientir.db import db
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.students.models import Student
from orientir_trials.models import PLUGIN, Trial


@dataclass(frozen=True)
class Attended:
    """One trial a seat was marked present at."""

    booking: Booking
    trial: Trial
    student: Student

    @property
    def slot(self) -> Slot:
        return self.booking.slot


def attended_by(seats: Collection[int]) -> list[Attended]:
    """Return what the seats were marked present at, the latest first; one statement."""
    rows = db.session.execute(
        select(Booking, Trial, Student)
        .join(BookingSeat, BookingSeat.booking_id == Booking.id)
        .join(Student, Student.id == BookingSeat.student_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Trial, and_(Slot.owner == PLUGIN, Slot.owner_id == Trial.id))
        .where(BookingSeat.student_id.in_(seats), BookingSeat.came.is_(True))
        .order_by(Slot.starts_at.desc(), Booking.id.desc())
    )
    return [Attended(*row) for row in rows]


def attended_at(booking_id: int, seats: Collection[int]) -> Attended:
    """Return the trial of this booking one of the seats was marked present at; raises MissingError."""
    found = next((one for one in attended_by(seats) if one.booking.id == booking_id), None)
    if found is None:
        raise MissingError(_("На этой пробе вас не отметили."))
    return found


def steps_taken(tried: Collection[Attended]) -> dict[int, list[Attended]]:
    """Return the attended trials by step of the ladder, 1 to 3; a step nobody stood on is empty."""
    return {step: [one for one in tried if one.trial.step == step] for step in (1, 2, 3)}


def next_step(tried: Collection[Attended]) -> int:
    """Return the step to try next: the first that is still empty, the last once all were tried."""
    taken = steps_taken(tried)
    return next((step for step in (1, 2, 3) if not taken[step]), 3)
