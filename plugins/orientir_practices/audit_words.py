"""What each act of the contest was, in words for the log, and what it was done to."""

from __future__ import annotations

from collections.abc import Mapping

from orientir.contracts import AuditObject, Text
from orientir.i18n import _l

AUDIT_WORDS: Mapping[str, Text] = {
    "practices.contest.add": _l("заведён конкурс: %(title)s"),
    "practices.contest.change": _l("изменены правила конкурса: %(title)s"),
    "practices.stage": _l("конкурс перешёл на другой этап: %(title)s, %(stage)s"),
    "practices.entry.add": _l("начата заявка: %(title)s"),
    "practices.entry.nomination": _l("выбрана номинация заявки: %(title)s"),
    "practices.entry.submit": _l("заявка подана: %(title)s"),
    "practices.entry.withdraw": _l("заявка снята: %(title)s"),
    "practices.entry.accept": _l("заявка принята: %(title)s"),
    "practices.entry.return": _l("заявка возвращена на доработку: %(title)s"),
    "practices.entry.reject": _l("заявка отклонена: %(title)s"),
    "practices.entry.extend": _l("срок заявки продлён до %(until)s: %(title)s. Причина: %(reason)s"),
    "practices.file.open": _l("файл без имён открыт экспертам: %(title)s, %(file)s"),
    "practices.file.shut": _l("файл закрыт от экспертов: %(title)s, %(file)s"),
    "practices.consent.give": _l("дано согласие: %(consent)s"),
    "practices.consent.withdraw": _l("отозвано согласие: %(consent)s"),
    "practices.juror.introduce": _l("эксперт сказал, где работает: %(title)s"),
    "practices.distribute": _l("заявки розданы экспертам: %(title)s, листов %(count)s"),
    "practices.hand_over": _l("заявки эксперта переданы другим: %(title)s, листов %(count)s"),
    "practices.sheet.assign": _l("назначен эксперт, заявка № %(number)s"),
    "practices.sheet.open": _l("эксперт заявил, что конфликта интересов нет, заявка № %(number)s"),
    "practices.sheet.decline": _l("эксперт отказался: конфликт интересов, заявка № %(number)s"),
    "practices.sheet.withdraw": _l("заявка № %(number)s передана другому эксперту"),
    "practices.sheet.send": _l("отправлен оценочный лист, заявка № %(number)s"),
    "practices.sheet.back": _l("председатель вернул оценочный лист, заявка № %(number)s: %(remark)s"),
    "practices.defence": _l("изменены правила защиты: %(title)s"),
    "practices.shortlist": _l("составлен шорт-лист: %(title)s, заявок %(count)s"),
    "practices.shortlist.sign": _l("подписан шорт-лист: %(title)s"),
    "practices.shortlist.unsign": _l("снята подпись с шорт-листа: %(title)s. Причина: %(reason)s"),
    "practices.places": _l("распределены места: %(title)s"),
    "practices.verdict": _l("председатель разделил равных: %(title)s. Причина: %(reason)s"),
    "practices.sign": _l("подписан протокол: %(title)s"),
    "practices.unsign": _l("снята подпись с протокола: %(title)s. Причина: %(reason)s"),
    "practices.appeal": _l("обращение о порядке конкурса: %(title)s"),
    "practices.appeal.answer": _l("ответ на обращение: %(title)s"),
    "practices.bank.leave": _l("практика ушла из банка: %(title)s"),
    "practices.repeat": _l("отмечено, что практику повторили: %(title)s"),
}
AUDIT_OBJECTS = (
    AuditObject("practices_contest", _l("конкурс"), "practices.contest", "contest_id"),
    AuditObject("practices_entry", _l("заявка"), "practices_entries.entry", "entry_id"),
    AuditObject("practices_copy", _l("копия файла для экспертов")),
    AuditObject("practices_sheet", _l("оценочный лист")),
)
