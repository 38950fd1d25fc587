"""Figures for a monitoring system: behind a token, in its format, and never telling when a student sent."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast

from orientir import __version__, clock
from orientir.audit import services as audit
from orientir.config import Config
from orientir.db import db
from orientir.jobs import services as jobs
from orientir.jobs.services import note_run
from orientir.mail import services as mail
from orientir.web.metrics import STEP

TOKEN = "a-token-of-monitoring-of-32-signs"
LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? (-?[0-9.e+-]+)')


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, metrics_token=TOKEN, plugins=("plans",))


def _figures(client: FlaskClient) -> dict[str, float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


class TestToken:
    @pytest.mark.parametrize(
        "sent", [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", TOKEN, "Bearer ключ", f"bearer {TOKEN}"]
    )
    def test_without_it_there_is_no_such_page(self, client: FlaskClient, cast: Cast, sent: str | None):
        answer = client.get("/metrics", headers={"Authorization": sent} if sent is not None else {})
        assert answer.status_code == 404
        assert "orientir_" not in answer.text

    def test_nor_where_none_is_set(self, app: Flask, client: FlaskClient, cast: Cast):
        app.config["ORIENTIR"] = replace(app.config["ORIENTIR"], metrics_token="")
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404

    def test_an_administrator_has_no_way_round_it(self, as_user, cast: Cast):
        assert as_user(cast.administrator).get("/metrics").status_code == 404


def test_it_tells_what_waits_and_what_failed(client: FlaskClient, cast: Cast):
    before = _figures(client)
    jobs.start("x.y", {}, title="Список", actor=None, region_id=cast.region.id)
    mail.post("x@example.org", "Письмо", "", kind="x.y", region_id=cast.region.id)
    audit.write("x.y", "thing", 1, actor=None)
    note_run("platform.mail", clock.now(), "не вышло")
    db.session.commit()
    after = _figures(client)
    assert after['orientir_jobs{state="waiting"}'] == 1
    assert after['orientir_letters{state="outbox"}'] == 1
    assert after["orientir_audit_unsealed"] == before["orientir_audit_unsealed"] + 1
    assert after["orientir_tasks_failing"] == 1
    assert after["orientir_database_bytes"] > 10_000
    assert after[f'orientir_build_info{{version="{__version__}"}}'] == 1


def test_requests_are_counted_by_group_and_status(as_user, client: FlaskClient, cast: Cast):
    teacher = as_user(cast.teacher)
    for path in (f"/organisations/{cast.school.id}", "/organisations/4711", f"/organisations/{cast.school.id}"):
        teacher.get(path)
    client.get("/static/orientir.css").close()
    client.get("/no/such/page")
    found = _figures(client)
    assert found['orientir_requests_total{group="organisations",status="2xx"}'] == 2
    assert found['orientir_requests_total{group="organisations",status="4xx"}'] == 1
    assert found['orientir_requests_total{group="files",status="2xx"}'] == 1
    assert found['orientir_requests_total{group="none",status="4xx"}'] == 1
    assert found['orientir_request_seconds_count{group="organisations"}'] == 3
    assert found['orientir_request_seconds_bucket{group="organisations",le="+Inf"}'] == 3


def test_students_are_told_in_tens_only(client: FlaskClient, cast: Cast):
    """A figure that moves with every send would tell the order of the sends to whoever asks every second."""
    told = []
    for _ in range(STEP + STEP // 2):
        client.get("/s/")
        client.post("/code", data={"code": "1"})
        found = _figures(client)
        told.append({name: value for name, value in found.items() if 'group="students"' in name})
    assert [len({tuple(one.items()) for one in told})] == [1 + len(told) * 2 // STEP]
    assert told[-1]['orientir_request_seconds_count{group="students"}'] == 30
    assert not any("requests_total" in name for name in told[-1])
    assert not any('group="survey"' in name for name in found)
