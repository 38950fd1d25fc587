"""What was told to whom and how; what people want by mail; which rounds were made and which rules are off."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from orientir.db import Model, Moment

SUBJECT_LIMIT, URL_LIMIT, ABOUT_LIMIT = 200, 400, 160
WAITING = text("mailed_at IS NULL AND read_at IS NULL")
UNREAD = text("read_at IS NULL")


class Notice(Model):
    """One thing told to one account, in the words it was told in. `about` names the occasion: each is told once.

    `way` is how it travels (`contracts.Urgency`), `mailed_at` when its letter was written; the letter itself is
    forgotten after a month.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "about"),
        Index("ix_notice_unread", "user_id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index("ix_notice_waiting", "region_id", "user_id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_notice_log", "region_id", "id"),
        CheckConstraint("way IN ('once', 'daily', 'site')", name="way"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(64))
    about: Mapped[str] = mapped_column(String(ABOUT_LIMIT))
    topic: Mapped[str] = mapped_column(String(16))
    way: Mapped[str] = mapped_column(String(8))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LIMIT))
    text: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(String(URL_LIMIT), default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    mailed_at: Mapped[datetime | None] = mapped_column(Moment)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id", ondelete="SET NULL"), index=True)


class NoticePreference(Model):
    """The way a person chose for one group of notices; without a row each kind goes its own way.

    `before` is set where a link of a letter turned the letters off: the way chosen until then, "" for none.
    """

    __tablename__ = "notice_preference"
    __table_args__ = (CheckConstraint("way IN ('once', 'daily', 'site')", name="way"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(16), primary_key=True)
    way: Mapped[str] = mapped_column(String(8))
    before: Mapped[str | None] = mapped_column(String(8))


class ContactLetter(Model):
    """A reminder that went to the responsible person of an organisation nobody of which has an account."""

    __tablename__ = "notice_contact"
    __table_args__ = (
        UniqueConstraint("organisation_id", "kind", "about"),
        Index("ix_notice_contact_log", "region_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(64))
    about: Mapped[str] = mapped_column(String(ABOUT_LIMIT))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id", ondelete="SET NULL"), index=True)


class ContactOff(Model):
    """Letters of a topic that an address (its keyed digest) does not want for an organisation."""

    __tablename__ = "notice_contact_off"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(32), primary_key=True)
    topic: Mapped[str] = mapped_column(String(16), primary_key=True)
    off_since: Mapped[datetime] = mapped_column(Moment)


class NoticeRound(Model):
    """One daily round in one region: a rule (by its key) or the daily letters. The key lets one worker make it."""

    __tablename__ = "notice_round"
    __table_args__ = (CheckConstraint("told >= 0", name="told"),)

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    told: Mapped[int] = mapped_column(default=0)
    failed: Mapped[bool] = mapped_column(default=False)


class ReminderSwitch(Model):
    """A rule that a region has turned off."""

    __tablename__ = "notice_reminder_off"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(64), primary_key=True)
    off_since: Mapped[datetime] = mapped_column(Moment)
