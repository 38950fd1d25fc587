"""What a subscribed telephone costs: python bench/feeds.py [--production] [events] [rounds].

A small demo gets `events` more (1,000) over the year, every tenth a series. Asked are the feed with the known tag
(304), the feed whole, compressed and not, and the feed after a change of one event, which is written anew; then
sixteen telephones ask at once with the tag they know while events change. waitress closes the line after each 304,
which other servers do not and telephones never notice.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from datetime import time as hour
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import hellos
import setups
from flask import Flask
from sqlalchemy import select

from orientir import clock, migrate
from orientir.app import create_app
from orientir.db import begin_writing, db, insert_many
from orientir.demo import build_demo
from orientir.ics.services import touch
from orientir.organisations.models import Organisation, OrganisationKind, Region
from orientir_calendar.models import Event, EventState

BATCH = 500
CROWD, ASKED_EACH = 16, 200
ABOUT = "Сборочный цех, музей и разговор с молодыми инженерами. Возьмите удобную обувь и паспорт. " * 3


def main(setup: setups.SetUp, events: str = "1000", rounds: str = "5") -> None:
    """Print the cost of each way to ask, in hellos, and how sixteen at once fare."""
    with tempfile.TemporaryDirectory() as fresh, setup.hello() as bare:
        data = Path(fresh, "feeds")
        data.mkdir()
        app = create_app(setup.config(data))
        with app.app_context():
            path = _make(app, int(events))
            db.session.remove()
            db.engine.dispose()
        with setup.orientir(data) as server:
            unit = hellos.Job("hello", bare, hellos.ask_hello(bare), batch=500)
            jobs = [
                hellos.Job("304", server, _asker(server, path, 304), BATCH),
                hellos.Job("200, compressed", server, _asker(server, path, 200, {"Accept-Encoding": "gzip"}), BATCH),
                hellos.Job("200, plain", server, _asker(server, path, 200), BATCH),
                hellos.Job("written anew after a change", server, _changed(app, _asker(server, path, 200)), 1),
            ]
            hellos.take_turns([unit, *jobs], int(rounds))
            hellos.tell_ratios(unit, jobs)
            _tell_crowd(app, server, path)
            hellos.tell(f"memory: {server.memory():.0f} MB")


def _tell_crowd(app: Flask, server: hellos.Server, path: str) -> None:
    """Let sixteen telephones ask again and again while one person changes an event five times."""
    began = time.perf_counter()
    with ThreadPoolExecutor(CROWD + 1) as crowd:
        changing = crowd.submit(_change_often, app, 5)
        asked = [answer for one in crowd.map(lambda _one: _phone(server, path), range(CROWD)) for answer in one]
        changing.result()
    seconds, waits = time.perf_counter() - began, [wait for _status, _etag, wait in asked]
    statuses = dict(Counter(status for status, _etag, _wait in asked))
    written = len({etag for _status, etag, _wait in asked})
    hellos.tell(
        f"{CROWD} at once, five changes meanwhile: {statuses}, {written} states seen, {len(asked) / seconds:.0f}/s; "
        f"median {1000 * hellos.share(waits, 0.5):.1f} ms, p99 {1000 * hellos.share(waits, 0.99):.0f} ms"
    )


def _phone(server: hellos.Server, path: str) -> list[tuple[int, str, float]]:
    """Ask as one telephone does, each time with the tag it knows; return status, tag and seconds of each answer."""
    line, tag, told = HTTPConnection("127.0.0.1", server.port, timeout=hellos.PATIENCE), "", []
    for _number in range(ASKED_EACH):
        began = time.perf_counter()
        line.request("GET", path, headers={"Accept-Encoding": "gzip"} | ({"If-None-Match": tag} if tag else {}))
        answer = line.getresponse()
        answer.read()
        tag = answer.headers["ETag"]
        told.append((answer.status, tag, time.perf_counter() - began))
    line.close()
    return told


def _make(app: Flask, count: int) -> str:
    """Fill the database and return the address of the feed."""
    migrate.upgrade(app)
    begin_writing()
    build_demo(seed=38)
    region = db.session.scalars(select(Region)).one()
    hosts = db.session.scalars(select(Organisation.id).where(Organisation.kind == OrganisationKind.COLLEGE)).all()
    midnight = datetime.combine(clock.today(region.timezone), hour(10), ZoneInfo(region.timezone))
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
        _change(app)
        ask()

    return act


def _change_often(app: Flask, times: int) -> None:
    for _number in range(times):
        _change(app)
        time.sleep(0.5)


def _change(app: Flask) -> None:
    with app.app_context():
        begin_writing()
        event = db.session.scalars(select(Event).where(Event.frequency == "").limit(1)).one()
        event.place, event.changed_at = f"Проходная {uuid4()}", clock.now()
        touch(event.organisation.municipality.region_id)
        db.session.commit()


if __name__ == "__main__":
    with setups.asked_for("feeds") as asked:
        main(asked, *sys.argv[1:])
