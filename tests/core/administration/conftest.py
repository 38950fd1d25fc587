"""A second region with an administrator of its own: nothing of the first may show up there, nor the other way round."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_municipality, make_region, make_school, make_user

from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.config import Config
from orientir.db import db
from orientir.organisations.models import Organisation, Region


@dataclass(frozen=True)
class OtherRegion:
    region: Region
    school: Organisation
    administrator: User


@pytest.fixture
def config(config: Config) -> Config:
    """The platform alone: no plugin has a say here."""
    return replace(config, plugins=())


@pytest.fixture
def other(cast: Cast) -> OtherRegion:
    region = make_region("Соседняя", "54")
    school = make_school(make_municipality(region, "Соседск"), "Лицей № 77")
    found = OtherRegion(region, school, make_user(Role.ADMINISTRATOR, region.scope, "Инна Львовна Соседняя"))
    db.session.commit()
    return found


@pytest.fixture
def administrator(as_user, cast: Cast) -> FlaskClient:
    return as_user(cast.administrator)


@pytest.fixture
def operator(as_user, cast: Cast) -> FlaskClient:
    return as_user(cast.operator)


@pytest.fixture
def teacher(as_user, cast: Cast) -> FlaskClient:
    return as_user(cast.teacher)


@pytest.fixture
def stranger(as_user, other: OtherRegion) -> FlaskClient:
    """The administrator of the other region."""
    return as_user(other.administrator)
