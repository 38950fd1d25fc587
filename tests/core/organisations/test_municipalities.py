"""Municipalities: dated kinds and codes, equal stems, closing in favour of a successor."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_municipality
from sqlalchemy import select

from orientir.accounts.roles import Role
from orientir.config import Config
from orientir.db import db
from orientir.errors import ConflictError
from orientir.organisations.histories import FormerPlace
from orientir.organisations.models import Municipality, MunicipalityKind
from orientir.organisations.queries import municipality_states
from orientir.organisations.territory import Description, change_municipality, close_municipality


@pytest.fixture
def config(config: Config) -> Config:
    """The platform alone: no plugin has a say here, and the application starts in half the time."""
    return replace(config, plugins=())


@pytest.fixture
def operator(as_user, cast: Cast) -> FlaskClient:
    return as_user(cast.operator)


@pytest.fixture
def district(cast: Cast) -> Municipality:
    return cast.neighbour_municipality


def change(district: Municipality, name: str, kind: str, oktmo: str = "", **values: object) -> None:
    change_municipality(district, Description(name, kind, oktmo), actor=None, **values)
    db.session.commit()


def states(district: Municipality) -> list[tuple[date | None, str, str, str]]:
    return [(one.since, one.name, one.kind, one.oktmo) for one in municipality_states(district.id)]


def test_a_district_becomes_an_okrug_with_a_code_of_its_own(operator: FlaskClient, district: Municipality):
    path = f"/municipalities/{district.id}"
    data = {"name": "Заречный муниципальный округ", "kind": "okrug", "oktmo": "25607000", "since": "2026-01-01"}
    assert operator.post(f"{path}/edit", data=data).location == path
    assert states(district) == [
        (date(2026, 1, 1), "Заречный муниципальный округ", "okrug", "25607000"),
        (None, "Заречный район", "district", ""),
    ]
    page = operator.get(path).text
    assert "01.01.2026" in page
    assert "Заречный район" in page
    assert "25607000" in operator.get("/municipalities").text


def test_a_slip_leaves_no_history(district: Municipality):
    change(district, "Заречинский район", MunicipalityKind.DISTRICT)
    assert states(district) == []
    change(district, "Заречный район", MunicipalityKind.RAION, since=date(2026, 1, 1))
    change(district, "Заречный район", MunicipalityKind.OKRUG)
    assert [row[2] for row in states(district)] == ["okrug", "district"]


def test_what_the_reference_does_not_know_is_said_to_be_unknown(operator: FlaskClient, district: Municipality):
    page = operator.get(f"/municipalities/{district.id}").text
    assert "район или округ" in page
    assert "в справочнике не сказано" in page
    assert "нет данных" in page


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "ПРИОЗЁРСК"),
        ("name", "\0"),
        ("kind", "kingdom"),
        ("oktmo", "2560700"),
        ("oktmo", "81618403101"),
        ("oktmo", "24615000-3"),
        ("since", "2027-01-01"),
    ],
)
def test_bad_input_is_answered_by_the_field(operator: FlaskClient, district: Municipality, field: str, value: str):
    data = {"name": "Заречный район", "kind": "district", "oktmo": "", "since": "", field: value}
    answer = operator.post(f"/municipalities/{district.id}/edit", data=data)
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text


def test_changes_are_entered_in_their_order(operator: FlaskClient, district: Municipality):
    change(district, "Заречный район", MunicipalityKind.RAION, since=date(2026, 1, 1))
    data = {"name": "Заречный район", "kind": "okrug", "oktmo": "", "since": "2025-01-01"}
    assert operator.post(f"/municipalities/{district.id}/edit", data=data).status_code == 400
    assert len(states(district)) == 2


def test_two_people_change_one_municipality(operator: FlaskClient, district: Municipality):
    version = district.version
    change(district, "Заречный муниципальный округ", MunicipalityKind.OKRUG)
    data = {"name": "Заречный район", "kind": "raion", "oktmo": "", "since": "", "version": version}
    answer = operator.post(f"/municipalities/{district.id}/edit", data=data)
    assert answer.status_code == 409
    assert "Заречный муниципальный округ" in answer.text


def test_a_city_and_the_district_around_it_stay_two(operator: FlaskClient, cast: Cast):
    make_municipality(cast.region, "Братск")
    around = make_municipality(cast.region, "Братский район", MunicipalityKind.DISTRICT)
    db.session.commit()
    page = operator.get("/municipalities").text
    assert "Братск, городской округ" in page
    assert "Братский район" in page
    data = {"name": " братск ", "kind": "okrug", "oktmo": "", "since": ""}
    assert operator.post(f"/municipalities/{around.id}/edit", data=data).status_code == 400


def test_a_municipality_goes_over_to_its_successor(operator: FlaskClient, as_user, cast: Cast, district: Municipality):
    path = f"/municipalities/{district.id}"
    assert "Перейдёт 1\xa0организация" in operator.get(f"{path}/close").text
    data = {"successor_id": cast.municipality.id, "on_date": "2026-05-01"}
    assert operator.post(f"{path}/close", data=data).location == path
    db.session.expire_all()
    assert cast.neighbour_school.municipality_id == cast.municipality.id
    former = db.session.scalars(select(FormerPlace)).one()
    assert (former.municipality_id, former.until) == (district.id, date(2026, 4, 30))
    page = operator.get(path).text
    assert "закрыт с 01.05.2026" in page
    assert "Преемник" in page
    assert as_user(cast.coordinator).get(f"/organisations/{cast.neighbour_school.id}").status_code == 200


def test_organisations_are_not_left_without_a_municipality(operator: FlaskClient, district: Municipality):
    answer = operator.post(f"/municipalities/{district.id}/close", data={"successor_id": "", "on_date": "2026-05-01"})
    assert answer.status_code == 400
    assert 'id="successor_id-error"' in answer.text
    assert district.closed_on is None


def test_an_empty_municipality_closes_without_a_successor(cast: Cast):
    empty = make_municipality(cast.region, "Пустой район")
    assert close_municipality(empty, date(2026, 5, 1), None, actor=None) == 0
    with pytest.raises(ConflictError):
        close_municipality(empty, date(2026, 5, 1), None, actor=None)


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python: one engine is enough
@pytest.mark.parametrize(
    ("role", "sees", "edits"),
    [
        (Role.ADMINISTRATOR, 200, 200),
        (Role.OPERATOR, 200, 200),
        (Role.OBSERVER, 200, 403),
        (Role.COORDINATOR, 200, 403),
        (Role.SCHOOL_ADMIN, 404, 404),
        (Role.TEACHER, 404, 404),
    ],
)
def test_who_sees_and_who_changes(as_user, cast: Cast, role: str, sees: int, edits: int):
    client, path = as_user(cast.staff[role]), f"/municipalities/{cast.municipality.id}"
    assert client.get(path).status_code == sees
    for act in ("edit", "close"):
        assert client.get(f"{path}/{act}").status_code == edits
        data = {"name": "", "on_date": "", "kind": ""}
        assert client.post(f"{path}/{act}", data=data).status_code == (400 if edits == 200 else edits)
    assert client.get("/municipalities").status_code == 200


def test_a_coordinator_sees_the_own_municipality_only(as_user, cast: Cast):
    client = as_user(cast.coordinator)
    assert "Заречный" not in client.get("/municipalities").text
    assert client.get(f"/municipalities/{cast.neighbour_municipality.id}").status_code == 404


@pytest.mark.parametrize("identity", ["0", "999999", str(10**30), "x"])
def test_a_missing_municipality_is_404(operator: FlaskClient, identity: str):
    for tail in ("", "/edit", "/close"):
        assert operator.get(f"/municipalities/{identity}{tail}").status_code == 404


def test_the_list_costs_the_same_with_one_and_with_three(operator: FlaskClient, cast: Cast, count_queries):
    operator.get("/municipalities")
    with count_queries() as one:
        operator.get("/municipalities")
    for name in ("Северный район", "Южный район"):
        make_municipality(cast.region, name)
    db.session.commit()
    with count_queries() as three:
        operator.get("/municipalities")
    assert three.count == one.count
