"""What a class is booked for and where it was, for the class's own page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select

from orientir import clock
from orientir.accounts.roles import BOOKINGS_MAKE
from orientir.bookings.models import OPEN, Booking, BookingState, Slot
from orientir.db import db
from orientir.organisations.models import SchoolClass
from orientir.web.access import viewer

SHOWN = 3


@dataclass(frozen=True)
class ClassBookings:
    """`coming` are the next of `coming_total` bookings; `visits` bookings were attended, by `came` people in all."""

    coming: list[Booking]
    coming_total: int
    visits: int
    came: int

    @property
    def more(self) -> int:
        return self.coming_total - len(self.coming)


def class_bookings(school_class: SchoolClass) -> ClassBookings | None:
    """Return the bookings of the class, pupils' own among them; None for whoever may not see them. Two statements."""
    if not viewer().can(BOOKINGS_MAKE, school_class.scope):
        return None
    coming = (Booking.state.in_(OPEN), Slot.ends_at >= clock.now())
    own = select(Booking).join(Slot, Slot.id == Booking.slot_id).where(Booking.class_id == school_class.id)
    attended = Booking.state == BookingState.ATTENDED
    counted = own.with_only_columns(
        func.count(case((coming[0] & coming[1], 1))),
        func.count(case((attended, 1))),
        func.coalesce(func.sum(case((attended, Booking.came))), 0),
    )
    total, visits, came = db.session.execute(counted).one()
    found = own.where(*coming).order_by(Slot.starts_at, Booking.id).limit(SHOWN)
    return ClassBookings(list(db.session.scalars(found)), total, visits, int(came))
