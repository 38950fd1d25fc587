"""`orientir access`: the declared rules in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from orientir.accounts.matrix import access_matrix
from orientir.accounts.roles import Role
from orientir.web.access import serves_files

Run = Callable[..., Result]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Rules are Python: no database is asked."""
    name: str = request.param
    return name


def test_every_address_is_in_it(app: Flask):
    told = {one.endpoint for one in access_matrix(app)}
    assert told == {name for name in app.view_functions if not serves_files(app, name)}


def test_it_says_who_may_and_by_what_right(app: Flask):
    words = {one.endpoint: one.words for one in access_matrix(app)}
    assert words["front.home"] == "открыто всем"
    assert words["survey.review"] == "кто ввёл код «slip»"
    assert words["organisations.edit"].startswith("право organisations.edit на объект: администратор сайта, рег")
    assert "учитель" not in words["organisations.edit"]


def test_a_role_sees_what_is_open_to_it(app: Flask):
    to_teacher = {one.endpoint for one in access_matrix(app) if one.is_open_to(Role.TEACHER)}
    assert {"front.home", "organisations.school_class"} <= to_teacher
    assert not {"organisations.edit", "survey.review"} & to_teacher


def test_the_command_prints_it_and_filters(run: Run, url: str):
    said = run("access", "--role", "organiser", "--endpoint", "organisations.").output
    assert "[organisations.index]" in said
    assert "[organisations.school_class]" not in said
    assert "[front.home]" not in said
    assert run("access", "--role", "king").exit_code == 2
