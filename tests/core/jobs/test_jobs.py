"""Jobs people started: they run after the commit, once, report how far they are, and survive their worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from orientir_testkit.cast import make_region
from orientir_testkit.races import PATIENCE
from sqlalchemy import select

from orientir import clock
from orientir.contracts import JobKind, Manifest, RunningJob
from orientir.db import begin_writing, db
from orientir.errors import ConflictError, InvalidInputError, PluginError
from orientir.hookspecs import hookimpl
from orientir.jobs import services
from orientir.jobs.models import Job, JobState
from orientir.jobs.queue import run_job, run_waiting, start_runner, sweep
from orientir.organisations.models import Region

Work = Callable[[RunningJob], Mapping[str, Any]]


class Fair:
    """A plugin with one kind of job; a test says what it does."""

    def __init__(self) -> None:
        self.work: Work = lambda job: {"sum": sum(job.payload["numbers"])}

    @hookimpl
    def orientir_manifest(self) -> Manifest:
        return Manifest(
            "fair", "Ярмарка", package="fair", jobs=(JobKind("fair.add", "Сложить", lambda job: self.work(job)),)
        )


@pytest.fixture
def fair() -> Fair:
    return Fair()


@pytest.fixture
def plugins(fair: Fair) -> dict[str, object]:
    return {"fair": fair}


def started(kind: str = "fair.add") -> Job:
    begin_writing()
    job = services.start(kind, {"numbers": [1, 2, 3]}, title="Сложить три числа", actor=None)
    db.session.commit()
    return job


def state(job: Job) -> tuple[str, int, int | None]:
    db.session.rollback()
    return job.state, job.done, job.total


def test_what_was_started_waits_runs_and_keeps_its_result(app: Flask) -> None:
    job = started()
    assert state(job) == (JobState.WAITING, 0, None)
    assert run_waiting(app) == 1
    assert state(job)[0] == JobState.DONE
    assert job.result == {"sum": 6}
    assert run_waiting(app) == 0


def test_what_was_not_committed_never_runs(app: Flask) -> None:
    begin_writing()
    services.start("fair.add", {"numbers": []}, title="Передумали", actor=None)
    db.session.rollback()
    assert run_waiting(app) == 0
    assert db.session.scalars(select(Job)).all() == []


def test_a_report_keeps_what_was_done_together_with_the_progress(app: Flask, fair: Fair) -> None:
    def half(job: RunningJob) -> Mapping[str, Any]:
        make_region("Первая", "01")
        job.report(1, 2)
        make_region("Вторая", "02")
        raise InvalidInputError("Строка 2: такого региона не бывает.")

    fair.work = half
    job = started()
    run_waiting(app)
    assert state(job) == (JobState.FAILED, 1, 2)
    assert job.problem == "Строка 2: такого региона не бывает."
    assert list(db.session.scalars(select(Region.name))) == ["Первая"]


def test_a_mistake_of_the_work_is_told_without_its_words(app: Flask, fair: Fair) -> None:
    def crash(_job: RunningJob) -> Mapping[str, Any]:
        raise RuntimeError("иванова@example.org is no number")

    fair.work = crash
    job = started()
    run_waiting(app)
    assert state(job)[0] == JobState.FAILED
    assert "RuntimeError" in job.problem
    assert "example" not in job.problem


def test_only_what_failed_can_be_tried_again(app: Flask, fair: Fair) -> None:
    good = fair.work
    fair.work = lambda job: {"one": 1 // 0}
    job = started()
    run_waiting(app)
    fair.work = good
    db.session.rollback()
    begin_writing()
    services.retry(job)
    db.session.commit()
    run_waiting(app)
    assert (state(job)[0], job.problem, job.result) == (JobState.DONE, "", {"sum": 6})
    with pytest.raises(ConflictError):
        services.retry(job)


def test_a_job_is_taken_up_once(app: Flask, fair: Fair) -> None:
    inside: list[int] = []

    def count(job: RunningJob) -> Mapping[str, Any]:
        inside.append(1)
        job.report(1, 2)
        assert services.take_up(seen.id) is None  # another worker hears of it while it runs
        return {}

    fair.work = count
    seen = started()
    run_job(app, seen.id)
    run_job(app, seen.id)
    assert inside == [1]


class TestKilled:
    """A worker that dies leaves its job «running»; nobody would ever finish it."""

    @pytest.fixture
    def orphan(self, app: Flask) -> Job:
        job = started()
        begin_writing()
        assert services.take_up(job.id) is not None
        db.session.commit()
        return job

    def test_it_is_left_alone_while_it_may_be_alive(self, app: Flask, orphan: Job) -> None:
        sweep(app)
        assert state(orphan)[0] == JobState.RUNNING

    def test_it_is_started_again_after_a_long_silence(self, app: Flask, orphan: Job) -> None:
        with time_machine.travel(clock.now() + timedelta(minutes=11)):
            sweep(app)
        assert state(orphan)[0] == JobState.DONE

    def test_it_is_started_again_at_once_when_the_only_worker_comes_back(self, app: Flask, orphan: Job) -> None:
        sweep(app, after_restart=True)
        assert (state(orphan)[0], orphan.attempts) == (JobState.DONE, 2)

    def test_one_that_kills_its_worker_again_and_again_is_given_up(self, app: Flask, orphan: Job) -> None:
        db.session.rollback()
        begin_writing()
        orphan.attempts = services.MOST_ATTEMPTS
        db.session.commit()
        sweep(app, after_restart=True)
        assert (state(orphan)[0], "прерывалась" in orphan.problem) == (JobState.FAILED, True)


def test_a_job_of_a_plugin_that_is_off_says_so(app: Flask) -> None:
    job = started("gone.work")
    run_waiting(app)
    assert "выключен" in (state(job)[0] == JobState.FAILED and job.problem)


def test_the_runner_hears_of_a_committed_job(app: Flask) -> None:
    runner = start_runner(app, [])
    try:
        job = started()
        give_up = time.monotonic() + PATIENCE
        while state(job)[0] != JobState.DONE and time.monotonic() < give_up:
            time.sleep(0.05)
    finally:
        runner.stop(graceful=True)
    assert state(job)[0] == JobState.DONE


def test_a_plugin_brings_only_its_own_kinds() -> None:
    with pytest.raises(PluginError, match="must start with"):
        Manifest("fair", "Ярмарка", package="fair", jobs=(JobKind("plans.add", "Чужое", lambda _job: {}),))
