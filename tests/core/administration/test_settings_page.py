"""Settings of the region: what holds, who changed it, the history, back to a former value, two at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orientir_testkit.cast import Cast
from orientir_testkit.plugins import make_plugin
from sqlalchemy import select

from orientir.audit.models import AuditEntry
from orientir.config import Config
from orientir.contracts import Setting
from orientir.db import db
from orientir.i18n import NBSP
from orientir.organisations.models import Region
from orientir.settings.definitions import definitions
from orientir.settings.facts import FACTS
from orientir.settings.models import SettingChange
from orientir.settings.queries import last_change_id, value

PAGE = "/administration/settings"
SETTINGS = (
    Setting("open_days", "Дни открытых дверей"),
    Setting("fair_days", "Дней ярмарки", kind="number", default=3, least=1, most=10),
    Setting("fair_motto", "Девиз", kind="text", default=""),
    Setting("fair_place", "Где", kind="choice", default="school", choices=(("school", "в школе"), ("hall", "в зале"))),
)


@pytest.fixture
def plugins() -> dict[str, object]:
    return {"fair": make_plugin("fair", brings={"settings": SETTINGS})}


def _seen(cast: Cast, name: str) -> str:
    db.session.rollback()
    return str(last_change_id(cast.region.id, name))


def _set(client: FlaskClient, cast: Cast, name: str, chosen: str):
    return client.post(f"{PAGE}/{name}", data={"value": chosen, "seen": _seen(cast, name)})


def _name() -> str:
    db.session.rollback()
    return db.session.scalars(select(Region).where(Region.code == "38")).one().name


class TestPage:
    def test_it_shows_facts_and_settings_of_plugins_in_words(self, operator: FlaskClient, cast: Cast):
        page = operator.get(PAGE).text
        for words in ("О регионе", "Часовой пояс", "Иркутск, UTC+8", "Fair", "Дней ярмарки", "в школе", "выключено"):
            assert words in page
        assert page.count("не меняли") == len(definitions()) + len(FACTS)

    @pytest.mark.parametrize("role", ["coordinator", "school_admin", "teacher", "observer"])
    def test_others_are_refused(self, as_user, cast: Cast, role: str):
        assert as_user(cast.staff[role]).get(PAGE).status_code == 403
        assert as_user(cast.staff[role]).post(f"{PAGE}/open_days", data={"value": "on"}).status_code == 403

    def test_it_costs_the_same_however_many_were_changed(self, operator, cast: Cast, count_queries):
        counts = []
        for name, chosen in (("open_days", "on"), ("fair_days", "5"), ("fair_place", "hall")):
            _set(operator, cast, name, chosen)
            with count_queries() as seen:
                operator.get(PAGE)
            counts.append(seen.count)
        assert counts[0] == counts[2] <= 10


class TestChange:
    @pytest.mark.parametrize(
        ("name", "chosen", "stored"),
        [
            ("open_days", "on", True),
            ("fair_days", "7", 7),
            ("fair_motto", " Вперёд ", "Вперёд"),
            ("fair_place", "hall", "hall"),
        ],
    )
    def test_it_holds_at_once_and_stands_in_history_and_log(
        self, operator: FlaskClient, cast: Cast, name: str, chosen: str, stored: object
    ):
        assert _set(operator, cast, name, chosen).status_code == 303
        assert value(cast.region.id, name) == stored
        change = db.session.scalars(select(SettingChange)).one()
        assert (change.name, change.value, change.actor_id) == (name, stored, cast.operator.id)
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "region.setting")).one()
        assert (entry.region_id, entry.details) == (cast.region.id, {"name": name, "value": stored})
        assert "Олег Петрович Оператор, чт," in operator.get(PAGE).text.replace(NBSP, " ")

    def test_the_same_again_is_no_change(self, operator: FlaskClient, cast: Cast):
        assert _set(operator, cast, "open_days", "off").status_code == 303
        assert db.session.scalars(select(SettingChange)).all() == []

    def test_a_fact_changes_the_region(self, operator: FlaskClient, cast: Cast):
        _set(operator, cast, "region.name", "Приозёрская область")
        assert _name() == "Приозёрская область"
        assert "Приозёрская область" in operator.get(PAGE).text
        _set(operator, cast, "region.timezone", "Asia/Omsk")
        db.session.rollback()
        assert db.session.get_one(Region, cast.region.id).timezone == "Asia/Omsk"

    @pytest.mark.parametrize(
        ("name", "chosen", "words"),
        [
            ("fair_days", "11", "Не больше 10"),
            ("fair_days", "много", "цифрами"),
            ("fair_place", "moon", "нет"),
            ("open_days", "maybe", "нет"),
            ("region.name", "", "Напишите значение"),
            ("region.name", "я" * 121, "Не длиннее 120"),
            ("region.name", "а\x00б", "невидимые знаки"),
            ("region.timezone", "Mars/Olympus", "нет"),
            ("fair_motto", "я" * 501, "Не длиннее 500"),
        ],
    )
    def test_what_does_not_fit_is_refused_in_words(
        self, operator: FlaskClient, cast: Cast, name: str, chosen: str, words: str
    ):
        answer = _set(operator, cast, name, chosen)
        assert answer.status_code == 400
        assert words in answer.text
        assert db.session.scalars(select(SettingChange)).all() == []

    def test_one_that_is_not_there_is_missing(self, operator: FlaskClient):
        assert operator.get(f"{PAGE}/no_such").status_code == 404
        assert operator.post(f"{PAGE}/no_such", data={"value": "on"}).status_code == 404

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(
        st.sampled_from([*(one.name for one in SETTINGS), "region.name"]), st.text(max_size=50), st.text(max_size=30)
    )
    def test_whatever_is_posted_it_never_fails(
        self, operator: FlaskClient, cast: Cast, name: str, chosen: str, seen: str
    ):
        answer = operator.post(f"{PAGE}/{name}", data={"value": chosen, "seen": seen})
        assert answer.status_code in (303, 400, 409)


class TestTwoPeople:
    def test_the_second_is_told(self, operator: FlaskClient, administrator: FlaskClient, cast: Cast):
        seen = _seen(cast, "fair_days")
        operator.post(f"{PAGE}/fair_days", data={"value": "5", "seen": seen})
        late = administrator.post(f"{PAGE}/fair_days", data={"value": "7", "seen": seen})
        assert late.status_code == 409
        assert "эту настройку изменили" in late.text
        assert "Сейчас: 5" in late.text
        assert 'value="5"' in late.text
        assert value(cast.region.id, "fair_days") == 5

    def test_without_having_looked_there_is_no_change(self, operator: FlaskClient, cast: Cast):
        """The negative control: the guard is what was seen, not the moment."""
        operator.post(f"{PAGE}/fair_days", data={"value": "5", "seen": _seen(cast, "fair_days")})
        answer = operator.post(f"{PAGE}/fair_days", data={"value": "7", "seen": _seen(cast, "fair_days")})
        assert answer.status_code == 303
        assert value(cast.region.id, "fair_days") == 7


class TestHistory:
    def test_a_former_value_comes_back_as_a_new_change(self, operator: FlaskClient, cast: Cast):
        for chosen in ("5", "7"):
            _set(operator, cast, "fair_days", chosen)
        first = db.session.scalars(select(SettingChange).order_by(SettingChange.id)).first().id
        back = operator.post(f"{PAGE}/fair_days/revert/{first}", data={"seen": _seen(cast, "fair_days")})
        assert back.status_code == 303
        assert value(cast.region.id, "fair_days") == 5
        assert [one.value for one in db.session.scalars(select(SettingChange).order_by(SettingChange.id))] == [5, 7, 5]

    def test_a_fact_can_go_back_to_what_it_was_at_first(self, operator: FlaskClient, cast: Cast):
        _set(operator, cast, "region.name", "Опечатка")
        first = db.session.scalars(select(SettingChange).order_by(SettingChange.id)).first()
        assert (first.value, first.actor_id) == ("Демо", None)
        operator.post(f"{PAGE}/region.name/revert/{first.id}", data={"seen": _seen(cast, "region.name")})
        assert _name() == "Демо"

    def test_reverting_past_a_newer_change_is_told(self, operator: FlaskClient, cast: Cast):
        _set(operator, cast, "fair_days", "5")
        seen = _seen(cast, "fair_days")
        _set(operator, cast, "fair_days", "7")
        assert operator.post(f"{PAGE}/fair_days/revert/{seen}", data={"seen": seen}).status_code == 409
        assert value(cast.region.id, "fair_days") == 7

    def test_a_change_of_another_setting_or_region_is_missing(self, operator, stranger, cast: Cast, other):
        _set(operator, cast, "fair_days", "5")
        change = _seen(cast, "fair_days")
        assert operator.post(f"{PAGE}/open_days/revert/{change}", data={"seen": "0"}).status_code == 404
        assert stranger.post(f"{PAGE}/fair_days/revert/{change}", data={"seen": change}).status_code == 404


def test_regions_have_settings_of_their_own(operator, stranger, cast: Cast, other):
    _set(operator, cast, "fair_days", "5")
    assert value(other.region.id, "fair_days") == 3
    page = stranger.get(f"{PAGE}/fair_days").text
    assert "Сейчас: 3" in page
    assert "Олег" not in page
    stranger.post(f"{PAGE}/fair_days?region={cast.region.id}", data={"value": "9", "seen": _seen(cast, "fair_days")})
    assert value(cast.region.id, "fair_days") == 5


def test_the_questionnaires_switches_stand_there_with_words(cast: Cast, config: Config):
    from orientir.app import create_app

    shipped = create_app(replace(config, plugins=("plans",)))
    known = {one.name for one in shipped.extensions["orientir.plugins"].manifests["plans"].settings}
    asked = {
        name
        for one in shipped.extensions["orientir.plugins"].manifests["plans"].questionnaires
        for name in one.get("settings", ())
    }
    assert asked <= known
