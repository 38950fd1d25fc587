"""A plugin that holds trials, a college that offers them, and short words for booking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from threading import Barrier
from typing import Any

import pytest
import time_machine
from flask import Flask
from orientir_testkit.cast import SCHOOL_DAY, Cast, make_organisation
from orientir_testkit.occasions import HOUR, fair_plugin, make_plan, make_slot
from orientir_testkit.races import PATIENCE
from sqlalchemy import func, select

from orientir.bookings import attendance, queue, services, slots
from orientir.bookings.attendance import Present
from orientir.bookings.models import Booking, Slot
from orientir.bookings.verification import differences
from orientir.bookings.wishes import Wish
from orientir.coverage import rebuilding
from orientir.coverage.models import Counter
from orientir.db import begin_writing, db
from orientir.organisations.models import OrganisationKind, SchoolClass
from orientir.students.models import Student

requests = count(1)
Run = Callable[[list[Callable[[], Any]]], list[Any]]


@pytest.fixture
def plugins() -> dict[str, object]:
    return {"fair": fair_plugin()}


@pytest.fixture
def config(config):
    return replace(config, plugins=())


class Desk:
    """Does what organisers, teachers, students and doors do, one committed transaction each."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.college = make_organisation(cast.municipality, "Колледж", OrganisationKind.COLLEGE)
        db.session.commit()

    def slot(self, starts: float = 26, hours: float = 2, *, draft: bool = False, **values: Any) -> int:
        return make_slot(self.college, starts=starts, hours=hours, draft=draft, **values).id

    def book(self, slot_id: int, people: int = 0, *students: Student, request: str = "", **values: Any) -> Booking:
        wish = self.wish(people, *students, **values)
        booking: Booking = self.writes(
            services.book, slot_id, wish, request=request or f"request:{next(requests)}", actor=None
        )
        return booking

    def wish(self, people: int = 0, *students: Student, **values: Any) -> Wish:
        class_id = students[0].class_id if students else self.cast.school_class.id
        given = {"class_id": class_id, "students": tuple(one.id for one in students), "people": people, **values}
        return Wish(**given)

    def cancel(self, booking: Booking, **values: Any) -> list[Booking]:
        promoted: list[Booking] = self.writes(services.cancel, booking.id, actor=None, **values)
        return promoted

    def confirm(self, booking: Booking) -> None:
        self.writes(services.confirm, booking.id, actor=None)

    def change(self, slot_id: int, *, cancel_last: bool = False, **values: Any) -> list[Booking]:
        plan = make_plan(**values)
        promoted: list[Booking] = self.writes(slots.change_slot, slot_id, plan, actor=None, cancel_last=cancel_last)
        return promoted

    def mark(self, booking: Booking, *students: Student, people: int = 0, ovz: int = 0) -> bool:
        present = Present(tuple(one.id for one in students), people, ovz)
        return bool(self.writes(attendance.mark, booking.id, present, actor=None))

    def take_back(self, booking: Booking) -> bool:
        return bool(self.writes(attendance.take_back, booking.id, actor=None))

    def lapse(self) -> None:
        self.writes(queue.lapse_unconfirmed)

    def writes(self, verb: Callable[..., Any], *arguments: Any, **values: Any) -> Any:
        db.session.commit()
        begin_writing()
        try:
            result = verb(*arguments, **values)
            db.session.commit()
        except Exception:
            db.session.rollback()
            raise
        return result

    def figures(self, slot_id: int) -> tuple[int, int]:
        """Return places taken and entries waiting."""
        slot = db.session.get_one(Slot, slot_id, populate_existing=True)
        return slot.taken, slot.waiting

    def covered(self, school_class: SchoolClass) -> int:
        counted = select(func.coalesce(func.sum(Counter.covered), 0)).where(Counter.class_id == school_class.id)
        return int(db.session.scalar(counted) or 0)


@pytest.fixture
def desk(cast: Cast) -> Iterator[Desk]:
    """Whatever a test does, the figures agree with the bookings and with the ledger at its end."""
    made = Desk(cast)
    yield made
    db.session.rollback()
    assert differences() == []
    assert rebuilding.differences() == []


@pytest.fixture
def pupils(cast: Cast) -> list[Student]:
    """The numbers 1 to 27 of the class."""
    students = [Student(class_id=cast.school_class.id, number=number) for number in range(1, 28)]
    db.session.add_all(students)
    db.session.commit()
    return students


@pytest.fixture
def later() -> Callable[[float], Any]:
    """Let so many hours pass."""

    @contextmanager
    def travel(hours: float) -> Iterator[None]:
        with time_machine.travel(SCHOOL_DAY + hours * HOUR, tick=False):
            yield

    return travel


@pytest.fixture
def at_once(app: Flask) -> Run:
    """Run each piece of work in a transaction and a thread of its own, all starting together."""

    def run(work: list[Callable[[], Any]]) -> list[Any]:
        start = Barrier(len(work))

        def one(task: Callable[[], Any]) -> Any:
            with app.app_context():
                start.wait(PATIENCE)
                begin_writing()
                made = task()
                outcome = (made.state, made.id) if isinstance(made, Booking) else made
                db.session.commit()
                return outcome

        db.session.commit()
        with ThreadPoolExecutor(len(work)) as pool:
            futures = [pool.submit(one, task) for task in work]
            return [future.exception() or future.result() for future in futures]

    return run
