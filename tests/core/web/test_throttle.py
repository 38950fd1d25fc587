"""Budgets of failures: each for one identity, none for ever."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask

from orientir.errors import ConfigError, TooManyAttemptsError
from orientir.web.throttle import Throttle, init_throttle

BUDGET = "3 per 10 minutes"


@pytest.fixture
def throttle() -> Throttle:
    return Throttle("memory://")


def spend(throttle: Throttle, *identity: str, times: int = 3) -> None:
    for _ in range(times):
        throttle.refuse_if_spent(BUDGET, *identity)
        throttle.charge(BUDGET, *identity)


def test_it_refuses_when_the_budget_is_spent_and_not_before(throttle: Throttle):
    spend(throttle, "sign-in", "one@example.org")
    with pytest.raises(TooManyAttemptsError):
        throttle.refuse_if_spent(BUDGET, "sign-in", "one@example.org")


def test_asking_costs_nothing(throttle: Throttle):
    for _ in range(50):
        throttle.refuse_if_spent(BUDGET, "code", "192.0.2.1")


def test_others_have_budgets_of_their_own(throttle: Throttle):
    spend(throttle, "sign-in", "one@example.org")
    throttle.refuse_if_spent(BUDGET, "sign-in", "other@example.org")
    throttle.refuse_if_spent(BUDGET, "code", "one@example.org")


def test_nobody_is_locked_out_for_good():
    with time_machine.travel("2026-05-14T10:00:00Z", tick=False) as clock:
        throttle = Throttle("memory://")
        spend(throttle, "code", "192.0.2.1")
        clock.shift(601)
        throttle.refuse_if_spent(BUDGET, "code", "192.0.2.1")


@pytest.mark.parametrize("storage", ["nowhere://", "", "memory"])
def test_a_store_that_is_none_is_refused_by_name(storage: str):
    with pytest.raises(ConfigError, match="ORIENTIR_LIMITS_STORAGE"):
        init_throttle(Flask(__name__), storage)
