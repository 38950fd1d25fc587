"""The log of notices and the rules of reminders as files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from orientir.contracts import Reminder
from orientir.documents.tables import Table, TableColumn, Value
from orientir.i18n import _
from orientir.mail.models import MailState
from orientir.notices.forms import LogFilterForm
from orientir.notices.models import NoticeRound
from orientir.notices.queries import LogLine
from orientir.web.forms import conditions_of


def log_table(lines: Sequence[LogLine], form: LogFilterForm) -> Table:
    """Return what was told to whom, the newest first."""
    columns = [
        TableColumn(_("Когда"), "moment"),
        TableColumn(_("О чём"), width=40),
        TableColumn(_("Кому"), width=36),
        TableColumn(_("Прочитано"), "moment"),
        TableColumn(_("Почта"), width=26),
        TableColumn(_("Почему не ушло"), width=40),
    ]
    rows: Iterable[list[Value]] = (
        [one.at, one.kind, one.who, one.read_at, _channel(one), one.problem] for one in lines
    )
    return Table(_("Журнал отправки"), columns, rows, conditions_of(form))


def rules_table(rules: Sequence[Reminder], off: Collection[str], rounds: Mapping[str, NoticeRound]) -> Table:
    """Return the rules with when they remind and how the last round went."""
    columns = [
        TableColumn(_("О чём"), width=50),
        TableColumn(_("Дней от срока"), width=24),
        TableColumn(_("Последний раз"), "moment"),
        TableColumn(_("Напомнили"), "number"),
        TableColumn(_("Сбой"), width=10),
        TableColumn(_("Сейчас"), width=14),
    ]
    rows: list[list[Value]] = []
    for rule in rules:
        made = rounds.get(rule.key)
        rows.append([
            str(rule.kind.title), ", ".join(str(step) for step in rule.steps), made.made_at if made else None,
            made.told if made else None, bool(made.failed) if made else None,
            _("выключено") if rule.key in off else _("включено"),
        ])  # fmt: skip
    return Table(
        _("Правила напоминаний"), columns, rows, [(_("Дни"), _("Меньше нуля — до срока, ноль — в самый день."))]
    )


def _channel(line: LogLine) -> str:
    states = {
        MailState.SENT: _("письмо отправлено"),
        MailState.FAILED: _("письмо не ушло"),
        MailState.OUTBOX: _("письмо в исходящих"),
        MailState.WAITING: _("письмо ждёт отправки"),
    }
    if line.mail_state in states:
        return states[line.mail_state]
    if line.mailed_at:
        return _("письмо отправлено, текст уже удалён")
    return _("только на сайте") if line.way == "site" or line.read_at else _("войдёт в письмо дня")
