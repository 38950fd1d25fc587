"""Typed text and numbers: cleaned of what no keyboard types, bounded, and checked for personal data."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from orientir.i18n import _
from orientir.web.personal_data import contact_problem

# Whatever the field allows, nothing longer than this is looked at: a megabyte costs no more than a page.
MOST_READ = 20_000
# Control, format (RTL marks, zero width), lone surrogates, private use, unassigned.
UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
NUMBER = re.compile(r"[-+]?[0-9]{1,12}(?:[.,][0-9]{1,6})?")


def clean_line(raw: str) -> str:
    """Return `raw` as one line: NFC, no invisible characters, single spaces."""
    return " ".join(_visible(raw).split())


def clean_paragraphs(raw: str) -> str:
    """Return `raw` with its line breaks kept, at most one empty line in a row."""
    lines = [" ".join(line.split()) for line in _visible(raw).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _visible(raw: str) -> str:
    text = unicodedata.normalize("NFC", raw[:MOST_READ].replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in UNWANTED)


def text_problem(text: str, most: int) -> str:
    """Return what to change in a typed text of at most `most` characters, or an empty string."""
    if len(text) > most:
        return _("Слишком длинно. Сократите до %(most)s знаков.", most=most)
    return contact_problem(text)


def parse_number(raw: str) -> int | float | None:
    """Return the number a person wrote («1 234», «1234,5», a non-breaking space), or None."""
    compact = re.sub(r"\s", "", clean_line(raw[:MOST_READ])).replace("−", "-")
    if not NUMBER.fullmatch(compact):
        return None
    number = Decimal(compact.replace(",", "."))
    return int(number) if number == number.to_integral_value() else float(number)


def number_problem(number: float, least: float | None, greatest: float | None, step: float | None) -> str:
    """Return what is wrong with a number, or an empty string."""
    if least is not None and number < least:
        return _("Число должно быть не меньше %(limit)s.", limit=number_in_words(least))
    if greatest is not None and number > greatest:
        return _("Число должно быть не больше %(limit)s.", limit=number_in_words(greatest))
    if step is not None and (Decimal(str(number)) - Decimal(str(least or 0))) % Decimal(str(step)):
        if step == 1:
            return _("Нужно целое число.")
        return _("Число должно делиться на %(step)s.", step=number_in_words(step))
    return ""


def number_in_words(number: float) -> str:
    """Return a number as Russians write it: «1 234,5» with a non-breaking space."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",").removesuffix(",0")
