"""A plugin that counts four things, and short words for recording them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from orientir_testkit.cast import Cast, make_class, make_municipality, make_school
from sqlalchemy import select

from orientir.contracts import Activity, Audience, ClassMeasure, Manifest, Period, Scope
from orientir.coverage import services
from orientir.coverage.evidence import ClassHome, Entry, Party, Recorded, Seat, Source
from orientir.coverage.models import Counter
from orientir.db import begin_writing, db
from orientir.hookspecs import hookimpl
from orientir.organisations.models import Organisation, SchoolClass
from orientir.students.models import Student

YEAR = 2025
A_DAY = date(2026, 3, 10)

ACTIVITIES = (
    Activity("fair.survey", "Опрос", grades=(9, 11), headcount_month=5, headcount_day=1),
    Activity("fair.trial", "Пробы", grades=(6, 7, 8, 9, 10, 11)),
    Activity("fair.visit", "Экскурсии", period=Period.CALENDAR_YEAR),
    Activity("fair.course", "Курсы педагогов", audience=Audience.TEACHERS),
)


@pytest.fixture
def measured() -> list[ClassMeasure]:
    """What the plugin's own table says is counted; tests fill it."""
    return []


@pytest.fixture
def plugins(measured: list[ClassMeasure]) -> dict[str, object]:
    fair = ModuleType("fair")

    @hookimpl
    def orientir_manifest() -> Manifest:
        return Manifest("fair", "Ярмарка", package="fair", activities=ACTIVITIES)

    @hookimpl
    def orientir_measures(scope: Scope, period: int) -> Sequence[ClassMeasure]:
        return [one for one in measured if one.period == period]

    fair.orientir_manifest = orientir_manifest  # type: ignore[attr-defined]
    fair.orientir_measures = orientir_measures  # type: ignore[attr-defined]
    return {"fair": fair}


@pytest.fixture
def config(config):
    return replace(config, plugins=())


@pytest.fixture
def activity() -> Callable[[str], Activity]:
    return {one.key.partition(".")[2]: one for one in ACTIVITIES}.__getitem__


class Desk:
    """Records things the way a plugin does, one committed transaction each."""

    def __init__(self) -> None:
        self._numbers = iter(range(10_000))

    def seat(self, student: Student, activity: str = "fair.trial", **values: Any) -> Recorded:
        return self.record(Seat(student.id), activity=activity, **values)

    def party(
        self,
        school_class: SchoolClass,
        people: int,
        at: int = 9,
        hours: int = 1,
        *,
        others: bool = False,
        **values: Any,
    ) -> Recorded:
        evidence = Party(people, hour(at), hour(at + hours), others=others)
        return self.record(evidence, home=ClassHome(school_class.id), **values)

    def record(self, evidence: Any, *, source: str | Source = "", **values: Any) -> Recorded:
        if isinstance(source, str):
            source = Source("fair", source or f"act:{next(self._numbers)}")
        given = {"activity": "fair.trial", "period": YEAR, "on_date": A_DAY, **values}
        return self.writes(services.record, Entry(evidence=evidence, source=source, **given))

    def reverse(self, source: str, revision: int = 0) -> Recorded:
        return self.writes(services.reverse, Source("fair", source, revision))

    def count(self, school_class: SchoolClass, people: int = 1, source: str = "wave:1") -> int:
        return self.writes(
            services.count,
            activity="fair.survey", period=YEAR, class_id=school_class.id, source=source, people=people,
        )  # fmt: skip

    def close(self, source: str = "wave:1", on: date = A_DAY) -> int:
        return self.writes(services.close_running, activity="fair.survey", period=YEAR, source=source, on_date=on)

    def aim(self, share: Any, scope: Scope, activity: str = "fair.survey") -> None:
        self.writes(services.set_target, activity=activity, period=YEAR, scope=scope, share=share, actor=None)

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

    def counter(self, school_class: SchoolClass, activity: str = "fair.trial") -> Counter:
        """Return the class's counter as it is now."""
        db.session.commit()
        query = select(Counter).where(Counter.activity == activity, Counter.class_id == school_class.id)
        return db.session.scalars(query.execution_options(populate_existing=True)).one()


def hour(at: int) -> datetime:
    return datetime(2026, 3, 10, tzinfo=UTC) + timedelta(hours=at)


@pytest.fixture
def desk(app) -> Desk:
    return Desk()


@pytest.fixture
def at_hour() -> Callable[[int], datetime]:
    return hour


@pytest.fixture
def make_students(app) -> Callable[[SchoolClass, int], list[Student]]:
    """Open the numbers 1..n of a class."""

    def make(school_class: SchoolClass, count: int) -> list[Student]:
        students = [Student(class_id=school_class.id, number=number) for number in range(1, count + 1)]
        db.session.add_all(students)
        db.session.commit()
        return students

    return make


@pytest.fixture
def make_schools(cast: Cast) -> Callable[..., list[Organisation]]:
    """Return `count` new municipalities' schools, each with `classes` classes of grade 9 and a headcount of 20."""
    made: list[int] = []

    def make(count: int, classes: int = 1, *, together: bool = False) -> list[Organisation]:
        schools = []
        for number in range(count):
            place = cast.municipality if together else make_municipality(cast.region, f"Район {len(made)}")
            made.append(number)
            school = make_school(place, f"Школа № {100 + len(made)}")
            for letter in "АБВГД"[:classes]:
                make_class(school, 9, letter, total=20)
            schools.append(school)
        db.session.commit()
        return schools

    return make


@pytest.fixture
def classes_of() -> Callable[[Organisation], Iterator[SchoolClass]]:
    return lambda school: db.session.scalars(
        select(SchoolClass).where(SchoolClass.organisation_id == school.id).order_by(SchoolClass.id)
    )
