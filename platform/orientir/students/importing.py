"""Lists of classes with their headcounts: one row per class, or one per school with a column per class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import select

from orientir.accounts.roles import CLASSES_EDIT
from orientir.clock import AcademicYear
from orientir.contracts import (
    Change,
    Finding,
    ImportContext,
    Importer,
    ListColumn,
    ListRow,
    Problem,
    RowState,
    Scope,
    WideColumns,
    refusal,
)
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.lists.cells import read_count, read_day, read_part, read_words, read_year
from orientir.organisations import list_words as words
from orientir.organisations import services
from orientir.organisations.class_names import ClassName, normalise_class, normalise_group
from orientir.organisations.lookups import Places, Schools
from orientir.organisations.models import Headcount, Organisation, OrganisationKind, SchoolClass
from orientir.organisations.queries import current_year
from orientir.students.services import open_numbers

COUNTS = ("total", "ovz", "disabled")
ClassKey = tuple[int, int, ClassName]


def columns(scope: Scope) -> tuple[ListColumn, ...]:
    """Return the columns of a list of classes; a school's own list names no school."""
    school = (
        ListColumn("municipality", _l("Муниципалитет"), read_words, words.MUNICIPALITY, constant=True,
                   example=_("г. Братск")),
        ListColumn("organisation", _l("Организация"), read_words, words.ORGANISATION, required=True, constant=True,
                   example=_("Школа № 3")),
    )  # fmt: skip
    own = (
        ListColumn("class", _l("Класс"), read_words, words.CLASS, required=True, example=_("9А")),
        ListColumn("day", _l("Дата"), read_day, words.DAY, required=True, constant=True, example="20.09.2025",
                   hint=_l("На какую дату эти числа: обычно 20 сентября или 1 мая.")),
        ListColumn("year", _l("Учебный год"), read_year, words.YEAR, example=str(AcademicYear(2025))),
        ListColumn("total", _l("Всего учеников"), read_count, words.TOTAL, required=True, example="27"),
        ListColumn("ovz", _l("Из них с ОВЗ"), read_part, words.OVZ, example="2"),
        ListColumn("disabled", _l("Из них с инвалидностью"), read_part, words.DISABLED, example="1"),
    )  # fmt: skip
    return own if scope.organisation_id else (*school, *own)


@dataclass
class _Known:
    """What the rows of one list may be about; `classes` grows while rows are written."""

    places: Places
    schools: Schools
    classes: dict[ClassKey, SchoolClass]
    headcounts: dict[tuple[int, date], Headcount]


@dataclass(frozen=True)
class _Target:
    """The class a row is about."""

    school: Organisation
    year: int
    name: ClassName
    day: date

    @property
    def key(self) -> ClassKey:
        return self.school.id, self.year, self.name


def check(rows: Sequence[ListRow], context: ImportContext) -> list[Finding]:
    """Return what each row would do, in a constant number of statements."""
    known = _Known(Places.of(context.allowed), Schools.of(context.allowed), {}, {})
    targets = [_target(row.values, known, context) for row in rows]
    _look_up([one for one in targets if isinstance(one, _Target)], known)
    return [
        refusal(target) if isinstance(target, Problem) else _finding(target, row.values, known, context)
        for row, target in zip(rows, targets, strict=True)
    ]


def _target(values: Mapping[str, Any], known: _Known, context: ImportContext) -> _Target | Problem:
    school = _school(values, known, context)
    if isinstance(school, Problem):
        return school
    day: date = values["day"]
    year = AcademicYear.of(day)
    if values.get("year", year.start) != year.start:
        return Problem("year", _("Дата %(day)s — это %(year)s учебный год.", day=f"{day:%d.%m.%Y}", year=year))
    if not services.FIRST_YEAR <= year.start <= current_year(school.municipality.region).start + 1:
        return Problem("day", _("Проверьте год: это не текущий и не прошлые учебные годы."))
    is_group = school.kind == OrganisationKind.KINDERGARTEN
    try:
        name = (normalise_group if is_group else normalise_class)(values["class"])
    except InvalidInputError as error:
        return Problem("class", str(error), values["class"][:80])
    return _Target(school, year.start, name, day)


