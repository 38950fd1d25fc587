"""Booking and checking in: python bench/bookings.py [--production] [claims] [places].

What a page opened and a place claimed costs, what one reading at a door costs (rules, scan and fact), by the script of
a door and by its form, and that many claims at one moment take exactly as many places as there are, the rest waiting in
order. What is measured goes over one kept line, as it comes from a reverse proxy; those who claim at one moment have
each their own.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4

import hellos
import setups
import world
from sqlalchemy import select

from orientir import clock
from orientir.app import create_app
from orientir.bookings import services, slots
from orientir.bookings.doors import door_digits, open_door
from orientir.bookings.models import Booking, BookingState, Slot
from orientir.bookings.plans import SlotPlan
from orientir.bookings.tickets import ticket_digits
from orientir.bookings.verification import differences
from orientir.bookings.wishes import Wish
from orientir.clock import AcademicYear
from orientir.config import Config
from orientir.db import begin_writing, db
from orientir.organisations.models import Organisation, OrganisationKind, SchoolClass
from orientir.students.cards import digits_of, issue_cards
from orientir.students.queries import numbers_of
from orientir_trials.models import ACTIVITY, PLUGIN, Trial

CROWD = 16
MEASURED, ROUNDS = 60, 3  # acts of a batch, batches


@dataclass(frozen=True)
class Stage:
    """Cards to claim with, the slots they claim, a door's PIN and tickets to read there."""

    cards: list[str]
    stormed: int
    roomy: int
    pin: str
    tickets: list[str]


@dataclass(frozen=True)
class Door:
    """A phone that typed the PIN of a door, what its forms carry and what its script bears."""

    visitor: hellos.Visitor
    script: hellos.Visitor
    token: str
    bearer: str


def main(setup: setups.SetUp, claims: int = 600, places: int = 300) -> None:
    """Print the costs in hellos and the outcome of the storm."""
    with tempfile.TemporaryDirectory() as fresh, setup.hello() as bare:
        folder = Path(fresh, "bookings")
        stage = _set_stage(folder, setup.config(folder), claims, places)
        with setup.orientir(folder, ORIENTIR_TRUSTED_PROXIES="1") as server:
            unit = hellos.Job("hello", bare, hellos.ask_hello(bare), batch=1000)
            visitors = [_holder(server, card, f"10.38.{number % 250}.{number // 250}") for number, card in
                        enumerate(stage.cards)]  # fmt: skip
            line = HTTPConnection("127.0.0.1", server.port, timeout=hellos.PATIENCE)
            claiming = (replace(one, line=line) for one in visitors)
            claim = hellos.Job("page opened and a place claimed", server, lambda: _claim(next(claiming), stage.roomy),
                               batch=MEASURED)  # fmt: skip
            door, tickets = _door(server, stage.pin), iter(stage.tickets)
            reading = hellos.Job("one reading at a door", server, lambda: _read(door, next(tickets)), batch=MEASURED)
            form = hellos.Job("the same, sent as a form", server, lambda: _send(door, next(tickets)), batch=MEASURED)
            hellos.take_turns([unit, claim, reading, form], rounds=ROUNDS)
            hellos.tell_ratios(unit, [claim, reading, form])
            with ThreadPoolExecutor(CROWD) as crowd:
                answers = Counter(crowd.map(lambda one: _claim(one, stage.stormed), visitors))
        hellos.tell(f"{claims} claims for {places} places by {CROWD} at once: answers {dict(answers)}")
        _tell_outcome(setup.config(folder), stage.stormed)


def _set_stage(folder: Path, config: Config, claims: int, places: int) -> Stage:
    world.make_world(folder, config=config)
    app = create_app(config)
    with app.app_context():
        begin_writing()
        college = db.session.scalars(
            select(Organisation).where(Organisation.kind == OrganisationKind.COLLEGE).order_by(Organisation.id)
        ).first()
        trial = db.session.scalars(select(Trial)).first()
        if college is None or trial is None:
            raise LookupError("a demo without a college that offers trials")
        classes = db.session.scalars(
            select(SchoolClass)
            .where(
                SchoolClass.grade >= 6,
                SchoolClass.last_grade == SchoolClass.grade,
                SchoolClass.year == AcademicYear.of(clock.now().date()).start,
            )
            .order_by(SchoolClass.grade, SchoolClass.id)
        ).all()
        cards = [digits for one in classes for digits in _cards(one)][:claims]
        made = {
            name: _slot(college, trial.id, capacity, hours)
            for name, capacity, hours in (("stormed", places, 200), ("roomy", 2000, 210), ("door", 2000, 1))
        }
        seats = [(one.id, seat.id) for one in classes for seat in numbers_of(one.id)][: MEASURED * 2 * (ROUNDS + 1)]
        booked = [
            services.book(made["door"].id, Wish(class_id, (seat,), own=True), request=str(uuid4()), actor=None)
            for class_id, seat in seats
        ]
        tickets = [ticket_digits(one) or "" for one in booked]
        pin = door_digits(open_door(made["door"], "Вход", actor=None))
        db.session.commit()
        stage = Stage(cards, made["stormed"].id, made["roomy"].id, pin, tickets)
        db.session.remove()
        db.engine.dispose()
    return stage


