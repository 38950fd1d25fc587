"""What the ledger takes, what it refuses, and what each act does to the figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from orientir_testkit.cast import Cast, make_class, make_organisation
from sqlalchemy import delete, func, select, update

from orientir.coverage import services
from orientir.coverage.evidence import ClassHome, Entry, LevelHome, Party, Seat, Slips, Source
from orientir.coverage.levels import Level, level_of
from orientir.coverage.models import Fact, Total
from orientir.coverage.queries import share_of
from orientir.db import db
from orientir.errors import InvalidInputError, MissingError


def facts() -> int:
    return db.session.scalar(select(func.count(Fact.id)))


class TestOnce:
    def test_a_source_counts_once_however_often_it_is_told(self, desk, cast: Cast):
        first = desk.party(cast.school_class, 12, source="visit:1")
        again = desk.party(cast.school_class, 12, source="visit:1")
        assert (first.is_new, again.is_new) == (True, False)
        assert again.fact_id == first.fact_id
        assert desk.counter(cast.school_class).participations == 12

    def test_a_repeat_answers_before_the_rules_are_asked(self, desk, cast: Cast):
        first = desk.party(cast.school_class, 12, source="visit:1")
        again = desk.party(cast.school_class, 9_000, source="visit:1", on_date=date(1999, 1, 1))
        assert again.fact_id == first.fact_id

    def test_the_same_source_twice_in_one_list_is_one_fact(self, desk, cast: Cast, at_hour):
        entry = Entry(
            "fair.trial", 2025, date(2026, 3, 10), Party(5, at_hour(1), at_hour(2)), Source("fair", "x"),
            ClassHome(cast.school_class.id),
        )  # fmt: skip
        desk.writes(services.record_all, [entry, entry])
        assert facts() == 1

    def test_entries_of_two_activities_are_not_locked_together(self, desk, cast: Cast, at_hour):
        one = Entry(
            "fair.trial", 2025, date(2026, 3, 10), Party(5, at_hour(1), at_hour(2)), Source("fair", "x"),
            ClassHome(cast.school_class.id),
        )  # fmt: skip
        other = replace(one, activity="fair.visit", period=2026, source=Source("fair", "y"))
        with pytest.raises(ValueError, match="one order"):
            desk.writes(services.record_all, [one, other])


class TestReversal:
    def test_it_takes_the_figures_back_by_an_entry_of_its_own(self, desk, cast: Cast):
        desk.party(cast.school_class, 12, source="visit:1")
        undone = desk.reverse("visit:1")
        counter = desk.counter(cast.school_class)
        assert undone.is_new
        assert (counter.participations, counter.covered) == (0, 0)
        assert facts() == 2

    def test_twice_is_once(self, desk, cast: Cast):
        desk.party(cast.school_class, 12, source="visit:1")
        first, again = desk.reverse("visit:1"), desk.reverse("visit:1")
        assert again == replace(first, is_new=False)
        assert desk.counter(cast.school_class).participations == 0

    def test_a_reversed_source_told_again_stays_reversed(self, desk, cast: Cast):
        desk.party(cast.school_class, 12, source="visit:1")
        desk.reverse("visit:1")
        assert not desk.party(cast.school_class, 12, source="visit:1").is_new
        assert desk.counter(cast.school_class).covered == 0

    def test_marking_again_is_the_next_revision(self, desk, cast: Cast):
        desk.party(cast.school_class, 12, source="visit:1")
        desk.reverse("visit:1")
        assert desk.party(cast.school_class, 14, source=Source("fair", "visit:1", 1)).is_new
        assert desk.counter(cast.school_class).covered == 14

    def test_what_was_never_recorded_cannot_be_reversed(self, desk):
        with pytest.raises(MissingError):
            desk.reverse("visit:404")

    def test_facts_are_neither_changed_nor_deleted(self, desk, cast: Cast):
        fact = db.session.get_one(Fact, desk.party(cast.school_class, 12).fact_id)
        fact.people = 13
        with pytest.raises(RuntimeError, match="append-only"):
            db.session.flush()
        db.session.rollback()
        db.session.delete(db.session.get_one(Fact, fact.id))
        with pytest.raises(RuntimeError, match="append-only"):
            db.session.flush()
        db.session.rollback()

    @pytest.mark.parametrize("statement", [update(Fact).values(people=1), delete(Fact)])
    def test_nor_all_at_once(self, app, statement):
        with pytest.raises(RuntimeError, match="append-only"):
            db.session.execute(statement)


class TestPeople:
    def test_a_seat_counts_once_though_it_came_three_times(self, desk, cast: Cast, make_students):
        one, other = make_students(cast.school_class, 2)
        for student in (one, one, one, other):
            desk.seat(student)
        counter = desk.counter(cast.school_class)
        assert (counter.participations, counter.seats, counter.covered) == (4, 2, 2)

    def test_a_seat_is_lost_only_with_its_last_visit(self, desk, cast: Cast, make_students):
        (one,) = make_students(cast.school_class, 1)
        desk.seat(one, source="a")
        desk.seat(one, source="b")
        desk.reverse("a")
        assert desk.counter(cast.school_class).covered == 1
        desk.reverse("b")
        assert desk.counter(cast.school_class).covered == 0

    def test_seats_parties_and_slips_may_be_the_same_people(self, desk, cast: Cast, make_students):
        for student in make_students(cast.school_class, 5):
            desk.seat(student)
        desk.party(cast.school_class, 12)
        desk.record(Slips(9), home=ClassHome(cast.school_class.id))
        counter = desk.counter(cast.school_class)
        assert (counter.seats, counter.parties, counter.slips, counter.covered) == (5, 12, 9, 12)
        assert counter.participations == 26

    def test_people_told_by_level_may_be_those_told_by_class(self, desk, cast: Cast, at_hour):
        party = Party(40, at_hour(9), at_hour(10))
        desk.party(cast.school_class, 12)
        desk.record(party, home=LevelHome(cast.school.id, Level.BASIC))
        desk.record(party, home=LevelHome(cast.school.id, Level.SECONDARY))
        total = share_of("fair.trial", 2025, cast.school.scope)
        assert total.covered == 80  # 40 of ООО, the 12 among them, and 40 of СОО
        assert total.participations == 92

    def test_two_school_years_of_one_calendar_year_are_the_same_people(self, desk, cast: Cast):
        autumn = make_class(cast.school, 10, "А", total=25, year=2026)
        desk.party(cast.school_class, 12, activity="fair.visit", period=2026)
        desk.party(autumn, 20, activity="fair.visit", period=2026, on_date=date(2026, 10, 1))
        share = share_of("fair.visit", 2026, cast.school.scope)
        assert (share.covered, share.base) == (20, 25)

    def test_grown_ups_have_no_level(self, desk, cast: Cast, at_hour):
        party = Party(6, at_hour(9), at_hour(10))
        desk.record(party, activity="fair.course", home=LevelHome(cast.school.id))
        (total,) = db.session.scalars(select(Total))
        assert (total.level, total.at_large) == ("", 6)

    def test_the_host_is_told_beside_the_home(self, desk, cast: Cast):
        college = make_organisation(cast.municipality, "Колледж", "college")
        recorded = desk.party(cast.school_class, 12, host_organisation_id=college.id)
        fact = db.session.get_one(Fact, recorded.fact_id)
        assert (fact.host_organisation_id, fact.organisation_id) == (college.id, cast.school.id)

    @pytest.mark.parametrize(
        ("grade", "level"),
        [(0, Level.PRESCHOOL), (1, Level.PRIMARY), (4, Level.PRIMARY), (5, Level.BASIC), (9, Level.BASIC),
         (10, Level.SECONDARY), (12, Level.SECONDARY)],
    )  # fmt: skip
    def test_grades_belong_to_levels(self, grade: int, level: Level):
        assert level_of(grade) is level


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rules in Python: one engine is enough
class TestRefusals:
    def refused(self, desk, field: str, evidence, **values):
        with pytest.raises(InvalidInputError) as refusal:
            desk.record(evidence, **values)
        assert refusal.value.field == field
        assert facts() == 0

    @pytest.mark.parametrize("people", [0, -3, 2.5, "12", True, 10**9])
    def test_people_are_whole_and_at_least_one(self, desk, cast: Cast, at_hour, people):
        self.refused(desk, "people", Party(people, at_hour(1), at_hour(2)), home=ClassHome(cast.school_class.id))

    @pytest.mark.parametrize("part", ["ovz", "disabled"])
    @pytest.mark.parametrize("number", [13, -1, 1.5])
    def test_a_part_is_not_more_than_the_whole(self, desk, cast: Cast, at_hour, part: str, number):
        party = Party(12, at_hour(1), at_hour(2), **{part: number})
        self.refused(desk, part, party, home=ClassHome(cast.school_class.id))

    def test_all_of_them_may_have_ovz_and_disability(self, desk, cast: Cast, at_hour):
        party = Party(12, at_hour(1), at_hour(2), ovz=12, disabled=12)
        assert desk.record(party, home=ClassHome(cast.school_class.id)).is_new

    @pytest.mark.parametrize("hours", [0, -1])
    def test_a_party_ends_after_it_began(self, desk, cast: Cast, at_hour, hours: int):
        party = Party(12, at_hour(5), at_hour(5 + hours))
        self.refused(desk, "ends_at", party, home=ClassHome(cast.school_class.id))

    @pytest.mark.parametrize("day", [date(2025, 8, 31), date(2026, 9, 1)])
    def test_the_day_lies_in_the_period(self, desk, cast: Cast, at_hour, day: date):
        party = Party(12, at_hour(1), at_hour(2))
        self.refused(desk, "on_date", party, home=ClassHome(cast.school_class.id), on_date=day)

    @pytest.mark.parametrize("day", [date(2025, 9, 1), date(2026, 8, 31)])
    def test_the_first_and_the_last_day_do(self, desk, cast: Cast, day: date):
        assert desk.party(cast.school_class, 12, on_date=day).is_new

    def test_an_unknown_activity_is_refused(self, desk, cast: Cast):
        with pytest.raises(MissingError, match="не объявлено"):
            desk.party(cast.school_class, 12, activity="fair.lottery")

    def test_a_class_of_another_year_is_refused(self, desk, cast: Cast, at_hour):
        last_year = make_class(cast.school, 9, "А", year=2024)
        self.refused(desk, "class_id", Party(12, at_hour(1), at_hour(2)), home=ClassHome(last_year.id))

    def test_a_class_that_is_not_in_the_denominator_is_refused(self, desk, cast: Cast, at_hour):
        small = make_class(cast.school, 3)
        self.refused(desk, "class_id", Party(12, at_hour(1), at_hour(2)), home=ClassHome(small.id))

    def test_students_need_a_level_and_grown_ups_have_none(self, desk, cast: Cast, at_hour):
        party = Party(12, at_hour(1), at_hour(2))
        self.refused(desk, "level", party, home=LevelHome(cast.school.id))
        home = LevelHome(cast.school.id, Level.BASIC)
        self.refused(desk, "level", party, home=home, activity="fair.course")

    def test_only_students_have_seats(self, desk, cast: Cast, make_students):
        (student,) = make_students(cast.school_class, 1)
        self.refused(desk, "student_id", Seat(student.id), activity="fair.course")

    def test_a_seat_of_another_class_is_refused(self, desk, cast: Cast, make_students):
        (student,) = make_students(cast.school_class, 1)
        self.refused(desk, "home", Seat(student.id), home=ClassHome(cast.neighbour_class.id))

    def test_a_party_without_a_home_is_refused(self, desk, at_hour):
        self.refused(desk, "home", Party(12, at_hour(1), at_hour(2)))

    @pytest.mark.parametrize(
        ("evidence", "home"),
        [(Seat(404), None), (Slips(1), ClassHome(404)), (Slips(1), LevelHome(404, Level.BASIC))],
    )
    def test_what_is_not_there_is_missing(self, desk, evidence, home):
        with pytest.raises(MissingError):
            desk.record(evidence, home=home)

    def test_270_typed_for_27_is_refused(self, desk, cast: Cast):
        with pytest.raises(InvalidInputError, match="В классе 27, а указано 270"):
            desk.party(cast.school_class, 270)

    def test_newcomers_up_to_a_tenth_are_taken(self, desk, cast: Cast):
        desk.party(cast.school_class, 30)
        with pytest.raises(InvalidInputError):
            desk.party(cast.school_class, 31)

    def test_any_number_of_a_class_without_a_headcount_is_taken(self, desk, cast: Cast):
        assert desk.party(make_class(cast.school, 9, "Б", total=None), 60).is_new

    def test_more_covered_than_there_are_is_shown_as_an_error_not_refused(self, desk, cast: Cast):
        desk.party(cast.school_class, 20)
        desk.party(cast.school_class, 20, at=9)
        share = share_of("fair.trial", 2025, cast.school.scope, class_id=cast.school_class.id)
        assert (share.covered, share.base, share.status) == (40, 27, "error")

    def test_a_refused_entry_leaves_nothing_of_the_whole_list(self, desk, cast: Cast, at_hour):
        good = Entry(
            "fair.trial", 2025, date(2026, 3, 10), Party(5, at_hour(1), at_hour(2)), Source("fair", "x"),
            ClassHome(cast.school_class.id),
        )  # fmt: skip
        bad = replace(good, source=Source("fair", "y"), on_date=good.on_date + timedelta(days=400))
        with pytest.raises(InvalidInputError):
            desk.writes(services.record_all, [good, bad])
        assert facts() == 0
