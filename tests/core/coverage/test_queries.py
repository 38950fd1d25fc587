"""One computation for every screen: who is in it, which headcount counts, which target, how many statements."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from orientir_testkit.cast import (
    STATISTICS_DAY,
    Cast,
    make_class,
    make_municipality,
    make_organisation,
    make_region,
    make_school,
)

from orientir.contracts import Activity, Scope
from orientir.coverage import services
from orientir.coverage.activities import base_date, base_year, period_on, period_title
from orientir.coverage.evidence import LevelHome, Party, Source
from orientir.coverage.levels import Level
from orientir.coverage.queries import periods_of, region_headline, share_of, shares, totals
from orientir.db import db
from orientir.errors import InvalidInputError, MissingError
from orientir.organisations.models import Headcount, SchoolClass

YEAR = 2025
SURVEY = "fair.survey"


@pytest.fixture
def survey(activity) -> Activity:
    return activity("survey")


def titles(coverage) -> list[str]:
    return sorted(line.title for line in coverage.lines)


class TestWhoIsListed:
    def test_every_municipality_silent_or_not(self, cast: Cast, desk, survey):
        make_municipality(cast.region, "Тихий район", "district")
        desk.count(cast.school_class, 19)
        coverage = shares(survey, YEAR, cast.region.scope)
        assert titles(coverage) == ["Заречный район", "Приозёрск, городской округ", "Тихий район"]
        silent = next(line.share for line in coverage.lines if line.title == "Тихий район")
        assert (silent.covered, silent.base, silent.status) == (0, None, "no_data")

    def test_not_the_municipalities_of_another_region(self, cast: Cast, survey):
        make_municipality(make_region("Чужая", "99"), "Чужой район")
        assert "Чужой район" not in str(titles(shares(survey, YEAR, cast.region.scope)))

    def test_a_closed_municipality_only_while_it_has_data(self, cast: Cast, survey, desk):
        cast.municipality.closed_on = cast.neighbour_municipality.closed_on = date(2025, 8, 31)
        db.session.delete(cast.neighbour_class.headcounts[0])
        db.session.delete(cast.neighbour_class)
        cast.neighbour_school.closed_on = date(2025, 8, 31)
        db.session.commit()
        assert titles(shares(survey, YEAR, cast.region.scope)) == ["Приозёрск, городской округ"]

    def test_a_silent_school_is_zero_and_one_without_classes_has_no_data(self, cast: Cast, survey):
        make_school(cast.municipality, "Школа № 5")
        coverage = shares(survey, YEAR, cast.municipality.scope)
        states = {line.title: (line.share.covered, line.share.base) for line in coverage.lines}
        assert states == {"Школа № 3": (0, 27), "Школа № 5": (0, None)}
        assert coverage.total.missing_organisations == 1

    def test_a_school_without_any_class_of_the_grades_is_left_out(self, cast: Cast, survey):
        make_class(make_school(cast.municipality, "Начальная школа"), 3)
        assert titles(shares(survey, YEAR, cast.municipality.scope)) == ["Школа № 3"]

    def test_a_closed_school_is_left_out_but_its_people_stay(self, cast: Cast, survey, desk):
        make_school(cast.municipality, "Закрытая").closed_on = date(2025, 6, 1)
        desk.count(cast.school_class, 19)
        cast.school.closed_on = date(2025, 6, 1)
        db.session.commit()
        assert titles(shares(survey, YEAR, cast.municipality.scope)) == ["Школа № 3"]

    def test_a_kindergarten_waits_for_groups_only_where_they_count(self, cast: Cast, survey, activity):
        make_organisation(cast.municipality, "Сад «Ручеёк»", "kindergarten")
        assert "Сад «Ручеёк»" not in titles(shares(survey, YEAR, cast.municipality.scope))
        assert "Сад «Ручеёк»" in titles(shares(activity("visit"), 2026, cast.municipality.scope))

    def test_a_college_only_once_it_has_people(self, cast: Cast, activity, desk, at_hour):
        college = make_organisation(cast.municipality, "Колледж", "college")
        trial = activity("trial")
        assert titles(shares(trial, YEAR, cast.municipality.scope)) == ["Школа № 3"]
        desk.record(Party(8, at_hour(9), at_hour(10)), home=LevelHome(college.id, Level.SECONDARY))
        coverage = shares(trial, YEAR, cast.municipality.scope)
        share = next(line.share for line in coverage.lines if line.title == "Колледж")
        assert (share.covered, share.base) == (8, None)
        assert (coverage.total.covered, coverage.total.uncounted) == (0, 8)

    def test_classes_of_one_school(self, cast: Cast, survey, desk):
        make_class(cast.school, 11, total=None)
        make_class(cast.school, 5)
        desk.count(cast.school_class, 19)
        coverage = shares(survey, YEAR, cast.school.scope)
        assert [(line.title, line.share.covered, line.share.base) for line in coverage.lines] == [
            ("9«А»", 19, 27),
            ("11«А»", 0, None),
        ]
        assert (coverage.total.covered, coverage.total.base, coverage.total.missing_classes) == (19, 27, 1)

    def test_a_class_of_several_grades_counts_with_any_of_them(self, cast: Cast, survey):
        mixed = make_class(cast.school, 8, "", total=6)
        mixed.last_grade = 9
        db.session.commit()
        assert share_of(SURVEY, YEAR, cast.school.scope).base == 33

    def test_classes_of_another_year_do_not_count(self, cast: Cast):
        make_class(cast.school, 9, "А", year=2024)
        assert share_of(SURVEY, YEAR, cast.school.scope).base == 27


class TestBase:
    def add(self, school_class: SchoolClass, on: date, total: int) -> None:
        db.session.add(Headcount(school_class=school_class, on_date=on, total=total))
        db.session.commit()

    def test_it_is_the_latest_headcount_on_or_before_the_day(self, cast: Cast):
        for on, total in ((date(2026, 1, 10), 26), (date(2026, 5, 1), 25), (date(2026, 5, 2), 24)):
            self.add(cast.school_class, on, total)
        assert share_of(SURVEY, YEAR, cast.school.scope).base == 25
        assert share_of("fair.trial", YEAR, cast.school.scope).base == 27

    def test_without_an_earlier_one_it_is_the_earliest_after(self, cast: Cast):
        late = make_class(cast.school, 11, total=14, on=date(2026, 5, 20))
        self.add(late, date(2026, 6, 1), 13)
        assert share_of(SURVEY, YEAR, cast.school.scope, class_id=late.id).base == 14

    def test_dates_of_the_bases(self, activity):
        assert base_date(activity("survey"), 2025) == date(2026, 5, 1)
        assert base_date(activity("trial"), 2025) == STATISTICS_DAY
        assert base_date(activity("visit"), 2026) == date(2026, 9, 20)
        assert base_year(activity("visit"), 2026) == 2026

    def test_periods(self, activity):
        day = date(2026, 3, 10)
        assert [period_on(activity(name), day) for name in ("survey", "visit")] == [2025, 2026]
        assert [period_title(activity(name), 2025) for name in ("survey", "visit")] == ["2025/26", "2025"]

    def test_grown_ups_have_no_base(self, cast: Cast):
        assert share_of("fair.course", YEAR, cast.region.scope).status == "no_data"

    def test_people_of_a_class_without_a_headcount_stay_outside_the_share(self, cast: Cast, desk):
        unknown = make_class(cast.school, 9, "В", total=None)
        desk.count(cast.school_class, 20)
        desk.count(unknown, 15)
        share = share_of(SURVEY, YEAR, cast.region.scope)
        assert (share.covered, share.base, share.uncounted) == (20, 47, 15)
        assert share_of(SURVEY, YEAR, cast.school.scope).uncounted == 15
        assert share_of(SURVEY, YEAR, cast.school.scope, class_id=unknown.id).covered == 15


class TestTargets:
    def test_the_nearest_branch_above_decides(self, cast: Cast, desk, survey):
        desk.aim(Fraction(80, 100), cast.region.scope)
        desk.aim(Fraction(9, 10), cast.municipality.scope)
        assert shares(survey, YEAR, cast.region.scope).total.target == Fraction(4, 5)
        by_title = {line.title: line.share.target for line in shares(survey, YEAR, cast.region.scope).lines}
        assert by_title == {"Приозёрск, городской округ": Fraction(9, 10), "Заречный район": Fraction(4, 5)}
        assert share_of(SURVEY, YEAR, cast.school.scope, class_id=cast.school_class.id).target == Fraction(9, 10)
        assert share_of(SURVEY, 2024, cast.school.scope).target is None

    def test_setting_again_replaces(self, cast: Cast, desk):
        desk.aim(Fraction(80, 100), cast.region.scope)
        desk.aim(Fraction(1, 2), cast.region.scope)
        assert share_of(SURVEY, YEAR, cast.region.scope).target == Fraction(1, 2)

    @pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
    @pytest.mark.parametrize("share", [Fraction(0), Fraction(-1, 2), Fraction(101, 100), Fraction(1, 3), Fraction(80)])
    def test_it_is_above_zero_and_at_most_everybody(self, cast: Cast, desk, share: Fraction):
        with pytest.raises(InvalidInputError, match="Цель"):
            desk.aim(share, cast.region.scope)

    def test_the_goal_of_a_school_goes_with_it_to_another_municipality(self, cast: Cast, desk, survey):
        desk.aim(Fraction(80, 100), cast.region.scope)
        desk.aim(Fraction(1, 2), cast.school.scope)
        cast.school.municipality = cast.neighbour_municipality
        db.session.commit()
        by_title = {
            line.title: line.share.target for line in shares(survey, YEAR, cast.neighbour_municipality.scope).lines
        }
        assert by_title == {"Школа № 3": Fraction(1, 2), "Школа № 8": Fraction(4, 5)}
        desk.aim(Fraction(3, 4), cast.school.scope)
        assert share_of(SURVEY, YEAR, cast.school.scope).target == Fraction(3, 4)

    def test_whom_to_call_first(self, cast: Cast, desk, survey, make_schools):
        make_schools(3)
        desk.aim(Fraction(80, 100), cast.region.scope)
        coverage = shares(survey, YEAR, cast.region.scope)
        assert [line.share.gap for line in coverage.largest_gaps()] == [22, 16, 16]
        assert [line.share.gap for line in coverage.lines] == [22, 16, 16, 16, 16]

    def test_the_gap_of_all_is_not_the_sum_of_gaps(self, cast: Cast, desk, survey):
        desk.aim(Fraction(80, 100), cast.region.scope)
        desk.count(cast.school_class, 27)
        total = shares(survey, YEAR, cast.region.scope).total
        assert (total.goal, total.gap) == (38, 11)


class TestDeclarations:
    def file(self, desk, cast: Cast, people: int) -> None:
        desk.writes(
            services.declare, activity="fair.trial", period=YEAR, scope=cast.school.scope, people=people, actor=None
        )

    def test_it_lies_between_the_bounds(self, cast: Cast, desk, activity):
        desk.party(cast.school_class, 12)
        desk.party(cast.school_class, 10, at=14)
        self.file(desk, cast, 12)
        self.file(desk, cast, 22)
        assert shares(activity("trial"), YEAR, cast.school.scope).declared == 22
        for wrong in (11, 23):
            with pytest.raises(InvalidInputError, match="не меньше 12 и не больше 22"):
                self.file(desk, cast, wrong)

    def test_nor_above_the_people_there_are(self, cast: Cast, desk):
        for at in (9, 12, 15):
            desk.party(cast.school_class, 20, at=at)
        with pytest.raises(InvalidInputError, match="не больше 27"):
            self.file(desk, cast, 28)


class TestHeadline:
    def test_it_is_the_first_activity_with_a_goal_and_people(self, cast: Cast, desk):
        assert region_headline(cast.region.id) is None
        desk.count(cast.school_class, 19)
        assert region_headline(cast.region.id) is None
        desk.aim(Fraction(80, 100), cast.region.scope)
        headline = region_headline(cast.region.id)
        assert (str(headline.title), headline.period, headline.share.covered) == ("Опрос", YEAR, 19)

    def test_there_is_none_without_a_region(self, app):
        assert region_headline(404) is None


class TestStatements:
    """The cost grows neither with children nor with facts."""

    @pytest.mark.parametrize("schools", [1, 3])
    def test_a_region_takes_two(self, cast: Cast, survey, make_schools, count_queries, schools: int):
        make_schools(schools)
        scope = cast.region.scope
        with count_queries() as seen:
            shares(survey, YEAR, scope)
        assert seen.count == 2

    @pytest.mark.parametrize("schools", [1, 3])
    def test_a_municipality_takes_two(self, cast: Cast, survey, make_schools, count_queries, schools: int):
        make_schools(schools, together=True)
        scope = cast.municipality.scope
        with count_queries() as seen:
            shares(survey, YEAR, scope)
        assert seen.count == 2

    @pytest.mark.parametrize("classes", [1, 3])
    def test_an_organisation_takes_four(self, cast: Cast, survey, make_schools, count_queries, classes: int):
        (school,) = make_schools(1, classes)
        scope = school.scope
        with count_queries() as seen:
            assert len(shares(survey, YEAR, scope).lines) == classes
        assert seen.count == 4

    def test_several_activities_take_as_many_as_one(self, cast: Cast, activity, count_queries):
        scope = cast.region.scope
        wanted = [(activity(name), YEAR) for name in ("survey", "trial", "course")]
        with count_queries() as seen:
            assert [share.base for share in totals(wanted, scope)] == [47, 47, None]
        assert seen.count == 2
        assert totals([], scope) == []

    def test_no_screen_reads_the_ledger(self, cast: Cast, survey, desk, count_queries):
        desk.count(cast.school_class, 19)
        desk.close()
        scopes = [cast.region.scope, cast.municipality.scope, cast.school.scope]
        with count_queries() as seen:
            for scope in scopes:
                shares(survey, YEAR, scope)
        assert not [statement for statement in seen.statements if "coverage_fact" in statement]


def test_every_level_tells_the_same(cast: Cast, survey, desk, make_schools, classes_of):
    for number, school in enumerate(make_schools(3, 2)):
        for one in classes_of(school):
            desk.count(one, number + 1)
    desk.count(cast.school_class, 19)
    region = shares(survey, YEAR, cast.region.scope)
    assert (region.total.covered, region.total.base) == (19 + 2 + 4 + 6, 27 + 20 + 6 * 20)
    for line in region.lines:
        below = shares(survey, YEAR, line.scope)
        assert below.total == line.share
        for school in below.lines:
            assert shares(survey, YEAR, school.scope).total == school.share
            assert share_of(SURVEY, YEAR, school.scope) == school.share


def test_periods_to_choose_from(cast: Cast, survey, desk):
    today = date(2026, 5, 14)
    assert periods_of(survey, today, cast.region.id) == [2025]
    old = make_class(cast.school, 9, "А", year=2023)
    desk.party(old, 5, activity=SURVEY, period=2023, on_date=date(2024, 3, 1), source=Source("fair", "old"))
    assert periods_of(survey, today, cast.region.id) == [2025, 2023]


def test_what_is_not_counted_is_missing(cast: Cast):
    with pytest.raises(MissingError):
        share_of("fair.lottery", YEAR, Scope(cast.region.id))
    with pytest.raises(MissingError):
        share_of(SURVEY, YEAR, cast.school.scope, class_id=404)
