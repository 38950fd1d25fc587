"""A second entry that was merged is read and never written again, however the writer came to it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_class, make_school
from orientir_testkit.races import race
from sqlalchemy import func, select

from orientir.clock import AcademicYear
from orientir.db import begin_writing, db
from orientir.organisations import holding, services
from orientir.organisations.class_names import ClassName
from orientir.organisations.histories import Succession
from orientir.organisations.models import Headcount, Organisation, SchoolClass
from orientir.reorganisation.services import join_organisation, merge_double
from orientir.students.models import ClassMove, Student
from orientir.students.moving import Plan, move_on

TABLES = (SchoolClass, Headcount, Student, ClassMove, Succession)
MAY = date(2026, 5, 2)


@pytest.fixture
def ids(cast: Cast) -> dict[str, int]:
    """A school entered twice, with a class both have."""
    double = make_school(cast.municipality, "Школа № 3 ещё раз")
    twin, third = make_class(double, 9, total=27), make_school(cast.municipality, "Школа № 5")
    db.session.commit()
    return {"double": double.id, "school": cast.school.id, "twin": twin.id, "third": third.id}


def merge(ids: dict[str, int]) -> None:
    merge_double(
        db.session.get_one(Organisation, ids["double"]), db.session.get_one(Organisation, ids["school"]), actor=None
    )


def merge_now(ids: dict[str, int]) -> None:
    db.session.commit()
    begin_writing()
    merge(ids)
    db.session.commit()


def counted() -> list[int | None]:
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(table)) for table in TABLES]


def post(client: FlaskClient, ids: dict[str, int], what: str) -> int:
    double, twin = f"/organisations/{ids['double']}", f"/classes/{ids['twin']}"
    addresses = {
        "class": (f"{double}/classes/new", {"name": "7А", "year": "2025", "total": "20", "on_date": "01.05.2026"}),
        "headcount": (f"{twin}/headcounts", {"total": "20", "on_date": "02.05.2026"}),
        "taken back": (f"{twin}/headcounts/remove", {"on_date": "2025-09-20"}),
        "numbers": (f"{twin}/numbers", {"count": "3"}),
        "card": (f"{double}/edit", {"name": "Иначе", "kind": "school", "municipality_id": "1"}),
        "contact": (f"{double}/contact", {"person_name": "Вера Новая", "phone": "8 (3952) 12-34-56"}),
        "split": (f"{double}/changes/split", {"on_date": "01.05.2026", "names": "А\nБ", "closes": "y"}),
        "opened": (f"{double}/changes/reopen", {}),
    }
    address, data = addresses[what]
    if what == "card":
        data["municipality_id"] = str(db.session.get_one(Organisation, ids["double"]).municipality_id)
    return client.post(address, data=data).status_code


@pytest.mark.parametrize("what", ["class", "headcount", "taken back", "numbers", "card", "contact", "split", "opened"])
def test_what_is_posted_to_it_is_refused(cast: Cast, as_user, ids: dict[str, int], what: str):
    merge_now(ids)
    before = counted()
    assert post(as_user(cast.coordinator), ids, what) == 409
    assert counted() == before
    assert db.session.get_one(Organisation, ids["double"]).name == "Школа № 3 ещё раз"


def add_class(ids: dict[str, int]) -> object:
    return services.add_class(db.session.get_one(Organisation, ids["double"]), 2025, "7А", actor=None)


def add_headcount(ids: dict[str, int]) -> object:
    return services.add_headcount(db.session.get_one(SchoolClass, ids["twin"]), MAY, 26, actor=None)


def move(ids: dict[str, int]) -> object:
    plan = Plan(AcademicYear(2025), {ids["twin"]: ClassName(10, 10, "А")})
    return move_on(db.session.get_one(Organisation, ids["double"]), plan, actor=None)


def leave(ids: dict[str, int]) -> object:
    plan = Plan(AcademicYear(2025), {ids["twin"]: None})
    return move_on(db.session.get_one(Organisation, ids["double"]), plan, actor=None)


def join(ids: dict[str, int]) -> object:
    third, double = (db.session.get_one(Organisation, ids[name]) for name in ("third", "double"))
    return join_organisation(third, double, date(2026, 5, 1), actor=None)


@pytest.mark.parametrize("act", [add_class, add_headcount, move, leave, join])
def test_who_comes_while_it_is_being_merged_writes_nothing(app: Flask, ids: dict[str, int], act):
    before = counted()
    assert race(app, lambda: merge(ids), lambda: act(ids)) in ("ConflictError", "InvalidInputError")
    assert counted() == before


@pytest.mark.parametrize("act", [add_class, add_headcount])
def test_without_the_question_it_would_be_written_where_nobody_looks(
    app: Flask, ids: dict[str, int], act, monkeypatch: pytest.MonkeyPatch
):
    """The negative control: the row is held, and whose it is by then is not asked."""
    monkeypatch.setattr(services, "lock", holding.hold)
    before = counted()
    assert race(app, lambda: merge(ids), lambda: act(ids)) == "done"
    assert counted() != before


def test_a_class_that_went_over_meanwhile_gets_its_number_at_the_school(app: Flask, ids: dict[str, int]):
    mover = make_class(db.session.get_one(Organisation, ids["double"]), 8, total=20).id
    write = lambda: services.add_headcount(db.session.get_one(SchoolClass, mover), MAY, 21, actor=None)  # noqa: E731
    assert race(app, lambda: merge(ids), write) == "done"
    db.session.rollback()
    found = db.session.get_one(SchoolClass, mover)
    assert (found.organisation_id, len(found.headcounts)) == (ids["school"], 2)
