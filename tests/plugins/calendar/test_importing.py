"""A plan of the year as schools and colleges have it: a messy workbook, a calendar file, the same twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO

import pytest
import xlsxwriter
from flask import Flask
from orientir_testkit.cast import Cast
from orientir_testkit.events import ZONE, at
from orientir_testkit.lists import Bringer

from orientir.db import db
from orientir.errors import InvalidInputError
from orientir_calendar import services
from orientir_calendar.importing import read_audiences, read_grades
from orientir_calendar.models import Event, EventState

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//other//RU
BEGIN:VEVENT
UID:a@b
SUMMARY:Кружок
DTSTART;TZID=Asia/Irkutsk:20260520T160000
DTEND;TZID=Asia/Irkutsk:20260520T173000
RRULE:FREQ=WEEKLY;COUNT=3
LOCATION:Мастерская
END:VEVENT
BEGIN:VEVENT
UID:c@d
SUMMARY:Смена
DTSTART;VALUE=DATE:20260701
DTEND;VALUE=DATE:20260705
LOCATION:Лагерь
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def bring(app: Flask, as_user, organiser, college) -> Callable[..., Bringer]:
    """Bring a list of the college, and return whoever brings it."""

    def act(*, file: bytes | None = None, pasted: str = "", user=organiser) -> Bringer:
        bringer = Bringer(app, as_user(user))
        assert bringer.bring(f"/calendar/events/import/{college.id}", file=file, pasted=pasted).status_code == 303
        return bringer

    db.session.commit()
    return act


def workbook() -> bytes:
    """A plan as it is drawn: a title over the table, a merged month, dates and hours as spreadsheets keep them."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("План")
    day, hour = book.add_format({"num_format": "dd.mm.yyyy"}), book.add_format({"num_format": "hh:mm"})
    sheet.merge_range("A1:F1", "План профориентационной работы на 2025/26")
    sheet.write_row(2, 0, ["Дата проведения", "Время", "Мероприятие", "Вид мероприятия", "Классы", "Место проведения"])
    sheet.write_datetime(3, 0, datetime(2026, 5, 20), day)  # noqa: DTZ001 - a cell knows no zone
    sheet.write_datetime(3, 1, datetime(1899, 12, 31, 10, 30), hour)  # noqa: DTZ001
    sheet.write_row(3, 2, ["Экскурсия на завод", "Экскурсия на предприятие", "8-11", "Проходная"])
    sheet.write_row(4, 0, ["21.05.2026", "9.00", "Мастер", "встреча с представителем профессии", "9", "Зал"])
    book.close()
    return stream.getvalue()


def events() -> list[Event]:
    db.session.rollback()
    return list(db.session.query(Event).order_by(Event.starts_at))


def test_a_messy_workbook_becomes_events_once(bring, cast: Cast):
    bringer = bring(file=workbook())
    bringer.match()
    assert bringer.counts["new"] == 2
    bringer.load()
    first, second = events()
    assert (first.title, first.kind, first.place) == ("Экскурсия на завод", "excursion", "Проходная")
    assert (first.starts_at, first.first_grade, first.last_grade) == (datetime(2026, 5, 20, 10, 30, tzinfo=ZONE), 8, 11)
    assert second.starts_at == datetime(2026, 5, 21, 9, tzinfo=ZONE)
    assert {one.state for one in (first, second)} == {EventState.SUGGESTED}
    again = bring(file=workbook())
    again.match()
    assert (again.counts.get("new", 0), again.counts["unchanged"]) == (0, 2)


def test_the_operators_list_is_published(bring, cast: Cast):
    bringer = bring(file=workbook(), user=cast.operator)
    bringer.match()
    bringer.load()
    assert {one.state for one in events()} == {EventState.PUBLISHED}


def test_what_changed_is_told_and_the_rest_stays(bring, announced):
    event = announced(at(date(2026, 5, 20)), partners="Авиазавод", conditions=("lift",))
    bringer = bring(pasted="Дата\tНазвание\tНачало\tОкончание\n20.05.2026\tвстреча с инженером\t12:00\t13:00\n")
    bringer.match()
    assert bringer.counts["changed"] == 1
    bringer.load()
    db.session.refresh(event)
    assert (event.starts_at, event.partners, event.conditions) == (
        datetime(2026, 5, 20, 12, tzinfo=ZONE), "Авиазавод", ["lift"],
    )  # fmt: skip
    assert len(events()) == 1


def test_a_calendar_file_of_another_program(bring):
    raw = CALENDAR.replace("\n", "\r\n")
    bringer = bring(file=raw.encode())
    bringer.match()
    bringer.load()
    found = [(one.title, one.first_day, one.last_day, one.is_all_day) for one in events()]
    assert found == [
        ("Кружок", date(2026, 5, 20), date(2026, 5, 20), False),
        ("Кружок", date(2026, 5, 27), date(2026, 5, 27), False),
        ("Кружок", date(2026, 6, 3), date(2026, 6, 3), False),
        ("Смена", date(2026, 7, 1), date(2026, 7, 4), True),
    ]
    again = bring(file=raw.encode())
    again.match()
    assert again.counts["unchanged"] == 4


def test_a_day_there_is_not_is_named_and_the_rest_comes(bring):
    raw = CALENDAR.replace("20260701", "20260631").replace("\n", "\r\n")
    bringer = bring(file=raw.encode())
    bringer.match()
    assert (bringer.counts["error"], bringer.counts["new"]) == (1, 3)


def test_our_own_feed_comes_back_unchanged(bring, announced, client):
    announced(at(date(2026, 5, 20)))
    bringer = bring(file=client.get("/calendar/feed/38.ics").data)
    bringer.match()
    assert bringer.counts.get("new", 0) == 0


def test_an_unknown_kind_is_asked_about_once(bring):
    bringer = bring(
        pasted="Дата\tНазвание\tВид\tМесто\n20.05.2026\tА\tмастер-класс\tЗал\n21.05.2026\tБ\tмастер-класс\tЗал\n"
    )
    bringer.match()
    assert bringer.counts["error"] == 2
    bringer.choose("class_hour")
    bringer.load()
    assert [one.kind for one in events()] == ["class_hour", "class_hour"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("31.02.2026\tА\t10:00\tЗал", "Такого дня нет"),
        ("20.05.2062\tА\t10:00\tЗал", "больше двух лет"),
        ("20.05.2026\tА\t25:00\tЗал", "Напишите время"),
        ("20.05.2026\t\t10:00\tЗал", "азвание"),
        ("20.05.2026\t" + "Ж" * 200 + "\t10:00\tЗал", "Слишком длинно"),
    ],
)
def test_a_row_that_cannot_be_is_named(bring, row, words):
    bringer = bring(pasted=f"Дата\tНазвание\tНачало\tМесто\n{row}\n")
    bringer.match()
    assert bringer.counts["error"] == 1
    assert words in bringer.page()
    assert events() == []


def test_a_cancelled_event_may_be_planned_anew(bring, announced):
    services.cancel_event(announced(at(date(2026, 5, 20))), "Мороз", actor=None)
    db.session.commit()
    bringer = bring(pasted="Дата\tНазвание\tМесто\n20.05.2026\tВстреча с инженером\tЗал\n")
    bringer.match()
    assert bringer.counts["new"] == 1


def test_grades_and_audiences_are_read():
    assert read_grades("8 – 11 классы") == (8, 11)
    assert read_grades("9 кл.") == (9, 9)
    assert read_audiences("Ученики, родители и педагоги") == ("students", "parents", "teachers")
    for wrong in ("все", ""):
        with pytest.raises(InvalidInputError):
            read_audiences(wrong)
