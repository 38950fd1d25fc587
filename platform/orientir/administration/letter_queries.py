"""Reads of letters for their page: those of the region, and who may read the text of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from orientir.accounts.models import Grant
from orientir.db import db
from orientir.mail.models import MailState, OutgoingMail

PAGE_ROWS = 50


@dataclass(frozen=True)
class LettersPage:
    """Some letters, newest first, the number the next page begins before, and how many there are of each state."""

    letters: list[OutgoingMail]
    older: int | None
    counts: dict[str, int]


def letters_of(region_id: int, *, state: str = "", before: int | None = None) -> LettersPage:
    """Return the letters of a region."""
    theirs = _of_region(region_id)
    counted = select(OutgoingMail.state, func.count()).where(theirs).group_by(OutgoingMail.state)
    wanted = select(OutgoingMail).where(theirs).order_by(OutgoingMail.id.desc()).limit(PAGE_ROWS + 1)
    if state:
        wanted = wanted.where(OutgoingMail.state == state)
    if before is not None:
        wanted = wanted.where(OutgoingMail.id < before)
    found = list(db.session.scalars(wanted))
    counts = {row[0]: row[1] for row in db.session.execute(counted)}
    shown = found[:PAGE_ROWS]
    return LettersPage(shown, shown[-1].id if len(found) > PAGE_ROWS else None, counts)


def find_letter(letter_id: int, region_id: int) -> OutgoingMail | None:
    """Return a letter of the region, or None."""
    return db.session.scalar(select(OutgoingMail).where(OutgoingMail.id == letter_id, _of_region(region_id)))


def may_read(letter: OutgoingMail, administered: Sequence[int]) -> bool:
    """Tell whether the text may be shown to whoever administers these regions.

    A link in it may open the account it was sent to: so only a letter that lies in the outbox, and only if that account
    has no role anywhere else.
    """
    if letter.state != MailState.OUTBOX:
        return False
    elsewhere = select(func.count()).where(Grant.user_id == letter.user_id, Grant.region_id.not_in(administered))
    return not db.session.scalar(elsewhere)


def _of_region(region_id: int) -> ColumnElement[bool]:
    """Return the condition for letters of the region; one without a region belongs where its account has a role."""
    people = select(Grant.user_id).where(Grant.region_id == region_id)
    return or_(
        OutgoingMail.region_id == region_id, and_(OutgoingMail.region_id.is_(None), OutgoingMail.user_id.in_(people))
    )
