"""What opens once opens once for two at one moment, and a region never loses its last administrator.

The controls show that the tests would see it: without the condition in the UPDATE, PostgreSQL lets both through.
(SQLite has one writer at a time, so there is nothing to take away.)
"""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from orientir_testkit.cast import PASSWORD, SCHOOL_DAY, Cast, make_user
from orientir_testkit.races import race
from sqlalchemy import select, update

from orientir import clock
from orientir.accounts import links, second_factor, services
from orientir.accounts.models import MailedLink, SecondFactor, User
from orientir.accounts.queries import active_administrators
from orientir.accounts.roles import Role
from orientir.db import begin_writing, db
from orientir.people import handover, invitations
from orientir.people.invitations import Addresses
from orientir.people.models import Invitation

ADDRESSES = Addresses(lambda token: f"https://example.org/{token}", "https://example.org/")
ON_POSTGRESQL = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)


@pytest.fixture
def codes(cast: Cast) -> list[str]:
    """Paper codes of the teacher, whose second step is on; the clock stands."""
    begin_writing()
    with time_machine.travel(SCHOOL_DAY - timedelta(minutes=10), tick=False):
        held = second_factor.begin(cast.teacher)
        made = second_factor.confirm(cast.teacher, pyotp.TOTP(second_factor.opened_secret(held)).at(clock.now()))
    db.session.commit()
    return made


def pass_by(user_id: int, code: str) -> None:
    second_factor.pass_step(db.session.get_one(User, user_id), code)


def test_one_paper_code_lets_one_in(app: Flask, cast: Cast, codes: list[str]):
    user_id = cast.teacher.id
    assert race(app, lambda: pass_by(user_id, codes[0])) == "InvalidInputError"


def test_one_code_of_the_phone_lets_one_in(app: Flask, cast: Cast, codes: list[str]):
    user_id = cast.teacher.id
    code = pyotp.TOTP(second_factor.opened_secret(second_factor.find(user_id))).at(clock.now())
    assert race(app, lambda: pass_by(user_id, code)) == "InvalidInputError"


@ON_POSTGRESQL
def test_without_the_condition_two_would_come_in(app: Flask, cast: Cast, codes, monkeypatch: pytest.MonkeyPatch):
    def claim(user_id: int, step: int) -> bool:
        last = db.session.scalar(select(SecondFactor.last_step).where(SecondFactor.user_id == user_id))
        db.session.execute(update(SecondFactor).where(SecondFactor.user_id == user_id).values(last_step=step))
        return last < step

    monkeypatch.setattr(second_factor, "_claim", claim)
    user_id = cast.teacher.id
    code = pyotp.TOTP(second_factor.opened_secret(second_factor.find(user_id))).at(clock.now())
    assert race(app, lambda: pass_by(user_id, code)) == "done"


def invite(cast: Cast) -> int:
    begin_writing()
    invitations.invite(
        ["nova@example.org"], Role.TEACHER, cast.school.scope, actor=cast.coordinator, addresses=ADDRESSES
    )
    db.session.commit()
    return db.session.scalars(select(Invitation.id)).one()


def test_one_invitation_makes_one_account(app: Flask, cast: Cast):
    number = invite(cast)

    def accept() -> None:
        invitations.accept(db.session.get_one(Invitation, number), "Вера Новая", PASSWORD)

    assert race(app, accept) == "ConflictError"
    assert len(db.session.scalars(select(User).where(User.email == "nova@example.org")).all()) == 1


def test_an_invitation_withdrawn_at_that_moment_makes_none(app: Flask, cast: Cast):
    number, actor = invite(cast), cast.coordinator.id

    def withdraw() -> None:
        invitations.withdraw(db.session.get_one(Invitation, number), actor=db.session.get_one(User, actor))

    def accept() -> None:
        invitations.accept(db.session.get_one(Invitation, number), "Вера Новая", PASSWORD)

    assert race(app, withdraw, accept) == "ConflictError"


def test_one_link_sets_one_password(app: Flask, cast: Cast):
    begin_writing()
    links.ask_reset(cast.teacher.email, lambda token: f"https://example.org/{token}")
    db.session.commit()
    number = db.session.scalars(select(MailedLink.id)).one()
    act = lambda: links.use_reset(db.session.get_one(MailedLink, number), "совсем другой пароль")  # noqa: E731
    assert race(app, act) == "ConflictError"