def _cards(school_class: SchoolClass) -> list[str]:
    issue_cards(school_class, actor=None)
    return list(digits_of([seat for seat in numbers_of(school_class.id) if seat.closed_on is None]).values())


def _slot(college: Organisation, trial_id: int, capacity: int, hours: int) -> Slot:
    now = clock.now()
    starts_at = now + timedelta(hours=hours)
    plan = SlotPlan(
        title="Проба", place="Мастерская", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2),
        opens_at=now - timedelta(hours=1), closes_at=starts_at, cancel_until=starts_at, capacity=capacity,
        first_grade=1, last_grade=12,
    )  # fmt: skip
    made = slots.add_slot(PLUGIN, trial_id, ACTIVITY, college, plan, actor=None)
    return slots.publish(made.id, actor=None)


def _holder(server: hellos.Server, code: str, address: str) -> hellos.Visitor:
    """Return a browser that opened a card."""
    visitor = hellos.Visitor(server.port, address)
    _answer, page = visitor.get("/")
    answer, _page = visitor.post("/code", {**hellos.hidden_fields(page), "code": code})
    hellos.expect(answer.status, 303)
    visitor.rest()
    return visitor


def _claim(visitor: hellos.Visitor, slot_id: int) -> int:
    answer, page = visitor.get(f"/book/{slot_id}")
    hellos.expect(answer.status, 200)
    answer, _page = visitor.post(f"/book/{slot_id}", hellos.hidden_fields(page))
    hellos.expect(answer.status, 303)
    if visitor.line is None:
        visitor.rest()
    return answer.status


def _door(server: hellos.Server, pin: str) -> Door:
    visitor = _holder(server, pin, "10.38.251.1")
    _answer, page = visitor.get("/door")
    answer, _page = visitor.post("/door/name", {**hellos.hidden_fields(page), "device": "Вход Б"})
    hellos.expect(answer.status, 303)
    _answer, page = visitor.get("/door?tab=code")
    bearer = page.partition('data-bearer="')[2].partition('"')[0]
    return Door(visitor, hellos.Visitor(server.port, "10.38.251.1"), hellos.hidden_fields(page)["csrf_token"], bearer)


def _read(door: Door, ticket: str) -> None:
    """Read as static/door.js does: no cookie, the token of the door in a header."""
    headers = {"Authorization": f"Bearer {door.bearer}", "Accept": "application/json"}
    answer, _said = door.script.post("/door/read", {"code": ticket, "nonce": uuid4().hex}, headers)
    hellos.expect(answer.status, 200)


def _send(door: Door, ticket: str) -> None:
    fields = {"csrf_token": door.token, "code": ticket, "nonce": uuid4().hex}
    answer, _page = door.visitor.post("/door/read", fields)
    hellos.expect(answer.status, 303)


def _tell_outcome(config: Config, slot_id: int) -> None:
    app = create_app(config)
    with app.app_context():
        slot = db.session.get_one(Slot, slot_id)
        states = Counter(db.session.scalars(select(Booking.state).where(Booking.slot_id == slot_id)))
        queue = list(
            db.session.scalars(
                select(Booking.place)
                .where(Booking.slot_id == slot_id, Booking.state == BookingState.WAITING)
                .order_by(Booking.id)
            )
        )
        hellos.tell(f"taken {slot.taken} of {slot.capacity}; bookings {dict(states)}")
        hellos.tell(f"the queue is in the order of the claims: {queue == sorted(queue)}")
        hellos.tell(f"differences between slots and bookings: {len(differences())}")


if __name__ == "__main__":
    with setups.asked_for("bookings") as asked:
        main(asked, *map(int, sys.argv[1:]))
