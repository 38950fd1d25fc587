"""Every lineage of versions goes up, down and up again, and ends where the models are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from orientir_testkit.cast import SCHOOL_DAY, make_municipality, make_organisation, make_region
from orientir_testkit.contests import make_contest, make_defence, make_entry, make_expert, sent_sheet
from orientir_testkit.databases import Databases
from orientir_testkit.trials import CARD, FIRST, LAST
from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, column, insert, inspect, select, table, text
from sqlalchemy.exc import OperationalError

from orientir import migrate
from orientir.app import create_app
from orientir.config import Config
from orientir.db import Base, db
from orientir.migrate import PLATFORM, Lineage
from orientir.organisations.models import OrganisationKind
from orientir.questionnaires import parse_document, publish
from orientir.questionnaires.models import FreeWord
from orientir_practices import rounds
from orientir_practices.jury_models import Finalist, Sheet
from orientir_practices.models import Stage
from orientir_trials.models import TrialAnswer
from orientir_trials.services import add_season, add_trial
from orientir_trials.versions import shipped


@pytest.fixture
def empty_app(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database has no table yet."""
    url = databases.empty()
    app = create_app(Config(env="testing", database_url=url, data_dir=tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


def _lineages(app: Flask) -> list[Lineage]:
    return migrate.lineages(app.extensions["orientir.plugins"])


def _tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def _differences(lineage: Lineage) -> list[Any]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "include_object": lineage.owns, "version_table": lineage.version_table},
        )
        return list(compare_metadata(context, lineage.metadata))


def test_versions_and_models_say_the_same(empty_app: Flask):
    migrate.upgrade(empty_app)
    assert {lineage.name: found for lineage in _lineages(empty_app) if (found := _differences(lineage))} == {}


def test_everything_goes_up_and_down_and_up_again(empty_app: Flask):
    migrate.upgrade(empty_app)
    full = _tables()
    for lineage in reversed(_lineages(empty_app)):
        migrate.downgrade(empty_app, lineage.name)
    assert {name for name in _tables() if not name.startswith("alembic_version")} == set()
    migrate.upgrade(empty_app)
    assert _tables() == full


def test_a_plugin_takes_only_its_own_tables_along(empty_app: Flask):
    migrate.upgrade(empty_app)
    full = _tables()
    migrate.downgrade(empty_app, "plans")
    assert {name for name in full - _tables() if not name.startswith("plans_")} == set()
    assert full - _tables()


def test_without_its_plugin_the_platform_upgrades_all_the_same(empty_app: Flask, tmp_path: Path):
    migrate.upgrade(empty_app)
    full = _tables()
    bare = create_app(Config(env="testing", database_url=empty_app.config["ORIENTIR"].database_url,
                             data_dir=tmp_path, plugins=()))  # fmt: skip
    with bare.app_context():
        migrate.upgrade(bare)
        db.engine.dispose()
    assert _tables() == full


def test_each_lineage_has_one_head(empty_app: Flask):
    migrate.upgrade(empty_app)
    for lineage in _lineages(empty_app):
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": lineage.version_table})
            assert len(context.get_current_heads()) == 1, lineage.name


def test_tables_bear_the_name_of_their_plugin(empty_app: Flask):
    for lineage in _lineages(empty_app):
        if lineage.name != PLATFORM:
            assert [name for name in Base.metadata.tables if name.startswith(f"{lineage.name}_")]


def test_every_constraint_has_a_name(empty_app: Flask):
    """SQLite cannot change what has no name."""
    nameless = [
        (table.name, constraint)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint | ForeignKeyConstraint) and not constraint.name
    ]
    assert nameless == []


def test_foreign_keys_lead_from_plugins_to_the_platform_only(empty_app: Flask):
    prefixes = tuple(f"{lineage.name}_" for lineage in _lineages(empty_app) if lineage.name != PLATFORM)
    owner = {name: next((p for p in prefixes if name.startswith(p)), "") for name in Base.metadata.tables}
    crossing = [
        (table.name, key.target_fullname)
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if owner[key.target_fullname.partition(".")[0]] not in ("", owner[table.name])
    ]
    assert crossing == []


