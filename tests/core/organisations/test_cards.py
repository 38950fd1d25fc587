"""The card of an organisation: history of names and places, contacts, numbers, two people at one card."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orientir_testkit.cast import Cast, make_organisation, make_school
from sqlalchemy import select

from orientir.accounts.roles import Role
from orientir.audit.models import AuditEntry
from orientir.db import db
from orientir.organisations import services
from orientir.organisations.cards import EditedMeanwhileError
from orientir.organisations.contacts import NOBODY, Presence, Responsible, change_contact, responsible_of
from orientir.organisations.histories import Contact, FormerName, FormerPlace
from orientir.organisations.models import Organisation
from orientir.organisations.queries import State, list_organisations

PERSON = {
    "person_name": "Зоя Павловна",
    "post": "Заместитель директора",
    "phone": "8 (3952) 12-34-56, доб. 7",
    "email": "zoya@example.org",
    "site": "school3.example.org",
    "document_url": "https://school3.example.org/plan.pdf",
    "document_on": "2025-09-01",
}


@pytest.fixture
def operator(as_user, cast: Cast) -> FlaskClient:
    return as_user(cast.operator)


def card(cast: Cast, **values: object) -> dict[str, object]:
    return {"municipality_id": cast.municipality.id, "kind": "school", "name": "Школа № 3", **values}


def found(cast: Cast, typed: str, state: State = State.ALL) -> list[str]:
    page = list_organisations([cast.region.scope], typed=typed, state=state, today=date(2026, 5, 14))
    return [one.name for one in page.organisations]


# Names and places


def test_a_former_name_stays_with_its_date_and_is_found(operator: FlaskClient, cast: Cast):
    address = f"/organisations/{cast.school.id}"
    data = card(cast, name="Лицей «Берёза»", since="2025-09-01")
    assert operator.post(f"{address}/edit", data=data).location == address
    page = operator.get(address).text
    assert "до 31.08.2025: Школа № 3" in page
    assert found(cast, "школа 3") == ["Лицей «Берёза»"]
    assert found(cast, "ЛИЦЕЙ берез") == ["Лицей «Берёза»"]
    assert "раньше: Школа № 3" in operator.get("/organisations?q=школа+3").text
    assert found(cast, "берёза школа") == []  # words of two different names find nothing


def test_a_slip_leaves_no_former_name(operator: FlaskClient, cast: Cast):
    operator.post(f"/organisations/{cast.school.id}/edit", data=card(cast, name="Школа № 33", since=""))
    assert db.session.scalars(select(FormerName)).all() == []


def test_a_move_keeps_a_dated_list_of_municipalities(operator: FlaskClient, cast: Cast):
    address, district = f"/organisations/{cast.school.id}", cast.neighbour_municipality.id
    operator.post(f"{address}/edit", data=card(cast, municipality_id=district, since="2026-01-01"))
    former = db.session.scalars(select(FormerPlace)).one()
    assert (former.municipality_id, former.until) == (cast.municipality.id, date(2025, 12, 31))
    assert "до 31.12.2025 — Приозёрск" in operator.get(address).text


@pytest.mark.parametrize("since", ["2026-05-15", "1600-01-01", "вчера"])
def test_a_change_is_not_dated_ahead(operator: FlaskClient, cast: Cast, since: str):
    answer = operator.post(f"/organisations/{cast.school.id}/edit", data=card(cast, name="Лицей", since=since))
    assert answer.status_code == 400
    assert 'id="since-error"' in answer.text
    assert found(cast, "лицей") == []


def test_a_former_name_is_free_for_another_school(cast: Cast):
    services.change_organisation(cast.school, cast.municipality, "school", "Лицей", since=date(2025, 9, 1), actor=None)
    services.add_organisation(cast.municipality, "school", "Школа № 3", actor=None)


# Numbers


def test_requisites_are_kept_shown_and_found(operator: FlaskClient, cast: Cast):
    address = f"/organisations/{cast.school.id}"
    numbers = {"inn": "7436001365", "kpp": "745901001", "ogrn": "1 0274 0181 2129", "okpo": "05049130", "oktmo": ""}
    assert operator.post(f"{address}/edit", data=card(cast, **numbers)).status_code == 303
    page = operator.get(address).text
    assert "1027401812129" in page
    assert found(cast, "7436001365") == ["Школа № 3"]
    assert found(cast, "школа 7436001365") == ["Школа № 3"]
    assert found(cast, "743600136") == []


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize("field", ["inn", "kpp", "ogrn", "okpo", "oktmo"])
def test_a_misprint_is_told_by_its_field(operator: FlaskClient, cast: Cast, field: str):
    answer = operator.post(f"/organisations/{cast.school.id}/edit", data=card(cast, **{field: "7436001366"}))
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text


def test_branches_share_an_inn_and_are_told_of_each_other(operator: FlaskClient, cast: Cast):
    cast.neighbour_school.inn = "7436001365"
    path = f"/organisations/{cast.school.id}/edit"
    answer = operator.post(path, data=card(cast, inn="7436001365"))
    assert "Такой же ИНН у «Школа № 8»" in operator.get(answer.location).text


# The responsible person


def test_the_contact_is_kept_sealed_and_shown_as_people_write_it(operator: FlaskClient, cast: Cast):
    address = f"/organisations/{cast.school.id}"
    assert operator.post(f"{address}/contact", data=PERSON).location == address
    page = operator.get(address).text
    assert "+7\u00a0395\u00a0212\u201134\u201156, доб.\u00a07" in page
    assert 'href="tel:+73952123456,7"' in page
    assert 'href="https://school3.example.org" rel="noopener noreferrer nofollow"' in page
    assert "принят 01.09.2025" in page
    sealed = db.session.scalars(select(Contact.sealed)).one()
    assert b"example" not in sealed
    assert "Зоя" not in str(db.session.scalars(select(AuditEntry.details)).all())


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python: one engine is enough
@pytest.mark.parametrize(
    ("role", "sees", "edits"),
    [
        (Role.ADMINISTRATOR, True, 200),
        (Role.OPERATOR, True, 200),
        (Role.COORDINATOR, True, 200),
        (Role.SCHOOL_ADMIN, True, 200),
        (Role.TEACHER, False, 403),
        (Role.OBSERVER, False, 403),
    ],
)
def test_the_contact_is_for_those_who_call(as_user, cast: Cast, role: str, sees: bool, edits: int):
    change_contact(cast.school, Responsible("Зоя Павловна", phone="83952123456"), Presence(), actor=None)
    client = as_user(cast.staff[role])
    address = f"/organisations/{cast.school.id}"
    assert ("Зоя Павловна" in client.get(address).text) == sees
    assert client.get(f"{address}/contact").status_code == edits
    assert client.get("/organisations/contacts").status_code == (200 if sees else 403)
    assert client.get(f"/organisations/{cast.neighbour_school.id}/contact").status_code in (
        {404} if role in (Role.COORDINATOR, Role.SCHOOL_ADMIN, Role.TEACHER) else {200, 403}
    )


def test_an_administrator_of_a_school_changes_its_contact_and_no_more(as_user, cast: Cast):
    client = as_user(cast.school_admin)
    assert client.post(f"/organisations/{cast.school.id}/contact", data=PERSON).status_code == 303
    assert client.post(f"/organisations/{cast.school.id}/edit", data=card(cast, name="Моя школа")).status_code == 403
    assert client.post(f"/organisations/{cast.school.id}/changes/close", data={}).status_code == 403
    assert cast.school.name == "Школа № 3"


def test_the_name_of_a_predecessor_is_forgotten(cast: Cast):
    change_contact(cast.school, Responsible("Прежний"), Presence(), actor=None)
    change_contact(cast.school, Responsible("Новый"), Presence(), actor=None)
    assert responsible_of(cast.school.id).name == "Новый"
    change_contact(cast.school, Responsible(), Presence(), actor=None)
    assert responsible_of(cast.school.id) == NOBODY
    assert db.session.scalars(select(Contact)).all() == []


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("person_name", ""),
        ("person_name", "\0"),
        ("post", "\u202e"),
        ("phone", "3-12-45"),
        ("email", "зоя"),
        ("site", "http://school3.example.org"),
        ("site", "javascript:alert(1)"),
        ("document_url", "file:///c:/plan.doc"),
        ("document_on", "2026-05-15"),
        ("document_on", "1990-01-01"),
    ],
)
def test_a_bad_contact_is_answered_by_the_field(operator: FlaskClient, cast: Cast, field: str, value: str):
    answer = operator.post(f"/organisations/{cast.school.id}/contact", data={**PERSON, field: value})
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text
    assert responsible_of(cast.school.id) == NOBODY


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.fixed_dictionaries(dict.fromkeys(PERSON, st.text(max_size=60) | st.sampled_from(["{}%s", "<b>", "9" * 999]))))
def test_no_words_break_the_contact(operator: FlaskClient, cast: Cast, typed: dict[str, str]):
    path = f"/organisations/{cast.school.id}"
    assert operator.post(f"{path}/contact", data=typed).status_code in (303, 400)
    assert operator.get(path).status_code == 200


def test_the_list_of_whom_to_call_finds_who_is_missing(as_user, cast: Cast):
    make_school(cast.municipality, "Школа № 5")
    change_contact(cast.school, Responsible("Зоя Павловна", "Завуч", "83952123456"), Presence(), actor=None)
    client = as_user(cast.coordinator)
    page = client.get("/organisations/contacts").text
    assert "Зоя Павловна" in page
    assert "Школа № 5" in page
    assert "Школа № 8" not in page
    missing = client.get("/organisations/contacts?missing=y").text
    assert "Зоя Павловна" not in missing
    assert "Школа № 5" in missing
    assert "У всех есть ответственный" in client.get("/organisations/contacts?missing=y&q=Школа+3").text


def test_the_list_of_whom_to_call_costs_the_same_with_one_and_with_three(as_user, cast: Cast, count_queries):
    client = as_user(cast.coordinator)
    change_contact(cast.school, Responsible("Зоя Павловна"), Presence(), actor=None)
    client.get("/organisations/contacts")
    with count_queries() as one:
        client.get("/organisations/contacts")
    for number in (5, 6):
        change_contact(
            make_school(cast.municipality, f"Школа № {number}"), Responsible("Кто-то"), Presence(), actor=None
        )
    db.session.commit()
    with count_queries() as three:
        client.get("/organisations/contacts")
    assert three.count == one.count


# Two people at one card


def test_who_saves_second_sees_the_difference_and_decides(as_user, cast: Cast):
    first, second = as_user(cast.operator), as_user(cast.coordinator)
    path = f"/organisations/{cast.school.id}/edit"
    drawn = card(cast, version=cast.school.version)
    assert first.post(path, data={**drawn, "address": "ул. Первая, 1"}).status_code == 303
    late = {**drawn, "address": "ул. Вторая, 2"}
    answer = second.post(path, data=late)
    assert answer.status_code == 409
    assert "Карточку только что изменил(а) Олег Петрович Оператор" in answer.text
    assert "ул. Первая, 1" in answer.text
    db.session.expire_all()
    assert cast.school.address == "ул. Первая, 1"
    assert second.post(path, data={**late, "version": cast.school.version}).status_code == 303
    db.session.expire_all()
    assert cast.school.address == "ул. Вторая, 2"


def test_the_contact_is_guarded_by_the_same_version(as_user, cast: Cast):
    client = as_user(cast.school_admin)
    version = cast.school.version
    as_user(cast.operator).post(f"/organisations/{cast.school.id}/contact", data={**PERSON, "version": version})
    answer = client.post(
        f"/organisations/{cast.school.id}/contact", data={**PERSON, "post": "Завуч", "version": version}
    )
    assert answer.status_code == 409
    assert "Заместитель директора" in answer.text
    assert responsible_of(cast.school.id).post == "Заместитель директора"


def test_without_a_look_at_the_version_the_last_one_wins(cast: Cast):
    """The negative control: a service that is told no version overwrites."""
    for address in ("ул. Первая, 1", "ул. Вторая, 2"):
        services.change_organisation(cast.school, cast.municipality, "school", "Школа № 3", address=address, actor=None)
    with pytest.raises(EditedMeanwhileError):
        services.change_organisation(
            cast.school, cast.municipality, "school", "Школа № 3", address="ул. Третья, 3", version=1, actor=None
        )
    assert cast.school.address == "ул. Вторая, 2"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_a_strange_version_breaks_nothing(operator: FlaskClient, cast: Cast, version: str):
    answer = operator.post(f"/organisations/{cast.school.id}/edit", data=card(cast, version=version))
    assert answer.status_code in (303, 409)


# Lists


def test_closed_schools_are_shown_when_asked_for(operator: FlaskClient, cast: Cast):
    cast.neighbour_school.closed_on = date(2026, 5, 1)
    later = make_organisation(cast.municipality, "Скоро закроется", "school")
    later.closed_on = date(2026, 8, 31)
    db.session.commit()
    assert found(cast, "", State.OPEN) == ["Скоро закроется", "Школа № 3"]
    assert found(cast, "", State.CLOSED) == ["Школа № 8"]
    assert "Школа № 8" not in operator.get("/organisations").text
    assert "Школа № 8" in operator.get("/organisations?state=closed").text
    assert "Искать и среди закрытых" in operator.get("/organisations?q=Школа+8").text


def test_search_is_quick_on_a_thousand_schools(cast: Cast, count_queries):
    db.session.add_all(
        Organisation(
            municipality_id=cast.municipality.id, kind="school", name=f"Школа № {number}", full_name="МБОУ «СОШ»"
        )
        for number in range(100, 1100)
    )
    db.session.commit()
    scope = cast.region.scope
    with count_queries() as seen:
        page = list_organisations([scope], typed="сош 777 мбоу")
    assert [one.name for one in page.organisations] == ["Школа № 777"]
    assert seen.count == 2
