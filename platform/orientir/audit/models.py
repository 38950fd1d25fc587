"""Two tables: acts, and the blocks they are sealed in; rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from orientir.db import Model, Moment


class AuditEntry(Model):
    """Who (None: the system) did what to which object, when, in which branch. `details` holds no personal data.

    `block` is the one column that ever changes, once, from None to the block the entry is sealed in; triggers of the
    database refuse everything else.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_object", "object_kind", "object_id"),
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_region", "region_id", "at", "id"),
        Index("ix_audit_entry_municipality", "municipality_id", "at", "id"),
        Index("ix_audit_entry_organisation", "organisation_id", "at", "id"),
        Index("ix_audit_entry_actor", "actor_id", "at", "id"),
        Index("ix_audit_entry_action", "action", "at", "id"),
        Index("ix_audit_entry_block", "block", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    action: Mapped[str] = mapped_column(String(64))
    object_kind: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[str] = mapped_column(String(64))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    block: Mapped[int | None]


class AuditBlock(Model):
    """A sealed list of entries, chained to the block before by its digest and sealed with a key of the server.

    `entries` holds the number and a short digest of each, so that a broken block can name what was done to it.
    """

    __tablename__ = "audit_block"
    __table_args__ = (CheckConstraint("size >= 1", name="size"),)

    # The number is the guard against two sealers: both would write the same one.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_id: Mapped[int]
    last_id: Mapped[int]
    size: Mapped[int]
    entries: Mapped[list[Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    seal: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime] = mapped_column(Moment)


LOGS = (AuditEntry, AuditBlock)


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
@event.listens_for(AuditBlock, "before_update")
@event.listens_for(AuditBlock, "before_delete")
def _refuse_change(_mapper: object, _connection: object, row: AuditEntry | AuditBlock) -> None:
    raise RuntimeError(f"the log is append-only: {row!r} cannot be changed")


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk_change(state: ORMExecuteState) -> None:
    writes = state.is_update or state.is_delete
    if writes and state.bind_mapper is not None and state.bind_mapper.class_ in LOGS:
        raise RuntimeError("the log is append-only: entries cannot be changed in bulk")
