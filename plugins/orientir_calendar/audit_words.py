"""What each act of the calendar was, in words for the log, and what it was done to."""

from __future__ import annotations

from collections.abc import Mapping

from orientir.contracts import AuditObject, Text
from orientir.i18n import _l

AUDIT_WORDS: Mapping[str, Text] = {
    "calendar.event.add": _l("заведено мероприятие: %(title)s"),
    "calendar.event.change": _l("изменено мероприятие: %(title)s"),
    "calendar.event.suggest": _l("мероприятие отправлено на проверку: %(title)s"),
    "calendar.event.publish": _l("мероприятие опубликовано: %(title)s"),
    "calendar.event.return": _l("мероприятие возвращено: %(title)s"),
    "calendar.event.cancel": _l("мероприятие отменено: %(title)s"),
    "calendar.event.propose": _l("предложены изменения мероприятия: %(title)s"),
    "calendar.event.accept": _l("приняты изменения мероприятия: %(title)s"),
    "calendar.event.proof": _l("проверена ссылка о том, как прошло: %(title)s"),
    "calendar.event.except": _l("изменён один день мероприятия: %(title)s"),
    "calendar.external.add": _l("записано число внешней программы: %(title)s, %(people)s"),
    "calendar.external.back": _l("снято число внешней программы: %(title)s, %(people)s"),
    "calendar.kind.add": _l("добавлен вид мероприятий: %(title)s"),
    "calendar.kind.change": _l("изменён вид мероприятий: %(title)s"),
    "calendar.note.add": _l("заведена запись: %(title)s"),
    "calendar.note.change": _l("изменена запись: %(title)s"),
    "calendar.note.suggest": _l("запись отправлена на проверку: %(title)s"),
    "calendar.note.publish": _l("запись опубликована: %(title)s"),
    "calendar.note.return": _l("запись возвращена: %(title)s"),
    "calendar.note.propose": _l("предложены изменения записи: %(title)s"),
    "calendar.note.accept": _l("приняты изменения записи: %(title)s"),
    "calendar.note.withdraw": _l("запись снята с сайта: %(title)s"),
    "calendar.project.add": _l("добавлена внешняя программа: %(title)s"),
    "calendar.project.change": _l("изменена внешняя программа: %(title)s"),
    "calendar.site.mark": _l("отмечен раздел на сайте: обновлён %(day)s"),
    "calendar.report.add": _l("записано, кто был: %(title)s"),
    "calendar.report.change": _l("исправлено, кто был: %(title)s"),
    "calendar.report.back": _l("отчёт о мероприятии снят: %(title)s"),
}
AUDIT_OBJECTS = (
    AuditObject("calendar_event", _l("мероприятие"), "calendar.event", "event_id"),
    AuditObject("calendar_external", _l("число внешней программы")),
    AuditObject("calendar_kind", _l("вид мероприятий")),
    AuditObject("calendar_note", _l("новость или публикация"), "calendar_notes.note", "note_id"),
    AuditObject("calendar_project", _l("внешняя программа"), "calendar_lists.project", "project_id"),
    AuditObject("calendar_report", _l("отчёт о мероприятии"), "calendar_reports.report", "report_id"),
)
