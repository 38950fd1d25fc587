"""What the contest tells grown-ups with accounts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from orientir.accounts.models import Grant
from orientir.contracts import NoticeGroup, NoticeKind, Urgency
from orientir.db import db
from orientir.i18n import _l
from orientir.notices import services as notices
from orientir.web.formats import moment
from orientir.web.links import page_path
from orientir_practices.jury_models import Sheet
from orientir_practices.models import Contest, Entry, EntryState

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
KINDS = (ACCEPTED, RETURNED, REJECTED, ASSIGNED, SHEET_BACK, RESULTS)
_DECISIONS = {EntryState.ACCEPTED: ACCEPTED, EntryState.RETURNED: RETURNED, EntryState.REJECTED: REJECTED}


def tell_authors(entry: Entry, kind: NoticeKind | None = None) -> None:
    """Tell the authors what was decided about their entry: of its state, or `kind`."""
    chosen = kind or _DECISIONS[EntryState(entry.state)]
    values = {
        "contest": entry.contest.title,
        "title": entry.title,
        "number": entry.number,
        "remark": entry.remark,
        "until": moment(entry.fix_until) if entry.fix_until else "",
    }
    notices.tell(
        chosen,
        _holders(entry.scope.object_key),
        {name: values[name] for name in chosen.places},
        about=f"entry:{entry.id}:{chosen.key}",
        scope=entry.contest.region.scope,
        url=page_path("practices_entries.entry", entry_id=entry.id),
    )


def tell_assigned(contest: Contest, jurors: Sequence[int], round_name: str) -> None:
    """Tell experts that entries wait for them; `round_name` names the distribution, so that a repeat is silent."""
    notices.tell(
        ASSIGNED,
        jurors,
        {"contest": contest.title, "until": moment(contest.expertise_until)},
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


def _holders(object_key: str) -> list[int]:
    return list(db.session.scalars(select(Grant.user_id).where(Grant.object_key == object_key)))
