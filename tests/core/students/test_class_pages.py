"""The page of a class: headcounts, numbers, a new class."""

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orientir_testkit.cast import Cast, make_organisation
from sqlalchemy import select

from orientir.accounts.roles import Role
from orientir.db import db
from orientir.organisations.models import Headcount, SchoolClass
from orientir.organisations.queries import classes_of
from orientir.students import services
from orientir.students.queries import numbers_of

NEW = {"year": "2025", "name": "9Б", "total": "26", "ovz": "2", "disabled": "", "on_date": "2026-05-01"}
COUNT = {"total": "26", "ovz": "2", "disabled": "1", "on_date": "2026-05-01"}


@pytest.fixture
def teacher(as_user, cast: Cast) -> FlaskClient:
    services.open_numbers(cast.school_class, 3, actor=None)
    db.session.commit()
    return as_user(cast.teacher)


@pytest.fixture
def address(cast: Cast) -> str:
    return f"/classes/{cast.school_class.id}"


@pytest.fixture
def new_class(cast: Cast) -> str:
    return f"/organisations/{cast.school.id}/classes/new"


def _numbers(cast: Cast) -> dict[int, bool]:
    """Return which numbers there are, and whether each is open."""
    db.session.expire_all()
    return {one.number: one.closed_on is None for one in numbers_of(cast.school_class.id)}


def _headcounts(cast: Cast) -> list[tuple[str, int, int, int]]:
    db.session.expire_all()
    rows = db.session.scalars(
        select(Headcount).where(Headcount.class_id == cast.school_class.id).order_by(Headcount.on_date)
    )
    return [(row.on_date.isoformat(), row.total, row.ovz, row.disabled) for row in rows]


def _titles(cast: Cast) -> list[str]:
    db.session.expire_all()
    return [one.title for one in classes_of(cast.school.id, 2025)]


# Access


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python: one engine is enough
@pytest.mark.parametrize(
    "role", [Role.ADMINISTRATOR, Role.OPERATOR, Role.COORDINATOR, Role.SCHOOL_ADMIN, Role.TEACHER, Role.OBSERVER]
)
def test_everybody_of_the_branch_sees_the_class(as_user, cast: Cast, address: str, role: str):
    page = as_user(cast.staff[role]).get(address)
    assert page.status_code == 200
    assert "27\xa0учеников" in page.text
    assert ("Записать новое число" in page.text) == (role != Role.OBSERVER)


CHANGES = ["/headcounts", "/headcounts/remove", "/numbers", "/numbers/close", "/numbers/1/reopen"]


def test_a_foreign_class_does_not_exist(teacher: FlaskClient, cast: Cast):
    foreign = f"/classes/{cast.neighbour_class.id}"
    assert teacher.get(foreign).status_code == 404
    assert [teacher.post(foreign + change, data=COUNT).status_code for change in CHANGES] == [404] * 5


@pytest.mark.parametrize("identity", ["0", "999999", str(2**31), str(10**30), "-1", "x"])
def test_a_missing_class_is_404(teacher: FlaskClient, identity: str):
    assert teacher.get(f"/classes/{identity}").status_code == 404
    assert [teacher.post(f"/classes/{identity}{change}", data=COUNT).status_code for change in CHANGES] == [404] * 5


def test_an_observer_changes_nothing(as_user, cast: Cast, address: str, new_class: str):
    observer = as_user(cast.observer)
    assert [observer.post(address + change, data=COUNT).status_code for change in CHANGES] == [403] * 5
    assert observer.post(new_class, data=NEW).status_code == 403
    assert observer.get(address + "/numbers").status_code == 405


# Headcounts


def test_a_teacher_writes_the_number_of_may(teacher: FlaskClient, cast: Cast, address: str):
    assert teacher.post(f"{address}/headcounts", data=COUNT).location == address
    assert _headcounts(cast) == [("2025-09-20", 27, 0, 0), ("2026-05-01", 26, 2, 1)]
    page = teacher.get(address).text
    assert "26\xa0учеников, из них с ОВЗ 2, с инвалидностью 1" in page
    assert "(на 1\u00a0мая)" in page


