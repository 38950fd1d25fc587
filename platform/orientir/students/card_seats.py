"""The seats of a card as rows, for the pages a rush goes through (decision 26)."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select

from orientir import clock
from orientir.codes.models import Code
from orientir.codes.services import digest_of, opens
from orientir.db import table_of
from orientir.organisations.models import Municipality, Organisation, Region, SchoolClass
from orientir.organisations.queries import LARGEST_ID
from orientir.organisations.rows import CLASS_COLUMNS, REGION_COLUMNS, ClassRow, RegionRow
from orientir.prepared import Asking
from orientir.students.models import Student


class CardSeat(NamedTuple):
    """One seat of a pupil, with its class and region, and whether the card in hand is alive and until when."""

    id: int
    number: int
    closed_on: date | None
    is_live: bool | None
    expires_on: date | None
    school_class: ClassRow
    region: RegionRow

    @property
    def card_opens(self) -> bool:
        """Whether the card in hand is still good; one that was lost and made anew is not."""
        return opens(is_live=self.is_live, expires_on=self.expires_on, on=clock.today(self.region.timezone))


WIDTH = len(ClassRow._fields)


def _seat(seat_id: int, number: int, closed_on: date | None, *columns: Any) -> CardSeat:  # noqa: ANN401 - in order
    is_live, expires_on, *rest = columns
    school_class, region = ClassRow(*rest[:WIDTH]), RegionRow(*rest[WIDTH:])
    return CardSeat(seat_id, number, closed_on, is_live, expires_on, school_class, region)


SEATS, CLASSES, SCHOOLS = table_of(Student), table_of(SchoolClass), table_of(Organisation)
PLACES, REGIONS, CODES = table_of(Municipality), table_of(Region), table_of(Code)
FIRST = SEATS.alias("first")
ORIGIN = select(func.coalesce(FIRST.c.first_id, FIRST.c.id)).where(FIRST.c.id == bindparam("owner")).scalar_subquery()
OF_OWNER = Asking(
    _seat,
    select(*SEATS.c["id", "number", "closed_on"], *CODES.c["is_live", "expires_on"], *CLASS_COLUMNS, *REGION_COLUMNS)
    .select_from(
        SEATS.join(CLASSES, CLASSES.c.id == SEATS.c.class_id)
        .join(SCHOOLS, SCHOOLS.c.id == CLASSES.c.organisation_id)
        .join(PLACES, PLACES.c.id == SCHOOLS.c.municipality_id)
        .join(REGIONS, REGIONS.c.id == PLACES.c.region_id)
        .outerjoin(CODES, CODES.c.digest == bindparam("digest"))
    )
    .where(or_(SEATS.c.id == ORIGIN, SEATS.c.first_id == ORIGIN))
    .order_by(CLASSES.c.year.desc(), SCHOOLS.c.merged_into_id.is_not(None), SEATS.c.id),
)


def card_seats(owner: int, digits: str) -> list[CardSeat]:
    """Return the seats of one pupil in the order of `queries.seats_of`; `owner` is the row a card of `digits` names."""
    return OF_OWNER.all(owner=owner, digest=digest_of(digits)) if 0 < owner <= LARGEST_ID else []
