"""The demo region, for tests that want a world with everything in it."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from flask import Flask
from sqlalchemy import select

from orientir import demo
from orientir.accounts import passwords
from orientir.accounts.models import User
from orientir.db import begin_writing, db
from orientir.organisations.models import Region

hash_once = cache(passwords.hash_password)


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash each password once for all tests: argon2 is slow on purpose."""
    monkeypatch.setattr(passwords, "hash_password", hash_once)


@pytest.fixture
def demo_region(app: Flask, school_day: date, cheap_passwords: None) -> Region:
    """Return the demo region of a day in May, committed."""
    begin_writing()
    region = demo.build_demo(seed=38)
    db.session.commit()
    return region


@pytest.fixture
def demo_operator(demo_region: Region) -> User:
    return db.session.scalars(select(User).where(User.email == "operator@demo.example")).one()
