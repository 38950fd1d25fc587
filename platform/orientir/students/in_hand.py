"""The card in hand: whose records this browser may show, for every page that a card opens."""

from __future__ import annotations

from flask import g

from orientir.codes.services import find
from orientir.errors import ConflictError
from orientir.i18n import _
from orientir.organisations.queries import today_of
from orientir.students.card_seats import CardSeat, card_seats
from orientir.students.models import CARD, Student
from orientir.students.queries import seats_of
from orientir.web import holders
from orientir.web.access import CodeRequired
from orientir.web.holders import Holding


def seats_in_hand() -> list[Student]:
    """Return the seats of the card in hand, the latest year first; the page then speaks of their region.

    Raises CodeRequired without a card, and ConflictError for one that was lost and made anew: it opens nothing more,
    held or not.
    """
    held = _held()
    seats = seats_of(held.remembered["seat"])
    region = seats[0].school_class.organisation.municipality.region if seats else None
    if region is None or find(held.digits, today_of(region)) is None:
        raise _dead()
    g.region = region
    return seats


def seat_rows_in_hand() -> list[CardSeat]:
    """Return the same as rows; raises as `seats_in_hand` does."""
    held = _held()
    seats = card_seats(held.remembered["seat"], held.digits)
    if not seats or not seats[0].card_opens:
        raise _dead()
    g.region = seats[0].region
    return seats


def _held() -> Holding:
    held = holders.holding(CARD)
    if held is None:
        raise CodeRequired(CARD)
    return held


def _dead() -> ConflictError:
    holders.release(CARD)
    return ConflictError(_("Эта карточка больше не действует. Попросите у классного руководителя новую."))
