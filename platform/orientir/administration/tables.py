"""Tables of the administration as files: acts, jobs, tasks on the clock, the history of a setting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from orientir.administration.acts import Act
from orientir.administration.audit_forms import ActsFilter
from orientir.administration.job_queries import JobsPage, TaskLine
from orientir.administration.setting_pages import PastChange
from orientir.contracts import Setting
from orientir.documents.tables import EVERY_ROW, Table, TableColumn, Value
from orientir.i18n import _
from orientir.jobs.models import JobState
from orientir.web.formats import number
from orientir.web.forms import conditions_of


def acts_table(acts: Iterable[Act], form: ActsFilter) -> Table:
    """Return the acts of the log, the newest first; where there are more than a file holds its last line says so."""
    columns = [
        TableColumn(_("Время"), "moment"),
        TableColumn(_("Кто"), width=36),
        TableColumn(_("Что"), width=60),
        TableColumn(_("С чем"), width=36),
        TableColumn(_("Где"), width=36),
        TableColumn(_("Блок печати"), "number"),
    ]
    note = (_("Строк"), _("Не больше %(most)s, самые новые.", most=number(EVERY_ROW)))
    return Table(_("Журнал действий"), columns, _lines(acts), [*conditions_of(form), note])


def _lines(acts: Iterable[Act]) -> Iterator[list[Value]]:
    for count, one in enumerate(acts):
        if count == EVERY_ROW:
            cut = _("Здесь %(most)s строк, самые новые, и это не всё. Сузьте условия и скачайте остальное.",
                    most=number(EVERY_ROW))  # fmt: skip
            yield [None, "", cut, "", "", None]
            return
        yield [one.at, one.who or _("система"), one.words, one.object_title, one.place, one.block]


def jobs_table(page: JobsPage) -> Table:
    """Return the jobs: those that run or wait, those that failed, those that are done."""
    columns = [
        TableColumn(_("Номер"), "number"),
        TableColumn(_("Задание"), width=40),
        TableColumn(_("Вид"), width=30),
        TableColumn(_("Кто поставил"), width=36),
        TableColumn(_("Состояние"), width=16),
        TableColumn(_("Сделано"), "number"),
        TableColumn(_("Из"), "number"),
        TableColumn(_("Поставлено"), "moment"),
        TableColumn(_("Закончено"), "moment"),
        TableColumn(_("Почему не получилось"), width=60),
    ]
    words = {
        JobState.WAITING: _("ждёт"),
        JobState.RUNNING: _("выполняется"),
        JobState.FAILED: _("не получилось"),
        JobState.DONE: _("сделано"),
    }
    rows: list[list[Value]] = [
        [
            line.job.id, line.job.title, str(line.kind), line.actor, words[line.state], line.job.done, line.job.total,
            line.job.created_at, line.job.finished_at, line.job.problem,
        ]
        for line in (*page.under_way, *page.failed, *page.done)
    ]  # fmt: skip
    return Table(_("Задания"), columns, rows)


def tasks_table(tasks: Sequence[TaskLine]) -> Table:
    """Return the tasks on the clock with their last runs."""
    columns = [
        TableColumn(_("Работа"), width=50),
        TableColumn(_("Когда"), width=24),
        TableColumn(_("Последний раз"), "moment"),
        TableColumn(_("Прошла"), width=10),
        TableColumn(_("Неудач подряд"), "number"),
        TableColumn(_("Почему не получилась"), width=60),
    ]
    rows: list[list[Value]] = []
    for line in tasks:
        run = line.run
        last: list[Value] = [run.finished_at, run.ok, run.failures, run.problem] if run else [None] * 4
        rows.append([line.title, line.when, *last])
    return Table(_("Работы по расписанию"), columns, rows)


def history_table(setting: Setting, past: Sequence[PastChange]) -> Table:
    """Return the changes of one setting, the latest first."""
    columns = [
        TableColumn(_("Когда"), "moment"),
        TableColumn(_("Значение"), width=50),
        TableColumn(_("Кто"), width=36),
    ]
    rows: list[list[Value]] = [[one.change.at, one.words, one.actor or _("система")] for one in past]
    return Table(_("История, %(title)s", title=setting.title), columns, rows)
