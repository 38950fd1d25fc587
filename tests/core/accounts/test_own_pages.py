"""One's own account: sessions, password, name, what is stored."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import PASSWORD, SCHOOL_DAY, Cast
from orientir_testkit.plugins import make_plugin
from sqlalchemy import func, select

from orientir import clock
from orientir.accounts import life, second_factor, services, sign_ins
from orientir.accounts.models import SignIn, User
from orientir.accounts.roles import Role
from orientir.audit.models import AuditEntry
from orientir.db import db
from orientir.errors import ConflictError

AsUser = Callable[[User], FlaskClient]
NEW = "совсем другой пароль"


def sessions_of(user: User) -> list[SignIn]:
    wanted = select(SignIn).where(SignIn.user_id == user.id).order_by(SignIn.started_at)
    return list(db.session.scalars(wanted))


class TestSessions:
    def test_signing_in_writes_the_device_in_words(self, client: FlaskClient, cast: Cast):
        agent = "Mozilla/5.0 (Windows NT 10.0; rv:115.0) Gecko/20100101 Firefox/115.0"
        data = {"email": cast.teacher.email, "password": PASSWORD}
        client.post("/login", data=data, headers={"User-Agent": agent})
        page = client.get("/account").text
        assert "Firefox, Windows" in page
        assert "этот сеанс" in page
        assert cast.teacher.signed_in_at is not None

    def test_one_is_ended_from_another(self, as_user: AsUser, cast: Cast):
        here, there = as_user(cast.teacher), as_user(cast.teacher)
        key = re.search(r"/account/sessions/([0-9a-f]{32})/end", here.get("/account").text)[1]
        assert here.post(f"/account/sessions/{key}/end").status_code == 303
        assert there.get("/account").location.startswith("/login")
        assert here.get("/account").status_code == 200

    def test_all_others_are_ended_at_once(self, as_user: AsUser, cast: Cast):
        here, *others = (as_user(cast.teacher) for _ in range(3))
        here.post("/account/sessions/end-others")
        assert [one.get("/account").status_code for one in (here, *others)] == [200, 302, 302]

    def test_that_of_a_stranger_is_not_there(self, as_user: AsUser, cast: Cast):
        stranger = as_user(cast.neighbour_teacher)
        key = sessions_of(cast.neighbour_teacher)[0].key
        assert as_user(cast.teacher).post(f"/account/sessions/{key}/end").status_code == 404
        assert stranger.get("/account").status_code == 200

    def test_leaving_ends_the_row_and_a_kept_cookie_with_it(self, as_user: AsUser, cast: Cast):
        client = as_user(cast.teacher)
        kept = client.get_cookie("orientir").value
        client.post("/logout")
        client.set_cookie("orientir", kept)
        assert client.get("/account").location.startswith("/login")

    def test_use_is_noted_now_and_then(self, as_user: AsUser, cast: Cast, count_queries):
        client = as_user(cast.teacher)
        first = sessions_of(cast.teacher)[0].seen_at
        with time_machine.travel(SCHOOL_DAY + timedelta(minutes=5)):
            client.get("/account")
        assert sessions_of(cast.teacher)[0].seen_at == first
        with time_machine.travel(SCHOOL_DAY + timedelta(minutes=15), tick=False):
            client.get("/account")
            assert sessions_of(cast.teacher)[0].seen_at == clock.now()

    def test_recognising_somebody_asks_nothing_more_than_before(self, as_user: AsUser, cast: Cast, count_queries):
        client = as_user(cast.teacher)
        with count_queries() as seen:
            client.get("/account/data")
        assert len([one for one in seen.statements if "account_session" in one]) == 1
        assert len([one for one in seen.statements if " FROM account" in one or "\nFROM account" in one]) == 1

    def test_the_list_costs_the_same_with_one_and_with_three(self, as_user: AsUser, cast: Cast, count_queries):
        client = as_user(cast.teacher)
        with count_queries() as one:
            client.get("/account")
        as_user(cast.teacher)
        as_user(cast.teacher)
        with count_queries() as three:
            client.get("/account")
        assert three.count == one.count

    def test_old_ones_are_forgotten(self, as_user: AsUser, cast: Cast):
        as_user(cast.teacher)
        assert sign_ins.purge(clock.now().date()) == 0
        assert sign_ins.purge((clock.now() + timedelta(days=32)).date()) == 1

    def test_many_at_once_bring_a_gentle_word(self, as_user: AsUser, cast: Cast):
        clients = [as_user(cast.teacher) for _ in range(3)]
        with time_machine.travel(SCHOOL_DAY + timedelta(minutes=20)):
            for client in clients:
                client.get("/account")
            assert "пригласите коллег" in clients[0].get("/account").text
            assert "пригласите коллег" not in as_user(cast.observer).get("/account").text
            assert "Пригласите коллег" in as_user(cast.school_admin).get(f"/people/{cast.teacher.id}").text


class TestPassword:
    def change(self, client: FlaskClient, **data: str):
        return client.post("/account/password", data={"current": PASSWORD, "password": NEW, "again": NEW, **data})

    def test_the_others_end_and_this_one_stays(self, as_user: AsUser, cast: Cast):
        here, there = as_user(cast.teacher), as_user(cast.teacher)
        assert self.change(here).status_code == 303
        assert here.get("/account").status_code == 200
        assert there.get("/account").location.startswith("/login")
        assert services.recognise(cast.teacher.email, NEW) is cast.teacher

    @pytest.mark.parametrize("data", [{"current": "не тот"}, {"again": "иначе"}, {"password": "мал", "again": "мал"}])
    def test_a_mistake_changes_nothing(self, as_user: AsUser, cast: Cast, data: dict[str, str]):
        client = as_user(cast.teacher)
        assert self.change(client, **data).status_code == 400
        assert client.get("/account").status_code == 200
        assert services.recognise(cast.teacher.email, PASSWORD) is cast.teacher

    def test_guesses_at_the_present_one_are_throttled(self, as_user: AsUser, cast: Cast):
        client = as_user(cast.teacher)
        for _ in range(8):
            self.change(client, current="не тот")
        assert self.change(client).status_code == 429


class TestName:
    def test_it_is_changed(self, as_user: AsUser, cast: Cast):
        as_user(cast.teacher).post("/account/name", data={"name": " Ульяна  Новикова "})
        assert cast.teacher.name == "Ульяна Новикова"
        assert "ульяна новикова" in cast.teacher.search_key

    @pytest.mark.parametrize("name", ["", "\0", "я" * 161, "Зоя\u202e", "x" * 1_000_000])
    def test_what_is_no_name_is_refused(self, as_user: AsUser, cast: Cast, name: str):
        assert as_user(cast.teacher).post("/account/name", data={"name": name}).status_code in (400, 413)


class TestWhatIsStored:
    def test_it_is_handed_out(self, as_user: AsUser, cast: Cast):
        answer = as_user(cast.teacher).get("/account/data.json")
        stored = answer.get_json()
        assert answer.headers["Content-Disposition"] == "attachment; filename=orientir.json"
        assert stored["account"]["email"] == cast.teacher.email
        assert stored["roles"] == [{"role": "учитель", "branch": cast.school.scope.branch}]
        assert stored["sessions"][0]["device"] == "Firefox, Linux"
        assert cast.teacher.password_hash not in answer.text
        assert cast.observer.email not in answer.text

    def test_without_an_account_there_is_nothing(self, client: FlaskClient, cast: Cast):
        assert client.get("/account/data.json").location.startswith("/login")


class TestForgetting:
    def test_name_and_address_are_masked_and_the_log_keeps_the_number(self, as_user: AsUser, cast: Cast):
        client = as_user(cast.teacher)
        number, email, name = cast.teacher.id, cast.teacher.email, cast.teacher.name
        life.forget(cast.teacher, actor=None)
        db.session.commit()
        assert client.get("/account").location.startswith("/login")
        assert email not in cast.teacher.email
        assert name not in cast.teacher.search_key
        assert cast.teacher.grants == []
        assert sessions_of(cast.teacher) == []
        entries = select(func.count(AuditEntry.id)).where(AuditEntry.object_id == str(number))
        assert db.session.scalar(entries.where(AuditEntry.action == "account.forget")) == 1

    def test_the_last_administrator_stays(self, cast: Cast):
        with pytest.raises(ConflictError):
            life.forget(cast.administrator, actor=None)

    def test_the_second_factor_goes(self, cast: Cast):
        second_factor.begin(cast.teacher)
        life.forget(cast.teacher, actor=None)
        assert second_factor.find(cast.teacher.id) is None


class TestPluginsThatFail:
    @pytest.fixture
    def plugins(self) -> dict[str, object]:
        def fails(person: object) -> None:
            raise RuntimeError("the disk is full")

        return {"broken": make_plugin("broken", export_person=fails, forget_person=fails)}

    def test_nobody_is_half_forgotten(self, app: Flask, cast: Cast):
        email = cast.teacher.email
        with pytest.raises(RuntimeError):
            life.forget(cast.teacher, actor=None)
        db.session.rollback()
        assert cast.teacher.email == email
        assert [grant.role for grant in cast.teacher.grants] == [Role.TEACHER]

    def test_half_an_answer_is_none(self, app: Flask, as_user: AsUser, cast: Cast):
        app.config["PROPAGATE_EXCEPTIONS"] = False
        assert as_user(cast.teacher).get("/account/data.json").status_code == 500


def test_only_who_may_hand_over_is_led_there(as_user: AsUser, cast: Cast):
    """Roles of a whole region are given and taken from above: the page would only refuse."""
    for user, leads in ((cast.teacher, True), (cast.coordinator, True), (cast.operator, False), (cast.observer, False)):
        client = as_user(user)
        assert ('href="/people/hand-over"' in client.get("/account").text) is leads
        assert (client.get("/people/hand-over").status_code == 200) is leads
