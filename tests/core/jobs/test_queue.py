"""Work in the background: on the clock, in transactions of its own, and never in the way of the server."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import datetime

import pytest
from flask import Flask
from orientir_testkit.cast import make_region
from orientir_testkit.races import PATIENCE
from sqlalchemy import select

from orientir import upkeep
from orientir.contracts import Manifest, ScheduledTask
from orientir.db import db
from orientir.errors import PluginError
from orientir.jobs.queue import build_queue, plugin_tasks, run_task, start_runner
from orientir.organisations.models import Region
from orientir.plugins import current_plugins


def regions() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Region.name)))


def due(app: Flask, task: ScheduledTask, at: str) -> bool:
    queue = build_queue(app, [task])
    return [one.name for one in queue.read_periodic(datetime.fromisoformat(at))] == [task.name]


class TestClock:
    def test_a_daily_task_is_due_once_a_day(self, app: Flask):
        task = ScheduledTask("fair.nightly", lambda: None, hour=18)
        assert due(app, task, "2026-05-14T18:00:00")
        assert not due(app, task, "2026-05-14T18:01:00")
        assert not due(app, task, "2026-05-14T17:00:00")

    def test_a_frequent_task_is_due_at_its_interval(self, app: Flask):
        task = ScheduledTask("fair.often", lambda: None, minutes=10)
        assert [due(app, task, f"2026-05-14T09:{minute:02d}:00") for minute in (0, 9, 10, 50, 59)] == [
            True, False, True, True, False
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "when",
        [{}, {"hour": 3, "minutes": 5}, {"hour": 24}, {"hour": -1}, {"minutes": 0}, {"minutes": 7}, {"minutes": 90}],
    )
    def test_a_time_that_is_none_is_refused(self, when: dict[str, int]):
        with pytest.raises(PluginError, match=r"fair\.odd"):
            ScheduledTask("fair.odd", lambda: None, **when)

    def test_a_plugin_puts_only_its_own_tasks_on_it(self):
        with pytest.raises(PluginError, match="must start with"):
            Manifest("fair", "Ярмарка", package="fair", tasks=(ScheduledTask("plans.close", lambda: None, hour=1),))

    def test_the_platform_and_its_plugins_stand_on_it(self, app: Flask):
        names = [task.name for task in upkeep.scheduled_tasks(app)]
        assert "platform.purge_expired" in names
        assert {task.name for task in plugin_tasks(current_plugins())} < set(names)
        assert len(names) == len(set(names))
        build_queue(app, upkeep.scheduled_tasks(app))


class TestRunning:
    def test_what_it_did_is_kept(self, app: Flask):
        run_task(app, ScheduledTask("fair.add", lambda: make_region("Новый"), hour=1))
        assert regions() == ["Новый"]

    def test_a_failure_is_logged_and_undone_and_the_next_goes_on(self, app: Flask, caplog: pytest.LogCaptureFixture):
        def fail() -> None:
            make_region("Лишний")
            raise RuntimeError("the task's own mistake")

        with caplog.at_level(logging.ERROR, logger="orientir.jobs"):
            run_task(app, ScheduledTask("fair.fail", fail, hour=1))
        run_task(app, ScheduledTask("fair.add", lambda: make_region("Новый"), hour=1))
        assert regions() == ["Новый"]
        assert "fair.fail" in caplog.text
        assert "own mistake" in caplog.text

    def test_upkeep_runs_on_an_empty_and_on_a_used_database(self, app: Flask):
        for _ in range(2):
            run_task(app, ScheduledTask("platform.purge_expired", upkeep.purge_expired, hour=1))

    def test_the_runner_works_beside_the_server_and_leaves_its_signals_alone(self, app: Flask):
        handlers = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
        done = threading.Event()
        task = ScheduledTask("fair.ping", done.set, hour=1)
        runner = start_runner(app, [task])
        try:
            # What the clock does at the hour: put the task into the queue.
            runner.huey.enqueue(runner.huey._registry.periodic_tasks[0])
            assert done.wait(PATIENCE)
        finally:
            runner.stop(graceful=True)
        assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == handlers
