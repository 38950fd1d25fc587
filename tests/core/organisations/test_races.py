"""Two people enter the same thing at the same time: one makes it, the other is told that it is there."""

import time
from collections.abc import Callable
from datetime import date
from threading import Event, Thread

import pytest
from flask import Flask
from orientir_testkit.cast import Cast
from sqlalchemy import func, select

from orientir.db import begin_writing, db
from orientir.errors import InvalidInputError
from orientir.organisations import services
from orientir.organisations.models import Headcount, Municipality, Organisation, SchoolClass
from orientir.students.models import Student
from orientir.students.services import add_numbers


def _add_school(cast_ids: tuple[int, int]) -> None:
    services.add_organisation(db.session.get_one(Municipality, cast_ids[0]), "school", "Школа № 4", actor=None)


def _add_class(cast_ids: tuple[int, int]) -> None:
    school_class = db.session.get_one(SchoolClass, cast_ids[1])
    services.add_class(school_class.organisation, 2025, "9Б", actor=None)


def _add_headcount(cast_ids: tuple[int, int]) -> None:
    services.add_headcount(db.session.get_one(SchoolClass, cast_ids[1]), date(2026, 5, 1), 26, actor=None)


def _add_number(cast_ids: tuple[int, int]) -> None:
    add_numbers(db.session.get_one(SchoolClass, cast_ids[1]), actor=None)


def _race(app: Flask, act: Callable[[], None]) -> list[str]:
    """Act, let a second writer start, commit; return how the second one ended."""
    ended: list[str] = []
    started = Event()

    def second() -> None:
        with app.app_context():
            started.set()
            try:
                begin_writing()
                act()
                db.session.commit()
                ended.append("done")
            except InvalidInputError:
                ended.append("refused")
            except Exception as error:
                ended.append(repr(error))

    db.session.commit()
    begin_writing()
    act()
    writer = Thread(target=second)
    writer.start()
    started.wait(10)
    time.sleep(0.2)  # lets the second writer reach the lock; a slower one only makes the race easier
    db.session.commit()
    writer.join(20)
    return ended


@pytest.mark.parametrize(
    ("act", "table", "count", "ending"),
    [
        (_add_school, Organisation, 3, "refused"),
        (_add_class, SchoolClass, 3, "refused"),
        (_add_headcount, Headcount, 3, "done"),
        (_add_number, Student, 2, "done"),
    ],
    ids=["school", "class", "headcount", "number"],
)
def test_the_second_writer_meets_what_the_first_has_made(app: Flask, cast: Cast, act, table, count: int, ending: str):
    ids = (cast.municipality.id, cast.school_class.id)
    assert _race(app, lambda: act(ids)) == [ending]
    assert db.session.scalar(select(func.count()).select_from(table)) == count
