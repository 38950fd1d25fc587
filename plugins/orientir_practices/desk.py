"""The verbs of the secretary: the technical check, one return, an extension. Each leaves its reason in the log.

None is for a secretary who is tied to the entry (`conflicts.py`): all raise ConflictError then.
"""

from __future__ import annotations

from datetime import datetime

from orientir import clock
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir_practices import conflicts, telling
from orientir_practices.holding import hold_entry
from orientir_practices.models import Entry, EntryState, Stage
from orientir_practices.words import REASONS

LONGEST_REMARK = 1000
CHECKED_IN = (Stage.INTAKE, Stage.CHECK)


def accept(entry: Entry, *, actor: int | None) -> None:
    """Let a submitted entry go on to the experts; a repeat changes nothing."""
    hold_entry(entry)
    if entry.state == EntryState.ACCEPTED:
        return
    conflicts.refuse_tied(entry, actor)
    _refuse_unless(entry, EntryState.SUBMITTED)
    entry.state, entry.remark = EntryState.ACCEPTED, ""
    _done("practices.entry.accept", entry, actor)


def send_back(entry: Entry, remark: str, until: datetime, *, actor: int | None) -> None:
    """Return an entry to its authors, once, with what to mend and until when.

    Raises InvalidInputError naming the field, ConflictError where it was returned before.
    """
    if not remark.strip():
        raise InvalidInputError(_("Напишите, что исправить."), "remark")
    if until <= clock.now():
        raise InvalidInputError(_("Этот день уже прошёл."), "until")
    hold_entry(entry)
    conflicts.refuse_tied(entry, actor)
    _refuse_unless(entry, EntryState.SUBMITTED)
    if entry.was_returned:
        raise ConflictError(_("Заявку уже возвращали: второй раз нельзя. Примите её или отклоните."))
    entry.state, entry.remark = EntryState.RETURNED, remark.strip()[:LONGEST_REMARK]
    entry.was_returned, entry.fix_until = True, until
    _done("practices.entry.return", entry, actor)


def reject(entry: Entry, reason: str, words: str, *, actor: int | None) -> None:
    """Refuse an entry for one of the reasons of the list; raises InvalidInputError naming the field."""
    if reason not in REASONS:
        raise InvalidInputError(_("Выберите причину."), "reason")
    if reason == "other" and not words.strip():
        raise InvalidInputError(_("Напишите причину: авторы её прочитают."), "words")
    hold_entry(entry)
    conflicts.refuse_tied(entry, actor)
    if entry.state == EntryState.RETURNED and entry.fix_until is not None and clock.now() < entry.fix_until:
        raise ConflictError(_("Авторы ещё дорабатывают заявку: дождитесь срока."))
    if entry.state not in (EntryState.SUBMITTED, EntryState.RETURNED):
        raise ConflictError(_("Эта заявка не ждёт решения."))
    _refuse_late(entry)
    told = str(REASONS[reason]) if reason != "other" else ""
    entry.state = EntryState.REJECTED
    entry.remark = " ".join(filter(None, (f"{told}." if told else "", words.strip())))[:LONGEST_REMARK]
    _done("practices.entry.reject", entry, actor)


def extend(entry: Entry, until: datetime, reason: str, *, actor: int | None) -> None:
    """Let one draft be sent after the deadline; the reason goes to the log. Raises InvalidInputError."""
    if not reason.strip():
        raise InvalidInputError(_("Напишите причину: она останется в журнале."), "reason")
    if until <= clock.now():
        raise InvalidInputError(_("Этот день уже прошёл."), "until")
    hold_entry(entry)
    conflicts.refuse_tied(entry, actor)
    _refuse_unless(entry, EntryState.DRAFT)
    entry.late_until = until
    db.session.flush()
    audit.write(
        "practices.entry.extend", "practices_entry", entry.id, actor=actor, scope=entry.organisation.scope,
        title=entry.title, until=until.isoformat(timespec="minutes"), reason=reason.strip()[:300],
    )  # fmt: skip


def _refuse_unless(entry: Entry, state: EntryState) -> None:
    if entry.state != state:
        raise ConflictError(_("Эта заявка не ждёт такого решения: её состояние изменилось."))
    _refuse_late(entry)


def _refuse_late(entry: Entry) -> None:
    if entry.contest.stage not in CHECKED_IN:
        raise ConflictError(_("Техническая экспертиза закончена."))


def _done(action: str, entry: Entry, actor: int | None) -> None:
    db.session.flush()
    audit.write(action, "practices_entry", entry.id, actor=actor, scope=entry.organisation.scope, title=entry.title)
    telling.tell_authors(entry)
