"""Reads of the numbers of a class."""

from __future__ import annotations

from sqlalchemy import select

from orientir.db import db
from orientir.students.models import Student


def numbers_of(class_id: int) -> list[Student]:
    """Return every number the class has ever had, closed ones too, in order."""
    return list(db.session.scalars(select(Student).where(Student.class_id == class_id).order_by(Student.number)))
