"""Organisations are merged, joined and split; what was counted stays right, and everybody is counted once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orientir_testkit.cast import Cast, make_class, make_municipality, make_organisation, make_region, make_school
from sqlalchemy import func, select

from orientir.contracts import ClassMeasure
from orientir.coverage import rebuilding
from orientir.coverage.evidence import ClassHome, LevelHome, Party, Seat, Source
from orientir.coverage.levels import Level
from orientir.coverage.models import Fact
from orientir.coverage.queries import share_of
from orientir.coverage.shares import Share
from orientir.db import begin_writing, db
from orientir.errors import ConflictError, InvalidInputError
from orientir.organisations.models import Headcount, Organisation, SchoolClass
from orientir.reorganisation import services
from orientir.reorganisation.previews import preview_merging
from orientir.students.models import Student

YEAR, TRIAL, SURVEY = 2025, "fair.trial", "fair.survey"


@pytest.fixture
def double(cast: Cast) -> Organisation:
    """School № 3 once more, under its full name."""
    made = make_school(cast.municipality, "МБОУ «СОШ № 3»")
    db.session.commit()
    return made


@pytest.fixture
def merge(cast: Cast, desk, double: Organisation) -> Callable[[], None]:
    def act() -> None:
        desk.writes(services.merge_double, double, cast.school, actor=cast.operator.id)
        db.session.expire_all()

    return act


def of(place: Organisation | Cast, activity: str = TRIAL) -> Share:
    scope = place.region.scope if isinstance(place, Cast) else place.scope
    return share_of(activity, YEAR, scope)


def figures(share: Share) -> tuple[int, int | None, int]:
    return share.covered, share.base, share.participations


def is_clean() -> bool:
    db.session.commit()
    before = rebuilding.differences()
    db.session.commit()
    begin_writing()
    rebuilding.rebuild()
    db.session.commit()
    return before == [] == rebuilding.differences()


# Two entries of one school


def test_a_class_goes_over_with_its_figures(cast: Cast, desk, double: Organisation, merge):
    eleven = make_class(double, 11, total=20)
    desk.party(eleven, 15)
    desk.party(cast.school_class, 10)
    before = figures(of(cast))
    merge()
    assert eleven.organisation_id == cast.school.id
    assert figures(of(cast.school)) == (25, 47, 25)
    assert figures(of(double)) == (0, None, 0)
    assert figures(of(cast)) == before
    assert is_clean()


def test_what_is_told_later_of_a_class_that_went_over_counts_at_the_school(cast: Cast, desk, double, merge):
    eleven = make_class(double, 11, total=20)
    desk.party(eleven, 15, at=9, source="visit:1")
    merge()
    desk.party(eleven, 18, at=12)
    desk.reverse("visit:1")
    assert figures(of(cast.school)) == (18, 47, 18)
    assert is_clean()


def test_the_same_class_on_both_sides_is_one_class(cast: Cast, desk, double, merge):
    twin = make_class(double, 9, total=26)
    desk.party(cast.school_class, 10, at=9)
    desk.party(twin, 15, at=9)
    assert figures(of(cast)) == (25, 73, 25)
    merge()
    assert figures(of(cast.school)) == (25, 27, 25)  # at one hour they are different children
    assert figures(of(cast)) == (25, 47, 25)
    assert of(cast).missing_classes == 0
    assert is_clean()


def test_a_child_who_came_to_both_is_counted_once(cast: Cast, desk, double, merge):
    twin = make_class(double, 9, total=27)
    desk.party(cast.school_class, 20, at=9)
    desk.party(twin, 20, at=14)
    merge()
    assert figures(of(cast.school)) == (20, 27, 40)
    assert is_clean()


def test_one_number_of_the_list_is_one_child(cast: Cast, desk, double, merge, make_students):
    twin = make_class(double, 9, total=27)
    own, other = make_students(cast.school_class, 2), make_students(twin, 3)
    for student in (*own, other[1], other[2]):
        desk.seat(student)
    merge()
    assert figures(of(cast.school)) == (3, 27, 4)
    numbers = select(Student.number).where(Student.class_id == cast.school_class.id).order_by(Student.number)
    assert list(db.session.scalars(numbers)) == [1, 2, 3]
    assert is_clean()


def test_slips_of_a_survey_that_is_over_are_not_added(cast: Cast, desk, double, merge):
    twin = make_class(double, 9, total=27)
    for school_class, people in ((cast.school_class, 12), (twin, 20)):
        desk.count(school_class, people)
    desk.close()
    merge()
    assert figures(of(cast.school, SURVEY)) == (20, 27, 32)
    assert is_clean()


def test_a_survey_that_is_open_comes_first(cast: Cast, desk, double, merge, measured: list[ClassMeasure]):
    twin = make_class(double, 9, total=27)
    desk.count(twin, 5)
    assert preview_merging(double, cast.school).busy == ["9«А», 2025/26"]
    with pytest.raises(ConflictError, match="9«А»"):
        merge()
    desk.close()
    merge()
    assert of(cast.school, SURVEY).covered == 5
    assert is_clean()


def test_a_class_that_goes_over_may_be_answering(cast: Cast, desk, double, merge, measured: list[ClassMeasure]):
    eleven = make_class(double, 11, total=20)
    desk.count(eleven, 5)
    merge()
    desk.count(eleven, 2)
    measured.append(ClassMeasure(SURVEY, YEAR, eleven.id, "wave:1", 7))
    assert figures(of(cast.school, SURVEY)) == (7, 47, 7)
    assert is_clean()


def test_people_told_without_a_class_are_told_of_the_school(cast: Cast, desk, double, merge, at_hour):
    for school, at in ((double, 9), (cast.school, 14)):
        desk.record(Party(12, at_hour(at), at_hour(at + 1)), home=LevelHome(school.id, Level.BASIC))
    merge()
    desk.record(Party(4, at_hour(14), at_hour(15)), home=LevelHome(double.id, Level.BASIC))
    assert figures(of(cast.school)) == (16, 27, 28)  # twelve who may be the same, and four beside them
    assert figures(of(double)) == (0, None, 0)
    assert is_clean()


def test_an_act_is_taken_back_where_it_went(cast: Cast, desk, double, merge):
    twin = make_class(double, 9, total=27)
    desk.party(twin, 15, source="visit:1")
    merge()
    assert desk.reverse("visit:1").is_new
    assert not desk.reverse("visit:1").is_new
    assert figures(of(cast)) == (0, 47, 0)
    assert is_clean()


def test_the_ledger_only_grows(cast: Cast, desk, double, merge):
    twin = make_class(double, 9, total=27)
    desk.party(twin, 15, source="visit:1")
    before = list(db.session.execute(select(Fact.id, Fact.organisation_id, Fact.class_id, Fact.people, Fact.sign)))
    merge()
    after = list(db.session.execute(select(Fact.id, Fact.organisation_id, Fact.class_id, Fact.people, Fact.sign)))
    assert after[: len(before)] == before
    assert len(after) == len(before) + 2


def test_numbers_of_a_date_only_one_side_knows_are_kept(cast: Cast, double, merge):
    make_class(double, 9, total=26, on=date(2026, 5, 1))
    merge()
    known = select(Headcount.on_date, Headcount.total).where(Headcount.class_id == cast.school_class.id)
    assert sorted(db.session.execute(known).all()) == [(date(2025, 9, 20), 27), (date(2026, 5, 1), 26)]


def test_the_preview_says_what_comes(cast: Cast, desk, double, make_students):
    twin, eleven = make_class(double, 9, total=27), make_class(double, 11, total=20)
    make_students(twin, 3)
    desk.party(twin, 15)
    desk.party(eleven, 15)
    seen = preview_merging(double, cast.school)
    assert (seen.movers, seen.twins, seen.restated, seen.busy) == (["11«А», 2025/26"], ["9«А», 2025/26"], 1, [])
    assert (seen.holdings.classes, seen.holdings.students, seen.holdings.facts) == (2, 3, 2)


def test_a_chain_of_doubles_ends_at_the_school(cast: Cast, desk, double, merge):
    third = make_school(cast.municipality, "Третья школа")
    desk.party(make_class(third, 9, total=27), 6, source="visit:1")
    desk.writes(services.merge_double, third, double, actor=None)
    merge()
    assert third.merged_into_id == double.merged_into_id == cast.school.id
    assert figures(of(cast)) == (6, 47, 6)
    desk.reverse("visit:1")
    assert of(cast).participations == 0
    assert is_clean()


steps = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 9), st.integers(0, 5), st.integers(1, 3), st.booleans()), max_size=10
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(acts=steps, undone=st.sets(st.integers(0, 9)))
def test_whatever_happened_no_participation_is_lost_and_nobody_counted_twice(cast: Cast, desk, at_hour, acts, undone):
    original, other = make_school(cast.municipality, "Лицей"), make_school(cast.municipality, "Лицей ещё раз")
    classes = [make_class(original, 9), make_class(other, 9), make_class(other, 10)]
    homes = [*(ClassHome(one.id) for one in classes), LevelHome(other.id, Level.BASIC)]
    people = 0
    for number, (place, count, start, hours, others) in enumerate(acts):
        party = Party(count, at_hour(start), at_hour(start + hours), others=others)
        source = Source("fair", f"{other.id}:{number}")
        desk.record(party, home=homes[place], source=source)
        if number in undone:
            desk.reverse(source.reference)
        else:
            people += count
    apart = of(original).covered + of(other).covered + of(other).uncounted
    desk.writes(services.merge_double, other, original, actor=None)
    together = of(original)
    assert together.participations == people
    assert of(other).participations == 0
    assert together.covered <= min(apart, people)
    assert together.base == 54
    assert rebuilding.differences() == []


# Reorganisation


def test_a_school_that_joins_another_keeps_its_history(cast: Cast, desk, double):
    eleven = make_class(double, 11, total=20)
    desk.party(eleven, 15)
    before = [figures(of(place)) for place in (double, cast.school, cast)]
    desk.writes(services.join_organisation, double, cast.school, date(2026, 5, 1), actor=None)
    assert [figures(of(place)) for place in (double, cast.school, cast)] == before
    desk.party(eleven, 18, at=9)  # the class learns on until the summer
    assert figures(of(cast))[1] == before[2][1]
    assert is_clean()


def test_a_school_that_is_split_keeps_its_history(cast: Cast, desk):
    desk.party(cast.school_class, 15)
    before = [figures(of(place)) for place in (cast.school, cast)]
    made = desk.writes(
        services.split_organisation,
        cast.school,
        date(2026, 5, 1),
        [],
        ["Школа № 3 на горе", "Школа № 3 у озера"],
        closes=True,
        actor=None,
    )
    assert [figures(of(place)) for place in (cast.school, cast)] == before
    desk.party(make_class(made[0], 9, "Б", total=10), 9)
    assert figures(of(cast)) == (24, before[1][1] + 10, 24)
    assert is_clean()


@pytest.mark.parametrize("place", ["itself", "abroad", "another kind"])
def test_what_cannot_be_one_is_not_merged(cast: Cast, desk, double, place: str):
    abroad = make_school(make_municipality(make_region("Челябинская область", "74"), "Миасс"), "Школа № 3")
    other = {
        "itself": double,
        "abroad": abroad,
        "another kind": make_organisation(cast.municipality, "Колледж", "college"),
    }[place]
    with pytest.raises(InvalidInputError):
        desk.writes(services.merge_double, double, other, actor=None)
    assert db.session.scalar(select(func.count()).where(Organisation.merged_into_id.is_not(None))) == 0


def test_what_is_merged_is_not_merged_again(cast: Cast, desk, double, merge):
    merge()
    with pytest.raises(ConflictError):
        merge()


def test_a_class_left_behind_is_no_part_of_the_base(cast: Cast, double, merge):
    twin = make_class(double, 9, total=27)
    merge()
    assert db.session.get_one(SchoolClass, twin.id).organisation_id == double.id
    assert of(cast).base == 47


def test_a_late_word_from_a_class_left_behind_is_shown_and_not_added(cast: Cast, desk, double, merge, make_students):
    twin = make_class(double, 9, total=27)
    late = make_students(twin, 1)
    desk.party(cast.school_class, 20)
    merge()
    desk.record(Seat(late[0].id))
    assert (of(cast).covered, of(cast).base, of(cast).uncounted) == (20, 47, 1)
    assert is_clean()
