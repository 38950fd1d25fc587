"""The same room twice is warned about: when dates are added (tests of trials) and when one session is moved."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import make_organisation, make_user

from orientir.accounts.roles import Role
from orientir.bookings.models import Slot
from orientir.bookings.rooms import Span, clashes
from orientir.db import db
from orientir.organisations.models import OrganisationKind

from .conftest import make_slot

# As the session of `desk.slot(26)` stands in the form: Friday the 15th, from 12 to 14.
STANDS = {"title": "Сварщик за час", "place": "ул. Лесная, 5", "on_day": "2026-05-15", "starts": "12:00",
          "ends": "14:00", "capacity": "10", "first_grade": "6", "last_grade": "11"}  # fmt: skip


@pytest.fixture
def organiser(desk, as_user) -> FlaskClient:
    client: FlaskClient = as_user(make_user(Role.ORGANISER, desk.college.scope))
    return client


def begins(slot_id: int) -> str:
    db.session.expire_all()
    return f"{db.session.get_one(Slot, slot_id).starts_at:%d %H:%M}"


def test_rooms_clash_when_times_overlap_and_not_when_they_touch():
    def span(start: int, end: int) -> Span:
        return Span(datetime(2026, 5, 18, start), datetime(2026, 5, 18, end))  # noqa: DTZ001 - compared with each other only

    assert clashes([span(10, 12), span(14, 16)], [span(12, 14), span(15, 17)]) == [span(14, 16)]


def test_a_session_moved_into_a_taken_room_is_told_of_it_and_moves_on_purpose(desk, organiser):
    slot = desk.slot()
    desk.slot(30, title="Токарь", place="УЛ. ЛЕСНАЯ, 5")
    moved = {**STANDS, "starts": "15:00", "ends": "17:00"}
    warned = organiser.post(f"/slots/{slot}/edit", data=moved)
    assert warned.status_code == 409
    assert "Помещение занято" in warned.text
    assert "«Токарь», пт, 15 мая 2026, 16:00–18:00" in warned.text.replace("\N{NO-BREAK SPACE}", " ")
    assert 'value="15:00"' in warned.text  # what was typed stays
    assert begins(slot) == "15 04:00"  # UTC
    assert organiser.post(f"/slots/{slot}/edit", data={**moved, "despite": "y"}).status_code == 303
    assert begins(slot) == "15 07:00"


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ({"place": "ул. Садовая, 1"}, {}),  # another address
        ({"starts": 31}, {}),  # begins when ours has ended
        ({"draft": True, "place": "https://meet.example/room"}, {"place": "https://meet.example/room"}),  # online
    ],
)
def test_what_takes_no_room_of_it_is_not_in_the_way(desk, organiser, beside, said):
    slot = desk.slot()
    desk.slot(**{"starts": 29, **beside})
    sent = {**STANDS, "starts": "15:00", "ends": "17:00", **said}
    assert organiser.post(f"/slots/{slot}/edit", data=sent).status_code == 303


def test_two_rooms_that_were_meant_are_not_asked_about_at_every_change(desk, organiser):
    slot = desk.slot()
    desk.slot(title="Токарь")
    assert organiser.post(f"/slots/{slot}/edit", data={**STANDS, "capacity": "12"}).status_code == 303


def test_another_hosts_room_and_a_cancelled_session_are_not_in_the_way(desk, cast, organiser):
    slot, gone = desk.slot(), desk.slot(29)
    make_slot(make_organisation(cast.municipality, "Техникум", OrganisationKind.COLLEGE), starts=29)
    organiser.post(f"/slots/{gone}/cancel", data={"reason": "Авария"})
    assert organiser.post(f"/slots/{slot}/edit", data={**STANDS, "starts": "15:00", "ends": "17:00"}).status_code == 303
