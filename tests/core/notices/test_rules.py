"""The platform's rules over a year of days: who owes what, who is told and when, and who is not."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from orientir_testkit.cast import Cast, make_class, make_municipality, make_region, make_school, make_user
from orientir_testkit.plugins import make_plugin

from orientir.accounts.roles import Role
from orientir.contracts import Activity
from orientir.db import begin_writing, db
from orientir.notices.rounds import make_rounds
from orientir.notices.rules import NOT_ACCEPTED, PLATFORM
from orientir.organisations.models import Headcount

IRKUTSK = "T09:30+08:00"


@pytest.fixture
def plugins() -> dict[str, object]:
    survey = Activity("fair.survey", "Опрос", grades=(9, 11, 12), headcount_month=5, headcount_day=1)
    return {"fair": make_plugin("fair", brings={"activities": (survey,)})}


def walk(first: str, last: str, *, step: int = 1) -> None:
    """Let the mornings from `first` to `last` pass."""
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    db.session.commit()
    while day <= end:
        with time_machine.travel(datetime.fromisoformat(f"{day}{IRKUTSK}"), tick=False):
            begin_writing()
            make_rounds()
            db.session.commit()
        day += timedelta(step)


def headcount(school_class, on: str) -> None:
    db.session.add(Headcount(class_id=school_class.id, on_date=date.fromisoformat(on), total=25))
    db.session.commit()


def abouts(notices) -> list[str]:
    return [f"{one.kind.removeprefix('platform.')} {one.about.rpartition(':')[2]}" for one in notices]


def test_a_class_without_the_may_number_is_the_schools_care_then_the_coordinators(cast: Cast, told):
    """The cast's classes were counted on 20 September only; the neighbour's school has nobody to tell."""
    walk("2026-04-16", "2026-05-13", step=3)
    assert abouts(told(cast.school_admin)) == ["headcount -14", "headcount -3", "headcount +0"]
    first = told(cast.school_admin)[0]
    assert first.subject == "Запишите число учеников на 1\xa0мая"
    assert "Школа № 3: в 1\xa0классе" in first.text
    assert "9«А»" in first.text
    assert first.url == f"/organisations/{cast.school.id}"
    assert abouts(told(cast.coordinator)) == ["headcount_missing +3", "headcount_missing +10"]
    assert "Школа № 8" in told(cast.neighbour_coordinator)[-1].text
    assert told(cast.teacher) == []


def test_it_stops_when_the_number_is_there(cast: Cast, told):
    walk("2026-04-17", "2026-04-18")
    headcount(cast.school_class, "2026-05-01")
    walk("2026-04-19", "2026-05-13", step=3)
    assert abouts(told(cast.school_admin)) == ["headcount -14"]
    assert "Школа № 3" not in " ".join(one.text for one in told(cast.coordinator) if "headcount" in one.kind)


def test_a_number_of_the_month_before_speaks_of_the_day(cast: Cast, told):
    headcount(cast.school_class, "2026-04-05")
    walk("2026-04-16", "2026-05-12", step=3)
    assert told(cast.school_admin) == []


def test_may_asks_for_the_grades_that_are_counted_in_may(cast: Cast, told):
    headcount(cast.school_class, "2026-05-01")
    make_class(cast.school, 7, total=None)
    walk("2026-04-17", "2026-04-17")
    assert told(cast.school_admin) == []
    make_class(cast.school, 11, total=None)
    walk("2026-04-18", "2026-04-18")
    assert "11«А»" in told(cast.school_admin)[0].text
    assert "7«А»" not in told(cast.school_admin)[0].text


def test_september_asks_for_the_classes_of_the_new_year(cast: Cast, told):
    walk("2026-09-02", "2026-09-24", step=2)
    assert abouts(told(cast.school_admin)) == ["new_classes -7", "new_classes -2", "new_classes +0"]
    assert "классов 2026/27\xa0учебного года пока нет" in told(cast.school_admin)[0].text
    kinds = [line for line in abouts(told(cast.coordinator)) if line.startswith("new_classes")]
    assert kinds == ["new_classes_missing +3", "new_classes_missing +10"]
    make_class(cast.school, 9, year=2026, total=None)
    walk("2026-09-26", "2026-09-26")
    assert "headcount -14" not in abouts(told(cast.school_admin))


def test_schools_without_anybody_are_told_to_the_coordinator_once_a_month(cast: Cast, told):
    walk("2026-05-01", "2026-08-31", step=6)
    assert abouts(told(cast.neighbour_coordinator)).count("no_account +0") == 1  # May; nobody is bothered in summer
    assert "Школа № 8" in told(cast.neighbour_coordinator)[0].text
    make_user(Role.SCHOOL_ADMIN, cast.neighbour_school.scope)
    walk("2026-09-01", "2026-09-07", step=3)
    assert abouts(told(cast.neighbour_coordinator)).count("no_account +0") == 1


def test_a_closed_school_owes_nothing(cast: Cast, told):
    cast.school.closed_on = date(2026, 4, 1)
    walk("2026-04-17", "2026-05-11", step=3)
    assert told(cast.school_admin) == []


def test_regions_are_told_of_their_own_only(cast: Cast, told):
    other = make_region("Другая", "74")
    place = make_municipality(other, "Озёрск")
    school = make_school(place, "Школа № 1")
    make_class(school, 9, total=None)
    admin, coordinator = make_user(Role.SCHOOL_ADMIN, school.scope), make_user(Role.COORDINATOR, place.scope)
    walk("2026-04-17", "2026-05-05", step=3)
    for person in (admin, coordinator):
        assert told(person)
        assert {one.region_id for one in told(person)} == {other.id}
        assert "Школа № 3" not in " ".join(one.text for one in told(person))
    assert {one.region_id for one in told(cast.coordinator)} == {cast.region.id}


def test_a_year_passes_and_nobody_is_told_anything_twice(cast: Cast, told, letters, engine_name: str):
    """Every morning of a year; on the way the classes of the new year come, numbers come late."""
    pace = 1 if engine_name == "sqlite" else 5  # mornings; what was missed is made up for
    walk("2025-09-01", "2026-05-02", step=pace)
    headcount(cast.school_class, "2026-05-01")
    walk("2026-05-03", "2026-08-31", step=pace)
    notices = told()
    assert len({(one.user_id, one.kind, one.about) for one in notices}) == len(notices)
    assert abouts(told(cast.school_admin)) == ["headcount -14", "headcount -3", "headcount +0"][: 3 if pace == 1 else 2]
    months = [one for one in told(cast.neighbour_coordinator) if one.kind == "platform.no_account"]
    assert len(months) == 9  # September to May
    mailed = [one for one in notices if one.mailed_at]
    assert len(mailed) == len(notices)
    assert len(letters()) <= len(notices)


@pytest.mark.parametrize("rule", [one for one in PLATFORM if one is not NOT_ACCEPTED], ids=lambda one: one.key)
def test_a_rule_asks_as_often_for_three_schools_as_for_one(cast: Cast, count_queries, rule):
    days = {"headcount": "2026-05-01", "headcount_missing": "2026-05-04", "new_classes": "2026-09-10",
            "new_classes_missing": "2026-09-13", "no_account": "2026-05-01"}  # fmt: skip
    today = date.fromisoformat(days[rule.key.removeprefix("platform.")])

    def cost() -> tuple[int, int]:
        db.session.commit()
        region_id = cast.region.id
        with count_queries() as seen:
            found = list(rule.find(today, region_id))
        return seen.count, len(found)

    one = cost()
    for number in range(3):
        school = make_school(make_municipality(cast.region, f"Город {number}"), "Школа № 1")
        make_class(school, 9, total=None)
    three = cost()
    assert three[1] > one[1] > 0
    assert three[0] == one[0]
