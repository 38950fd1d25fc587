"""Names for the pass desk of a host: entered by the school, read by school and host, forgotten after the occasion.

Names of people stand nowhere else in the block but here and in the companion (architecture §6); both are sealed.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from flask import current_app
from sqlalchemy import CursorResult, delete, select, update

from orientir import clock
from orientir.bookings.host_models import PassList
from orientir.bookings.models import OPEN, Booking, Slot
from orientir.bookings.services import held_booking, write
from orientir.crypto import derive_key, seal, unseal
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.organisations.models import Municipality, Organisation, Region
from orientir.settings.queries import value
from orientir.web.personal_data import BIRTH_DAY, contact_problem

KEEP_SETTING = "bookings_keep_days"
PURPOSE = "booking-pass"
LONGEST_NAME = 80
GROWN_UPS = 3  # beside the pupils


def write_names(booking_id: int, typed: str, *, actor: int | None) -> int:
    """Keep the names, one a line, in place of those before, and return how many; nothing typed forgets them.

    Raises InvalidInputError (field «names») for more than names, ConflictError once the occasion is over.
    """
    slot, booking = held_booking(booking_id)
    if booking.state not in OPEN or slot.ends_at <= clock.now():
        raise ConflictError(_("Сеанс прошёл, или запись отменена: имена больше не нужны."))
    names = _checked(typed, booking.people)
    db.session.execute(delete(PassList).where(PassList.booking_id == booking_id))
    if names:
        sealed = seal(_key(), json.dumps(names, ensure_ascii=False).encode(), context=booking.request.encode())
        db.session.add(PassList(booking_id=booking_id, names=sealed, written_at=clock.now()))
    db.session.flush()
    if actor is not None:
        write("booking.pass_list", booking, actor, names=len(names))
    return len(names)


def names_of(bookings: Collection[Booking]) -> dict[int, list[str]]:
    """Return the names by booking; those without any are left out."""
    requests = {one.id: one.request for one in bookings}
    kept = select(PassList).where(PassList.booking_id.in_(requests))
    found: dict[int, list[str]] = {}
    for row in db.session.scalars(kept):
        plain = unseal(_key(), row.names, context=requests[row.booking_id].encode())
        found[row.booking_id] = json.loads(plain) if plain else []
    return found


def purge_names(today: date) -> int:
    """Forget companions and names some days after the occasion, as the region says; return how many bookings."""
    gone = 0
    midnight = datetime.combine(today, time(), UTC)
    for region_id in db.session.scalars(select(Region.id)).all():
        over = (
            select(Booking.id)
            .join(Slot, Slot.id == Booking.slot_id)
            .join(Organisation, Organisation.id == Slot.organisation_id)
            .join(Municipality, Municipality.id == Organisation.municipality_id)
            .where(
                Municipality.region_id == region_id,
                Slot.ends_at < midnight - timedelta(days=int(value(region_id, KEEP_SETTING))),
            )
        )
        gone += _count(db.session.execute(delete(PassList).where(PassList.booking_id.in_(over))))
        bare = update(Booking).where(Booking.id.in_(over), Booking.companion.is_not(None)).values(companion=None)
        gone += _count(db.session.execute(bare.execution_options(synchronize_session=False)))
    return gone


def _checked(typed: str, people: int) -> list[str]:
    names = [line for line in (" ".join(line.split()) for line in typed[:20_000].splitlines()) if line]
    if any(len(name) > LONGEST_NAME for name in names):
        raise InvalidInputError(_("Пишите каждого с новой строки, не длиннее 80 знаков."), "names")
    if len(names) > people + GROWN_UPS:
        raise InvalidInputError(
            _("Имён %(names)s, а записано человек: %(people)s.", names=len(names), people=people), "names"
        )
    for name in names:
        if problem := contact_problem(name):
            raise InvalidInputError(problem, "names")
        if BIRTH_DAY.search(name):
            raise InvalidInputError(_("Даты рождения не нужны: оставьте только имена."), "names")
    return names


def _key() -> bytes:
    return derive_key(current_app.config["ORIENTIR"].secret_key, PURPOSE)


def _count(outcome: object) -> int:
    return outcome.rowcount if isinstance(outcome, CursorResult) else 0
