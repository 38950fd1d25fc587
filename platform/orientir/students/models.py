"""A student is a pseudonymous seat: a class and a number in its list.

The school's paper journal is the only link to a person.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir.db import Model
from orientir.organisations.models import SchoolClass


class Student(Model):
    """Numbers are never reused or shifted: one is closed, a new one is added."""

    __tablename__ = "student"
    __table_args__ = (
        UniqueConstraint("class_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 99", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id"))
    number: Mapped[int]
    closed_on: Mapped[date | None]

    school_class: Mapped[SchoolClass] = relationship()
