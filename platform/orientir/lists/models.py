"""Lists on their way in, and how the tables of earlier ones were matched."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from orientir.contracts import Scope
from orientir.db import Model, Moment
from orientir.jobs.models import Job


class ImportState(StrEnum):
    MATCHING = "matching"
    PREVIEW = "preview"
    RUNNING = "running"
    DONE = "done"


class ListImport(Model):
    """One table somebody brought, from the upload to the outcome; seen by that person only.

    What stands in the table is sealed with the server's key, because it may hold contacts of people, and the whole row
    is deleted after `expires_on`. `position` is how many rows of the plan are dealt with: written in the transaction of
    those rows, so that a killed job goes on where it stopped.
    """

    __tablename__ = "list_import"
    __table_args__ = (CheckConstraint("position >= 0", name="position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    importer: Mapped[str] = mapped_column(String(64))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    state: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_on: Mapped[date] = mapped_column(index=True)
    matching: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    choices: Mapped[list[Any]] = mapped_column(JSON, default=list)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    position: Mapped[int] = mapped_column(default=0)
    plan_digest: Mapped[str] = mapped_column(String(64), default="")
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    sealed_source: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_plan: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_outcome: Mapped[bytes | None] = mapped_column(LargeBinary)

    job: Mapped[Job | None] = relationship()

    @property
    def scope(self) -> Scope:
        return Scope(self.region_id, self.municipality_id, self.organisation_id)

    @property
    def is_confirmed(self) -> bool:
        return self.state in (ImportState.RUNNING, ImportState.DONE)


class ListMatching(Model):
    """How a table with these titles was matched in this branch: read again, nobody has to say it twice."""

    __tablename__ = "list_matching"
    __table_args__ = (UniqueConstraint("importer", "branch", "signature"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    importer: Mapped[str] = mapped_column(String(64))
    branch: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(64))
    columns: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    choices: Mapped[list[Any]] = mapped_column(JSON, default=list)
