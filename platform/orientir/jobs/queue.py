"""Work in the background: huey on a file of its own, run in the server's process by default.

Only one process runs the periodic tasks, so the embedded server starts one runner and production one worker.
The queue only wakes the runner: what is to be done stands in the table `job`, and a look at it each minute finds what
the queue has lost.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from huey import SqliteHuey, crontab
from huey.consumer import Consumer
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from orientir import clock
from orientir.config import Config
from orientir.contracts import JobKind, ScheduledTask
from orientir.db import begin_writing, came_second, db
from orientir.errors import OrientirError
from orientir.i18n import _
from orientir.jobs import services
from orientir.jobs.models import Job
from orientir.plugins import Plugins

if TYPE_CHECKING:
    from huey.api import Huey

log = logging.getLogger("orientir.jobs")
QUEUE_FILE = "jobs.sqlite3"
WORKERS = 2  # a long import must not keep the tasks on the clock waiting
TRIES = 5  # how often a job that gave way to another transaction goes on from its last report
KINDS, PUT = "orientir.job_kinds", "orientir.put_job"


class ThreadConsumer(Consumer):
    """A consumer inside a server's process: signals belong to the server, so it takes none."""

    def _set_signal_handlers(self) -> None:
        """Leave the server's handlers alone; `set_signal_handler` works in the main thread only."""


class Running:
    """A job under way; implements `orientir.contracts.RunningJob`."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.payload: Mapping[str, Any] = dict(job.payload)
        self.actor_id = job.actor_id
        self.region_id = job.region_id

    def report(self, done: int, total: int) -> None:
        services.report(self._job, done, total)
        db.session.commit()
        begin_writing()


def init_jobs(app: Flask, kinds: Iterable[JobKind]) -> None:
    """Tell `app` the platform's kinds of jobs."""
    app.extensions[KINDS] = {kind.key: kind for kind in kinds}


def build_queue(app: Flask, tasks: Iterable[ScheduledTask]) -> Huey:
    """Return the queue of `app` with `tasks` on the clock."""
    queue, _put_job = _new_queue(app)
    for task in tasks:
        _schedule(queue, app, task)
    return queue


def start_runner(app: Flask, tasks: Iterable[ScheduledTask]) -> ThreadConsumer:
    """Start background threads that work the queue of `app`; stop them with `.stop()`."""
    queue = build_queue(app, tasks)
    queue.periodic_task(crontab(), name="orientir.sweep")(lambda: sweep(app))
    first_look = queue.task(name="orientir.first_look")(lambda: sweep(app, after_restart=True))
    consumer = ThreadConsumer(queue, workers=WORKERS, worker_type="thread", check_worker_health=False)
    consumer.start()
    first_look()
    return consumer


def run_task(app: Flask, task: ScheduledTask) -> str:
    """Run one task in a transaction of its own and return what went wrong, in words, or nothing.

    A failure is logged and undone, the next run tries again; how it went is kept for the page of jobs.
    """
    with app.app_context():
        started_at, problem = clock.now(), ""
        try:
            begin_writing()
            task.run()
            db.session.commit()
        except Exception as error:  # whatever a task does, the runner goes on with the others
            db.session.rollback()
            log.exception("task %s failed", task.name)
            problem = _words(error)
        begin_writing()
        services.note_run(task.name, started_at, problem)
        db.session.commit()
        return problem


def run_job(app: Flask, job_id: int) -> None:
    """Do the work of one job unless somebody else does; a failure is written down in words for people."""
    with app.app_context():
        begin_writing()
        job = services.take_up(job_id)
        db.session.commit()
        if job is None:
            return
        begin_writing()
        try:
            services.end(job, _work(app, job))
            db.session.commit()
        except Exception as error:  # whatever a job does, the runner goes on and a person reads why
            db.session.rollback()
            if not isinstance(error, OrientirError):
                log.exception("job %s failed", job_id)
            begin_writing()
            services.fail(job, _words(error))
            db.session.commit()


