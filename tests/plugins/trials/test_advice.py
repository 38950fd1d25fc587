"""Words people leave after a trial: kept apart, looked through by the operator, read by the organiser from five up."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest
import time_machine
from orientir_testkit.cast import Cast, make_municipality, make_organisation, make_region, make_user
from orientir_testkit.queries import counted_queries
from sqlalchemy import select

from orientir.accounts.roles import Role
from orientir.audit.models import AuditEntry
from orientir.bookings import attendance
from orientir.bookings import services as bookings
from orientir.bookings.attendance import Present
from orientir.bookings.wishes import Wish
from orientir.db import db
from orientir.organisations.models import OrganisationKind
from orientir.questionnaires.models import FreeWord, WordState
from orientir.web.personal_data import doubts, masked
from orientir_trials import replies
from orientir_trials.models import Trial, TrialAnswer
from orientir_trials.queries import dates_of

THAT_DAY, AFTERWARDS = "2026-05-20T10:30:00+08:00", "2026-05-20T13:00:00+08:00"


@pytest.fixture
def said(cast: Cast, offered: Callable[..., Trial]) -> Callable[..., Trial]:
    """Return a card of which as many people came as there are texts, each leaving one of them."""

    def say(*texts: str, **values: object) -> Trial:
        trial = offered(**values)
        [slot] = dates_of(trial)
        wish = Wish(cast.school_class.id if not values else cast.neighbour_class.id, people=len(texts))
        booking = bookings.book(slot.id, wish, request=secrets.token_hex(8), actor=None)
        with time_machine.travel(THAT_DAY):
            attendance.mark(booking.id, Present(people=len(texts)), actor=None)
        with time_machine.travel(AFTERWARDS):
            for text in texts:
                replies.answer(replies.asked_group(booking.id), secrets.token_hex(16), {"F2": "hands", "F7": text})
        db.session.commit()
        return trial

    return say


def key_of(text: str) -> str:
    return db.session.scalars(select(FreeWord.key).where(FreeWord.text == text)).one()


def test_words_are_kept_apart_from_the_other_answers(said):
    said("Больше времени", "", "Спасибо")
    assert all(set(one.answers) == {"F2"} for one in db.session.scalars(select(TrialAnswer)))
    assert sorted(db.session.scalars(select(FreeWord.text))) == ["Больше времени", "Спасибо"]
    keys = set(db.session.scalars(select(FreeWord.key)))
    assert not keys & set(db.session.scalars(select(TrialAnswer.key)))


def test_the_organiser_reads_what_the_operator_let_through_and_by_the_alphabet(said, as_user, cast, organiser):
    trial = said("Шире окна", "Больше времени", "Дурак мастер", "Аккуратнее", "")
    url, host, operator = f"/trials/figures/trial/{trial.id}", as_user(organiser), as_user(cast.operator)
    assert "Советы участников" not in host.get(url).text
    page = operator.get("/trials/advice").text
    assert page.index("Аккуратнее") < page.index("Больше времени") < page.index("Шире окна")
    sent = {f"word-{key_of(text)}": "shown" for text in ("Шире окна", "Больше времени")}
    sent[f"word-{key_of('Дурак мастер')}"] = "hidden"
    answer = operator.post("/trials/advice", data=sent)
    assert answer.status_code == 303
    assert "3 решения записаны" in operator.get(answer.location).text
    page = host.get(url).text
    assert page.index("Больше времени") < page.index("Шире окна")
    assert "Дурак" not in page
    assert "Аккуратнее" not in page  # not decided yet
    assert "Дурак" in operator.get("/trials/advice?state=hidden").text


def test_a_decision_is_taken_back_and_noted_without_the_words(said, as_user, cast, organiser):
    trial = said("Больше времени", *[""] * 4)
    operator, word = as_user(cast.operator), f"word-{key_of('Больше времени')}"
    for state in ("shown", "hidden", "hidden"):
        operator.post("/trials/advice", data={word: state})
    assert "Больше времени" not in as_user(organiser).get(f"/trials/figures/trial/{trial.id}").text
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "trials.words")).all()
    assert [(one.details["shown"], one.details["hidden"]) for one in noted] == [(1, 0), (0, 1)]
    assert "Больше времени" not in str([one.details for one in noted])


def test_words_of_a_card_with_few_answers_wait_unread_by_anybody(said, as_user, cast, organiser):
    trial = said("Больше времени", "", "", "")
    operator = as_user(cast.operator)
    assert "Больше времени" not in operator.get("/trials/advice").text
    assert "ждёт просмотра" not in operator.get("/").text
    assert operator.post("/trials/advice", data={f"word-{key_of('Больше времени')}": "shown"}).status_code == 404
    db.session.scalars(select(FreeWord)).one().state = WordState.SHOWN
    db.session.commit()
    assert "Больше времени" not in as_user(organiser).get(f"/trials/figures/trial/{trial.id}").text


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.COORDINATOR, Role.TEACHER, Role.SCHOOL_ADMIN, Role.OBSERVER])
def test_nobody_else_looks_through_them(said, as_user, cast, college, role):
    said("Больше времени", *[""] * 4)
    scope = college.scope if role == Role.ORGANISER else cast.municipality.scope
    other = as_user(make_user(role, scope))
    assert other.get("/trials/advice").status_code == 403
    assert other.post("/trials/advice", data={f"word-{key_of('Больше времени')}": "shown"}).status_code == 403


def test_the_operator_of_another_region_neither_reads_nor_decides(said, as_user):
    said("Больше времени", *[""] * 4)
    stranger = as_user(make_user(Role.OPERATOR, make_region("Соседняя", "75").scope))
    assert "Больше времени" not in stranger.get("/trials/advice").text
    assert stranger.post("/trials/advice", data={f"word-{key_of('Больше времени')}": "shown"}).status_code == 404
    assert db.session.scalars(select(FreeWord.state)).one() == WordState.WAITING


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("word-", "shown", 404),
        ("word-nonsense", "shown", 404),
        ("word-\x00", "shown", 404),
        (f"word-{'я' * 5000}", "hidden", 404),
        ("word-1", "approved", 303),
        ("other", "shown", 303),
    ],
)
def test_tampered_forms_change_nothing(said, as_user, cast, field, value, status):
    said("Больше времени", *[""] * 4)
    assert as_user(cast.operator).post("/trials/advice", data={field: value}).status_code == status
    assert db.session.scalars(select(FreeWord.state)).one() == WordState.WAITING


@pytest.mark.parametrize("address", ["?state=nonsense", "?state=shown&page=999999999999", "?page=-1", "?page=x"])
def test_odd_addresses_show_a_page(as_user, cast, address):
    assert as_user(cast.operator).get(f"/trials/advice{address}").status_code == 200


@pytest.mark.parametrize(
    ("text", "doubt", "shown"),
    [
        ("Звоните 8 (914) 123-45-67 вечером", "телефон", "Звоните [скрыто]вечером"),
        ("пишите ivan@mail.ru!", "адрес", "пишите [скрыто]"),
        ("я в t.me/ivan, жду", "адрес", "я в [скрыто] жду"),
        ("ник: @ivan99", "адрес", "ник: [скрыто]"),
        ("родился 01.02.2010 тут", "дата", "родился [скрыто] тут"),
        ("А вот Мария Ивановна Петрова объясняет", "имя и отчество", "А вот [скрыто] объясняет"),
        ("Мастер Сергей Иванов кричал", "похоже на имя", "Мастер Сергей Иванов кричал"),
        ("Больше времени. Отличная проба, 10 из 10", "", "Больше времени. Отличная проба, 10 из 10"),
    ],
)
def test_what_looks_like_personal_data_is_named_and_covered(text, doubt, shown):
    assert (doubt in doubts(text)) if doubt else doubts(text) == []
    assert masked(text) == shown


def test_the_page_costs_the_same_with_one_word_and_with_three(said, as_user, cast):
    operator = as_user(cast.operator)
    said("Один", *[""] * 4)
    with counted_queries() as few:
        operator.get("/trials/advice")
    said("Два", "Три", "", "", "", title="Повар")
    with counted_queries() as more:
        operator.get("/trials/advice")
    assert few.count == more.count


def test_long_lists_are_read_in_pages(said, as_user, cast):
    trial = said("Слово 000", *[""] * 4)
    words = [FreeWord(key=secrets.token_hex(16), owner="trials", owner_id=trial.id, question="F7", text=f"Слово {n:03}")
             for n in range(1, 60)]  # fmt: skip
    db.session.add_all(words)
    db.session.commit()
    operator = as_user(cast.operator)
    assert "Слово 024" in operator.get("/trials/advice").text
    assert "Слово 024" not in operator.get("/trials/advice?page=2").text
    assert "Слово 059" in operator.get("/trials/advice?page=3").text
    too_many = {f"word-{one.key}": "shown" for one in words}
    assert operator.post("/trials/advice", data=too_many).status_code == 404


def test_it_waits_on_the_operators_first_page(said, as_user, cast):
    said("Один", "Два", "", "", "")
    assert "2" in (page := as_user(cast.operator).get("/").text)
    assert "совета участников ждут просмотра" in page


def test_words_about_another_college_stay_there(said, as_user, cast):
    trial = said("Больше времени", *[""] * 4)
    town = make_municipality(cast.region, "Дальний")
    other = make_organisation(town, "Другой колледж", OrganisationKind.COLLEGE)
    assert as_user(make_user(Role.ORGANISER, other.scope)).get(f"/trials/figures/trial/{trial.id}").status_code == 404
