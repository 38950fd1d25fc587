"""Who was there, as a school tells it: counted once, corrected by reversal, impossible numbers refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orientir_testkit.cast import YEAR, Cast, make_class
from orientir_testkit.events import at, whole
from sqlalchemy import func, select

from orientir.clock import AcademicYear
from orientir.contracts import Scope
from orientir.coverage.models import Fact
from orientir.coverage.queries import share_of
from orientir.coverage.rebuilding import differences
from orientir.db import begin_writing, db
from orientir.errors import ConflictError, InvalidInputError
from orientir.students import services as students
from orientir.web.formats import in_ranges
from orientir_calendar import reports
from orientir_calendar.report_form import read_numbers
from orientir_calendar.report_queries import nowhere_yet, reports_of, waiting_events
from orientir_calendar.reports import Line, LinesError, Told
from orientir_calendar.words import EXCURSION, LESSON, MEETING, PARENTS

DAY = date(2026, 5, 12)  # two days before the day of the tests


@pytest.fixture
def second(cast: Cast):
    made = make_class(cast.school, 8, "Б", total=20)
    db.session.commit()
    return made


@pytest.fixture
def seats(cast: Cast) -> list[int]:
    made = students.add_numbers(cast.school_class, 27, actor=None)
    db.session.commit()
    return [one.id for one in made]


@pytest.fixture
def tell(cast: Cast):
    """Return a report of the school; `told` makes what it says."""

    def make(*lines: Line, event=None, **values):
        begin()
        report = reports.add_report(cast.school, told(*lines, **values), event=event, actor=None)
        db.session.commit()
        return report

    return make


def begin() -> None:
    """Begin as a request that posts does."""
    db.session.commit()
    begin_writing()


def told(*lines: Line, hour: int = 10, day: date = DAY, kind: str = "meeting", **values) -> Told:
    times = at(day, hour, 45)
    return Told(kind, values.pop("title", "Встреча"), times.starts_at, times.ends_at, lines, **values)


def covered(scope: Scope, activity: str = MEETING, period: int = YEAR) -> tuple[int, int]:
    share = share_of(activity, period, scope)
    return share.covered, share.participations


def test_classes_are_counted_and_rolled_up(tell, cast: Cast, second):
    tell(Line(cast.school_class.id, 20, ovz=2), Line(second.id, 10), parents=5, teachers=2)
    assert covered(cast.school.scope) == (30, 30)
    assert covered(cast.region.scope) == (30, 30)
    assert covered(cast.neighbour_school.scope) == (0, 0)
    assert covered(cast.region.scope, PARENTS) == (5, 5)


def test_a_second_meeting_of_the_class_adds_participations_and_no_people(tell, cast: Cast):
    tell(Line(cast.school_class.id, 20))
    tell(Line(cast.school_class.id, 22), day=date(2026, 5, 13))
    assert covered(cast.school.scope) == (22, 42)


def test_numbers_of_the_list_are_people_known_by_their_seat(tell, cast: Cast, seats):
    tell(Line(cast.school_class.id, 10, students=tuple(seats[:10])))
    tell(Line(cast.school_class.id, 10, students=tuple(seats[5:15])), day=date(2026, 5, 13))
    assert covered(cast.school.scope) == (15, 20)


def test_a_correction_takes_the_first_telling_back(tell, cast: Cast, second):
    report = tell(Line(cast.school_class.id, 20), Line(second.id, 10), parents=3)
    begin()
    reports.change_report(report, told(Line(cast.school_class.id, 18), hour=12), actor=None)
    db.session.commit()
    assert (covered(cast.school.scope), covered(cast.school.scope, PARENTS)) == ((18, 18), (0, 0))
    assert report.revision == 1
    assert db.session.scalar(select(func.count()).select_from(Fact)) == 7
    assert differences() == []


def test_a_correction_may_change_what_it_was(tell, cast: Cast):
    report = tell(Line(cast.school_class.id, 20))
    begin()
    reports.change_report(report, told(Line(cast.school_class.id, 20), kind="excursion"), actor=None)
    db.session.commit()
    assert (covered(cast.school.scope), covered(cast.school.scope, EXCURSION)) == ((0, 0), (20, 20))


def test_taken_back_it_counts_nobody_and_stays_so(tell, cast: Cast):
    report = tell(Line(cast.school_class.id, 20))
    for _time in range(2):
        begin()
        reports.take_back(report, actor=None)
        db.session.commit()
    assert (covered(cast.school.scope), report.people) == ((0, 0), 0)
    with pytest.raises(ConflictError):
        reports.change_report(report, told(Line(cast.school_class.id, 18)), actor=None)


def test_online_lessons_are_counted_by_the_calendar_year(tell, cast: Cast):
    tell(Line(cast.school_class.id, 20), kind="lesson")
    assert covered(cast.region.scope, LESSON, 2026) == (20, 20)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "Ж" * 161}, "title"),
        ({"partner": "Ж" * 201}, "partner"),
        ({"kind": "ерунда"}, "kind"),
        ({"kind": "seminar"}, "kind"),
        ({"day": date(2026, 5, 15)}, "first_day"),
        ({"day": date(2024, 5, 15)}, "first_day"),
        ({"parents": -1}, "parents"),
        ({"teachers": 5001}, "teachers"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tell, cast: Cast, values, field):
    with pytest.raises(InvalidInputError) as refused:
        tell(Line(cast.school_class.id, 20), **values)
    assert refused.value.field == field


def test_a_report_of_nobody_is_none(tell):
    with pytest.raises(InvalidInputError) as refused:
        tell()
    assert refused.value.field == "lines"


@pytest.mark.parametrize("line", [(270, 0, 0), (-3, 0, 0), (5, 6, 0), (5, 0, 6), (31, 0, 0)])
def test_a_class_that_cannot_be_so_is_named(tell, cast: Cast, second, line):
    with pytest.raises(LinesError) as refused:
        tell(Line(cast.school_class.id, *line), Line(second.id, 10))
    assert list(refused.value.lines) == [cast.school_class.id]
    db.session.rollback()
    assert covered(cast.school.scope) == (0, 0)


def test_newcomers_within_a_tenth_are_believed(tell, cast: Cast):
    tell(Line(cast.school_class.id, 29))
    assert covered(cast.school.scope)[1] == 29


def test_classes_of_others_and_other_grades_are_refused(tell, cast: Cast):
    with pytest.raises(InvalidInputError):
        tell(Line(cast.neighbour_class.id, 5))
    db.session.rollback()
    fifth = make_class(cast.school, 5, "А", total=20)
    with pytest.raises(LinesError):
        tell(Line(fifth.id, 5), kind="lesson")
    db.session.rollback()
    old = make_class(cast.school, 9, "А", year=YEAR - 1)
    with pytest.raises(InvalidInputError):
        tell(Line(old.id, 5))


def test_a_number_of_another_class_is_refused(tell, cast: Cast, seats, second):
    with pytest.raises(LinesError):
        tell(Line(second.id, 1, students=(seats[0],)))


def test_one_lesson_told_twice_is_asked_about(tell, cast: Cast):
    report = tell(Line(cast.school_class.id, 20))
    with pytest.raises(LinesError) as refused:
        tell(Line(cast.school_class.id, 20), title="Та же встреча")
    assert "«Встреча»" in refused.value.lines[cast.school_class.id]
    db.session.rollback()
    begin()
    reports.change_report(report, told(Line(cast.school_class.id, 19)), actor=None)  # its own time is no clash
    db.session.commit()
    tell(Line(cast.school_class.id, 7), despite=True)
    assert covered(cast.school.scope) == (26, 26)


def test_it_belongs_to_the_event_and_its_host(tell, announced, cast: Cast, college):
    event = announced(at(DAY))
    report = tell(Line(cast.school_class.id, 20), event=event)
    fact = db.session.scalar(select(Fact))
    assert (report.event_id, fact.host_organisation_id) == (event.id, college.id)


def test_the_school_sees_which_classes_were_nowhere_and_what_waits(tell, announced, cast: Cast, second):
    event = announced(at(DAY))
    announced(at(date(2026, 5, 20)))
    year = reports_of(cast.school, _year())
    assert [one.event for one in waiting_events(cast.school, year)] == [event]
    tell(Line(cast.school_class.id, 20), event=event)
    year = reports_of(cast.school, _year())
    assert waiting_events(cast.school, year) == []
    assert nowhere_yet([cast.school_class, second], year) == [second]
    assert reports_of(cast.neighbour_school, _year()) == []


def test_whole_days_wait_until_they_are_over(announced, cast: Cast):
    announced(whole(date(2026, 5, 13), 3))
    assert waiting_events(cast.school, []) == []


def test_a_school_year_against_a_reckoning_by_hand(tell, cast: Cast, second):
    """Two classes of 27 and 20, four meetings: lower bound 25 + 18, upper 27 + 20, participations the sum."""
    for number, people in enumerate((25, 12, 20)):
        tell(Line(cast.school_class.id, people), day=DAY - timedelta(days=7 * number))
    tell(Line(second.id, 18))
    tell(Line(second.id, 17), day=DAY - timedelta(days=1))
    share = share_of(MEETING, YEAR, cast.school.scope)
    assert (share.covered, share.upper, share.participations, share.base) == (43, 47, 92, 47)
    assert differences() == []


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [("1-5, 7 9", [1, 2, 3, 4, 5, 7, 9]), ("1 – 3;3", [1, 2, 3]), ("", []), ("12", [12]), ("2—3", [2, 3])],
)
def test_numbers_are_read_as_people_write_them(typed, numbers):
    assert read_numbers(typed) == numbers


@pytest.mark.parametrize("typed", ["все", "1-", "5-1", "1..5", "1-999", "²", "-5"])
def test_other_words_are_refused(typed):
    with pytest.raises(InvalidInputError):
        read_numbers(typed)


@given(st.sets(st.integers(1, 200)))
def test_ranges_come_back(numbers):
    assert read_numbers(in_ranges(sorted(numbers))) == sorted(numbers)


def _year() -> AcademicYear:
    return AcademicYear(YEAR)
