"""Accounts and the roles they hold in a branch of the tree."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, column, select, table
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from orientir.contracts import Scope
from orientir.db import Model, Moment

# Organisations stand one layer higher, so only their table is known here.
ORGANISATION = table("organisation", column("id"), column("municipality_id"))


class User(Model):
    """A grown-up. `session_stamp` changes with the password, which ends every open session."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    password_hash: Mapped[str] = mapped_column(String(200))
    session_stamp: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)

    grants: Mapped[list[Grant]] = relationship(back_populates="user", cascade="all, delete-orphan", lazy="selectin")


class Grant(Model):
    """One role in one branch: a region, a municipality of it, or an organisation in it, wherever that moves."""

    __tablename__ = "account_grant"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "branch"),
        CheckConstraint("organisation_id IS NULL OR municipality_id IS NULL", name="branch"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(32))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    # UNIQUE ignores rows with a NULL on both engines, so the branch is written out once more.
    branch: Mapped[str] = mapped_column(String(64))
    present_municipality_id: Mapped[int | None] = column_property(
        select(ORGANISATION.c.municipality_id).where(ORGANISATION.c.id == organisation_id).scalar_subquery()
    )

    user: Mapped[User] = relationship(back_populates="grants")

    @property
    def scope(self) -> Scope:
        """The branch with the municipality the organisation lies in now."""
        return Scope(self.region_id, self.municipality_id or self.present_municipality_id, self.organisation_id)
