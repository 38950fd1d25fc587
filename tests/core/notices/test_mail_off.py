"""«Не присылать»: one click of the mail program turns a kind of letters off, and the page turns it on again."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from orientir_testkit.races import race
from sqlalchemy import select

from orientir.accounts.models import User
from orientir.contracts import NoticeGroup, Urgency
from orientir.db import db
from orientir.mail.models import OutgoingMail
from orientir.notices import mail_off
from orientir.notices.mail_off import Reader, is_off, off_url, reader_of
from orientir.notices.models import NoticePreference
from orientir.notices.queries import chosen_ways
from orientir.notices.services import choose_ways, tell

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
REMINDERS = NoticeGroup.REMINDERS


@pytest.fixture
def link(cast: Cast, at, daily) -> str:
    """Return the path of the link in the teacher's daily letter."""
    at("2026-05-14T09:00+08:00")
    tell(daily, [cast.teacher.id], {"what": "дело"}, about="дело", scope=cast.region.scope)
    at("2026-05-15T09:00+08:00")
    return path_of(cast.teacher)


def path_of(user: User) -> str:
    url = db.session.scalars(select(OutgoingMail.off_url).where(OutgoingMail.user_id == user.id)).one()
    assert url.startswith("https://orientir.example/mail/off/")
    return urlsplit(url).path


def ways(user: User) -> dict[NoticeGroup, Urgency]:
    db.session.expire_all()
    return chosen_ways(user.id)


def test_a_mail_program_turns_letters_off_without_a_cookie(cast: Cast, app: Flask, client: FlaskClient, link: str):
    app.config["WTF_CSRF_ENABLED"] = True  # mail programs have none of our forms
    for _again in range(2):
        answer = client.post(link, data=ONE_CLICK)
        assert (answer.status_code, answer.location) == (200, None)
        assert ways(cast.teacher) == {REMINDERS: Urgency.SITE}


def test_looking_changes_nothing(cast: Cast, client: FlaskClient, link: str):
    page = client.get(link).text
    assert f'action="{link}"' in page
    assert "Сроки и напоминания" in page
    assert client.head(link).status_code == 200
    assert ways(cast.teacher) == {}


def test_no_further_letter_goes_and_the_notice_stays_on_the_panel(
    cast: Cast, client: FlaskClient, link: str, at, told, letters, daily
):
    tell(daily, [cast.teacher.id], {"what": "ждёт"}, about="ждёт", scope=cast.region.scope)
    client.post(link, data=ONE_CLICK)
    tell(daily, [cast.teacher.id], {"what": "новое"}, about="новое", scope=cast.region.scope)
    at("2026-05-16T09:00+08:00")
    assert len(letters(cast.teacher)) == 1
    assert [one.text for one in told(cast.teacher)] == ["Текст: дело", "Текст: ждёт", "Текст: новое"]


@pytest.mark.parametrize("before", [None, Urgency.AT_ONCE, Urgency.DAILY])
def test_the_page_lets_letters_come_as_they_came_before(
    cast: Cast, client: FlaskClient, link: str, before: Urgency | None
):
    choose_ways({REMINDERS: before}, actor=cast.teacher.id)
    known = ways(cast.teacher)
    for _again in range(2):
        page = client.post(link, data=ONE_CLICK).text
    assert "Вернуть письма" in page.replace("\N{NO-BREAK SPACE}", " ")
    for _again in range(2):
        assert client.post(link.replace("/off/", "/on/")).status_code == 200
        assert ways(cast.teacher) == known


def test_what_was_chosen_by_hand_is_changed_by_hand(cast: Cast, client: FlaskClient, link: str):
    choose_ways({REMINDERS: Urgency.SITE}, actor=cast.teacher.id)
    page = client.post(link, data=ONE_CLICK).text
    assert "Вернуть" not in page
    assert "/account/notices" in page
    client.post(link.replace("/off/", "/on/"))
    assert ways(cast.teacher) == {REMINDERS: Urgency.SITE}


def test_a_link_is_for_one_account_and_its_topics(cast: Cast, client: FlaskClient, link: str):
    choose_ways({REMINDERS: Urgency.DAILY, NoticeGroup.RESULTS: Urgency.DAILY}, actor=cast.teacher.id)
    choose_ways({REMINDERS: Urgency.DAILY}, actor=cast.operator.id)
    client.post(link)
    assert ways(cast.teacher) == {REMINDERS: Urgency.SITE, NoticeGroup.RESULTS: Urgency.DAILY}
    assert ways(cast.operator) == {REMINDERS: Urgency.DAILY}


def test_a_link_nobody_made_opens_nothing(cast: Cast, client: FlaskClient, link: str):
    forged = link[:-1] + ("A" if link[-1] != "A" else "B")
    for path in (forged, "/mail/off/x", "/mail/on/x", forged.replace("/off/", "/on/")):
        assert client.post(path).status_code == 404
    assert client.get(forged).status_code == 404
    assert ways(cast.teacher) == {}


def test_a_link_of_an_account_that_is_gone_is_dead(app: Flask, client: FlaskClient):
    with app.test_request_context():
        url = off_url(Reader.of_account(987_654, [REMINDERS]))
    assert client.post(urlsplit(url).path).status_code == 404


def test_letters_that_protect_the_account_have_no_such_link(cast: Cast, at, alarm, at_once_kind):
    at("2026-05-14T12:00+08:00")
    for kind in (alarm, at_once_kind):
        tell(kind, [cast.teacher.id], {"what": "дело"}, about="дело", scope=cast.region.scope)
    urls = dict(db.session.execute(select(OutgoingMail.kind, OutgoingMail.off_url)).all())
    assert urls["platform.alarm"] == ""
    assert reader_of(urls["platform.once"].rpartition("/")[2]) == Reader.of_account(
        cast.teacher.id, [NoticeGroup.MESSAGES]
    )


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
def test_the_standard_wants_https(app: Flask):
    reader = Reader.of_account(1, [REMINDERS, NoticeGroup.SECURITY])
    assert reader.topics == (REMINDERS,)
    assert off_url(reader)
    for base in ("http://orientir.example", ""):
        app.config["ORIENTIR"] = replace(app.config["ORIENTIR"], base_url=base)
        assert off_url(reader) == ""


def test_two_clicks_at_one_moment_turn_off_once(app: Flask, cast: Cast):
    reader = Reader.of_account(cast.teacher.id, [REMINDERS])
    assert race(app, lambda: mail_off.turn_off(reader)) == "done"
    db.session.rollback()
    assert is_off(reader)
    assert [one.before for one in db.session.scalars(select(NoticePreference))] == [""]
