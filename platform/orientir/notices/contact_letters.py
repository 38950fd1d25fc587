"""Reminders for a school nobody of which has an account: they go by mail to whoever answers for it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import update

from orientir import clock
from orientir.contracts import NoticeKind, Scope
from orientir.db import db, insert_into
from orientir.mail import services as mail
from orientir.notices.mail_off import Reader, is_off, off_url
from orientir.notices.models import ContactLetter
from orientir.notices.wording import contact_letter, words_of
from orientir.organisations.contacts import responsible_of


def write_to_contact(kind: NoticeKind, values: Mapping[str, object], *, about: str, scope: Scope) -> int:
    """Write once about an occasion to the responsible person of the school `scope` names; return how many letters went.

    None goes where nobody with an address is named, and to an address that turned such letters off.
    """
    organisation_id = scope.organisation_id
    if organisation_id is None:
        return 0
    email = responsible_of(organisation_id).email
    reader = Reader.of_contact(organisation_id, email, kind.group)
    if not email or is_off(reader):
        return 0
    row = {
        "organisation_id": organisation_id,
        "kind": kind.key,
        "about": about,
        "region_id": scope.region_id,
        "created_at": clock.now(),
    }
    taken = insert_into(ContactLetter).values(row).on_conflict_do_nothing().returning(ContactLetter.id)
    letter_id = db.session.scalar(taken)
    if letter_id is None:
        return 0
    words, url = words_of(kind, values), off_url(reader)
    sent = mail.post(
        email, words.subject, contact_letter(words.text, url), kind=kind.key, region_id=scope.region_id, off_url=url
    )
    db.session.execute(update(ContactLetter).where(ContactLetter.id == letter_id).values(mail_id=sent.id))
    return 1
