"""An iCalendar file as a table: one row a time, so that a calendar is brought in as any list is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar, Component, vRecur

from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.lists.sheets import Sheet, check_size, clean_cell
from orientir.lists.words import EVENT_TITLES

SIGN = b"BEGIN:VCALENDAR"
MOST_TIMES = 60  # of one series
LONGEST_SERIES = timedelta(days=400)
PLAIN = {"FREQ", "INTERVAL", "UNTIL", "COUNT", "BYDAY", "BYMONTHDAY", "WKST"}
PLAIN_FREQUENCIES = (["DAILY"], ["WEEKLY"], ["MONTHLY"], ["YEARLY"])
When = datetime | date


def read_calendar(raw: bytes) -> Sheet:
    """Return the events of a calendar file; cancelled ones are left out. Raises InvalidInputError (field «file»).

    Moments are written in UTC («2026-05-20T02:00:00+00:00»), days as days; a series becomes its times.
    """
    try:
        calendar = Calendar.from_ical(raw)
        rows = [row for event in calendar.walk("VEVENT") for row in _rows(event)]
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise InvalidInputError(
            _("Файл календаря повреждён: он не читается. Выгрузите его ещё раз."), "file"
        ) from error
    check_size(len(rows), len(EVENT_TITLES))
    return Sheet("", (EVENT_TITLES, *rows))


def _rows(event: Component) -> Iterator[tuple[str, ...]]:
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or "DTSTART" not in event:
        return
    begins, ends, uid = event.decoded("DTSTART"), event.decoded("DTEND", None), str(event.get("UID", ""))
    if not all(one is None or isinstance(one, date) for one in (begins, ends)):
        # 31 February: the row is shown as it was written, and the list says what is wrong with it.
        yield _row(event, uid, *(_written(one) if isinstance(one, date) else str(one or "") for one in (begins, ends)))
        return
    lasts = _length(event, begins)
    for number, start in enumerate(_times(event, begins)):
        end = start + lasts
        last = end if isinstance(end, datetime) else end - timedelta(days=1)
        name = uid if number == 0 or not uid else f"{uid}#{number}"
        yield _row(event, name, _written(start), _written(max(start, last)))


def _row(event: Component, name: str, first: str, last: str) -> tuple[str, ...]:
    told = (
        name, str(event.get("SUMMARY", "")), first, last, str(event.get("LOCATION", "")),
        str(event.get("DESCRIPTION", "")), str(event.get("URL", "")), _category(event.get("CATEGORIES")),
    )  # fmt: skip
    return tuple(clean_cell(text) for text in told)


def _category(value: Any) -> str:  # noqa: ANN401 - whatever the library made of the line
    listed = _listed(value)
    return str(listed[0].cats[0]) if listed and listed[0].cats else ""


def _length(event: Component, begins: When) -> timedelta:
    if "DTEND" in event:
        lasts: timedelta = event.decoded("DTEND") - begins
        return lasts
    if "DURATION" in event:
        told: timedelta = event.decoded("DURATION")
        return told
    return timedelta(hours=1) if isinstance(begins, datetime) else timedelta(days=1)


def _times(event: Component, begins: When) -> list[When]:
    """Return the times of the event: one, or those of its rule without what was taken out of it."""
    rule = event.get("RRULE")
    if not isinstance(rule, vRecur) or not _is_plain(rule):
        return [begins]
    start = begins if isinstance(begins, datetime) else datetime.combine(begins, time())
    words = rule.to_ical().decode()  # type: ignore[no-untyped-call]  # the library types most of itself
    if start.tzinfo is None:  # days and floating hours have no zone, and UNTIL beside them none either
        words = words.replace("Z", "")
    without = {_written(one.dt) for part in _listed(event.get("EXDATE")) for one in part.dts}
    soon = takewhile(lambda moment: moment - start <= LONGEST_SERIES, rrulestr(words, dtstart=start))
    found = (moment if isinstance(begins, datetime) else moment.date() for moment in islice(soon, MOST_TIMES))
    return [one for one in found if _written(one) not in without]


def _is_plain(rule: vRecur) -> bool:
    """Tell whether a rule is one people make by hand.

    A contrived one («30 февраля») would be looked for till 9999, and one that takes no step («INTERVAL=0») for ever.
    """
    steps = all(str(one).isdecimal() and int(one) > 0 for one in rule.get("INTERVAL", ()))
    return set(rule) <= PLAIN and [str(one).upper() for one in rule.get("FREQ", ())] in PLAIN_FREQUENCIES and steps


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - one value of the library, or several
    return value if isinstance(value, list) else [value] if value is not None else []


def _written(when: When) -> str:
    if isinstance(when, datetime):
        return (when.astimezone(UTC) if when.tzinfo else when).isoformat(timespec="minutes")
    return f"{when:%d.%m.%Y}"
