"""Names for the pass desk, words to all who are booked, and what is forgotten after the occasion."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from orientir_testkit.cast import SCHOOL_DAY, make_class, make_user
from sqlalchemy import select

from orientir.accounts.roles import Role
from orientir.audit.models import AuditEntry
from orientir.bookings.host_models import PassList, SlotMessage
from orientir.bookings.models import Booking
from orientir.bookings.notice_kinds import WORD
from orientir.bookings.passes import names_of, purge_names, write_names
from orientir.bookings.wishes import Companion
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.notices.models import Notice
from orientir.upkeep import OWN

NAMES = "Иванова Мария\n\n  Петров   Пётр \nСидорова Анна Ильинична"


@pytest.fixture
def booking(desk) -> Booking:
    made: Booking = desk.book(desk.slot(), 3, companion=Companion("Ольга", "+73952123456"))
    return made


def write(desk: Any, booking: Booking, typed: str) -> int:
    return int(desk.writes(write_names, booking.id, typed, actor=desk.cast.teacher.id))


class TestNames:
    def test_they_are_sealed_and_read_back(self, desk, booking):
        assert write(desk, booking, NAMES) == 3
        assert names_of([booking]) == {booking.id: ["Иванова Мария", "Петров Пётр", "Сидорова Анна Ильинична"]}
        assert "Петров".encode() not in db.session.scalars(select(PassList.names)).one()
        said = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.pass_list")).one()
        assert said.details == {"names": 3, "slot": booking.slot_id}

    def test_they_are_replaced_and_taken_away(self, desk, booking):
        write(desk, booking, NAMES), write(desk, booking, "Другой Человек")
        assert names_of([booking]) == {booking.id: ["Другой Человек"]}
        assert write(desk, booking, " \n ") == 0
        assert names_of([booking]) == {}

    @pytest.mark.parametrize(
        "typed", ["Иванов Пётр 12.05.2011", "Иванов, 8 914 123-45-67", "ivanov@example.org", "И" * 81, "Имя\n" * 7]
    )
    def test_more_than_names_is_refused(self, desk, booking, typed):
        with pytest.raises(InvalidInputError) as refused:
            write(desk, booking, typed)
        assert refused.value.field == "names"

    def test_copied_to_another_booking_they_open_nothing(self, desk, cast, booking):
        other = desk.book(desk.slot(60), 3)
        write(desk, booking, NAMES)
        sealed = db.session.scalars(select(PassList.names)).one()
        db.session.add(PassList(booking_id=other.id, names=sealed, written_at=SCHOOL_DAY))
        assert names_of([other]) == {other.id: []}

    def test_after_the_occasion_there_is_no_use_for_them(self, desk, booking, later):
        with later(40), pytest.raises(ConflictError):
            write(desk, booking, NAMES)

    def test_school_and_host_see_them_and_nobody_else(self, desk, cast, as_user, booking):
        organiser = make_user(Role.ORGANISER, desk.college.scope)
        teacher = as_user(cast.teacher)
        assert teacher.post(f"/bookings/{booking.id}/names", data={"names": NAMES}).status_code == 303
        assert "Петров Пётр" in teacher.get(f"/bookings/{booking.id}/names").text
        host = as_user(organiser)
        assert "Петров Пётр" in host.get(f"/slots/{booking.slot_id}").text
        assert "Петров Пётр" in host.get(f"/slots/{booking.slot_id}/list").text
        assert "Петров" not in host.get(f"/slots/{booking.slot_id}/list?format=csv").get_data(as_text=True)
        assert host.get(f"/bookings/{booking.id}/names").status_code == 404
        assert as_user(cast.neighbour_teacher).get(f"/bookings/{booking.id}/names").status_code == 404


class TestForgetting:
    def test_companions_and_names_go_after_the_days_the_region_keeps_them(self, desk, booking):
        write(desk, booking, NAMES)
        last_day = SCHOOL_DAY.date() + timedelta(days=1 + 14)
        assert desk.writes(purge_names, last_day) == 0
        assert desk.writes(purge_names, last_day + timedelta(days=1)) == 2
        db.session.expire_all()
        assert (booking.companion, names_of([booking]), booking.people) == (None, {}, 3)

    def test_a_region_may_keep_them_shorter(self, desk, cast, booking):
        cast.region.settings = {"bookings_keep_days": 1}
        assert desk.writes(purge_names, SCHOOL_DAY.date() + timedelta(days=3)) == 1

    def test_it_is_done_every_night(self):
        assert purge_names in OWN


class TestMessages:
    def test_grown_ups_hear_at_once_and_all_read_it(self, desk, cast, as_user, booking):
        host = as_user(make_user(Role.ORGANISER, desk.college.scope))
        desk.book(booking.slot_id, 2, class_id=make_class(cast.school, 8, "Б").id)
        words = "Вход со двора.\nВозьмите сменную обувь."
        answer = host.post(f"/slots/{booking.slot_id}/message", data={"text": words})
        assert "узнают: 2" in host.get(answer.location).text
        told = db.session.scalars(select(Notice).where(Notice.kind == WORD.key)).all()
        assert {one.user_id for one in told} == {cast.school_admin.id}
        assert "сменную обувь" in told[0].text
        assert "Вход со двора" in as_user(cast.teacher).get(f"/bookings/{booking.id}").text
        assert "Вход со двора" in as_user(cast.teacher).get(f"/bookings/{booking.id}/ticket").text

    @pytest.mark.parametrize("text", ["", " ! ", "а" * 501, "Звоните 8 914 123-45-67"])
    def test_nothing_too_much_and_telephones_are_refused(self, desk, as_user, booking, text):
        host = as_user(make_user(Role.ORGANISER, desk.college.scope))
        answer = host.post(f"/slots/{booking.slot_id}/message", data={"text": text})
        assert answer.status_code == 400
        assert db.session.scalar(select(SlotMessage.id)) is None
