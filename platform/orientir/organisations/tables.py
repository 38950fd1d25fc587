"""The tables of organisations and classes as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orientir.clock import AcademicYear
from orientir.documents.tables import Table, TableColumn, Value
from orientir.i18n import _
from orientir.organisations.forms import FilterForm
from orientir.organisations.models import Headcount, Organisation, SchoolClass

EVERY_ROW = 100_000


def organisations_table(
    organisations: Sequence[Organisation], counts: Mapping[int, int], year: AcademicYear | None, form: FilterForm
) -> Table:
    """Return the organisations a person sees, with the conditions of the page; fit to be brought back as a list."""
    columns = [
        TableColumn(_("Муниципалитет")),
        TableColumn(_("Название"), width=40),
        TableColumn(_("Вид организации"), width=24),
        TableColumn(_("Полное название"), width=60),
        TableColumn(_("Адрес"), width=40),
        TableColumn(_("Закрыта с"), "day"),
        TableColumn(_("Классов"), "number"),
    ]
    rows = (
        [
            one.municipality.title,
            one.name,
            str(one.kind_title),
            one.full_name,
            one.address,
            one.closed_on,
            counts.get(one.id, 0) if one.has_classes else None,
        ]
        for one in organisations
    )
    notes = [(field.label.text, _chosen(field)) for field in form if field.data]
    return Table(
        _("Организации"), columns, rows, [*notes, (_("Классы за"), _("%(year)s учебный год", year=year or ""))]
    )


def classes_table(organisation: Organisation, year: AcademicYear, classes: Sequence[SchoolClass]) -> Table:
    """Return the classes of one year with their latest headcounts; a class without one has empty cells, not zeros."""
    columns = [
        TableColumn(_("Класс"), width=16),
        TableColumn(_("Всего учеников"), "number"),
        TableColumn(_("Из них с ОВЗ"), "number"),
        TableColumn(_("Из них с инвалидностью"), "number"),
        TableColumn(_("Дата"), "day"),
    ]
    rows = [[one.title, *(_counts(one.headcounts[-1]) if one.headcounts else [None] * 4)] for one in classes]
    title = _("Классы, %(year)s, %(name)s", year=str(year).replace("/", "-"), name=organisation.name)
    notes = [
        (_("Организация"), organisation.name),
        (_("Муниципалитет"), organisation.municipality.title),
        (_("Учебный год"), str(year)),
        (_("Числа"), _("Последние записанные, на дату в строке.")),
    ]
    return Table(title, columns, rows, notes)


def headcounts_table(school_class: SchoolClass, headcounts: Sequence[Headcount]) -> Table:
    """Return the dated numbers of people of one class."""
    columns = [
        TableColumn(_("Всего учеников"), "number"),
        TableColumn(_("Из них с ОВЗ"), "number"),
        TableColumn(_("Из них с инвалидностью"), "number"),
        TableColumn(_("Дата"), "day"),
    ]
    organisation = school_class.organisation
    notes = [
        (_("Класс"), school_class.title),
        (_("Организация"), organisation.name),
        (_("Учебный год"), str(school_class.academic_year)),
    ]
    title = _("Число учеников, %(title)s, %(name)s", title=school_class.title, name=organisation.name)
    return Table(title, columns, [_counts(one) for one in headcounts], notes)


def _counts(headcount: Headcount) -> list[Value]:
    return [headcount.total, headcount.ovz, headcount.disabled, headcount.on_date]


def _chosen(field: object) -> str:
    choices = dict(getattr(field, "choices", None) or ())
    data = getattr(field, "data", "")
    return str(choices.get(data, data))
