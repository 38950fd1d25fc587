"""Random histories of one slot end as a plain list of claims says, in either policy of the queue."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orientir_testkit.cast import make_class

from orientir.bookings.models import Booking
from orientir.bookings.resizing import resize
from orientir.bookings.slots import OverbookedError
from orientir.bookings.verification import differences
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError

MOST = 6
steps = st.one_of(
    st.tuples(st.just("book"), st.integers(1, MOST), st.booleans()),
    st.tuples(st.just("cancel"), st.integers(0, 12)),
    st.tuples(st.just("capacity"), st.integers(1, 12), st.booleans()),
    st.tuples(st.just("change"), st.integers(0, 12), st.integers(1, MOST)),
)


@dataclass
class Claim:
    people: int
    state: str = ""


@dataclass
class Plain:
    """What a careful clerk with a sheet of paper would do."""

    strict: bool
    capacity: int
    claims: list[Claim] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return sum(one.people for one in self.claims if one.state == "confirmed")

    @property
    def queue(self) -> list[Claim]:
        return [one for one in self.claims if one.state == "waiting"]

    def book(self, people: int, fewer: bool) -> None:
        blocked = self.strict and bool(self.queue)
        free = 0 if blocked else self.capacity - self.taken
        size = min(people, free) if fewer and free else people
        self.claims.append(Claim(size, "confirmed" if size <= free else "waiting"))

    def cancel(self, claim: Claim) -> None:
        claim.state = "cancelled"
        self.call()

    def resize(self, capacity: int, cancel_last: bool) -> None:
        if capacity < self.taken and not cancel_last:
            return
        for one in reversed(self.claims):
            if self.taken > capacity and one.state == "confirmed":
                one.state = "cancelled"
        self.capacity = capacity
        self.call()

    def change(self, claim: Claim, people: int) -> None:
        """Fewer always; more where there is room and, in strict order, nobody waits. Who waits stays where it is."""
        more = people - claim.people
        if claim.state == "cancelled" or people > self.capacity:
            return
        is_blocked = self.capacity - self.taken < more or (self.strict and bool(self.queue))
        if claim.state == "confirmed" and more > 0 and is_blocked:
            return
        claim.people = people
        self.call()

    def call(self) -> None:
        for one in self.queue:
            if one.people <= self.capacity - self.taken:
                one.state = "confirmed"
            elif self.strict:
                return


@pytest.mark.parametrize("strict", [False, True])
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=st.lists(steps, max_size=14))
def test_the_slot_does_as_the_clerk(desk, cast, strict, history):
    classes = _classes(desk, cast, len(history))
    plain = Plain(strict, capacity=MOST)
    slot = desk.slot(capacity=MOST, strict=strict)
    made: list[Booking] = []
    for turn, (verb, *values) in enumerate(history):
        if verb == "book" and values[0] <= plain.capacity:
            people, fewer = values
            made.append(desk.book(slot, people, class_id=classes[turn], fewer=fewer))
            plain.book(people, fewer)
        elif verb == "cancel" and made:
            chosen = values[0] % len(made)
            desk.cancel(made[chosen])
            plain.cancel(plain.claims[chosen])
        elif verb == "change" and made:
            chosen, people = values[0] % len(made), values[1]
            with suppress(ConflictError, InvalidInputError):
                wish = desk.wish(people, class_id=made[chosen].class_id)
                desk.writes(resize, made[chosen].id, wish, actor=None)
            plain.change(plain.claims[chosen], people)
        elif verb == "capacity":
            capacity, cancel_last = values
            with suppress(OverbookedError):
                desk.change(slot, capacity=capacity, strict=strict, cancel_last=cancel_last)
            plain.resize(capacity, cancel_last)
    _compare(desk, slot, plain, made)


def _compare(desk: Any, slot: int, plain: Plain, made: list[Booking]) -> None:
    db.session.expire_all()
    assert [(one.people, one.state) for one in made] == [(one.people, one.state) for one in plain.claims]
    assert desk.figures(slot) == (plain.taken, len(plain.queue))
    assert differences() == []


def _classes(desk: Any, cast: Any, count: int) -> list[int]:
    """Return a class for each step; those of earlier examples are taken again once their bookings are cancelled."""
    known = getattr(desk, "classes", [])
    for booking in db.session.query(Booking).filter(Booking.state.in_(("confirmed", "waiting"))).all():
        desk.cancel(booking)
    while len(known) < count:
        db.session.commit()
        known.append(make_class(cast.school, 8, f"К{len(known)}", total=25).id)
        db.session.commit()
    desk.classes = known
    return list(known)
