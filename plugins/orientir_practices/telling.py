"""What the contest tells grown-ups with accounts."""

from __future__ import annotations

from collections.abc import Sequence

from orientir.contracts import NoticeGroup, NoticeKind, Urgency
from orientir.i18n import _l
from orientir.notices import services as notices
from orientir.web.formats import day_full
from orientir.web.links import page_path
from orientir_practices import rounds
from orientir_practices.jury_models import Sheet
from orientir_practices.models import Contest, Entry, EntryState
from orientir_practices.people import authors_by_entry
from orientir_practices.words import through_words

ACCEPTED = NoticeKind(
    "practices.accepted",
    _l("Заявка принята на конкурс"),
    subject=_l("Заявка № %(number)s принята: «%(title)s»"),
    text=_l("%(contest)s. Заявка «%(title)s» прошла техническую экспертизу, её прочитают эксперты."),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.RESULTS,
)
RETURNED = NoticeKind(
    "practices.returned",
    _l("Заявка вернулась на доработку"),
    subject=_l("Исправьте заявку до %(until)s: «%(title)s»"),
    text=_l("%(contest)s. Заявку № %(number)s вернули один раз, отправить её снова нужно до %(until)s.\n\n%(remark)s"),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.RESULTS,
)
REJECTED = NoticeKind(
    "practices.rejected",
    _l("Заявка отклонена"),
    subject=_l("Заявка № %(number)s отклонена: «%(title)s»"),
    text=_l("%(contest)s. %(remark)s"),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.RESULTS,
)
ASSIGNED = NoticeKind(
    "practices.assigned",
    _l("Заявки на экспертизу"),
    subject=_l("Вам назначены заявки: %(contest)s"),
    text=_l("Прочитайте и оцените их до %(until)s. Черновик сохраняется сам."),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.MESSAGES,
)
OWED = NoticeKind(
    "practices.owed",
    _l("Эксперты ещё не оценили заявки"),
    subject=_l("Осталось оценить заявок: %(count)s"),
    text=_l("%(contest)s. %(when)s Оценки ждут до %(date)s; если не успеваете, скажите секретарю: заявки передадут."),
)
SHEET_BACK = NoticeKind(
    "practices.sheet_back",
    _l("Оценочный лист вернули"),
    subject=_l("Председатель вернул оценочный лист, заявка № %(number)s"),
    text=_l("%(contest)s. %(remark)s"),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.MESSAGES,
)
RESULTS = NoticeKind(
    "practices.results",
    _l("Итоги конкурса"),
    subject=_l("Итоги опубликованы: %(contest)s"),
    text=_l("Заявка № %(number)s «%(title)s»: итог и замечания экспертов на странице заявки."),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.RESULTS,
)
SHORTLISTED = NoticeKind(
    "practices.shortlisted",
    _l("Заявка вошла в шорт-лист конкурса"),
    subject=_l("Заявка № %(number)s в шорт-листе: «%(title)s»"),
    text=_l("%(contest)s. Впереди защита («%(round)s»), до %(last)s. Время сообщит секретарь конкурса."),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.RESULTS,
)
LEFT_OUT = NoticeKind(
    "practices.left_out",
    _l("Заявка не вошла в шорт-лист конкурса"),
    subject=_l("Заявка № %(number)s не вошла в шорт-лист: «%(title)s»"),
    text=_l("%(contest)s. Спасибо, что рассказали о своей практике. Замечания экспертов откроются после итогов."),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.RESULTS,
)
KINDS = (ACCEPTED, RETURNED, REJECTED, ASSIGNED, SHEET_BACK, RESULTS, SHORTLISTED, LEFT_OUT)
_DECISIONS = {EntryState.ACCEPTED: ACCEPTED, EntryState.RETURNED: RETURNED, EntryState.REJECTED: REJECTED}


def tell_authors(entry: Entry) -> None:
    """Tell the authors what was decided about their entry."""
    tell_authors_of([entry], _DECISIONS[EntryState(entry.state)])


def tell_authors_of(entries: Sequence[Entry], kind: NoticeKind) -> None:
    """Tell the authors of entries of one contest the same of each, in the same few statements for all."""
    authors = authors_by_entry(entries)
    occasions = [
        notices.Occasion(
            about=f"entry:{entry.id}:{kind.key}",
            recipients=[author.id for author in authors.get(entry.id, ())],
            values=_values(entry, kind),
            url=page_path("practices_entries.entry", entry_id=entry.id),
        )
        for entry in entries
    ]
    if entries:
        notices.tell_each(kind, occasions, scope=entries[0].contest.region.scope)


def _values(entry: Entry, kind: NoticeKind) -> dict[str, object]:
    contest = entry.contest
    values = {
        "contest": contest.title,
        "title": entry.title,
        "number": entry.number,
        "remark": entry.remark,
        "until": through_words(contest, entry.fix_until) if entry.fix_until else "",
        "round": rounds.title_of(contest, rounds.DEFENCE),
        "last": day_full(rounds.last_day_of(contest, rounds.DEFENCE)),
    }
    return {name: values[name] for name in kind.places}


def tell_assigned(contest: Contest, jurors: Sequence[int], round_name: str) -> None:
    """Tell experts that entries wait for them; `round_name` names the distribution, so that a repeat is silent."""
    notices.tell(
        ASSIGNED,
        jurors,
        {"contest": contest.title, "until": through_words(contest, rounds.until_of(contest, rounds.current(contest)))},
        about=f"assigned:{contest.id}:{round_name}",
        scope=contest.region.scope,
        url=page_path("practices_jury.index", contest_id=contest.id),
    )


def tell_sheet_back(sheet: Sheet) -> None:
    """Tell a juror why the chair gave a sheet back."""
    contest = sheet.entry.contest
    notices.tell(
        SHEET_BACK,
        [sheet.juror.user_id],
        {"contest": contest.title, "number": sheet.entry.number, "remark": sheet.remark},
        about=f"sheet_back:{sheet.id}:{sheet.revision}",
        scope=contest.region.scope,
        url=page_path("practices_jury.sheet", sheet_id=sheet.id),
    )
