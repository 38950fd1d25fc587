"""A contest that takes entries, at the school of the cast, and an author."""

from __future__ import annotations

import pytest
from orientir_testkit.cast import Cast, make_municipality, make_school
from orientir_testkit.contests import (
    STRANGE,
    make_contest,
    make_defence,
    make_entry,
    make_expert,
    make_sheet,
    sent_sheet,
)

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


@pytest.fixture
def half_read(cast: Cast) -> Contest:
    """Two rounds, of which the first is being read: five entries of two nominations, two of them equal, three experts.

    The last sheet is open, and the last entry is a double's.
    """
    made = make_contest(cast.region, Stage.EXPERTISE, jurors_each=2)
    make_defence(made, best=2, jurors_each=1)
    town = make_municipality(cast.region, "Дальний")
    experts = [make_expert(made, f"Эксперт {number}") for number in range(3)]
    for number, scores in enumerate(((4, 4, 4), (5, 3, 4), (4, 4, 4), (2, 2, 2), (1, 5))):
        title = STRANGE if number == 0 else f"Практика {number}"
        home = make_school(town, f"Школа № {30 + number}")
        entry = make_entry(made, home, nomination=2 if number == 4 else 1, title=title)
        for expert, score in zip(experts, scores, strict=False):
            sent_sheet(entry, expert, score)
    make_sheet(entry, experts[2])
    db.session.commit()
    return made
