"""What stands on the screens about stages, states and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from orientir.i18n import LazyText, _, _l
from orientir.web.formats import day
from orientir_practices.jury_models import SheetState
from orientir_practices.models import Contest, EntryState, Stage
from orientir_practices.ties import EARLIER, FIRSTS

STAGES: Mapping[str, LazyText] = {
    Stage.DRAFT: _l("готовится"),
    Stage.INTAKE: _l("приём заявок"),
    Stage.CHECK: _l("техническая экспертиза"),
    Stage.EXPERTISE: _l("оценивают эксперты"),
    Stage.SHORTLIST: _l("составляют шорт-лист"),
    Stage.DEFENCE: _l("идёт защита"),
    Stage.PROTOCOL: _l("подводят итоги"),
    Stage.PUBLISHED: _l("итоги опубликованы"),
}
ENTRY_STATES: Mapping[str, LazyText] = {
    EntryState.DRAFT: _l("черновик"),
    EntryState.SUBMITTED: _l("подана"),
    EntryState.RETURNED: _l("на доработке"),
    EntryState.ACCEPTED: _l("принята"),
    EntryState.REJECTED: _l("отклонена"),
    EntryState.WITHDRAWN: _l("снята"),
}
TONES: Mapping[str, tuple[str, str]] = {  # the tone and the sign of a state
    EntryState.DRAFT: ("", "edit"),
    EntryState.SUBMITTED: ("", "clock"),
    EntryState.RETURNED: ("tone-near", "alert"),
    EntryState.ACCEPTED: ("tone-good", "check"),
    EntryState.REJECTED: ("tone-bad", "cross"),
    EntryState.WITHDRAWN: ("", "cross"),
}
SHEET_STATES: Mapping[str, LazyText] = {
    SheetState.ASSIGNED: _l("не открыт"),
    SheetState.OPEN: _l("начат"),
    SheetState.SENT: _l("отправлен"),
    SheetState.DECLINED: _l("отказ: конфликт интересов"),
    SheetState.WITHDRAWN: _l("передан другому"),
}
# Why the technical check refuses an entry: the secretary chooses, and adds words of the own.
REASONS: Mapping[str, LazyText] = {
    "incomplete": _l("Заполнено не всё или ответы не по существу"),
    "nomination": _l("Практика не подходит к номинации"),
    "double": _l("Такая заявка уже подана"),
    "short": _l("Практика работает меньше одной четверти"),
    "people": _l("В тексте есть имена, телефоны или другие личные данные"),
    "files": _l("Файлы не открываются или не относятся к делу"),
    "other": _l("Другое"),
}
AGGREGATIONS: Mapping[str, LazyText] = {
    "mean": _l("среднее всех отправленных оценок"),
    "median": _l("медиана"),
    "trimmed": _l("среднее без крайних оценок (от четырёх оценок)"),
}
# Beside the mean of any criterion: what may part equal figures. The chair's decision ends every chain.
TIES: Mapping[str, LazyText] = {
    FIRSTS: _l("у скольких экспертов заявка первая"),
    EARLIER: _l("кто подал раньше"),
}


def ties_of(criteria: Iterable[str]) -> dict[str, str]:
    """Return what the chain of a contest may hold: the mean of a criterion, by its key, and the rest, in words."""
    means = {key: _("среднее по %(criterion)s", criterion=key) for key in criteria}
    return {**means, **{key: str(words) for key, words in TIES.items()}}


PLACES: Mapping[int, LazyText] = {
    1: _l("первое место"),
    2: _l("второе место"),
    3: _l("третье место"),
    0: _l("лауреат"),
}


def through_words(contest: Contest, end: datetime) -> str:
    """Return «15 декабря включительно» of an exclusive end: nobody reads «до 16 декабря, 00:00» as the day before."""
    return _("%(day)s включительно", day=day(contest.last_day_before(end)))
