"""«Дела передать»: the plan in words, then the roles go over."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import PASSWORD, Cast, make_region, make_user
from sqlalchemy import select

from orientir.accounts import services
from orientir.accounts.roles import Role
from orientir.audit.models import AuditEntry
from orientir.db import db
from orientir.people.models import Invitation

NEW = "preemnik@example.org"


def hand_over(client: FlaskClient, email: str, path: str = "/people/hand-over", **data: str):
    return client.post(path, data={"email": email, **data})


def roles(user) -> list[str]:
    return [grant.role for grant in user.grants]


def test_the_plan_says_it_in_words_and_does_nothing(coordinator: FlaskClient, cast: Cast):
    successor = make_user(Role.OBSERVER, cast.municipality.scope, "Пётр Преемник")
    page = hand_over(coordinator, successor.email, closes="y")
    assert page.status_code == 200
    for word in ("муниципальный координатор", "Приозёрск", "Пётр Преемник", "закроется"):
        assert word in page.text
    assert roles(cast.coordinator) == [Role.COORDINATOR]
    assert roles(successor) == [Role.OBSERVER]


def test_the_role_goes_over_today(coordinator: FlaskClient, as_user, letters, cast: Cast):
    successor = make_user(Role.OBSERVER, cast.municipality.scope)
    assert hand_over(coordinator, successor.email, step="do").location == "/account"
    assert roles(cast.coordinator) == []
    assert Role.COORDINATOR in roles(successor)
    assert coordinator.get("/people").status_code == 403
    assert as_user(successor).get("/people").status_code == 200
    assert letters()[-1].kind == "role.handed_over"
    assert "account.hand_over" in db.session.scalars(select(AuditEntry.action)).all()


def test_the_old_account_is_closed_on_wish(coordinator: FlaskClient, cast: Cast):
    successor = make_user(Role.OBSERVER, cast.municipality.scope)
    assert hand_over(coordinator, successor.email, step="do", closes="y").location == "/"
    assert cast.coordinator.disabled_at is not None
    assert coordinator.get("/account").location.startswith("/login")


def test_a_successor_without_account_is_invited(
    coordinator: FlaskClient, client: FlaskClient, letters, link_in, cast: Cast
):
    hand_over(coordinator, NEW, step="do")
    assert roles(cast.coordinator) == []
    client.get(link_in(letters()[-1]))
    data = {"name": "Пётр Преемник", "password": PASSWORD, "again": PASSWORD}
    assert client.post("/invitation", data=data).location == "/"
    assert client.get("/people").status_code == 200


def test_open_invitations_go_along(coordinator: FlaskClient, cast: Cast):
    data = {"emails": "nova@example.org", "role": Role.TEACHER, "place": f"o{cast.school.id}"}
    coordinator.post("/people/invite", data=data)
    successor = make_user(Role.OBSERVER, cast.municipality.scope)
    hand_over(coordinator, successor.email, step="do")
    assert db.session.scalars(select(Invitation.invited_by)).all() == [successor.id]


def test_a_manager_does_it_for_somebody(school_admin: FlaskClient, cast: Cast):
    path = f"/people/{cast.teacher.id}/hand-over"
    assert cast.teacher.name in school_admin.get(path).text
    assert hand_over(school_admin, cast.observer.email, path, step="do").location == "/people"
    assert roles(cast.teacher) == []
    assert Role.TEACHER in roles(cast.observer)


def test_roles_of_other_branches_stay(school_admin: FlaskClient, cast: Cast):
    services.grant(cast.teacher, Role.OBSERVER, make_region("Соседи", "99").scope, actor=None)
    path = f"/people/{cast.teacher.id}/hand-over"
    hand_over(school_admin, cast.observer.email, path, step="do", closes="y")
    assert roles(cast.teacher) == [Role.OBSERVER]
    assert cast.teacher.disabled_at is None


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMINISTRATOR, Role.OBSERVER])
def test_offices_of_the_region_are_not_handed_on_alone(as_user, cast: Cast, role: str):
    client = as_user(cast.staff[role])
    assert client.get("/people/hand-over").status_code == 403
    assert hand_over(client, NEW, step="do").status_code == 403
    assert roles(cast.staff[role]) == [role]


def test_nobody_takes_a_role_over_by_that(school_admin: FlaskClient, cast: Cast):
    path = f"/people/{cast.teacher.id}/hand-over"
    assert hand_over(school_admin, cast.school_admin.email, path, step="do").status_code == 400
    assert roles(cast.teacher) == [Role.TEACHER]


@pytest.mark.parametrize("email", ["", "x", "a\0@b.ru", "a@b.ru\nBcc: c@d.ru", "я" * 300])
def test_what_is_no_address_is_said(coordinator: FlaskClient, cast: Cast, email: str):
    assert hand_over(coordinator, email, step="do").status_code == 400
    assert roles(cast.coordinator) == [Role.COORDINATOR]


def test_twice_is_once(coordinator: FlaskClient, cast: Cast):
    successor = make_user(Role.OBSERVER, cast.municipality.scope)
    hand_over(coordinator, successor.email, step="do", once="same")
    again = hand_over(coordinator, successor.email, step="do", once="same")
    assert again.status_code in (303, 403)
    assert roles(successor).count(Role.COORDINATOR) == 1
