"""Argon2 is slow on purpose; how it is used can be tried with a light one."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from orientir_testkit import cast

from orientir.accounts import passwords

LIGHT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = LIGHT.hash(cast.PASSWORD)


@pytest.fixture(autouse=True)
def light_argon2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", LIGHT)
    monkeypatch.setattr(passwords, "_NOBODY", LIGHT.hash("nobody"))
    monkeypatch.setattr(cast, "_password_hash", lambda: HASH)
