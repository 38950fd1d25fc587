"""Student cards: one for each open number, printed alike as often as needed, dead as soon as they are lost."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_class
from orientir_testkit.papers import page_codes, page_texts
from sqlalchemy import select

from orientir.accounts.roles import Role
from orientir.audit.models import AuditEntry
from orientir.codes.digits import grouped
from orientir.codes.models import Code
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.students import cards, services
from orientir.students.queries import find_number, numbers_of


@pytest.fixture
def address(cast: Cast) -> str:
    services.open_numbers(cast.school_class, 3, actor=None)
    db.session.commit()
    return f"/classes/{cast.school_class.id}/cards"


@pytest.fixture
def teacher(as_user, cast: Cast, address: str) -> FlaskClient:
    return as_user(cast.teacher)


def digits(cast: Cast) -> dict[int, str]:
    db.session.expire_all()
    return cards.digits_of(numbers_of(cast.school_class.id))


def opens(client: FlaskClient, code: str) -> bool:
    """Tell whether the code leads to «Мои записи»."""
    answer = client.post("/code", data={"code": grouped(code)})
    return answer.status_code == 303 and answer.location == "/my"


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("card."))))


# Issuing


def test_every_open_number_gets_a_card(teacher: FlaskClient, client: FlaskClient, cast: Cast, address: str):
    services.close_number(cast.school_class, 2, actor=None)
    answer = teacher.post(address)
    assert (answer.status_code, answer.location) == (303, f"/classes/{cast.school_class.id}#cards")
    assert "2\xa0новые карточки" in teacher.get(answer.location).text
    made = digits(cast)
    assert list(made) == [1, 3]
    assert all(opens(client, code) for code in made.values())


def test_issuing_again_changes_nothing_and_adds_the_newcomer(teacher: FlaskClient, cast: Cast, address: str):
    teacher.post(address)
    before = digits(cast)
    teacher.post(address)
    assert digits(cast) == before
    services.add_numbers(cast.school_class, actor=None)
    teacher.post(address)
    assert {number: code for number, code in digits(cast).items() if number < 4} == before
    assert list(digits(cast)) == [1, 2, 3, 4]
    assert acts() == ["card.issue"] * 2


def test_a_class_without_numbers_gets_no_cards(cast: Cast):
    with pytest.raises(InvalidInputError, match="нет номеров"):
        cards.issue_cards(cast.school_class, actor=None)


def test_a_closed_number_takes_its_card_along(teacher: FlaskClient, client: FlaskClient, cast: Cast, address: str):
    teacher.post(address)
    code = digits(cast)[3]
    teacher.post(f"/classes/{cast.school_class.id}/numbers/close", data={"numbers": ["3"]})
    assert not opens(client, code)
    assert list(digits(cast)) == [1, 2]


def test_a_pupil_who_comes_back_gets_another_card(teacher: FlaskClient, client: FlaskClient, cast: Cast, address: str):
    teacher.post(address)
    code = digits(cast)[3]
    teacher.post(f"/classes/{cast.school_class.id}/numbers/close", data={"numbers": ["3"]})
    teacher.post(f"/classes/{cast.school_class.id}/numbers/3/reopen")
    teacher.post(address)
    assert digits(cast)[3] != code
    assert not opens(client, code)
    assert opens(client, digits(cast)[3])


# The sheet


def test_the_sheet_can_be_printed_again_the_same(teacher: FlaskClient, cast: Cast, address: str):
    teacher.post(address)
    sheets = [teacher.get(f"{address}/sheet.pdf") for _time in range(2)]
    assert sheets[0].mimetype == "application/pdf"
    assert sheets[0].data == sheets[1].data
    printed = [url.rpartition("/k/")[2] for page in page_codes(sheets[0].data) for url in page]
    assert printed == list(digits(cast).values())


def test_one_card_can_be_printed_alone(teacher: FlaskClient, cast: Cast, address: str):
    teacher.post(address)
    made = teacher.get(f"{address}/sheet.pdf?number=2").data
    assert page_codes(made) == [[f"http://localhost/k/{digits(cast)[2]}"]]
    text = " ".join(page_texts(made)[0].split())
    assert "№ 2, 9«А»" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Школа № 3" in text.replace("\N{NO-BREAK SPACE}", " ")


def test_without_cards_there_is_nothing_to_print(teacher: FlaskClient, address: str):
    assert teacher.get(f"{address}/sheet.pdf").status_code == 409


@pytest.mark.parametrize("number", ["0", "28", str(10**30), "-1"])
def test_a_number_nobody_has_has_no_card(teacher: FlaskClient, address: str, number: str):
    assert teacher.get(f"{address}/{number}").status_code == 404
    assert teacher.post(f"{address}/{number}", data={"reason": "lost", "seen": "1"}).status_code == 404
    assert teacher.get(f"{address}/sheet.pdf?number={number}").status_code == 404


# A lost card


def lose(teacher: FlaskClient, address: str, number: int, reason: str = "lost", seen: str = "1"):
    return teacher.post(f"{address}/{number}", data={"reason": reason, "seen": seen})


def test_a_lost_card_dies_at_once_and_the_next_one_lives(
    teacher: FlaskClient, client: FlaskClient, cast: Cast, address: str
):
    teacher.post(address)
    before = digits(cast)
    assert lose(teacher, address, 2).status_code == 303
    after = digits(cast)
    assert after[2] != before[2]
    assert (after[1], after[3]) == (before[1], before[3])
    assert not opens(client, before[2])
    assert opens(client, after[2])
    page = teacher.get(f"{address}/2").text
    assert "выдана 2-й раз" in page


def test_the_same_loss_reported_twice_is_one_new_card(teacher: FlaskClient, cast: Cast, address: str):
    teacher.post(address)
    lose(teacher, address, 2)
    new = digits(cast)[2]
    answer = lose(teacher, address, 2)
    assert "только что выдали заново" in teacher.get(answer.location).text
    assert digits(cast)[2] == new
    assert acts() == ["card.issue", "card.reissue"]


def test_the_log_says_why_and_never_the_digits(teacher: FlaskClient, cast: Cast, address: str):
    teacher.post(address)
    lose(teacher, address, 2, "seen")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "card.reissue")).one()
    assert entry.details == {"number": 2, "reason": "seen"}
    assert entry.organisation_id == cast.school.id
    assert entry.object_id == str(find_number(cast.school_class, 2).id)


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize(
    "data",
    [{}, {"reason": "lost"}, {"seen": "1"}, {"reason": "скучно", "seen": "1"}, {"reason": "\0", "seen": "1"},
     {"reason": "lost", "seen": "x"}, {"reason": "lost", "seen": "9" * 5000}, {"reason": "L" * 10**6, "seen": "1"}],
)  # fmt: skip
def test_without_a_reason_nothing_is_made_anew(teacher: FlaskClient, cast: Cast, address: str, data: dict[str, str]):
    teacher.post(address)
    before = digits(cast)
    assert teacher.post(f"{address}/2", data=data).status_code in (303, 400, 413)
    assert digits(cast) == before


def test_a_number_without_a_card_says_so(teacher: FlaskClient, address: str):
    assert "Карточки ещё нет" in teacher.get(f"{address}/2").text
    assert lose(teacher, address, 2, seen="0").status_code == 303


# Access


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python: one engine is enough
def test_who_may_only_look_gets_no_codes(as_user, cast: Cast, address: str):
    cards.issue_cards(cast.school_class, actor=None)
    observer = as_user(cast.staff[Role.OBSERVER])
    asked = [observer.get(f"{address}/sheet.pdf"), observer.get(f"{address}/2"), observer.post(address)]
    assert [answer.status_code for answer in [*asked, lose(observer, address, 2)]] == [403] * 4
    page = observer.get(f"/classes/{cast.school_class.id}").text
    assert "карточки есть у\N{NO-BREAK SPACE}всех" in page
    assert "Распечатать лист" not in page


def test_a_foreign_class_has_no_cards(as_user, cast: Cast, address: str):
    stranger = as_user(cast.neighbour_teacher)
    asked = [stranger.get(f"{address}/sheet.pdf"), stranger.get(f"{address}/2"), stranger.post(address)]
    assert [answer.status_code for answer in [*asked, lose(stranger, address, 2)]] == [404] * 4


# A class of a past year


@pytest.fixture
def past(cast: Cast) -> str:
    old = make_class(cast.school, 8, year=2024)
    services.open_numbers(old, 2, actor=None)
    db.session.commit()
    return f"/classes/{old.id}"


def test_a_class_of_a_past_year_keeps_its_list(as_user, cast: Cast, past: str):
    teacher = as_user(cast.teacher)
    for change, data in (("/numbers", {}), ("/numbers/close", {"numbers": ["1"]}), ("/cards", {})):
        answer = teacher.post(past + change, data=data)
        assert answer.status_code == 303
        assert "класс прошлого года" in teacher.get(past).text
    page = teacher.get(past).text
    assert "Закрыть отмеченные" not in page
    assert "Выдать карточки" not in page


def test_a_headcount_of_a_past_year_can_be_corrected(as_user, cast: Cast, past: str):
    teacher = as_user(cast.teacher)
    answer = teacher.post(f"{past}/headcounts", data={"total": "26", "on_date": "2025-05-01"})
    assert answer.status_code == 303
    assert "26" in teacher.get(past).text


# The price


def test_a_card_page_costs_the_same_in_a_small_and_in_a_large_class(
    teacher: FlaskClient, cast: Cast, address: str, count_queries
):
    teacher.post(address)
    counts = []
    for upto in (3, 27):
        services.open_numbers(cast.school_class, upto, actor=None)
        cards.issue_cards(cast.school_class, actor=None)
        db.session.commit()
        for path in (f"/classes/{cast.school_class.id}", f"{address}/2", f"{address}/sheet.pdf"):
            with count_queries() as seen:
                assert teacher.get(path).status_code == 200
            counts.append(seen.count)
    assert counts[:3] == counts[3:]


def test_a_copy_of_the_database_holds_no_digits(teacher: FlaskClient, cast: Cast, address: str):
    teacher.post(address)
    made = set(digits(cast).values())
    stored = {str(value) for code in db.session.scalars(select(Code)) for value in (code.digest, code.owner)}
    assert not {text for text in stored for code in made if code in text}


# All cards of a class


def test_all_cards_of_a_class_are_made_anew_at_once(
    teacher: FlaskClient, client: FlaskClient, cast: Cast, address: str
):
    teacher.post(address)
    lose(teacher, address, 2)
    before = digits(cast)
    page = teacher.get(f"{address}/anew").text
    assert "Сразу перестанут действовать 3\xa0карточки" in page
    assert 'name="seen" value="4"' in page
    for _time in range(2):
        assert teacher.post(f"{address}/anew", data={"reason": "seen", "seen": "4"}).status_code == 303
    after = digits(cast)
    assert set(after) == set(before)
    assert set(after.values()).isdisjoint(before.values())
    assert not any(opens(client, code) for code in before.values())
    assert all(opens(client, code) for code in after.values())
    assert acts() == ["card.issue", "card.reissue", "card.reissue_all"]


def test_without_a_reason_or_cards_no_class_gets_new_ones(teacher: FlaskClient, cast: Cast, address: str):
    assert "менять нечего" in teacher.get(f"{address}/anew").text
    assert teacher.post(f"{address}/anew", data={"reason": "lost", "seen": "0"}).status_code == 303
    assert digits(cast) == {}
    teacher.post(address)
    assert teacher.post(f"{address}/anew", data={"seen": "3"}).status_code == 400
    assert acts() == ["card.issue"]
