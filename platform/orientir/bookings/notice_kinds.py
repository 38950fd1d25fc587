"""What the block tells grown-ups, one text each."""

from __future__ import annotations

from orientir.contracts import NoticeGroup, NoticeKind, Urgency
from orientir.i18n import _l

MADE = NoticeKind(
    "platform.booking_made",
    _l("Класс записан"),
    subject=_l("%(done)s: «%(title)s», %(when)s"),
    text=_l("%(class)s, %(people)s: «%(title)s», %(when)s, %(place)s. %(what)s"),
    urgency=Urgency.SITE,
    group=NoticeGroup.BOOKINGS,
)
NEW_AT_HOST = NoticeKind(
    "platform.bookings_new",
    _l("Новые записи на ваши сеансы"),
    subject=_l("Новые записи за %(date)s: %(people)s"),
    text=_l("%(host)s. За %(date)s записались: %(people)s.\n%(groups)s\n\nСписки на странице «Сеансы»."),
    group=NoticeGroup.BOOKINGS,
)
GIVEN_UP = NoticeKind(
    "platform.booking_given_up",
    _l("Класс отменил запись"),
    subject=_l("Не приедут: %(class)s, %(people)s, «%(title)s», %(when)s"),
    text=_l("%(school)s отменила запись на сеанс «%(title)s», %(when)s: %(class)s, %(people)s. %(what)s"),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.BOOKINGS,
)
SMALLER = NoticeKind(
    "platform.booking_smaller",
    _l("Группа стала меньше"),
    subject=_l("Приедут не все: %(class)s, %(people)s вместо %(was)s, «%(title)s», %(when)s"),
    text=_l("%(school)s уменьшила группу на сеанс «%(title)s», %(when)s: %(class)s, %(people)s вместо %(was)s. "
            "Освободившиеся места отданы очереди, если она есть, и открыты для записи."),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.BOOKINGS,
)  # fmt: skip
STEPPED_OUT = NoticeKind(
    "platform.booking_stepped_out",
    _l("Ученик не поедет с классом"),
    subject=_l("Не поедет: %(class)s, № %(number)s, «%(title)s», %(when)s"),
    text=_l("По карточке ученика отметили: %(class)s, № %(number)s не поедет на сеанс «%(title)s», %(when)s. "
            "Если это ошибка, верните номер на странице записи, пока есть места."),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.BOOKINGS,
)  # fmt: skip
CANCELLED = NoticeKind(
    "platform.booking_cancelled",
    _l("Запись отменил организатор"),
    subject=_l("Отменено: «%(title)s», %(when)s"),
    text=_l("%(host)s: сеанс «%(title)s», %(when)s, для класса %(class)s не состоится. Причина: %(reason)s\n\n"
            "Записано было: %(people)s. Выберите другой сеанс и предупредите родителей."),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.BOOKINGS,
)  # fmt: skip
CHANGED = NoticeKind(
    "platform.slot_changed",
    _l("Сеанс перенесён"),
    subject=_l("Изменилось: «%(title)s», теперь %(when)s"),
    text=_l("%(host)s: изменились время или место сеанса «%(title)s», на который записан %(class)s. "
            "Было: %(before)s. Стало: %(when)s, %(place)s.\n\n%(what)s"),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.BOOKINGS,
)  # fmt: skip
PROMOTED = NoticeKind(
    "platform.booking_promoted",
    _l("Освободилось место"),
    subject=_l("Место есть: «%(title)s», %(when)s"),
    text=_l("Очередь дошла: %(class)s, %(people)s, «%(title)s», %(when)s, %(place)s. %(what)s"),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.BOOKINGS,
)
DAY_BEFORE = NoticeKind(
    "platform.booking_tomorrow",
    _l("Поездка скоро"),
    subject=_l("%(date)s: «%(title)s», %(class)s"),
    text=_l("%(begins)s, %(place)s. Записаны: %(class)s, %(people)s. Проверьте, кто едет: группу можно уменьшить до "
            "начала. %(when)s"),
    group=NoticeGroup.BOOKINGS,
)  # fmt: skip
THANKS = NoticeKind(
    "platform.booking_thanks",
    _l("Спасибо, что пришли"),
    subject=_l("Спасибо: «%(title)s», пришли %(came)s"),
    text=_l("%(host)s благодарит %(class)s: на сеансе «%(title)s», %(when)s, были %(people)s. Участие уже в "
            "показателях школы."),
    urgency=Urgency.SITE,
    group=NoticeGroup.BOOKINGS,
)  # fmt: skip
WORD = NoticeKind(
    "platform.slot_message",
    _l("Сообщение организатора"),
    subject=_l("«%(title)s», %(when)s: сообщение организатора"),
    text=_l("%(text)s\n\n%(host)s, для класса %(class)s"),
    urgency=Urgency.AT_ONCE,
    group=NoticeGroup.BOOKINGS,
)

BOOKING_KINDS = (
    MADE,
    NEW_AT_HOST,
    GIVEN_UP,
    SMALLER,
    STEPPED_OUT,
    CANCELLED,
    CHANGED,
    PROMOTED,
    DAY_BEFORE,
    THANKS,
    WORD,
)
