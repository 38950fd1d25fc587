"""The list of people and the card: who sees whom, who may do what to whom."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_region, make_user
from sqlalchemy import select

from orientir import clock
from orientir.accounts import second_factor, services
from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.audit.models import AuditEntry
from orientir.db import db


def names(client: FlaskClient, query: str = "") -> list[str]:
    return re.findall(r'<a href="/people/\d+">([^<]+)</a>', client.get(f"/people{query}").text)


# The list


def test_an_operator_sees_the_region(as_user, cast: Cast):
    assert len(names(as_user(cast.operator))) == 8


def test_a_coordinator_sees_the_people_of_the_own_organisations(coordinator: FlaskClient, cast: Cast):
    assert names(coordinator) == [cast.school_admin.name, cast.coordinator.name, cast.teacher.name]


def test_a_school_sees_its_own(school_admin: FlaskClient, cast: Cast):
    assert names(school_admin) == [cast.school_admin.name, cast.teacher.name]


@pytest.mark.parametrize("role", [Role.TEACHER, Role.OBSERVER])
def test_the_others_see_nobody(as_user, cast: Cast, role: str):
    assert as_user(cast.staff[role]).get("/people").status_code == 403


def test_it_is_narrowed_by_name_role_organisation_and_state(as_user, cast: Cast):
    operator = as_user(cast.operator)
    services.rename(cast.teacher, "Алёна Учитель", actor=None)
    assert names(operator, "?q=АЛЕНА") == ["Алёна Учитель"]
    assert names(operator, f"?q={cast.observer.email}") == [cast.observer.name]
    assert names(operator, "?role=coordinator") == [cast.coordinator.name, cast.neighbour_coordinator.name]
    assert names(operator, "?organisation=школа+8") == [cast.neighbour_teacher.name]
    services.disable(cast.observer, actor=None)
    assert names(operator, "?state=disabled") == [cast.observer.name]


@pytest.mark.parametrize(
    "query", ["?q=%00", "?q=%25_", "?role=x&state=y", "?page=999999999999", "?page=-1", "?q=" + "я" * 3000]
)
def test_strange_wishes_are_answered(coordinator: FlaskClient, query: str):
    assert coordinator.get(f"/people{query}").status_code == 200


def test_it_costs_the_same_with_one_and_with_three(coordinator: FlaskClient, cast: Cast, count_queries):
    with count_queries() as one:
        coordinator.get("/people?role=teacher")
    make_user(Role.TEACHER, cast.school.scope)
    make_user(Role.TEACHER, cast.school.scope)
    db.session.commit()
    with count_queries() as three:
        page = coordinator.get("/people?role=teacher")
    assert "3\xa0человека" in page.text
    assert three.count == one.count


@pytest.mark.parametrize("query", ["?organisation=99999999999999999999", "?person=-1", "?find=%00", "?organisation=x"])
def test_strange_ways_to_the_invitation_are_answered(coordinator: FlaskClient, query: str):
    assert coordinator.get(f"/people/invite{query}").status_code == 200


# The card


@pytest.mark.parametrize(
    "act", ["", "/hand-over", "/disable", "/enable", "/reset", "/second-factor/reset", "/roles/1/take"]
)
def test_a_neighbour_is_not_there(coordinator: FlaskClient, cast: Cast, act: str):
    path = f"/people/{cast.neighbour_teacher.id}{act}"
    ask = coordinator.get if act in ("", "/hand-over") else coordinator.post
    assert ask(path).status_code == 404
    assert cast.neighbour_teacher.disabled_at is None


@pytest.mark.parametrize("number", [0, 999_999, 99999999999999999999])
def test_nobody_is_not_there(coordinator: FlaskClient, number: int):
    assert coordinator.get(f"/people/{number}").status_code == 404


def test_those_above_are_not_there_for_a_school(school_admin: FlaskClient, cast: Cast):
    for person in (cast.coordinator, cast.operator, cast.administrator):
        assert school_admin.get(f"/people/{person.id}").status_code == 404


@pytest.mark.parametrize("act", ["disable", "reset", "second-factor/reset"])
def test_nobody_does_it_to_the_own_account_or_beside(coordinator: FlaskClient, cast: Cast, act: str):
    colleague = make_user(Role.COORDINATOR, cast.municipality.scope)
    for person in (cast.coordinator, colleague):
        assert coordinator.post(f"/people/{person.id}/{act}").status_code == 403
        assert person.disabled_at is None


def test_the_card_of_a_colleague_shows_no_buttons(coordinator: FlaskClient, cast: Cast):
    colleague = make_user(Role.COORDINATOR, cast.municipality.scope)
    page = coordinator.get(f"/people/{colleague.id}").text
    assert colleague.email in page
    assert "Закрыть доступ" not in page
    assert "Снять" not in page


def test_access_is_closed_and_opened(coordinator: FlaskClient, as_user, cast: Cast):
    teacher = as_user(cast.teacher)
    coordinator.post(f"/people/{cast.teacher.id}/disable")
    assert teacher.get("/account").location.startswith("/login")
    assert "доступ закрыт" in coordinator.get(f"/people/{cast.teacher.id}").text
    coordinator.post(f"/people/{cast.teacher.id}/enable")
    assert cast.teacher.disabled_at is None
    assert [grant.role for grant in cast.teacher.grants] == [Role.TEACHER]


def test_a_person_of_two_regions_keeps_the_account_and_loses_the_role(as_user, cast: Cast):
    elsewhere = make_region("Соседи", "99")
    services.grant(cast.teacher, Role.OBSERVER, elsewhere.scope, actor=None)
    operator = as_user(cast.operator)
    page = operator.get(f"/people/{cast.teacher.id}").text
    assert "Есть роли и\u00a0в\u00a0других местах: 1" in page
    assert "Соседи" not in page
    assert operator.post(f"/people/{cast.teacher.id}/disable").status_code == 403
    grant = next(one for one in cast.teacher.grants if one.region_id == cast.region.id)
    foreign = next(one for one in cast.teacher.grants if one.region_id == elsewhere.id)
    assert operator.post(f"/people/{cast.teacher.id}/roles/{foreign.id}/take").status_code == 403
    assert operator.post(f"/people/{cast.teacher.id}/roles/{grant.id}/take").location == "/people"
    assert [one.region_id for one in cast.teacher.grants] == [elsewhere.id]


def test_taking_a_role_is_written_down_with_its_branch(coordinator: FlaskClient, cast: Cast):
    number = cast.teacher.grants[0].id
    coordinator.post(f"/people/{cast.teacher.id}/roles/{number}/take")
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.actor_id, entry.organisation_id) == (
        "account.take",
        cast.coordinator.id,
        cast.school.id,
    )
    assert coordinator.post(f"/people/{cast.teacher.id}/roles/{number}/take").status_code == 404


def test_the_last_administrator_of_a_region_stays(as_user, cast: Cast):
    second = make_user(Role.ADMINISTRATOR, cast.region.scope)
    administrator = as_user(cast.administrator)
    assert administrator.post(f"/people/{second.id}/disable").status_code == 303
    assert administrator.post(f"/people/{second.id}/enable").status_code == 303
    cast.administrator.disabled_at = clock.now()
    db.session.commit()
    third = as_user(second)
    grant = cast.administrator.grants[0]
    assert third.post(f"/people/{cast.administrator.id}/roles/{grant.id}/take").status_code == 303


def test_a_link_for_a_new_password_is_sent_by_the_manager(
    coordinator: FlaskClient, client, letters, link_in, cast: Cast
):
    coordinator.post(f"/people/{cast.teacher.id}/reset")
    mail = letters()[-1]
    assert mail.address == cast.teacher.email
    client.get(link_in(mail))
    assert client.get("/password/new").status_code == 200


def test_a_second_step_is_taken_off_with_a_letter(coordinator: FlaskClient, as_user, letters, cast: Cast):
    second_factor.begin(cast.teacher).confirmed_at = clock.now()
    teacher = as_user(cast.teacher)
    assert "Снять второй шаг" in coordinator.get(f"/people/{cast.teacher.id}").text
    coordinator.post(f"/people/{cast.teacher.id}/second-factor/reset")
    assert not second_factor.is_on(cast.teacher.id)
    assert letters()[-1].subject == "Второй шаг входа снят"
    assert teacher.get("/account").location.startswith("/login")
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert "account.second_factor_reset" in actions


def test_looking_changes_nothing(coordinator: FlaskClient, cast: Cast):
    before = db.session.scalars(select(User.session_stamp)).all()
    coordinator.get(f"/people/{cast.teacher.id}/hand-over")
    assert coordinator.get(f"/people/{cast.teacher.id}/disable").status_code == 405
    assert db.session.scalars(select(User.session_stamp)).all() == before