@time_machine.travel(SCHOOL_DAY)
def test_words_stored_among_the_answers_are_moved_apart(empty_app: Flask):
    """The advice of a trial, as it lay there before (trials_0002)."""
    migrate.upgrade(empty_app)
    migrate.downgrade(empty_app, "trials", "trials_0001")
    trial = _answered({"F2": "hands", "F7": "Больше времени"}, {"F2": "hands", "F7": ""}, {"F2": "hands"})
    migrate.upgrade(empty_app)
    assert [one.answers for one in db.session.scalars(select(TrialAnswer))] == [{"F2": "hands"}] * 3
    [word] = db.session.scalars(select(FreeWord)).all()
    assert (word.owner, word.owner_id, word.question, word.text, word.state) == (
        "trials", trial, "F7", "Больше времени", "waiting",
    )  # fmt: skip
    db.session.remove()
    migrate.downgrade(empty_app, "trials", "trials_0001")
    assert db.session.scalars(select(FreeWord)).all() == []


@time_machine.travel(SCHOOL_DAY)
def test_what_indicators_count_is_read_out_of_the_answers_that_are_there(empty_app: Flask):
    """And nothing of it makes the table anew, so that SQLite gives its rows no numbers (trials_0003)."""
    migrate.upgrade(empty_app)
    migrate.downgrade(empty_app, "trials", "trials_0002")
    _answered({"F2": "hands", "F3": "no"}, {"F2": "part", "F3": "some"}, {"F3": "more"}, {})
    migrate.upgrade(empty_app)
    found = db.session.scalars(select(TrialAnswer).order_by(TrialAnswer.key))
    assert [(one.by_hand, one.is_clearer) for one in found] == [
        (True, False),
        (False, True),
        (False, True),
        (False, False),
    ]
    if db.engine.dialect.name == "sqlite":
        with pytest.raises(OperationalError, match="rowid"):
            db.session.execute(text("SELECT rowid FROM trials_answer"))


def _answered(*given: dict[str, str]) -> int:
    """Store answers to a card, as the table was before it counted them; return the card's number."""
    region = make_region()
    college = make_organisation(make_municipality(region, "Приозёрск"), "Колледж", OrganisationKind.COLLEGE)
    season = add_season(region, "Весна", FIRST, LAST, actor=None)
    trial = add_trial(season, college, CARD, actor=None).id
    version = publish(parse_document(shipped()), actor=None)
    names = ("key", "trial_id", "version_id", "year")
    stored = table("trials_answer", *map(column, names), column("answers", JSON))
    rows = [
        {"key": f"{number:032}", "trial_id": trial, "version_id": version.id, "year": 2025, "answers": one}
        for number, one in enumerate(given)
    ]
    db.session.execute(insert(stored), rows)
    db.session.commit()
    return trial


@time_machine.travel(SCHOOL_DAY)
def test_going_back_to_one_round_loses_the_second_and_keeps_the_first(empty_app: Flask):
    """A contest at its defence stands at its experts again (practices_0002)."""
    migrate.upgrade(empty_app)
    region = make_region()
    school = make_organisation(make_municipality(region, "Приозёрск"), "Школа № 1", OrganisationKind.SCHOOL)
    contest = make_contest(region)
    make_defence(contest)
    entry, juror = make_entry(contest, school), make_expert(contest)
    sent_sheet(entry, juror, 4)
    db.session.add(Finalist(entry=entry, is_in=True))
    sent_sheet(entry, juror, 5, rounds.DEFENCE)
    contest.stage = Stage.DEFENCE
    db.session.commit()
    db.session.remove()
    migrate.downgrade(empty_app, "practices", "practices_0001")
    rows = db.session.execute(text("SELECT total FROM practices_sheet")).all()
    assert [*rows, *db.session.execute(text("SELECT stage FROM practices_contest"))] == [(80,), ("expertise",)]
    db.session.remove()
    migrate.upgrade(empty_app)
    [sheet] = db.session.scalars(select(Sheet))
    assert (sheet.round, sheet.total, sheet.entry.contest.defence) == (1, 80, None)