def _school(values: Mapping[str, Any], known: _Known, context: ImportContext) -> Organisation | Problem:
    own = context.scope.organisation_id
    if own:
        return known.schools.by_id(own) or Problem("", _("У организации больше нет классов или вашего права на них."))
    typed = values.get("municipality")
    place = known.places.find(typed, context) if typed else None
    return place if isinstance(place, Problem) else known.schools.find(values["organisation"], place, context)


def _look_up(targets: Sequence[_Target], known: _Known) -> None:
    """Find the classes and headcounts of all rows, in two statements."""
    schools = {one.school.id for one in targets}
    years, days = {one.year for one in targets}, {one.day for one in targets}
    within = (SchoolClass.organisation_id.in_(schools), SchoolClass.year.in_(years))
    for found in db.session.scalars(select(SchoolClass).where(*within)):
        known.classes[found.organisation_id, found.year, found.class_name] = found
    counted = select(Headcount).join(Headcount.school_class).where(*within, Headcount.on_date.in_(days))
    for headcount in db.session.scalars(counted):
        known.headcounts[headcount.class_id, headcount.on_date] = headcount


def _finding(target: _Target, values: Mapping[str, Any], known: _Known, context: ImportContext) -> Finding:
    found = known.classes.get(target.key)
    headcount = known.headcounts.get((found.id, target.day)) if found else None
    counts = {key: values.get(key, getattr(headcount, key) if headcount else 0) for key in COUNTS}
    if problem := _wrong_count(counts):
        return refusal(problem)
    changes = tuple(
        Change(key, str(getattr(headcount, key)) if headcount else "", str(counts[key]))
        for key in COUNTS
        if (counts[key] != getattr(headcount, key) if headcount else key in values)
    )
    state = RowState.NEW if headcount is None else RowState.CHANGED if changes else RowState.UNCHANGED
    return Finding(
        state,
        changes,
        identity=f"{target.key} {target.day}",
        write=lambda: _write(target, values["class"], counts, known, context.actor),
    )


def _wrong_count(counts: Mapping[str, int]) -> Problem | None:
    if counts["total"] > services.MOST_PEOPLE:
        return Problem(
            "total", _("В классе не бывает больше %(most)s человек. Проверьте число.", most=services.MOST_PEOPLE)
        )
    for key in ("ovz", "disabled"):
        if counts[key] > counts["total"]:
            return Problem(key, _("Не может быть больше, чем всех в классе: %(total)s.", total=counts["total"]))
    return None


def _write(target: _Target, typed: str, counts: Mapping[str, int], known: _Known, actor: int | None) -> None:
    """Write the headcount; a class that is not there yet is added with the numbers of its list."""
    found = known.classes.get(target.key)
    one = found or services.add_class(target.school, target.year, typed, actor=actor)
    services.add_headcount(one, target.day, actor=actor, **counts)
    if found is None:
        open_numbers(one, counts["total"], actor=actor)
        known.classes[target.key] = one


def reads_class(title: str) -> bool:
    """Tell whether the title of a column is the name of a class."""
    try:
        normalise_class(title)
    except InvalidInputError:
        return False
    return True


def page(scope: Scope) -> str:
    """Return the address of the school, or of the list of schools."""
    if scope.organisation_id:
        return url_for("organisations.organisation", organisation_id=scope.organisation_id)
    return url_for("organisations.index", municipality=scope.municipality_id)


CLASSES = Importer(
    key="platform.classes",
    title=_l("Классы и число учеников"),
    noun=_l("строка|строки|строк"),
    permission=CLASSES_EDIT,
    columns=columns,
    check=check,
    page=page,
    wide=WideColumns("class", "total", reads_class),
)
