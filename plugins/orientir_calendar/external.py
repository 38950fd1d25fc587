"""Numbers of outer programmes: typed with source and date, shown on lines of their own, added to nothing of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from orientir import clock
from orientir.audit import services as audit
from orientir.clock import AcademicYear
from orientir.contracts import Scope
from orientir.db import db
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.holding import lock
from orientir.organisations.models import Organisation
from orientir.organisations.queries import LARGEST_ID, today_of, within
from orientir_calendar.kinds import projects_of
from orientir_calendar.models import ExternalCount, Project

MOST_PEOPLE = 10_000
SIZES = {"what": 120, "source": 300}


@dataclass(frozen=True)
class External:
    """What a programme says: how many people, of them with ОВЗ, on which day, and where that is written."""

    project_id: int
    what: str
    people: int
    as_of: date
    source: str
    ovz: int = 0


@dataclass(frozen=True)
class ExternalLine:
    """All that one programme says of a branch in a year under one heading; schools that say nothing are not in it."""

    project: str
    what: str
    people: int
    ovz: int
    schools: int
    as_of: date


def add_external(school: Organisation, said: External, *, actor: int | None) -> ExternalCount:
    """Write the number down; raises InvalidInputError naming the field."""
    lock(school)
    _check(school, said)
    made = ExternalCount(
        organisation=school, project_id=said.project_id, year=AcademicYear.of(said.as_of).start,
        what=said.what.strip(), people=said.people, ovz=said.ovz, as_of=said.as_of, source=said.source.strip(),
        made_at=clock.now(), made_by=actor,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _write("calendar.external.add", made, actor)
    return made


def take_back_external(count_id: int, school: Organisation, *, actor: int | None) -> None:
    """Take a number back; it stays in the table as what was once told. A repeat changes nothing."""
    known = 0 < count_id <= LARGEST_ID
    count = db.session.get(ExternalCount, count_id, with_for_update={"of": ExternalCount}) if known else None
    if count is None or count.organisation_id != school.id:
        raise MissingError
    if not count.taken_back:
        count.taken_back = True
        db.session.flush()
        _write("calendar.external.back", count, actor)


def externals_of(school: Organisation, year: int) -> list[ExternalCount]:
    """Return the numbers of a school in an academic year that stand, by programme."""
    wanted = (
        select(ExternalCount)
        .join(ExternalCount.project)
        .where(
            ExternalCount.organisation_id == school.id, ExternalCount.year == year, ExternalCount.taken_back.is_(False)
        )
    )
    return list(db.session.scalars(wanted.order_by(Project.title, ExternalCount.what, ExternalCount.id)))


def external_lines(scopes: Sequence[Scope], year: int) -> list[ExternalLine]:
    """Return the numbers of the branches by programme and heading; the oldest day tells how fresh a sum is."""
    rows = db.session.execute(
        select(
            Project.title,
            ExternalCount.what,
            func.sum(ExternalCount.people),
            func.sum(ExternalCount.ovz),
            func.count(ExternalCount.organisation_id.distinct()),
            func.min(ExternalCount.as_of),
        )
        .join(ExternalCount.project)
        .join(ExternalCount.organisation)
        .join(Organisation.municipality)
        .where(within(scopes), ExternalCount.year == year, ExternalCount.taken_back.is_(False))
        .group_by(Project.title, ExternalCount.what)
        .order_by(Project.title, ExternalCount.what)
    )
    return [ExternalLine(row[0], row[1], int(row[2]), int(row[3]), int(row[4]), row[5]) for row in rows]


def _check(school: Organisation, said: External) -> None:
    known = {one.id for one in projects_of(school.municipality.region_id)}
    today = today_of(school.municipality.region)
    oldest = AcademicYear(AcademicYear.of(today).start - 1).first_day
    complaints = [
        ("project_id", said.project_id not in known, _("Выберите программу из списка.")),
        ("what", not said.what.strip(), _("Напишите, что посчитано: «диагностика», «пробы», «уроки».")),
        ("source", not said.source.strip(), _("Напишите, откуда число: выгрузка, письмо, кабинет программы.")),
        ("people", not 1 <= said.people <= MOST_PEOPLE, _("От 1 до %(most)s человек.", most=MOST_PEOPLE)),
        ("ovz", not 0 <= said.ovz <= said.people, _("«Из них с ОВЗ» больше, чем всего.")),
        ("as_of", said.as_of > today, _("Этот день ещё не наступил.")),
        ("as_of", said.as_of < oldest, _("Так давно: этот учебный год уже закрыт. Проверьте дату.")),
        *(
            (name, len(getattr(said, name)) > most, _("Слишком длинно. Сократите до %(most)s знаков.", most=most))
            for name, most in SIZES.items()
        ),
    ]
    for field, is_wrong, words in complaints:
        if is_wrong:
            raise InvalidInputError(words, field)


def _write(action: str, count: ExternalCount, actor: int | None) -> None:
    audit.write(
        action, "calendar_external", count.id, actor=actor, scope=count.organisation.scope, title=count.what,
        people=count.people,
    )  # fmt: skip
