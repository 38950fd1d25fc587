"""The group changes a day before: fewer always, more where there are places."""

from __future__ import annotations

import re
from typing import Any

import pytest
from orientir_testkit.cast import SCHOOL_DAY, make_class
from orientir_testkit.occasions import HOUR

from orientir.audit.models import AuditEntry
from orientir.bookings.models import Booking
from orientir.bookings.resizing import resize
from orientir.bookings.tickets import ticket_digits
from orientir.bookings.wishes import Companion, companion_of
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.organisations.contact_words import read_phone


@pytest.fixture
def other(cast) -> int:
    made = make_class(cast.school, 8, "Б").id
    db.session.commit()
    return made


def change(desk: Any, booking: Booking, people: int = 0, *students: Any, **values: Any) -> list[Booking]:
    wish = desk.wish(people, *students, **{"class_id": booking.class_id, **values})
    promoted: list[Booking] = desk.writes(resize, booking.id, wish, actor=desk.cast.teacher.id)
    return promoted


def test_fewer_give_their_places_to_whoever_waits(desk, other):
    slot = desk.slot(capacity=10)
    mine, waiting = desk.book(slot, 10), desk.book(slot, 4, class_id=other)
    assert change(desk, mine, 7) == []
    assert change(desk, mine, 6) == [waiting]
    assert desk.figures(slot) == (10, 0)


def test_more_are_let_in_while_there_are_places_and_then_refused_in_words(desk):
    slot = desk.slot(capacity=10)
    mine = desk.book(slot, 4)
    change(desk, mine, 9)
    assert desk.figures(slot) == (9, 0)
    desk.book(slot, 1, class_id=make_class(desk.cast.school, 8, "Г").id)
    with pytest.raises(InvalidInputError, match="Свободно мест: 0, а добавить нужно 1") as refused:
        change(desk, mine, 10)
    assert refused.value.field == "people"
    assert desk.figures(slot) == (10, 0)


def test_in_strict_order_nobody_grows_past_the_queue(desk, other):
    slot = desk.slot(capacity=10, strict=True)
    mine = desk.book(slot, 4)
    desk.book(slot, 8, class_id=other)
    with pytest.raises(InvalidInputError, match="ждёт очередь"):
        change(desk, mine, 5)


def test_whoever_waits_keeps_the_place_and_may_fit_now(desk, other):
    slot = desk.slot(capacity=10)
    desk.book(slot, 7, class_id=other)
    mine = desk.book(slot, 6)
    assert mine.place == 1
    change(desk, mine, 5)
    assert (mine.state, mine.place) == ("waiting", 1)
    assert change(desk, mine, 3) == [mine]
    assert (mine.state, desk.figures(slot)) == ("confirmed", (10, 0))


def test_numbers_come_and_go_and_the_ticket_stays(desk, pupils):
    mine = desk.book(desk.slot(), 0, *pupils[:3], companion=Companion("Анна", "1"), consents=True)
    ticket = ticket_digits(mine)
    change(desk, mine, 0, *pupils[1:6], ovz=2, companion=Companion("Пётр", "2"))
    db.session.expire_all()
    assert [seat.student.number for seat in mine.seats] == [2, 3, 4, 5, 6]
    assert (mine.people, mine.ovz, mine.consents, ticket_digits(mine)) == (5, 2, False, ticket)
    assert companion_of(mine.companion, mine.request) == Companion("Пётр", "2")
    said = db.session.query(AuditEntry).filter_by(action="booking.resize").one()
    assert said.details == {"people": 5, "was": 3, "slot": mine.slot_id}


def test_a_number_that_is_elsewhere_is_refused_but_its_own_booking_is_not_in_the_way(desk, pupils):
    mine = desk.book(desk.slot(), 0, *pupils[:3])
    desk.book(desk.slot(), 0, pupils[7])
    change(desk, mine, 0, *pupils[:4])
    with pytest.raises(ConflictError, match="№\N{NO-BREAK SPACE}8"):
        change(desk, mine, 0, *pupils[:8])


def test_after_booking_closed_only_fewer(desk, later):
    mine = desk.book(desk.slot(closes_at=SCHOOL_DAY + HOUR), 4)
    with later(2):
        change(desk, mine, 3)
        with pytest.raises(InvalidInputError, match="только уменьшить"):
            change(desk, mine, 4)


def test_what_began_is_cancelled_or_is_a_pupils_own_is_not_changed(desk, pupils, later):
    begun, gone = desk.book(desk.slot(), 4), desk.book(desk.slot(60), 4)
    own = desk.book(desk.slot(80), 0, pupils[0], own=True)
    desk.cancel(gone)
    for one in (gone, own):
        with pytest.raises(ConflictError):
            change(desk, one, 2)
    with later(27), pytest.raises(ConflictError):
        change(desk, begun, 2)


def test_the_page_changes_a_booking(desk, as_user, cast, pupils):
    made = desk.book(desk.slot(), 0, *pupils[:3])
    teacher = as_user(cast.teacher)
    page = teacher.get(f"/bookings/{made.id}/change").text
    assert page.count(" checked") == 3
    answer = teacher.post(f"/bookings/{made.id}/change", data={"numbers": ["1", "5"], "ovz": "1"})
    assert answer.location == f"/bookings/{made.id}"
    refused = teacher.post(f"/bookings/{made.id}/change", data={"numbers": [], "people": ""})
    assert "Отметьте номера" in refused.text
    db.session.expire_all()
    assert [seat.student.number for seat in db.session.get_one(Booking, made.id).seats] == [1, 5]


def test_the_page_offers_the_telephone_as_it_can_be_sent_back(desk, as_user, cast, pupils):
    made = desk.book(desk.slot(), 0, *pupils[:3], companion=Companion("Вера Учитель", "+73952123456"))
    page = as_user(cast.teacher).get(f"/bookings/{made.id}/change").text
    shown = re.search(r'name="phone"[^>]* value="([^"]+)"', page)[1]
    assert read_phone(shown) == "+73952123456"
