"""The days of a series: by our reckoning, and by what a telephone reads in the file."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import recurring_ical_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from orientir_testkit.events import ZONE, at, plan, whole

from orientir.ics.writing import Face, write_calendar
from orientir_calendar.entries import occasions_of
from orientir_calendar.models import Event, EventException, EventState
from orientir_calendar.plans import EventPlan
from orientir_calendar.repeats import meetings, rule_of, starts

DAY = date(2026, 5, 20)  # a Wednesday
WINDOW = (datetime(2026, 4, 1, tzinfo=ZONE), datetime(2027, 8, 1, tzinfo=ZONE))


@pytest.fixture
def made(app, cast):
    """Return an event that is stored nowhere; it stands in a request, because files hold addresses."""
    region_college = cast.school

    def make(said: EventPlan, exceptions: list[EventException] | None = None) -> Event:
        event = Event(id=1, uid="u-1", organisation=region_college, state=EventState.PUBLISHED, sequence=0, reason="",
                      changed_at=datetime(2026, 5, 1, tzinfo=ZONE), **said.columns())  # fmt: skip
        event.exceptions = exceptions or []
        return event

    with app.test_request_context(base_url="https://orientir.example.ru"):
        yield make


@pytest.fixture
def engine_name() -> str:
    """Days are counted without a database; one engine is enough."""
    return "sqlite"


def days(event: Event) -> list[date]:
    return [one.first_day for one in meetings(event, *WINDOW)]


def read_back(event: Event) -> list[tuple[object, object]]:
    """Return the times of the file as a client expands them."""
    text = write_calendar(Face("Календарь", "Asia/Irkutsk"), occasions_of(event, {}))
    found = recurring_ical_events.of(Calendar.from_ical(text)).between(*WINDOW)
    return sorted((one.decoded("DTSTART"), one.decoded("DTEND")) for one in found)


def ours(event: Event) -> list[tuple[object, object]]:
    return sorted(
        (one.first_day, one.ends_at.astimezone(ZONE).date()) if event.is_all_day else (one.starts_at, one.ends_at)
        for one in meetings(event, *WINDOW)
    )


@pytest.mark.parametrize(
    ("times", "found"),
    [
        (at(DAY), [DAY]),
        (at(DAY, frequency="weekly", until=date(2026, 6, 3)), [DAY, date(2026, 5, 27), date(2026, 6, 3)]),
        (at(DAY, frequency="weekly", weekdays=(2, 4), until=date(2026, 5, 29)),
         [DAY, date(2026, 5, 22), date(2026, 5, 27), date(2026, 5, 29)]),
        (at(DAY, frequency="fortnightly", until=date(2026, 6, 30)), [DAY, date(2026, 6, 3), date(2026, 6, 17)]),
        (at(date(2026, 5, 31), frequency="monthly", until=date(2026, 10, 1)),
         [date(2026, 5, 31), date(2026, 7, 31), date(2026, 8, 31)]),
        (whole(DAY, 2, frequency="weekly", until=date(2026, 5, 27)), [DAY, date(2026, 5, 27)]),
    ],
)  # fmt: skip
def test_the_days_of_a_series(made, times, found):
    assert days(made(plan(times))) == found


def test_until_is_of_the_kind_of_the_beginning(made):
    assert rule_of(made(plan(at(DAY)))) == ""
    hours = made(plan(at(DAY, frequency="fortnightly", weekdays=(2,), until=date(2026, 6, 30))))
    assert rule_of(hours) == "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;UNTIL=20260630T155959Z"
    assert (
        rule_of(made(plan(whole(DAY, frequency="monthly", until=date(2026, 6, 30))))) == "FREQ=MONTHLY;UNTIL=20260630"
    )


SERIES = st.builds(
    dict,
    first=st.dates(date(2026, 4, 5), date(2026, 8, 31)),
    hour=st.integers(0, 22),
    frequency=st.sampled_from(["weekly", "fortnightly", "monthly"]),
    length=st.integers(0, 200),
    others=st.sets(st.integers(0, 6), max_size=3),
    is_all_day=st.booleans(),
    dropped=st.sets(st.integers(0, 8), max_size=3),
    moved=st.dictionaries(st.integers(0, 8), st.integers(1, 6), max_size=2),
)


# The fixture holds a request and a school; nothing of an example stays in them.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=SERIES)
def test_a_telephone_reads_the_same_days(made, said):
    first, until = said["first"], said["first"] + timedelta(days=said["length"])
    days = tuple(sorted({first.weekday(), *said["others"]})) if said["frequency"] != "monthly" else ()
    repeat = {"frequency": said["frequency"], "weekdays": days, "until": until}
    event = made(plan(whole(first, **repeat) if said["is_all_day"] else at(first, said["hour"], **repeat)))
    known = starts(event, WINDOW[1])
    exceptions = [EventException(original=known[place]) for place in sorted(said["dropped"]) if place < len(known)]
    for place, shift in said["moved"].items():
        if place < len(known) and place not in said["dropped"]:
            begins = known[place] + timedelta(days=shift)
            exceptions.append(EventException(original=known[place], starts_at=begins, ends_at=begins + event.lasts))
    event.exceptions = exceptions
    assert read_back(event) == ours(event)
