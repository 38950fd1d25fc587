"""Verbs on accounts: add, grant, set a password, sign in; each leaves a line in the log."""

from __future__ import annotations

import argon2
import pytest
from argon2.exceptions import VerifyMismatchError
from flask import Flask
from orientir_testkit.cast import PASSWORD, Cast, make_region
from sqlalchemy import select

from orientir import clock
from orientir.accounts import passwords, services
from orientir.accounts.models import Grant, User
from orientir.accounts.roles import Role
from orientir.accounts.viewers import SignedIn
from orientir.audit.models import AuditEntry
from orientir.contracts import Scope
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError, TooManyAttemptsError

EMAIL, NAME, GOOD = "zoya@example.org", "Зоя Павловна", "весна-в-приозёрске"

pytestmark = pytest.mark.usefixtures("app")


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


class TestAdding:
    def test_the_address_is_kept_in_small_letters_and_the_name_with_single_spaces(self):
        user = services.add_user(f"  {EMAIL.upper()} ", "  Зоя   Павловна ", GOOD, actor=None)
        assert (user.email, user.name) == (EMAIL, NAME)
        assert services.find_user(EMAIL.upper()) is user
        assert acts() == ["account.add"]

    def test_the_password_is_not_kept(self):
        user = services.add_user(EMAIL, NAME, GOOD, actor=None)
        assert user.password_hash.startswith("$argon2id$")
        assert GOOD not in user.password_hash

    def test_one_address_has_one_account(self):
        services.add_user(EMAIL, NAME, GOOD, actor=None)
        with pytest.raises(ConflictError, match=EMAIL):
            services.add_user(EMAIL.upper(), "Другая", GOOD, actor=None)

    @pytest.mark.parametrize(
        "email", ["", " ", "zoya", "zoya@", "@example.org", "zoya@example", "a b@example.org", "a@b@example.org",
                  "a\0@example.org", f"{'a' * 250}@example.org"]
    )  # fmt: skip
    def test_what_is_no_address_is_refused(self, email: str):
        with pytest.raises(InvalidInputError) as refused:
            services.add_user(email, NAME, GOOD, actor=None)
        assert refused.value.field == "email"

    @pytest.mark.parametrize("name", ["", "  ", "\0", "Зоя\x07", "я" * 161, "Зоя\u202e"])
    def test_what_is_no_name_is_refused(self, name: str):
        with pytest.raises(InvalidInputError) as refused:
            services.add_user(EMAIL, name, GOOD, actor=None)
        assert refused.value.field == "name"

    @pytest.mark.parametrize("password", ["", "короткий", "я" * 201])
    def test_a_password_has_ten_signs_at_least(self, password: str):
        with pytest.raises(InvalidInputError) as refused:
            services.add_user(EMAIL, NAME, password, actor=None)
        assert refused.value.field == "password"
        assert db.session.scalars(select(User)).all() == []


class TestGranting:
    def test_a_role_held_already_is_held_once(self, cast: Cast):
        given = services.grant(cast.teacher, Role.COORDINATOR, cast.municipality.scope, actor=cast.administrator.id)
        again = services.grant(cast.teacher, Role.COORDINATOR, cast.municipality.scope, actor=cast.administrator.id)
        assert again is given
        assert db.session.query(Grant).filter_by(user_id=cast.teacher.id).count() == 2
        assert acts().count("account.grant") == len(cast.staff) + 2 + 1

    def test_a_role_in_another_branch_is_another(self, cast: Cast):
        services.grant(cast.teacher, Role.TEACHER, cast.neighbour_school.scope, actor=None)
        assert {grant.scope for grant in cast.teacher.grants} == {cast.school.scope, cast.neighbour_school.scope}

    def test_an_unknown_role_is_refused_with_those_there_are(self, cast: Cast):
        with pytest.raises(InvalidInputError, match="coordinator"):
            services.grant(cast.teacher, "headmaster", cast.school.scope, actor=None)


