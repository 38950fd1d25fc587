"""«Мои записи»: what a card opens, for whom, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import SCHOOL_DAY, Cast, make_class, make_organisation
from orientir_testkit.occasions import make_slot
from orientir_testkit.plugins import make_plugin

from orientir import clock
from orientir.bookings import services as bookings
from orientir.bookings.wishes import Wish
from orientir.clock import AcademicYear
from orientir.codes.services import issue
from orientir.contracts import CalendarEntry, CalendarFilter, CodeDestination, CodeKind, HistoryLine
from orientir.db import db
from orientir.errors import PluginError
from orientir.organisations.class_names import ClassName
from orientir.organisations.models import OrganisationKind
from orientir.plugins import current_plugins
from orientir.students import cards, moving, services
from orientir.students.moving import Plan
from orientir.students.queries import find_number, numbers_of

ASKED: list[CalendarFilter] = []


def history(student_id: int) -> Sequence[HistoryLine]:
    return [
        HistoryLine(date(2026, 4, 2), f"Проба места {student_id}", "были"),
        HistoryLine(date(2026, 5, 3), "Экскурсия <b>", ""),
    ]


def coming(first: datetime, last: datetime, filters: CalendarFilter) -> Sequence[CalendarEntry]:
    ASKED.append(filters)
    starts = first + timedelta(days=2)
    return [CalendarEntry(f"day-{n}", f"День {n}", starts, starts + timedelta(hours=1), "/help") for n in range(9)]


def open_quiz(code):
    return CodeDestination("/help", {"quiz": code.owner})


@pytest.fixture
def plugins() -> dict[str, object]:
    ASKED.clear()
    brings = {"code_kinds": (CodeKind("quiz", "анкета"),)}
    return {
        "fair": make_plugin("fair", student_history=history, calendar_entries=coming),
        "quiz": make_plugin("quiz", brings=brings, open_code=open_quiz),
    }


@pytest.fixture
def code(cast: Cast) -> str:
    services.open_numbers(cast.school_class, 3, actor=None)
    cards.issue_cards(cast.school_class, actor=None)
    db.session.commit()
    return cards.digits_of(numbers_of(cast.school_class.id))[2]


Enter = Callable[[str], FlaskClient]


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Return a browser in which a code was typed."""

    def open_code(code: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/code", data={"code": code})
        assert (answer.status_code, answer.location) == (303, "/my")
        return client

    return open_code


def test_it_shows_class_number_past_and_future(enter: Enter, code: str, cast: Cast):
    answer = enter(code).get("/my")
    page = answer.text.replace("\N{NO-BREAK SPACE}", " ")
    assert answer.status_code == 200
    assert "9«А», № 2" in page
    assert "Школа № 3, Приозёрск" in page
    seat = find_number(cast.school_class, 2)
    assert f"Проба места {seat.id}" in page
    assert page.index("Экскурсия") < page.index("Проба места")
    assert "Экскурсия &lt;b&gt;" in page
    assert page.count('<a href="/help">День') == 6
    assert ASKED[-1] == CalendarFilter(cast.region.id, cast.municipality.id, 9)


def test_without_plugins_it_says_that_there_is_nothing_yet(enter: Enter, code: str, app: Flask):
    for name in ("fair", "quiz"):
        current_plugins().drop(name, PluginError("gone"))
    page = enter(code).get("/my").text
    assert "Пока записей нет" in page
    assert "ничего нет" in page


def test_what_happened_in_earlier_years_is_kept(enter: Enter, code: str, cast: Cast):
    old_seat = find_number(cast.school_class, 2).id
    chosen = Plan(AcademicYear(2025), {cast.school_class.id: ClassName(10, 10, "А")})
    moving.move_on(cast.school, chosen, actor=None)
    db.session.commit()
    with time_machine.travel("2026-10-05T10:00:00+08:00", tick=True):
        page = enter(code).get("/my").text
    assert f"Проба места {old_seat}" in page
    assert page.count("Проба места") == 2


def test_a_composite_class_is_shown_the_calendar_of_all_its_grades(enter: Enter, cast: Cast):
    both = make_class(cast.school, 5)
    both.last_grade = 6
    services.open_numbers(both, 1, actor=None)
    cards.issue_cards(both, actor=None)
    db.session.commit()
    enter(cards.digits_of(numbers_of(both.id))[1]).get("/my")
    assert ASKED[-1].grade is None


@time_machine.travel(SCHOOL_DAY, tick=False)
def test_the_calendar_tells_nothing_that_is_booked_already(enter: Enter, code: str, cast: Cast):
    slot = make_slot(
        make_organisation(cast.municipality, "Колледж", OrganisationKind.COLLEGE), starts=48, title="День 3"
    )
    seat = find_number(cast.school_class, 2)
    bookings.book(slot.id, Wish(class_id=seat.class_id, students=(seat.id,), own=True), request="a" * 32, actor=None)
    db.session.commit()
    page = enter(code).get("/my").text
    assert page.count("День 3") == 1
    assert "День 4" in page


@time_machine.travel(SCHOOL_DAY, tick=False)
@pytest.mark.parametrize(
    ("values", "shown", "words"),
    [({"opens_at": SCHOOL_DAY + timedelta(days=1)}, 6, "запись с"), ({"closes_at": SCHOOL_DAY}, 0, "ничего нет")],
)
def test_the_calendar_says_when_booking_opens_and_leaves_out_what_is_closed(
    enter: Enter, code: str, cast: Cast, values, shown, words
):
    host = make_organisation(cast.municipality, "Колледж", OrganisationKind.COLLEGE)
    make_slot(host, starts=48, title="День 3", page="/help", **values)
    page = enter(code).get("/my").text
    assert (page.count('<a href="/help">День'), words in page) == (shown, True)


def test_finished_it_is_forgotten(enter: Enter, code: str):
    client = enter(code)
    assert client.post("/my/finish").location == "/"
    assert client.get("/my").location.startswith("/?again")


def test_nobody_sees_it_without_a_card(client: FlaskClient):
    assert client.get("/my").location.startswith("/?again")
    assert client.post("/my").status_code == 405


def test_a_lost_card_is_dead_in_every_browser_that_holds_it(enter: Enter, code: str, cast: Cast):
    client = enter(code)
    cards.reissue_card(cast.school_class, 2, "lost", seen=1, actor=None)
    db.session.commit()
    answer = client.get("/my")
    assert answer.status_code == 409
    assert "больше не действует" in answer.text
    assert client.get("/my").location.startswith("/?again")


def test_a_closed_number_ends_the_session(enter: Enter, code: str, cast: Cast):
    client = enter(code)
    services.close_number(cast.school_class, 2, actor=None)
    db.session.commit()
    assert client.get("/my").status_code == 409


def test_it_ends_after_idle_minutes(enter: Enter, code: str, app: Flask):
    client = enter(code)
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=True):
        assert client.get("/my").location.startswith("/?again")


