"""Verbs on jobs: start, try again, take up, end. The queue hears of a job when its transaction is committed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update

from orientir import clock
from orientir.db import db, insert_into
from orientir.errors import ConflictError
from orientir.i18n import _
from orientir.jobs.models import Job, JobState, TaskRun

STARTED = "started_jobs"
SILENCE = timedelta(minutes=10)  # a job that reported nothing for so long was killed
MOST_ATTEMPTS = 5


def start(kind: str, payload: Mapping[str, Any], *, title: str, actor: int | None, region_id: int | None = None) -> Job:
    """Return a new job of `kind`; it runs once the caller's transaction is committed."""
    job = Job(
        kind=kind,
        title=title[:200],
        payload=dict(payload),
        actor_id=actor,
        region_id=region_id,
        created_at=clock.now(),
        state=JobState.WAITING,
    )
    db.session.add(job)
    db.session.flush()
    _announce(job)
    return job


def retry(job: Job) -> None:
    """Put a failed job back into the queue; raises ConflictError when it is not failed (any more)."""
    changed = db.session.execute(
        update(Job)
        .where(Job.id == job.id, Job.state == JobState.FAILED)
        .values(state=JobState.WAITING, problem="", attempts=0, done=0, finished_at=None)
        .returning(Job.id)
    ).first()
    if changed is None:
        raise ConflictError(_("Повторить можно только то, что не получилось. Обновите страницу."))
    db.session.expire(job)
    _announce(job)


def take_up(job_id: int) -> Job | None:
    """Return the job, claimed for this worker, or None when somebody else has it or it is over."""
    now = clock.now()
    claimed = db.session.execute(
        update(Job)
        .where(Job.id == job_id, or_(Job.state == JobState.WAITING, _killed()))
        .values(state=JobState.RUNNING, attempts=Job.attempts + 1, started_at=now, seen_at=now)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).first()
    return db.session.get(Job, job_id, populate_existing=True) if claimed else None


def report(job: Job, done: int, total: int) -> None:
    """Write down how far the job is."""
    job.done, job.total, job.seen_at = done, total, clock.now()
    db.session.flush()


def end(job: Job, result: Mapping[str, Any]) -> None:
    """Write down that the work is done, with what came out of it."""
    job.state, job.result, job.finished_at = JobState.DONE, dict(result), clock.now()
    if job.total is not None:
        job.done = job.total
    db.session.flush()


def fail(job: Job, problem: str) -> None:
    """Write down why the work could not be done, in words for people."""
    job.state, job.problem, job.finished_at = JobState.FAILED, problem, clock.now()
    db.session.flush()


def note_run(name: str, started_at: datetime, problem: str) -> None:
    """Write down how the last run of a task went; `problem` is empty when it went well."""
    facts = {"started_at": started_at, "finished_at": clock.now(), "ok": not problem, "problem": problem[:300]}
    failures = TaskRun.failures + 1 if problem else 0
    written = insert_into(TaskRun).values(name=name, failures=1 if problem else 0, **facts)
    db.session.execute(written.on_conflict_do_update(index_elements=["name"], set_={**facts, "failures": failures}))


def left_over(*, all_running: bool = False) -> list[int]:
    """Return the jobs that wait, or were killed with their worker; with `all_running` every running one was."""
    left = Job.state == JobState.RUNNING if all_running else _killed()
    waiting = select(Job.id).where(or_(Job.state == JobState.WAITING, left)).order_by(Job.id)
    return list(db.session.scalars(waiting))


def release(job_ids: list[int]) -> None:
    """Let jobs of a dead worker be taken up again."""
    db.session.execute(
        update(Job)
        .where(Job.id.in_(job_ids), Job.state == JobState.RUNNING)
        .values(state=JobState.WAITING)
        .execution_options(synchronize_session=False)
    )


def _killed() -> Any:  # noqa: ANN401 - a condition; SQLAlchemy's types of them differ
    return and_(Job.state == JobState.RUNNING, Job.seen_at < clock.now() - SILENCE)


def _announce(job: Job) -> None:
    db.session.info.setdefault(STARTED, []).append(job.id)
