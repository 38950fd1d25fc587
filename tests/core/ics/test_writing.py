"""Files that telephones read: what is written comes back, whatever the words are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from orientir.errors import OrientirError
from orientir.ics.occasions import Occasion, Status
from orientir.ics.writing import Face, write_calendar

FACE = Face("Ориентир, Демо", "Asia/Irkutsk", "https://orientir.example.ru/calendar", color="teal")
CHANGED = datetime(2026, 5, 1, 9, 30, 15, 999, tzinfo=UTC)
TEN = datetime(2026, 5, 20, 2, 0, tzinfo=UTC)  # 10:00 in Irkutsk


def occasion(**values) -> Occasion:
    known = {"uid": "e-1@38.orientir", "title": "Экскурсия", "starts": TEN, "ends": TEN + timedelta(hours=1),
             "changed_at": CHANGED}  # fmt: skip
    return Occasion(**{**known, **values})


def written(*occasions: Occasion, **options) -> str:
    return write_calendar(FACE, occasions or [occasion()], **options).decode()


def lines(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_the_head_tells_name_zone_colour_and_how_often_to_ask():
    head = lines(written())
    for line in ("VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "NAME:Ориентир\\, Демо", "COLOR:teal",
                 "X-WR-CALNAME:Ориентир\\, Демо", "X-WR-TIMEZONE:Asia/Irkutsk", "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
                 "X-PUBLISHED-TTL:PT6H", "TZID:Asia/Irkutsk", "TZOFFSETTO:+0800"):  # fmt: skip
        assert line in head


def test_an_event_stands_in_the_hours_of_the_region_and_is_stamped_by_its_last_change():
    found = lines(written(occasion(sequence=3, place="Зал; 2, этаж", categories=("Встреча",), geo=(52.3, 104.3))))
    for line in ("DTSTART;TZID=Asia/Irkutsk:20260520T100000", "DTEND;TZID=Asia/Irkutsk:20260520T110000",
                 "DTSTAMP:20260501T093015Z", "LAST-MODIFIED:20260501T093015Z", "SEQUENCE:3", "STATUS:CONFIRMED",
                 "LOCATION:Зал\\; 2\\, этаж", "CATEGORIES:Встреча", "GEO:52.3;104.3"):  # fmt: skip
        assert line in found
    assert not any(line.startswith(("ORGANIZER", "ATTENDEE", "BEGIN:VALARM")) for line in found)


def test_whole_days_are_dates_with_the_day_after_as_their_end():
    found = lines(written(occasion(starts=date(2026, 5, 20), ends=date(2026, 5, 22))))
    assert {"DTSTART;VALUE=DATE:20260520", "DTEND;VALUE=DATE:20260522", "TRANSP:TRANSPARENT"} <= set(found)


def test_a_series_its_gaps_and_a_moved_day():
    series = occasion(rule="FREQ=WEEKLY;BYDAY=WE;UNTIL=20260701T155959Z", without=(TEN + timedelta(days=7),))
    moved = occasion(starts=TEN + timedelta(days=15), ends=TEN + timedelta(days=15, hours=1),
                     instead_of=TEN + timedelta(days=14))  # fmt: skip
    found = lines(written(series, moved))
    assert "EXDATE;TZID=Asia/Irkutsk:20260527T100000" in found
    assert "RECURRENCE-ID;TZID=Asia/Irkutsk:20260603T100000" in found
    (rule,) = [line for line in found if line.startswith("RRULE:")]
    assert set(rule[6:].split(";")) == {"FREQ=WEEKLY", "BYDAY=WE", "UNTIL=20260701T155959Z"}


def test_alarms_only_for_whoever_asked():
    found = lines(written(alarm=timedelta(hours=1)))
    assert "TRIGGER:-PT1H" in found
    assert found.count("BEGIN:VALARM") == 1


def test_what_was_cancelled_says_so():
    assert "STATUS:CANCELLED" in lines(written(occasion(status=Status.CANCELLED)))


def test_the_same_occasions_give_the_same_bytes():
    assert written() == written()


@pytest.mark.parametrize(
    "values",
    [
        {"ends": TEN - timedelta(hours=1)},
        {"starts": date(2026, 5, 20)},
        {"starts": TEN.replace(tzinfo=None), "ends": TEN.replace(tzinfo=None)},
        {"changed_at": CHANGED.replace(tzinfo=None)},
    ],
)
def test_half_an_occasion_is_refused(values):
    with pytest.raises(OrientirError, match="e-1"):
        occasion(**values)


# What no screen shows is taken out, and a lone surrogate is no text.
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300)


@given(title=WORDS, about=WORDS, place=WORDS, hours=st.integers(1, 200), days=st.integers(-400, 400))
def test_words_come_back_whole_in_lines_of_75_octets(title, about, place, hours, days):
    starts = TEN + timedelta(days=days)
    text = written(occasion(title=title, about=about, place=place, starts=starts, ends=starts + timedelta(hours=hours)))
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert (str(event["SUMMARY"]), str(event.get("DESCRIPTION", ""))) == (title, about)
    assert str(event.get("LOCATION", "")) == place
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (starts, starts + timedelta(hours=hours))


@given(st.text(max_size=200))
def test_no_sign_breaks_a_second_parser(title):
    read = vobject.readOne(written(occasion(title=title.encode("utf-8", "ignore").decode())))
    assert read.vevent.uid.value == "e-1@38.orientir"
