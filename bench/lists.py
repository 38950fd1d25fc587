"""How long a list of classes takes to be read, planned and written: python bench/lists.py [rows] [URL].

Schools are there, classes are not: each row makes a class, its headcount and the numbers of its list, as the first list
of a region does. Without a URL SQLite in a folder of its own. CPU is that of this process: on PostgreSQL the database
works beside. `longest` is the time one chunk kept other writers of SQLite waiting.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, insert, select

from orientir import migrate
from orientir.accounts.models import User
from orientir.app import create_app
from orientir.config import Config
from orientir.contracts import RunningJob
from orientir.db import begin_writing, db
from orientir.demo import build_demo
from orientir.jobs import services as jobs
from orientir.jobs.queue import run_waiting
from orientir.lists import services
from orientir.lists.importers import find_importer
from orientir.lists.sheets import Sheet
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, SchoolClass
from orientir.organisations.search import search_key

CLASSES = [f"{grade}{letter}" for letter in "АБ" for grade in (1, 2, 5, 6, 7, 8, 9, 10)]
PER_SCHOOL = 8
HEAD = ("Муниципалитет", "Школа", "Класс", "Дата", "Всего", "С ОВЗ")


def main(rows: str = "7000", url: str = "") -> None:
    """Print what each step costs."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(data_dir=Path(folder), database_url=url))
        with app.app_context():
            migrate.upgrade(app)
            begin_writing()
            region = build_demo(seed=38)
            sheet = _list_of_classes(region.id, int(rows))
            db.session.commit()
            importer = find_importer("platform.classes")
            actor = db.session.scalars(select(User.id).order_by(User.id)).first() or 0
            begin_writing()
            found = services.take_in(importer, region.scope, [sheet], actor=actor)
            matching, _known = services.likely_matching(importer, region.scope, [sheet])
            started = time.process_time()
            plan = services.plan_of(found, [sheet], matching, [])
            services.keep_plan(found, [sheet], matching, [], plan)
            _say(f"plan: {time.process_time() - started:.1f} s of CPU; {found.counts}")
            services.confirm(found, found.plan_digest, actor=actor)
            db.session.commit()
            before = db.session.scalar(select(func.count(SchoolClass.id))) or 0
            db.session.commit()
            _write(app, int(rows))
            _say(f"classes made: {(db.session.scalar(select(func.count(SchoolClass.id))) or 0) - before}")
            db.session.remove()
            db.engine.dispose()


def _write(app: object, rows: int) -> None:
    """Write the list as the server's runner does, and note how long each chunk takes."""
    chunks: list[float] = []
    last = time.perf_counter()
    report = jobs.report

    def noted(job: RunningJob, done: int, total: int) -> None:
        nonlocal last
        report(job, done, total)  # type: ignore[arg-type]
        chunks.append(time.perf_counter() - last)
        last = time.perf_counter()

    jobs.report = noted  # type: ignore[assignment]
    cpu, wall = time.process_time(), time.perf_counter()
    last = wall
    run_waiting(app)  # type: ignore[arg-type]
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    jobs.report = report
    chunks.sort()
    _say(
        f"write: {cpu:.0f} s of CPU, {wall:.0f} s by the clock, {rows / cpu:.0f} rows per second of CPU; "
        f"{len(chunks)} chunks, median {chunks[len(chunks) // 2]:.2f} s, longest {chunks[-1]:.2f} s"
    )


def _list_of_classes(region_id: int, rows: int) -> Sheet:
    """Add schools to all municipalities and return a list of their classes."""
    towns = list(db.session.scalars(select(Municipality).where(Municipality.region_id == region_id)))
    cells: list[tuple[str, ...]] = [HEAD]
    for number in range(-(-rows // PER_SCHOOL)):
        town, name = towns[number % len(towns)], f"Школа для замеров № {number + 1}"
        row = {"municipality_id": town.id, "kind": OrganisationKind.SCHOOL.value, "name": name}
        db.session.execute(insert(Organisation), [row | {"search_key": search_key(name)}])
        cells += [(town.title, name, title, "20.09.2025", "25", "2") for title in CLASSES[:PER_SCHOOL]]
    return Sheet("", tuple(cells[: rows + 1]))


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
