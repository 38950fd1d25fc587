"""The headcounts of all classes on one page: tolerant, all or nothing, and nobody's number is overwritten unseen."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orientir_testkit.cast import Cast, make_class, make_organisation
from orientir_testkit.plugins import make_plugin
from sqlalchemy import select

from orientir.accounts.roles import Role
from orientir.contracts import Activity
from orientir.db import db
from orientir.organisations.models import Headcount, SchoolClass
from orientir.students import services

MAY = "2026-05-01"


@pytest.fixture
def plugins() -> dict[str, object]:
    survey = Activity("fair.survey", "Опрос", grades=(9, 11), headcount_month=5, headcount_day=1)
    return {"fair": make_plugin("fair", brings={"activities": (survey,)})}


@pytest.fixture
def eight(cast: Cast) -> SchoolClass:
    made = make_class(cast.school, 8, total=None)
    services.open_numbers(made, 25, actor=None)
    db.session.commit()
    return made


@pytest.fixture
def address(cast: Cast, eight: SchoolClass) -> str:
    return f"/organisations/{cast.school.id}/headcounts?date={MAY}"


@pytest.fixture
def boss(as_user, cast: Cast) -> FlaskClient:
    return as_user(cast.school_admin)


def row(school_class: SchoolClass, total: str, ovz: str = "", disabled: str = "", seen: str = "") -> dict[str, str]:
    cells = {"total": total, "ovz": ovz, "disabled": disabled, "seen": seen}
    return {f"{column}_{school_class.id}": text for column, text in cells.items()}


def written(school_class: SchoolClass, on: str = MAY) -> list[tuple[int, int, int]]:
    db.session.expire_all()
    rows = db.session.scalars(select(Headcount).filter_by(class_id=school_class.id))
    return [(one.total, one.ovz, one.disabled) for one in rows if one.on_date.isoformat() == on]


def test_it_offers_the_latest_number_or_the_length_of_the_list(boss: FlaskClient, address: str, cast: Cast, eight):
    page = boss.get(address).text
    assert re.search(rf'name="total_{cast.school_class.id}"\s+value="27"', page)
    assert re.search(rf'name="total_{eight.id}"\s+value="25"', page)
    assert "27\xa0на\N{NO-BREAK SPACE}20" in page
    assert "нет данных" in page


def test_all_classes_are_written_at_once(boss: FlaskClient, address: str, cast: Cast, eight: SchoolClass):
    data = row(cast.school_class, "27,0", "2") | row(eight, " 25 ", "", "1")
    answer = boss.post(address, data=data)
    assert answer.location == f"/organisations/{cast.school.id}?year=2025"
    assert "Записано на 1\N{NO-BREAK SPACE}мая: 2\xa0класса" in boss.get(answer.location).text
    assert (written(cast.school_class), written(eight)) == ([(27, 2, 0)], [(25, 0, 1)])


def test_an_empty_row_is_left_alone(boss: FlaskClient, address: str, cast: Cast, eight: SchoolClass):
    assert boss.post(address, data=row(cast.school_class, "27") | row(eight, "")).status_code == 303
    assert written(eight) == []


def test_a_number_that_is_written_is_not_emptied_here(boss: FlaskClient, address: str, cast: Cast):
    boss.post(address, data=row(cast.school_class, "27"))
    answer = boss.post(address, data=row(cast.school_class, "", seen="27/0/0"))
    assert answer.status_code == 400
    assert "откройте класс" in answer.text
    assert written(cast.school_class) == [(27, 0, 0)]


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize(
    ("total", "ovz", "column", "said"),
    [
        ("270", "", "total", "больше 60"),
        ("1 234", "", "total", "больше 60"),
        ("27", "28", "ovz", "чем всех"),
        ("нет", "", "total", "цифрами"),
        ("67,5", "", "total", "целыми"),
        ("", "2", "total", "сколько всего"),
        ("27", "пять", "ovz", "цифрами"),
        ("9" * 5000, "", "total", "большое"),
        ("\0", "", "total", "цифрами"),
    ],
)
def test_one_bad_cell_is_named_and_nothing_is_written(
    boss: FlaskClient, address: str, cast: Cast, eight: SchoolClass, total: str, ovz: str, column: str, said: str
):
    answer = boss.post(address, data=row(cast.school_class, "26") | row(eight, total, ovz))
    assert answer.status_code == 400
    assert f'id="{column}_{eight.id}-error"' in answer.text
    assert said in answer.text
    assert (written(cast.school_class), written(eight)) == ([], [])


def test_a_colleagues_number_is_shown_and_not_overwritten(
    boss: FlaskClient, as_user, address: str, cast: Cast, eight: SchoolClass
):
    as_user(cast.teacher).post(address, data=row(cast.school_class, "26", "2"))
    answer = boss.post(address, data=row(cast.school_class, "27") | row(eight, "25"))
    assert answer.status_code == 409
    assert "Коллега записал: всего 26, с ОВЗ 2" in answer.text
    assert 'value="26/2/0"' in answer.text
    assert 'value="27"' in answer.text
    assert (written(cast.school_class), written(eight)) == ([(26, 2, 0)], [])
    knowingly = row(cast.school_class, "27", seen="26/2/0") | row(eight, "25")
    assert boss.post(address, data=knowingly).status_code == 303
    assert (written(cast.school_class), written(eight)) == ([(27, 0, 0)], [(25, 0, 0)])


def test_what_i_did_not_touch_stays_as_the_colleague_wrote_it(
    boss: FlaskClient, as_user, address: str, cast: Cast, eight: SchoolClass
):
    boss.post(address, data=row(cast.school_class, "27"))
    as_user(cast.teacher).post(address, data=row(cast.school_class, "26", seen="27/0/0"))
    answer = boss.post(address, data=row(cast.school_class, "27", seen="27/0/0") | row(eight, "25"))
    assert answer.status_code == 303
    assert (written(cast.school_class), written(eight)) == ([(26, 0, 0)], [(25, 0, 0)])


def test_two_who_write_the_same_do_not_disturb_each_other(boss: FlaskClient, as_user, address: str, cast: Cast):
    for user in (cast.school_admin, cast.teacher):
        assert as_user(user).post(address, data=row(cast.school_class, "26")).status_code == 303
    assert written(cast.school_class) == [(26, 0, 0)]


def test_the_organisations_page_names_the_classes_that_lack_a_number(
    boss: FlaskClient, address: str, cast: Cast, eight
):
    """May counts the grades that leave school; the eighth was never counted at all."""
    school = f"/organisations/{cast.school.id}"
    may, autumn = "Нет числа на\N{NO-BREAK SPACE}1\N{NO-BREAK SPACE}мая: 9«А».", "20\N{NO-BREAK SPACE}сентября: 8«А»."
    assert may in boss.get(school).text
    boss.post(address, data=row(cast.school_class, "27"))
    page = boss.get(school).text
    assert autumn in page
    assert may not in page
    boss.post(address, data=row(eight, "25"))
    assert "Нет числа" not in boss.get(school).text


def test_groups_of_a_kindergarten_are_counted_too(as_user, cast: Cast):
    garden = make_organisation(cast.municipality, "Детский сад № 7", "kindergarten")
    group = SchoolClass(organisation=garden, year=2025, grade=0, last_grade=0, letter="Солнышко")
    db.session.add(group)
    db.session.commit()
    coordinator = as_user(cast.coordinator)
    page = f"/organisations/{garden.id}/headcounts?date={MAY}"
    assert "Сколько детей" in coordinator.get(page).text
    assert coordinator.post(page, data=row(group, "18")).status_code == 303
    assert written(group) == [(18, 0, 0)]


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize("typed", ["", "x", "0001-01-01", "9999-12-31", "2026-13-01", "\0", "9" * 5000])
def test_a_strange_date_is_the_usual_one(boss: FlaskClient, cast: Cast, eight: SchoolClass, typed: str):
    page = boss.get(f"/organisations/{cast.school.id}/headcounts", query_string={"date": typed})
    assert page.status_code == 200
    assert "на\N{NO-BREAK SPACE}1\N{NO-BREAK SPACE}мая 2026" in page.text


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python: one engine is enough
@pytest.mark.parametrize(("role", "status"), [(Role.TEACHER, 200), (Role.OBSERVER, 403)])
def test_who_may_write_numbers(as_user, cast: Cast, address: str, role: str, status: int):
    client = as_user(cast.staff[role])
    assert client.get(address).status_code == status
    foreign = address.replace(f"/{cast.school.id}/", f"/{cast.neighbour_school.id}/")
    assert as_user(cast.teacher).post(foreign, data={}).status_code == 404


TYPED = st.text(max_size=30) | st.sampled_from(["27", "27,0", "нет", "=cmd", "{}", "%s", "\0", "\u202e", "9" * 5000])


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.tuples(TYPED, TYPED, TYPED, TYPED))
def test_nothing_typed_breaks_the_table(boss: FlaskClient, address: str, cast: Cast, eight: SchoolClass, typed):
    assert boss.post(address, data=row(eight, *typed)).status_code in (303, 400, 409)


def test_the_page_costs_the_same_with_one_class_and_with_three(
    boss: FlaskClient, address: str, cast: Cast, count_queries
):
    counts = []
    for grade in (None, 6, 7):
        if grade:
            make_class(cast.school, grade)
            db.session.commit()
        with count_queries() as seen:
            assert boss.get(address).status_code == 200
        counts.append(seen.count)
    assert len(set(counts)) == 1
