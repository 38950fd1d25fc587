"""Settings of a region: typed, with defaults, and with who changed what."""

from __future__ import annotations

import pytest
from flask import Flask
from orientir_testkit.cast import Cast, make_region

from orientir.audit.models import AuditEntry
from orientir.contracts import Manifest, Setting
from orientir.db import begin_writing, db
from orientir.errors import InvalidInputError, MissingError, PluginError
from orientir.hookspecs import hookimpl
from orientir.settings.queries import history, value
from orientir.settings.services import change

SETTINGS = (
    Setting("fair_open", "Ярмарка открыта"),
    Setting("fair_hour", "Час открытия", "number", 9, least=6, most=20),
    Setting("fair_place", "Где", "choice", "hall", choices=(("hall", "в зале"), ("yard", "во дворе"))),
    Setting("fair_word", "Девиз", "text", ""),
)


class Fair:
    @hookimpl
    def orientir_manifest(self) -> Manifest:
        return Manifest("fair", "Ярмарка", package="fair", settings=SETTINGS)


@pytest.fixture
def plugins() -> dict[str, object]:
    return {"fair": Fair()}


@pytest.fixture(autouse=True)
def _writing(app: Flask, cast: Cast) -> None:
    begin_writing()


def test_until_somebody_decides_the_default_holds(cast: Cast) -> None:
    assert [value(cast.region.id, one.name) for one in SETTINGS] == [False, 9, "hall", ""]


def test_a_change_is_kept_with_its_author_and_goes_into_the_log(cast: Cast) -> None:
    assert change(cast.region.id, "fair_hour", 10, actor=cast.operator.id)
    assert change(cast.region.id, "fair_hour", 11, actor=cast.administrator.id)
    assert value(cast.region.id, "fair_hour") == 11
    assert [(one.value, one.actor_id) for one in history(cast.region.id, "fair_hour")] == [
        (11, cast.administrator.id),
        (10, cast.operator.id),
    ]
    logged = db.session.query(AuditEntry).filter_by(action="region.setting", region_id=cast.region.id)
    assert [one.details for one in logged] == [{"name": "fair_hour", "value": 10}, {"name": "fair_hour", "value": 11}]


def test_the_same_value_again_is_no_change(cast: Cast) -> None:
    assert not change(cast.region.id, "fair_open", False, actor=None)
    assert change(cast.region.id, "fair_open", True, actor=None)
    assert not change(cast.region.id, "fair_open", True, actor=None)
    assert len(history(cast.region.id)) == 1


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("fair_open", 1),
        ("fair_hour", True),
        ("fair_hour", 21),
        ("fair_hour", 9.5),
        ("fair_hour", "9"),
        ("fair_place", "roof"),
        ("fair_word", None),
        ("unheard", True),
    ],
)
def test_what_does_not_fit_is_refused_by_name(cast: Cast, name: str, wrong: object) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        change(cast.region.id, name, wrong, actor=None)  # type: ignore[arg-type]
    assert refusal.value.field == name
    assert history(cast.region.id) == []


def test_regions_do_not_share_settings(cast: Cast) -> None:
    other = make_region("Другая", "74")
    change(cast.region.id, "fair_hour", 12, actor=None)
    assert value(other.id, "fair_hour") == 9
    assert history(other.id) == []


def test_nothing_is_known_of_a_setting_or_region_that_is_not_there(cast: Cast) -> None:
    with pytest.raises(MissingError):
        value(cast.region.id, "unheard")
    with pytest.raises(MissingError):
        value(9999, "fair_hour")


def test_a_default_that_does_not_fit_is_the_author_s_mistake() -> None:
    with pytest.raises(PluginError, match="fair_hour"):
        Setting("fair_hour", "Час", "number", 30, most=20)
