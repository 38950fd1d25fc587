"""The platform's own notices, one text each, and all kinds there are with those of the enabled plugins."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from orientir.contracts import NoticeGroup, NoticeKind, Reminder, Urgency
from orientir.i18n import LazyText, _l
from orientir.plugins import current_plugins

EXTENSION = "orientir.notices"
GROUP_TITLES: dict[NoticeGroup, LazyText] = {
    NoticeGroup.REMINDERS: _l("Сроки и напоминания"),
    NoticeGroup.RESULTS: _l("Итоги и готовые работы"),
    NoticeGroup.MESSAGES: _l("Сообщения оператора и координатора"),
    NoticeGroup.BOOKINGS: _l("Записи на пробы и другие события"),
    NoticeGroup.SECURITY: _l("Безопасность входа"),
}
GROUP_HINTS: dict[NoticeGroup, LazyText] = {
    NoticeGroup.REMINDERS: _l("Что нужно сделать к сроку: записать числа учеников, напечатать коды, закончить опрос."),
    NoticeGroup.RESULTS: _l("Опрос закончился, загрузка списка не удалась и тому подобное."),
    NoticeGroup.MESSAGES: _l("То, что пишут вам люди, отвечающие за регион или муниципалитет."),
    NoticeGroup.BOOKINGS: _l("Класс записан или отказался, сеанс отменён или перенесён, есть место, завтра поездка."),
    NoticeGroup.SECURITY: _l("Всегда приходят сразу: так вы узнаете, если вашей записью пользуется кто-то другой."),
}
WAY_TITLES: dict[Urgency, LazyText] = {
    Urgency.AT_ONCE: _l("письмом сразу"),
    Urgency.DAILY: _l("одним письмом в день"),
    Urgency.SITE: _l("только на сайте"),
}

HEADCOUNT = NoticeKind(
    "platform.headcount",
    _l("Число учеников не записано"),
    subject=_l("Запишите число учеников на %(date)s"),
    text=_l("%(school)s: в %(count)s не записано число учеников на %(date)s (%(classes)s). "
            "Без него доли охвата не считаются. %(when)s"),
)  # fmt: skip
HEADCOUNT_MISSING = NoticeKind(
    "platform.headcount_missing",
    _l("Школы без числа учеников"),
    subject=_l("%(count)s: нет числа учеников на %(date)s"),
    text=_l("%(municipality)s. Не записали число учеников на %(date)s: %(schools)s. %(when)s"),
)
NEW_CLASSES = NoticeKind(
    "platform.new_classes",
    _l("Классы нового года не внесены"),
    subject=_l("Внесите классы %(year)s учебного года"),
    text=_l("%(school)s: классов %(year)s учебного года пока нет. Внесите их до %(date)s, тогда опросы и записи "
            "будут знать, кто где учится. %(when)s"),
)  # fmt: skip
NEW_CLASSES_MISSING = NoticeKind(
    "platform.new_classes_missing",
    _l("Школы без классов нового года"),
    subject=_l("%(count)s: классы %(year)s учебного года не внесены"),
    text=_l("%(municipality)s. Классов %(year)s учебного года ещё нет: %(schools)s. %(when)s"),
)
NO_ACCOUNT = NoticeKind(
    "platform.no_account",
    _l("Школы без ответственного"),
    subject=_l("%(count)s: нет ответственного с учётной записью"),
    text=_l("%(municipality)s. Напоминания получать некому: %(schools)s. Пригласите администраторов этих школ."),
)
NOT_ACCEPTED = NoticeKind(
    "platform.not_accepted",
    _l("Приглашения не приняты"),
    subject=_l("Не принято: %(count)s"),
    text=_l("Пригласили и не дождались: %(people)s. Ссылка перестанет открываться %(date)s. Позвоните или пришлите "
            "приглашение ещё раз на странице «Люди»."),
)  # fmt: skip
JOB_FAILED = NoticeKind(
    "platform.job_failed",
    _l("Фоновая работа не удалась"),
    subject=_l("Не получилось: %(title)s"),
    text=_l("Работа «%(title)s» остановилась. %(problem)s"),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.RESULTS,
)
MESSAGE = NoticeKind(
    "platform.message",
    _l("Сообщение ответственным"),
    subject=_l("%(topic)s"),
    text=_l("%(text)s\n\n%(sender)s, %(email)s"),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.MESSAGES,
)
WELCOME = NoticeKind(
    "platform.welcome",
    _l("Знакомство с «Ориентиром»"),
    subject=_l("Добро пожаловать в «Ориентир»"),
    text=_l("Здесь будут напоминания о сроках и новости, которые касаются вашей работы. Какие из них присылать "
            "на почту, выбираете вы сами: «Уведомления», затем «Настроить»."),
    urgency=Urgency.SITE,
    group=NoticeGroup.RESULTS,
)  # fmt: skip

PLATFORM = (
    HEADCOUNT,
    HEADCOUNT_MISSING,
    NEW_CLASSES,
    NEW_CLASSES_MISSING,
    NO_ACCOUNT,
    NOT_ACCEPTED,
    JOB_FAILED,
    MESSAGE,
    WELCOME,
)


@dataclass(frozen=True)
class Brought:
    """Kinds and reminders of the blocks above this one, as the roof hands them over."""

    kinds: tuple[NoticeKind, ...] = ()
    reminders: tuple[Reminder, ...] = ()


def brought_by_blocks() -> Brought:
    brought: Brought = current_app.extensions[EXTENSION]
    return brought


def kinds() -> dict[str, NoticeKind]:
    """Return all kinds by key: the platform's, then the plugins' with those their reminders bring."""
    manifests = current_plugins().manifests.values()
    brought = [kind for one in manifests for kind in (*one.notices, *(rule.kind for rule in one.reminders))]
    return {kind.key: kind for kind in (*PLATFORM, *brought_by_blocks().kinds, *brought)}


def title_of(key: str) -> str:
    """Return the title of a kind; what a plugin that is off now once told keeps its key for a name."""
    known = kinds().get(key)
    return str(known.title) if known else key
