"""Two entries of one school become one: its targets and its own numbers follow, and nobody's word is lost."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flask import Flask
from orientir_testkit.cast import Cast, make_school
from orientir_testkit.races import race
from sqlalchemy import select

from orientir.audit.models import AuditEntry
from orientir.coverage import services
from orientir.coverage.activities import find_activity
from orientir.coverage.models import Declaration
from orientir.coverage.queries import share_of, shares
from orientir.db import begin_writing, db
from orientir.organisations import holding
from orientir.organisations.models import Organisation
from orientir.reorganisation.services import merge_double

YEAR, TRIAL, SURVEY = 2025, "fair.trial", "fair.survey"
HALF, MOST = Fraction(1, 2), Fraction(4, 5)


@pytest.fixture
def double(cast: Cast) -> Organisation:
    made = make_school(cast.municipality, "МБОУ «СОШ № 3»")
    db.session.commit()
    return made


def merge(cast: Cast, double: Organisation) -> None:
    db.session.commit()
    begin_writing()
    merge_double(double, cast.school, actor=cast.operator.id)
    db.session.commit()


def aim(place: Organisation, share: Fraction, activity: str = TRIAL) -> None:
    services.set_target(activity=activity, period=YEAR, scope=place.scope, share=share, actor=None)


def declare(place: Organisation, people: int, activity: str = TRIAL) -> None:
    services.declare(activity=activity, period=YEAR, scope=place.scope, people=people, actor=None)


def declared(place: Organisation, activity: str = TRIAL) -> int | None:
    row = db.session.get(Declaration, (activity, YEAR, place.id))
    return row.people if row else None


def goal(place: Organisation, activity: str = TRIAL) -> Fraction | None:
    return share_of(activity, YEAR, place.scope).target


def told() -> list[tuple[str, int]]:
    """Return what the log says of targets (hundredths of a per cent) and declarations that met a merging."""
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    kept = [one for one in rows if one.action.endswith(("move", "stay"))]
    return [(one.action, one.details.get("value", one.details.get("people"))) for one in kept]


def test_what_only_the_double_has_goes_over(cast: Cast, desk, double: Organisation):
    aim(double, HALF)
    declare(double, 0)
    aim(cast.school, MOST, SURVEY)
    merge(cast, double)
    assert (goal(cast.school), goal(cast.school, SURVEY)) == (HALF, MOST)
    assert (goal(double), declared(double), declared(cast.school)) == (None, None, 0)
    assert shares(find_activity(TRIAL), YEAR, cast.school.scope).declared == 0
    assert told() == [("target.move", 5000), ("coverage.declaration_move", 0)]


def test_where_both_have_one_the_schools_own_stands_and_the_other_is_kept(cast: Cast, desk, double: Organisation):
    desk.party(cast.school_class, 10)
    aim(cast.school, MOST)
    aim(double, HALF)
    declare(cast.school, 10)
    declare(double, 0)
    merge(cast, double)
    assert (goal(cast.school), declared(cast.school)) == (MOST, 10)
    assert (goal(double), declared(double)) == (HALF, 0)
    assert told() == [("target.stay", 5000), ("coverage.declaration_stay", 0)]


@pytest.mark.parametrize("what", [aim, declare])
def test_who_writes_for_the_double_while_it_is_merged_is_told_where(app: Flask, cast: Cast, double, what):
    ids, amount = (double.id, cast.school.id), HALF if what is aim else 0
    rival = lambda: what(db.session.get_one(Organisation, ids[0]), amount)  # noqa: E731
    assert race(app, lambda: merge_double(*_both(ids), actor=None), rival) == "ConflictError"


def test_without_the_lock_it_would_be_left_behind(
    app: Flask, cast: Cast, double: Organisation, monkeypatch: pytest.MonkeyPatch
):
    """The negative control: whose the organisation is by then is not asked."""
    monkeypatch.setattr(services, "lock", holding.hold)
    ids = (double.id, cast.school.id)
    rival = lambda: aim(db.session.get_one(Organisation, ids[0]), HALF)  # noqa: E731
    assert race(app, lambda: merge_double(*_both(ids), actor=None), rival) == "done"
    db.session.rollback()
    assert goal(db.session.get_one(Organisation, ids[0])) == HALF
    assert goal(db.session.get_one(Organisation, ids[1])) is None


def _both(ids: tuple[int, int]) -> tuple[Organisation, Organisation]:
    return db.session.get_one(Organisation, ids[0]), db.session.get_one(Organisation, ids[1])
