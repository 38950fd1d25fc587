"""The jury with its sheets, and what the chair decides: places, verdicts between equals, the signed protocol."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir import clock
from orientir.accounts.models import User
from orientir.db import Model, Moment
from orientir_practices.models import Contest, Entry


class SheetState(StrEnum):
    """`ASSIGNED` until the juror says that nothing ties them to the entry; then `OPEN`, then `SENT` for good."""

    ASSIGNED = "assigned"
    OPEN = "open"
    SENT = "sent"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Juror(Model):
    """An expert of a contest and where they work, which they say at the first visit: nobody reads the own school."""

    __tablename__ = "practices_juror"
    __table_args__ = (UniqueConstraint("contest_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("practices_contest.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    declared_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    left_at: Mapped[datetime | None] = mapped_column(Moment)

    contest: Mapped[Contest] = relationship(lazy="joined", innerjoin=True)
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class Sheet(Model):
    """One juror's opinion of one entry. `scores` by the key of a criterion (0–5), `total` once it is sent (0–100).

    `digits` are the scores of a sent sheet in the order of the rubric, «-» where a criterion is not asked: a ranking
    reads thousands of them. `expert` numbers the sheets of an entry, so that authors read «Эксперт 1»; it tells nothing
    about who that is. `round` is 1, or 2 for the defence (`rounds.py`), where everything begins anew.
    """

    __tablename__ = "practices_sheet"
    __table_args__ = (
        UniqueConstraint("entry_id", "round", "juror_id"),
        UniqueConstraint("entry_id", "round", "expert"),
        Index("ix_practices_sheet_juror", "juror_id", "state"),
        CheckConstraint("state IN ('assigned', 'open', 'sent', 'declined', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'sent') = (total IS NOT NULL)", name="total"),
        CheckConstraint("total BETWEEN 0 AND 100", name="points"),
        CheckConstraint("round BETWEEN 1 AND 2", name="round"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("practices_entry.id"))
    juror_id: Mapped[int] = mapped_column(ForeignKey("practices_juror.id"))
    round: Mapped[int] = mapped_column(default=1)
    expert: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default=SheetState.ASSIGNED)
    scores: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    comments: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    summary: Mapped[str] = mapped_column(String(2000), default="")
    conflict: Mapped[str] = mapped_column(String(300), default="")
    revision: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    digits: Mapped[str] = mapped_column(String(24), default="")
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    remark: Mapped[str] = mapped_column(String(300), default="")

    entry: Mapped[Entry] = relationship(lazy="joined", innerjoin=True)
    juror: Mapped[Juror] = relationship(lazy="joined", innerjoin=True)


class Award(Model):
    """What the protocol gives an entry: a place (1 to 3) or the title of a laureate; several may share a place."""

    __tablename__ = "practices_award"
    __table_args__ = (CheckConstraint("place BETWEEN 0 AND 3", name="place"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("practices_entry.id"), primary_key=True)
    place: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300), default="")

    entry: Mapped[Entry] = relationship(lazy="joined", innerjoin=True)


class Verdict(Model):
    """What the chair decides between entries nothing else parted: `place` 1 stands first, the same number shares."""

    __tablename__ = "practices_verdict"
    __table_args__ = (CheckConstraint("place >= 1", name="place"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("practices_entry.id"), primary_key=True)
    place: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300))

    entry: Mapped[Entry] = relationship()


class Finalist(Model):
    """Whether the chair lets an entry go to the defence; against what the ranking proposes, only with a reason."""

    __tablename__ = "practices_finalist"

    entry_id: Mapped[int] = mapped_column(ForeignKey("practices_entry.id"), primary_key=True)
    is_in: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(300), default="")

    entry: Mapped[Entry] = relationship()


class ProtocolKind(StrEnum):
    """What the chair signs: who goes to the defence, and in the end who has won."""

    SHORTLIST = "shortlist"
    RESULTS = "results"


class Protocol(Model):
    """The ranking and the places as the chair signed them; `digest` is the SHA-256 of `content` as canonical JSON."""

    __tablename__ = "practices_protocol"
    __table_args__ = (
        UniqueConstraint("contest_id", "kind"),
        CheckConstraint("kind IN ('shortlist', 'results')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("practices_contest.id"))
    kind: Mapped[str] = mapped_column(String(12), default=ProtocolKind.RESULTS)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    contest: Mapped[Contest] = relationship(lazy="joined", innerjoin=True)
