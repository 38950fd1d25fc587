"""The headcounts of all classes of a school on one date, written together or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from orientir.clock import AcademicYear
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.organisations.models import Headcount, SchoolClass
from orientir.organisations.services import add_headcount
from orientir.students.counting_days import days_begun, lacking_day

MOST_NAMED = 8


@dataclass(frozen=True)
class People:
    """A headcount: all, of them with ОВЗ, of them with инвалидность."""

    total: int
    ovz: int = 0
    disabled: int = 0

    @classmethod
    def of(cls, row: Headcount | None) -> People | None:
        return cls(row.total, row.ovz, row.disabled) if row else None


@dataclass(frozen=True)
class Row:
    """What was typed for one class, and what the page showed as written for the date (None: nothing)."""

    class_id: int
    typed: People
    seen: People | None


class BadCellsError(InvalidInputError):
    """Cells that break a rule, as messages by (class, column); nothing was kept of the rest either."""

    def __init__(self, cells: Mapping[tuple[int, str], str]) -> None:
        super().__init__(_("Исправьте отмеченные ячейки: пока не записано ничего."))
        self.cells = cells


class ChangedMeanwhileError(ConflictError):
    """A colleague saved meanwhile; `theirs` is what now stands for the classes in question."""

    def __init__(self, theirs: Mapping[int, People | None]) -> None:
        super().__init__(
            _("Пока вы вводили числа, коллега записал свои. Сравните отмеченные строки и сохраните ещё раз.")
        )
        self.theirs = theirs


@dataclass(frozen=True)
class Lacking:
    """The classes without a number for a day that has come, named."""

    on_date: date
    titles: str


def lacking(year: AcademicYear, today: date, classes: Sequence[SchoolClass]) -> list[Lacking]:
    """Return the days whose numbers classes of a year lack, the latest first; classes come with their headcounts."""
    days = [day for day in days_begun(year, today) if day.on <= today]
    due = [(one, lacking_day(days, one.class_name, latest_number(one))) for one in classes]
    found = [(day, [one.title for one, lacks in due if lacks == day]) for day in days]
    return [Lacking(day.on, _named(titles)) for day, titles in found if titles]


def latest_number(school_class: SchoolClass) -> date | None:
    """Return the date of the last headcount of a class."""
    return max((row.on_date for row in school_class.headcounts), default=None)


def _named(titles: Sequence[str]) -> str:
    more = _(" и ещё %(count)s", count=len(titles) - MOST_NAMED) if len(titles) > MOST_NAMED else ""
    return ", ".join(titles[:MOST_NAMED]) + more


def headcounts_on(class_ids: Iterable[int], on_date: date) -> dict[int, People]:
    """Return what is written for the date by class."""
    rows = select(Headcount).where(Headcount.class_id.in_(list(class_ids)), Headcount.on_date == on_date)
    found = db.session.scalars(rows.execution_options(populate_existing=True))
    return {row.class_id: People(row.total, row.ovz, row.disabled) for row in found}


def write_headcounts(classes: Sequence[SchoolClass], on_date: date, rows: Sequence[Row], *, actor: int | None) -> int:
    """Write what changed and return how many classes that is; all or nothing, so the caller rolls back on an error.

    A row that stands as it was seen is left to whoever wrote last. Raises ChangedMeanwhileError where somebody else
    wrote another number than was seen, BadCellsError for cells that break a rule.
    """
    by_id = {one.id: one for one in classes}
    _hold(by_id)
    written = headcounts_on(by_id, on_date)
    wanted = [row for row in rows if row.typed not in (row.seen, written.get(row.class_id))]
    theirs = {row.class_id: written.get(row.class_id) for row in wanted if written.get(row.class_id) != row.seen}
    if theirs:
        raise ChangedMeanwhileError(theirs)
    cells: dict[tuple[int, str], str] = {}
    for row in wanted:
        people = row.typed
        try:
            add_headcount(
                by_id[row.class_id], on_date, people.total, ovz=people.ovz, disabled=people.disabled, actor=actor
            )
        except InvalidInputError as error:
            cells[row.class_id, error.field or "total"] = str(error)
    if cells:
        raise BadCellsError(cells)
    return len(wanted)


def _hold(class_ids: Iterable[int]) -> None:
    """Let one writer at a time pass, in one order, so that two of them never wait for each other."""
    ids = sorted(class_ids)
    held = select(SchoolClass.id).where(SchoolClass.id.in_(ids)).order_by(SchoolClass.id)
    db.session.execute(held.with_for_update(key_share=True))