def run_waiting(app: Flask) -> int:
    """Do all that waits, here and now, and return how many jobs that were: for tests and the command line."""
    with app.app_context():
        waiting = services.left_over()
        db.session.rollback()
    for job_id in waiting:
        run_job(app, job_id)
    return len(waiting)


def sweep(app: Flask, *, after_restart: bool = False) -> None:
    """Do what the queue has lost; after a restart of the only worker, what it was doing when it died, too."""
    with app.app_context():
        left = services.left_over(all_running=after_restart)
        db.session.rollback()
        if after_restart and left:
            begin_writing()
            services.release(left)
            db.session.commit()
    for job_id in left:
        run_job(app, job_id)


def plugin_tasks(plugins: Plugins) -> Iterable[ScheduledTask]:
    """Return the tasks the enabled plugins put on the clock."""
    return [task for manifest in plugins.manifests.values() for task in manifest.tasks]


def job_kinds(app: Flask) -> dict[str, JobKind]:
    """Return the kinds of jobs by key: the platform's, and those of the enabled plugins."""
    plugins: Plugins = app.extensions["orientir.plugins"]
    own: dict[str, JobKind] = app.extensions[KINDS]
    return own | {kind.key: kind for manifest in plugins.manifests.values() for kind in manifest.jobs}


def _work(app: Flask, job: Job) -> Mapping[str, Any]:
    kind = job_kinds(app).get(job.kind)
    if kind is None:
        raise OrientirError(_("Плагин, который умеет эту работу, выключен. Включите его и повторите."))
    if job.attempts > services.MOST_ATTEMPTS:
        raise OrientirError(_("Работа прерывалась %(times)s раз подряд.", times=services.MOST_ATTEMPTS))
    for left in reversed(range(TRIES)):
        try:
            return kind.run(Running(job))
        except OperationalError as error:
            if not left or not came_second(error):
                raise
            # Two lists name the same classes in another order, and the database let one of them give way.
            log.info("job %s gave way to another transaction and goes on", job.id)
            db.session.rollback()
            begin_writing()
    raise AssertionError("unreachable: the last try ends in the loop")


def _words(error: Exception) -> str:
    if isinstance(error, OrientirError):
        return str(error)
    return _("Внутренняя ошибка (%(name)s). Она записана в журнал сервера. Повторите или сообщите администратору.",
             name=type(error).__name__)  # fmt: skip


def _new_queue(app: Flask) -> tuple[Huey, Callable[[int], object]]:
    """Return a queue on the file of `app`, and the function that puts a job into it."""
    config: Config = app.config["ORIENTIR"]
    config.data_dir.mkdir(parents=True, exist_ok=True)
    queue = SqliteHuey("orientir", filename=str(config.data_dir / QUEUE_FILE), utc=True)
    put: Callable[[int], object] = queue.task(name="orientir.job")(lambda job_id: run_job(app, job_id))
    return queue, put


def _put(app: Flask, job_id: int) -> None:
    if PUT not in app.extensions:
        _queue, app.extensions[PUT] = _new_queue(app)
    app.extensions[PUT](job_id)


@event.listens_for(Session, "after_commit")
def _wake_runner(session: Session) -> None:
    for job_id in session.info.pop(services.STARTED, ()):
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the proxy would die with its request
        _put(app, job_id)


@event.listens_for(Session, "after_rollback")
def _forget_started(session: Session) -> None:
    session.info.pop(services.STARTED, None)


def _schedule(queue: Huey, app: Flask, task: ScheduledTask) -> None:
    when = crontab(minute="0", hour=str(task.hour)) if task.hour is not None else crontab(minute=f"*/{task.minutes}")

    @queue.periodic_task(when, name=task.name)  # type: ignore[untyped-decorator]  # huey ships no types
    def run() -> None:
        run_task(app, task)
