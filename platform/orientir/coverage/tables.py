"""The table of one activity in one branch as a file."""

from __future__ import annotations

from collections.abc import Sequence

from orientir.coverage.pages import BranchPage
from orientir.coverage.queries import Line
from orientir.coverage.shares import Share, Status
from orientir.documents.tables import Table, TableColumn, Value
from orientir.i18n import LazyText, _, _l

STATUS_WORDS: dict[Status, LazyText] = {
    Status.REACHED: _l("достигнуто"),
    Status.NEAR: _l("близко"),
    Status.MISSED: _l("не достигнуто"),
    Status.NO_DATA: _l("нет данных"),
    Status.NO_GOAL: _l("цель не задана"),
    Status.ERROR: _l("ошибка в данных"),
}
CHILDREN = {"region": _l("Муниципалитет"), "municipality": _l("Организация"), "organisation": _l("Класс")}


def coverage_table(page: BranchPage) -> Table:
    """Return the lines of the page, the total last; a share without a base is empty, never zero."""
    return lines_table(page, CHILDREN[page.level], page.coverage.lines)


def lines_table(page: BranchPage, of: LazyText | str, lines: Sequence[Line]) -> Table:
    """Return lines of the page's branch with its total; `of` says what each of them is."""
    coverage = page.coverage
    columns = [
        TableColumn(of, width=40),
        TableColumn(_("Охвачено, чел."), "number"),
        TableColumn(_("Всего, чел."), "number"),
        TableColumn(_("Доля"), "percent"),
        TableColumn(_("Цель"), "percent"),
        TableColumn(_("Разрыв, чел."), "number"),
        TableColumn(_("Участий"), "number"),
        TableColumn(_("Состояние"), width=18),
    ]
    rows = [_row(line.title, line.share) for line in lines]
    notes = [
        (_("Период"), page.period),
        (_("Считаем"), _("%(who)s, каждого один раз", who=page.who)),
        (_("Знаменатель на"), f"{coverage.base_date:%d.%m.%Y}"),
        (_("Итог"), _("Суммы людей, а не средние процентов.")),
    ]
    return Table(page.title, columns, [*rows, _row(_("Всего"), coverage.total)], notes)


def _row(title: str, share: Share) -> list[Value]:
    return [
        title,
        share.covered,
        share.base,
        share.value,
        share.target,
        share.gap,
        share.participations,
        str(STATUS_WORDS[share.status]),
    ]
