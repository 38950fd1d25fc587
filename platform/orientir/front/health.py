"""Whether the work nobody waits for is being done: quick questions, answers anybody may read."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from orientir import clock
from orientir.audit.models import AuditEntry
from orientir.contracts import HealthCheck
from orientir.db import db
from orientir.jobs.models import Job, JobState, TaskRun
from orientir.mail.models import MailState, OutgoingMail

HEARTBEAT = timedelta(minutes=10)  # some task runs every minute
UNSEALED = timedelta(hours=1)
UNSENT = timedelta(hours=1)


def upkeep_checks() -> list[HealthCheck]:
    """Return how the runner of jobs, the sealing of the log and the letters stand."""
    return [_runner(), _log(), _letters()]


def _runner() -> HealthCheck:
    """Tell whether a runner was alive lately; an installation whose runner never ran has nothing to say yet."""
    now = clock.now()
    last = db.session.scalar(select(func.max(TaskRun.finished_at)))
    waiting = db.session.scalar(select(func.min(Job.created_at)).where(Job.state == JobState.WAITING))
    is_quick = waiting is None or waiting > now - HEARTBEAT
    alive = is_quick if last is None else last > now - HEARTBEAT
    return HealthCheck("jobs", ok=alive, detail="never ran" if last is None else f"last run {last:%Y-%m-%d %H:%M}Z")


def _log() -> HealthCheck:
    waiting = select(AuditEntry.id).where(AuditEntry.block.is_(None), AuditEntry.at <= clock.now() - UNSEALED).limit(1)
    fresh = db.session.scalar(waiting) is None  # the first found is enough: nobody counts what has piled up
    return HealthCheck("audit", ok=fresh, detail="sealed" if fresh else "entries wait for their seal")


def _letters() -> HealthCheck:
    overdue = db.session.scalar(
        select(func.count()).where(
            OutgoingMail.state == MailState.WAITING, OutgoingMail.created_at < clock.now() - UNSENT
        )
    )
    return HealthCheck("mail", ok=not overdue, detail=f"overdue: {overdue or 0}")
