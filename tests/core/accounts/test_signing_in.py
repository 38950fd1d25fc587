"""The sign-in page and the sessions it opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import PASSWORD, SCHOOL_DAY, Cast
from orientir_testkit.races import PATIENCE

from orientir import clock
from orientir.accounts import passwords, routes, services
from orientir.accounts.models import User
from orientir.config import Config
from orientir.db import begin_writing, db
from orientir.web import transactions

AsUser = Callable[[User], FlaskClient]
INSIDE = "/organisations"


def sign_in(client: FlaskClient, user: User, password: str = PASSWORD, **fields: str):
    return client.post("/login", data={"email": user.email, "password": password, **fields})


def is_inside(client: FlaskClient) -> bool:
    return not (client.get(INSIDE).location or "").startswith("/login")


class TestForm:
    def test_it_opens_the_page_one_came_for(self, client: FlaskClient, cast: Cast):
        answer = sign_in(client, cast.teacher, next="/organisations?q=3")
        assert (answer.status_code, answer.location) == (302, "/organisations?q=3")
        assert is_inside(client)

    @pytest.mark.parametrize("evil", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"])
    def test_it_never_leads_away(self, client: FlaskClient, cast: Cast, evil: str):
        assert sign_in(client, cast.teacher, next=evil).location == "/"

    def test_a_mistake_is_told_beside_the_field(self, client: FlaskClient, cast: Cast):
        answer = sign_in(client, cast.teacher, "не тот пароль")
        assert answer.status_code == 400
        assert "Почта или пароль не подходят" in answer.text
        assert cast.teacher.email in answer.text
        assert "не тот пароль" not in answer.text

    @pytest.mark.parametrize("fields", [{}, {"email": "a@b.c"}, {"password": "x"}, {"email": "я" * 300}])
    def test_what_is_missing_is_asked_for(self, client: FlaskClient, cast: Cast, fields: dict[str, str]):
        assert client.post("/login", data=fields).status_code == 400

    def test_a_spent_account_is_told_to_wait_and_its_colleague_is_not(self, client: FlaskClient, cast: Cast):
        for _ in range(8):
            assert sign_in(client, cast.teacher, "wrong").status_code == 400
        refused = sign_in(client, cast.teacher)
        assert refused.status_code == 429
        assert "Подождите несколько минут" in refused.text
        assert sign_in(client, cast.school_admin).status_code == 302

    def test_nobody_waits_for_the_slow_part_of_it(
        self, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ):
        """Argon2 takes its time on purpose; on SQLite a lock held meanwhile would stop every survey."""
        said: list[str] = []
        real = passwords.matches
        monkeypatch.setattr(passwords, "matches", lambda *told: (said.append("slow"), real(*told))[1])
        monkeypatch.setattr(routes, "begin_writing", lambda: (said.append("writing"), begin_writing()))
        monkeypatch.setattr(transactions, "begin_writing", lambda: said.append("too early"))
        assert sign_in(client, cast.teacher).status_code == 302
        assert said == ["slow", "writing"]

    def test_who_is_inside_is_not_asked_again(self, as_user: AsUser, cast: Cast):
        assert as_user(cast.teacher).get("/login").location == "/"


class TestSessions:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        return replace(config, idle_minutes=60)

    def test_what_a_stranger_left_in_the_browser_does_not_come_along(self, client: FlaskClient, cast: Cast):
        with client.session_transaction() as kept:
            kept.update({"_user_id": f"{cast.operator.id}:guessed", "codes": {"slip": {}}, "planted": "yes"})
        sign_in(client, cast.teacher)
        with client.session_transaction() as kept:
            assert kept["_user_id"].startswith(f"{cast.teacher.id}:")
            assert "planted" not in kept
            assert "codes" not in kept

    def test_it_ends_after_an_idle_hour(self, app: Flask, as_user: AsUser, cast: Cast):
        with time_machine.travel(SCHOOL_DAY, tick=False) as clock_:
            client = as_user(cast.teacher)
            for _ in range(4):
                clock_.shift(timedelta(minutes=59))
                assert is_inside(client)
            clock_.shift(timedelta(minutes=61))
            assert client.get(INSIDE).location.startswith("/login")
            clock_.shift(timedelta(minutes=-61))
            assert not is_inside(client)

    def test_a_new_password_ends_the_others(self, as_user: AsUser, cast: Cast):
        client = as_user(cast.teacher)
        assert is_inside(client)
        services.set_password(cast.teacher, "совсем другой пароль", actor=None)
        assert not is_inside(client)

    def test_an_account_that_was_closed_is_outside_at_once(self, as_user: AsUser, cast: Cast):
        client = as_user(cast.teacher)
        cast.teacher.disabled_at = clock.now()
        assert not is_inside(client)

    def test_an_account_that_is_gone_is_outside(self, as_user: AsUser, cast: Cast):
        client = as_user(cast.neighbour_coordinator)
        db.session.delete(cast.neighbour_coordinator)
        assert not is_inside(client)

    def test_leaving_forgets_everything(self, as_user: AsUser, cast: Cast):
        client = as_user(cast.teacher)
        with client.session_transaction() as kept:
            kept["codes"] = {"slip": {"digits": "1", "remembered": {}, "seen": clock.now().timestamp()}}
        assert client.post("/logout").status_code == 302
        assert not is_inside(client)
        with client.session_transaction() as kept:
            assert "codes" not in kept
            assert "_user_id" not in kept

    def test_nobody_is_led_out_by_a_link(self, as_user: AsUser, cast: Cast):
        client = as_user(cast.teacher)
        assert client.get("/logout").status_code == 405
        assert is_inside(client)

    @pytest.mark.parametrize("identity", ["", ":", "1", "x:y", "-1:stamp", "١:stamp"])
    def test_a_strange_identity_is_nobody(self, client: FlaskClient, cast: Cast, identity: str):
        with client.session_transaction() as kept:
            kept.update({"_user_id": identity, "_fresh": True, "seen": clock.now().timestamp()})
        assert not is_inside(client)


class TestMeanwhile:
    """To compare a password takes a while, in which another request may end all sessions of the account."""

    @pytest.fixture(params=["a new password", "closed"])
    def come_late(self, request, app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the account be changed between the comparison and the session."""
        user_id, real = cast.teacher.id, passwords.matches

        def change() -> None:
            with app.app_context():
                begin_writing()
                user = db.session.get_one(User, user_id)
                if request.param == "closed":
                    services.disable(user, actor=None)
                else:
                    services.set_password(user, "совсем другой пароль", actor=None)
                db.session.commit()

        def slowly(password: str, stored: str | None) -> bool:
            fits = real(password, stored)
            other = Thread(target=change)
            other.start()
            other.join(PATIENCE)
            return fits

        monkeypatch.setattr(services.passwords, "matches", slowly)

    def test_the_old_password_opens_nothing(self, client: FlaskClient, cast: Cast, come_late: None):
        answer = sign_in(client, cast.teacher)
        assert answer.status_code == 400
        assert "Почта или пароль не подходят" in answer.text
        assert not is_inside(client)

    @pytest.mark.parametrize("come_late", ["a new password"], indirect=True)
    def test_without_the_second_look_the_session_would_stay(
        self, client: FlaskClient, cast: Cast, come_late: None, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(services, "hold_recognised", lambda _user, _stamp: True)
        assert sign_in(client, cast.teacher).status_code == 302
        assert is_inside(client)
