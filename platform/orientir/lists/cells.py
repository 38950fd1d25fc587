"""What people write into cells, read without guessing: a parser raises InvalidInputError with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta

from orientir.clock import AcademicYear
from orientir.db import fold
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.lists.words import MONTHS, NOTHING
from orientir.web.forms import time_of_day, whole_number

DAY = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4}|[0-9]{2})(?: 0?0:00)?(?:\s*г\.?)?")
ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T].*)?")
NAMED_DAY = re.compile(r"([0-9]{1,2}) ([а-я]+) ([0-9]{4})(?: ?г\.?| года)?")
# A date in a cell without a date's format is the number of days since this one.
SPREADSHEET_ZERO = date(1899, 12, 30)
SERIAL = range(36_526, 73_051)  # 2000 … 2099
DAY_PART = re.compile(r"0[.,]([0-9]{3,20}|[0-9])")  # with two digits it is an hour: «0.30»
YEAR = re.compile(r"(20[0-9]{2})(?:\s*[/–—-]\s*(?:20)?([0-9]{2}))?(?:\s*(?:уч\.?|учебный)?\s*(?:г\.?|год)?)")


def read_count(typed: str) -> int:
    """Return how many people a cell says; a dash is no number."""
    if fold(typed) in NOTHING:
        raise InvalidInputError(_("Нет числа. Впишите его или уберите строку: пусто — это не ноль."))
    return whole_number(typed)


def read_part(typed: str) -> int:
    """Return how many «of them»: a dash or «нет» says that there is nobody."""
    return 0 if fold(typed) in NOTHING else whole_number(typed)


def read_day(typed: str) -> date:
    """Return the date of «20.09.2025», «2025-09-20», «20 сентября 2025 г.» or a spreadsheet's number of days."""
    text = fold(typed)
    try:
        if found := DAY.fullmatch(text):
            year = int(found[3])
            return date(year if year > 99 else 2000 + year, int(found[2]), int(found[1]))
        if found := ISO_DAY.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := NAMED_DAY.fullmatch(text):
            return date(int(found[3]), _month(found[2]), int(found[1]))
        if text.isdecimal() and len(text) == 5 and int(text) in SERIAL:
            return SPREADSHEET_ZERO + timedelta(days=int(text))
    except (ValueError, StopIteration):
        raise InvalidInputError(_("Такого дня нет в календаре.")) from None
    raise InvalidInputError(_("Напишите дату так: 20.09.2025."))


def read_hour(typed: str) -> time:
    """Return the time of «10:00» or «9.30», or of the part of a day a spreadsheet writes for it («0,4375»)."""
    if found := DAY_PART.fullmatch(typed):
        minutes = round(float(f"0.{found[1]}") * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    return time_of_day(typed)


def read_year(typed: str) -> int:
    """Return the first year of «2025/26», «2025-2026 уч. год» or «2025»."""
    found = YEAR.fullmatch(fold(typed))
    if not found or (found[2] and int(found[2]) != (int(found[1]) + 1) % 100):
        raise InvalidInputError(_("Напишите учебный год так: %(year)s.", year=AcademicYear(2025)))
    return int(found[1])


def read_words(typed: str) -> str:
    return typed


def read_one_of(options: Mapping[str, str], asked: Callable[[], str]) -> Callable[[str], str]:
    """Return a parser that knows the folded words of `options`; `asked` says what may be written."""

    def read(typed: str) -> str:
        found = options.get(fold(typed).strip(" ."))
        if found is None:
            raise InvalidInputError(_("Такого варианта нет. Бывает: %(options)s.", options=asked()))
        return found

    return read


def _month(word: str) -> int:
    """Return the month of «сентября» or «сен»; raises StopIteration for any other word."""
    return next(number for number, month in enumerate(MONTHS, start=1) if word in (month, month[:3]))
