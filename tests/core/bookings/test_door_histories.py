"""Whatever two doors read in whatever order, the answers are those of a list on paper, and the figures agree."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from orientir.bookings import doors, services
from orientir.bookings.attendance import Present
from orientir.bookings.door_models import Scan
from orientir.bookings.models import Booking, Slot
from orientir.bookings.readings import Reading, read_ticket
from orientir.bookings.tickets import ticket_digits
from orientir.coverage import rebuilding
from orientir.db import db

BEGINS = 1.5
TICKETS = 4  # the last one is a class of nine


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@dataclass
class Paper:
    """The list on paper: who is marked and who is struck off."""

    marked: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)

    def read(self, which: int) -> str:
        if which in self.struck:
            return "cancelled"
        if which in self.marked:
            return "again"
        if which == TICKETS - 1:
            return "group"
        self.marked.add(which)
        return "accepted"

    def choose(self, which: int) -> str:
        answer = self.read(which)
        if answer == "group":
            self.marked.add(which)
            return "accepted"
        return answer

    def undo(self, which: int) -> str:
        self.marked.discard(which)
        return "undone"


acts = st.lists(
    st.tuples(
        st.sampled_from(["read", "read", "choose", "undo", "cancel", "repeat"]),
        st.integers(0, 1),
        st.integers(0, TICKETS - 1),
    ),
    max_size=14,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_the_doors_say_what_a_list_on_paper_would(desk, cast, pupils, acts):
    slot = desk.slot(BEGINS, capacity=40)
    made = [desk.book(slot, 0, pupils[one], own=True) for one in range(TICKETS - 1)]
    made.append(desk.book(slot, 9, class_id=cast.neighbour_class.id))
    ids, codes = [one.id for one in made], [ticket_digits(one) for one in made]
    row = db.session.get_one(Slot, slot)
    both = [desk.writes(doors.open_door, row, label, actor=None).id for label in ("А", "Б")]
    paper, sent = Paper(), []
    for turn, (act, door, which) in enumerate(acts):
        if act == "cancel":
            if which not in paper.marked | paper.struck:
                paper.struck.add(which)
                desk.writes(services.cancel, ids[which], actor=None, late=True)
            continue
        if act == "repeat":
            if not sent:
                continue
            at, reading, expected = sent[which % len(sent)]
        else:
            people = Present(people=9) if which == TICKETS - 1 else None
            reading = {
                "read": Reading(f"nonce-{turn}", codes[which]),
                "choose": Reading(f"nonce-{turn}", booking_id=ids[which], present=people),
                "undo": Reading(f"nonce-{turn}", booking_id=ids[which], undo=True),
            }[act]
            at, expected = both[door], getattr(paper, act)(which)
            sent.append((at, reading, expected))
        assert desk.writes(read_ticket, at, reading).verdict == expected
    came = db.session.scalar(select(func.sum(Booking.came)).where(Booking.slot_id == slot)) or 0
    assert came == sum(9 if one == TICKETS - 1 else 1 for one in paper.marked)
    kept = select(func.count(Scan.id)).where(Scan.door_id.in_(both))
    assert db.session.scalar(kept) == len(sent)
    assert rebuilding.differences() == []
    for one in set(range(TICKETS)) - paper.struck:
        if one in paper.marked:
            desk.take_back(db.session.get_one(Booking, ids[one]))
        desk.writes(services.cancel, ids[one], actor=None, late=True)
