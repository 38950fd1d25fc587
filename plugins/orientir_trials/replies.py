"""After a trial: seven questions, only for who was marked present, and nothing ties an answer to a person (C.2)."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import select

from orientir import clock
from orientir.bookings.models import Booking, BookingSeat, Slot
from orientir.bookings.services import held_booking
from orientir.clock import AcademicYear
from orientir.crypto import keyed_digest
from orientir.db import db
from orientir.errors import ConflictError, MissingError
from orientir.i18n import _
from orientir.questionnaires import Document, Facts, Section, parse_document, visible_sections
from orientir.questionnaires.free_words import keep_words
from orientir_trials.models import PLUGIN, Reply, Trial, TrialAnswer
from orientir_trials.versions import current_version, shipped

PURPOSE = "trials-reply"
SEND_ID = re.compile(r"[0-9a-f]{32}")
ASKED = timedelta(days=21)  # longer ago nobody remembers whether the task was hard


@dataclass(frozen=True)
class Asked:
    """Whom the form is for: one of the people who came of a booking. `seat` is None in a group told by number."""

    booking: Booking
    trial: Trial
    seat: int | None

    @property
    def slot(self) -> Slot:
        return self.booking.slot


def asked_seat(booking_id: int, seats: Sequence[int]) -> Asked:
    """Return who is asked for a card with these seats; raises MissingError unless one of them came."""
    seat = db.session.scalar(
        select(BookingSeat).where(
            BookingSeat.booking_id == booking_id, BookingSeat.student_id.in_(seats), BookingSeat.came.is_(True)
        )
    )
    if seat is None:
        raise MissingError(_("Эти вопросы — для тех, кого отметили на пробе."))
    return _asked(seat.booking, seat.student_id)


def asked_group(booking_id: int) -> Asked:
    """Return who is asked for the ticket of a group told by number; raises MissingError unless somebody came of it."""
    booking = db.session.get(Booking, booking_id)
    if booking is None or not booking.came or not booking.is_by_number:
        raise MissingError(_("Эти вопросы — для тех, кого отметили на пробе."))
    return _asked(booking, None)


def page_of(asked: Asked) -> tuple[Document, Section]:
    """Return the document and its one page; reads only, so the shipped document stands in until it is published."""
    refuse_late(asked)
    document = _document()
    return document, visible_sections(document, Facts(), {})[0]


def refuse_late(asked: Asked) -> None:
    """Raise ConflictError when the form is no longer taken."""
    if is_late(asked):
        raise ConflictError(_("После пробы прошло больше трёх недель: ответы больше не собираем."))


def is_late(asked: Asked) -> bool:
    return clock.now() > asked.slot.ends_at + ASKED


def has_answered(asked: Asked) -> bool:
    """Tell whether nothing is left to answer: by this seat, or by all who came of the group."""
    places = set(db.session.scalars(select(Reply.place).where(Reply.booking_id == asked.booking.id)))
    return len(places) >= (asked.booking.came or 0) if asked.seat is None else asked.seat in places


def answer(asked: Asked, send_id: str, answers: Mapping[str, Any]) -> None:
    """Take the answers; the same `send_id` again has no second effect.

    Raises ConflictError when all have answered, and for a page that drew no name for the send: two people without one
    would be taken for the same.
    """
    if not SEND_ID.fullmatch(send_id):
        raise ConflictError(_("Откройте страницу с вопросами заново и ответьте ещё раз."))
    _slot, booking = held_booking(asked.booking.id)
    refuse_late(asked)
    digest = keyed_digest(current_app.config["ORIENTIR"].secret_key, PURPOSE, send_id)
    known = {one.place: one for one in db.session.scalars(select(Reply).where(Reply.booking_id == booking.id))}
    if any(hmac.compare_digest(one.send_digest, digest) for one in known.values()):
        return
    db.session.add(Reply(booking_id=booking.id, place=_free_place(asked, booking, set(known)), send_digest=digest))
    db.session.add(
        TrialAnswer(
            key=secrets.token_hex(16),
            trial_id=asked.trial.id,
            version_id=current_version().id,
            year=AcademicYear.of(booking.slot.day).start,
            answers=keep_words(_document(), PLUGIN, asked.trial.id, answers),
        )
    )
    db.session.flush()


def _free_place(asked: Asked, booking: Booking, taken: set[int]) -> int:
    places = [asked.seat] if asked.seat is not None else list(range(1, (booking.came or 0) + 1))
    free = [place for place in places if place not in taken]
    if not free:
        raise ConflictError(_("Вы уже ответили. Спасибо!") if asked.seat else _("Ответили все, кто был на пробе."))
    return secrets.choice(free)


def _asked(booking: Booking, seat: int | None) -> Asked:
    trial = db.session.get(Trial, booking.slot.owner_id) if booking.slot.owner == PLUGIN else None
    if trial is None:
        raise MissingError
    return Asked(booking, trial, seat)


@cache
def _document() -> Document:
    return parse_document(shipped())
