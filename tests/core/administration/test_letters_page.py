"""The page of letters: what waits, failed, lies in the outbox; who may read one, and that it is noted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from sqlalchemy import select

from orientir.accounts import services as accounts
from orientir.accounts.roles import Role
from orientir.audit.models import AuditEntry
from orientir.db import db
from orientir.mail import services
from orientir.mail.models import MailState, OutgoingMail

PAGE = "/administration/mail"
LINK = "https://orientir.example.org/invitations/tajnyj-klyuch-48-znakov"


@pytest.fixture
def letter(cast: Cast) -> int:
    """The number of a letter to the cast's teacher; without a mail server it lies in the outbox."""
    made = services.post(
        cast.teacher.email, "Приглашение", f"Ссылка: {LINK}", kind="account.invitation",
        region_id=cast.region.id, user_id=cast.teacher.id,
    )  # fmt: skip
    db.session.commit()
    return made.id


@pytest.fixture
def with_server(app: Flask) -> None:
    app.config["ORIENTIR"] = replace(app.config["ORIENTIR"], smtp_url="smtp://localhost?tls=off", mail_from="a@b.ru")


def _state(letter: int) -> str | None:
    db.session.rollback()
    found = db.session.get(OutgoingMail, letter)
    return found.state if found else None


def _acts() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "letter")))


def test_without_a_server_it_says_so_plainly(administrator: FlaskClient, letter: int, cast: Cast):
    page = administrator.get(PAGE).text
    assert "Почта не отправляется." in page
    assert "Приглашение" in page
    assert cast.teacher.email in page
    assert LINK not in page


@pytest.mark.usefixtures("with_server")
def test_with_one_it_does_not(administrator: FlaskClient, letter: int):
    assert "Почта не отправляется." not in administrator.get(PAGE).text


def test_the_text_is_opened_by_a_post_and_that_is_noted(administrator: FlaskClient, letter: int, cast: Cast):
    assert administrator.get(f"{PAGE}/{letter}/open").status_code == 405
    assert LINK in administrator.post(f"{PAGE}/{letter}/open").text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "letter.open")).one()
    assert (entry.actor_id, entry.object_id, entry.region_id) == (cast.administrator.id, str(letter), cast.region.id)
    assert cast.teacher.email not in str(entry.details)


def test_one_that_was_sent_is_not_opened(administrator: FlaskClient, letter: int):
    db.session.get_one(OutgoingMail, letter).state = MailState.SENT
    assert administrator.post(f"{PAGE}/{letter}/open").status_code == 403
    assert _acts() == []


def test_nor_one_to_an_account_with_roles_elsewhere(administrator: FlaskClient, letter: int, cast: Cast, other):
    """Its link opens an account that may do more than the region may see."""
    accounts.grant(cast.teacher, Role.ADMINISTRATOR, other.region.scope, actor=None)
    assert administrator.post(f"{PAGE}/{letter}/open").status_code == 403


@pytest.mark.usefixtures("with_server")
def test_a_failed_one_goes_once_more_and_an_old_one_is_forgotten(administrator: FlaskClient, letter: int):
    found = db.session.get_one(OutgoingMail, letter)
    found.state, found.problem = MailState.FAILED, "Почтовый сервер не знает такого адреса."
    assert "не знает такого адреса" in administrator.get(f"{PAGE}?state=failed").text
    assert administrator.post(f"{PAGE}/{letter}/retry").status_code == 303
    assert _state(letter) == MailState.WAITING
    assert administrator.post(f"{PAGE}/{letter}/forget").status_code == 409
    db.session.get_one(OutgoingMail, letter).state = MailState.SENT
    assert administrator.post(f"{PAGE}/{letter}/forget").status_code == 303
    assert _state(letter) is None
    assert _acts() == ["letter.retry", "letter.forget"]


def test_without_a_server_there_is_nothing_to_retry(administrator: FlaskClient, letter: int):
    assert administrator.post(f"{PAGE}/{letter}/retry").status_code == 409
    assert _state(letter) == MailState.OUTBOX


@pytest.mark.parametrize("act", ["open", "retry", "forget"])
def test_a_region_has_no_letters_of_another(stranger: FlaskClient, letter: int, act: str):
    assert "Приглашение" not in stranger.get(PAGE).text
    assert stranger.post(f"{PAGE}/{letter}/{act}").status_code == 404
    assert _state(letter) == MailState.OUTBOX


@pytest.mark.parametrize("role", ["operator", "coordinator", "teacher"])
def test_others_are_refused(as_user, cast: Cast, letter: int, role: str):
    assert as_user(cast.staff[role]).get(PAGE).status_code == 403
    assert as_user(cast.staff[role]).post(f"{PAGE}/{letter}/open").status_code == 403


def test_it_costs_the_same_with_one_letter_and_with_three(administrator, letter: int, cast: Cast, count_queries):
    counts = []
    for _ in range(3):
        with count_queries() as seen:
            administrator.get(PAGE)
        counts.append(seen.count)
        services.post("x@example.org", "Ещё", "", kind="notice.digest", region_id=cast.region.id)
        db.session.commit()
    assert counts[0] == counts[2] <= 8


def test_older_ones_follow(administrator: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("orientir.administration.letter_queries.PAGE_ROWS", 2)
    for number in range(3):
        services.post("x@example.org", f"Письмо {number}", "", kind="notice.digest", region_id=cast.region.id)
    db.session.commit()
    first = administrator.get(PAGE).text
    assert "Письмо 2" in first
    assert "Письмо 0" not in first
    assert (
        "Письмо 0"
        in administrator.get(
            f"{PAGE}?before={db.session.scalar(select(OutgoingMail.id).where(OutgoingMail.subject == 'Письмо 1'))}"
        ).text
    )


@pytest.mark.parametrize("question", [f"before={'9' * 30}", "before=x", "before=-1", "state=%00", "region=999"])
def test_a_strange_address_is_no_failure(administrator: FlaskClient, letter: int, question: str):
    assert administrator.get(f"{PAGE}?{question}").status_code == 200
