"""What schools owe: one calendar of counting days, and one answer for panels, lists of calls and reminders."""

from __future__ import annotations

from datetime import date

import pytest
from orientir_testkit.cast import Cast, make_class, make_organisation, make_school, make_user
from orientir_testkit.plugins import make_plugin

from orientir.accounts.roles import Role
from orientir.clock import AcademicYear
from orientir.contracts import Activity, Scope
from orientir.db import db
from orientir.organisations.class_names import ClassName
from orientir.organisations.models import Headcount, OrganisationKind
from orientir.students.counting_days import counting_days, days_begun, lacking_day, present_day
from orientir.students.duties import (
    LACKS,
    class_states,
    count_schools_without_classes,
    municipalities_without,
    place_states,
    schools_without_account,
    schools_without_classes,
    uncounted_classes,
)

YEAR = AcademicYear(2025)
AUTUMN, MAY = date(2025, 9, 20), date(2026, 5, 1)
NINE, SEVEN, SET = ClassName(9, 9, "А"), ClassName(7, 7, "А"), ClassName(8, 9)


@pytest.fixture
def plugins() -> dict[str, object]:
    survey = Activity("fair.survey", "Опрос", grades=(9, 11), headcount_month=5, headcount_day=1)
    return {"fair": make_plugin("fair", brings={"activities": (survey, Activity("fair.visit", "Ярмарка"))})}


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.usefixtures("app")
class TestCountingDays:
    def test_there_is_20_september_and_the_days_of_the_activities(self):
        assert [(day.on, day.grades) for day in counting_days(YEAR)] == [(AUTUMN, ()), (MAY, (9, 11))]

    @pytest.mark.parametrize(
        ("today", "begun", "present"),
        [
            (date(2025, 9, 5), [], AUTUMN),
            (date(2025, 9, 6), [AUTUMN], AUTUMN),
            (date(2026, 4, 16), [AUTUMN], AUTUMN),
            (date(2026, 4, 17), [MAY, AUTUMN], MAY),
            (date(2026, 8, 31), [MAY, AUTUMN], MAY),
        ],
    )
    def test_numbers_are_asked_for_from_two_weeks_before_the_day(self, today: date, begun: list, present: date):
        assert [day.on for day in days_begun(YEAR, today)] == begun
        assert present_day(YEAR, today).on == present

    @pytest.mark.parametrize(
        ("name", "latest", "lacks"),
        [
            (NINE, AUTUMN, MAY),
            (SET, AUTUMN, MAY),
            (SEVEN, AUTUMN, None),
            (SEVEN, None, AUTUMN),
            (SEVEN, date(2025, 8, 20), AUTUMN),
            (SEVEN, date(2026, 1, 15), None),
            (NINE, date(2026, 3, 31), MAY),
            (NINE, date(2026, 4, 1), None),
            (NINE, date(2026, 5, 3), None),
        ],
    )
    def test_a_number_of_the_month_before_speaks_of_the_day(self, name: ClassName, latest: date, lacks: date):
        found = lacking_day(days_begun(YEAR, MAY), name, latest)
        assert (found and found.on) == lacks


def test_the_query_and_the_rule_say_the_same_of_every_class(cast: Cast):
    """Panels count by `place_states`, the school's own page by `class_states`, reminders by `uncounted_classes`."""
    for grade, on in ((7, None), (8, date(2026, 1, 15)), (11, date(2026, 3, 31)), (10, AUTUMN), (9, date(2026, 4, 1))):
        made = make_class(cast.school, grade, "Я", total=None)
        if on:
            db.session.add(Headcount(class_id=made.id, on_date=on, total=25))
    db.session.commit()
    for today in (date(2025, 9, 5), AUTUMN, date(2026, 4, 16), MAY):
        states = class_states(cast.school.id, today)
        lacking = [one.lacks for one in states if one.lacks]
        place = next(one for one in place_states(cast.municipality.scope, today) if one.place.name == cast.school.name)
        assert place.uncounted == len(lacking)
        assert place.classes == len(states) == 6
    autumn, may = counting_days(YEAR)
    assert list(uncounted_classes(may, cast.region.scope, MAY).values()) == [["9«А»", "11«Я»"], ["9«Б»"]]
    assert [titles for place, titles in uncounted_classes(autumn, cast.municipality.scope, MAY).items()] == [["7«Я»"]]


def test_a_kindergarten_owes_numbers_and_is_asked_for_nothing_else(cast: Cast):
    garden = make_organisation(cast.municipality, "Детский сад № 7", OrganisationKind.KINDERGARTEN)
    make_organisation(cast.municipality, "Техникум", OrganisationKind.COLLEGE)
    make_class(garden, 0, "Солнышко", total=None)
    states = {one.place.name: one for one in place_states(cast.municipality.scope, MAY)}
    assert set(states) == {"Детский сад № 7", "Школа № 3"}
    lacks = {name for name, is_lacking in LACKS.items() if is_lacking(states["Детский сад № 7"])}
    assert lacks == {"headcounts"}


def test_schools_without_classes_are_found_and_counted_alike(cast: Cast):
    lyceum = make_school(cast.neighbour_municipality, "Лицей")
    closed = make_school(cast.municipality, "Закрытая")
    closed.closed_on = date(2026, 1, 1)
    for scope, names in ((cast.region.scope, ["Лицей"]), (cast.municipality.scope, [])):
        assert [one.name for one in schools_without_classes(scope, YEAR, MAY)] == names
        assert count_schools_without_classes(scope, YEAR, MAY) == len(names)
    assert schools_without_classes(cast.region.scope, YEAR, MAY)[0].scope == lyceum.scope


def test_who_can_be_reminded_is_an_administrator_with_a_working_account(cast: Cast):
    def without() -> list[str]:
        return [one.name for one in schools_without_account(Scope(cast.region.id), MAY)]

    assert without() == ["Школа № 8"]  # it has a teacher, whom no reminder reaches
    make_user(Role.SCHOOL_ADMIN, cast.neighbour_school.scope)
    assert without() == []


def test_a_school_that_is_to_close_owes_until_the_day(cast: Cast):
    """The order is written down months ahead; until then it is a school like any other."""
    make_class(cast.school, 9, "Я", total=None)
    bare = make_school(cast.municipality, "Лицей")
    cast.school.closed_on = bare.closed_on = date(2026, 5, 20)
    cast.neighbour_municipality.closed_on = date(2026, 5, 20)
    db.session.commit()
    may, scope = counting_days(YEAR)[1], cast.municipality.scope
    for today, names in ((date(2026, 5, 19), ["Лицей", "Школа № 3"]), (date(2026, 5, 20), [])):
        assert [one.place.name for one in place_states(scope, today)] == names
        assert [place.name for place in uncounted_classes(may, scope, today)] == names[1:]
        assert [one.name for one in schools_without_classes(scope, YEAR, today)] == names[:1]
        assert [one.name for one in schools_without_account(scope, today)] == names[:1]
        assert (
            cast.neighbour_municipality.name in municipalities_without(Role.OBSERVER, cast.region.id, today)
        ) is bool(names)