class TestSigningIn:
    @pytest.fixture
    def user(self) -> User:
        return services.add_user(EMAIL, NAME, PASSWORD, actor=None)

    def test_the_right_password_opens(self, user: User):
        assert services.recognise(f" {EMAIL.upper()} ", PASSWORD) is user
        services.sign_in(user)
        assert acts()[-1] == "account.sign_in"

    @pytest.mark.parametrize(
        ("email", "password"),
        [(EMAIL, "wrong"), (EMAIL, ""), ("nobody@example.org", PASSWORD), ("", ""), ("a\0", "\0")],
    )
    def test_wrong_address_and_wrong_password_are_told_alike(self, user: User, email: str, password: str):
        with pytest.raises(InvalidInputError) as refused:
            services.recognise(email, password)
        assert str(refused.value) == "Почта или пароль не подходят. Проверьте раскладку и попробуйте ещё раз."

    def test_an_account_that_was_closed_opens_no_more(self, user: User):
        user.disabled_at = clock.now()
        with pytest.raises(InvalidInputError):
            services.recognise(EMAIL, PASSWORD)

    def test_an_unknown_address_costs_the_same_work(self, monkeypatch: pytest.MonkeyPatch):
        checked = []
        monkeypatch.setattr(passwords, "matches", lambda _password, stored: bool(checked.append(stored)))
        with pytest.raises(InvalidInputError):
            services.recognise("nobody@example.org", PASSWORD)
        assert checked == [None]

    def test_failures_are_charged_to_the_account_alone(self, user: User):
        services.add_user("other@example.org", "Другая", PASSWORD, actor=None)
        for _ in range(8):
            with pytest.raises(InvalidInputError):
                services.recognise(EMAIL, "wrong")
        with pytest.raises(TooManyAttemptsError):
            services.recognise(EMAIL, PASSWORD)
        assert services.recognise("other@example.org", PASSWORD)

    def test_success_is_never_charged(self, user: User, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(passwords, "matches", lambda _password, stored: stored is not None)
        for _ in range(30):
            services.recognise(EMAIL, PASSWORD)

    def test_an_old_hash_is_renewed(self, user: User, monkeypatch: pytest.MonkeyPatch):
        before = user.password_hash
        monkeypatch.setattr(passwords, "needs_renewal", lambda _stored: True)
        services.renew_hash(user, PASSWORD)
        assert user.password_hash != before
        assert passwords.matches(PASSWORD, user.password_hash)


class TestPasswords:
    def test_a_new_password_takes_the_place_of_the_old(self):
        user = services.add_user(EMAIL, NAME, PASSWORD, actor=None)
        stamp = user.session_stamp
        services.set_password(user, GOOD + "!", actor=None)
        assert user.session_stamp != stamp
        assert passwords.matches(GOOD + "!", user.password_hash)
        assert not passwords.matches(PASSWORD, user.password_hash)

    def test_suggested_ones_are_different_and_long_enough(self):
        made = {passwords.suggest() for _ in range(20)}
        assert len(made) == 20
        assert all(len(one) >= passwords.MIN_LENGTH and not set(one) & set("0O1lI") for one in made)

    @pytest.mark.parametrize("stored", [None, "", "plain", "$argon2id$broken"])
    def test_what_is_no_hash_fits_nothing(self, stored: str | None):
        assert passwords.matches(PASSWORD, stored) is False

    def test_who_is_not_there_takes_as_long_to_refuse_as_who_is(self):
        """The same costs, and a hash that is read to its end: what argon2 cannot read is refused at once."""
        costs = argon2.extract_parameters(passwords.hash_password(PASSWORD))
        nobody = passwords._hash_of_nobody()
        assert argon2.extract_parameters(nobody) == costs
        with pytest.raises(VerifyMismatchError):
            argon2.PasswordHasher().verify(nobody, PASSWORD)


@pytest.mark.parametrize("email", ["nobody@example.org", "", "a\0b"])
def test_an_account_that_is_not_there_is_said_so(email: str):
    with pytest.raises(MissingError):
        services.find_user(email)


def test_plugins_add_permissions_to_roles(app: Flask, cast: Cast, as_user):
    teacher, observer = SignedIn(cast.teacher), SignedIn(cast.observer)
    assert teacher.can("plans.slips", cast.school.scope)
    assert not observer.can("plans.slips", cast.school.scope)
    assert observer.can("plans.view")
    assert not teacher.can("plans.view", cast.neighbour_school.scope)


def test_branches_are_listed_widest_first(cast: Cast):
    services.grant(cast.teacher, Role.OPERATOR, make_region("Другой", "99").scope, actor=None)
    services.grant(cast.teacher, Role.COORDINATOR, cast.municipality.scope, actor=None)
    scopes = list(SignedIn(cast.teacher).scopes("coverage.view"))
    assert scopes[0].municipality_id is None
    assert scopes[-1] == cast.school.scope
    assert isinstance(scopes[1], Scope)
