"""The platform alone: no plugin has a say here, and the application starts in half the time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from orientir_testkit.cast import Cast, make_class

from orientir.config import Config
from orientir.db import db
from orientir.organisations.models import SchoolClass
from orientir.students import cards, services


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, plugins=())


@pytest.fixture
def eight(cast: Cast) -> SchoolClass:
    """8«А» with numbers 1–4, of which 2 has left, and cards."""
    made = make_class(cast.school, 8)
    services.open_numbers(made, 4, actor=None)
    cards.issue_cards(made, actor=None)
    services.close_number(made, 2, actor=None)
    db.session.commit()
    return made
