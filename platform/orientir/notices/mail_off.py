"""«Не присылать»: the link of a letter that turns its kind of letters off, without signing in (RFC 8058).

The link is the right: whoever has the letter may stop it, and may let it come again. What is told on the site stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import and_, delete, select, update

from orientir import clock
from orientir.contracts import NoticeGroup, Urgency
from orientir.crypto import keyed_digest
from orientir.db import db, insert_into
from orientir.notices.models import ContactOff, Notice, NoticePreference
from orientir.organisations.models import Organisation
from orientir.web.links import page_path

PURPOSE = "notices.off"
CHOOSABLE = tuple(group for group in NoticeGroup if group is not NoticeGroup.SECURITY)


@dataclass(frozen=True)
class Reader:
    """Who gets letters about `topics`: an account, or whoever answers for an organisation at an address."""

    topics: tuple[str, ...]
    user_id: int | None = None
    organisation_id: int | None = None
    address: str = ""

    @classmethod
    def of_account(cls, user_id: int, topics: Iterable[str]) -> Reader:
        return cls(tuple(sorted({one for one in topics if one in CHOOSABLE})), user_id)

    @classmethod
    def of_contact(cls, organisation_id: int, email: str, topic: str) -> Reader:
        """Return the reader at an address; its digest is kept, so the next person at the school is written to again."""
        secret = current_app.config["ORIENTIR"].secret_key
        return cls((topic,), organisation_id=organisation_id, address=keyed_digest(secret, PURPOSE, email.lower())[:32])


def off_url(reader: Reader) -> str:
    """Return the address that turns the letters off; "" where the site has no https address, as the standard asks."""
    base: str = current_app.config["ORIENTIR"].base_url
    if not base.startswith("https://") or not reader.topics:
        return ""
    told = [list(reader.topics), reader.user_id, reader.organisation_id, reader.address]
    return base + page_path("mail_off.page", token=_serializer().dumps(told))


def reader_of(token: str) -> Reader | None:
    """Return whom a link was made for; None for one that nobody made.

    Of an organisation that was entered twice the letters go on from the other entry: so does the link.
    """
    try:
        topics, user_id, organisation_id, address = _serializer().loads(token)
    except BadSignature:
        return None
    merged = db.session.get(Organisation, organisation_id) if organisation_id is not None else None
    return Reader(tuple(topics), user_id, (merged and merged.merged_into_id) or organisation_id, address)


def is_off(reader: Reader) -> bool:
    """Tell whether no letter of these topics goes to the reader."""
    if reader.user_id is None:
        return set(reader.topics) <= _contact_off(reader)
    silent = {one.topic for one in _preferences(reader) if one.way == Urgency.SITE}
    return set(reader.topics) <= silent


def may_turn_on(reader: Reader) -> bool:
    """Tell whether letters were turned off by a link; what was chosen on the page of settings is changed there."""
    return reader.user_id is None or any(one.before is not None for one in _preferences(reader))


def turn_off(reader: Reader) -> None:
    """Let no letter of these topics go to the reader any more; once more changes nothing."""
    if reader.user_id is None:
        rows = [{**_contact(reader), "topic": topic, "off_since": clock.now()} for topic in reader.topics]
        db.session.execute(insert_into(ContactOff).values(rows).on_conflict_do_nothing())
        return
    for topic in reader.topics:
        _silence(reader.user_id, topic)
    waiting = and_(Notice.user_id == reader.user_id, Notice.topic.in_(reader.topics), Notice.mailed_at.is_(None))
    db.session.execute(update(Notice).where(waiting).values(way=Urgency.SITE))


def hand_over(double_id: int, original_id: int) -> None:
    """Let addresses that want no letters about a second entry get none about the original either (decision 8)."""
    known = select(ContactOff).where(ContactOff.organisation_id == double_id)
    rows = [
        {"organisation_id": original_id, "address": one.address, "topic": one.topic, "off_since": one.off_since}
        for one in db.session.scalars(known)
    ]
    if rows:
        db.session.execute(insert_into(ContactOff).values(rows).on_conflict_do_nothing())


def turn_on(reader: Reader) -> None:
    """Let letters come as they came before they were turned off by a link."""
    if reader.user_id is None:
        own = [getattr(ContactOff, name) == value for name, value in _contact(reader).items()]
        db.session.execute(delete(ContactOff).where(*own, ContactOff.topic.in_(reader.topics)))
        return
    for one in _preferences(reader):
        if one.before:
            one.way, one.before = one.before, None
        elif one.before is not None:
            db.session.delete(one)
    db.session.flush()


def _silence(user_id: int, topic: str) -> None:
    """Keep the notices of a topic on the site, and remember how the person heard of it before."""
    own = and_(NoticePreference.user_id == user_id, NoticePreference.topic == topic)
    loud = and_(own, NoticePreference.way != Urgency.SITE)
    was = {"before": NoticePreference.way, "way": Urgency.SITE.value}
    db.session.execute(update(NoticePreference).where(loud).values(was).execution_options(synchronize_session=False))
    row = {"user_id": user_id, "topic": topic, "way": Urgency.SITE.value, "before": ""}
    db.session.execute(insert_into(NoticePreference).values(row).on_conflict_do_nothing())
    db.session.expire_all()


def _preferences(reader: Reader) -> list[NoticePreference]:
    own = and_(NoticePreference.user_id == reader.user_id, NoticePreference.topic.in_(reader.topics))
    return list(db.session.scalars(select(NoticePreference).where(own)))


def _contact_off(reader: Reader) -> set[str]:
    own = [getattr(ContactOff, name) == value for name, value in _contact(reader).items()]
    return set(db.session.scalars(select(ContactOff.topic).where(*own)))


def _contact(reader: Reader) -> dict[str, object]:
    return {"organisation_id": reader.organisation_id, "address": reader.address}


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["ORIENTIR"].secret_key, salt=PURPOSE)
