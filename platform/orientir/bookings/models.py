"""A slot is an occasion with a place, a time and a capacity; a booking is a claim on its places (architecture §4)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir import clock
from orientir.bookings.occasions import Occasion
from orientir.db import Model, Moment
from orientir.i18n import LazyText, _l
from orientir.organisations.models import Organisation, SchoolClass
from orientir.students.models import Student


class SlotState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    HELD = "held"

    @property
    def title(self) -> LazyText:
        return _SLOT_TITLES[self]


_SLOT_TITLES = {
    SlotState.DRAFT: _l("готовится"),
    SlotState.PUBLISHED: _l("объявлен"),
    SlotState.CANCELLED: _l("отменён"),
    SlotState.HELD: _l("проведён"),
}


class BookingState(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    ABSENT = "absent"

    @property
    def title(self) -> LazyText:
        return _BOOKING_TITLES[self]


_BOOKING_TITLES = {
    BookingState.PENDING: _l("ждёт подтверждения"),
    BookingState.CONFIRMED: _l("место есть"),
    BookingState.WAITING: _l("в листе ожидания"),
    BookingState.CANCELLED: _l("отменена"),
    BookingState.ATTENDED: _l("пришли"),
    BookingState.ABSENT: _l("не пришли"),
}
# Who holds places, and who besides stands in the way of another booking at that time.
HOLDING = (BookingState.PENDING, BookingState.CONFIRMED, BookingState.ATTENDED, BookingState.ABSENT)
ALIVE = (*HOLDING, BookingState.WAITING)
OPEN = (BookingState.PENDING, BookingState.CONFIRMED, BookingState.WAITING)


class Slot(Occasion, Model):
    """`owner` and `owner_id` name the plugin's object («trials», 12); `activity` is what coverage counts it as.

    `taken` are the places held, `waiting` the entries in the queue, `tail` the last number given out in it: changed
    only while this row is held, and compared with the bookings by `orientir bookings verify`. `strict`: nobody is let
    past the head of the queue; otherwise the first that fits is. `confirm_hours`: how long a place that came free is
    kept for whoever waited (0: it is theirs at once). `page` is the path of the owner's page about the occasion and
    `advice` what the ticket says beside place and time, as pairs of heading and text («Что взять», «обувь»).
    `is_led`: title, place and time are those of the owner's object and are changed there. `changed_at` and `sequence`
    are for calendars: when what they show last changed, and how often it did.
    """

    __tablename__ = "slot"
    __table_args__ = (
        Index("ix_slot_owner", "owner", "owner_id"),
        Index("ix_slot_host", "organisation_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("opens_at < closes_at AND closes_at <= starts_at", name="booking_times"),
        CheckConstraint("cancel_until <= starts_at", name="cancel_until"),
        CheckConstraint("capacity >= 1 AND minimum BETWEEN 0 AND capacity", name="capacity"),
        CheckConstraint("taken BETWEEN 0 AND capacity", name="taken"),
        CheckConstraint("waiting >= 0 AND tail >= waiting", name="queue"),
        CheckConstraint("first_grade BETWEEN 0 AND last_grade AND last_grade <= 12", name="grades"),
        CheckConstraint("confirm_hours >= 0", name="confirm_hours"),
        CheckConstraint("state IN ('draft', 'published', 'cancelled', 'held')", name="state"),
        CheckConstraint("(state = 'cancelled') = (reason <> '')", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(32))
    owner_id: Mapped[int]
    activity: Mapped[str] = mapped_column(String(64))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[str] = mapped_column(String(160))
    place: Mapped[str] = mapped_column(String(300))
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    opens_at: Mapped[datetime] = mapped_column(Moment)
    closes_at: Mapped[datetime] = mapped_column(Moment)
    cancel_until: Mapped[datetime] = mapped_column(Moment)
    capacity: Mapped[int]
    minimum: Mapped[int] = mapped_column(default=0)
    first_grade: Mapped[int]
    last_grade: Mapped[int]
    conditions: Mapped[list[str]] = mapped_column(JSON, default=list)
    needs_companion: Mapped[bool] = mapped_column(default=False)
    strict: Mapped[bool] = mapped_column(default=False)
    confirm_hours: Mapped[int] = mapped_column(default=0)
    page: Mapped[str] = mapped_column(String(200), default="")
    advice: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(String(12), default=SlotState.DRAFT)
    reason: Mapped[str] = mapped_column(String(300), default="")
    taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    tail: Mapped[int] = mapped_column(default=0)
    is_led: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    sequence: Mapped[int] = mapped_column(default=0)

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_open(self) -> bool:
        """Whether it is announced and neither cancelled nor over; dates are another question."""
        return self.state == SlotState.PUBLISHED

    @property
    def timezone(self) -> str:
        return self.organisation.municipality.region.timezone

    @property
    def host_words(self) -> str:
        """Who holds it, and in which municipality."""
        return f"{self.organisation.name}, {self.organisation.municipality.title}"


class Booking(Model):
    """A claim of one student or of a group of one class. Never deleted: a cancelled one keeps its row.

    `request` is the random name the sender gave it and `said` the digest of what was sent, so a repeat finds the
    first. The people are the rows of `BookingSeat`, or, for a group told by number, `people` alone. `place` is the
    number in the queue. `companion` is sealed: who goes with the children, and a telephone. `came` and `came_ovz` are
    what the door said, `revision` grows each time that is taken back.
    """

    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("slot_id", "place"),
        Index("ix_booking_slot_state", "slot_id", "state"),
        CheckConstraint("people >= 1", name="people"),
        CheckConstraint("ovz BETWEEN 0 AND people", name="ovz"),
        CheckConstraint("NOT own OR people = 1", name="own"),
        CheckConstraint("(state = 'waiting') = (place IS NOT NULL)", name="place"),
        CheckConstraint("(state = 'pending') = (confirm_until IS NOT NULL)", name="confirm_until"),
        CheckConstraint("(state = 'attended') = (came IS NOT NULL AND came > 0)", name="came"),
        CheckConstraint("came_ovz IS NULL OR came_ovz BETWEEN 0 AND came", name="came_ovz"),
        CheckConstraint(
            "state IN ('pending', 'confirmed', 'waiting', 'cancelled', 'attended', 'absent')", name="state"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("school_class.id"), index=True)
    request: Mapped[str] = mapped_column(String(36), unique=True)
    said: Mapped[str] = mapped_column(String(64))
    own: Mapped[bool]
    people: Mapped[int]
    ovz: Mapped[int] = mapped_column(default=0)
    companion: Mapped[bytes | None]
    consents: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(12))
    place: Mapped[int | None]
    confirm_until: Mapped[datetime | None] = mapped_column(Moment)
    booked_at: Mapped[datetime] = mapped_column(Moment)
    booked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")
    came: Mapped[int | None]
    came_ovz: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=0)

    slot: Mapped[Slot] = relationship(lazy="joined", innerjoin=True)
    school_class: Mapped[SchoolClass] = relationship()
    seats: Mapped[list[BookingSeat]] = relationship(
        back_populates="booking", order_by="BookingSeat.student_id", cascade="all, delete-orphan"
    )

    @property
    def is_by_number(self) -> bool:
        """Whether only the size of the group is known, not which numbers of the class."""
        return not self.seats


class BookingSeat(Model):
    """One number of the class list within a booking; `came` is what the door said of it."""

    __tablename__ = "booking_seat"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("student.id"), primary_key=True, index=True)
    came: Mapped[bool | None]

    booking: Mapped[Booking] = relationship(back_populates="seats")
    student: Mapped[Student] = relationship()