def test_the_same_date_corrects(teacher: FlaskClient, cast: Cast, address: str):
    for total in ("17", "27"):
        teacher.post(f"{address}/headcounts", data={**COUNT, "total": total})
    assert _headcounts(cast)[1:] == [("2026-05-01", 27, 2, 1)]


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("total", "", "цифрами"),
        ("total", "нет", "цифрами"),
        ("total", "-", "цифрами"),
        ("total", "67,5", "целыми"),
        ("total", "270", "больше 60"),
        ("total", "9" * 100, "большое"),
        ("total", "\0", "цифрами"),
        ("ovz", "27", "чем всех"),
        ("ovz", "пять", "цифрами"),
        ("disabled", "27", "чем всех"),
        ("on_date", "", "1.05.2026"),
        ("on_date", "вчера", "1.05.2026"),
        ("on_date", "2062-05-01", "другого учебного года"),
        ("on_date", "0001-01-01", "другого учебного года"),
    ],
)
def test_a_bad_number_is_answered_by_the_field(
    teacher: FlaskClient, cast: Cast, address: str, field: str, typed: str, said: str
):
    answer = teacher.post(f"{address}/headcounts", data={**COUNT, field: typed})
    assert answer.status_code == 400
    assert said in answer.text
    assert f'id="{field}-error"' in answer.text
    assert len(_headcounts(cast)) == 1


def test_spaces_and_a_spreadsheets_comma_are_understood(teacher: FlaskClient, cast: Cast, address: str):
    teacher.post(f"{address}/headcounts", data={"total": " 26,0\u00a0", "on_date": "1.05.2026"})
    assert _headcounts(cast)[1:] == [("2026-05-01", 26, 0, 0)]


def test_a_number_of_a_wrong_date_is_taken_back(teacher: FlaskClient, cast: Cast, address: str):
    assert teacher.post(f"{address}/headcounts/remove", data={"on_date": "2025-09-20"}).status_code == 303
    assert _headcounts(cast) == []
    assert "Нет данных" in teacher.get(address).text
    for typed in ("2025-09-20", "вчера", "", "\0"):
        assert teacher.post(f"{address}/headcounts/remove", data={"on_date": typed}).status_code in (303, 400)


# Numbers


def test_numbers_are_closed_and_come_back(teacher: FlaskClient, cast: Cast, address: str):
    assert teacher.post(f"{address}/numbers/close", data={"numbers": ["1", "3"]}).status_code == 303
    assert _numbers(cast) == {1: False, 2: True, 3: False}
    assert "№\u00a03, закрыт 14\u00a0мая" in teacher.get(address).text
    teacher.post(f"{address}/numbers/3/reopen")
    assert _numbers(cast) == {1: False, 2: True, 3: True}


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize("chosen", [[], ["28"], ["x"], ["1", "\0"], ["9" * 50]])
def test_a_number_that_is_not_there_is_not_closed(teacher: FlaskClient, cast: Cast, address: str, chosen: list[str]):
    answer = teacher.post(f"{address}/numbers/close", data={"numbers": chosen})
    assert answer.status_code == 400
    assert "numbers-error" in answer.text
    assert set(_numbers(cast).values()) == {True}


def test_a_number_is_added_after_the_last(teacher: FlaskClient, cast: Cast, address: str):
    teacher.post(f"{address}/numbers/close", data={"numbers": ["3"]})
    teacher.post(f"{address}/numbers")
    assert _numbers(cast) == {1: True, 2: True, 3: False, 4: True}


def test_the_missing_numbers_are_added_at_once(teacher: FlaskClient, cast: Cast, address: str):
    assert "Добавить 24\xa0номера" in teacher.get(address).text
    teacher.post(f"{address}/numbers", data={"count": "24"})
    assert list(_numbers(cast)) == list(range(1, 28))


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize("count", ["0", "-3", "100", "9" * 50, "x"])
def test_a_broken_count_adds_at_most_one(teacher: FlaskClient, cast: Cast, address: str, count: str):
    assert teacher.post(f"{address}/numbers", data={"count": count}).status_code == 303
    assert len(_numbers(cast)) == (4 if count == "x" else 3)


@pytest.mark.parametrize("number", ["0", "28", str(10**30)])
def test_a_missing_number_is_404(teacher: FlaskClient, address: str, number: str):
    assert teacher.post(f"{address}/numbers/{number}/reopen").status_code == 404


