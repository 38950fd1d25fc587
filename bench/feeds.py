"""What a subscribed telephone costs: python bench/feeds.py [events] [rounds] [URL].

A small demo gets `events` more (1,000) over the year, every tenth a series. Asked are the feed with the known tag
(304), the feed whole, compressed and not, and the feed after a change of one event, which is written anew. waitress
closes the line after each 304, which other servers do not and telephones never notice.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import hellos
from flask import Flask
from sqlalchemy import select

from orientir import clock, migrate
from orientir.app import create_app
from orientir.config import Config
from orientir.db import begin_writing, db, insert_many
from orientir.demo import build_demo
from orientir.ics.services import touch
from orientir.organisations.models import Organisation, OrganisationKind, Region
from orientir_calendar.models import Event, EventState

BATCH = 500
ABOUT = "Сборочный цех, музей и разговор с молодыми инженерами. Возьмите удобную обувь и паспорт. " * 3


def main(events: str = "1000", rounds: str = "5", url: str = "") -> None:
    """Print the cost of each way to ask, in hellos."""
    with tempfile.TemporaryDirectory() as fresh, hellos.hello() as bare:
        data = Path(fresh)
        app = create_app(Config(data_dir=data, database_url=url))
        with app.app_context():
            path = _make(app, int(events))
            db.session.remove()
            db.engine.dispose()
        with hellos.orientir(data, **({"ORIENTIR_DATABASE_URL": url} if url else {})) as server:
            unit = hellos.Job("hello", bare, hellos.ask_hello(bare), batch=500)
            jobs = [
                hellos.Job("304", server, _asker(server, path, 304), BATCH),
                hellos.Job("200, compressed", server, _asker(server, path, 200, {"Accept-Encoding": "gzip"}), BATCH),
                hellos.Job("200, plain", server, _asker(server, path, 200), BATCH),
                hellos.Job("written anew after a change", server, _changed(app, _asker(server, path, 200)), 1),
            ]
            hellos.take_turns([unit, *jobs], int(rounds))
            hellos.tell_ratios(unit, jobs)
            hellos.tell(f"memory: {server.memory():.0f} MB")


def _make(app: Flask, count: int) -> str:
    """Fill the database and return the address of the feed."""
    migrate.upgrade(app)
    begin_writing()
    build_demo(seed=38)
    region = db.session.scalars(select(Region)).one()
    hosts = db.session.scalars(select(Organisation.id).where(Organisation.kind == OrganisationKind.COLLEGE)).all()
    midnight = datetime.combine(clock.today(region.timezone), time(10), ZoneInfo(region.timezone))
    insert_many(Event, [_row(midnight, number, hosts[number % len(hosts)]) for number in range(count)])
    touch(region.id)
    db.session.commit()
    return f"/calendar/feed/{region.code}.ics"


def _row(midnight: datetime, number: int, host: int) -> dict[str, object]:
    begins = midnight + timedelta(days=number % 330 - 20, minutes=15 * (number % 24))
    until = (begins + timedelta(days=60)).date() if number % 10 == 0 else None
    return {
        "uid": str(uuid4()), "organisation_id": host, "state": EventState.PUBLISHED, "title": f"Экскурсия {number}",
        "search_key": f"экскурсия {number}", "kind": "excursion", "audiences": ["students"], "first_grade": 8,
        "last_grade": 11, "format": "away", "level": "regional", "place": "Новаторов, 3, главная проходная",
        "starts_at": begins, "ends_at": begins + timedelta(hours=2), "about": ABOUT, "published_at": clock.now(),
        "frequency": "weekly" if until else "", "until": until,
    }  # fmt: skip


def _asker(
    server: hellos.Server, path: str, wanted: int, headers: Mapping[str, str] | None = None
) -> Callable[[], None]:
    """Return who asks over one kept connection; for a 304 with the tag of the first answer."""
    line, asked = HTTPConnection("127.0.0.1", server.port, timeout=hellos.PATIENCE), dict(headers or {})

    def ask() -> None:
        line.request("GET", path, headers=asked)
        answer = line.getresponse()
        answer.read()
        if wanted == 304 and "If-None-Match" not in asked:
            asked["If-None-Match"] = answer.headers["ETag"]
            return
        if answer.status == 200 and wanted == 304:  # another job has changed an event meanwhile
            asked["If-None-Match"] = answer.headers["ETag"]
            return
        hellos.expect(answer.status, wanted)

    return ask


def _changed(app: Flask, ask: Callable[[], None]) -> Callable[[], None]:
    def act() -> None:
        with app.app_context():
            begin_writing()
            event = db.session.scalars(select(Event).where(Event.frequency == "").limit(1)).one()
            event.place, event.changed_at = f"Проходная {uuid4()}", clock.now()
            touch(event.organisation.municipality.region_id)
            db.session.commit()
        ask()

    return act


if __name__ == "__main__":
    main(*sys.argv[1:])
