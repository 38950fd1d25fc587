"""Organisations close, join, are split and merged: what is written, who may, what the pages say before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_class, make_school, make_user
from sqlalchemy import select

from orientir.accounts.models import Grant
from orientir.accounts.roles import Role
from orientir.audit.models import AuditEntry
from orientir.config import Config
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.organisations.contacts import Presence, Responsible, change_contact, responsible_of
from orientir.organisations.histories import Succession
from orientir.organisations.models import Organisation
from orientir.organisations.queries import list_organisations
from orientir.organisations.services import add_class
from orientir.reorganisation import services

A_DAY = date(2026, 5, 1)


@pytest.fixture
def config(config: Config) -> Config:
    """The platform alone: no plugin has a say here, and the application starts in half the time."""
    return replace(config, plugins=())


@pytest.fixture
def double(cast: Cast) -> Organisation:
    made = make_school(cast.municipality, "МБОУ «СОШ № 3»")
    db.session.commit()
    return made


@pytest.fixture
def operator(as_user, cast: Cast) -> FlaskClient:
    return as_user(cast.operator)


def changes(organisation: Organisation, act: str = "") -> str:
    return f"/organisations/{organisation.id}/changes{act}"


def roles_at(organisation: Organisation) -> list[tuple[int, str]]:
    rows = db.session.execute(select(Grant.user_id, Grant.role).where(Grant.organisation_id == organisation.id))
    return sorted(tuple(row) for row in rows)


def fresh(organisation: Organisation) -> Organisation:
    db.session.expire_all()
    return db.session.get_one(Organisation, organisation.id)


# Closing


def test_a_school_closes_with_a_successor(operator: FlaskClient, cast: Cast, double: Organisation):
    data = {"on_date": "2026-05-01", "other_id": double.id}
    assert operator.post(changes(cast.school, "/close"), data=data).location == f"/organisations/{cast.school.id}"
    assert fresh(cast.school).closed_on == A_DAY
    page = operator.get(f"/organisations/{cast.school.id}").text
    assert "закрыта с 01.05.2026" in page
    assert f'href="/organisations/{double.id}"' in page
    assert "правопреемник организации" in operator.get(f"/organisations/{double.id}").text


def test_a_closing_is_taken_back(operator: FlaskClient, cast: Cast, double: Organisation):
    services.close_organisation(cast.school, A_DAY, double, actor=None)
    db.session.commit()
    assert "Открыть снова" in operator.get(changes(cast.school)).text
    assert operator.post(changes(cast.school, "/reopen"), data={}).status_code == 303
    assert fresh(cast.school).closed_on is None
    assert db.session.scalars(select(Succession)).all() == []


def test_a_closing_is_not_taken_back_once_the_name_is_taken(operator: FlaskClient, cast: Cast):
    services.close_organisation(cast.school, A_DAY, actor=None)
    make_school(cast.municipality, "Школа № 3")
    answer = operator.post(changes(cast.school, "/reopen"), data={})
    assert "здесь уже есть" in operator.get(answer.location).text
    assert fresh(cast.school).closed_on == A_DAY


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize("on_date", ["", "1999-12-31", "2062-01-01", "31.02.2026", "\0"])
def test_a_closing_date_far_off_is_a_slip(operator: FlaskClient, cast: Cast, on_date: str):
    answer = operator.post(changes(cast.school, "/close"), data={"on_date": on_date})
    assert answer.status_code == 400
    assert 'id="on_date-error"' in answer.text
    assert fresh(cast.school).closed_on is None


def test_a_closed_school_opens_no_class_of_a_later_year(cast: Cast):
    services.close_organisation(cast.school, date(2026, 8, 31), actor=None)
    add_class(cast.school, 2025, "9Б", actor=None)
    with pytest.raises(InvalidInputError, match=r"закрыта с 31\.08\.2026"):
        add_class(cast.school, 2026, "10А", actor=None)


def test_a_school_is_closed_once(cast: Cast):
    services.close_organisation(cast.school, A_DAY, actor=None)
    with pytest.raises(ConflictError):
        services.close_organisation(cast.school, A_DAY, actor=None)


def test_staff_of_a_closed_school_still_see_its_classes(as_user, cast: Cast):
    services.close_organisation(cast.school, A_DAY, actor=None)
    client = as_user(cast.teacher)
    assert client.get(f"/classes/{cast.school_class.id}").status_code == 200
    assert client.get("/organisations").location == f"/organisations/{cast.school.id}"


# Joining and splitting


def test_people_go_on_in_the_school_theirs_has_joined(operator: FlaskClient, as_user, cast: Cast, double: Organisation):
    head = make_user(Role.SCHOOL_ADMIN, double.scope)
    own = roles_at(cast.school)
    page = operator.get(changes(cast.school, f"/join?q=МБОУ&other={double.id}")).text
    assert "Её сотрудники (2)" in page
    data = {"on_date": "2026-05-01", "other_id": double.id}
    assert operator.post(changes(cast.school, "/join"), data=data).status_code == 303
    db.session.expire_all()
    assert set(own) <= set(roles_at(double))
    assert roles_at(cast.school) == sorted([*own, (head.id, Role.SCHOOL_ADMIN)])
    assert as_user(cast.teacher).get(f"/organisations/{double.id}").status_code == 200
    assert as_user(head).get(f"/classes/{cast.school_class.id}").status_code == 200
    assert "присоединена" in operator.get(f"/organisations/{double.id}").text


def test_a_school_is_split_into_two(operator: FlaskClient, cast: Cast):
    data = {"on_date": "2026-05-01", "names": "Школа № 31\n\n  Школа № 32 ", "closes": "y"}
    assert operator.post(changes(cast.school, "/split"), data=data).status_code == 303
    names = [one.name for one in list_organisations([cast.municipality.scope]).organisations]
    assert names == ["Школа № 3", "Школа № 31", "Школа № 32"]
    page = operator.get(f"/organisations/{cast.school.id}").text
    assert "Школа № 31" in page
    assert "Школа № 32" in page
    assert "закрыта с 01.05.2026" in page


def test_a_part_comes_out_of_a_school_that_goes_on(operator: FlaskClient, cast: Cast):
    data = {"on_date": "2026-05-01", "names": "Школа № 31"}
    assert operator.post(changes(cast.school, "/split"), data=data).status_code == 303
    assert fresh(cast.school).closed_on is None


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize(
    "names", ["", "Школа № 31", "Школа № 31\nшкола №31", "\0\nа", "\n".join(f"Школа № {n}" for n in range(40, 60))]
)
def test_a_split_that_cannot_be_writes_nothing(operator: FlaskClient, cast: Cast, names: str):
    data = {"on_date": "2026-05-01", "names": names, "closes": "y"}
    answer = operator.post(changes(cast.school, "/split"), data=data)
    assert answer.status_code == 400
    assert 'id="names-error"' in answer.text
    assert [one.name for one in list_organisations([cast.municipality.scope]).organisations] == ["Школа № 3"]
    assert fresh(cast.school).closed_on is None


# Merging


def test_the_page_of_merging_names_the_consequence(operator: FlaskClient, cast: Cast, double: Organisation):
    make_class(double, 9)
    make_class(double, 11)
    make_user(Role.TEACHER, double.scope)
    found = operator.get(changes(double, "/double?q=школа 3")).text
    assert f"other={cast.school.id}" in found
    page = operator.get(changes(double, f"/double?other={cast.school.id}")).text
    assert "11«А», 2025/26" in page
    assert "Есть в обеих записях и станут одним классом: 9«А», 2025/26" in page
    assert "Роли сотрудников (1)" in page
    assert fresh(double).merged_into_id is None


def test_a_merged_entry_leads_to_the_school(operator: FlaskClient, as_user, cast: Cast, double: Organisation):
    double.inn, double.address = "7436001365", "ул. Школьная, 3"
    change_contact(double, Responsible("Зоя Павловна"), Presence(site="school3.example.org"), actor=None)
    teacher = make_user(Role.TEACHER, double.scope)
    answer = operator.post(changes(double, "/double"), data={"other_id": cast.school.id})
    assert answer.location == f"/organisations/{cast.school.id}"
    school = fresh(cast.school)
    assert (school.inn, school.address, school.site) == ("7436001365", "ул. Школьная, 3", "https://school3.example.org")
    assert responsible_of(school.id).name == "Зоя Павловна"
    assert not responsible_of(double.id)
    assert roles_at(double) == []
    assert (teacher.id, Role.TEACHER) in roles_at(school)
    assert as_user(teacher).get(f"/organisations/{double.id}").status_code == 404
    assert "внесли дважды" in operator.get(f"/organisations/{double.id}").text
    assert "МБОУ" in operator.get("/organisations?q=МБОУ+СОШ+3").text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "organisation.merge")).one()
    assert (entry.object_id, entry.details["into"], entry.details["accounts"]) == (str(double.id), school.id, 1)


def test_merging_twice_has_one_effect(operator: FlaskClient, cast: Cast, double: Organisation):
    data = {"other_id": cast.school.id, "once": "the-same-form"}
    first, again = (operator.post(changes(double, "/double"), data=data) for _time in range(2))
    assert first.location == again.location
    late = operator.post(changes(double, "/double"), data={"other_id": cast.school.id})
    assert late.status_code == 409


@pytest.mark.parametrize("act", ["/close", "/join", "/double"])
def test_a_coordinator_reaches_no_school_of_the_neighbours(as_user, cast: Cast, act: str):
    client = as_user(cast.coordinator)
    foreign = cast.neighbour_school.id
    assert client.get(changes(cast.neighbour_school, act)).status_code == 404
    assert "Школа № 8" not in client.get(changes(cast.school, f"{act}?q=школа&other={foreign}")).text
    data = {"other_id": foreign, "on_date": "2026-05-01"}
    assert client.post(changes(cast.school, act), data=data).status_code == 400
    assert fresh(cast.school).closed_on is None


def lines() -> list[tuple[int, int, str]]:
    db.session.expire_all()
    return [(one.predecessor_id, one.successor_id, one.kind) for one in db.session.scalars(select(Succession))]


def part_of(cast: Cast, operator: FlaskClient) -> Organisation:
    """Split a part off the school, which goes on; return the part."""
    data = {"on_date": "01.03.2026", "names": "Филиал школы № 3"}
    assert operator.post(changes(cast.school, "/split"), data=data).status_code == 303
    return db.session.scalars(select(Organisation).where(Organisation.name == "Филиал школы № 3")).one()


@pytest.mark.parametrize(("act", "kind"), [("/join", "joined"), ("/close", "successor")])
def test_a_school_may_end_in_what_once_came_out_of_it(operator: FlaskClient, cast: Cast, act: str, kind: str):
    part = part_of(cast, operator)
    data = {"on_date": "01.05.2026", "other_id": str(part.id)}
    assert operator.post(changes(cast.school, act), data=data).status_code == 303
    assert lines() == [(cast.school.id, part.id, kind)]


def test_a_closing_taken_back_leaves_what_came_out_before(operator: FlaskClient, cast: Cast):
    part = part_of(cast, operator)
    assert operator.post(changes(cast.school, "/close"), data={"on_date": "01.05.2026"}).status_code == 303
    assert operator.post(changes(cast.school, "/reopen"), data={}).status_code == 303
    assert lines() == [(cast.school.id, part.id, "split")]


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python: one engine is enough
@pytest.mark.parametrize("role", [Role.SCHOOL_ADMIN, Role.TEACHER, Role.OBSERVER])
@pytest.mark.parametrize("act", ["", "/close", "/join", "/double", "/split"])
def test_others_change_nothing(as_user, cast: Cast, role: str, act: str):
    assert as_user(cast.staff[role]).get(changes(cast.school, act)).status_code == 403


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize("other", ["", "x", "0", "-1", "9" * 40, "\0"])
@pytest.mark.parametrize("act", ["/join", "/double"])
def test_nobody_is_no_other_organisation(operator: FlaskClient, cast: Cast, act: str, other: str):
    assert operator.get(changes(cast.school, f"{act}?other={other[:50]}&q=%00")).status_code == 200
    data = {"other_id": other, "on_date": "2026-05-01"}
    assert operator.post(changes(cast.school, act), data=data).status_code == 400


def test_the_preview_costs_the_same_with_one_class_and_with_three(
    operator: FlaskClient, cast: Cast, double: Organisation, count_queries
):
    path = changes(double, f"/double?other={cast.school.id}")
    make_class(double, 9)
    db.session.commit()
    with count_queries() as one:
        operator.get(path)
    for grade in (10, 11):
        make_class(double, grade)
        make_class(cast.school, grade)
    db.session.commit()
    with count_queries() as three:
        operator.get(path)
    assert three.count == one.count
