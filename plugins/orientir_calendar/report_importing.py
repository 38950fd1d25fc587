"""A month of reports brought as a table: one row for a class at an event, or for the grown-ups of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import select

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
    refusal,
)
from orientir.db import db, fold
from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.lists.cells import read_count, read_day, read_hour, read_part, read_words
from orientir.organisations.class_names import ClassName, normalise_class, normalise_group
from orientir.organisations.models import Organisation, OrganisationKind, SchoolClass
from orientir_calendar import list_words as titles
from orientir_calendar import reports
from orientir_calendar.importing import kind_of
from orientir_calendar.kinds import open_kinds
from orientir_calendar.models import Report, ReportLine
from orientir_calendar.reports import Line, LinesError, Told, lesson_on
from orientir_calendar.routes import REPORT
from orientir_calendar.words import KindLine

OF_CLASS = ("people", "ovz", "disabled", "won")
GROWN_UPS = ("parents", "teachers")


def columns(_scope: Scope) -> tuple[ListColumn, ...]:
    return (
        ListColumn("day", _l("Дата"), read_day, titles.DAY, required=True, constant=True, example="12.05.2026"),
        ListColumn("starts", _l("Начало"), read_hour, titles.STARTS, required=True, constant=True, example="10:00"),
        ListColumn("ends", _l("Окончание"), read_hour, titles.ENDS, constant=True, example="10:45"),
        ListColumn("title", _l("Мероприятие"), read_words, titles.EVENT, required=True, constant=True,
                   example=_("Встреча с выпускником")),
        ListColumn("kind", _l("Вид"), read_words, titles.KIND, required=True, constant=True,
                   example=_("Встреча с представителем профессии")),
        ListColumn("partner", _l("Кто приходил или принимал"), read_words, titles.PARTNERS, constant=True),
        ListColumn("class", _l("Класс"), read_words, titles.CLASS, example=_("9А")),
        ListColumn("people", _l("Учеников"), read_count, titles.PEOPLE, example="25"),
        ListColumn("ovz", _l("Из них с ОВЗ"), read_part, titles.OVZ, example="1"),
        ListColumn("disabled", _l("Из них с инвалидностью"), read_part, titles.DISABLED, example="0"),
        ListColumn("won", _l("Из них победители и призёры"), read_part, titles.WON, example="0"),
        ListColumn("parents", _l("Родителей"), read_part, titles.PARENTS, example="3"),
        ListColumn("teachers", _l("Педагогов"), read_part, titles.TEACHERS, example="1"),
    )  # fmt: skip


@dataclass(frozen=True)
class _Key:
    """What reports of a list are told apart by."""

    starts_at: datetime
    title: str


@dataclass
class _Known:
    """What the rows of one list may be about; `reports` grows while rows are written."""

    school: Organisation
    kinds: Mapping[str, KindLine]
    classes: dict[tuple[int, ClassName], SchoolClass]
    reports: dict[_Key, Report]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.school.municipality.region.timezone)

    def class_of(self, typed: str, day: date) -> SchoolClass | Problem:
        is_group = self.school.kind == OrganisationKind.KINDERGARTEN
        try:
            name = (normalise_group if is_group else normalise_class)(typed)
        except InvalidInputError as error:
            return Problem("class", str(error), typed[:80])
        found = self.classes.get((AcademicYear.of(day).start, name))
        return found or Problem("class", _("Такого класса в этом учебном году нет."), typed[:80])


def check(rows: Sequence[ListRow], context: ImportContext) -> list[Finding]:
    """Return what each row would do, in a constant number of statements."""
    school = db.session.get(Organisation, context.scope.organisation_id)
    if school is None or not context.allowed:
        return [refusal(Problem("", _("У вас больше нет права на эту организацию."))) for _row in rows]
    known = _known(school)
    return [_finding(row, known, context) for row in rows]


def _known(school: Organisation) -> _Known:
    classes = db.session.scalars(select(SchoolClass).where(SchoolClass.organisation_id == school.id))
    told = db.session.scalars(select(Report).where(Report.organisation_id == school.id, Report.taken_back.is_(False)))
    return _Known(
        school,
        open_kinds(school.municipality.region_id),
        {(one.year, one.class_name): one for one in classes},
        {_Key(one.starts_at, fold(one.title)): one for one in told},
    )


def _finding(row: ListRow, known: _Known, context: ImportContext) -> Finding:
    values = row.values
    kind = kind_of(values["kind"], known.kinds, context)
    if isinstance(kind, Problem):
        return refusal(kind)
    line = _line(values, known)
    if isinstance(line, Problem):
        return refusal(line)
    try:
        starts_at, ends_at = lesson_on(values["day"], values["starts"], values.get("ends"), known.zone)
        told = Told(
            kind, values["title"], starts_at, ends_at, (line,) if line else (), values.get("partner", ""),
            **{name: values.get(name, 0) for name in GROWN_UPS},
        )  # fmt: skip
        reports.check(known.school, told, _report_of(told, known))
    except LinesError as error:
        return refusal(Problem("people", next(iter(error.lines.values()))))
    except InvalidInputError as error:
        return refusal(Problem(_column(error.field), str(error.message)))
    return _outcome(told, line, known, context)


def _outcome(told: Told, line: Line | None, known: _Known, context: ImportContext) -> Finding:
    report = known.reports.get(_key(told))
    old = _told_before(report, line)
    changes = tuple(
        Change(name, str(old[name]) if report and old[name] else "", str(new))
        for name, new in _said(told, line).items()
        if new != old[name]
    )
    is_known = report is not None and (line is None or any(one.class_id == line.class_id for one in report.lines))
    state = RowState.NEW if not is_known else RowState.CHANGED if changes else RowState.UNCHANGED
    identity = f"{told.starts_at.isoformat()} {fold(told.title)} {line.class_id if line else ''}"
    return Finding(state, changes, identity=identity, write=lambda: _write(told, known, context.actor))


def _said(told: Told, line: Line | None) -> dict[str, int]:
    of_class = {name: getattr(line, name) for name in OF_CLASS} if line else {}
    return of_class | {name: getattr(told, name) for name in GROWN_UPS if getattr(told, name)}


def _told_before(report: Report | None, line: Line | None) -> dict[str, int]:
    before = dict.fromkeys((*OF_CLASS, *GROWN_UPS), 0)
    if report is None:
        return before
    known = next((one for one in report.lines if line and one.class_id == line.class_id), None)
    if known is not None:
        before |= {name: getattr(known, name) for name in OF_CLASS}
    return before | {name: getattr(report, name) for name in GROWN_UPS}


def _write(told: Told, known: _Known, actor: int | None) -> None:
    """Add the row to the report it belongs to, which is made by the first of its rows."""
    report = known.reports.get(_key(told))
    if report is None:
        known.reports[_key(told)] = reports.add_report(known.school, told, actor=actor)
        return
    of_row = {line.class_id for line in told.lines}
    stays = tuple(_as_line(one) for one in report.lines if one.class_id not in of_row)
    whole = Told(
        told.kind, told.title, told.starts_at, told.ends_at, (*stays, *told.lines), told.partner or report.partner,
        **{name: getattr(told, name) or getattr(report, name) for name in GROWN_UPS},
    )  # fmt: skip
    reports.change_report(report, whole, actor=actor)


def _as_line(line: ReportLine) -> Line:
    return Line(line.class_id, line.people, line.ovz, line.disabled, tuple(line.students), line.won)


def _line(values: Mapping[str, Any], known: _Known) -> Line | Problem | None:
    """Return the pupils of the row, None where it speaks of grown-ups alone."""
    if "class" not in values:
        if "people" in values:
            return Problem("class", _("Напишите класс, чьи это ученики."))
        return None
    if "people" not in values:
        return Problem("people", _("Напишите, сколько учеников было."))
    found = known.class_of(values["class"], values["day"])
    if isinstance(found, Problem):
        return found
    return Line(found.id, **{name: values.get(name, 0) for name in OF_CLASS})


def _report_of(told: Told, known: _Known) -> Report | None:
    return known.reports.get(_key(told))


def _key(told: Told) -> _Key:
    return _Key(told.starts_at, fold(told.title))


def _column(field: str | None) -> str:
    """Return the column of a list a field of the form is."""
    return {"first_day": "day", "lines": "people"}.get(field or "", field or "")


def page(scope: Scope) -> str:
    if scope.organisation_id:
        return url_for("calendar_reports.school", organisation_id=scope.organisation_id)
    return url_for("calendar_reports.index")


REPORTS = Importer(
    key="calendar.reports",
    title=_l("Кто где был: отчёты за месяц"),
    noun=_l("строка|строки|строк"),
    permission=REPORT,
    columns=columns,
    check=check,
    page=page,
)
