"""Budgets for guesses.

Only failures are charged, per account or per kind of code and address, and nobody is locked out
for good: a whole school sits behind one address, and a class of 30 that mistypes now and then never meets the limit.
"""

from __future__ import annotations

from functools import cache

from flask import Flask, current_app
from limits import parse
from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from orientir.errors import ConfigError, TooManyAttemptsError
from orientir.i18n import _

budget_of = cache(parse)  # there are as many as settings


class Throttle:
    """Counts failures in a store that all processes of the site share when it is configured so."""

    def __init__(self, storage: str) -> None:
        self._limiter = MovingWindowRateLimiter(storage_from_string(storage))

    def refuse_if_spent(self, budget: str, *identity: str) -> None:
        """Raise TooManyAttemptsError when `identity` has used up `budget` («8 per 10 minutes»)."""
        if not self._limiter.test(budget_of(budget), *identity):
            raise TooManyAttemptsError

    def charge(self, budget: str, *identity: str) -> None:
        """Count one failure of `identity`."""
        self._limiter.hit(budget_of(budget), *identity)


def init_throttle(app: Flask, storage: str) -> None:
    """Give `app` its budgets; raises ConfigError where they cannot be kept in `storage`."""
    try:
        app.extensions["orientir.throttle"] = Throttle(storage)
    except (ConfigurationError, NotImplementedError, ValueError) as error:
        raise ConfigError(
            _("ORIENTIR_LIMITS_STORAGE: «%(value)s» не подходит. Напишите memory:// или redis://сервер "
              "и установите пакет redis.", value=storage)
        ) from error  # fmt: skip


def current_throttle() -> Throttle:
    throttle: Throttle = current_app.extensions["orientir.throttle"]
    return throttle
