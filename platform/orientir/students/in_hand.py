"""The card in hand: whose records this browser may show, for every page that a card opens."""

from __future__ import annotations

from flask import g

from orientir.codes.services import find
from orientir.errors import ConflictError
from orientir.i18n import _
from orientir.organisations.queries import today_of
from orientir.students.models import CARD, Student
from orientir.students.queries import seats_of
from orientir.web import holders
from orientir.web.access import CodeRequired


def seats_in_hand() -> list[Student]:
    """Return the seats of the card in hand, the latest year first; the page then speaks of their region.

    Raises CodeRequired without a card, and ConflictError for one that was lost and made anew: it opens nothing more,
    held or not.
    """
    held = holders.holding(CARD)
    if held is None:
        raise CodeRequired(CARD)
    seats = seats_of(held.remembered["seat"])
    region = seats[0].school_class.organisation.municipality.region if seats else None
    if region is None or find(held.digits, today_of(region)) is None:
        holders.release(CARD)
        raise ConflictError(_("Эта карточка больше не действует. Попросите у классного руководителя новую."))
    g.region = region
    return seats
