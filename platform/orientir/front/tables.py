"""Tables of the pages in front: whom to call, an organisation's own figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from orientir.clock import AcademicYear
from orientir.coverage.activities import period_title
from orientir.coverage.pages import audience_words
from orientir.coverage.peers import OwnFigure
from orientir.coverage.tables import STATUS_WORDS
from orientir.documents.tables import Table, TableColumn, Value
from orientir.i18n import _
from orientir.organisations.models import Municipality, Organisation
from orientir.students.duties import PlaceState


def calls_table(place: Municipality, schools: Sequence[PlaceState], lack: str, today: date, due: date) -> Table:
    """Return the schools that lack something; where no class is entered the cells stay empty, never zero."""
    columns = [
        TableColumn(_("Школа"), width=40),
        TableColumn(_("Классов %(year)s", year=AcademicYear.of(today)), "number"),
        TableColumn(_("Из них без числа"), "number"),
        TableColumn(_("Учётная запись"), width=16),
    ]
    rows: list[list[Value]] = [
        [one.place.name, one.classes or None, one.uncounted if one.classes else None, one.has_account]
        for one in schools
    ]
    notes = [(_("Муниципалитет"), place.title), (_("Числа учеников ждём на"), f"{due:%d.%m.%Y}")]
    words = {
        "classes": _("Не ввели классы"),
        "headcounts": _("Нет чисел учеников"),
        "accounts": _("Нет учётной записи"),
    }
    if lack:
        notes.append((_("Чего не хватает"), words[lack]))
    return Table(_("Кому звонить, %(name)s", name=place.title), columns, rows, notes)


def figures_table(organisation: Organisation, figures: Sequence[OwnFigure]) -> Table:
    """Return the figures of an organisation beside those of the last period and of its neighbours."""
    columns = [
        TableColumn(_("Мероприятие"), width=40),
        TableColumn(_("Период"), width=16),
        TableColumn(_("Охвачено, чел."), "number"),
        TableColumn(_("Всего, чел."), "number"),
        TableColumn(_("Доля"), "percent"),
        TableColumn(_("Цель"), "percent"),
        TableColumn(_("Разрыв, чел."), "number"),
        TableColumn(_("Состояние"), width=18),
        TableColumn(_("Доля прошлого периода"), "percent"),
        TableColumn(_("Медиана соседей"), "percent"),
        TableColumn(_("Соседей"), "number"),
        TableColumn(_("Считаем"), width=40),
    ]
    notes = [(_("Организация"), organisation.name), (_("Муниципалитет"), organisation.municipality.title)]
    title = _("Показатели, %(name)s", name=organisation.name)
    return Table(title, columns, [_row(one) for one in figures], notes)


def _row(one: OwnFigure) -> list[Value]:
    share, near = one.share, one.neighbours
    return [
        str(one.activity.title), period_title(one.activity, one.period), share.covered, share.base, share.value,
        share.target, share.gap, str(STATUS_WORDS[share.status]), one.before.value,
        near.median if near else None, near.count if near else None, audience_words(one.activity),
    ]  # fmt: skip
