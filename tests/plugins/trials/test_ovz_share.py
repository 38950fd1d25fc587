"""Indicator 6.2: a share of the pupils with ОВЗ, of whom nobody is counted twice."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, time

import pytest
import time_machine
from orientir_testkit.cast import Cast, make_class
from sqlalchemy import update

from orientir.bookings import attendance
from orientir.bookings import services as bookings
from orientir.bookings.attendance import Present
from orientir.bookings.models import Slot
from orientir.bookings.wishes import Wish
from orientir.coverage.shares import Status
from orientir.db import db
from orientir.organisations.models import Headcount, SchoolClass
from orientir.students.queries import numbers_of
from orientir.students.services import open_numbers
from orientir_trials.figures import figures_of
from orientir_trials.models import Trial
from orientir_trials.queries import dates_of

EVENING = "2026-05-22T18:00:00+08:00"


@pytest.fixture
def slots(offered: Callable[..., Trial]) -> list[Slot]:
    """Three dates on three days, then one at the hour of the first in another room."""
    made = dates_of(offered(first=date(2026, 5, 20), last=date(2026, 5, 22), capacity=25))
    return [*made, *dates_of(offered(title="Повар", times=(time(10),), capacity=25, place="Лесная, 5"))]


@pytest.fixture
def went() -> Callable[..., None]:
    def go(slot: Slot, school_class: SchoolClass, people: int, ovz: int, **values: object) -> None:
        wish = Wish(school_class.id, people=people, ovz=ovz, **values)
        made = bookings.book(slot.id, wish, request=secrets.token_hex(8), actor=None)
        with time_machine.travel(slot.starts_at):
            present = Present(people=people, ovz=ovz, students=values.get("students", ()))
            attendance.mark(made.id, present, actor=None)
        db.session.commit()

    return go


@pytest.fixture
def counted(cast: Cast) -> None:
    """Four of the class have ОВЗ."""
    db.session.execute(update(Headcount).where(Headcount.class_id == cast.school_class.id).values(ovz=4))
    db.session.commit()


def of(scope):
    with time_machine.travel(EVENING):
        return figures_of(scope, 2025).taken.ovz


def test_a_class_counts_by_its_largest_occasion(cast, slots, went, counted):
    went(slots[0], cast.school_class, 20, 2)
    went(slots[1], cast.school_class, 20, 3)
    share = of(cast.school.scope)
    assert (share.covered, share.base, share.participations) == (3, 4, 5)
    assert of(cast.region.scope).covered == 3


def test_groups_at_one_hour_are_different_children(cast, slots, went, counted):
    open_numbers(cast.school_class, 10, actor=None)
    seats = [seat.id for seat in numbers_of(cast.school_class.id)]
    went(slots[0], cast.school_class, 0, 1, students=tuple(seats[:5]))
    went(slots[3], cast.school_class, 0, 2, students=tuple(seats[5:]))
    assert of(cast.school.scope).covered == 3


def test_shares_are_sums_over_sums_and_the_neighbours_are_not_in_them(cast, slots, went, counted):
    went(slots[0], cast.school_class, 10, 2)
    went(slots[1], cast.neighbour_class, 10, 3)
    db.session.execute(update(Headcount).where(Headcount.class_id == cast.neighbour_class.id).values(ovz=6))
    db.session.commit()
    assert (of(cast.region.scope).covered, of(cast.region.scope).base) == (5, 10)
    assert (of(cast.municipality.scope).covered, of(cast.municipality.scope).base) == (2, 4)


def test_a_class_without_a_headcount_is_in_neither_sum(cast, slots, went, counted):
    unknown = make_class(cast.school, 8, "В", total=None)
    went(slots[0], unknown, 10, 3)
    share = of(cast.school.scope)
    assert (share.covered, share.base, share.uncounted, share.missing_classes) == (0, 4, 3, 1)


def test_younger_classes_are_not_in_the_base(cast, counted):
    fifth = make_class(cast.school, 5, "А")
    db.session.execute(update(Headcount).where(Headcount.class_id == fifth.id).values(ovz=9))
    db.session.commit()
    assert of(cast.school.scope).base == 4


def test_more_than_there_are_is_an_error_and_not_clipped(cast, slots, went, counted, as_user):
    went(slots[0], cast.school_class, 20, 6)
    share = of(cast.school.scope)
    assert (share.covered, share.base, share.status) == (6, 4, Status.ERROR)
    page = as_user(cast.school_admin).get(f"/trials/figures/organisation/{cast.school.id}").text
    assert "отмечено больше, чем учеников с ОВЗ" in page


def test_the_page_and_the_table_show_numerator_and_denominator(cast, slots, went, counted, as_user):
    went(slots[0], cast.school_class, 20, 3)
    client = as_user(cast.school_admin)
    page = client.get(f"/trials/figures/organisation/{cast.school.id}").text
    assert "75,0\xa0%" in page
    table = client.get(f"/trials/figures/organisation/{cast.school.id}?format=csv").data.decode("utf-8-sig")
    assert any("6.2" in row and ";3;4;" in row for row in table.splitlines())
