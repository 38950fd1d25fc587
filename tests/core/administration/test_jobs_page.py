"""The pages of jobs: how they go, why they failed, once more; and the tasks on the clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from sqlalchemy import select

from orientir import clock
from orientir.audit.models import AuditEntry
from orientir.contracts import JobKind, RunningJob, ScheduledTask
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.jobs import services
from orientir.jobs.models import Job, JobState, TaskRun
from orientir.jobs.queue import KINDS, run_task, run_waiting

PAGE = "/administration/jobs"


def _copy(job: RunningJob) -> Mapping[str, Any]:
    if job.payload.get("fails"):
        raise InvalidInputError("В строке 7 нет названия.")
    return {"rows": 3}


@pytest.fixture
def app(app: Flask) -> Flask:
    app.extensions[KINDS]["platform.copy"] = JobKind("platform.copy", "Копия списка", _copy)
    return app


def _start(cast: Cast, title: str, actor: int, **payload: object) -> Job:
    return services.start("platform.copy", payload, title=title, actor=actor, region_id=cast.region.id)


@pytest.fixture
def failed(app: Flask, cast: Cast) -> int:
    """The number of a job of the operator that failed."""
    job = _start(cast, "Школы города", cast.operator.id, fails=True)
    db.session.commit()
    run_waiting(app)
    return job.id


class TestPage:
    def test_it_tells_what_waits_runs_failed_and_is_done(self, app: Flask, administrator, failed: int, cast: Cast):
        _start(cast, "Списки колледжей", cast.operator.id)
        db.session.commit()
        run_waiting(app)
        going = _start(cast, "Классы района", cast.teacher.id)
        _start(cast, "Ещё не начато", cast.teacher.id)
        going.state, going.done, going.total = JobState.RUNNING, 1200, 7000
        page = administrator.get(PAGE).text.replace("\N{NO-BREAK SPACE}", " ")
        assert page.index("Классы района") < page.index("1 200 из 7 000") < page.index("Ещё не начато")
        assert page.index("Школы города") < page.index("В строке 7 нет названия.") < page.index("Списки колледжей")
        assert "Олег Петрович Оператор" in page

    def test_a_region_sees_nothing_of_another(self, stranger, failed: int):
        assert "Школы города" not in stranger.get(PAGE).text

    @pytest.mark.parametrize("role", ["operator", "coordinator", "teacher"])
    def test_others_see_their_own(self, as_user, cast: Cast, failed: int, role: str):
        client = as_user(cast.staff[role])
        assert client.get(PAGE).status_code == 403
        assert ("Школы города" in client.get("/jobs").text) == (role == "operator")

    def test_it_costs_the_same_with_one_job_and_with_three(self, app: Flask, administrator, cast: Cast, count_queries):
        counts = []
        for number in (1, 2, 3):
            _start(cast, f"Список {number}", cast.staff[("operator", "coordinator", "teacher")[number - 1]].id)
            db.session.commit()
            with count_queries() as seen:
                administrator.get(PAGE)
            counts.append(seen.count)
        assert counts[0] == counts[2] <= 10


class TestOnceMore:
    def test_who_started_it_tries_again(self, app: Flask, operator: FlaskClient, failed: int):
        assert operator.post(f"/jobs/{failed}/retry").status_code == 303
        db.session.expire_all()
        assert db.session.get_one(Job, failed).state == JobState.WAITING
        assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "job.retry")).one().object_id == str(
            failed
        )

    def test_an_administrator_of_the_region_does_too(self, administrator: FlaskClient, failed: int):
        assert administrator.post(f"/jobs/{failed}/retry").status_code == 303

    def test_for_others_it_does_not_exist(self, teacher: FlaskClient, stranger: FlaskClient, failed: int):
        assert teacher.post(f"/jobs/{failed}/retry").status_code == 404
        assert stranger.post(f"/jobs/{failed}/retry").status_code == 404
        assert stranger.post("/jobs/4711/retry").status_code == 404

    def test_what_has_not_failed_is_a_conflict(self, operator: FlaskClient, failed: int):
        operator.post(f"/jobs/{failed}/retry")
        assert operator.post(f"/jobs/{failed}/retry").status_code == 409


class TestTasks:
    def test_the_last_run_and_its_outcome_are_kept(self, app: Flask, administrator: FlaskClient, cast: Cast):
        def fail() -> None:
            raise ValueError("Ульяна Сергеевна")

        task = ScheduledTask("platform.mail", fail, minutes=1)
        assert "ещё не запускалась" in administrator.get(PAGE).text
        for _ in range(2):
            run_task(app, task)
        page = administrator.get(PAGE).text
        assert "подряд: 2" in page
        assert "Внутренняя ошибка (ValueError)" in page
        assert "Ульяна" not in page.partition("По расписанию")[2].partition("<footer")[0]
        run_task(app, ScheduledTask("platform.mail", lambda: None, minutes=1))
        db.session.rollback()
        run = db.session.get_one(TaskRun, "platform.mail")
        assert (run.ok, run.failures, run.problem) == (True, 0, "")
        assert run.finished_at <= clock.now()

    def test_it_runs_out_of_its_turn(self, app: Flask, administrator: FlaskClient, cast: Cast):
        assert administrator.post(f"{PAGE}/tasks/platform.seal_audit").status_code == 303
        assert run_waiting(app) == 1
        db.session.rollback()
        job = db.session.scalars(select(Job)).one()
        assert (job.state, job.region_id, job.problem) == (JobState.DONE, cast.region.id, "")
        assert db.session.get_one(TaskRun, "platform.seal_audit").ok

    def test_one_that_fails_tells_why(self, app: Flask, administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch):
        def fail() -> None:
            raise InvalidInputError("Ящик переполнен.")

        monkeypatch.setattr("orientir.upkeep.send_mail", fail)
        administrator.post(f"{PAGE}/tasks/platform.mail")
        run_waiting(app)
        page = administrator.get(PAGE).text
        assert page.count("Ящик переполнен.") == 2

    def test_one_that_is_not_there_is_missing(self, administrator: FlaskClient, operator: FlaskClient):
        assert administrator.post(f"{PAGE}/tasks/fair.tidy").status_code == 404
        assert operator.post(f"{PAGE}/tasks/platform.mail").status_code == 403
