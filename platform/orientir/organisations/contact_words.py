"""What people write about how to reach an organisation: telephones, e-mail, sites; the one form the platform keeps."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from orientir.errors import InvalidInputError
from orientir.i18n import _

LONGEST_PHONE, LONGEST_EMAIL, LONGEST_SITE = 60, 254, 300
EXTENSION = re.compile(
    r"\s*[,;]?\s*(?:доб(?:авочный)?\.?|вн\.?|#|\*|ext\.?)\s*(?P<digits>[0-9]{1,6})\s*$", re.IGNORECASE
)
KEPT = re.compile(r"\+7[3-9][0-9]{9}(?:,[0-9]{1,6})?")
DECORATION = re.compile(r"[\s()\-–—‐‑−.]+")
EMAIL = re.compile(
    r"[A-Za-z0-9._%+'-]+@(?:[A-Za-zА-Яа-яЁё0-9](?:[A-Za-zА-Яа-яЁё0-9-]*[A-Za-zА-Яа-яЁё0-9])?\.)+[A-Za-zА-Яа-яЁё]{2,}"
)
HOST = re.compile(r"(?:[A-Za-zА-Яа-яЁё0-9](?:[A-Za-zА-Яа-яЁё0-9-]{0,61}[A-Za-zА-Яа-яЁё0-9])?\.)+[A-Za-zА-Яа-яЁё]{2,63}")


def read_phone(typed: str, field: str = "phone") -> str:
    """Return «+73952123456» or «+73952123456,12» with an extension; "" for nothing.

    Raises InvalidInputError for what is no Russian number with its area code: nobody elsewhere could call «3-12-45».
    """
    if not typed.strip() or KEPT.fullmatch(typed):
        return typed.strip()
    extension = EXTENSION.search(typed[:LONGEST_PHONE])
    main = typed[: extension.start()] if extension else typed
    written = DECORATION.sub("", main.strip())
    digits = written.removeprefix("+")
    is_abroad = written.startswith("+") and not written.startswith("+7")
    if len(typed) > LONGEST_PHONE or is_abroad or not (digits.isascii() and digits.isdigit()):
        raise InvalidInputError(_("Напишите один номер с кодом города: 8 (3952) 12-34-56, доб. 12."), field)
    if len(digits) == 11 and digits[0] in "78":
        digits = digits[1:]
    if len(digits) != 10 or digits[0] in "012":
        raise InvalidInputError(_("В номере с кодом города 10 цифр после +7 или 8. Пример: 8 (3952) 12-34-56."), field)
    return f"+7{digits},{extension['digits']}" if extension else f"+7{digits}"


def phone_words(phone: str) -> str:
    """Return a kept number as people read it: «+7 395 212-34-56, доб. 12»."""
    number, _comma, extension = phone.partition(",")
    space, dash = "\N{NO-BREAK SPACE}", "\N{NON-BREAKING HYPHEN}"
    shown = f"+7{space}{number[2:5]}{space}{number[5:8]}{dash}{number[8:10]}{dash}{number[10:]}"
    return f"{shown}, {_('доб.')}{space}{extension}" if extension else shown


def read_email(typed: str, field: str = "email") -> str:
    """Return the address in small letters; "" for nothing. Raises InvalidInputError for what is none."""
    address = typed.strip().lower()
    if address and (len(address) > LONGEST_EMAIL or not EMAIL.fullmatch(address)):
        raise InvalidInputError(_("Адрес почты не похож на настоящий. Пример: school3@example.org."), field)
    return address


def read_site(typed: str, field: str = "site") -> str:
    """Return an https address; "" for nothing, «school3.example.org» gets its https://.

    Raises InvalidInputError for other schemes, for http (what is read there may have been changed on the way) and for
    addresses that show one site and lead to another (a name before «@»).
    """
    text = typed.strip()
    if not text:
        return ""
    address = text if "://" in text else f"https://{text}"
    parts = _split(address)
    if parts is None or len(address) > LONGEST_SITE or not _is_plain(address):
        raise InvalidInputError(_("Скопируйте адрес из строки браузера: https://school3.example.org."), field)
    if parts.scheme != "https":
        raise InvalidInputError(_("Нужен адрес, который начинается с https://."), field)
    if parts.username is not None or not HOST.fullmatch(parts.hostname or ""):
        raise InvalidInputError(_("Такого адреса не бывает. Пример: https://school3.example.org."), field)
    return address


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _port = parts.port  # read to be checked: a wrong one raises here
    except ValueError:
        return None
    return parts


def _is_plain(address: str) -> bool:
    return address.isprintable() and not any(sign.isspace() or sign in "<>\"'\\`" for sign in address)
