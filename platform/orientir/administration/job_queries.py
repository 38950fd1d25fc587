"""Reads of jobs and of the tasks on the clock for their pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from flask import current_app
from sqlalchemy import ColumnElement, or_, select

from orientir import clock
from orientir.accounts.models import User
from orientir.contracts import ScheduledTask, Text
from orientir.db import db
from orientir.i18n import _, plural
from orientir.jobs.models import Job, JobState, TaskRun
from orientir.jobs.queue import job_kinds
from orientir.jobs.tasks import scheduled
from orientir.web.formats import hour

UNDER_WAY, FAILED, DONE = 50, 50, 20  # rows of each part of the page


@dataclass(frozen=True)
class JobLine:
    """A job with the words for its kind and who started it."""

    job: Job
    state: JobState
    kind: Text
    actor: str


@dataclass(frozen=True)
class JobsPage:
    """Jobs as the page tells them: those that run or wait, those that failed, those done lately."""

    under_way: list[JobLine]
    failed: list[JobLine]
    done: list[JobLine]


@dataclass(frozen=True)
class TaskLine:
    """A task on the clock: what it is called, when it runs, how the last run went (None: it never ran)."""

    task: ScheduledTask
    title: str
    when: str
    run: TaskRun | None


def jobs_of_region(region_id: int, rows: int | None = None) -> JobsPage:
    """Return the jobs of a region, as many of each part as the page shows, or `rows`."""
    return _page(Job.region_id == region_id, rows)


def jobs_of_person(user_id: int, rows: int | None = None) -> JobsPage:
    """Return the jobs somebody started."""
    return _page(Job.actor_id == user_id, rows)


def task_lines() -> list[TaskLine]:
    """Return the tasks on the clock with their last runs."""
    runs = {run.name: run for run in db.session.scalars(select(TaskRun))}
    tasks = sorted(scheduled().values(), key=lambda task: task.name)
    return [TaskLine(task, str(task.title) or task.name, _when(task), runs.get(task.name)) for task in tasks]


def _page(condition: ColumnElement[bool], rows: int | None) -> JobsPage:
    wanted = select(Job).where(condition)
    waiting = or_(Job.state == JobState.WAITING, Job.state == JobState.RUNNING)
    parts = [
        list(db.session.scalars(question))
        for question in (
            wanted.where(waiting).order_by(Job.id).limit(rows or UNDER_WAY),
            wanted.where(Job.state == JobState.FAILED).order_by(Job.id.desc()).limit(rows or FAILED),
            wanted.where(Job.state == JobState.DONE).order_by(Job.id.desc()).limit(rows or DONE),
        )
    ]
    names = _names([job for part in parts for job in part])
    return JobsPage(*([_line(job, names) for job in part] for part in parts))


def _line(job: Job, names: dict[int, str]) -> JobLine:
    kind = job_kinds(current_app).get(job.kind)
    return JobLine(job, JobState(job.state), kind.title if kind else job.kind, names.get(job.actor_id or 0, ""))


def _names(jobs: Sequence[Job]) -> dict[int, str]:
    wanted = select(User.id, User.name).where(User.id.in_({job.actor_id for job in jobs if job.actor_id}))
    return {row.id: row.name for row in db.session.execute(wanted)}


def _when(task: ScheduledTask) -> str:
    if task.minutes is not None:
        if task.minutes == 1:
            return _("каждую минуту")
        return _(
            "каждые %(count)s %(minutes)s", count=task.minutes, minutes=plural(task.minutes, _("минуту|минуты|минут"))
        )
    at = datetime.combine(clock.now().date(), time(task.hour or 0), UTC)
    return _("каждый день в %(hour)s", hour=hour(at))
