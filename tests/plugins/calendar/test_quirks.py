"""What calendars of telephones are known to stumble over, looked for in the feed that is kept (`docs/feeds.md`)."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from icalendar import Calendar

from orientir.ics.occasions import Occasion
from orientir.ics.writing import Face, write_calendar

KEPT = Path(__file__).with_name("golden") / "feed.ics"
LINES = KEPT.read_bytes().decode().replace("\r\n ", "").split("\r\n")
EVENTS = Calendar.from_ical(KEPT.read_bytes()).walk("VEVENT")
DATE, HOURS = r";VALUE=DATE:\d{8}", r";TZID=Asia/Irkutsk:\d{8}T\d{6}"
_EUROPE = "Kaliningrad Moscow Kirov Volgograd Astrakhan Saratov Ulyanovsk Samara"
_ASIA = """Yekaterinburg Omsk Novosibirsk Barnaul Tomsk Novokuznetsk Krasnoyarsk Irkutsk Chita Yakutsk Khandyga
Vladivostok Ust-Nera Magadan Sakhalin Srednekolymsk Kamchatka Anadyr"""
RUSSIA = [f"Europe/{name}" for name in _EUROPE.split()] + [f"Asia/{name}" for name in _ASIA.split()]


def named(*names: str) -> list[str]:
    """Return the lines of properties, their parameters and values alone."""
    return [line[len(name) :] for line in LINES for name in names if re.match(rf"{name}[;:]", line)]


def moments_of(component: object) -> dict[str, type]:
    return {name: type(component.decoded(name)) for name in ("DTSTART", "DTEND")}


def test_no_time_floats():
    zone = LINES.index("END:VTIMEZONE")
    said = [line for line in LINES[zone:] if re.match(r"(DTSTART|DTEND|EXDATE|RECURRENCE-ID)[;:]", line)]
    assert len(said) > 20
    assert all(re.fullmatch(rf"[A-Z-]+(?:{DATE}|{HOURS})", line) for line in said)


def test_each_zone_that_is_named_is_declared_before_its_use_and_by_its_usual_name():
    used = {found[1] for line in LINES if (found := re.search(r";TZID=([^:;]+):", line))}
    assert used == {line.removeprefix("TZID:") for line in LINES if line.startswith("TZID:")} == {"Asia/Irkutsk"}
    assert LINES.index("BEGIN:VTIMEZONE") < LINES.index("BEGIN:VEVENT")
    assert named("X-WR-TIMEZONE") == [":Asia/Irkutsk"]


@pytest.mark.parametrize("zone", RUSSIA)
def test_a_zone_of_russia_needs_no_dates_that_some_do_not_read(zone: str):
    noon = datetime(2026, 5, 20, 12, tzinfo=ZoneInfo(zone))
    event = Occasion("e-1", "Экскурсия", noon, noon + timedelta(hours=1), datetime(2026, 5, 1, tzinfo=UTC))
    text = write_calendar(Face("Календарь", zone), [event]).decode()
    declared = text[text.index("BEGIN:VTIMEZONE") : text.index("END:VTIMEZONE")]
    assert "RDATE" not in declared
    assert "BEGIN:STANDARD" in declared
    read = tzical(StringIO(text.replace("\r\n", "\n"))).get(zone)
    for month in (1, 7):
        moment = datetime(2027, month, 1, 12, tzinfo=ZoneInfo(zone))
        assert read.utcoffset(moment.replace(tzinfo=read)) == moment.utcoffset()


def test_gaps_and_moved_days_are_of_the_kind_of_the_beginning():
    series = {str(one["UID"]): one for one in EVENTS if "RRULE" in one}
    assert len(series) == 2
    for one in EVENTS:
        kind = type(series.get(str(one["UID"]), one).decoded("DTSTART"))
        assert set(moments_of(one).values()) == {kind}
        assert "RECURRENCE-ID" not in one or type(one.decoded("RECURRENCE-ID")) is kind
        assert "EXDATE" not in one or {type(gap.dt) for gap in one["EXDATE"].dts} == {kind}
    assert {kind for one in EVENTS for kind in moments_of(one).values()} == {date, datetime}


def test_a_series_stands_once_and_before_its_moved_days():
    told = [(str(one["UID"]), "RECURRENCE-ID" in one) for one in EVENTS]
    assert max(Counter(uid for uid, is_moved in told if not is_moved).values()) == 1
    for uid, is_moved in told:
        assert not is_moved or told.index((uid, False)) < told.index((uid, True))


def test_a_moved_day_is_no_older_than_its_series():
    series = {str(one["UID"]): one for one in EVENTS if "RRULE" in one}
    moved = [one for one in EVENTS if "RECURRENCE-ID" in one]
    assert len(moved) == 2
    for one in moved:
        whole = series[str(one["UID"])]
        assert one["SEQUENCE"] >= whole["SEQUENCE"]
        assert one.decoded("LAST-MODIFIED") >= whole.decoded("LAST-MODIFIED")


def test_each_has_an_end_after_its_beginning_and_whole_days_end_the_day_after():
    assert all(one.decoded("DTEND") > one.decoded("DTSTART") for one in EVENTS)
    (open_day,) = [one for one in EVENTS if one["SUMMARY"] == "День открытых дверей"]
    assert open_day.decoded("DTEND") - open_day.decoded("DTSTART") == timedelta(days=1)


def test_nobody_is_invited_and_nobody_answers_by_mail():
    assert named("METHOD") == [":PUBLISH"]
    assert named("ORGANIZER", "ATTENDEE") == []


def test_name_colour_and_time_to_live_are_said_in_both_ways():
    assert named("NAME") == named("X-WR-CALNAME") != []
    assert named("REFRESH-INTERVAL") == [";VALUE=DURATION:PT6H"]
    assert named("X-PUBLISHED-TTL") == [":PT6H"]
    assert all(re.fullmatch(r":[a-z]+", said) for said in named("COLOR"))


def test_a_cancelled_event_says_so_in_its_title_too():
    cancelled = [one for one in EVENTS if one["STATUS"] == "CANCELLED"]
    assert cancelled
    assert any(str(one["SUMMARY"]).startswith("Отменено: ") for one in cancelled)
    assert all(int(one["SEQUENCE"]) > 0 for one in cancelled)


def test_it_begins_without_a_mark_of_byte_order_and_each_event_is_stamped():
    assert LINES[0] == "BEGIN:VCALENDAR"
    assert all(one["UID"] and one.decoded("DTSTAMP") == one.decoded("LAST-MODIFIED") for one in EVENTS)
