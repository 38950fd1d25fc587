"""A college that holds events, and a short way to publish one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from orientir_testkit.cast import Cast, make_organisation, make_user
from orientir_testkit.events import plan

from orientir import clock
from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.db import db
from orientir.organisations.models import Organisation, OrganisationKind
from orientir_calendar import services
from orientir_calendar.models import Event, TrustedOrganisation
from orientir_calendar.plans import Times


@pytest.fixture
def college(cast: Cast) -> Organisation:
    return make_organisation(cast.municipality, "Приозёрский техникум", OrganisationKind.COLLEGE)


@pytest.fixture
def trusted(college: Organisation) -> None:
    """The college publishes what it changes without asking."""
    db.session.add(TrustedOrganisation(organisation_id=college.id, trusted_on=clock.now().date()))
    db.session.commit()


@pytest.fixture
def organiser(college: Organisation) -> User:
    made = make_user(Role.ORGANISER, college.scope, "Роман Олегович Организатор")
    db.session.commit()
    return made


@pytest.fixture
def draft(college: Organisation) -> Callable[..., Event]:
    """Return an event of the college that nobody has announced."""

    def make(times: Times | None = None, organisation: Organisation = college, **values: Any) -> Event:
        made = services.add_event(organisation, plan(times, **values), actor=None)
        db.session.commit()
        return made

    return make


@pytest.fixture
def announced(draft: Callable[..., Event]) -> Callable[..., Event]:
    """Return an event in the calendar."""

    def make(*arguments: Any, **values: Any) -> Event:
        made = draft(*arguments, **values)
        services.publish(made, actor=None)
        db.session.commit()
        return made

    return make