# The next student at the same computer


def quiz_code() -> str:
    made = issue("quiz", ["7"])["7"]
    db.session.commit()
    return made


def test_the_next_students_slip_lets_the_card_go(enter: Enter, code: str):
    client = enter(code)
    assert client.post("/code", data={"code": quiz_code()}).location == "/help"
    assert client.get("/my").location.startswith("/?again")


def test_a_card_lets_the_last_students_slip_go(app: Flask, code: str):
    client = app.test_client()
    client.post("/code", data={"code": quiz_code()})
    client.post("/code", data={"code": code})
    with client.session_transaction() as session:
        assert set(session["codes"]) == {"card"}


def test_the_next_students_card_takes_the_place_of_the_last(enter: Enter, code: str, cast: Cast):
    client = enter(code)
    client.post("/code", data={"code": cards.digits_of(numbers_of(cast.school_class.id))[3]})
    assert "№ 3" in client.get("/my").text.replace("\N{NO-BREAK SPACE}", " ")


# Kinds of codes of the platform


def test_no_plugin_may_take_the_name_of_the_platforms_own_kind(app: Flask):
    thief = make_plugin("thief", brings={"code_kinds": (CodeKind("card", "моя"),)})
    with pytest.raises(PluginError, match="card"):
        current_plugins().register(thief, "thief")


@pytest.mark.parametrize("owner", ["0", "999999", "x", str(10**30)])
def test_a_card_of_nobody_is_a_dead_code(client: FlaskClient, cast: Cast, owner: str):
    made = issue("card", [owner])[owner]
    db.session.commit()
    assert client.post("/code", data={"code": made}).status_code == 400


# The price


def test_it_costs_the_same_with_little_and_with_much_to_show(enter: Enter, code: str, cast: Cast, count_queries):
    client = enter(code)
    client.get("/my")
    with count_queries() as seen:
        client.get("/my")
    first = seen.count
    services.open_numbers(cast.school_class, 27, actor=None)
    db.session.commit()
    with count_queries() as seen:
        client.get("/my")
    assert seen.count == first <= 6


def test_the_page_is_light(enter: Enter, code: str):
    assert len(enter(code).get("/my").data) < 12 * 1024
