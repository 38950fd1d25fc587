"""A door lets one device check in one slot; a scan is one reading at it, refused ones too (architecture §4)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir.bookings.models import Booking, Slot
from orientir.db import Model, Moment


class Verdict(StrEnum):
    """What a door answered. Only the first two marked or unmarked somebody."""

    ACCEPTED = "accepted"
    UNDONE = "undone"
    AGAIN = "again"
    GROUP = "group"
    OTHER = "other"
    EARLY = "early"
    CANCELLED = "cancelled"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    CARD = "card"


class Door(Model):
    """«Вход Б» of a slot. Its PIN is a code of kind «door»; it ends two hours after the slot, or when it is revoked.

    `device` is what the last device that typed the PIN called itself.
    """

    __tablename__ = "door"

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    label: Mapped[str] = mapped_column(String(60))
    device: Mapped[str] = mapped_column(String(60), default="")
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ends_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

    slot: Mapped[Slot] = relationship(lazy="joined", innerjoin=True)


class Scan(Model):
    """One reading, never changed but for `undone_at`: the mark it made was taken back then.

    `nonce` is the random name the device gave it and `said` the keyed digest of what it read, so a repeat finds the
    first and no copy of the database tells a code. `words` are what was answered; `device_at` is the clock of the
    device, which may be wrong by hours, `read_at` ours.
    """

    __tablename__ = "scan"
    __table_args__ = (
        UniqueConstraint("door_id", "nonce"),
        CheckConstraint("undone_at IS NULL OR verdict = 'accepted'", name="undone_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    door_id: Mapped[int] = mapped_column(ForeignKey("door.id"))
    nonce: Mapped[str] = mapped_column(String(36))
    said: Mapped[str] = mapped_column(String(64))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(400))
    device: Mapped[str] = mapped_column(String(60), default="")
    device_at: Mapped[datetime | None] = mapped_column(Moment)
    read_at: Mapped[datetime] = mapped_column(Moment)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)

    door: Mapped[Door] = relationship(lazy="joined", innerjoin=True)
    booking: Mapped[Booking | None] = relationship()
