"""Jobs people started, with their progress and outcome; they outlive the page, the queue and the process."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from orientir.db import Model, Moment
from orientir.i18n import LazyText, _l


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def title(self) -> LazyText:
        return STATE_TITLES[self]


STATE_TITLES = {
    JobState.WAITING: _l("ждёт очереди"),
    JobState.RUNNING: _l("выполняется"),
    JobState.DONE: _l("готово"),
    JobState.FAILED: _l("не получилось"),
}


class Job(Model):
    """One piece of background work. `total` is None until it is known; `seen_at` moves with every report.

    `payload`, `result` and `problem` hold no personal data; `problem` is a sentence for people.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state", "state", "id"),
        Index("ix_job_region", "region_id", "id"),
        CheckConstraint("done >= 0", name="done"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(8), default=JobState.WAITING)
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    problem: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def is_over(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED)


class TaskRun(Model):
    """The last run of one task on the clock: a row a task, so that a task of every minute leaves no pile.

    `ok` is None while it runs; `failures` counts those in a row.
    """

    __tablename__ = "task_run"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    ok: Mapped[bool | None]
    problem: Mapped[str] = mapped_column(String(300), default="")
    failures: Mapped[int] = mapped_column(default=0)
