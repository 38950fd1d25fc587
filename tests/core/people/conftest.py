"""The platform alone, a light argon2, and the letters that went out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from orientir_testkit import cast as cast_
from orientir_testkit.cast import Cast
from sqlalchemy import select

from orientir.accounts import passwords
from orientir.accounts.models import User
from orientir.config import Config
from orientir.db import db
from orientir.mail.models import OutgoingMail
from orientir.mail.queries import opened_text

LIGHT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = LIGHT.hash(cast_.PASSWORD)


@pytest.fixture(autouse=True)
def light_argon2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", LIGHT)
    monkeypatch.setattr(passwords, "_NOBODY", LIGHT.hash("nobody"))
    monkeypatch.setattr(cast_, "_password_hash", lambda: HASH)


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, plugins=())


@pytest.fixture
def letters() -> Callable[[], list[OutgoingMail]]:
    """Return the letters so far, in the order they were written."""
    return lambda: list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


@pytest.fixture
def link_in() -> Callable[[OutgoingMail], str]:
    """Return the path of the one link in a letter."""
    return lambda mail: re.search(r"https?://[^/\s]+(/\S+)", opened_text(mail))[1]


@pytest.fixture
def coordinator(as_user: Callable[[User], FlaskClient], cast: Cast) -> FlaskClient:
    return as_user(cast.coordinator)


@pytest.fixture
def school_admin(as_user: Callable[[User], FlaskClient], cast: Cast) -> FlaskClient:
    return as_user(cast.school_admin)
