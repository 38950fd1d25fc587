"""Tables of a school's headcounts on one date and of the numbers of a class as files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from orientir.clock import AcademicYear
from orientir.documents.tables import Table, TableColumn, Value
from orientir.i18n import _
from orientir.organisations.models import Organisation, SchoolClass
from orientir.students.models import Student


def all_headcounts_table(organisation: Organisation, on_date: date, classes: Sequence[SchoolClass]) -> Table:
    """Return all classes with what is written for the date; a class without a number has empty cells, not zeros.

    The columns are those of a school's own list of classes, so it may be filled in and brought back.
    """
    columns = [
        TableColumn(_("Класс"), width=16),
        TableColumn(_("Дата"), "day"),
        TableColumn(_("Всего учеников"), "number"),
        TableColumn(_("Из них с ОВЗ"), "number"),
        TableColumn(_("Из них с инвалидностью"), "number"),
    ]
    rows = [[one.title, on_date, *_counts(one, on_date)] for one in classes]
    title = _("Число учеников на %(day)s, %(name)s", day=f"{on_date:%d.%m.%Y}", name=organisation.name)
    notes = [(_("Организация"), organisation.name), (_("Учебный год"), str(AcademicYear.of(on_date)))]
    return Table(title, columns, rows, notes)


def numbers_table(school_class: SchoolClass, numbers: Sequence[Student]) -> Table:
    """Return the numbers of the list of a class: nobody here has a name."""
    columns = [TableColumn(_("Номер"), "number"), TableColumn(_("Закрыт с"), "day")]
    rows: list[list[Value]] = [[one.number, one.closed_on] for one in numbers]
    organisation = school_class.organisation
    notes = [
        (_("Класс"), school_class.title),
        (_("Организация"), organisation.name),
        (_("Учебный год"), str(school_class.academic_year)),
    ]
    return Table(
        _("Номера, %(title)s, %(name)s", title=school_class.title, name=organisation.name), columns, rows, notes
    )


def _counts(school_class: SchoolClass, on_date: date) -> list[Value]:
    written = next((one for one in school_class.headcounts if one.on_date == on_date), None)
    return [written.total, written.ovz, written.disabled] if written else [None] * 3
