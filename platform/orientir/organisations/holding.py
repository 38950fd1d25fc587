"""Rows held by one writer at a time, and what was done meanwhile by others seen."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from orientir.db import db, table_of
from orientir.errors import ConflictError, MissingError
from orientir.i18n import _, _l
from orientir.organisations.models import Municipality, Organisation, SchoolClass
from orientir.organisations.queries import LARGEST_ID
from orientir.organisations.rows import CLASS_COLUMNS, ClassRow
from orientir.prepared import Answer, Asking

DOUBLE = _l("Это дубль: запись объединили с другой. Откройте ту, что осталась, и внесите там.")

CLASSES, ORGANISATIONS = table_of(SchoolClass).c, table_of(Organisation).c
HOLDING_CLASS = Asking(
    int, select(CLASSES.id).where(CLASSES.id == bindparam("class_id")).with_for_update(key_share=True)
)


class OwnedClass(NamedTuple):
    """A class, and into which organisation that of it was merged."""

    of: ClassRow
    merged_into_id: int | None


def _owned(merged_into_id: int | None, *columns: Any) -> OwnedClass:  # noqa: ANN401 - columns in their order
    return OwnedClass(ClassRow(*columns), merged_into_id)


CLASS_NOW = Asking(
    _owned,
    select(ORGANISATIONS.merged_into_id, *CLASS_COLUMNS)
    .join_from(table_of(SchoolClass), table_of(Organisation), ORGANISATIONS.id == CLASSES.organisation_id)
    .where(CLASSES.id == bindparam("class_id")),
)


def lock(row: Municipality | Organisation | SchoolClass) -> None:
    """Hold the row, for whoever writes what the organisation lives on with; what others did meanwhile is seen.

    Raises ConflictError for a second entry that was merged into the original: what is written there nobody reads;
    MissingError for a class that is gone, because the move that made it was taken back.
    """
    hold(row)
    if isinstance(row, Municipality):
        return
    if isinstance(row, SchoolClass):
        merged_into = _read_owner(row)
    else:
        merged_into = db.session.scalar(select(Organisation.merged_into_id).where(Organisation.id == row.id))
    if merged_into is not None:
        raise ConflictError(DOUBLE)


def lock_class(class_id: int) -> ClassRow:
    """Hold a class as `lock` does, and return it as it is now; raises as `lock` does."""
    return standing(lock_class_soon(class_id))


def lock_class_soon(class_id: int) -> Answer[OwnedClass]:
    """Hold a class and return what will be known of it, so that other questions may go along; `standing` reads it."""
    db.session.flush()
    known = class_id if 0 < class_id <= LARGEST_ID else 0
    if db.engine.dialect.name != "sqlite":
        HOLDING_CLASS.leave(class_id=known)
    return CLASS_NOW.soon(class_id=known)


def standing(answer: Answer[OwnedClass]) -> ClassRow:
    """Return the class that is held, as it is now; raises as `lock` does."""
    found = answer.one()
    if found is None:
        raise MissingError(_("Такого класса нет."))
    if found.merged_into_id is not None:
        raise ConflictError(DOUBLE)
    return found.of


def hold(row: Municipality | Organisation | SchoolClass) -> None:
    """Let one writer at a time pass: of two equal posts the second finds what the first has made.

    Rows that lean on this one may be added meanwhile (`key_share`): each entry of the log leans on its organisation, so
    one who holds the school and one who holds a class of it would else wait for each other for ever. SQLite has one
    writer at a time and no rows to hold; what was changed before is written there, too, or a new reading would lose it.
    """
    if db.engine.dialect.name == "sqlite":
        db.session.flush()
        return
    model = type(row)
    db.session.execute(select(model.id).where(model.id == row.id).with_for_update(key_share=True))


def _read_owner(school_class: SchoolClass) -> int | None:
    """Return into which organisation that of the class was merged; one that has taken the class over is noted."""
    found = CLASS_NOW.one(class_id=school_class.id)
    if found is None:
        raise MissingError(_("Такого класса больше нет: перевод на новый год отменили."))
    if found.of.organisation_id != school_class.organisation_id:
        db.session.refresh(school_class, ["organisation_id", "organisation"])
    return found.merged_into_id
