"""What a door answers: each ticket the right word, each reading kept, each repeat the same answer."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import func, select

from orientir import clock
from orientir.audit.models import AuditEntry
from orientir.bookings import doors, slots
from orientir.bookings.attendance import Present
from orientir.bookings.door_models import Door, Scan
from orientir.bookings.models import Slot
from orientir.bookings.readings import Kept, Reading, read_digits, read_ticket
from orientir.bookings.tickets import ticket_digits
from orientir.codes.services import find
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.students import cards

BEGINS = 26
nonces = count(1)


@pytest.fixture
def door(desk):
    """Return a new door of a slot."""

    def make(slot_id: int, label: str = "Вход А") -> int:
        slot = db.session.get_one(Slot, slot_id)
        made: Door = desk.writes(doors.open_door, slot, label, actor=None)
        return made.id

    return make


@pytest.fixture
def read(desk, app):
    """Read something at a door and return what is kept of it."""

    def act(door: int, code: str = "", nonce: str = "", **values) -> Kept:
        with app.test_request_context():
            reading = Reading(nonce or f"nonce-{next(nonces)}", code, **values)
            scan: Kept = desk.writes(read_ticket, door, reading)
        return scan

    return act


def code_of(booking) -> str:
    digits = ticket_digits(booking)
    assert digits
    return digits


def said(scan: Kept) -> tuple[str, str]:
    return str(scan.verdict), scan.words.replace("\N{NO-BREAK SPACE}", " ")


def scans() -> int:
    return db.session.scalar(select(func.count(Scan.id))) or 0


@pytest.fixture
def own(desk, pupils):
    return lambda slot, number=7: desk.book(slot, 0, pupils[number - 1], own=True)


def test_a_ticket_is_accepted_once_and_the_second_door_hears_where(desk, cast, own, door, read, later):
    slot = desk.slot(BEGINS)
    code, one, other = code_of(own(slot)), door(slot, "Вход А"), door(slot, "Вход Б")
    with later(BEGINS):
        assert said(read(one, code)) == ("accepted", "9«А», № 7. Школа № 3")
    with later(BEGINS + 0.1):
        assert said(read(other, code)) == ("again", "9«А», № 7. Школа № 3. В 12:00, «Вход А»")
    assert (desk.covered(cast.school_class), scans()) == (1, 2)


@pytest.mark.parametrize("form", ["{}", "https://orientir.example.ru/k/{}", " {} ", "HTTP://X/k/{}"])
def test_a_camera_and_a_finger_are_read_alike(desk, own, door, read, later, form):
    slot = desk.slot(BEGINS)
    code, made = code_of(own(slot)), door(slot)
    with later(BEGINS):
        assert read(made, form.format(code)).verdict == "accepted"


def test_the_same_reading_sent_twice_has_one_answer_and_another_one_is_refused(desk, own, door, read, later):
    slot = desk.slot(BEGINS)
    booking, made = own(slot), door(slot)
    with later(BEGINS):
        first = read(made, code_of(booking), "same")
        assert read(made, code_of(booking), "same").id == first.id
        with pytest.raises(ConflictError, match="другое"):
            read(made, "111122223333", "same")
        with pytest.raises(ConflictError, match="другое"):
            read(made, code_of(booking), "same", undo=True)
    assert scans() == 1


def test_the_stored_answer_outlives_the_door(desk, own, door, read, later):
    slot = desk.slot(BEGINS)
    code, made = code_of(own(slot)), door(slot)
    with later(BEGINS):
        first = read(made, code, "same")
        desk.writes(doors.revoke_door, db.session.get_one(Door, made), actor=None)
        assert read(made, code, "same").id == first.id
        with pytest.raises(ConflictError, match="закрыл этот вход"):
            read(made, code)


def test_each_wrong_ticket_gets_its_word(desk, cast, own, door, read, later, pupils):
    slot, tomorrow, yesterday = desk.slot(BEGINS, capacity=2), desk.slot(BEGINS + 24), desk.slot(BEGINS - 24)
    made = door(slot)
    cancelled, foreign, past = own(slot), own(tomorrow), own(yesterday)
    codes = [code_of(one) for one in (cancelled, foreign, past)]
    desk.cancel(cancelled)
    group = desk.book(slot, 2, class_id=cast.neighbour_class.id)
    waiting = own(slot, 8)
    with later(BEGINS):
        assert said(read(made, codes[0])) == ("cancelled", "Запись отменена.")
        assert said(read(made, codes[1])) == ("other", "Билет на другой сеанс: «Сварщик за час», 16 мая, 12:00")
        assert said(read(made, codes[2])) == ("other", "Этот сеанс уже прошёл: «Сварщик за час», 14 мая, 12:00")
        assert read(made, booking_id=waiting.id).verdict == "waiting"
        assert said(read(made, code_of(group)))[0] == "group"
        assert said(read(made, "000000000000")) == ("unknown", "Такого билета нет. Найдите ученика в списке.")
        assert "Опечатка" in read(made, codes[1][:-1] + str((int(codes[1][-1]) + 1) % 10)).words
        assert "прочитано 4" in read(made, "12 34").words
        assert "прочитано 0" in read(made, "https://example.org/").words
        assert "код входа" in read(made, doors.door_digits(db.session.get_one(Door, made))).words
    assert (desk.covered(cast.school_class), scans()) == (0, 10)


def test_too_early_and_called_off(desk, own, door, read, later):
    slot = desk.slot(BEGINS)
    booking, made = own(slot), door(slot)
    code = code_of(booking)
    with later(BEGINS - 3):
        assert said(read(made, code)) == ("early", "Сеанс ещё не начался: он 15 мая, 12:00.")
        desk.writes(slots.cancel_slot, slot, "Нет света", actor=None)
        assert said(read(made, code)) == ("cancelled", "Сеанс отменён: Нет света")


def test_a_card_is_as_good_as_the_ticket_of_its_student(desk, cast, own, door, read, later, pupils):
    cards.issue_cards(cast.school_class, actor=None)
    slot = desk.slot(BEGINS)
    own(slot, 7)
    desk.book(slot, 0, *pupils[10:12])
    made, digits = door(slot), cards.digits_of(pupils)
    with later(BEGINS):
        assert said(read(made, digits[7])) == ("accepted", "9«А», № 7. Школа № 3")
        assert said(read(made, digits[8]))[0] == "card"
        assert "9«А», № 8" in said(read(made, digits[8]))[1]
        assert "отметьте класс" in read(made, digits[11]).words
    assert desk.covered(cast.school_class) == 1


def test_a_class_is_told_by_number(desk, cast, door, read, later):
    slot = desk.slot(BEGINS)
    booking, made = desk.book(slot, 9, ovz=2), door(slot)
    other = desk.book(slot, 1, class_id=cast.neighbour_class.id)
    with later(BEGINS):
        asked = read(made, code_of(booking))
        assert said(asked) == ("group", "9«А». Школа № 3. Записано: 9 человек, из них с ОВЗ 2")
        came = read(made, booking_id=booking.id, present=Present(people=8, ovz=2))
        assert said(came) == ("accepted", "9«А». Школа № 3. Пришло: 8 человек, из них с ОВЗ 2")
        with pytest.raises(InvalidInputError):
            read(made, booking_id=other.id, present=Present(people=-1))
    assert (booking.came, booking.came_ovz, desk.covered(cast.school_class)) == (8, 2, 8)


def test_an_undone_mark_leaves_its_trace_and_can_be_made_again(desk, cast, own, door, read, later):
    slot = desk.slot(BEGINS)
    booking, made = own(slot), door(slot)
    with later(BEGINS):
        first = read(made, code_of(booking))
        assert said(read(made, booking_id=booking.id, undo=True)) == ("undone", "9«А», № 7. Школа № 3")
        assert "Отметки и не было" in read(made, booking_id=booking.id, undo=True).words
        undone = db.session.get_one(Scan, first.id).undone_at
        assert (undone, desk.covered(cast.school_class)) == (clock.now(), 0)
    with later(BEGINS + 0.2):
        assert read(made, code_of(booking)).verdict == "accepted"
        assert "В 12:12" in read(made, code_of(booking)).words
    assert (desk.covered(cast.school_class), scans(), booking.revision) == (1, 5, 1)


def test_a_booking_of_another_slot_cannot_be_chosen(desk, own, door, read, later):
    one, other = desk.slot(BEGINS), desk.slot(BEGINS + 5)
    foreign, made = own(other), door(one)
    with later(BEGINS):
        for booking_id in (foreign.id, 999, 2**40):
            with pytest.raises(MissingError):
                read(made, booking_id=booking_id)


# The door itself


def test_a_door_ends_two_hours_after_the_slot(desk, door, read, own, later):
    slot = desk.slot(BEGINS, 2)
    made, code = door(slot), code_of(own(slot))
    with later(BEGINS + 3.9):
        assert read(made, code).verdict == "accepted"
    with later(BEGINS + 4), pytest.raises(ConflictError, match="закрылся"):
        read(made, code)


def test_a_revoked_pin_opens_nothing(desk, door):
    made = db.session.get_one(Door, door(desk.slot(BEGINS)))
    pin = doors.door_digits(made)
    today = clock.now().date() + timedelta(days=1)
    assert find(pin, today)
    assert desk.writes(doors.revoke_door, made, actor=None)
    assert not desk.writes(doors.revoke_door, made, actor=None)
    assert (find(pin, today), doors.door_digits(made)) == (None, "")
    acts = [entry.action for entry in db.session.scalars(select(AuditEntry))]
    assert [acts.count(one) for one in ("door.add", "door.revoke")] == [1, 1]


@pytest.mark.parametrize("label", ["", "  ", "в" * 61])
def test_a_door_has_a_name(desk, label):
    slot = db.session.get_one(Slot, desk.slot(BEGINS))
    with pytest.raises(InvalidInputError):
        desk.writes(doors.open_door, slot, label, actor=None)


def test_a_draft_has_no_doors(desk):
    slot = db.session.get_one(Slot, desk.slot(BEGINS, draft=True))
    with pytest.raises(ConflictError):
        desk.writes(doors.open_door, slot, "Вход", actor=None)


@pytest.mark.parametrize("text", ["", "к" * 100, "\0", "1" * 1000, "/k/", "/k/abc", "🏫", "٣٤"])
def test_whatever_is_read_has_an_answer(desk, door, read, later, text):
    made = door(desk.slot(BEGINS))
    with later(BEGINS):
        assert read(made, text).verdict == "unknown"
    assert len(read_digits(text)) <= 64


def test_what_a_phone_called_itself_is_forgotten_a_month_later(desk, own, door, read, later):
    slot = desk.slot(BEGINS)
    made = door(slot)
    code = code_of(own(slot))
    with later(BEGINS):
        desk.writes(doors.name_device, db.session.get_one(Door, made), "Аня")
        kept = read(made, code, device="Аня")
    ended = db.session.get_one(Door, made).ends_at.date()
    assert desk.writes(doors.purge_devices, ended + timedelta(days=29)) == 0
    assert desk.writes(doors.purge_devices, ended + timedelta(days=32)) == 2
    scan = db.session.get_one(Scan, kept.id, populate_existing=True)
    assert (scan.device, db.session.get_one(Door, made).device) == ("", "")
