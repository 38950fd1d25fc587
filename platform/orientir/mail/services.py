"""Verbs on letters: post one in the transaction of the act, send what waits, forget old ones."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import CursorResult, delete, insert, select

from orientir import clock
from orientir.config import Config
from orientir.crypto import seal
from orientir.db import begin_writing, db
from orientir.errors import ConflictError
from orientir.i18n import _
from orientir.mail.models import MailState, OutgoingMail
from orientir.mail.queries import opened_text, text_key
from orientir.mail.transport import Letter, MailFailure, Transport, connect

log = logging.getLogger("orientir.mail")
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 600))
BATCH = 100
ROWS = 500  # a statement; SQLite counts its parameters
CLAIM = timedelta(minutes=15)
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Draft:
    """One of several letters of a kind: plain text to one address; `off_url` as in `post`."""

    address: str
    subject: str
    text: str
    user_id: int | None = None
    off_url: str = ""


def post(
    address: str,
    subject: str,
    text: str,
    *,
    kind: str,
    region_id: int | None,
    user_id: int | None = None,
    off_url: str = "",
) -> OutgoingMail:
    """Return a letter that leaves once the caller's transaction is committed; plain text, one address.

    `kind` is «noun.verb» for the log. Line breaks in the subject become spaces: a subject is one header.
    `off_url` is the https address that turns such letters off by one click of the mail program (RFC 8058).
    """
    [mail] = post_all([Draft(address, subject, text, user_id, off_url)], kind=kind, region_id=region_id)
    return mail


def post_all(drafts: Sequence[Draft], *, kind: str, region_id: int | None) -> list[OutgoingMail]:
    """Return letters that leave as that of `post` does, in the order of the drafts; they are written in one go."""
    now = clock.now()
    config: Config = current_app.config["ORIENTIR"]
    rows: list[dict[str, Any]] = [
        {
            "kind": kind,
            "region_id": region_id,
            "user_id": draft.user_id,
            "address": draft.address,
            "subject": " ".join(draft.subject.split())[:200],
            "off_url": draft.off_url,
            "sealed_text": seal(text_key(), draft.text.encode(), context=draft.address.encode()),
            "state": MailState.WAITING if config.smtp_url else MailState.OUTBOX,
            "created_at": now,
            "next_try_at": now,
        }
        for draft in drafts
    ]
    written: dict[bytes, OutgoingMail] = {}
    for start in range(0, len(rows), ROWS):
        added = insert(OutgoingMail).values(rows[start : start + ROWS]).returning(OutgoingMail)
        written |= {mail.sealed_text: mail for mail in db.session.scalars(added)}
    # No two seals are alike: they tell which row is whose, which the order of a statement's answer does not.
    return [written[row["sealed_text"]] for row in rows]


def send_waiting() -> int:
    """Send what is due and return how many letters left; begins and ends transactions of its own.

    A letter is put off before it is handed over and marked as sent afterwards: a crash in between sends it twice, which
    its Message-ID tells, and never loses it.
    """
    config: Config = current_app.config["ORIENTIR"]
    due = _claim() if config.smtp_url else []
    if not due:
        return 0
    try:
        transport = connect(config)
    except MailFailure as failure:
        for letter in due:
            _note_failure(letter.mail_id, failure)
        return 0
    with transport:
        return sum(_send(transport, letter) for letter in due)


def retry(mail: OutgoingMail) -> None:
    """Let a letter that did not go try again at once; raises ConflictError for one that is not there to be retried."""
    if mail.state not in (MailState.FAILED, MailState.OUTBOX):
        raise ConflictError(_("Это письмо уже отправлено или ждёт отправки."))
    config: Config = current_app.config["ORIENTIR"]
    mail.state = MailState.WAITING if config.smtp_url else MailState.OUTBOX
    mail.attempts, mail.problem, mail.next_try_at = 0, "", clock.now()
    db.session.flush()


def forget(mail: OutgoingMail) -> None:
    """Delete a letter nobody needs any more; raises ConflictError for one that is just about to leave."""
    if mail.state == MailState.WAITING:
        raise ConflictError(_("Это письмо ждёт отправки. Удалить можно то, что уже ушло или не ушло."))
    db.session.delete(mail)
    db.session.flush()


def purge_mail(today: date) -> int:
    """Forget letters older than a month and return how many: their links have long been dead."""
    before = datetime.combine(today, time(), UTC) - KEPT
    gone = db.session.execute(delete(OutgoingMail).where(OutgoingMail.created_at < before))
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def _claim() -> list[Letter]:
    """Return the letters that are due, put off for everybody else."""
    db.session.rollback()
    begin_writing()
    now = clock.now()
    waiting = (
        select(OutgoingMail)
        .where(OutgoingMail.state == MailState.WAITING, OutgoingMail.next_try_at <= now)
        .order_by(OutgoingMail.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    claimed = list(db.session.scalars(waiting))
    for mail in claimed:
        mail.next_try_at = now + CLAIM
    letters = [Letter(mail.id, mail.address, mail.subject, opened_text(mail), mail.off_url) for mail in claimed]
    db.session.commit()
    return letters


def _send(transport: Transport, letter: Letter) -> bool:
    try:
        transport.send(letter)
    except MailFailure as failure:
        _note_failure(letter.mail_id, failure)
        return False
    begin_writing()
    mail = db.session.get_one(OutgoingMail, letter.mail_id)
    mail.state, mail.sent_at, mail.problem = MailState.SENT, clock.now(), ""
    db.session.commit()
    return True


def _note_failure(mail_id: int, failure: MailFailure) -> None:
    """Try again later, or give up after the last pause; a letter nobody will ever take is given up at once."""
    begin_writing()
    mail = db.session.get_one(OutgoingMail, mail_id)
    gives_up = failure.is_final or mail.attempts >= len(PAUSES)
    mail.state = MailState.FAILED if gives_up else MailState.WAITING
    if not gives_up:
        mail.next_try_at = clock.now() + PAUSES[mail.attempts]
    mail.attempts += 1
    mail.problem = failure.words[:300]
    log.warning("letter %s of kind %s did not go: %s", mail_id, mail.kind, failure.code)
    db.session.commit()
