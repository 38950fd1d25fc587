"""The one field «Введите код»: typing errors are free, guesses are few, a class never meets the limit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orientir_testkit.plugins import make_plugin

from orientir.codes.digits import derive, grouped
from orientir.codes.services import issue
from orientir.config import Config
from orientir.contracts import CodeDestination, CodeKind

BUDGET = 5


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, code_attempts=f"{BUDGET} per 10 minutes")


@pytest.fixture
def plugins() -> dict[str, object]:
    kinds = {"code_kinds": (CodeKind("seat", "место"),)}
    return {
        "seats": make_plugin(
            "seats", brings=kinds, open_code=lambda code: CodeDestination("/help", {"seat": code.owner})
        )
    }


def guess(number: int) -> str:
    """Return digits that could be a code and are none."""
    return derive("a stranger's secret", "guess", str(number), 1)


def mistyped(code: str) -> str:
    """Return the code with one digit wrong."""
    return code[:3] + str((int(code[3]) + 1) % 10) + code[4:]


def enter(client: FlaskClient, code: str, address: str = "192.0.2.1"):
    return client.post("/code", data={"code": code}, environ_base={"REMOTE_ADDR": address})


def follow(client: FlaskClient, code: str, address: str = "192.0.2.1"):
    return client.get(f"/k/{code}", environ_base={"REMOTE_ADDR": address})


@pytest.fixture
def thirty(app: Flask) -> list[str]:
    """The codes of a class."""
    return list(issue("seat", [str(number) for number in range(30)]).values())


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "вы ввели 0"),
        ("1234-5678", "вы ввели 8"),
        ("1" * 13, "вы ввели 13"),
        ("нет", "вы ввели 0"),
        (grouped(mistyped(guess(1))), "опечатка"),
        (grouped(guess(1)), "Такого кода нет"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(client: FlaskClient, typed: str, told: str):
    answer = enter(client, typed)
    assert answer.status_code == 400
    assert told in answer.text
    assert f'value="{typed}"' in answer.text


def test_what_was_typed_is_never_markup(client: FlaskClient):
    assert "<script>alert" not in enter(client, '"><script>alert(1)</script>').text


def test_a_code_leads_to_a_page_without_it(client: FlaskClient, thirty: list[str]):
    for answer in (enter(client, grouped(thirty[0])), follow(client, thirty[1])):
        assert (answer.status_code, answer.location) == (303, "/help")


class TestGuessing:
    @pytest.mark.parametrize("ask", [enter, follow])
    def test_it_ends_after_the_budget_and_not_before(self, client: FlaskClient, ask):
        assert [ask(client, guess(number)).status_code for number in range(BUDGET)] == [400] * BUDGET
        refused = ask(client, guess(99))
        assert refused.status_code == 429
        assert "Подождите несколько минут" in refused.text

    def test_both_doors_have_one_budget(self, client: FlaskClient):
        for number in range(BUDGET):
            (enter if number % 2 else follow)(client, guess(number))
        assert (enter(client, guess(98)).status_code, follow(client, guess(99)).status_code) == (429, 429)

    def test_then_even_a_right_code_waits_so_that_nothing_is_learnt(self, client: FlaskClient, thirty: list[str]):
        for number in range(BUDGET):
            enter(client, guess(number))
        assert enter(client, thirty[0]).status_code == 429

    def test_another_address_is_not_concerned(self, client: FlaskClient, thirty: list[str]):
        for number in range(BUDGET + 1):
            enter(client, guess(number))
        assert enter(client, thirty[0], "192.0.2.2").status_code == 303


def test_a_class_behind_one_address_never_meets_the_limit(app: Flask, thirty: list[str]):
    """Thirty students, each with a typing error or two: the check digit finds them, and nobody is charged."""
    for code in thirty:
        client = app.test_client()
        assert [enter(client, typed).status_code for typed in (code[:-1], mistyped(code))] == [400, 400]
        assert enter(client, code).status_code == 303


def test_the_usual_budget_lets_many_classes_guess_wrong(app: Flask):
    usual = Config().code_attempts
    assert int(usual.split()[0]) >= 10 * 30


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.text(max_size=40))
def test_nothing_typed_breaks_it(client: FlaskClient, typed: str):
    assert enter(client, typed).status_code in (400, 429)
    assert client.get("/k/" + "".join(sign for sign in typed if sign.isalnum()) + "x").status_code in (400, 429)


@pytest.mark.parametrize(
    ("kind", "told"),
    [("seat", "введите код: место."), ("slip", "сохранено"), ("card", "карточка ученика"), ("none", "сохранено")],
)
def test_only_whoever_was_answering_hears_that_answers_are_kept(client: FlaskClient, kind: str, told: str):
    page = client.get(f"/?again={kind}").text
    assert told in page
    assert ("сохранено" in page) is (told == "сохранено")
