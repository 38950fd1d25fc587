"""Many at once, on both engines; and what happens when the guard is taken away."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Event
from typing import Any

import pytest
from orientir_testkit.cast import make_class
from orientir_testkit.races import PATIENCE
from sqlalchemy import bindparam, func, select

from orientir.bookings import clashes, places, resizing, services
from orientir.bookings.held import SLOT, AnySlot, HeldSlot
from orientir.bookings.models import Booking, BookingState
from orientir.bookings.resizing import resize
from orientir.bookings.stepping_out import step_out
from orientir.bookings.verification import differences
from orientir.bookings.wishes import Wish
from orientir.db import db
from orientir.errors import ConflictError
from orientir.organisations import holding
from orientir.organisations.models import SchoolClass
from orientir.prepared import Asking

WRITERS = 8
# What is asked to hold a class and a slot, without the hold.
CLASS_NOT_HELD = Asking(
    int, select(SchoolClass.__table__.c.id).where(SchoolClass.__table__.c.id == bindparam("class_id"))
)
SLOT_NOT_HELD = Asking(HeldSlot, SLOT)


def booking(slot: int, wish: Wish, request: str) -> Callable[[], Booking]:
    return lambda: services.book(slot, wish, request=request, actor=None)


def test_40_classes_of_25_on_300_places(at_once, desk, cast):
    classes = [make_class(cast.school, grade, letter, total=25).id for grade in (6, 7, 8, 9) for letter in "БВГДЕЖЗИКЛ"]
    slot = desk.slot(capacity=300)
    outcomes: list[Any] = []
    for start in range(0, 40, WRITERS):
        group = classes[start : start + WRITERS]
        outcomes += at_once([booking(slot, Wish(one, people=25), f"r{one}") for one in group])
    states = [state for state, _id in outcomes]
    assert (states.count("confirmed"), states.count("waiting")) == (12, 28)
    assert desk.figures(slot) == (300, 28)
    assert len(set(db.session.scalars(select(Booking.place).where(Booking.place.is_not(None))))) == 28


def test_one_student_on_two_slots(at_once, desk, pupils):
    two = [desk.slot(), desk.slot()]
    wish = desk.wish(0, pupils[0], own=True)
    outcomes = at_once([booking(two[turn % 2], wish, f"r{turn}") for turn in range(WRITERS)])
    assert sum(isinstance(one, ConflictError) for one in outcomes) == WRITERS - 1
    assert sum(desk.figures(slot)[0] for slot in two) == 1


def test_one_wish_told_by_everybody_is_one_booking(at_once, desk):
    slot = desk.slot()
    outcomes = at_once([booking(slot, desk.wish(4), "the same")] * WRITERS)
    assert len(set(outcomes)) == 1
    assert desk.figures(slot) == (4, 0)


def test_one_freed_place_and_a_waiting_group(at_once, desk, cast, pupils):
    """Somebody cancels while newcomers ask: the group that waited is let in, or the newcomers were before it."""
    classes = [make_class(cast.school, 8, letter, total=25).id for letter in "БВГДЕ"]
    slot = desk.slot(capacity=5, strict=True)
    held = desk.book(slot, 5, class_id=classes[0])
    waiting = desk.book(slot, 5, class_id=classes[1])
    newcomers = [booking(slot, Wish(one, people=1), f"n{one}") for one in classes[2:]]
    first, second = held.id, waiting.id
    at_once([lambda: services.cancel(first, actor=None) and None, *newcomers])
    assert db.session.get_one(Booking, second, populate_existing=True).state == BookingState.CONFIRMED
    assert desk.figures(slot) == (5, 3)


def test_numbers_that_step_out_of_one_group_at_one_moment_all_do_once(at_once, desk, pupils):
    slot = desk.slot(capacity=10)
    made, gone = desk.book(slot, 0, *pupils[:8]).id, [one.id for one in pupils[:4]]
    outcomes = at_once([lambda one=one: step_out(made, [one]) for one in (*gone, *gone)])
    assert outcomes == [[]] * WRITERS
    assert desk.figures(slot) == (4, 0)
    assert len(db.session.get_one(Booking, made, populate_existing=True).seats) == 4


def test_a_place_freed_while_somebody_queues_is_not_lost(at_once, desk, cast):
    """Without the hold a newcomer reads «full», the place comes free, nobody waits yet, and it stays empty."""
    for turn, letter in enumerate("БВГДЕ"):
        db.session.commit()
        one, other = (make_class(cast.school, grade, letter, total=25).id for grade in (7, 8))
        slot = desk.slot(26 + 3 * turn, capacity=5)
        held = desk.book(slot, 5, class_id=one).id
        at_once(
            [lambda held=held: services.cancel(held, actor=None) and None, booking(slot, Wish(other, people=5), letter)]
        )
        assert desk.figures(slot) == (5, 0)


def test_one_student_added_here_while_booked_there(at_once, desk, pupils):
    """A group that grows holds its class like one that books: the same student is not let into both."""
    held = desk.book(desk.slot(), 0, pupils[0])
    other, grown, wish = desk.slot(), desk.wish(0, *pupils[:2]), desk.wish(0, pupils[1], own=True)
    one = held.id
    at_once([lambda: resize(one, grown, actor=None) and None, booking(other, wish, "own")])
    assert differences() == []
    assert desk.figures(held.slot_id)[0] + desk.figures(other)[0] == 2


def test_two_groups_grow_into_the_last_places(at_once, desk, cast):
    classes = [make_class(cast.school, 8, letter, total=25).id for letter in "БВГД"]
    slot = desk.slot(capacity=12)
    ids = [(desk.book(slot, 2, class_id=one).id, one) for one in classes]
    at_once([lambda one=one, of=of: resize(one, Wish(of, people=4), actor=None) and None for one, of in ids])
    assert desk.figures(slot) == (12, 0)


class TestWithoutTheGuard:
    """Negative controls: the tests above would see the race if there were one."""

    @pytest.mark.parametrize("engine_name", ["postgresql"])
    def test_a_group_grows_by_one_who_is_elsewhere(self, at_once, desk, pupils, monkeypatch):
        held, other = desk.book(desk.slot(), 0, pupils[0]), desk.slot()
        both_looked, look = Barrier(2), clashes.refuse_clash

        def look_and_wait(slot: AnySlot, wish: Wish, *, besides: int | None = None) -> None:
            look(slot, wish, besides=besides)
            both_looked.wait(PATIENCE)

        monkeypatch.setattr(holding, "HOLDING_CLASS", CLASS_NOT_HELD)
        for module in (services, resizing):
            monkeypatch.setattr(module, "refuse_clash", look_and_wait)
        one, grown, wish = held.id, desk.wish(0, *pupils[:2]), desk.wish(0, pupils[1], own=True)
        at_once([lambda: resize(one, grown, actor=None) and None, booking(other, wish, "own")])
        assert [found.repairable for found in differences()] == [False]
        desk.cancel(held)

    @pytest.mark.parametrize("engine_name", ["postgresql"])
    def test_one_student_is_in_two_places(self, at_once, desk, pupils, monkeypatch):
        two, both_looked = [desk.slot(), desk.slot()], Barrier(2)
        look = clashes.refuse_clash

        def look_and_wait(slot: AnySlot, wish: Wish) -> None:
            look(slot, wish)
            both_looked.wait(PATIENCE)

        monkeypatch.setattr(holding, "HOLDING_CLASS", CLASS_NOT_HELD)
        monkeypatch.setattr(services, "refuse_clash", look_and_wait)
        wish = desk.wish(0, pupils[0], own=True)
        outcomes = at_once([booking(slot, wish, f"r{slot}") for slot in two])
        assert [state for state, _id in outcomes] == ["confirmed", "confirmed"]
        found = differences()
        assert [one.repairable for one in found] == [False]
        desk.cancel(db.session.scalars(select(Booking)).first())

    @pytest.mark.parametrize("engine_name", ["postgresql"])
    @pytest.mark.parametrize(("guarded", "figures"), [(True, (5, 0)), (False, (0, 1))])
    def test_a_freed_place_stays_empty_while_somebody_queues(self, at_once, desk, cast, monkeypatch, guarded, figures):
        """Between «full» and «I wait» the place comes free; only the hold makes the one who frees it wait for that."""
        one, other = (make_class(cast.school, grade, "Б", total=25).id for grade in (7, 8))
        slot = desk.slot(capacity=5)
        held, take = desk.book(slot, 5, class_id=one).id, services.take_places
        full, freed = Event(), Event()

        def take_slowly(slot: AnySlot, people: int) -> bool:
            taken = take(slot, people)
            if not taken:
                full.set()
                freed.wait(
                    timeout=1 if guarded else PATIENCE
                )  # held, the place cannot come free before this one is done
            return taken

        def give_up() -> None:
            full.wait(PATIENCE)
            services.cancel(held, actor=None)
            db.session.commit()
            freed.set()

        monkeypatch.setattr(services, "take_places", take_slowly)
        if not guarded:
            monkeypatch.setattr("orientir.bookings.held.HOLDING_SLOT", SLOT_NOT_HELD)
        at_once([give_up, booking(slot, Wish(other, people=5), "waits")])
        assert desk.figures(slot) == figures

    @pytest.mark.parametrize("engine_name", ["postgresql"])
    def test_the_condition_in_the_statement_still_holds_the_capacity(self, at_once, desk, cast, monkeypatch):
        """The hold taken away, places are not overbooked; the queue is what goes wrong then."""
        classes = [make_class(cast.school, 8, letter, total=25).id for letter in "БВГДЕЖ"]
        slot = desk.slot(capacity=10)
        monkeypatch.setattr("orientir.bookings.held.HOLDING_SLOT", SLOT_NOT_HELD)
        at_once([booking(slot, Wish(one, people=5), f"r{one}") for one in classes])
        held = select(func.sum(Booking.people)).where(Booking.state == BookingState.CONFIRMED)
        assert db.session.scalar(held) == 10
        for one in db.session.scalars(select(Booking).where(Booking.state == BookingState.WAITING)).all():
            db.session.delete(one)
        places.hold_slot(slot).waiting = 0
        db.session.commit()
