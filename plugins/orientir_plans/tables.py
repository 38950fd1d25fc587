"""The table of a school in a wave as a file."""

from __future__ import annotations

from collections.abc import Sequence

from orientir.documents.tables import Table, TableColumn
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