# A new class


def test_a_class_comes_with_its_headcount_and_numbers(teacher: FlaskClient, cast: Cast, new_class: str):
    answer = teacher.post(new_class, data={**NEW, "name": "IX-б"})
    page = teacher.get(answer.location).text
    assert "<h1>9«Б»</h1>" in page
    assert "26\xa0учеников, из них с ОВЗ 2" in page
    made = db.session.scalars(select(SchoolClass).order_by(SchoolClass.id.desc())).first()
    assert made is not None
    assert [one.number for one in numbers_of(made.id)] == list(range(1, 27))


def test_the_form_starts_with_the_year_in_hand_and_today(teacher: FlaskClient, new_class: str):
    page = teacher.get(new_class).text
    assert '<option selected value="2025">2025/26</option>' in page
    assert 'value="2026-05-14"' in page
    next_year = teacher.get(f"{new_class}?year=2026").text
    assert '<option selected value="2026">2026/27</option>' in next_year
    assert 'value="2026-09-01"' in next_year
    for year in ("x", "1900", "9" * 40):
        assert '<option selected value="2025">' in teacher.get(f"{new_class}?year={year}").text


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "русская буква"),
        ("name", "девять", "русская буква"),
        ("name", "13А", "от 1\xa0до 12"),
        ("name", "9\0", "русская буква"),
        ("name", "9 a", "уже есть"),
        ("total", "270", "больше 60"),
        ("total", "0", "Не меньше 1"),
        ("ovz", "27", "чем всех"),
        ("year", "2062", "нет"),
        ("year", "x", "нет"),
        ("on_date", "2025-08-31", "другого учебного года"),
    ],
)
def test_a_refused_class_leaves_nothing_half_written(
    teacher: FlaskClient, cast: Cast, new_class: str, field: str, typed: str, said: str
):
    answer = teacher.post(new_class, data={**NEW, field: typed})
    assert answer.status_code == 400
    assert said in answer.text
    assert f'id="{field}-error"' in answer.text
    assert _titles(cast) == ["9«А»"]


def test_the_same_post_twice_makes_one_class(teacher: FlaskClient, cast: Cast, new_class: str):
    assert [teacher.post(new_class, data=NEW).status_code for _time in range(2)] == [303, 400]
    assert _titles(cast) == ["9«А»", "9«Б»"]


def test_a_kindergarten_speaks_of_groups(as_user, cast: Cast):
    garden = make_organisation(cast.municipality, "Детский сад № 7", "kindergarten")
    coordinator = as_user(cast.coordinator)
    address = f"/organisations/{garden.id}/classes/new"
    assert "Новая группа" in coordinator.get(address).text
    answer = coordinator.post(address, data={**NEW, "name": "Солнышко"})
    page = coordinator.get(answer.location).text
    assert "группа «Солнышко»" in page
    assert "26\xa0детей" in page


def test_a_college_has_no_classes_to_add(as_user, cast: Cast):
    college = make_organisation(cast.municipality, "Техникум", "college")
    coordinator = as_user(cast.coordinator)
    assert coordinator.get(f"/organisations/{college.id}/classes/new").status_code == 404
    assert "Классы" not in coordinator.get(f"/organisations/{college.id}").text


WORDS = st.text(max_size=40) | st.sampled_from(
    ["9«Б»", "нет", "1 234,5", "=cmd", "{}", "%s", "\0", "\u202e", "9" * 5000]
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.fixed_dictionaries(dict.fromkeys(NEW, WORDS)))
def test_no_words_break_the_forms(
    teacher: FlaskClient, cast: Cast, new_class: str, address: str, typed: dict[str, str]
):
    assert teacher.post(new_class, data=typed).status_code in (303, 400)
    assert teacher.post(f"{address}/headcounts", data=typed).status_code in (303, 400)


# The price


def test_a_class_costs_the_same_with_one_number_and_with_many(
    teacher: FlaskClient, cast: Cast, address: str, count_queries
):
    with count_queries() as few:
        teacher.get(address)
    services.open_numbers(cast.school_class, 27, actor=None)
    db.session.commit()
    with count_queries() as many:
        teacher.get(address)
    assert many.count == few.count
