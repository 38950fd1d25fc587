"""The tables of the survey as files: waves, and the classes of a school in one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from orientir.documents.tables import Table, TableColumn, Value
from orientir.i18n import _
from orientir.organisations.models import Organisation
from orientir.web.formats import academic_year
from orientir_plans.models import Wave
from orientir_plans.queries import ClassProgress


def classes_table(wave: Wave, school: Organisation, classes: Sequence[ClassProgress]) -> Table:
    """Return the classes a wave asks: how many answered of how many, and the slips made."""
    columns = [
        TableColumn(_("Класс"), width=16),
        TableColumn(_("Ответили"), "number"),
        TableColumn(_("Всего учеников"), "number"),
        TableColumn(_("Доля"), "percent"),
        TableColumn(_("Ждём"), "number"),
        TableColumn(_("Листков"), "number"),
    ]
    rows = [[one.title, one.share.covered, one.share.base, one.share.value, one.left, one.slips] for one in classes]
    notes = [
        (_("Организация"), school.name),
        (_("Учебный год"), academic_year(wave.year)),
        (_("Дни опроса"), f"{wave.opens_on:%d.%m.%Y} – {wave.closes_on:%d.%m.%Y}"),
    ]
    return Table(_("Опрос выпускников, %(name)s", name=school.name), columns, rows, notes)


def waves_table(waves: Sequence[Wave]) -> Table:
    """Return the waves, the newest first; who answered stands in the tables of coverage."""
    columns = [
        TableColumn(_("Учебный год"), width=14),
        TableColumn(_("Состояние"), width=20),
        TableColumn(_("Первый день"), "day"),
        TableColumn(_("Последний день"), "day"),
        TableColumn(_("Цель"), "percent"),
        TableColumn(_("Выпускники классов"), width=20),
    ]
    words = {"draft": _("готовится"), "open": _("открыт"), "closed": _("закрыт")}
    rows: list[list[Value]] = [
        [
            academic_year(one.year), words[one.state], one.opens_on, one.closes_on,
            Fraction(one.target_percent, 100), ", ".join(str(grade) for grade in one.grades),
        ]
        for one in waves
    ]  # fmt: skip
    return Table(_("Опросы выпускников"), columns, rows)
