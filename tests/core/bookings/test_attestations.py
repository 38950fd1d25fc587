"""The paper of a class that was somewhere: only for who came, decoded from its PDF, checked by its code."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from sqlalchemy import select

from orientir.audit.models import AuditEntry
from orientir.bookings.models import Booking
from orientir.db import db

PAPER, ISSUE = "/bookings/{}/attestation.pdf", "/bookings/{}/attestation"


@pytest.fixture
def came(desk, later) -> Booking:
    """Twenty-three of twenty-five came, two of them with ОВЗ."""
    made: Booking = desk.book(desk.slot(1, capacity=30), 25, ovz=3)
    with later(1):
        desk.mark(made, people=23, ovz=2)
    return made


@pytest.fixture
def teacher(as_user, cast: Cast) -> FlaskClient:
    client: FlaskClient = as_user(cast.teacher)
    return client


def read(paper: bytes) -> tuple[str, str]:
    """Return the words of the paper and the digits its QR holds."""
    page = pypdfium2.PdfDocument(BytesIO(paper))[0]
    [found] = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    return " ".join(page.get_textpage().get_text_range().replace("\xa0", " ").split()), found.text.rpartition("/")[2]


def test_it_is_decoded_from_its_paper_and_checked(came, teacher, client):
    assert "Получить справку" in teacher.get(f"/bookings/{came.id}").text
    assert teacher.get(PAPER.format(came.id)).status_code == 409  # nothing is made by looking
    assert teacher.post(ISSUE.format(came.id)).location == PAPER.format(came.id)
    paper = teacher.get(PAPER.format(came.id))
    assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
    assert b"pdfuaid" in paper.data
    assert teacher.get(PAPER.format(came.id)).data == paper.data
    words, digits = read(paper.data)
    for said in ("Школа № 3", "9«А»", "23 человека", "Сварщик за час", "Колледж"):
        assert said in words
    stranger = client.application.test_client()
    opened = stranger.get(f"/k/{digits}")
    assert opened.status_code == 303
    assert digits not in opened.location
    page = stranger.get(opened.location).text.replace("\xa0", " ")
    assert "Справка действительна" in page
    assert "Школа № 3, 9«А»" in page
    assert "23 человека" in page
    assert "ОВЗ" not in words + page.partition("<main")[2].partition("</main")[0]  # of so few anybody may see


def test_a_mark_taken_back_or_made_anew_ends_the_paper(came, teacher, client, desk, later):
    teacher.post(ISSUE.format(came.id))
    _words, digits = read(teacher.get(PAPER.format(came.id)).data)
    for people in (0, 21):
        with later(1.1):
            desk.take_back(came)
            if people:
                desk.mark(came, people=people)
        stranger = client.application.test_client()
        assert "больше не действует" in stranger.get(stranger.get(f"/k/{digits}").location).text
    assert teacher.get(PAPER.format(came.id)).status_code == 409
    teacher.post(ISSUE.format(came.id))
    words, other = read(teacher.get(PAPER.format(came.id)).data)
    assert "21 человек" in words
    assert other != digits


def test_nobody_gets_one_who_was_not_there(desk, teacher, later):
    booked, absent = desk.book(desk.slot(60), 5), desk.book(desk.slot(1), 5)
    with later(1):
        desk.mark(absent)
    for one in (booked, absent):
        assert "Получить справку" not in teacher.get(f"/bookings/{one.id}").text
        answer = teacher.post(ISSUE.format(one.id))
        assert answer.location == f"/bookings/{one.id}"
        assert "когда приход отмечен" in teacher.get(answer.location).text
        assert teacher.get(PAPER.format(one.id)).status_code == 409


def test_a_pupils_own_booking_is_no_class(desk, teacher, pupils, later):
    own = desk.book(desk.slot(1), 0, pupils[3], own=True)
    with later(1):
        desk.mark(own)
    assert teacher.post(ISSUE.format(own.id)).status_code == 404
    assert teacher.get(PAPER.format(own.id)).status_code == 404
    assert "Получить справку" not in teacher.get(f"/bookings/{own.id}").text


def test_another_school_neither_asks_for_it_nor_reads_it(came, as_user, cast):
    neighbour = as_user(cast.neighbour_teacher)
    assert neighbour.post(ISSUE.format(came.id)).status_code == 404
    assert neighbour.get(PAPER.format(came.id)).status_code == 404


def test_asking_twice_makes_one_paper_and_one_line_in_the_log(came, teacher):
    teacher.post(ISSUE.format(came.id))
    first = teacher.get(PAPER.format(came.id)).data
    teacher.post(ISSUE.format(came.id))
    assert teacher.get(PAPER.format(came.id)).data == first
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.attest")).all()
    assert len(noted) == 1


def test_the_code_opens_nothing_else(came, teacher, client):
    teacher.post(ISSUE.format(came.id))
    _words, digits = read(teacher.get(PAPER.format(came.id)).data)
    stranger = client.application.test_client()
    stranger.post("/code", data={"code": digits})
    assert stranger.get("/my").location.startswith("/?again")
    assert stranger.get("/t").location.startswith("/?again")
    assert stranger.get(f"/bookings/{came.id}").status_code in (302, 303)
    assert client.application.test_client().get("/attestation").location.startswith("/?again")


def test_long_names_stay_on_one_page(came, teacher, cast, desk):
    cast.school.full_name = "Муниципальное бюджетное общеобразовательное учреждение имени " + "Достопримечательного" * 8
    desk.college.full_name = "Государственное " * 20
    came.slot.title, came.slot.place = "Ш" * 160, "у" * 300
    db.session.commit()
    teacher.post(ISSUE.format(came.id))
    assert len(pypdfium2.PdfDocument(BytesIO(teacher.get(PAPER.format(came.id)).data))) == 1
