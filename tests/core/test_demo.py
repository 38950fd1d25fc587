"""The demo region: the real municipalities, invented schools, a login for each role, figures that add up."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import make_region
from sqlalchemy import func, select

from orientir import demo
from orientir.accounts.models import Grant, User
from orientir.accounts.roles import Role
from orientir.contracts import Scope
from orientir.coverage import rebuilding
from orientir.db import begin_writing, db
from orientir.demo import NOTES, PASSWORD, PLACES, build_demo, demo_notes
from orientir.errors import ConflictError
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region, SchoolClass
from orientir.questionnaires.free_words import Word
from orientir.questionnaires.models import FreeWord
from orientir.students.models import Student

AsUser = Callable[[User], FlaskClient]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """That it comes out alike on both engines is tried by `test_cli_platform.py`."""
    name: str = request.param
    return name


def test_it_is_a_whole_region_in_little(demo_region: Region):
    assert db.session.query(Municipality).count() == 42
    alive = db.session.scalar(select(func.count(Organisation.municipality_id.distinct())))
    assert alive == len(PLACES) == 3
    kinds = set(db.session.scalars(select(Organisation.kind)))
    assert {OrganisationKind.SCHOOL, OrganisationKind.KINDERGARTEN, OrganisationKind.COLLEGE,
            OrganisationKind.ADDITIONAL, OrganisationKind.EMPLOYER} <= kinds  # fmt: skip
    wanted = select(SchoolClass).join(Organisation).where(Organisation.name == demo.SHOWCASE)
    shown = db.session.scalars(wanted.where(SchoolClass.grade == 9, SchoolClass.letter == "А")).one()
    assert db.session.query(Student).filter_by(class_id=shown.id).count() == 27
    assert rebuilding.differences() == []


def test_every_role_has_a_login_in_its_branch_that_opens_a_home_page(demo_region: Region, as_user: AsUser):
    held = {grant.role: grant.scope for grant in db.session.scalars(select(Grant).where(Grant.object_key == ""))}
    assert set(held) == set(Role)
    assert held[Role.OPERATOR] == Scope(demo_region.id)
    assert held[Role.COORDINATOR].organisation_id is None
    assert held[Role.TEACHER].organisation_id is not None
    for role in Role:
        email = f"{role.value.replace('_', '-')}@demo.example"
        user = db.session.scalars(select(User).where(User.email == email)).one()
        assert as_user(user).get("/").status_code == 200, role


def test_it_says_how_to_try_it_and_is_marked_on_every_page(demo_region: Region, client: FlaskClient):
    lines = demo_notes()
    assert PASSWORD in lines[0]
    told = {line.split()[0] for line in lines if "@demo.example" in line}
    assert told == set(db.session.scalars(select(User.email)))
    printed = re.findall(r"\d{4}-\d{4}-\d{4}", lines[-1])
    assert printed
    for code in printed:
        assert client.post("/code", data={"code": code}).status_code == 303
    for path in ("/", "/help", "/login"):
        assert "ДЕМО" in client.get(path).text


def test_a_real_region_has_no_notes(app: Flask):
    assert demo_notes() == []
    make_region().is_demo = False
    assert demo_notes() == []


def test_it_is_never_mixed_into_another_region(app: Flask):
    make_region()
    with pytest.raises(ConflictError):
        build_demo(seed=38)


def sizes(seed: int) -> list[int]:
    """Build a demo, undo it, and tell the sizes of its classes."""
    begin_writing()
    build_demo(seed=seed)
    counted = select(func.count(Student.id)).group_by(Student.class_id).order_by(Student.class_id)
    found = list(db.session.scalars(counted))
    db.session.rollback()
    return found


def test_what_people_advise_is_looked_through_in_part_and_some_of_it_tells_a_telephone(demo_region: Region):
    found = db.session.scalars(select(FreeWord)).all()
    for owner in {one.owner_id for one in found}:
        states = [one.state for one in found if one.owner_id == owner]
        assert len(states) >= 5
        assert {"shown", "waiting"} <= set(states)
    waiting = [Word(one.key, one.owner_id, one.text, one.state) for one in found if one.state == "waiting"]
    assert "телефон" in {doubt for one in waiting for doubt in one.doubts}
    assert not any(Word(one.key, one.owner_id, one.text, one.state).doubts for one in found if one.state == "shown")


class TestAnyDay:
    """The demo is made on any day of the year, and always in the middle of things."""

    def test_the_same_seed_makes_the_same_region(self, app: Flask, school_day, cheap_passwords: None):
        first = sizes(7)
        assert sizes(7) == first
        assert sizes(8) != first

    @pytest.mark.parametrize("day", ["2026-08-31T23:30", "2026-09-01T00:30", "2027-01-01T00:00", "2028-02-29T12:00"])
    def test_it_stands_on_the_edges_of_the_year(self, app: Flask, client: FlaskClient, day: str, cheap_passwords: None):
        with time_machine.travel(datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Asia/Irkutsk")), tick=True):
            begin_writing()
            region = build_demo(seed=38)
            db.session.commit()
            assert rebuilding.differences() == []
            digits = region.settings[NOTES][0][1]
            assert client.post("/code", data={"code": digits}).status_code == 303
            assert client.get("/").status_code == 200
