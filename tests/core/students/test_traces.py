"""What is written about a class is found in every table that names it, whoever's the table is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orientir.config import Config
from orientir.students.traces import LIST, TITLES, named_by


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, plugins=("plans",))


@pytest.mark.parametrize("engine_name", ["sqlite"])  # of the models, not of an engine
@pytest.mark.usefixtures("app")
def test_every_table_of_the_platform_that_names_a_class_has_a_word():
    tables = {column.table.name for column, _target in named_by()}
    assert {one for one in tables if not one.startswith("plans_")} == {*TITLES, *LIST}
    assert {one for one in tables if one.startswith("plans_")} == {"plans_slip"}
