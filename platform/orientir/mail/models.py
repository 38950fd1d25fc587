"""Letters on their way out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from orientir.db import Model, Moment
from orientir.i18n import LazyText, _l


class MailState(StrEnum):
    """`OUTBOX`: no mail server is set, the letter waits to be read by an administrator."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    OUTBOX = "outbox"

    @property
    def title(self) -> LazyText:
        return STATE_TITLES[self]


STATE_TITLES = {
    MailState.WAITING: _l("ждёт отправки"),
    MailState.SENT: _l("отправлено"),
    MailState.FAILED: _l("не ушло"),
    MailState.OUTBOX: _l("в исходящих"),
}


class OutgoingMail(Model):
    """A letter; its text may hold a link that opens an account, so it is sealed with a key of the server."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        Index("ix_outgoing_mail_state", "state", "next_try_at"),
        Index("ix_outgoing_mail_region", "region_id", "id"),
        CheckConstraint("attempts >= 0", name="attempts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    off_url: Mapped[str] = mapped_column(String(500), default="")  # where the reader turns such letters off
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(8), default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    next_try_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
