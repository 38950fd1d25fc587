"""A school moves to another municipality; its people, its plan and its list stay its own."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_region
from orientir_testkit.cast import make_municipality as make_place
from sqlalchemy import func, select

from orientir.accounts import services as accounts
from orientir.accounts.models import Grant, User
from orientir.accounts.roles import Role
from orientir.accounts.viewers import SignedIn
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.organisations import services

Open = Callable[[User], FlaskClient]


def move(cast: Cast) -> None:
    """School № 3 goes from the town to the district of the neighbours."""
    services.change_organisation(cast.school, cast.neighbour_municipality, "school", "Школа № 3", actor=None)
    db.session.commit()


def pages(cast: Cast) -> list[str]:
    school, school_class = cast.school.id, cast.school_class.id
    return [
        f"/organisations/{school}",
        f"/classes/{school_class}",
        f"/coverage/plans.survey/organisation/{school}",
    ]


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SCHOOL_ADMIN])
def test_its_staff_go_with_it(cast: Cast, as_user: Open, role: str):
    move(cast)
    client = as_user(cast.staff[role])
    assert [client.get(page).status_code for page in pages(cast)] == [200, 200, 200]
    assert client.get("/organisations").location == f"/organisations/{cast.school.id}"
    assert cast.school.name in client.get("/coverage/").text


def test_one_coordinator_loses_it_the_other_wins_it(cast: Cast, as_user: Open):
    move(cast)
    old, new = as_user(cast.coordinator), as_user(cast.neighbour_coordinator)
    assert [old.get(page).status_code for page in pages(cast)] == [404, 404, 404]
    assert [new.get(page).status_code for page in pages(cast)] == [200, 200, 200]
    assert cast.school.name not in old.get("/organisations").text
    assert cast.school.name in new.get("/organisations").text


def test_its_branch_is_where_it_lies_now(cast: Cast):
    move(cast)
    db.session.expire_all()
    assert SignedIn(cast.teacher).scopes("classes.view") == [cast.school.scope]
    assert cast.school.scope.municipality_id == cast.neighbour_municipality.id


def test_a_role_given_again_after_the_move_is_the_same(cast: Cast):
    move(cast)
    accounts.grant(cast.teacher, Role.TEACHER, cast.school.scope, actor=None)
    assert db.session.scalar(select(func.count()).where(Grant.user_id == cast.teacher.id)) == 1


def test_it_does_not_leave_the_region(cast: Cast):
    abroad = make_place(make_region("Другой", "99"), "Дальний район")
    with pytest.raises(InvalidInputError) as refusal:
        services.change_organisation(cast.school, abroad, "school", "Школа № 3", actor=None)
    assert refusal.value.field == "municipality_id"
