"""After a trial: questions only for who came, answers tied to nobody, certificates that can be checked, the ladder."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import date, time
from io import BytesIO

import pypdfium2
import pytest
import time_machine
import zxingcpp
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from sqlalchemy import inspect, select

from orientir.bookings import attendance
from orientir.bookings import services as bookings
from orientir.bookings.attendance import Present
from orientir.bookings.models import Booking
from orientir.bookings.wishes import Wish
from orientir.coverage.rebuilding import differences
from orientir.db import begin_writing, db
from orientir.errors import ConflictError, MissingError
from orientir.students.cards import digits_of, issue_cards
from orientir.students.models import Student
from orientir.students.queries import numbers_of
from orientir.students.services import open_numbers
from orientir_trials import certificates, replies
from orientir_trials.attended import attended_at, attended_by
from orientir_trials.figures import figures_of
from orientir_trials.models import Trial, TrialAnswer
from orientir_trials.queries import dates_of
from orientir_trials.results import results_of

GOOD = {"F1_liked": "5", "F2": "hands", "F3": "more", "F4": "no_useful", "F5": "ok", "F6": "nothing", "F7": ""}
A, B, C = (sign * 32 for sign in "abc")  # random names of sends
THAT_DAY, AFTERWARDS = "2026-05-20T10:30:00+08:00", "2026-05-20T13:00:00+08:00"


@pytest.fixture
def seats(cast: Cast) -> list[Student]:
    open_numbers(cast.school_class, 12, actor=None)
    issue_cards(cast.school_class, actor=None)
    db.session.commit()
    return numbers_of(cast.school_class.id)


@pytest.fixture
def held(cast: Cast, seats: list[Student], offered: Callable[..., Trial]) -> Booking:
    """Twelve by number are booked; ten of them came."""
    slot = dates_of(offered())[0]
    wish = Wish(cast.school_class.id, students=tuple(seat.id for seat in seats))
    booking = bookings.book(slot.id, wish, request="group", actor=None)
    db.session.commit()
    with time_machine.travel(THAT_DAY):
        attendance.mark(booking.id, Present(students=tuple(seat.id for seat in seats[:10])), actor=None)
        db.session.commit()
    return booking


@pytest.fixture
def card(client: FlaskClient, seats: list[Student]) -> Callable[[int], FlaskClient]:
    """Return a browser that holds the card of a number."""

    def hold(number: int) -> FlaskClient:
        assert client.post("/code", data={"code": digits_of(seats)[number]}).status_code == 303
        return client

    return hold


def test_who_came_answers_and_who_did_not_is_not_asked(held, card, seats):
    with time_machine.travel(AFTERWARDS):
        came = card(1)
        page = came.get(f"/trials/replies/{held.id}")
        assert "Что вы делали на пробе?" in page.text
        sent = came.post(f"/trials/replies/{held.id}", data={**GOOD, "send_id": A})
        assert sent.status_code == 303
        assert db.session.execute(select(TrialAnswer.by_hand, TrialAnswer.is_clearer)).one() == (True, True)
        assert "Спасибо" in came.get(sent.location).text
        assert "Спасибо" in came.get(f"/trials/replies/{held.id}").text
        page = came.get(f"/trials/attended/{held.id}").text
        assert "Отзыв отправлен, спасибо" in page
        assert "Семь вопросов" not in page
        assert card(11).get(f"/trials/replies/{held.id}").status_code == 404
    assert [one.answers["F2"] for one in db.session.scalars(select(TrialAnswer))] == ["hands"]


def test_gaps_are_named_and_nothing_is_kept(held, card):
    with time_machine.travel(AFTERWARDS):
        answer = card(1).post(f"/trials/replies/{held.id}", data={"F1_liked": "5", "send_id": A})
    assert answer.status_code == 422
    assert "Проверьте 5\xa0ответов" in answer.text
    assert db.session.scalars(select(TrialAnswer)).all() == []


def test_the_same_send_again_has_one_effect_and_another_is_refused(held, seats):
    with time_machine.travel(AFTERWARDS):
        asked = replies.asked_seat(held.id, [seats[0].id])
        for _again in range(2):
            replies.answer(asked, A, {"F2": "hands"})
        with pytest.raises(ConflictError, match="уже ответили"):
            replies.answer(asked, B, {"F2": "watch"})
    assert len(db.session.scalars(select(TrialAnswer)).all()) == 1


@pytest.mark.parametrize("send_id", ["", "a", "A" * 32, "a" * 33, "я" * 32])
def test_a_send_without_a_name_of_our_drawing_is_not_taken_for_another(held, seats, send_id):
    asked = replies.asked_seat(held.id, [seats[0].id])
    with time_machine.travel(AFTERWARDS), pytest.raises(ConflictError, match="заново"):
        replies.answer(asked, send_id, {"F2": "hands"})


def test_a_certificate_asked_for_four_times_at_one_moment_is_one(app, held, seats):
    booking_id, seat_id = held.id, seats[0].id
    db.session.commit()
    gate, made = threading.Barrier(4), []

    def one() -> None:
        with app.app_context():
            gate.wait()
            begin_writing()
            made.append(certificates.issue(attended_at(booking_id, [seat_id])))
            db.session.commit()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1


def test_three_weeks_later_nobody_is_asked(held, seats):
    asked = replies.asked_seat(held.id, [seats[0].id])
    with time_machine.travel("2026-06-11T13:00:00+08:00"), pytest.raises(ConflictError, match="трёх недель"):
        replies.answer(asked, A, {})


def test_a_group_told_by_number_answers_as_often_as_it_came(cast: Cast, offered):
    slot = dates_of(offered(first=date(2026, 5, 20)))[0]
    booking = bookings.book(slot.id, Wish(cast.school_class.id, people=3), request="n", actor=None)
    with pytest.raises(MissingError):
        replies.asked_group(booking.id)
    with time_machine.travel(THAT_DAY):
        attendance.mark(booking.id, Present(people=2), actor=None)
        asked = replies.asked_group(booking.id)
        replies.answer(asked, A, {})
        assert not replies.has_answered(asked)
        replies.answer(asked, B, {})
        assert replies.has_answered(asked)
        with pytest.raises(ConflictError, match="Ответили все"):
            replies.answer(asked, C, {})


def test_one_send_at_one_moment_from_four_tabs_has_one_effect(app, held, seats):
    booking_id, seat_id = held.id, seats[0].id
    db.session.commit()
    gate = threading.Barrier(4)

    def one() -> None:
        with app.app_context():
            gate.wait()
            begin_writing()
            replies.answer(replies.asked_seat(booking_id, [seat_id]), A, {"F2": "hands"})
            db.session.commit()

    with time_machine.travel(AFTERWARDS):
        threads = [threading.Thread(target=one) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    db.session.rollback()
    assert len(db.session.scalars(select(TrialAnswer)).all()) == 1


def test_an_answer_knows_no_person_no_class_and_no_day(app):
    answers = {column["name"] for column in inspect(db.engine).get_columns("trials_answer")}
    assert answers == {"key", "trial_id", "version_id", "year", "answers", "by_hand", "is_clearer"}
    known = {column["name"] for column in inspect(db.engine).get_columns("trials_reply")}
    assert known == {"booking_id", "place", "send_digest"}


def test_results_are_whole_from_five_answers_up(held, seats, as_user, organiser):
    trial_id = held.slot.owner_id
    with time_machine.travel(AFTERWARDS):
        for number, seat in enumerate(seats[:5]):
            assert results_of(trial_id).is_hidden
            assert results_of(trial_id).outcomes == ()
            asked = replies.asked_seat(held.id, [seat.id])
            replies.answer(
                asked, f"{number:032x}", {"F2": "hands" if number else "watch", "F1": {"liked": 5}, "F6": ["time"]}
            )
        db.session.commit()
        results = results_of(trial_id)
        page = as_user(organiser).get(f"/trials/figures/trial/{trial_id}").text
    assert not results.is_hidden
    hands = next(one for one in results.outcomes if "делали" in one.text)
    assert [(line.chosen, hands.answered) for line in hands.lines] == [(4, 5), (0, 5), (1, 5)]
    assert "80\N{NO-BREAK SPACE}%" in page
    assert "совет" not in page


def test_a_certificate_is_decoded_from_its_paper_and_checked(held, card, client):
    with time_machine.travel(AFTERWARDS):
        pupil = card(1)
        assert pupil.get(f"/trials/attended/{held.id}/certificate.pdf").status_code == 409
        assert pupil.post(f"/trials/attended/{held.id}/certificate").status_code == 303
        paper = pupil.get(f"/trials/attended/{held.id}/certificate.pdf").data
        assert pupil.get(f"/trials/attended/{held.id}/certificate.pdf").data == paper
        page = pypdfium2.PdfDocument(BytesIO(paper))[0]
        text = page.get_textpage().get_text_range()
        found = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
        assert len(found) == 1
        digits = found[0].text.rpartition("/")[2]
        assert "Сварщик" in text
        assert "№ 1 по списку" in " ".join(text.split())
        stranger = client.application.test_client()
        opened = stranger.get(f"/k/{digits}")
        assert opened.status_code == 303
        assert digits not in opened.location
        verified = stranger.get(opened.location).text
        assert "Сертификат действителен" in verified
        assert "9«А», № 1" in verified
        attendance.take_back(held.id, actor=None)
        db.session.commit()
        assert "больше не действует" in stranger.get(opened.location).text
        stranger.post("/code", data={"code": digits})
        assert stranger.get("/my").location.startswith("/?again")  # a paper opens nobody's records


def test_nobody_gets_a_certificate_who_was_not_there(held, card):
    absent = card(12)
    assert absent.get(f"/trials/attended/{held.id}").status_code == 404
    assert absent.post(f"/trials/attended/{held.id}/certificate").status_code == 404
    assert absent.get(f"/trials/attended/{held.id}/certificate.pdf").status_code == 404


def test_the_ladder_leads_from_what_was_tried_to_what_comes_next(held, card, seats):
    with time_machine.travel(AFTERWARDS):
        pupil = card(1)
        records, ladder = pupil.get("/my").text, pupil.get("/trials/ladder").text
    assert records.count("<b>Сварщик: шов на тренажёре</b>") == 1
    assert "Сертификат и отзыв" in records
    assert "Пока не было" in ladder
    assert [one.trial.step for one in attended_by([seats[0].id])] == [2]
    assert attended_by([seats[11].id]) == []


def test_a_card_that_was_nowhere_yet_finds_the_ladder_and_from_it_the_register(offered, card, client):
    trial, link = offered(step=3), 'href="/trials/ladder"'
    assert link not in client.get("/trials/").text
    pupil = card(12)
    for page in ("/my", "/trials/", "/trials/?q=токарь", f"/trials/{trial.id}"):
        assert link in pupil.get(page).text, page
    ladder = pupil.get("/trials/ladder").text
    told = ("ни на одной пробе", "Знакомство: до 45", "Практика: полтора", "Погружение: несколько")
    assert [ladder.count(words) for words in told] == [1, 1, 1, 1]
    assert 'href="/trials/?grade=9"' in ladder  # of the first step nothing is offered
    offered(title="Экскурсия", step=1, first=date(2026, 5, 21))
    assert "step=1&amp;grade=9&amp;free=1" in pupil.get("/trials/ladder").text


def test_an_organiser_without_a_held_date_reads_that_there_is_nothing_yet(offered, organiser, as_user):
    trial = offered()
    page = as_user(organiser).get(f"/trials/figures/organisation/{trial.organisation_id}").text
    assert "показателей пока нет" in page
    assert "<table" not in page


def test_the_figures_are_those_counted_by_hand(held, cast: Cast, offered, organiser, as_user, seats):
    accessible = dates_of(offered(title="Повар", first=date(2026, 5, 20), times=(time(14),), conditions=()))[0]
    wish = Wish(cast.neighbour_class.id, people=8, ovz=2)
    other = bookings.book(accessible.id, wish, request="ovz", actor=None)
    db.session.commit()
    with time_machine.travel("2026-05-20T18:00:00+08:00"):
        attendance.mark(other.id, Present(people=6, ovz=2), actor=None)
        db.session.commit()
        region, school = figures_of(cast.region.scope, 2025), figures_of(cast.school.scope, 2025)
        college = figures_of(held.slot.organisation.scope, 2025)
        page = as_user(organiser).get(f"/trials/figures/organisation/{held.slot.organisation_id}")
        assert page.status_code == 200
        desk = as_user(cast.operator)
        assert desk.get(f"/trials/figures/region/{cast.region.id}?format=csv").status_code == 200
        down = f"/trials/figures/municipality/{cast.municipality.id}?year=2025"
        assert down in desk.get(f"/trials/figures/region/{cast.region.id}").text
        school_url = f"/trials/figures/organisation/{cast.school.id}?year=2025"
        assert school_url in (town := desk.get(down).text)
        assert re.search(rf'{re.escape(school_url)}.*?data-name="Прошли">(\d+)<', town, re.DOTALL)[1] == "10"
        assert school_url in as_user(cast.coordinator).get(down).text
    assert (region.taken.share.covered, region.taken.share.base) == (16, 47)
    assert (region.taken.people, region.taken.ovz.participations, region.taken.booked) == (16, 2, 20)
    assert (school.taken.people, school.taken.booked) == (10, 12)
    assert (college.given.dates, college.given.accessible, college.given.people) == (2, 1, 16)
    assert (college.given.minutes, college.given.places) == (180, 24)
    assert (region.given.hosts, region.given.all_hosts) == (1, 1)
    assert not differences()


def test_a_mark_taken_back_leaves_the_figures(held, cast: Cast):
    with time_machine.travel(AFTERWARDS):
        attendance.take_back(held.id, actor=None)
        db.session.commit()
        assert figures_of(cast.region.scope, 2025).taken.share.covered == 0
    assert not differences()
