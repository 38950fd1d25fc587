"""Numbers and dates as people write them.

Numbers are formatted by hand: Babel's decimals cost a region page 130 hellos.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from flask import Flask, g

from orientir import clock
from orientir.i18n import NBSP, _, _l, current_locale, plural

KEPT = 2048  # days as they are written
DEFAULT_TIMEZONE = "Asia/Irkutsk"
WEEKDAYS = (
    _l("понедельник"), _l("вторник"), _l("среда"), _l("четверг"), _l("пятница"), _l("суббота"), _l("воскресенье"),
)  # fmt: skip


def number(value: int | None) -> str:
    """Return «1 234»; nothing for None, because 0 and «нет данных» differ."""
    return "" if value is None else f"{value:,}".replace(",", NBSP)


def counted(count: int, forms: str) -> str:
    """Return «1 234 ученика»: the number and, on the same line, its noun (`forms` as of `plural`)."""
    return f"{number(count)}{NBSP}{plural(count, forms)}"


def in_ranges(numbers: Iterable[int]) -> str:
    """Return «1–5, 7, 8»: three in a row or more are drawn together."""
    runs: list[list[int]] = []
    for one in sorted(numbers):
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def file_size(count: int) -> str:
    """Return «240 КБ» or «1,2 МБ» for a size in bytes; the least there is to say is «1 КБ»."""
    kilobytes = -(-count // 1024)
    if kilobytes < 1024:
        return f"{kilobytes}{NBSP}" + _("КБ")
    return f"{count / 1024**2:.1f}".replace(".", ",") + NBSP + _("МБ")


def percent(share: Fraction | Decimal | float | None, digits: int = 1) -> str:
    """Return «67,5 %» for a share of 0.675, halves rounded up as on paper."""
    if share is None:
        return ""
    exact = Decimal(share.numerator) / share.denominator if isinstance(share, Fraction) else Decimal(str(share))
    rounded = (exact * 100).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded}".replace(".", ",") + f"{NBSP}%"


def local(moment: datetime) -> datetime:
    """Return `moment` in the time zone of the region the page is about."""
    return moment.astimezone(ZoneInfo(str(g.get("timezone", DEFAULT_TIMEZONE))))


def day(value: date | datetime) -> str:
    """Return «14 мая»."""
    return _written(_date(value), "d MMMM", current_locale())


def day_full(value: date | datetime) -> str:
    """Return «чт, 14 мая 2026»."""
    return _written(_date(value), "EEE, d MMMM y", current_locale())


def month(value: date) -> str:
    """Return «май 2026»."""
    return _written(value, "LLLL y", current_locale())


def moment(value: datetime) -> str:
    """Return «14 мая, 10:00» in the region's time."""
    return f"{day(value)}, {hour(value)}"


def hour(value: datetime) -> str:
    """Return «10:00» in the region's time."""
    return f"{local(value):%H:%M}"


def academic_year(value: int) -> str:
    """Return «2025/26» for the year that starts in 2025."""
    return str(clock.AcademicYear(value))


def _date(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


@lru_cache(maxsize=KEPT)  # a list says the same few days over and over, and Babel reads the pattern anew each time
def _written(value: date, pattern: str, locale: Locale) -> str:
    """Return the day with its month and the year on one line; the day of the week may stand above them."""
    return format_date(value, pattern, locale=locale).replace(" ", NBSP).replace(f",{NBSP}", ", ")


def init_formats(app: Flask) -> None:
    """Teach the templates of `app` the filters and `plural`."""
    for filter_ in (number, in_ranges, file_size, percent, day, day_full, month, moment, hour, academic_year):
        app.jinja_env.filters[filter_.__name__] = filter_
    app.jinja_env.globals.update(plural=plural, counted=counted)
