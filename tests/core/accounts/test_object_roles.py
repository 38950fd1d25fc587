"""A plugin's role in a plugin's object: a juror of one contest, and of no other."""

from __future__ import annotations

import pytest
from flask import Blueprint
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from orientir_testkit.plugins import make_plugin

from orientir.accounts import services
from orientir.accounts.models import User
from orientir.accounts.queries import current_rules, held_by
from orientir.accounts.roles import ORGANISATIONS_VIEW, role_title
from orientir.accounts.viewers import SignedIn
from orientir.contracts import Manifest, ObjectRole, Scope
from orientir.db import db
from orientir.errors import InvalidInputError, PluginError
from orientir.web.access import requires

SCORE, MANAGE = "contest.score", "contest.manage"
JUROR = ObjectRole("contest.juror", "член жюри", "contest", (SCORE,), given_by=MANAGE)
SECRETARY = ObjectRole("contest.secretary", "секретарь конкурса", "contest", (SCORE, MANAGE), given_by="contest.open")


def scope_of_contest(arguments) -> Scope | None:
    region_id = arguments["region_id"]
    return JUROR.scope(region_id, arguments["contest_id"])


@pytest.fixture
def plugins() -> dict[str, object]:
    pages = Blueprint("contest", __name__, url_prefix="/contest")
    view = requires(SCORE, scope_of_contest)(lambda **_arguments: "the sheet")
    pages.add_url_rule("/<int:region_id>/<int:contest_id>/score", "score", view)
    brings = {
        "blueprints": (pages,),
        "object_roles": (JUROR, SECRETARY),
        "permissions": {SCORE: "оценивать", MANAGE: "вести конкурс"},
        "roles": {"operator": (MANAGE, "contest.open")},
    }
    return {"contest": make_plugin("contest", brings=brings)}


@pytest.fixture
def juror(cast: Cast) -> User:
    user = services.add_user("juror@example.org", "Лев Жюри", "весна-в-приозёрске", actor=None)
    services.grant(user, JUROR.key, JUROR.scope(cast.region.id, 12), actor=None)
    db.session.commit()
    return user


def test_a_juror_scores_in_the_own_contest_and_the_others_are_not_there(as_user, juror: User, cast: Cast):
    client: FlaskClient = as_user(juror)
    assert client.get(f"/contest/{cast.region.id}/12/score").text == "the sheet"
    assert client.get(f"/contest/{cast.region.id}/13/score").status_code == 404
    assert client.get("/organisations").status_code == 403


def test_an_operator_without_the_permission_is_told_so(as_user, juror: User, cast: Cast):
    assert as_user(cast.operator).get(f"/contest/{cast.region.id}/12/score").status_code == 403
    assert as_user(cast.coordinator).get(f"/contest/{cast.region.id}/12/score").status_code == 404


def test_lists_of_the_tree_never_meet_the_object(juror: User, cast: Cast):
    viewer = SignedIn(juror)
    assert viewer.scopes("") == []
    assert viewer.scopes(ORGANISATIONS_VIEW) == []
    assert [scope.object_key for scope in viewer.scopes(SCORE)] == ["contest:12"]
    assert not viewer.belongs(cast.region.scope)
    assert not viewer.can(SCORE, cast.school.scope)


def test_who_may_name_jurors_is_said_by_the_plugin(juror: User, cast: Cast):
    rules = current_rules()
    twelve, thirteen = (JUROR.scope(cast.region.id, number) for number in (12, 13))
    assert rules.may_give(held_by(cast.operator), JUROR.key, twelve)
    assert rules.may_give(held_by(cast.operator), SECRETARY.key, twelve)
    assert not rules.may_give(held_by(cast.coordinator), JUROR.key, twelve)
    assert not rules.may_give(held_by(juror), JUROR.key, twelve)
    services.grant(juror, SECRETARY.key, thirteen, actor=None)
    assert rules.may_give(held_by(juror), JUROR.key, thirteen)
    assert not rules.may_give(held_by(juror), SECRETARY.key, thirteen)
    assert not rules.may_give(held_by(juror), JUROR.key, twelve)


def test_two_contests_are_two_roles(juror: User, cast: Cast):
    services.grant(juror, JUROR.key, JUROR.scope(cast.region.id, 13), actor=None)
    services.grant(juror, JUROR.key, JUROR.scope(cast.region.id, 13), actor=None)
    assert sorted(grant.object_key for grant in juror.grants) == ["contest:12", "contest:13"]


def test_a_role_of_the_tree_is_none_in_an_object(juror: User, cast: Cast):
    with pytest.raises(InvalidInputError):
        services.grant(juror, "teacher", JUROR.scope(cast.region.id, 12), actor=None)
    with pytest.raises(InvalidInputError):
        services.grant(juror, JUROR.key, cast.school.scope, actor=None)


def test_it_is_called_by_its_title(cast: Cast):
    assert str(role_title(JUROR.key)) == "член жюри"
    assert role_title("gone.role") == "gone.role"


@pytest.mark.parametrize(
    "role",
    [
        ObjectRole("other.juror", "жюри", "contest", (SCORE,), MANAGE),
        ObjectRole("contest.juror", "жюри", "fair", (SCORE,), MANAGE),
        ObjectRole("contest.juror", "жюри", "contest", ("organisations.edit",), MANAGE),
        ObjectRole("contest.juror", "жюри", "contest", (SCORE,), "people.manage"),
    ],
)
def test_a_plugin_brings_roles_of_its_own_only(role: ObjectRole):
    with pytest.raises(PluginError):
        Manifest("contest", "Конкурс", package="contest", object_roles=(role,))


@pytest.mark.parametrize("kind", ["", "Contest", "contest:1", "a b"])
def test_a_kind_of_object_is_a_word(kind: str):
    with pytest.raises(PluginError):
        ObjectRole("contest.juror", "жюри", kind, (SCORE,), MANAGE)
