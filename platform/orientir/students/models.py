"""A student is a pseudonymous seat: a class and a number in its list.

The school's paper journal is the only link to a person.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir.db import Model
from orientir.organisations.models import SchoolClass

CARD = "card"  # the kind of code on a student's card


class Student(Model):
    """Numbers are never reused or shifted: one is closed, a new one is added.

    In the next year the pupil sits on a new row; `first_id` names the row of the first year, to which the card belongs
    (docs/decisions/0009). The facts of a year stay with the row of that year.
    """

    __tablename__ = "student"
    __table_args__ = (
        UniqueConstraint("class_id", "number"),
        UniqueConstraint("class_id", "first_id"),
        CheckConstraint("number BETWEEN 1 AND 99", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id"))
    number: Mapped[int]
    closed_on: Mapped[date | None]
    first_id: Mapped[int | None] = mapped_column(ForeignKey("student.id"), index=True)

    school_class: Mapped[SchoolClass] = relationship()

    @property
    def origin(self) -> int:
        """The id of the row on which this pupil sat first: the same in every year."""
        return self.first_id or self.id

    @property
    def card_owner(self) -> str:
        return str(self.origin)


class ClassMove(Model):
    """What became of a class when the school moved to the next year; one row a class, so it happens once.

    `next_id` is None for a class that left; `keeps_numbers`: the class went on whole, with its numbers and cards.
    """

    __tablename__ = "class_move"
    __table_args__ = (CheckConstraint("next_id IS NOT NULL OR NOT keeps_numbers", name="keeps_numbers"),)

    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id"), primary_key=True)
    next_id: Mapped[int | None] = mapped_column(ForeignKey("school_class.id"), index=True)
    keeps_numbers: Mapped[bool]
    moved_on: Mapped[date]

    school_class: Mapped[SchoolClass] = relationship(foreign_keys=[class_id])
    next_class: Mapped[SchoolClass | None] = relationship(foreign_keys=[next_id])


class MadeClass(Model):
    """A class of the next year that the move made; taken back, the move removes these and no others."""

    __tablename__ = "class_made"

    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id", ondelete="CASCADE"), primary_key=True)
