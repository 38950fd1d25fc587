"""The card in hand: whose records this browser may show, for every page that a card opens."""

from __future__ import annotations

from flask import g

from orientir import clock
from orientir.codes.services import find
from orientir.errors import ConflictError
from orientir.i18n import _
from orientir.organisations.models import Region
from orientir.organisations.rows import RegionRow
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
    _speak_of(seats[0].school_class.organisation.municipality.region if seats else None, held)
    return seats


def seat_rows_in_hand() -> list[CardSeat]:
    """Return the same as rows; raises as `seats_in_hand` does."""
    held = _held()
    seats = card_seats(held.remembered["seat"])
    _speak_of(seats[0].region if seats else None, held)
    return seats


def _held() -> Holding:
    held = holders.holding(CARD)
    if held is None:
        raise CodeRequired(CARD)
    return held


def _speak_of(region: Region | RegionRow | None, held: Holding) -> None:
    """Let the page speak of the region, unless the card is dead; held or not, it is let go then."""
    if region is None or find(held.digits, clock.today(region.timezone)) is None:
        holders.release(CARD)
        raise ConflictError(_("Эта карточка больше не действует. Попросите у классного руководителя новую."))
    g.region = region
