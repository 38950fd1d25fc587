"""A forgotten password and a new address: links by mail, for one hour and one use."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from orientir_testkit.cast import PASSWORD, SCHOOL_DAY, Cast
from sqlalchemy import select

from orientir import clock
from orientir.accounts import links, services
from orientir.accounts.models import MailedLink, User
from orientir.db import db
from orientir.mail.models import OutgoingMail
from orientir.mail.queries import opened_text

AsUser = Callable[[User], FlaskClient]
NEW = "совсем другой пароль"


def letters() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def link_in(mail: OutgoingMail) -> str:
    """Return the path of the one link in a letter."""
    return re.search(r"https?://[^/\s]+(/\S+)", opened_text(mail))[1]


def ask(client: FlaskClient, email: str):
    return client.post("/password", data={"email": email})


class TestForgotten:
    def test_from_the_letter_to_the_new_password(self, client: FlaskClient, cast: Cast):
        assert ask(client, f" {cast.teacher.email.upper()} ").location == "/password/sent"
        mail = letters()[-1]
        assert (mail.address, mail.region_id) == (cast.teacher.email, cast.region.id)
        followed = client.get(link_in(mail))
        assert followed.location == "/password/new"
        assert followed.headers["Referrer-Policy"] == "no-referrer"
        assert cast.teacher.email in client.get("/password/new").text
        assert client.post("/password/new", data={"password": NEW, "again": NEW}).location == "/login"
        assert services.recognise(cast.teacher.email, NEW) is cast.teacher

    def test_an_unknown_address_gets_the_same_answer_and_no_letter(self, client: FlaskClient, cast: Cast):
        known, unknown = ask(client, cast.teacher.email), ask(client, "nobody@example.org")
        assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
        assert [mail.address for mail in letters()] == [cast.teacher.email]
        assert db.session.scalars(select(MailedLink.email)).all() == [cast.teacher.email]

    def test_it_costs_the_same_statements(self, client: FlaskClient, cast: Cast, count_queries):
        email = cast.teacher.email
        with count_queries() as known:
            ask(client, email)
        with count_queries() as unknown:
            ask(client, "nobody@example.org")
        assert unknown.statements == known.statements

    def test_a_closed_account_gets_no_letter(self, client: FlaskClient, cast: Cast):
        services.disable(cast.teacher, actor=None)
        ask(client, cast.teacher.email)
        assert letters() == []

    def test_an_account_gets_three_an_hour_and_its_colleague_does_not_suffer(self, client: FlaskClient, cast: Cast):
        for _ in range(6):
            assert ask(client, cast.teacher.email).location == "/password/sent"
        ask(client, cast.observer.email)
        assert [mail.address for mail in letters()] == [cast.teacher.email] * 3 + [cast.observer.email]

    @pytest.mark.parametrize("email", ["", " ", "zoya", "a\0@b.ru", "a@b.ru\r\nBcc: c@d.ru", "я" * 300])
    def test_what_is_no_address_is_said(self, client: FlaskClient, cast: Cast, email: str):
        assert ask(client, email).status_code == 400
        assert letters() == []

    def test_following_changes_nothing_and_previews_do_no_harm(self, client: FlaskClient, app, cast: Cast):
        ask(client, cast.teacher.email)
        for _ in range(3):
            app.test_client().get(link_in(letters()[-1]))
        client.get(link_in(letters()[-1]))
        assert client.get("/password/new").status_code == 200

    def test_it_opens_once(self, client: FlaskClient, app, cast: Cast):
        ask(client, cast.teacher.email)
        other = app.test_client()
        for one in (client, other):
            one.get(link_in(letters()[-1]))
        assert client.post("/password/new", data={"password": NEW, "again": NEW}).status_code == 303
        assert other.post("/password/new", data={"password": PASSWORD, "again": PASSWORD}).status_code == 404

    def test_it_opens_for_an_hour(self, client: FlaskClient, cast: Cast):
        ask(client, cast.teacher.email)
        client.get(link_in(letters()[-1]))
        with time_machine.travel(SCHOOL_DAY + timedelta(minutes=62)):
            assert client.get("/password/new").status_code == 404

    def test_a_used_link_takes_the_others_along(self, client: FlaskClient, cast: Cast):
        ask(client, cast.teacher.email)
        ask(client, cast.teacher.email)
        first, second = letters()
        client.get(link_in(first))
        client.post("/password/new", data={"password": NEW, "again": NEW})
        client.get(link_in(second))
        assert client.get("/password/new").status_code == 404

    @pytest.mark.parametrize(
        "data", [{}, {"password": "короткий", "again": "короткий"}, {"password": NEW, "again": "другой"}]
    )
    def test_a_bad_password_leaves_the_link_good(self, client: FlaskClient, cast: Cast, data: dict[str, str]):
        ask(client, cast.teacher.email)
        client.get(link_in(letters()[-1]))
        assert client.post("/password/new", data=data).status_code == 400
        assert client.post("/password/new", data={"password": NEW, "again": NEW}).status_code == 303

    def test_it_ends_every_session(self, client: FlaskClient, as_user: AsUser, cast: Cast):
        inside = as_user(cast.teacher)
        ask(client, cast.teacher.email)
        client.get(link_in(letters()[-1]))
        client.post("/password/new", data={"password": NEW, "again": NEW})
        assert inside.get("/account").location.startswith("/login")

    @pytest.mark.parametrize("token", ["x", "../../etc", "%00", "я" * 80, "a" * 3000])
    def test_a_made_up_token_opens_nothing(self, client: FlaskClient, cast: Cast, token: str):
        assert client.get(f"/password/{token}").status_code in (303, 404)
        assert client.get("/password/new").status_code == 404

    def test_the_token_is_not_kept(self, client: FlaskClient, cast: Cast):
        ask(client, cast.teacher.email)
        token = link_in(letters()[-1]).rpartition("/")[2]
        assert len(token) >= 43
        assert db.session.scalars(select(MailedLink.digest)).one() != token


class TestNewAddress:
    def ask(self, client: FlaskClient, email: str, password: str = PASSWORD):
        return client.post("/account/email", data={"email": email, "current": password})

    def test_it_changes_when_somebody_reads_the_new_one(self, client: FlaskClient, as_user: AsUser, cast: Cast):
        former = cast.teacher.email
        self.ask(as_user(cast.teacher), "New@Example.org")
        assert cast.teacher.email == former
        assert letters()[-1].address == "new@example.org"
        client.get(link_in(letters()[-1]))
        assert "new@example.org" in client.get("/account/email/confirm").text
        assert client.post("/account/email/confirm").status_code == 303
        assert cast.teacher.email == "new@example.org"
        assert letters()[-1].address == former

    def test_it_asks_for_the_password(self, as_user: AsUser, cast: Cast):
        assert self.ask(as_user(cast.teacher), "new@example.org", "не тот").status_code == 400
        assert letters() == []

    def test_a_taken_address_gets_the_same_answer_and_no_letter(self, as_user: AsUser, cast: Cast):
        taken = self.ask(as_user(cast.teacher), cast.observer.email)
        assert (taken.status_code, taken.location) == (303, "/account")
        assert letters() == []

    def test_an_address_taken_meanwhile_is_refused(self, client: FlaskClient, as_user: AsUser, cast: Cast):
        self.ask(as_user(cast.teacher), "new@example.org")
        services.add_user("new@example.org", "Другая", PASSWORD, actor=None)
        client.get(link_in(letters()[-1]))
        assert client.post("/account/email/confirm").status_code == 409

    def test_a_link_for_a_password_is_none_for_an_address(self, client: FlaskClient, cast: Cast):
        ask(client, cast.teacher.email)
        token = link_in(letters()[-1]).rpartition("/")[2]
        client.get(f"/account/email/{token}")
        assert client.get("/account/email/confirm").status_code == 404


def test_old_links_are_forgotten(client: FlaskClient, cast: Cast):
    ask(client, cast.teacher.email)
    assert links.purge(clock.now().date()) == 0
    assert links.purge((clock.now() + timedelta(days=2)).date()) == 1