def test_two_administrators_cannot_take_each_other_off(app: Flask, cast: Cast):
    first, second = cast.administrator.id, make_user(Role.ADMINISTRATOR, cast.region.scope).id

    def take_from(user_id: int, actor: int) -> None:
        user = db.session.get_one(User, user_id)
        services.take(user, user.grants[0], actor=actor)

    assert race(app, lambda: take_from(second, first), lambda: take_from(first, second)) == "ConflictError"
    assert active_administrators(cast.region.id) == [first]


@ON_POSTGRESQL
def test_without_the_lock_a_region_would_stand_alone(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    def look_only(leaving: User, region_id: int) -> None:
        assert set(active_administrators(region_id)) != {leaving.id}

    monkeypatch.setattr(services, "_keep_an_administrator", look_only)
    first, second = cast.administrator.id, make_user(Role.ADMINISTRATOR, cast.region.scope).id

    def disable(user_id: int) -> None:
        services.disable(db.session.get_one(User, user_id), actor=None)

    assert race(app, lambda: disable(second), lambda: disable(first)) == "done"
    assert active_administrators(cast.region.id) == []


def test_a_role_is_handed_over_to_one(app: Flask, cast: Cast):
    leaver = cast.teacher.id
    heirs = [make_user(Role.OBSERVER, cast.municipality.scope).email for _ in range(2)]
    actor = cast.school_admin.id

    def hand_over_to(email: str) -> None:
        who = db.session.get_one(User, actor)
        made = handover.plan(db.session.get_one(User, leaver), email, closes=False, actor=who)
        handover.carry_out(made, actor=who, addresses=ADDRESSES)

    ended = race(app, lambda: hand_over_to(heirs[0]), lambda: hand_over_to(heirs[1]))
    assert ended in ("ConflictError", "NotAllowedError")
    holders = db.session.scalars(select(User).where(User.email.in_(heirs)))
    assert sum(Role.TEACHER in [one.role for one in user.grants] for user in holders) == 1


def hand_over(leaver: int, email: str, actor: int) -> None:
    by = db.session.get_one(User, actor)
    made = handover.plan(db.session.get_one(User, leaver), email, closes=True, actor=by)
    handover.carry_out(made, actor=by, addresses=ADDRESSES)


def state(user_id: int) -> tuple[list[str], bool]:
    """Return the roles of an account, and whether it is closed."""
    db.session.rollback()
    user = db.session.get_one(User, user_id)
    return [held.role for held in user.grants], user.disabled_at is not None


def test_roles_never_go_to_an_account_that_is_being_closed(app: Flask, cast: Cast):
    successor, leaver, actor = (
        make_user(Role.TEACHER, cast.neighbour_school.scope),
        cast.teacher.id,
        cast.coordinator.id,
    )
    heir, email = successor.id, successor.email
    close = lambda: services.disable(db.session.get_one(User, heir), actor=None)  # noqa: E731
    assert race(app, close, lambda: hand_over(leaver, email, actor)) in ("ConflictError", "InvalidInputError")
    assert state(leaver) == (["teacher"], False)


def crossing(app: Flask, cast: Cast) -> tuple[str, list[tuple[list[str], bool]]]:
    """Two heads of one school hand over to each other; return how the second ended, and what became of both."""
    one, other = (make_user(Role.SCHOOL_ADMIN, cast.school.scope, name) for name in ("Первая Завуч", "Вторая Завуч"))
    ids, emails = (one.id, other.id), (one.email, other.email)
    acts = [lambda: hand_over(ids[0], emails[1], ids[0]), lambda: hand_over(ids[1], emails[0], ids[1])]
    return race(app, *acts), [state(ids[0]), state(ids[1])]


def test_two_who_hand_over_to_each_other_leave_one_in_office(app: Flask, cast: Cast):
    ended, left = crossing(app, cast)
    assert ended in ("ConflictError", "InvalidInputError")
    assert left == [([], True), (["school_admin"], False)]


@ON_POSTGRESQL
def test_without_the_lock_neither_would_be_left(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(handover, "_hold", lambda leaver, _successor: services.lock(leaver))
    assert crossing(app, cast) == ("done", [([], True), ([], True)])
