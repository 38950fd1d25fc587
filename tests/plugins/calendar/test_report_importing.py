"""A month of reports from a messy workbook: one report an event, counted as if each was told on its screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO

import pytest
import xlsxwriter
from flask import Flask
from orientir_testkit.cast import YEAR, Cast, make_class
from orientir_testkit.lists import Bringer

from orientir.coverage.queries import share_of
from orientir.coverage.rebuilding import differences
from orientir.db import db
from orientir_calendar.models import Report
from orientir_calendar.words import MEETING, PARENTS

HEAD = "Дата\tНачало\tМероприятие\tВид\tКласс\tКоличество\tОВЗ\tРодители\n"
KIND = "Встреча с представителем профессии"


@pytest.fixture
def bring(app: Flask, as_user, cast: Cast) -> Callable[..., Bringer]:
    """Bring a list of the school up to what is to be confirmed, and return whoever brings it."""
    make_class(cast.school, 8, "Б", total=20)
    db.session.commit()

    def act(*, file: bytes | None = None, pasted: str = "") -> Bringer:
        bringer = Bringer(app, as_user(cast.teacher))
        answer = bringer.bring(f"/calendar/reports/{cast.school.id}/import", file=file, pasted=pasted)
        assert answer.status_code == 303
        bringer.match()
        return bringer

    return act


def reports() -> list[Report]:
    db.session.rollback()
    return list(db.session.query(Report).order_by(Report.starts_at))


def covered(cast: Cast, activity: str = MEETING) -> tuple[int, int]:
    share = share_of(activity, YEAR, cast.school.scope)
    return share.covered, share.participations


def workbook() -> bytes:
    """Two meetings of the month: the first of two classes with parents, its hour a spreadsheet's."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    day, hour = book.add_format({"num_format": "dd.mm.yyyy"}), book.add_format({"num_format": "h:mm"})
    sheet.merge_range("A1:G1", "Отчёт за май")
    sheet.write_row(1, 0, HEAD.strip().split("\t"))
    for row in (2, 3):
        sheet.write_datetime(row, 0, datetime(2026, 5, 12), day)  # noqa: DTZ001 - a cell knows no zone
        sheet.write_datetime(row, 1, datetime(1899, 12, 31, 10), hour)  # noqa: DTZ001
    sheet.write_row(2, 2, ["Встреча с мастером", KIND, "9 «А»", 25, 1, 3])
    sheet.write_row(3, 2, ["Встреча с мастером", KIND, "8б", 18])
    sheet.write_row(4, 0, ["13.05.2026", "11.00", "Выпускник", KIND.upper(), "9-А", 20])
    book.close()
    return stream.getvalue()


def test_a_month_is_counted_once(bring, cast: Cast):
    bringer = bring(file=workbook())
    assert bringer.counts["new"] == 3
    bringer.load()
    first, second = reports()
    assert ([line.people for line in first.lines], first.parents) == ([25, 18], 3)
    assert [line.people for line in second.lines] == [20]
    assert (covered(cast), covered(cast, PARENTS)) == ((43, 63), (3, 3))
    assert differences() == []
    again = bring(file=workbook())
    assert (again.counts.get("new", 0), again.counts["unchanged"]) == (0, 3)


def test_a_corrected_row_corrects_its_report(bring, cast: Cast):
    bring(file=workbook()).load()
    bringer = bring(pasted=f"{HEAD}12.05.2026\t10:00\tвстреча с мастером\t{KIND}\t9А\t24\t\t\n")
    assert bringer.counts["changed"] == 1
    bringer.load()
    assert sorted(line.people for line in reports()[0].lines) == [18, 24]
    assert covered(cast) == (42, 62)
    assert differences() == []


def test_a_class_is_added_to_a_report(bring, cast: Cast):
    bring(pasted=f"{HEAD}12.05.2026\t10:00\tВстреча\t{KIND}\t9А\t24\t\t\n").load()
    bringer = bring(pasted=f"{HEAD}12.05.2026\t10:00\tВстреча\t{KIND}\t8Б\t15\t\t\n")
    assert bringer.counts["new"] == 1
    bringer.load()
    assert len(reports()) == 1
    assert covered(cast) == (39, 39)


def test_parents_alone_need_no_class(bring, cast: Cast):
    bring(pasted=f"{HEAD}12.05.2026\t18:00\tСобрание\tРодительское собрание, консультация\t\t\t\t40\n").load()
    assert (covered(cast), covered(cast, PARENTS)) == ((0, 0), (40, 40))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("12.05.2026\t10:00\tВстреча\t{kind}\t9А\t270\t\t", "В классе 27, а указано 270"),
        ("12.05.2026\t10:00\tВстреча\t{kind}\t9А\t20\t21\t", "больше, чем всего"),
        ("12.05.2026\t10:00\tВстреча\t{kind}\t9Я\t20\t\t", "Такого класса"),
        ("12.05.2026\t10:00\tВстреча\t{kind}\t\t20\t\t", "Напишите класс"),
        ("12.05.2026\t10:00\tВстреча\t{kind}\t9А\t\t\t", "сколько учеников было"),
        ("31.02.2026\t10:00\tВстреча\t{kind}\t9А\t20\t\t", "Такого дня нет"),
        ("12.05.2062\t10:00\tВстреча\t{kind}\t9А\t20\t\t", "класса"),
        ("15.05.2026\t10:00\tВстреча\t{kind}\t9А\t20\t\t", "ещё не прошло"),
        ("12.05.2026\tутром\tВстреча\t{kind}\t9А\t20\t\t", "Напишите время"),
        ("12.05.2026\t10:00\tВстреча\t{kind}\t9А\t67,5\t\t", "целыми"),
    ],
)
def test_a_row_that_cannot_be_is_named(bring, row, words):
    bringer = bring(pasted=f"{HEAD}{row.format(kind=KIND)}\n")
    assert bringer.counts["error"] == 1
    assert words in bringer.page()
    assert reports() == []


def test_two_rows_about_the_same_are_an_error(bring):
    row = f"12.05.2026\t10:00\tВстреча\t{KIND}\t9А\t20\t\t\n"
    bringer = bring(pasted=HEAD + row + row)
    assert bringer.counts["error"] >= 1


def test_the_same_hour_under_another_name_is_asked_about(bring, cast: Cast):
    bring(pasted=f"{HEAD}12.05.2026\t10:00\tВстреча\t{KIND}\t9А\t24\t\t\n").load()
    bringer = bring(pasted=f"{HEAD}12.05.2026\t10:00\tВстреча с мастером\t{KIND}\t9А\t24\t\t\n")
    assert bringer.counts["error"] == 1
    assert "есть отчёт «Встреча»" in bringer.page()


def test_the_day_is_that_of_the_region(bring):
    bring(pasted=f"{HEAD}12.05.2026\t7:30\tВстреча\t{KIND}\t9А\t24\t\t\n").load()
    (report,) = reports()
    assert report.starts_at.date() == date(2026, 5, 11)  # 23:30 of the day before in UTC
