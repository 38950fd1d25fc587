"""A contest that takes entries, at the school of the cast, and an author."""

from __future__ import annotations

import pytest
from orientir_testkit.cast import Cast
from orientir_testkit.contests import make_contest

from orientir.db import db
from orientir_practices.models import Contest, Stage


@pytest.fixture
def contest(cast: Cast) -> Contest:
    """A contest whose intake is open."""
    made = make_contest(cast.region)
    db.session.commit()
    return made


@pytest.fixture
def judged(cast: Cast) -> Contest:
    """A contest at its experts."""
    made = make_contest(cast.region, Stage.EXPERTISE)
    db.session.commit()
    return made
