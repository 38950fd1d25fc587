"""Letters leave after the commit, are never lost, and say nothing to whoever steals the database."""

from __future__ import annotations

import dataclasses
import smtplib
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from orientir import clock
from orientir.config import Config
from orientir.db import begin_writing, db
from orientir.errors import ConfigError, ConflictError
from orientir.mail import transport
from orientir.mail.models import MailState, OutgoingMail
from orientir.mail.queries import opened_text
from orientir.mail.services import PAUSES, post, purge_mail, retry, send_waiting

LINK = "Откройте: https://orientir.example.org/i/abcdef"


class Desk(socketserver.StreamRequestHandler):
    """As much of SMTP as a letter needs; the server keeps what it took and refuses whom it was told to."""

    def handle(self) -> None:
        office = cast(Office, self.server)
        self.say("220 post office")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "DATA":
                self.say("354 go on")
                office.letters.append(self.letter())
                self.say("250 taken")
            elif verb == "RCPT" and any(name in line for name in office.unknown):
                self.say("550 nobody of that name")
            elif verb == "RCPT" and office.is_busy:
                self.say("451 come again later")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def letter(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return cast(EmailMessage, message_from_bytes(b"".join(lines), policy=policy.default))


class Office(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.letters: list[EmailMessage] = []
        self.unknown: set[str] = set()
        self.is_busy = False


@pytest.fixture
def office() -> Iterator[Office]:
    with Office() as made:
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture
def config(config: Config, office: Office) -> Config:
    port = office.server_address[1]
    return dataclasses.replace(config, smtp_url=f"smtp://127.0.0.1:{port}?tls=off", mail_from="no-reply@example.org")


def posted(address: str = "zavuch@example.org", subject: str = "Приглашение", text: str = LINK) -> OutgoingMail:
    db.session.rollback()
    begin_writing()
    mail = post(address, subject, text, kind="account.invite", region_id=None)
    db.session.commit()
    return mail


def test_a_letter_leaves_once_and_can_be_read(app: Flask, office: Office) -> None:
    mail = posted()
    assert send_waiting() == 1
    assert send_waiting() == 0
    [letter] = office.letters
    assert (letter["To"], letter["Subject"], letter.get_content().strip()) == (
        "zavuch@example.org",
        "Приглашение",
        LINK,
    )
    assert letter["Auto-Submitted"] == "auto-generated"
    assert (mail.state, mail.sent_at is not None) == (MailState.SENT, True)


def test_a_letter_that_may_be_turned_off_says_how_in_one_unbroken_line(app: Flask, office: Office) -> None:
    url = f"https://orientir.example.org/mail/off/{'a' * 300}"
    begin_writing()
    post("zavuch@example.org", "Напоминание", "Запишите числа", kind="platform.headcount", region_id=None, off_url=url)
    db.session.commit()
    posted()
    send_waiting()
    first, invitation = office.letters
    assert first["List-Unsubscribe"] == f"<{url}>"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (first["Subject"], first.get_content().strip()) == ("Напоминание", "Запишите числа")
    assert "List-Unsubscribe" not in invitation
    assert "List-Unsubscribe-Post" not in invitation


def test_nothing_leaves_of_an_act_that_was_undone(app: Flask, office: Office) -> None:
    begin_writing()
    post("zavuch@example.org", "Приглашение", LINK, kind="account.invite", region_id=None)
    db.session.rollback()
    assert send_waiting() == 0


def test_a_stolen_table_opens_no_account(app: Flask) -> None:
    mail = posted()
    assert b"abcdef" not in mail.sealed_text
    assert opened_text(mail) == LINK
    mail.address = "thief@example.org"  # a sealed text moved to another letter does not open
    assert opened_text(mail) == ""


def test_an_unknown_address_is_given_up_at_once_and_the_others_go(app: Flask, office: Office) -> None:
    office.unknown.add("nobody@")
    lost, good = posted("nobody@example.org"), posted()
    assert send_waiting() == 1
    assert (lost.state, good.state) == (MailState.FAILED, MailState.SENT)
    assert "не знает такого адреса" in lost.problem


def test_a_busy_server_is_asked_again_later_and_later_and_at_last_not_at_all(app: Flask, office: Office) -> None:
    office.is_busy = True
    mail = posted()
    now = clock.now()
    for pause in (timedelta(), *PAUSES):
        assert mail.state == MailState.WAITING
        now += pause
        with time_machine.travel(now, tick=False):
            send_waiting()
            send_waiting()  # too early: nothing is tried
    assert (mail.state, mail.attempts) == (MailState.FAILED, len(PAUSES) + 1)
    office.is_busy = False
    db.session.rollback()
    begin_writing()
    retry(mail)
    db.session.commit()
    assert send_waiting() == 1
    with pytest.raises(ConflictError):
        retry(mail)


def test_a_crash_while_sending_sends_again_under_the_same_name(
    app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = posted()
    with monkeypatch.context() as broken:
        broken.setattr(transport.Transport, "send", lambda *_letter: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            send_waiting()
    db.session.rollback()
    assert mail.state == MailState.WAITING
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert send_waiting() == 1
    assert office.letters[0]["Message-ID"] == f"<orientir-{mail.id}@example.org>"


def test_a_server_that_is_away_loses_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_words: object, **_options: object) -> smtplib.SMTP:
        raise ConnectionRefusedError

    monkeypatch.setattr(smtplib, "SMTP", refuse)
    mail = posted()
    assert send_waiting() == 0
    assert (mail.state, mail.problem) == (MailState.WAITING, "Почтовый сервер не отвечает.")


def test_old_letters_are_forgotten(app: Flask) -> None:
    posted()
    begin_writing()
    assert purge_mail(clock.now().date() + timedelta(days=29)) == 0
    assert purge_mail(clock.now().date() + timedelta(days=32)) == 1


@given(subject=st.text(max_size=300), text=st.text(max_size=300))
def test_no_subject_adds_a_header(subject: str, text: str) -> None:
    words = " ".join(subject.split())[:200]
    letter = transport.Letter(1, "zavuch@example.org", words, text)
    try:
        made = transport._message("no-reply@example.org", letter)
    except (ValueError, UnicodeError):
        return  # refused before it is sent
    assert {name.lower() for name in made.keys()} <= {  # noqa: SIM118 - a message, no dictionary
        "from", "to", "subject", "date", "message-id", "auto-submitted", "content-type", "content-transfer-encoding",
        "mime-version",
    }  # fmt: skip


class TestWithoutServer:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        return dataclasses.replace(config, smtp_url="")

    def test_letters_lie_in_the_outbox(self, app: Flask) -> None:
        mail = posted()
        assert send_waiting() == 0
        assert mail.state == MailState.OUTBOX
        assert db.session.scalars(select(OutgoingMail)).all() == [mail]


@pytest.mark.parametrize(
    "settings",
    [
        {"smtp_url": "mail.example.org", "mail_from": "no-reply@example.org"},
        {"smtp_url": "smtp://mail.example.org", "mail_from": "nobody"},
        {"metrics_token": "short"},
    ],
)
def test_a_wrong_setting_is_named_at_start(settings: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="ORIENTIR_"):
        Config(**settings).check()  # type: ignore[arg-type]
