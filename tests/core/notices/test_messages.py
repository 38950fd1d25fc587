"""A message by hand: whom it reaches is said in numbers first, it goes once, and to own schools only."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orientir_testkit.cast import Cast, make_municipality, make_school, make_user
from sqlalchemy import select

from orientir.accounts.roles import Role
from orientir.audit.models import AuditEntry
from orientir.db import db
from orientir.mail.models import OutgoingMail


@pytest.fixture
def operator(as_user, cast: Cast) -> FlaskClient:
    return as_user(cast.operator)


@pytest.fixture
def coordinator(as_user, cast: Cast) -> FlaskClient:
    return as_user(cast.coordinator)


MESSAGE = {"topic": "Совещание", "text": "В пятницу в 15:00.\nПриходите", "occasion": "a" * 32}


def test_a_message_is_shown_in_numbers_before_it_goes(operator: FlaskClient, cast: Cast, told):
    places = [f"m{cast.municipality.id}", f"m{cast.neighbour_municipality.id}"]
    page = operator.post("/notices/message", data={**MESSAGE, "places": places})
    assert page.status_code == 200
    text = re.sub(r"\s+", " ", page.text)
    assert "1 человек: ответственные в 1 школе." in text
    assert "1 школа без ответственного: Школа № 8" in text
    assert "Отправить 1 человеку" in text
    assert told() == []


def test_a_message_is_told_to_those_who_answer_for_the_schools_once(operator: FlaskClient, cast: Cast, told, letters):
    sent = {**MESSAGE, "places": [f"m{cast.municipality.id}"], "step": "send"}
    for _ in range(2):
        assert operator.post("/notices/message", data=sent).status_code == 303
    [notice] = told()
    assert (notice.user_id, notice.subject) == (cast.school_admin.id, "Совещание")
    assert notice.text.startswith("В пятницу в 15:00.\nПриходите\n\nОлег Петрович Оператор, ")
    assert [subject for subject, _text in letters()] == ["Совещание"]
    act = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "notices.message")).first()
    assert act.details["people"] == 1
    assert "Совещание" not in str(act.details)


def test_a_school_that_is_to_close_is_written_to_until_then(operator: FlaskClient, cast: Cast, told):
    cast.school.closed_on = date(2026, 8, 31)
    db.session.commit()
    sent = {**MESSAGE, "places": [f"m{cast.municipality.id}"], "step": "send"}
    assert operator.post("/notices/message", data=sent).status_code == 303
    assert [one.user_id for one in told()] == [cast.school_admin.id]


def test_a_message_to_nobody_is_refused_in_words(operator: FlaskClient, cast: Cast, told):
    sent = {**MESSAGE, "places": [f"m{cast.neighbour_municipality.id}"], "step": "send"}
    answer = operator.post("/notices/message", data=sent)
    assert answer.status_code == 400
    assert "некому прочитать" in answer.text
    assert told() == []


def test_a_coordinator_writes_to_own_schools_only(coordinator: FlaskClient, cast: Cast, told):
    make_user(Role.SCHOOL_ADMIN, cast.neighbour_school.scope)
    page = coordinator.get(f"/notices/message?organisation={cast.neighbour_school.id}").text
    assert "Школа № 3" in page
    assert "Школа № 8" not in page
    foreign = (f"o{cast.neighbour_school.id}", f"m{cast.neighbour_municipality.id}", f"r{cast.region.id}")
    for place in (*foreign, "o9999999999"):
        answer = coordinator.post("/notices/message", data={**MESSAGE, "places": [place], "step": "send"})
        assert answer.status_code == 400, place
    assert told() == []
    own = {**MESSAGE, "places": [f"o{cast.school.id}"], "step": "send"}
    assert coordinator.post("/notices/message", data=own).status_code == 303
    assert [one.user_id for one in told()] == [cast.school_admin.id]


def test_an_operator_may_come_from_the_page_of_a_school(operator: FlaskClient, cast: Cast, told):
    page = operator.get(f"/notices/message?organisation={cast.school.id}").text
    assert re.search(rf'checked[^>]*value="o{cast.school.id}"', page)
    sent = {**MESSAGE, "places": [f"o{cast.school.id}"], "step": "send"}
    assert operator.post("/notices/message", data=sent).status_code == 303
    assert [one.user_id for one in told()] == [cast.school_admin.id]


@pytest.mark.parametrize(
    ("field", "typed", "word"),
    [
        ("topic", "", "Напишите, о чём"),
        ("topic", "а" * 121, "больше 120"),
        ("topic", "\u202e\x00", "нужны слова"),
        ("text", "  ", "нужны слова"),
        ("text", "а" * 2001, "больше 2000"),
        ("places", "x", "нет"),
    ],
)
def test_a_bad_message_names_the_field(operator: FlaskClient, cast: Cast, told, field: str, typed: str, word: str):
    sent = {**MESSAGE, "places": [f"m{cast.municipality.id}"], "step": "send", field: typed}
    answer = operator.post("/notices/message", data=sent)
    assert answer.status_code == 400
    assert word in answer.text
    assert told() == []


def test_going_back_keeps_what_was_typed(operator: FlaskClient, cast: Cast):
    sent = {**MESSAGE, "places": [f"m{cast.municipality.id}"], "step": "edit"}
    page = operator.post("/notices/message", data=sent).text
    assert "Совещание" in page
    assert "Приходите</textarea>" in page
    assert "a" * 32 in page


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(topic=st.text(max_size=150), text=st.text(max_size=300), occasion=st.text(max_size=40))
def test_whatever_is_typed_is_sent_or_refused(operator, cast: Cast, topic: str, text: str, occasion: str):
    sent = {"topic": topic, "text": text, "occasion": occasion, "places": [f"m{cast.municipality.id}"], "step": "send"}
    assert operator.post("/notices/message", data=sent).status_code in (303, 400)
    for letter in db.session.scalars(select(OutgoingMail)):
        assert not set(letter.subject) & set("\r\n\x00")


def test_a_region_of_many_schools_costs_no_more_questions(operator: FlaskClient, cast: Cast, count_queries):
    def cost() -> int:
        with count_queries() as seen:
            data = {**MESSAGE, "places": [f"r{cast.region.id}"]}
            assert operator.post("/notices/message", data=data).status_code == 200
        return seen.count

    cost()
    one = cost()
    for number in range(3):
        school = make_school(make_municipality(cast.region, f"Город {number}"), "Школа № 1")
        make_user(Role.SCHOOL_ADMIN, school.scope)
    assert cost() == one
