"""Numbers of an organisation as documents print them, checked by their own digits (domain.md B.3).

ИНН and ОГРН are checked by python-stdnum; ОКПО and ОКТМО, which it does not know, by the formula of the classifiers:
the weighted sum modulo 11, weights from 1 and, where the remainder is 10, once more from 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from stdnum.exceptions import ValidationError
from stdnum.ru import inn as stdnum_inn
from stdnum.ru import ogrn as stdnum_ogrn

from orientir.errors import InvalidInputError
from orientir.i18n import _

SEPARATORS = re.compile(r"[\s\-–—‐‑−/.]+")
KPP = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
LONGEST_TYPED = 40
OKPO_BODIES = (7, 9)  # of organisations and of entrepreneurs
OKTMO_LENGTHS = (8, 11)  # of a municipality and of a settlement


@dataclass(frozen=True)
class Requisites:
    """The numbers of one organisation; an empty word where one is not known. ИНН is shared by branches."""

    inn: str = ""
    kpp: str = ""
    ogrn: str = ""
    okpo: str = ""
    oktmo: str = ""


NAMES = tuple(one.name for one in fields(Requisites))


def read_requisites(typed: Mapping[str, str]) -> Requisites:
    """Return the numbers somebody typed, without spaces and dashes; raises InvalidInputError that names the field."""
    return Requisites(**{name: CHECKS[name](_plain(typed.get(name, ""), name)) for name in NAMES})


def classifier_check_digit(body: str) -> int:
    """Return the check digit of a code of ОКПО or ОКТМО without it; the second is printed beside the code."""
    for first_weight in (1, 3):
        total = sum(int(digit) * ((place + first_weight - 1) % 10 + 1) for place, digit in enumerate(body))
        if total % 11 < 10:
            return total % 11
    return 0


def _plain(typed: str, field: str) -> str:
    text = SEPARATORS.sub("", typed.strip())
    if len(typed) > LONGEST_TYPED or not (text.isascii() and (text.isalnum() or not text)):
        raise InvalidInputError(_("Здесь нужны только цифры, как в документах."), field)
    return text.upper()


def _inn(number: str) -> str:
    if number and len(number) not in (10, 12):
        raise InvalidInputError(_("В ИНН 10 цифр (у предпринимателя 12), а здесь %(count)s.", count=len(number)), "inn")
    return _checked(number, stdnum_inn.validate, "inn")


def _ogrn(number: str) -> str:
    if number and len(number) not in (13, 15):
        raise InvalidInputError(
            _("В ОГРН 13 цифр (у предпринимателя 15), а здесь %(count)s.", count=len(number)), "ogrn"
        )
    return _checked(number, stdnum_ogrn.validate, "ogrn")


def _kpp(number: str) -> str:
    if number and not KPP.fullmatch(number):
        raise InvalidInputError(_("В КПП 9 знаков, например 745901001. Проверьте по документам."), "kpp")
    return number


def _okpo(number: str) -> str:
    if not number:
        return ""
    if not number.isdigit() or len(number) - 1 not in OKPO_BODIES:
        raise InvalidInputError(_("В ОКПО 8 цифр (у предпринимателя 10). Проверьте по документам."), "okpo")
    if classifier_check_digit(number[:-1]) != int(number[-1]):
        raise _misprint("okpo")
    return number


def _oktmo(number: str) -> str:
    """Return the code of 8 or 11 digits; a ninth or twelfth is the check digit printed beside it, held against it."""
    if not number:
        return ""
    if not number.isdigit() or not {len(number), len(number) - 1} & set(OKTMO_LENGTHS):
        raise InvalidInputError(
            _("В ОКТМО 8 цифр у муниципалитета и 11 у населённого пункта. Контрольную цифру можно дописать."), "oktmo"
        )
    if len(number) in OKTMO_LENGTHS:
        return number
    if classifier_check_digit(number[:-1]) != int(number[-1]):
        raise _misprint("oktmo")
    return number[:-1]


def _checked(number: str, validate: Callable[[str], str], field: str) -> str:
    try:
        return validate(number) if number else ""
    except ValidationError as error:
        raise _misprint(field) from error


def _misprint(field: str) -> InvalidInputError:
    return InvalidInputError(_("Контрольная цифра не сходится: в номере опечатка. Сверьте с документами."), field)


CHECKS: Mapping[str, Callable[[str], str]] = {
    "inn": _inn,
    "kpp": _kpp,
    "ogrn": _ogrn,
    "okpo": _okpo,
    "oktmo": _oktmo,
}
