"""«Что сделать» of the survey: who works for a municipality meets its gap here, who works for the region elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast

from orientir.accounts.models import User
from orientir.coverage.services import set_target
from orientir.db import db
from orientir_plans.models import Wave


@pytest.mark.parametrize("role", ["operator", "coordinator"])
def test_the_gap_of_the_survey_is_named_once(wave: Wave, cast: Cast, as_user: Callable[[User], FlaskClient], role: str):
    set_target(activity="plans.survey", period=wave.year, scope=cast.region.scope, share=Fraction(4, 5), actor=None)
    db.session.commit()
    page = as_user(cast.staff[role]).get("/").text
    assert page.count("не хватает до цели</b>") == 1
