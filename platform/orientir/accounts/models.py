"""Accounts, the roles they hold, the sessions they open, and the second step that guards them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    column,
    event,
    select,
    table,
)
from sqlalchemy.orm import Mapped, column_property, declared_attr, mapped_column, relationship

from orientir.contracts import Scope
from orientir.db import Model, Moment, fold

# Organisations stand one layer higher, so only their table is known here.
ORGANISATION = table("organisation", column("id"), column("municipality_id"))
SEARCH_LIMIT = 800


class User(Model):
    """A grown-up. `session_stamp` changes with the password, which ends every open session."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    search_key: Mapped[str] = mapped_column(String(SEARCH_LIMIT), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    session_stamp: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(Moment)
    signed_in_at: Mapped[datetime | None] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)

    grants: Mapped[list[Grant]] = relationship(
        back_populates="user", cascade="all, delete-orphan", lazy="selectin", order_by="Grant.id"
    )


@event.listens_for(User, "before_insert")
@event.listens_for(User, "before_update")
def _keep_search_key(_mapper: object, _connection: object, user: User) -> None:
    user.search_key = account_key(user.name, user.email)


def account_key(name: str, email: str) -> str:
    """Return what an account is found by."""
    return fold(f"{name} {email}")[:SEARCH_LIMIT]


class InBranch:
    """A role and the branch it stands in: a region, a municipality of it, an organisation in it, or an object.

    An organisation is stored without its municipality, because it may move. `object_key` names an object of a plugin
    («contest:12»); such a role holds on that object alone.
    """

    role: Mapped[str] = mapped_column(String(64))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    object_key: Mapped[str] = mapped_column(String(64), default="")
    # UNIQUE ignores rows with a NULL on both engines, so the branch is written out once more.
    branch: Mapped[str] = mapped_column(String(128))

    @declared_attr
    def present_municipality_id(cls) -> Mapped[int | None]:  # noqa: N805 - SQLAlchemy hands over the class
        present = select(ORGANISATION.c.municipality_id).where(ORGANISATION.c.id == cls.organisation_id)
        return column_property(present.scalar_subquery())

    @property
    def scope(self) -> Scope:
        """The branch with the municipality the organisation lies in now."""
        place = self.municipality_id or self.present_municipality_id
        return Scope(self.region_id, place, self.organisation_id, self.object_key or "")


class Grant(InBranch, Model):
    """One role in one branch, held by an account."""

    __tablename__ = "account_grant"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "branch"),
        Index("ix_account_grant_organisation", "organisation_id"),
        Index("ix_account_grant_object", "object_key"),
        CheckConstraint("organisation_id IS NULL OR municipality_id IS NULL", name="branch"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))

    user: Mapped[User] = relationship(back_populates="grants")


class SignIn(Model):
    """A session somebody opened by signing in: the device in words, no address; `must_enrol` locks it.

    The cookie names the row, so that a person sees and ends the sessions of other devices.
    """

    __tablename__ = "account_session"
    __table_args__ = (Index("ix_account_session_user", "user_id", "ended_at"),)

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    device: Mapped[str] = mapped_column(String(60), default="")
    must_enrol: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class SecondFactor(Model):
    """A secret shared with an application on a phone (RFC 6238), sealed; `last_step` makes each code work once."""

    __tablename__ = "account_second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Model):
    """One of the codes that open the account when the phone is lost, as a keyed digest; each opens once."""

    __tablename__ = "account_recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class MailedLink(Model):
    """A link that was sent by mail to prove that somebody reads it: a new password, or a new address.

    Only a keyed digest of the token is kept. Without `user_id` it belongs to nobody and never outlives its savepoint.
    """

    __tablename__ = "account_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(16))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
