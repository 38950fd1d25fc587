"""Two people enter the same thing at the same time: one makes it, the other is told that it is there."""

from datetime import date

import pytest
from flask import Flask
from orientir_testkit.cast import Cast, make_school
from orientir_testkit.races import race
from sqlalchemy import func, select

from orientir.db import db
from orientir.organisations import services
from orientir.organisations.models import Headcount, Municipality, Organisation, SchoolClass
from orientir.students.models import Student
from orientir.students.services import add_numbers


def _add_school(cast_ids: tuple[int, int]) -> None:
    services.add_organisation(db.session.get_one(Municipality, cast_ids[0]), "school", "Школа № 4", actor=None)


def _add_class(cast_ids: tuple[int, int]) -> None:
    school_class = db.session.get_one(SchoolClass, cast_ids[1])
    services.add_class(school_class.organisation, 2025, "9Б", actor=None)


def _add_headcount(cast_ids: tuple[int, int]) -> None:
    services.add_headcount(db.session.get_one(SchoolClass, cast_ids[1]), date(2026, 5, 1), 26, actor=None)


def _add_number(cast_ids: tuple[int, int]) -> None:
    add_numbers(db.session.get_one(SchoolClass, cast_ids[1]), actor=None)


@pytest.mark.parametrize(
    ("act", "table", "count", "ending"),
    [
        (_add_school, Organisation, 3, "InvalidInputError"),
        (_add_class, SchoolClass, 3, "InvalidInputError"),
        (_add_headcount, Headcount, 3, "done"),
        (_add_number, Student, 2, "done"),
    ],
    ids=["school", "class", "headcount", "number"],
)
def test_the_second_writer_meets_what_the_first_has_made(app: Flask, cast: Cast, act, table, count: int, ending: str):
    ids = (cast.municipality.id, cast.school_class.id)
    assert race(app, lambda: act(ids)) == ending
    assert db.session.scalar(select(func.count()).select_from(table)) == count


@pytest.mark.parametrize("class_comes_first", [True, False])
def test_a_class_and_a_kind_without_classes_never_meet(app: Flask, cast: Cast, class_comes_first: bool):
    school_id, place_id = make_school(cast.municipality, "Школа № 9").id, cast.municipality.id

    def add_class() -> None:
        services.add_class(db.session.get_one(Organisation, school_id), 2025, "9А", actor=None)

    def make_college() -> None:
        school, place = db.session.get_one(Organisation, school_id), db.session.get_one(Municipality, place_id)
        services.change_organisation(school, place, "college", "Техникум № 9", actor=None)

    acts = (add_class, make_college) if class_comes_first else (make_college, add_class)
    assert race(app, *acts) == "InvalidInputError"
