"""The tasks on the clock as pages know them: which there are, and how one is run out of its turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask, current_app

from orientir.contracts import JobKind, RunningJob, ScheduledTask
from orientir.db import begin_writing, db
from orientir.errors import MissingError, OrientirError
from orientir.i18n import _, _l
from orientir.jobs.queue import run_task

TASKS = "orientir.tasks"


def init_tasks(app: Flask, find: Callable[[Flask], Sequence[ScheduledTask]]) -> None:
    """Tell `app` where its tasks are found; they are asked for when a page wants them."""
    app.extensions[TASKS] = find


def scheduled() -> dict[str, ScheduledTask]:
    """Return the tasks on the clock of the running application by name."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - tasks run in contexts of their own
    find: Callable[[Flask], Sequence[ScheduledTask]] = app.extensions[TASKS]
    return {task.name: task for task in find(app)}


def find_task(name: str) -> ScheduledTask:
    """Return the task of this name; raises MissingError where there is none (any more)."""
    task = scheduled().get(name)
    if task is None:
        raise MissingError(_("Такой работы по расписанию нет: её плагин выключен."))
    return task


def _run_named(job: RunningJob) -> Mapping[str, Any]:
    task = find_task(str(job.payload["task"]))
    db.session.commit()  # the task writes in a transaction of its own, and SQLite has one writer
    problem = run_task(current_app._get_current_object(), task)  # type: ignore[attr-defined]  # noqa: SLF001 - as above
    begin_writing()
    if problem:
        raise OrientirError(problem)
    return {"task": task.name}


RUN_TASK = JobKind("platform.run_task", _l("Работа по расписанию"), _run_named)
