"""What rules read of a slot that is held and of a booking in it, as rows: a rush loads no objects (decision 26)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Integer, bindparam, case, cast, func, select

from orientir.bookings.door_models import Door
from orientir.bookings.models import Booking, BookingSeat, BookingState, Slot, SlotState
from orientir.bookings.occasions import Occasion
from orientir.codes.models import Code
from orientir.contracts import Scope
from orientir.db import db, table_of
from orientir.errors import MissingError
from orientir.organisations.class_names import ClassName
from orientir.organisations.models import Municipality, Organisation, Region, SchoolClass, titled
from orientir.organisations.queries import LARGEST_ID
from orientir.prepared import Answer, Asking
from orientir.students.models import Student


@dataclass(slots=True)
class HeldSlot(Occasion):
    """A slot with the branch and the time zone of its host, as it was when it was held."""

    id: int
    owner: str
    activity: str
    organisation_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    capacity: int
    first_grade: int
    last_grade: int
    needs_companion: bool
    strict: bool
    state: str
    reason: str
    taken: int
    waiting: int
    municipality_id: int
    region_id: int
    timezone: str

    @property
    def is_open(self) -> bool:
        return self.state == SlotState.PUBLISHED

    @property
    def scope(self) -> Scope:
        """The branch of the host."""
        return Scope(self.region_id, self.municipality_id, self.organisation_id)


@dataclass(slots=True)
class ShownSlot(HeldSlot):
    """A slot with all that its page tells."""

    place: str
    minimum: int
    cancel_until: datetime
    confirm_hours: int
    page: str
    advice: list[list[str]]
    host: str
    town: str
    town_kind: str
    booked: int | None  # by which booking those who look have, or wait for, a place

    @property
    def host_words(self) -> str:
        return f"{self.host}, {titled(self.town, self.town_kind)}"


AnySlot: TypeAlias = Slot | HeldSlot


class HeldDoor(NamedTuple):
    """A door with its slot, which is held."""

    id: int
    ends_at: datetime
    revoked_at: datetime | None
    slot: HeldSlot


class HeldSeat(NamedTuple):
    student_id: int
    number: int


@dataclass(slots=True)
class HeldBooking:
    """A booking of a slot that is held, its class and school in words, and its numbers of the list."""

    id: int
    slot_id: int
    class_id: int
    own: bool
    people: int
    ovz: int
    state: str
    reason: str
    came: int | None
    came_ovz: int | None
    revision: int
    class_title: str
    school: str
    seats: Sequence[HeldSeat]

    @property
    def is_by_number(self) -> bool:
        """Whether only the size of the group is known, not which numbers of the class."""
        return not self.seats


class BookingRow(NamedTuple):
    """A booking with one of its seats, or with none."""

    id: int
    slot_id: int
    class_id: int
    own: bool
    people: int
    ovz: int
    state: str
    reason: str
    came: int | None
    came_ovz: int | None
    revision: int
    grade: int
    last_grade: int
    letter: str
    school: str
    student_id: int | None
    number: int | None


def _door(door_id: int, ends_at: datetime, revoked_at: datetime | None, *slot: Any) -> HeldDoor:  # noqa: ANN401
    return HeldDoor(door_id, ends_at, revoked_at, HeldSlot(*slot))


SLOTS, DOORS, BOOKINGS, SEATS = (table_of(one) for one in (Slot, Door, Booking, BookingSeat))
HOSTS, PLACES, REGIONS = (table_of(one) for one in (Organisation, Municipality, Region))
CLASSES, STUDENTS, CODES = table_of(SchoolClass), table_of(Student), table_of(Code)
OF_SLOT = (
    *SLOTS.c["id", "owner", "activity", "organisation_id", "title", "starts_at", "ends_at", "opens_at", "closes_at"],
    *SLOTS.c["capacity", "first_grade", "last_grade", "needs_companion", "strict", "state", "reason"],
    *(*SLOTS.c["taken", "waiting"], HOSTS.c.municipality_id, PLACES.c.region_id, REGIONS.c.timezone),
)
HOSTED = (
    SLOTS.join(HOSTS, HOSTS.c.id == SLOTS.c.organisation_id)
    .join(PLACES, PLACES.c.id == HOSTS.c.municipality_id)
    .join(REGIONS, REGIONS.c.id == PLACES.c.region_id)
)
SLOT = select(*OF_SLOT).select_from(HOSTED).where(SLOTS.c.id == bindparam("slot_id"))
DOOR = (
    select(*DOORS.c["id", "ends_at", "revoked_at"], *OF_SLOT)
    .select_from(HOSTED.join(DOORS, DOORS.c.slot_id == SLOTS.c.id))
    .where(DOORS.c.id == bindparam("door_id"))
)
# Asked seat by seat, and the slot compared without its index: minutes after the booking opened PostgreSQL still takes a
# slot for nearly empty, and would go through all its bookings for each page.
IN_SLOT = (
    select(BOOKINGS.c.id)
    .where(BOOKINGS.c.id == SEATS.c.booking_id, BOOKINGS.c.slot_id + 0 == bindparam("slot_id"))
    .where(BOOKINGS.c.state != BookingState.CANCELLED)
    .correlate(SEATS)
    .scalar_subquery()
)
FIRST_IN_SLOT = select(func.min(IN_SLOT)).where(SEATS.c.student_id.in_(bindparam("seats", expanding=True)))
SHOWN = Asking(
    ShownSlot,
    SLOT.where(SLOTS.c.state != SlotState.DRAFT).add_columns(
        *SLOTS.c["place", "minimum", "cancel_until", "confirm_hours", "page", "advice"],
        *(HOSTS.c.name, PLACES.c.name, PLACES.c.kind),
        FIRST_IN_SLOT.scalar_subquery(),
    ),
)
# On SQLite a writer is alone anyway.
HOLDING_SLOT = Asking(HeldSlot, SLOT.with_for_update(of=SLOTS, key_share=True))
HOLDING_DOOR = Asking(_door, DOOR.with_for_update(of=SLOTS, key_share=True))
LINES = (
    select(
        *BOOKINGS.c["id", "slot_id", "class_id", "own", "people", "ovz", "state", "reason"],
        *BOOKINGS.c["came", "came_ovz", "revision"],
        *(*CLASSES.c["grade", "last_grade", "letter"], HOSTS.c.name, STUDENTS.c.id, STUDENTS.c.number),
    )
    .select_from(
        BOOKINGS.join(CLASSES, CLASSES.c.id == BOOKINGS.c.class_id)
        .join(HOSTS, HOSTS.c.id == CLASSES.c.organisation_id)
        .outerjoin(SEATS, SEATS.c.booking_id == BOOKINGS.c.id)
        .outerjoin(STUDENTS, STUDENTS.c.id == SEATS.c.student_id)
    )
    .order_by(SEATS.c.student_id)
)
BOOKED = Asking(BookingRow, LINES.where(BOOKINGS.c.id == bindparam("booking_id")))
# An owner of another kind of code need not be a number.
TICKETED = Asking(
    BookingRow,
    LINES.where(
        BOOKINGS.c.id
        == select(case((CODES.c.kind == bindparam("kind"), cast(CODES.c.owner, Integer))))
        .where(CODES.c.digest == bindparam("digest"))
        .scalar_subquery()
    ),
)


def hold_row(slot_id: int) -> HeldSlot:
    """Return the slot as it is now and keep it so until the transaction ends; raises MissingError.

    What the session has not written yet is written before.
    """
    return found_row(hold_row_soon(slot_id))


def hold_row_soon(slot_id: int) -> Answer[HeldSlot]:
    """Hold the slot as `hold_row` does and return what will be known of it, so that other questions may go along."""
    db.session.flush()
    return HOLDING_SLOT.soon(slot_id=slot_id if 0 < slot_id <= LARGEST_ID else 0)


def found_row(answer: Answer[HeldSlot]) -> HeldSlot:
    """Return the slot that is held; raises MissingError."""
    found = answer.one()
    if found is None:
        raise MissingError
    return found


def find_shown(slot_id: int, seats: Sequence[int]) -> ShownSlot | None:
    """Return a slot that was announced, held by nobody, as it is for those on `seats`, or None."""
    return SHOWN.one(slot_id=slot_id, seats=seats) if 0 < slot_id <= LARGEST_ID else None


def booking_now(booking_id: int) -> HeldBooking | None:
    """Return the booking as it stands now that its slot is held, with all that a verdict tells; None: no such one."""
    return found_booking(booking_soon(booking_id))


def booking_soon(booking_id: int) -> Answer[BookingRow]:
    """Return what `found_booking` makes a booking of, so that other questions may go along."""
    return BOOKED.soon(booking_id=booking_id if 0 < booking_id <= LARGEST_ID else 0)


def ticketed_soon(kind: str, digest: str) -> Answer[BookingRow]:
    """Do the same for the booking whose code of `kind`, a ticket, is kept under `digest`."""
    return TICKETED.soon(kind=kind, digest=digest)


def found_booking(answer: Answer[BookingRow]) -> HeldBooking | None:
    """Return the booking, or None where there is none."""
    lines = answer.all()
    if not lines:
        return None
    first = lines[0]
    seats = [HeldSeat(one.student_id, one.number) for one in lines if one.student_id and one.number]
    name = ClassName(first.grade, first.last_grade, first.letter)
    return HeldBooking(*first[:11], name.title, first.school, seats)
