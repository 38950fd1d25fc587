"""Papers of an event: brought by who edits it, read by who sees it, told to telephones, gone with a trace."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from orientir_testkit.cast import Cast
from orientir_testkit.events import plan
from orientir_testkit.files import PDF, docx, form_with, picture
from orientir_testkit.races import PATIENCE
from sqlalchemy import select

from orientir.accounts.models import User
from orientir.audit.models import AuditEntry
from orientir.db import begin_writing, db
from orientir.errors import ConflictError, InvalidInputError
from orientir.files import services as files
from orientir.files.models import StoredFile
from orientir.files.queries import files_of
from orientir.files.reading import read_upload
from orientir_calendar import services
from orientir_calendar.models import OBJECT, Event
from orientir_calendar.moderation import Moderation

Announced = Callable[..., Event]
AsUser = Callable[[User], FlaskClient]


def send(browser: FlaskClient, event: Event, content: bytes = PDF, name: str = "Положение 2026.pdf", **words: str):
    return browser.post(f"/calendar/{event.id}/files", **form_with(content, name, **{"purpose": "rules", **words}))


def kept(event: Event) -> list[StoredFile]:
    db.session.expire_all()
    return files_of(OBJECT, event.id)


@pytest.mark.usefixtures("trusted")
def test_a_paper_is_brought_and_read_by_everybody(
    app: Flask, organiser: User, as_user: AsUser, announced: Announced, client: FlaskClient
):
    event, browser = announced(), as_user(organiser)
    assert "Файлы<" not in client.get(f"/calendar/{event.id}").text
    assert send(browser, event).status_code == 303
    assert send(browser, event, picture(), "скан.png", purpose="report", title="Отчёт о встрече").status_code == 303
    first, second = kept(event)
    page = client.get(f"/calendar/{event.id}").text
    for words in ("Положение 2026", "PDF, 1\u00a0КБ", "положение", "Отчёт о встрече", "JPG, 1\u00a0КБ", "отчёт"):
        assert words in page, words
    answer = client.get(f"/calendar/{event.id}/files/{first.id}")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"Exif" not in client.get(f"/calendar/{event.id}/files/{second.id}").data


def test_papers_of_a_draft_are_for_who_writes_it(
    cast: Cast, organiser: User, as_user: AsUser, draft: Announced, client: FlaskClient
):
    event = draft()
    send(as_user(organiser), event)
    address = f"/calendar/{event.id}/files/{kept(event)[0].id}"
    assert as_user(organiser).get(address).status_code == 200
    assert client.get(address).status_code == 404
    assert as_user(cast.neighbour_teacher).get(address).status_code == 404
    assert send(as_user(cast.neighbour_teacher), event).status_code == 404
    assert len(kept(event)) == 1


def test_a_paper_of_one_event_is_not_found_under_another(
    organiser: User, as_user: AsUser, announced: Announced, client: FlaskClient
):
    event, other = announced(), announced(title="Другая встреча")
    send(as_user(organiser), event)
    file = kept(event)[0]
    assert client.get(f"/calendar/{other.id}/files/{file.id}").status_code == 404
    assert as_user(organiser).post(f"/calendar/{other.id}/files/{file.id}/remove").status_code == 404
    assert kept(event) == [file]


@pytest.mark.parametrize(
    ("content", "words", "expected"),
    [
        (b"MZ\x90\x00", {}, "По содержимому это не"),
        (docx("application/vnd.ms-office.vbaProject"), {}, "макросы"),
        (b"<svg><script>alert(1)</script></svg>", {}, "По содержимому это не"),
        (PDF, {"purpose": "other"}, "Такого варианта в списке нет"),
        (PDF, {"title": "Звоните +7 914 123-45-67"}, "телефон"),
    ],
    ids=["exe", "macros", "svg", "purpose", "a telephone"],
)
def test_a_refusal_is_told_on_the_page(
    organiser: User, as_user: AsUser, announced: Announced, content: bytes, words: dict[str, str], expected: str
):
    event = announced()
    answer = send(as_user(organiser), event, content, **words)
    assert (answer.status_code, expected in answer.text) == (400, True), answer.text
    assert kept(event) == []


def test_forty_megabytes_get_a_word(organiser: User, as_user: AsUser, announced: Announced):
    answer = send(as_user(organiser), announced(), PDF + b" " * 40 * 2**20)
    assert (answer.status_code, "Файл больше" in answer.text) == (413, True)


def test_there_are_six_at_most(organiser: User, announced: Announced):
    event = announced()
    for mark in b"abcdef":
        services.attach_paper(event, read_upload(PDF + bytes([mark]), "а.pdf"), "rules", actor=organiser.id)
    with pytest.raises(InvalidInputError, match="не больше 6"):
        services.attach_paper(event, read_upload(PDF, "а.pdf"), "rules", actor=organiser.id)
    db.session.rollback()


class TestTwoBringTheLastPaper:
    """Six stay six, whoever is first; without the hold there are seven."""

    def with_five(self, event: Event) -> Event:
        for mark in b"abcde":
            services.attach_paper(event, read_upload(PDF + bytes([mark]), "а.pdf"), "rules", actor=None)
        return event

    def bring(self, app: Flask, event: Event) -> int:
        event_id, start = event.id, Barrier(2)
        db.session.commit()

        def one(mark: int) -> None:
            with app.app_context():
                start.wait(PATIENCE)
                begin_writing()
                found = db.session.get_one(Event, event_id)
                with suppress(InvalidInputError):
                    services.attach_paper(found, read_upload(PDF + bytes([mark]), "а.pdf"), "rules", actor=None)
                    db.session.commit()
                db.session.remove()

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(one, mark) for mark in b"yz"]:
                done.result(PATIENCE)
        return len(kept(event))

    def test_one_of_them_is_told_that_there_are_six(self, app: Flask, announced: Announced):
        assert self.bring(app, self.with_five(announced())) == 6

    @pytest.mark.parametrize("engine_name", ["postgresql"])
    def test_without_the_hold_there_are_seven(self, app: Flask, announced: Announced, monkeypatch: pytest.MonkeyPatch):
        both_counted, count = Barrier(2), files.files_of

        def count_and_wait(*owner: object) -> list[StoredFile]:
            found = count(*owner)
            both_counted.wait(PATIENCE)
            return found

        event = self.with_five(announced())
        monkeypatch.setattr(Moderation, "hold", lambda _self, _item: None)
        monkeypatch.setattr(files, "files_of", count_and_wait)
        assert self.bring(app, event) == 7


def test_a_cancelled_event_takes_none(announced: Announced):
    event = announced()
    services.cancel_event(event, "Мороз", actor=None)
    with pytest.raises(ConflictError, match="отменено"):
        services.attach_paper(event, read_upload(PDF, "а.pdf"), "rules", actor=None)
    db.session.rollback()


def test_a_removed_paper_is_gone_at_once_with_a_trace(
    organiser: User, as_user: AsUser, announced: Announced, client: FlaskClient
):
    event, browser = announced(), as_user(organiser)
    send(browser, event)
    file = kept(event)[0]
    assert browser.post(f"/calendar/{event.id}/files/{file.id}/remove").status_code == 303
    assert client.get(f"/calendar/{event.id}/files/{file.id}").status_code == 404
    assert "Положение 2026" not in client.get(f"/calendar/{event.id}").text
    acts = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("file."))).all()
    assert acts == ["file.add", "file.remove"]


def test_the_edit_page_has_them_without_scripts(organiser: User, as_user: AsUser, announced: Announced):
    event, browser = announced(), as_user(organiser)
    send(browser, event)
    page = browser.get(f"/calendar/{event.id}/edit").text
    assert f'action="/calendar/{event.id}/files"' in page
    assert 'enctype="multipart/form-data"' in page
    assert "Положение 2026" in page
    assert f"/files/{kept(event)[0].id}/remove" in page


@pytest.mark.usefixtures("trusted")
def test_telephones_are_told_the_address_and_the_type(
    cast: Cast, organiser: User, as_user: AsUser, announced: Announced, client: FlaskClient
):
    event = announced()
    before = client.get(f"/calendar/feed/{cast.region.code}.ics").headers["ETag"]
    send(as_user(organiser), event)
    file = kept(event)[0]
    for address in (f"/calendar/feed/{cast.region.code}.ics", f"/calendar/{event.id}.ics"):
        answer = client.get(address)
        (found,) = Calendar.from_ical(answer.data).walk("VEVENT")
        assert found["ATTACH"].endswith(f"/calendar/{event.id}/files/{file.id}")
        assert found["ATTACH"].params == {"FMTTYPE": "application/pdf"}
        assert str(found["ATTACH"]).startswith("http")
    assert client.get(f"/calendar/feed/{cast.region.code}.ics").headers["ETag"] != before
    assert event.sequence == 0
    services.remove_paper(event, file, actor=None)
    db.session.commit()
    assert b"ATTACH" not in client.get(f"/calendar/feed/{cast.region.code}.ics").data


def test_papers_cost_a_page_and_a_feed_one_statement(
    cast: Cast, announced: Announced, client: FlaskClient, count_queries: Callable
):
    counts = []
    for number in range(3):
        event = announced(title=f"Встреча {number}")
        services.attach_paper(event, read_upload(PDF, "а.pdf"), "rules", actor=None)
        db.session.commit()
        with count_queries() as seen:
            assert client.get(f"/calendar/feed/{cast.region.code}.ics").status_code == 200
        counts.append(seen.count)
    assert len(set(counts)) == 1


# The link to what came of it


def test_who_publishes_marks_the_link_as_checked(
    cast: Cast, organiser: User, as_user: AsUser, announced: Announced, client: FlaskClient
):
    event = announced(proof_url="https://school.example/news/1")
    assert "Ссылку ещё не проверяли" in client.get(f"/calendar/{event.id}").text
    assert "Ссылка проверена сегодня" not in as_user(organiser).get(f"/calendar/{event.id}").text
    assert as_user(organiser).post(f"/calendar/{event.id}/proof").status_code == 403
    browser = as_user(cast.coordinator)
    assert "Ссылка проверена сегодня" in browser.get(f"/calendar/{event.id}").text
    assert browser.post(f"/calendar/{event.id}/proof").status_code == 303
    db.session.expire_all()
    assert event.proof_checked_on == date(2026, 5, 14)
    assert "Ссылку проверили чт, 14\u00a0мая" in client.get(f"/calendar/{event.id}").text


def test_another_link_was_not_checked(announced: Announced):
    event = announced(proof_url="https://school.example/news/1")
    services.check_proof(event, actor=None)
    services.change_event(event, plan(proof_url="https://school.example/news/1", about="Иначе"), actor=None)
    assert event.proof_checked_on == date(2026, 5, 14)
    services.change_event(event, plan(proof_url="https://school.example/news/2"), actor=None)
    assert event.proof_checked_on is None


def test_without_a_link_there_is_nothing_to_check(cast: Cast, as_user: AsUser, announced: Announced):
    event, browser = announced(), as_user(cast.coordinator)
    assert browser.post(f"/calendar/{event.id}/proof").status_code == 303
    page = browser.get(f"/calendar/{event.id}").text
    assert "нет ссылки" in page
    assert "Ссылка проверена сегодня" not in page
