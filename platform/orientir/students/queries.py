"""Reads of the numbers of a class, of one pupil's seats through the years, and of what became of a class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from orientir.db import db
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.organisations.models import Organisation, SchoolClass
from orientir.organisations.queries import LARGEST_ID, current_year
from orientir.students.card_seats import CardSeat
from orientir.students.models import ClassMove, Student

Seat = TypeVar("Seat", Student, CardSeat)
# The seats of a card, asked for by every page it opens, so put together once.
ORIGIN = select(func.coalesce(Student.first_id, Student.id)).where(Student.id == bindparam("owner")).scalar_subquery()
OF_OWNER = (
    select(Student)
    .join(Student.school_class)
    .join(SchoolClass.organisation)
    .where(or_(Student.id == ORIGIN, Student.first_id == ORIGIN))
    .options(joinedload(Student.school_class, innerjoin=True))
    .order_by(SchoolClass.year.desc(), Organisation.merged_into_id.is_not(None), Student.id)
)


def numbers_of(class_id: int) -> list[Student]:
    """Return every number the class has ever had, closed ones too, in order."""
    return list(db.session.scalars(select(Student).where(Student.class_id == class_id).order_by(Student.number)))


def find_number(school_class: SchoolClass, number: int) -> Student:
    """Return the seat with this number; raises MissingError."""
    wanted = select(Student).filter_by(class_id=school_class.id, number=number)
    seat = db.session.scalar(wanted) if 0 < number <= LARGEST_ID else None
    if seat is None:
        raise MissingError(_("Номера %(number)s в списке класса нет.", number=number))
    return seat


def open_counts(class_ids: Iterable[int]) -> dict[int, int]:
    """Return how many open numbers each class has; those without any are left out."""
    counted = (
        select(Student.class_id, func.count())
        .where(Student.class_id.in_(list(class_ids)), Student.closed_on.is_(None))
        .group_by(Student.class_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def seats_of(owner: int) -> list[Student]:
    """Return the seats of one pupil, the latest year first, each with its class; `owner` is the row a card names.

    A school that was entered twice may have given two cards; within a year the seat that goes on stands first.
    """
    if not 0 < owner <= LARGEST_ID:
        return []
    return list(db.session.scalars(OF_OWNER, {"owner": owner}))


def card_owners(students: Iterable[Student]) -> list[str]:
    """Return all names under which cards of these pupils may live: whoever was entered twice came with two cards."""
    origins = [student.origin for student in students]
    rows = select(Student.id).where(or_(Student.id.in_(origins), Student.first_id.in_(origins)))
    return [str(row) for row in db.session.scalars(rows)]


def present_seat(seats: Sequence[Student]) -> Student:
    """Return which of a pupil's seats (as of `seats_of`) is that of this academic year, else the latest before.

    From May to August the seats of the next year may stand ready; until 1 September the pupil sits on the old one.
    """
    year = current_year(seats[0].school_class.organisation.municipality.region).start
    return seat_by(year, seats)


def seat_by(year: int, seats: Sequence[Seat]) -> Seat:
    """Return the latest of a pupil's seats that is not of a year after `year`, else the first they had."""
    return next((seat for seat in seats if seat.school_class.year <= year), seats[-1])


def move_of(class_id: int) -> ClassMove | None:
    """Return what became of the class, or None as long as nobody has moved it on."""
    return db.session.get(ClassMove, class_id)


def moves_into(class_id: int) -> list[ClassMove]:
    """Return the moves by which the class came to be, with the classes of the year before."""
    moves = select(ClassMove).where(ClassMove.next_id == class_id).options(joinedload(ClassMove.school_class))
    return sorted(db.session.scalars(moves), key=lambda move: move.school_class.class_name)


def moves_of(class_ids: Iterable[int]) -> dict[int, ClassMove]:
    """Return what became of these classes, by class; those still to be moved are left out."""
    moves = select(ClassMove).where(ClassMove.class_id.in_(list(class_ids))).options(joinedload(ClassMove.next_class))
    return {move.class_id: move for move in db.session.scalars(moves)}


def are_moved(organisation_id: int, year: int) -> bool:
    """Tell whether no class of the academic year is left to be moved on."""
    waiting = (
        select(SchoolClass.id)
        .outerjoin(ClassMove, ClassMove.class_id == SchoolClass.id)
        .where(SchoolClass.organisation_id == organisation_id, SchoolClass.year == year, ClassMove.class_id.is_(None))
    )
    return db.session.scalar(waiting.limit(1)) is None


def is_past(school_class: SchoolClass) -> bool:
    """Tell whether the class belongs to an academic year that is over."""
    return school_class.year < current_year(school_class.organisation.municipality.region).start


def numbers_are_settled(school_class: SchoolClass) -> bool:
    """Tell whether numbers and cards of the class change no more: its year is over, or it has moved on."""
    return is_past(school_class) or move_of(school_class.id) is not None
