"""What looks like personal data in a text that other people will read (domain.md D.3: a list of names is pasted)."""

from __future__ import annotations

import re
import unicodedata

from orientir.i18n import _

PHONE = re.compile(r"(?:\d[^\w\n]{0,3}){10,}|(?<!\d)\d{2,3}-\d{2}-\d{2}(?!\d)")
ADDRESS = re.compile(r"@\w|\w\s?@")
BIRTH_DAY = re.compile(r"(?<!\d)[0-3]?\d[./-][01]?\d[./-](?:19[5-9]\d|20[01]\d)(?!\d)")
PATRONYMIC = re.compile(r"\w{2,}(?:ович|евич|овна|евна|ична|инична)(?!\w)", re.IGNORECASE)
# What is covered where others read it: the whole address or link, the patronymic with the names before it.
REACHED = re.compile(
    r"\S*\w\s?@\s?\S*|@\w\S*|(?:https?://|www\.)\S+|\w[\w.-]*\.(?:ru|su|рф|com|net|org|me|info)(?:/\S*)?(?!\w)"
)
CALLED = re.compile(
    r"(?:[А-ЯЁ][а-яё-]+\s+){0,2}[А-ЯЁ][а-яё]+(?:[ое]вич|[ое]вн|иничн|итичн)[а-яё]{0,2}(?:\s+[А-ЯЁ][а-яё-]+)?(?!\w)"
)
NAMED = re.compile(
    r"(?<![.!?…]\s)(?<!^)(?<!\w)[А-ЯЁ][а-яё]+\s+[А-ЯЁ][а-яё]+(?!\w)"
    r"|[А-ЯЁ]\.\s?[А-ЯЁ]\.\s?[А-ЯЁ][а-яё]+|[А-ЯЁ][а-яё]+\s[А-ЯЁ]\.\s?[А-ЯЁ]\.",
    re.MULTILINE,
)
SEVERAL = 2  # one name in a sentence may be that of a teacher; two are a list


def contact_problem(text: str) -> str:
    """Return what to take out of `text` if a telephone or an address stands in it, or an empty string."""
    plain = unicodedata.normalize("NFKC", text)
    if PHONE.search(plain):
        return _("Похоже на телефон. Уберите его: личные данные здесь не нужны.")
    if ADDRESS.search(plain):
        return _("Похоже на адрес почты или имя в мессенджере. Уберите его: личные данные здесь не нужны.")
    return ""


def personal_data_problem(text: str) -> str:
    """Return as `contact_problem` does, also for dates of birth and lists of names."""
    plain = unicodedata.normalize("NFKC", text)
    if BIRTH_DAY.search(plain):
        return _("Похоже на дату рождения. Уберите её: личные данные здесь не нужны.")
    if len(PATRONYMIC.findall(plain)) >= SEVERAL:
        return _("Похоже на список людей. Уберите имена: личные данные здесь не нужны.")
    return contact_problem(text)


def names_somebody(text: str) -> bool:
    """Tell whether a name with its patronymic, or with initials, stands in `text`, which is to be about a post."""
    plain = unicodedata.normalize("NFKC", text)
    return any(pattern.search(plain) for pattern in (CALLED, NAMED, PATRONYMIC))


def doubts(text: str) -> list[str]:
    """Return what in `text` looks like somebody's data, in words, for whoever decides whether others may read it."""
    plain = unicodedata.normalize("NFKC", text)
    found = [
        (PHONE, _("телефон")),
        (REACHED, _("адрес")),
        (BIRTH_DAY, _("дата")),
        (CALLED, _("имя и отчество")),
        (NAMED, _("похоже на имя")),
    ]
    return [words for pattern, words in found if pattern.search(plain)]


def masked(text: str) -> str:
    """Return `text` with telephones, addresses, dates of birth and names with a patronymic covered."""
    plain = unicodedata.normalize("NFKC", text)
    for pattern in (REACHED, BIRTH_DAY, PHONE, CALLED):
        plain = pattern.sub(_("[скрыто]"), plain)
    return plain
