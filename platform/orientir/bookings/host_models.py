"""What a host has besides the bookings: names for the pass desk, and messages to all who are booked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from orientir.db import Model, Moment


class PassList(Model):
    """Names for the pass desk, only if the school enters them: sealed, and gone some days after the occasion."""

    __tablename__ = "pass_list"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    names: Mapped[bytes]
    written_at: Mapped[datetime] = mapped_column(Moment)


class SlotMessage(Model):
    """A word of the host to all who are booked; pupils read it on their tickets."""

    __tablename__ = "slot_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    text: Mapped[str] = mapped_column(String(500))
    sent_at: Mapped[datetime] = mapped_column(Moment)
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
