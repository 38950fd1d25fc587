"""The tables of organisations and classes as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orientir.clock import AcademicYear
from orientir.documents.tables import Table, TableColumn, Value
from orientir.i18n import _
from orientir.organisations.contacts import NOBODY, Responsible
from orientir.organisations.forms import FilterForm
from orientir.organisations.histories import MunicipalityState
from orientir.organisations.models import Headcount, Municipality, Organisation, SchoolClass
from orientir.organisations.requisites import NAMES as REQUISITES
from orientir.web.forms import conditions_of


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
        *(TableColumn(title, width=16) for title in (_("ИНН"), _("КПП"), _("ОГРН"), _("ОКПО"), _("ОКТМО"))),
        TableColumn(_("Открыта"), "day"),
        TableColumn(_("Сайт"), width=40),
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
            *(getattr(one, name) for name in REQUISITES),
            one.opened_on,
            one.site,
            one.closed_on,
            counts.get(one.id, 0) if one.has_classes else None,
        ]
        for one in organisations
    )
    note = (_("Классы за"), _("%(year)s учебный год", year=year or ""))
    return Table(_("Организации"), columns, rows, [*conditions_of(form), note])


def contacts_table(organisations: Sequence[Organisation], people: Mapping[int, Responsible], form: FilterForm) -> Table:
    """Return the responsible persons; the columns are those of a list of organisations, so it may be brought back."""
    columns = [
        TableColumn(_("Муниципалитет")),
        TableColumn(_("Название"), width=40),
        TableColumn(_("Ответственный"), width=36),
        TableColumn(_("Должность")),
        TableColumn(_("Телефон")),
        TableColumn(_("Почта")),
    ]
    rows = (
        [one.municipality.title, one.name, person.name, person.post, person.phone_words, person.email]
        for one in organisations
        for person in [people.get(one.id, NOBODY)]
    )
    notes = [*conditions_of(form), (_("Внимание"), _("Список служебный: не пересылайте его."))]
    return Table(_("Телефоны ответственных"), columns, rows, notes)


def municipalities_table(
    municipalities: Sequence[Municipality], schools: Mapping[int, int], totals: Mapping[int, int]
) -> Table:
    """Return the municipalities with how many organisations are open in each."""
    columns = [
        TableColumn(_("Муниципалитет"), width=40),
        TableColumn(_("Регион")),
        TableColumn(_("Школ"), "number"),
        TableColumn(_("Всего организаций"), "number"),
        TableColumn(_("Вид"), width=24),
        TableColumn(_("ОКТМО"), width=12),
        TableColumn(_("Закрыт с"), "day"),
    ]
    rows: list[list[Value]] = [
        [one.title, one.region.name, schools.get(one.id, 0), totals.get(one.id, 0), str(one.kind_title), one.oktmo,
         one.closed_on]
        for one in municipalities
    ]  # fmt: skip
    return Table(_("Муниципалитеты"), columns, rows)


def states_table(municipality: Municipality, states: Sequence[MunicipalityState]) -> Table:
    """Return what the municipality was called when."""
    columns = [
        TableColumn(_("Действует с"), "day"),
        TableColumn(_("Название"), width=40),
        TableColumn(_("Вид"), width=24),
        TableColumn(_("ОКТМО"), width=12),
    ]
    rows: list[list[Value]] = [[one.since, one.title, str(one.kind_title), one.oktmo] for one in states]
    note = (_("Пустая дата"), _("Так было прежде, с какого дня — не известно."))
    return Table(_("Что было когда, %(name)s", name=municipality.title), columns, rows, [note])


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
