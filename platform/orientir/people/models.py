"""Invitations that were sent and wait to be accepted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir import clock
from orientir.accounts.models import InBranch, User
from orientir.db import Model, Moment


class Invitation(InBranch, Model):
    """A role in a branch that waits for whoever reads the address; only a digest of the link's token is kept."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index("ix_invitation_email", "email"),
        Index("ix_invitation_region", "region_id", "id"),
        Index("ix_invitation_organisation", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    invited_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    is_handover: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)

    inviter: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_open(self) -> bool:
        """Whether the link still opens."""
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > clock.now()

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= clock.now()
