"""The survey as a student meets it: a code, pages one by one, back and forth, a break, a send, the next student."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from sqlalchemy import select

from orientir.accounts.models import User
from orientir.codes.digits import grouped
from orientir.db import db
from orientir.questionnaires import Draft, load_draft
from orientir.questionnaires.models import QuestionnaireDraft
from orientir_plans.models import Answer

Opened = Callable[[str], FlaskClient]
Ready = Callable[[str], Draft]
PLANS = {"P1_9": "own10", "P2": "yes", "P3": "no"}
Seated = Callable[..., Any]


def test_a_code_leads_to_the_intro_with_or_without_dashes(client: FlaskClient, codes: list[str]) -> None:
    for typed in (codes[0], grouped(codes[0]), f"  {grouped(codes[0]).replace('-', ' – ')} "):
        answer = client.post("/code", data={"code": typed})
        assert (answer.status_code, answer.location) == (303, "/s/")
    assert "Опрос анонимный" in client.get("/s/").text


def test_the_address_in_the_qr_is_left_at_once(client: FlaskClient, codes: list[str]) -> None:
    answer = client.get(f"/k/{codes[0]}")
    assert (answer.status_code, answer.location) == (303, "/s/")


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("", "12 цифр"),
        ("4817-2093", "вы ввели 8"),
        ("нет кода", "12 цифр"),
        ("9" * 5000, "12 цифр"),
        ("\x00\u202e{}%s", "12 цифр"),
    ],
)
def test_a_wrong_code_gets_a_clear_word(client: FlaskClient, codes: list[str], typed: str, word: str) -> None:
    answer = client.post("/code", data={"code": typed})
    assert answer.status_code == 400
    assert word in answer.text.replace("\xa0", " ")


def test_one_wrong_digit_and_two_swapped_are_called_a_typing_error(client: FlaskClient, codes: list[str]) -> None:
    code = codes[0]
    wrong = f"{(int(code[0]) + 1) % 10}{code[1:]}"
    place = next(place for place in range(11) if code[place] != code[place + 1])
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    for typed in (wrong, swapped):
        answer = client.post("/code", data={"code": typed})
        assert answer.status_code == 400
        assert "опечатка" in answer.text


def test_a_plausible_code_nobody_issued_is_refused(client: FlaskClient, codes: list[str]) -> None:
    answer = client.post("/code", data={"code": "000000000000"})
    assert answer.status_code == 400
    assert "Такого кода нет" in answer.text.replace("\xa0", " ")


def test_after_the_last_day_a_code_says_that_the_survey_is_over(client: FlaskClient, codes: list[str]) -> None:
    with time_machine.travel("2026-05-22T16:00:00+00:00"):
        answer = client.post("/code", data={"code": codes[0]})
    assert answer.status_code == 409
    assert "Опрос закончился" in answer.text.replace("\xa0", " ")


def test_without_a_code_the_survey_sends_to_the_front_page(client: FlaskClient, codes: list[str]) -> None:
    for path in ("/s/", "/s/plans", "/s/review", "/s/thanks"):
        assert client.get(path).location.startswith("/")


def test_pages_are_kept_and_resumed_on_another_computer(app: Flask, seated: Seated, codes: list[str]) -> None:
    turned = seated(codes[0]).turn("plans", **PLANS)
    assert turned.status_code == 303
    stopped_at = turned.location

    other = app.test_client()
    other.post("/code", data={"code": codes[0]})
    assert "Продолжить" in other.get("/s/").text
    assert re.search(r'value="own10"[^>]* checked', other.get("/s/plans").text)
    assert stopped_at.startswith("/s/")


def test_a_gap_keeps_what_was_answered_and_names_what_is_missing(seated: Seated, codes: list[str]) -> None:
    answer = seated(codes[0]).turn("plans", P1_9="own10")
    assert answer.status_code == 422
    assert "Не хочу отвечать" in answer.text.replace("\xa0", " ")
    draft = load_draft(codes[0])
    assert draft
    assert draft.answers["P1_9"] == "own10"


def test_back_needs_no_answers(seated: Seated, codes: list[str]) -> None:
    assert seated(codes[0]).turn("plans", "back").location == "/s/"


def test_autosave_answers_with_no_content(seated: Seated, codes: list[str]) -> None:
    assert seated(codes[0]).turn("plans", "save", P2="yes").status_code == 204


def test_a_teacher_who_tries_the_survey_is_a_student_there(
    cast: Cast, as_user: Callable[[User], FlaskClient], seated: Seated, codes: list[str]
) -> None:
    """The names that make staff forms act once must stay out of pages that are saved again and again."""
    student = seated(codes[0], as_user(cast.teacher))
    assert 'name="once"' not in student.get("/s/plans").text
    assert student.turn("plans", "save", P2="yes", once="0" * 32).status_code == 204
    assert student.turn("plans", once="0" * 32, **PLANS).location == "/s/goal"


def test_a_page_left_open_by_the_last_student_changes_nothing(seated: Seated, codes: list[str]) -> None:
    last = seated(codes[0])
    here = seated(codes[1])
    stale = last.turn("plans", P1_9="work")
    assert stale.status_code == 409
    assert "по другому коду" in stale.text.replace("\xa0", " ")
    assert here.browser.post("/s/send", data={"send_id": load_draft(codes[0]).send_id}).status_code == 409
    assert load_draft(codes[1]).answers == {}


def test_a_page_of_nobody_leads_to_the_intro_first(opened: Opened, codes: list[str]) -> None:
    assert opened(codes[0]).get("/s/plans").location == "/s/"


def test_the_draft_cannot_be_read_in_the_database(seated: Seated, codes: list[str]) -> None:
    seated(codes[0]).turn("plans", **{**PLANS, "P1_9": "other", "P1_9_other": "уеду в Норильск"})
    row = db.session.scalars(select(QuestionnaireDraft)).one()
    assert "Норильск".encode() not in row.sealed
    assert codes[0] not in row.key


def test_review_waits_for_every_answer_and_send_says_thanks(opened: Opened, codes: list[str], ready: Ready) -> None:
    student = opened(codes[0])
    assert student.get("/s/review").location == "/s/plans"
    draft = ready(codes[0])
    assert draft.send_id in student.get("/s/review").text

    sent = student.post("/s/send", data={"send_id": draft.send_id})
    assert sent.location == "/s/thanks"
    assert "отправлена" in student.get("/s/thanks").text
    again = student.post("/s/send", data={"send_id": draft.send_id})
    assert again.location == "/s/thanks"
    assert len(db.session.scalars(select(Answer)).all()) == 1


def test_after_the_send_every_page_leads_to_the_thanks(opened: Opened, codes: list[str], ready: Ready) -> None:
    student, draft = opened(codes[0]), ready(codes[0])
    student.post("/s/send", data={"send_id": draft.send_id})
    for page in ("/s/", "/s/plans", "/s/review"):
        assert student.get(page).location == "/s/thanks"
    assert student.post("/s/plans", data={"turn": "next"}).location == "/s/thanks"


def test_the_next_student_finds_nothing_of_the_last(seated: Seated, codes: list[str]) -> None:
    student = seated(codes[0])
    student.turn("plans", **PLANS)
    assert student.browser.post("/s/finish").location == "/"
    assert student.get("/s/plans").status_code == 302
    page = seated(codes[1]).get("/s/plans")
    assert page.status_code == 200
    assert "checked" not in page.text


def test_an_idle_session_ends_and_the_draft_waits(opened: Opened, seated: Seated, codes: list[str]) -> None:
    student = seated(codes[0])
    student.turn("plans", **PLANS)
    with time_machine.travel("2026-05-14T02:16:30+00:00"):
        assert student.get("/s/plans").status_code == 302
        assert "Продолжить" in opened(codes[0]).get("/s/").text


def test_an_unknown_page_leads_to_the_intro(opened: Opened, codes: list[str]) -> None:
    assert opened(codes[0]).get("/s/nowhere").location == "/s/"
    assert opened(codes[0]).post("/s/nowhere").location == "/s/"


def test_a_page_costs_the_same_number_of_queries_however_many_answered(
    opened: Opened, seated: Seated, codes: list[str], ready: Ready, count_queries
) -> None:
    student = seated(codes[0])
    with count_queries() as before:
        assert student.get("/s/plans").status_code == 200
    for code in codes[1:4]:
        other = opened(code)
        other.post("/s/send", data={"send_id": ready(code).send_id})
    student = seated(codes[0])
    with count_queries() as after:
        assert student.get("/s/plans").status_code == 200
    assert after.count == before.count
