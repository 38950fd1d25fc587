"""The pages of organisations: who sees what, what is refused and how, at what cost."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orientir_testkit.cast import Cast, make_class, make_organisation, make_school
from sqlalchemy import select

from orientir.accounts.roles import Role
from orientir.config import Config
from orientir.db import db
from orientir.organisations.models import Organisation

NEW = {"municipality_id": "", "kind": "school", "name": "Школа № 4", "full_name": "", "address": ""}


@pytest.fixture
def config(config: Config) -> Config:
    """The platform alone: no plugin has a say here, and the application starts in half the time."""
    return replace(config, plugins=())


@pytest.fixture
def operator(as_user, cast: Cast) -> FlaskClient:
    return as_user(cast.operator)


@pytest.fixture
def coordinator(as_user, cast: Cast) -> FlaskClient:
    return as_user(cast.coordinator)


@pytest.fixture
def teacher(as_user, cast: Cast) -> FlaskClient:
    return as_user(cast.teacher)


def _rows(html: str) -> Iterator[str]:
    """Yield the names in the list of organisations."""
    for match in re.finditer(r"<th scope=\"row\">\s*<a href=\"/organisations/\d+\">([^<]+)</a>", html):
        yield match[1]


def _names() -> list[str]:
    return sorted(db.session.scalars(select(Organisation.name)))


# The list


def test_the_operator_sees_the_region_by_municipality(operator: FlaskClient):
    page = operator.get("/organisations").text
    assert list(_rows(page)) == ["Школа № 8", "Школа № 3"]
    assert (
        page.index("Заречный район</th>") < page.index("Школа № 8</a>") < page.index("Приозёрск, городской округ</th>")
    )


def test_a_coordinator_sees_the_own_municipality_only(coordinator: FlaskClient, cast: Cast):
    page = coordinator.get(f"/organisations?municipality={cast.neighbour_municipality.id}").text
    assert list(_rows(page)) == ["Школа № 3"]
    assert "Заречный" not in page


def test_a_teacher_is_led_to_the_own_school(teacher: FlaskClient, cast: Cast):
    assert teacher.get("/organisations").location == f"/organisations/{cast.school.id}"


def test_the_list_is_found_with_a_slash_at_the_end_too(operator: FlaskClient):
    assert operator.get("/organisations/").status_code == 200


def test_the_list_is_narrowed_by_place_kind_and_name(operator: FlaskClient, cast: Cast):
    make_organisation(cast.municipality, "Детский сад «Берёзка»", "kindergarten")
    assert list(_rows(operator.get("/organisations?kind=kindergarten").text)) == ["Детский сад «Берёзка»"]
    assert list(_rows(operator.get("/organisations?q=БЕРЕЗКА").text)) == ["Детский сад «Берёзка»"]
    district = cast.neighbour_municipality.id
    assert list(_rows(operator.get(f"/organisations?municipality={district}&kind=school").text)) == ["Школа № 8"]
    assert "Таких организаций нет" in operator.get("/organisations?q=нетакой").text


def test_a_long_list_has_pages_that_keep_the_conditions(operator: FlaskClient, cast: Cast):
    for number in range(100, 151):
        make_school(cast.municipality, f"Школа № {number}")
    first = operator.get("/organisations?kind=school&_external=1&endpoint=x").text
    assert len(list(_rows(first))) == 50
    assert 'href="/organisations?kind=school&amp;page=2"' in first
    assert len(list(_rows(operator.get("/organisations?kind=school&page=2").text))) == 3


@pytest.mark.parametrize(
    "question",
    [
        "page=0",
        "page=-1",
        "page=x",
        f"page={10**30}",
        "municipality=x",
        f"municipality={10**30}",
        "kind=prison",
        "q=%00",
        "q=%25%5F",
        "q=" + "9" * 3000,
        "q=%FF%FE",
        "q={}%s",
    ],
)
def test_a_broken_question_is_answered_with_a_page(operator: FlaskClient, question: str):
    assert operator.get(f"/organisations?{question}").status_code == 200


def test_strangers_sign_in_first(client: FlaskClient, cast: Cast):
    for path in ("/organisations", f"/organisations/{cast.school.id}", "/organisations/new"):
        assert "/login" in client.get(path).location


# One organisation


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python: one engine is enough
@pytest.mark.parametrize(
    "role", [Role.ADMINISTRATOR, Role.OPERATOR, Role.COORDINATOR, Role.SCHOOL_ADMIN, Role.TEACHER, Role.OBSERVER]
)
def test_everybody_of_the_branch_sees_the_school_and_its_classes(as_user, cast: Cast, role: str):
    page = as_user(cast.staff[role]).get(f"/organisations/{cast.school.id}").text
    assert "9«А»" in page
    assert ("Добавить класс" in page) == (role != Role.OBSERVER)
    assert ("/edit" in page) == (role in (Role.ADMINISTRATOR, Role.OPERATOR, Role.COORDINATOR))


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python: one engine is enough
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SCHOOL_ADMIN, Role.TEACHER])
@pytest.mark.parametrize("address", ["{0}", "{0}/edit", "{0}/classes/new"])
def test_a_foreign_school_does_not_exist(as_user, cast: Cast, role: str, address: str):
    foreign = address.format(cast.neighbour_school.id)
    assert as_user(cast.staff[role]).get(f"/organisations/{foreign}").status_code == 404


@pytest.mark.parametrize("identity", ["0", "999999", str(2**31), str(10**30), "-1", "x"])
def test_a_missing_school_is_404(operator: FlaskClient, identity: str):
    for tail in ("", "/edit", "/classes/new"):
        assert operator.get(f"/organisations/{identity}{tail}").status_code == 404


def test_the_classes_of_another_year_are_one_link_away(operator: FlaskClient, cast: Cast):
    make_class(cast.school, 8, "А", year=2024)
    address = f"/organisations/{cast.school.id}"
    assert f'href="{address}?year=2024"' in operator.get(address).text
    page = operator.get(f"{address}?year=2024").text
    assert "8«А»" in page
    assert "9«А»" not in page
    for year in ("1900", "x", "9" * 40):
        assert "9«А»" in operator.get(f"{address}?year={year}").text


def test_a_class_without_a_headcount_has_no_data_rather_than_zero(operator: FlaskClient, cast: Cast):
    make_class(cast.school, 11, "", total=None)
    assert "нет данных" in operator.get(f"/organisations/{cast.school.id}").text


def test_the_school_is_summed_up(operator: FlaskClient, cast: Cast):
    make_class(cast.school, 11, "", total=20)
    page = operator.get(f"/organisations/{cast.school.id}").text
    assert re.search(r'Всего</th>\s*<td class="num">47</td>', page)


# Adding and changing


def test_a_coordinator_adds_a_school(coordinator: FlaskClient, cast: Cast):
    answer = coordinator.post("/organisations/new", data={**NEW, "municipality_id": cast.municipality.id})
    assert answer.status_code == 303
    assert "Школа № 4" in coordinator.get(answer.location).text


def test_a_school_is_not_added_to_a_foreign_municipality(coordinator: FlaskClient, cast: Cast):
    answer = coordinator.post("/organisations/new", data={**NEW, "municipality_id": cast.neighbour_municipality.id})
    assert answer.status_code == 400
    assert _names() == ["Школа № 3", "Школа № 8"]


def test_a_school_is_not_moved_to_a_foreign_municipality(coordinator: FlaskClient, cast: Cast):
    data = {**NEW, "name": "Школа № 3", "municipality_id": cast.neighbour_municipality.id}
    assert coordinator.post(f"/organisations/{cast.school.id}/edit", data=data).status_code == 400
    db.session.expire_all()
    assert cast.school.municipality_id == cast.municipality.id


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python: one engine is enough
@pytest.mark.parametrize("role", [Role.SCHOOL_ADMIN, Role.TEACHER, Role.OBSERVER])
def test_others_may_not_add_or_change(as_user, cast: Cast, role: str):
    client = as_user(cast.staff[role])
    for path in ("/organisations/new", f"/organisations/{cast.school.id}/edit"):
        assert client.get(path).status_code == 403
        assert client.post(path, data=NEW).status_code == 403


def test_a_school_is_renamed(operator: FlaskClient, cast: Cast):
    address = f"/organisations/{cast.school.id}"
    assert 'value="Школа № 3"' in operator.get(f"{address}/edit").text
    data = {**NEW, "name": "Лицей № 3", "municipality_id": cast.municipality.id}
    assert operator.post(f"{address}/edit", data=data).location == address
    assert "Лицей № 3" in operator.get(address).text


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("municipality_id", "", "Муниципалитет"),
        ("municipality_id", "x", "Муниципалитет"),
        ("kind", "prison", "Вид организации"),
        ("name", "", "Введите название"),
        ("name", "\0", "нужны слова"),
        ("name", "а" * 161, "больше 160"),
        ("name", "школа №3", "уже есть"),
        ("full_name", "а" * 401, "больше 400"),
        ("full_name", "0", "словами, как в уставе"),
        ("address", "\x1b[0m", "нужны слова"),
    ],
)
def test_bad_input_is_answered_by_the_field(operator: FlaskClient, cast: Cast, field: str, value: str, said: str):
    data = {**NEW, "municipality_id": cast.municipality.id, field: value}
    answer = operator.post("/organisations/new", data=data)
    assert answer.status_code == 400
    assert said in answer.text
    assert f'id="{field}-error"' in answer.text
    assert _names() == ["Школа № 3", "Школа № 8"]


def test_a_form_with_nothing_in_it_is_answered(operator: FlaskClient):
    assert operator.post("/organisations/new", data={}).status_code == 400


HOSTILE = st.text(max_size=60) | st.sampled_from(
    ["=cmd|' /C calc'!A0", "<script>", "{{7*7}}", "%s", "\u202e", "9" * 5000, "1 " * 80]
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.fixed_dictionaries(dict.fromkeys(("name", "full_name", "address"), HOSTILE)))
def test_no_words_break_the_form(operator: FlaskClient, cast: Cast, typed: dict[str, str]):
    data = {**NEW, **typed, "municipality_id": cast.municipality.id}
    answer = operator.post("/organisations/new", data=data)
    assert answer.status_code in (303, 400)
    if answer.status_code == 303:
        assert operator.get(answer.location).status_code == 200


def test_the_same_post_twice_makes_one_school(operator: FlaskClient, cast: Cast):
    data = {**NEW, "municipality_id": cast.municipality.id}
    statuses = [operator.post("/organisations/new", data=data).status_code for _time in range(2)]
    assert statuses == [303, 400]
    assert _names().count("Школа № 4") == 1


# The price


def test_the_list_costs_the_same_with_one_and_with_three(operator: FlaskClient, cast: Cast, count_queries):
    address = f"/organisations?municipality={cast.municipality.id}"
    with count_queries() as one:
        operator.get(address)
    for number in (4, 5):
        make_class(make_school(cast.municipality, f"Школа № {number}"), 9)
    with count_queries() as three:
        page = operator.get(address)
    assert len(list(_rows(page.text))) == 3
    assert three.count == one.count


def test_a_school_costs_the_same_with_one_class_and_with_three(operator: FlaskClient, cast: Cast, count_queries):
    address = f"/organisations/{cast.school.id}"
    with count_queries() as one:
        operator.get(address)
    for letter in "БВ":
        make_class(cast.school, 9, letter)
    with count_queries() as three:
        operator.get(address)
    assert three.count == one.count
