"""Work in the background: huey on a file of its own, run in the server's process by default.

Only one process runs the periodic tasks, so the embedded server starts one runner and production one worker.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from huey import SqliteHuey, crontab
from huey.consumer import Consumer

from orientir.config import Config
from orientir.contracts import ScheduledTask
from orientir.db import begin_writing, db
from orientir.plugins import Plugins

if TYPE_CHECKING:
    from huey.api import Huey

log = logging.getLogger("orientir.jobs")
QUEUE_FILE = "jobs.sqlite3"


class ThreadConsumer(Consumer):
    """A consumer inside a server's process: signals belong to the server, so it takes none."""

    def _set_signal_handlers(self) -> None:
        """Leave the server's handlers alone; `set_signal_handler` works in the main thread only."""


def build_queue(app: Flask, tasks: Iterable[ScheduledTask]) -> Huey:
    """Return the queue of `app` with `tasks` on the clock."""
    config: Config = app.config["ORIENTIR"]
    config.data_dir.mkdir(parents=True, exist_ok=True)
    queue = SqliteHuey("orientir", filename=str(config.data_dir / QUEUE_FILE), utc=True)
    for task in tasks:
        _schedule(queue, app, task)
    return queue


def start_runner(app: Flask, tasks: Iterable[ScheduledTask]) -> ThreadConsumer:
    """Start one background thread that works the queue of `app`; stop it with `.stop()`."""
    consumer = ThreadConsumer(build_queue(app, tasks), workers=1, worker_type="thread", check_worker_health=False)
    consumer.start()
    return consumer


def run_task(app: Flask, task: ScheduledTask) -> None:
    """Run one task in a transaction of its own; a failure is logged and undone, the next run tries again."""
    with app.app_context():
        try:
            begin_writing()
            task.run()
            db.session.commit()
        except Exception:  # whatever a task does, the runner goes on with the others
            db.session.rollback()
            log.exception("task %s failed", task.name)


def plugin_tasks(plugins: Plugins) -> Iterable[ScheduledTask]:
    """Return the tasks the enabled plugins put on the clock."""
    return [task for manifest in plugins.manifests.values() for task in manifest.tasks]


def _schedule(queue: Huey, app: Flask, task: ScheduledTask) -> None:
    when = crontab(minute="0", hour=str(task.hour)) if task.hour is not None else crontab(minute=f"*/{task.minutes}")

    @queue.periodic_task(when, name=task.name)  # type: ignore[untyped-decorator]  # huey ships no types
    def run() -> None:
        run_task(app, task)
