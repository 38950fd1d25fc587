"""A calendar file brought as a list: its events become rows, whatever program has written it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir.errors import InvalidInputError
from orientir.lists.reading import read_file


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


def calendar(*lines: str) -> bytes:
    body = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//other//RU", *lines, "END:VCALENDAR", "")
    return "\r\n".join(body).encode()


def event(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", *lines, "END:VEVENT")


def refused_field(act: Callable[[], object]) -> str | None:
    """Return the field a refusal names, "" where there was none; anything but a refusal is a failure."""
    try:
        act()
    except InvalidInputError as error:
        return error.field
    return ""


def rows(raw: bytes) -> list[dict[str, str]]:
    (sheet,) = read_file(raw)
    titles, *found = sheet.rows
    return [{title: cell for title, cell in zip(titles, row, strict=True) if cell} for row in found]


def test_an_event_is_a_row():
    raw = calendar(*event("UID:a@b", "SUMMARY:Экскурсия\\, завод", "DTSTART;TZID=Asia/Irkutsk:20260520T100000",
                          "DTEND;TZID=Asia/Irkutsk:20260520T120000", "LOCATION:Проходная",
                          "DESCRIPTION:Первая строка\\nвторая", "URL:https://example.org/a",
                          "CATEGORIES:Экскурсия,Завод"))  # fmt: skip
    assert rows(raw) == [{
        "UID": "a@b", "Название": "Экскурсия, завод", "Дата": "2026-05-20T02:00+00:00",
        "Последний день": "2026-05-20T04:00+00:00", "Место": "Проходная", "Описание": "Первая строка вторая",
        "Ссылка": "https://example.org/a", "Вид": "Экскурсия",
    }]  # fmt: skip


def test_whole_days_end_on_their_last_day():
    raw = calendar(*event("UID:a", "SUMMARY:Смена", "DTSTART;VALUE=DATE:20260701", "DTEND;VALUE=DATE:20260715"),
                   *event("UID:b", "SUMMARY:День", "DTSTART;VALUE=DATE:20260701"))  # fmt: skip
    found = [(row["Дата"], row["Последний день"]) for row in rows(raw)]
    assert found == [("01.07.2026", "14.07.2026"), ("01.07.2026", "01.07.2026")]


def test_a_series_is_its_times_without_what_was_taken_out():
    raw = calendar(*event("UID:a", "SUMMARY:Кружок", "DTSTART:20260520T080000Z", "DURATION:PT45M",
                          "RRULE:FREQ=WEEKLY;UNTIL=20260610T080000Z", "EXDATE:20260527T080000Z"),
                   *event("UID:b", "SUMMARY:Дежурство", "DTSTART;VALUE=DATE:20260601",
                          "RRULE:FREQ=DAILY;UNTIL=20260602"))  # fmt: skip
    found = [(row["UID"], row["Дата"]) for row in rows(raw)]
    assert found == [
        ("a", "2026-05-20T08:00+00:00"), ("a#1", "2026-06-03T08:00+00:00"), ("a#2", "2026-06-10T08:00+00:00"),
        ("b", "01.06.2026"), ("b#1", "02.06.2026"),
    ]  # fmt: skip


def test_an_endless_series_ends():
    raw = calendar(*event("UID:a", "SUMMARY:Всегда", "DTSTART:20260520T080000Z", "RRULE:FREQ=DAILY"))
    assert len(rows(raw)) == 60


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=SECONDLY", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYWEEKNO=60", "FREQ=HOURLY;BYSETPOS=9"),
        "FREQ=DAILY;BYMONTHDAY=31;INTERVAL=0",  # takes no step, so it would be looked for for ever
    ],
)
def test_a_contrived_rule_is_its_first_time(rule: str):
    raw = calendar(*event("UID:a", "SUMMARY:Хитро", "DTSTART:20260520T080000Z", f"RRULE:{rule}"))
    assert [row["Дата"] for row in rows(raw)] == ["2026-05-20T08:00+00:00"]


def test_what_was_cancelled_or_never_begins_is_left_out():
    raw = calendar(*event("UID:a", "SUMMARY:Отменено", "DTSTART:20260520T080000Z", "STATUS:CANCELLED"),
                   *event("UID:b", "SUMMARY:Без даты"),
                   *event("UID:c", "SUMMARY:Есть", "DTSTART:20260520T080000Z"))  # fmt: skip
    assert [row["UID"] for row in rows(raw)] == ["c"]


@pytest.mark.parametrize("wrong", ["DTSTART:20260231T080000", "DTSTART;VALUE=DATE:20260231", "DTSTART:yesterday"])
def test_a_day_there_is_not_spoils_its_own_row_alone(wrong: str):
    begins = "DTSTART:20260520T080000Z"
    raw = calendar(*event("UID:a", "SUMMARY:Нет дня", wrong), *event("UID:b", "SUMMARY:Есть", begins),
                   *event("UID:c", "SUMMARY:Нет конца", begins, "DTEND:20260631T080000Z"))  # fmt: skip
    spoilt, good, endless = rows(raw)
    assert spoilt["Дата"] == wrong.partition(":")[2]
    assert good["Дата"] == endless["Дата"] == "2026-05-20T08:00+00:00"
    assert endless["Последний день"] == "20260631T080000Z"


@pytest.mark.parametrize(
    "raw",
    [
        b"BEGIN:VCALENDAR",
        calendar("BEGIN:VEVENT", "DTSTART:yesterday", "END:VEVENT"),
        calendar("BEGIN:VEVENT", "DTSTART:20260520T080000Z"),
        calendar(*event("UID:a", "DTSTART:20260231T080000Z")),
        calendar(*event("UID:a", "DTSTART:20260520T080000Z", "RRULE:FREQ=SOMETIMES")),
        calendar(*event("UID:a", "DTSTART:20260520T080000Z", "DTEND;VALUE=DATE:20260521")),
        "BEGIN:VCALENDAR\r\nEND:VEVENT".encode("utf-16"),
    ],
)
def test_a_broken_file_is_told_in_a_word_or_read_as_far_as_it_goes(raw: bytes):
    assert refused_field(lambda: rows(raw)) in ("", "file")


@given(st.binary(max_size=300))
def test_no_bytes_break_it(tail: bytes):
    assert refused_field(lambda: read_file(b"BEGIN:VCALENDAR\r\n" + tail)) in ("", "file")


@given(st.lists(st.sampled_from([
    "BEGIN:VEVENT", "END:VEVENT", "DTSTART:20260520T080000Z", "DTSTART;VALUE=DATE:20260520", "DTEND:20260520T070000Z",
    "RRULE:FREQ=WEEKLY", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "RRULE:INTERVAL=0;FREQ=DAILY", "EXDATE:20260520",
    "DURATION:P-1D", "DURATION:PT", "SUMMARY:ы", "CATEGORIES:", "DTSTART:99990101T000000Z",
    "DTSTART;TZID=Nowhere:20260520T080000",
    "RRULE:FREQ=DAILY;COUNT=99999999", "RRULE:FREQ=SECONDLY", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "END:VCALENDAR",
]), max_size=14))  # fmt: skip
def test_no_lines_break_it(lines: list[str]):
    assert refused_field(lambda: read_file(calendar(*lines))) in ("", "file")
