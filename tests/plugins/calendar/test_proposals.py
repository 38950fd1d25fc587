"""What is changed after everybody could read it: facts go out at once, new words wait for a decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from orientir_testkit.cast import Cast
from orientir_testkit.events import at, plan
from orientir_testkit.files import PDF, form_with
from orientir_testkit.notes import note_plan

from orientir.accounts.models import User
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir_calendar import notes, services
from orientir_calendar.models import Event
from orientir_calendar.note_models import Note
from orientir_calendar.plans import EventPlan
from orientir_calendar.proposals import revise_event, revise_note

Announced = Callable[..., Event]
AsUser = Callable[[User], FlaskClient]
FEED = "/calendar/feed/38.ics"


def revise(event: Event, said: EventPlan, *, decides: bool = False) -> None:
    revise_event(event, said, actor=None, decides=decides)
    db.session.commit()


def summary(client: FlaskClient) -> str:
    (found,) = Calendar.from_ical(client.get(FEED).data).walk("VEVENT")
    return str(found["SUMMARY"])


@pytest.fixture
def note(cast: Cast) -> Note:
    made = notes.add_note(cast.school, note_plan(), actor=None)
    notes.publish(made, actor=None)
    db.session.commit()
    return made


class TestEvents:
    def test_new_words_wait_and_the_old_ones_stay(self, announced: Announced, client: FlaskClient):
        event = announced()
        revise(event, plan(title="Распродажа", about="Купите слона", url="https://example.org/слон"))
        for page in (client.get(f"/calendar/{event.id}").text, client.get("/calendar?day=2026-05-20").text):
            assert "Встреча с инженером" in page
            assert "Распродажа" not in page
        assert summary(client) == "Встреча с инженером"
        assert "Распродажа" not in client.get("/calendar/events.json?day=2026-05-20").text
        assert client.get("/calendar?q=распродажа&day=2026-05-20").text.count("Распродажа") == 0

    def test_time_and_place_go_out_at_once(self, announced: Announced, client: FlaskClient):
        event = announced()
        revise(event, plan(at(date(2026, 5, 21), 15), place="Библиотека", about="Другое"))
        page = client.get(f"/calendar/{event.id}").text
        assert "Библиотека" in page
        assert "15:00" in page
        assert "Другое" not in page
        assert event.sequence == 1

    def test_accepted_words_are_everybodys(
        self, announced: Announced, cast: Cast, as_user: AsUser, client: FlaskClient
    ):
        event = announced(proof_url="https://example.org/a")
        services.check_proof(event, actor=None)
        revise(event, plan(title="Встреча с технологом", proof_url="https://example.org/b"))
        browser = as_user(cast.coordinator)
        page = browser.get("/calendar/moderation").text
        for words in ("Встреча с инженером", "Встреча с технологом", "https://example.org/b"):
            assert words in page
        assert browser.post(f"/calendar/{event.id}/publish", data={"seen": event.stamp}).status_code == 303
        db.session.expire_all()
        assert (event.title, event.proposed, event.proposed_at, event.sequence) == ("Встреча с технологом", {}, None, 1)
        assert event.proof_checked_on is None
        assert summary(client) == "Встреча с технологом"
        assert "Проверять нечего" in browser.get("/calendar/moderation").text

    def test_returned_words_stay_with_their_writer(
        self, announced: Announced, cast: Cast, organiser: User, as_user: AsUser, client: FlaskClient
    ):
        event = announced()
        revise(event, plan(about="Скидки всем"))
        browser = as_user(cast.coordinator)
        assert browser.post(f"/calendar/{event.id}/return", data={"remark": "Без рекламы"}).status_code == 303
        own = as_user(organiser)
        page = own.get(f"/calendar/{event.id}").text
        assert "Без рекламы" in page
        assert "Изменения не приняты" in page
        assert "Скидки всем" in own.get(f"/calendar/{event.id}/edit").text
        assert "Без рекламы" in own.get("/").text
        assert "Скидки всем" not in client.get(f"/calendar/{event.id}").text
        revise(event, plan(about="Скидки всем"))  # asked again
        assert event.proposed_at is not None
        revise(event, plan())  # thought better of it
        assert (event.proposed, event.proposed_at, event.remark) == ({}, None, "")

    @pytest.mark.usefixtures("trusted")
    def test_who_is_trusted_waits_for_nobody(self, announced: Announced):
        event = announced()
        revise(event, plan(title="Сразу"))
        assert (event.title, event.proposed) == ("Сразу", {})

    def test_who_decides_waits_for_nobody(self, announced: Announced):
        event = announced()
        revise(event, plan(title="Первое"))
        revise(event, plan(title="Второе"), decides=True)
        assert (event.title, event.proposed, event.proposed_at) == ("Второе", {}, None)

    def test_what_nobody_has_read_is_simply_written(self, draft: Announced):
        event = draft()
        revise(event, plan(title="Иначе"))
        assert (event.title, event.proposed) == ("Иначе", {})

    def test_what_cannot_be_is_refused_before_it_waits(self, announced: Announced):
        event = announced()
        for wrong in (plan(about="Звоните +7 924 123-45-67"), plan(title=""), plan(url="javascript:alert(1)")):
            with pytest.raises(InvalidInputError):
                revise(event, wrong)
            db.session.rollback()
        assert event.proposed == {}

    def test_a_copy_tells_nothing_that_waits(self, announced: Announced, cast: Cast, organiser: User, as_user: AsUser):
        event = announced()
        revise(event, plan(about="Скидки всем"))
        assert "Скидки всем" not in as_user(cast.teacher).get(f"/calendar/events/new?copy={event.id}").text

    def test_a_cancelled_one_is_decided_about_no_more(self, announced: Announced, cast: Cast, as_user: AsUser):
        event = announced()
        revise(event, plan(about="Скидки всем"))
        services.cancel_event(event, "Мороз", actor=None)
        db.session.commit()
        assert "Проверять нечего" in as_user(cast.coordinator).get("/calendar/moderation").text

    def test_a_paper_is_seen_once_it_was_looked_at(
        self, announced: Announced, organiser: User, as_user: AsUser, cast: Cast, client: FlaskClient
    ):
        event, own = announced(), as_user(organiser)
        answer = own.post(f"/calendar/{event.id}/files", **form_with(PDF, "Реклама.pdf", purpose="rules"))
        assert answer.status_code == 303
        (held,) = event.held_papers
        address = f"/calendar/{event.id}/files/{held}"
        assert "ждёт проверки" in own.get(f"/calendar/{event.id}/edit").text
        assert own.get(address).status_code == 200
        assert "Реклама" not in client.get(f"/calendar/{event.id}").text
        assert client.get(address).status_code == 404
        assert b"ATTACH" not in client.get(FEED).data
        browser = as_user(cast.coordinator)
        assert address in browser.get("/calendar/moderation").text
        browser.post(f"/calendar/{event.id}/publish")
        assert client.get(address).status_code == 200
        assert b"ATTACH" in client.get(FEED).data

    def test_a_held_paper_taken_away_waits_no_more(self, announced: Announced, organiser: User, as_user: AsUser):
        event, own = announced(), as_user(organiser)
        own.post(f"/calendar/{event.id}/files", **form_with(PDF, "Реклама.pdf", purpose="rules"))
        own.post(f"/calendar/{event.id}/files/{event.held_papers[0]}/remove")
        db.session.expire_all()
        assert (event.proposed, event.proposed_at) == ({}, None)


class TestNotes:
    def test_new_words_wait_and_are_accepted(self, note: Note, cast: Cast, as_user: AsUser, client: FlaskClient):
        said = {"kind": "news", "title": "Распродажа", "day": "2026-05-12", "text": "Купите слона", "seen": note.stamp}
        own = as_user(cast.teacher)
        assert own.post(f"/calendar/notes/{note.id}/edit", data=said).status_code == 303
        for address in (f"/calendar/notes/{note.id}", "/calendar/notes", "/calendar/notes/latest.rss"):
            assert "слона" not in client.get(address).text, address
        assert "слона" in own.get(f"/calendar/notes/{note.id}").text
        browser = as_user(cast.coordinator)
        assert "слона" in browser.get("/calendar/moderation").text
        db.session.expire_all()
        assert browser.post(f"/calendar/notes/{note.id}/publish", data={"seen": note.stamp}).status_code == 303
        assert "слона" in client.get(f"/calendar/notes/{note.id}").text
        assert "слона" in client.get("/calendar/notes?q=слона").text

    def test_they_come_back_with_a_remark(self, note: Note, cast: Cast, as_user: AsUser, client: FlaskClient):
        revise_note(note, note_plan(text="Купите слона"), actor=None, decides=False)
        db.session.commit()
        as_user(cast.coordinator).post(f"/calendar/notes/{note.id}/return", data={"remark": "Без рекламы"})
        assert "Без рекламы" in as_user(cast.teacher).get(f"/calendar/notes/{note.id}").text
        assert "слона" not in client.get(f"/calendar/notes/{note.id}").text
        with pytest.raises(ConflictError):
            notes.send_back(note, "Ещё раз", actor=None)

    def test_taken_off_the_site_it_is_decided_about_as_a_whole(self, note: Note):
        revise_note(note, note_plan(text="Купите слона"), actor=None, decides=False)
        notes.withdraw(note, "", actor=None)
        assert (note.text, note.proposed, note.proposed_at) == ("Купите слона", {}, None)


class TestTwoAtOnce:
    """Neither overwrites the other unawares, and nobody publishes what they have not read."""

    def test_two_editors(self, announced: Announced, organiser: User, as_user: AsUser):
        event, own = announced(), as_user(organiser)
        said = {
            "organisation_id": event.organisation_id, "title": "Моё", "kind": "meeting", "first_day": "2026-05-20",
            "starts": "10:00", "ends": "11:00", "audiences": "students", "first_grade": "8", "last_grade": "11",
            "format": "onsite", "place": "Зал", "level": "school", "seen": event.stamp,
        }  # fmt: skip
        services.change_event(event, plan(title="Чужое"), actor=None)
        db.session.commit()
        answer = own.post(f"/calendar/{event.id}/edit", data=said)
        assert (answer.status_code, "Пока вы читали" in answer.text) == (400, True)
        db.session.expire_all()
        assert event.title == "Чужое"
        assert event.stamp in answer.text  # the second press is a decision
        assert own.post(f"/calendar/{event.id}/edit", data={**said, "seen": event.stamp}).status_code == 303

    def test_a_text_that_changed_under_the_moderators_eyes(self, cast: Cast, as_user: AsUser, client: FlaskClient):
        made = notes.add_note(cast.school, note_plan(), actor=None)
        notes.suggest(made, actor=None)
        db.session.commit()
        seen = made.stamp
        notes.change_note(made, note_plan(text="Купите слона"), actor=None)
        db.session.commit()
        browser = as_user(cast.coordinator)
        assert browser.post(f"/calendar/notes/{made.id}/publish", data={"seen": seen}).status_code == 303
        db.session.expire_all()
        assert not made.is_public
        assert "Пока вы читали" in browser.get(f"/calendar/notes/{made.id}").text
