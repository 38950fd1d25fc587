"""Addresses of feeds that belong to one class or one pupil: nobody guesses them, and a new one ends the old."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select

from orientir.crypto import keyed_digest
from orientir.db import db, insert_into
from orientir_calendar.models import FeedLink

LENGTH = 32  # hexadecimal digits: 128 bits


def link_of(*, class_id: int | None = None, student_id: int | None = None) -> FeedLink | None:
    """Return the address a class or a pupil has, None before there is one."""
    return db.session.scalar(select(FeedLink).filter_by(class_id=class_id, student_id=student_id))


def renew_link(*, class_id: int | None = None, student_id: int | None = None) -> FeedLink:
    """Return a new address of the class or the pupil; the one before opens nothing any more."""
    link = link_of(class_id=class_id, student_id=student_id)
    if link is not None:
        db.session.refresh(link, with_for_update=True)
        link.generation += 1
        link.digest = _digest(token_of(link))
        db.session.flush()
        return link
    made = FeedLink(class_id=class_id, student_id=student_id, generation=0)
    said = {"class_id": class_id, "student_id": student_id, "generation": 0, "digest": _digest(token_of(made))}
    # Of two who ask at once for the first address both get the same one.
    db.session.execute(insert_into(FeedLink).values(**said).on_conflict_do_nothing())
    return db.session.scalars(select(FeedLink).filter_by(class_id=class_id, student_id=student_id)).one()


def find_link(token: str) -> FeedLink | None:
    """Return whose address this is."""
    if len(token) != LENGTH:
        return None
    return db.session.scalar(select(FeedLink).where(FeedLink.digest == _digest(token)))


def token_of(link: FeedLink) -> str:
    """Return the word that stands in the address."""
    return keyed_digest(_secret(), "calendar-link", f"{link.owner}:{link.generation}")[:LENGTH]


def _digest(token: str) -> str:
    return keyed_digest(_secret(), "calendar-link-digest", token)


def _secret() -> str:
    secret: str = current_app.config["ORIENTIR"].secret_key
    return secret
