"""«Исправить название»: a wrong letter or grade is corrected within the year, what is recorded stays with the class."""

from __future__ import annotations

from sqlalchemy import select

from orientir.audit.models import AuditEntry
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.organisations.class_names import ClassName
from orientir.organisations.models import SchoolClass
from orientir.organisations.services import rename_class
from orientir.students.traces import written_about

FREE = ("headcount", "class_move")  # these say nothing of a grade


def correct_name(school_class: SchoolClass, name: str, *, actor: int | None) -> ClassName:
    """Give the class another name and return the one it had.

    A letter may be corrected at any time. A grade may not once something was counted or answered by it: the figures of
    its stage and the questions of its grade would no longer be about this class. Raises InvalidInputError (field
    «name») that names what hinders, and as `rename_class` does.
    """
    before = rename_class(school_class, name, actor=actor)
    if (school_class.grade, school_class.last_grade) != (before.grade, before.last_grade):
        hindrances = written_about([school_class.id], apart_from=FREE).get(school_class.id)
        if hindrances:
            raise InvalidInputError(
                _("Исправить можно только букву: о классе %(title)s уже есть %(what)s.", title=before.title,
                  what=", ".join(hindrances)), "name"
            )  # fmt: skip
    return before


def name_before(school_class: SchoolClass) -> str:
    """Return what the class was called before its last correction, "" where its name was never corrected."""
    corrections = (
        select(AuditEntry)
        .where(AuditEntry.object_kind == "class", AuditEntry.object_id == str(school_class.id))
        .where(AuditEntry.action == "class.rename")
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    last = db.session.scalar(corrections)
    return str(last.details["before"]) if last and last.details["title"] == school_class.title else ""
