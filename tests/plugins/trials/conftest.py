"""A season, a college with its organiser, a card and short words for dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from orientir_testkit.cast import Cast, make_organisation, make_user
from orientir_testkit.trials import CARD, FIRST, LAST, TERMS

from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.db import db
from orientir.organisations.models import Organisation, OrganisationKind
from orientir_trials import services
from orientir_trials.models import Season, Trial
from orientir_trials.repetition import Repetition


@pytest.fixture
def college(cast: Cast) -> Organisation:
    return make_organisation(cast.municipality, "Приозёрский техникум", OrganisationKind.COLLEGE)


@pytest.fixture
def organiser(college: Organisation) -> User:
    made = make_user(Role.ORGANISER, college.scope, "Роман Олегович Организатор")
    db.session.commit()
    return made


@pytest.fixture
def season(cast: Cast) -> Season:
    made = services.add_season(cast.region, "Весенняя неделя профпроб", FIRST, LAST, actor=None)
    db.session.commit()
    return made


@pytest.fixture
def make_trial(season: Season, college: Organisation) -> Callable[..., Trial]:
    """Return a card of the college, in draft."""

    def make(organisation: Organisation = college, **values: Any) -> Trial:
        made = services.add_trial(season, organisation, replace(CARD, **values), actor=None)
        db.session.commit()
        return made

    return make


@pytest.fixture
def offered(make_trial: Callable[..., Trial]) -> Callable[..., Trial]:
    """Return a card in the register with one date a day from `first` to `last`, at `times`."""

    def offer(
        first: date = date(2026, 5, 20), last: date | None = None, times: tuple[time, ...] = (time(10),), **values: Any
    ) -> Trial:
        trial = make_trial(**values)
        days = Repetition(first, last or first, frozenset(), times, 90)
        services.add_dates(trial, days, TERMS, actor=None, despite=True)
        services.suggest(trial, actor=None)
        if not trial.is_approved:
            services.approve(trial, actor=None)
        db.session.commit()
        return trial

    return offer
