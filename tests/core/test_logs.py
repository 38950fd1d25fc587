"""Lines of the log: for machines and for people, with a number support can ask for, and with nobody's data in them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from orientir_testkit.plugins import make_plugin
from sqlalchemy import text

from orientir.accounts.models import User
from orientir.config import Config
from orientir.db import db
from orientir.errors import ConfigError
from orientir.logs import ACCESS, HIDDEN, JsonLines, TextLines, scrub, scrub_error, set_up_logs
from orientir.web.access import public
from orientir.web.observing import TOGETHER

EMAIL, PHONE = "olga.petrovna@school3.example.org", "+7 (924) 123-45-67"
CODE, TOKEN = "1234 5678 9012", "eyJ1c2VyIjo3fQ-x8fkKq2mZ0Tt"
NAME = "Ольга Петровна"
SECRETS = (EMAIL, PHONE, CODE, CODE.replace(" ", "-"), CODE.replace(" ", ""), TOKEN, NAME)


def _stumble(secret: str) -> None:
    raise ValueError(secret)


def _quote_the_database() -> None:
    """What PostgreSQL says of a doubled e-mail names it."""
    user = db.session.query(User).first()
    db.session.execute(
        text("INSERT INTO account (email, name, password_hash, session_stamp, created_at) "
             "VALUES (:email, :name, '', '', :at)"),
        {"email": user.email, "name": NAME, "at": user.created_at.isoformat()},
    )  # fmt: skip


def _pages() -> Blueprint:
    pages = Blueprint("probe", __name__, url_prefix="/probe")

    @pages.get("/fail/<secret>")
    @public
    def fail(secret: str) -> str:
        _stumble(secret)
        return ""

    @pages.get("/database")
    @public
    def database() -> str:
        _quote_the_database()
        return ""

    return pages


@pytest.fixture
def plugins() -> dict[str, object]:
    return {"probe": make_plugin("probe", brings={"blueprints": (_pages(),)})}


@pytest.fixture(params=[JsonLines, TextLines])
def lines(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What the log gets, in each form."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    root, access = logging.getLogger(), logging.getLogger(ACCESS)
    root.addHandler(handler)
    access.setLevel(logging.INFO)
    yield stream
    access.setLevel(logging.NOTSET)
    root.removeHandler(handler)


@pytest.fixture
def told(lines: io.StringIO) -> Iterator[io.StringIO]:
    """Lines of JSON only."""
    if not isinstance(logging.getLogger().handlers[-1].formatter, JsonLines):
        pytest.skip("the other form")
    return lines


def _read(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


class TestScrubbing:
    @pytest.mark.parametrize("secret", SECRETS)
    def test_what_is_logged_loses_it(self, app: Flask, lines: io.StringIO, secret: str):
        log = logging.getLogger("orientir.probe")
        log.warning("it says %s and %r", secret, {"who": secret})
        log.error("failed for %s", ValueError(f"no such account: {secret}"))
        try:
            _stumble(f"cannot read «{secret}»")
        except ValueError:
            log.exception("refused %s", secret)
        assert secret not in lines.getvalue()
        assert HIDDEN in lines.getvalue()
        assert "_stumble" in lines.getvalue()

    @pytest.mark.parametrize("secret", SECRETS[:-1])
    def test_even_inside_a_sentence(self, secret: str):
        assert secret not in scrub(f"письмо на {secret}, не ушло: {secret}.")

    @pytest.mark.parametrize(
        "words",
        [
            "plugin fair is left out: ModuleNotFoundError",
            "sealed 1200 acts in 14 blocks",
            "Running upgrade platform_0001 -> platform_0008, administration",
            "2026-05-14T02:00:00Z slot 17 of 2026-05-14, 10:00",
        ],
    )
    def test_what_is_nobodys_stays(self, words: str):
        assert scrub(words) == words

    def test_an_error_keeps_what_helps(self):
        assert scrub_error(ZeroDivisionError("division by zero")) == "division by zero"
        assert scrub_error(OSError("no such table: fair_visit")) == "no such table: fair_visit"

    def test_what_the_database_says_quotes_nobody(self, client: FlaskClient, cast: Cast, lines: io.StringIO):
        email = cast.administrator.email
        assert client.get("/probe/database").status_code == 409
        assert lines.getvalue()
        assert email not in lines.getvalue()
        assert NAME not in lines.getvalue()


class TestRequests:
    def test_a_line_names_the_endpoint_and_the_account_as_a_number(self, as_user, cast: Cast, told: io.StringIO):
        as_user(cast.teacher).get(f"/organisations/{cast.school.id}?q={EMAIL}")
        line = _read(told)[-1]
        assert {name: line[name] for name in ("method", "endpoint", "status", "user", "region")} == {
            "method": "GET",
            "endpoint": "organisations.organisation",
            "status": 200,
            "user": cast.teacher.id,
            "region": cast.region.id,
        }
        assert len(line["time"]) > len("2026-05-14")
        assert line["milliseconds"] >= 0
        assert line["request"]
        assert "127.0.0.1" not in told.getvalue()

    def test_addresses_with_secrets_are_not_told(self, client: FlaskClient, cast: Cast, lines: io.StringIO):
        client.get(f"/k/{CODE.replace(' ', '')}")
        client.get(f"/invitations/{TOKEN}?email={EMAIL}")
        client.get(f"/probe/fail/{NAME}")
        for secret in (*SECRETS, "127.0.0.1"):
            assert secret not in lines.getvalue()

    def test_the_page_of_a_failure_and_the_log_bear_one_number(
        self, client: FlaskClient, cast: Cast, told: io.StringIO
    ):
        answer = client.get("/probe/fail/x")
        failure = next(line for line in _read(told) if line["level"] == "ERROR")
        assert answer.status_code == 500
        assert failure["request"] == answer.headers["X-Request-ID"]
        assert str(failure["request"]) in answer.text
        assert any("_stumble" in place for place in failure["failure"])

    def test_a_refusal_bears_none_on_its_page(self, client: FlaskClient, cast: Cast):
        assert "Номер обращения" not in client.get("/no/such").text

    def test_a_strangers_number_is_taken_from_an_own_proxy_only(self, app: Flask, client: FlaskClient, cast: Cast):
        asked = {"X-Request-ID": "abcd-1234-efgh"}
        assert client.get("/", headers=asked).headers["X-Request-ID"] != asked["X-Request-ID"]


class TestStudents:
    """Whoever reads the log must not learn when somebody sent, nor in which order."""

    def test_their_lines_have_no_time_no_duration_and_no_number(
        self, client: FlaskClient, cast: Cast, told: io.StringIO
    ):
        for _ in range(TOGETHER):
            client.get("/s/")
        lines = [line for line in _read(told) if line["message"] == "students"]
        assert len(lines) == TOGETHER
        assert all(
            set(line) == {"time", "level", "logger", "message", "day", "method", "endpoint", "status"} for line in lines
        )
        assert all(len(str(line["time"])) == len("2026-05-14") for line in lines)

    def test_they_are_kept_until_there_are_some_and_written_in_an_order_of_their_own(
        self, client: FlaskClient, cast: Cast, told: io.StringIO
    ):
        visits = ["/s/thanks", "/s/", "/s/review"] * 7
        for number, path in enumerate(visits[:TOGETHER]):
            assert (told.getvalue() == "") or number == TOGETHER
            client.get(path)
        endpoints = [line["endpoint"] for line in _read(told)]
        assert endpoints == sorted(endpoints)
        assert len(endpoints) == TOGETHER

    def test_codes_typed_into_the_one_field_are_theirs(self, client: FlaskClient, cast: Cast, told: io.StringIO):
        client.post("/code", data={"code": CODE})
        assert told.getvalue() == ""


class TestSetUp:
    def test_a_strange_form_is_refused(self, config: Config):
        with pytest.raises(ConfigError, match="ORIENTIR_LOG_FORMAT"):
            replace(config, log_format="xml").check()

    def test_a_strange_level_is_refused(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("ORIENTIR_LOG", "LOUD")
        with pytest.raises(ConfigError, match="ORIENTIR_LOG"):
            set_up_logs()

    def test_what_is_written_is_json_a_line(self, monkeypatch: pytest.MonkeyPatch):
        root, stream = logging.getLogger(), io.StringIO()
        monkeypatch.setattr(root, "handlers", [])
        monkeypatch.setattr(root, "level", root.level)
        set_up_logs("json", stream=stream)
        logging.getLogger("orientir.probe").error("one\ntwo")
        set_up_logs("text")
        logging.getLogger("orientir.probe").error("three")
        first, second = stream.getvalue().splitlines()
        assert json.loads(first)["message"] == "one\ntwo"
        assert second.endswith("ERROR orientir.probe: three")
