"""Words of notices: templates filled with whatever people typed somewhere, letters around them, text for a chat."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from flask import current_app, has_request_context

from orientir.contracts import NoticeKind
from orientir.i18n import _, plural
from orientir.notices.models import SUBJECT_LIMIT
from orientir.web.links import site_address

TEXT_LIMIT = 4000
SHOWN_NAMES = 12
# Signs that turn the direction of writing: in a name they can make a line read as another one.
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
BREAKS = re.compile(r"[^\S\xa0\u202f]+")  # spaces that keep «20 мая» on one line stay
PREFERENCES_PAGE = "/account/notices"


class Told(Protocol):
    """A notice as letters see it."""

    @property
    def subject(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def url(self) -> str: ...


@dataclass(frozen=True)
class Words:
    """What a notice says: `subject` on one line, `text` with line breaks at most."""

    subject: str
    text: str


def words_of(kind: NoticeKind, values: Mapping[str, object]) -> Words:
    """Return the templates of `kind` filled; values are words and nothing else, whatever stands in them.

    Raises KeyError for a place without a value: that is a mistake of the program.
    """
    safe = {name: visible(str(values[name])) for name in kind.places}
    subject = BREAKS.sub(" ", str(kind.subject) % safe).strip()
    text = str(kind.text) % safe
    return Words(shortened(subject, SUBJECT_LIMIT), shortened(text.strip(), TEXT_LIMIT))


def visible(typed: str) -> str:
    """Return `typed` without signs that cannot be seen (PostgreSQL refuses a NUL); line breaks and tabs stay."""
    lines = TURNING.sub("", typed).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))


def shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def names_of(names: Sequence[str]) -> str:
    """Return names as a list in a sentence; of a long one the beginning and how many more there are."""
    shown, rest = names[:SHOWN_NAMES], len(names) - SHOWN_NAMES
    listed = ", ".join(shown)
    return _("%(names)s и ещё %(rest)s", names=listed, rest=rest) if rest > 0 else listed


def when_words(day: date, today: date) -> str:
    """Return «Осталось 3 дня.», «Сегодня последний день.» or «Срок прошёл 3 дня назад.»."""
    left = (day - today).days
    days = plural(abs(left), _("день|дня|дней"))
    if left > 0:
        left_word = plural(left, _("Остался|Осталось|Осталось"))
        return _("%(left)s %(count)s %(days)s.", left=left_word, count=left, days=days)
    if left == 0:
        return _("Сегодня последний день.")
    return _("Срок прошёл %(count)s %(days)s назад.", count=-left, days=days)


def full_address(path: str) -> str:
    """Return the address of a page of this site for a letter; without a known host the path alone."""
    known = current_app.config["ORIENTIR"].base_url or has_request_context()
    return f"{site_address()}{path}" if known else path


def letter(told: Told, *, may_choose: bool = True) -> str:
    """Return the text of the letter about one notice: the same words, the link, why it came and how to stop it."""
    parts = [told.text, _link(told), _farewell(_reason(), may_choose=may_choose)]
    return "\n\n".join(part for part in parts if part)


def digest_letter(groups: Sequence[tuple[str, Sequence[Told]]]) -> str:
    """Return the text of the daily letter: notices under the titles of their kinds."""
    parts = []
    for title, notices in groups:
        parts.append(title.upper())
        parts += ["\n".join(line for line in (one.subject, one.text, _link(one)) if line) for one in notices]
    return "\n\n".join([*parts, _farewell(_digest_reason(), may_choose=True)])


def contact_letter(text: str, off_url: str) -> str:
    """Return the text of a reminder for somebody without an account: no page opens for them, so none is named."""
    reason = _(
        "Вы получили это письмо, потому что названы ответственным в карточке организации, а учётной записи "
        "в «Ориентире» ни у кого из неё нет. Попросите муниципального координатора пригласить вас."
    )
    choice = _("Не присылать такие письма: %(address)s", address=off_url) if off_url else ""
    return "\n\n".join(part for part in (text, f"-- \n{reason}\n{choice}".rstrip()) if part)


def chat_text(told: Told) -> str:
    """Return what people paste into a chat of colleagues: the words and the address, no markup."""
    return "\n".join(part for part in (told.subject, told.text, _link(told)) if part)


def _link(told: Told) -> str:
    return _("Открыть: %(address)s", address=full_address(told.url)) if told.url else ""


def _reason() -> str:
    return _("Вы получили это письмо, потому что у вас есть учётная запись в «Ориентире» и дело касается вашей работы.")


def _digest_reason() -> str:
    return _("Это письмо приходит раз в день, если на сайте появилось непрочитанное. Прочитанного на сайте в нём нет.")


def _farewell(reason: str, *, may_choose: bool) -> str:
    address = full_address(PREFERENCES_PAGE)
    choice = (
        _("Выбрать, о чём писать, или отказаться от писем: %(address)s", address=address)
        if may_choose
        else _("Такие письма защищают вашу учётную запись, поэтому отключить их нельзя.")
    )
    return f"-- \n{reason}\n{choice}"
