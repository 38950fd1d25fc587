"""The figures of a whole region without the page around them: python bench/shares.py [schools] [rounds] [database URL].

Eight classes a school (grades 4 to 11), two headcounts a class, 42 municipalities, by default in a new SQLite file;
another database must be empty. CPU time of this process only: on PostgreSQL the server's own is in the clock alone.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import flask
import hellos
from sqlalchemy import insert, select, text
from werkzeug.test import EnvironBuilder, run_wsgi_app

from orientir import migrate
from orientir.app import create_app
from orientir.config import Config
from orientir.contracts import Scope
from orientir.coverage import services
from orientir.coverage.activities import find_activity
from orientir.coverage.queries import shares, totals
from orientir.db import begin_writing, db
from orientir.organisations.models import Headcount, Municipality, Organisation, SchoolClass
from orientir.organisations.services import load_region

ACTIVITY, YEAR, GRADES = "plans.survey", 2025, range(4, 12)
HEADCOUNT_DAYS = (date(2025, 9, 20), date(2026, 4, 1))
BATCH = 20


@dataclass
class Call:
    """Something called in this process again and again."""

    name: str
    act: Callable[[], object]
    batch: int = BATCH
    cpu: float = 0
    clock: float = 0
    done: int = 0

    def run_batch(self) -> None:
        cpu, clock = time.process_time(), time.perf_counter()
        for _ in range(self.batch):
            self.act()
        self.cpu += time.process_time() - cpu
        self.clock += time.perf_counter() - clock
        self.done += self.batch


def main(schools: int = 871, rounds: int = 10, url: str = "") -> None:
    """Print what the figures of a region, of a municipality and of the front page cost, in milliseconds and hellos."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(data_dir=Path(folder), **({"database_url": url} if url else {})))
        with app.app_context():
            migrate.upgrade(app)
            region, municipality = _settle(schools)
            activity = find_activity(ACTIVITY)
            calls = [
                Call("hello", _bare_view(), batch=1000),
                Call("shares of the region", lambda: _anew(lambda: shares(activity, YEAR, region))),
                Call("shares of a municipality", lambda: _anew(lambda: shares(activity, YEAR, municipality))),
                Call("total of the region", lambda: _anew(lambda: totals([(activity, YEAR)], region))),
            ]
            for call in calls:
                call.act()
            for _ in range(rounds):
                for call in calls:
                    call.run_batch()
            _tell(calls)
            db.session.remove()
            db.engine.dispose()


def _settle(schools: int) -> tuple[Scope, Scope]:
    """Store the region and count a part of each graduating class; return the region's branch and one municipality's."""
    begin_writing()
    region = load_region("38", actor=None)
    places = list(db.session.scalars(select(Municipality.id).order_by(Municipality.id)))
    organisations = db.session.scalars(
        insert(Organisation).returning(Organisation.id),
        [
            {"municipality_id": places[number % len(places)], "kind": "school", "name": f"Школа № {number}"}
            for number in range(schools)
        ],
    )
    classes = list(
        db.session.execute(
            insert(SchoolClass).returning(SchoolClass.id, SchoolClass.grade),
            [
                {"organisation_id": one, "year": YEAR, "grade": grade, "last_grade": grade, "letter": "А"}
                for one in organisations
                for grade in GRADES
            ],
        )
    )
    db.session.execute(
        insert(Headcount),
        [{"class_id": one.id, "on_date": day, "total": 23} for day in HEADCOUNT_DAYS for one in classes],
    )
    for one in classes:
        if one.grade in (9, 11) and one.id % 5:
            services.count(activity=ACTIVITY, period=YEAR, class_id=one.id, source="wave:1", people=1 + one.id % 23)
    scopes = region.scope, Scope(region.id, places[0])
    db.session.commit()
    db.session.execute(text("ANALYZE"))
    db.session.commit()
    return scopes


def _anew(act: Callable[[], object]) -> None:
    """Act in a session that has read nothing yet, as a request does."""
    act()
    db.session.remove()


def _bare_view() -> Callable[[], object]:
    bare = flask.Flask("hello")
    bare.add_url_rule("/", "hello", lambda: flask.jsonify(hello="world"))
    environ = EnvironBuilder("/").get_environ()
    return lambda: run_wsgi_app(bare, environ)


def _tell(calls: list[Call]) -> None:
    hello = calls[0].cpu / calls[0].done
    for call in calls:
        cpu, clock = call.cpu / call.done, call.clock / call.done
        hellos.tell(
            f"{call.name}: {1000 * cpu:.2f} ms of CPU, {cpu / hello:.0f} hellos; {1000 * clock:.2f} ms by the clock"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
