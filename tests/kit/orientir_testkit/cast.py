"""The cast: one small region, introduced once, met in every test.

Region «Демо» → город Приозёрск → школа № 3, 9«А» (27 people) with its teacher, the school's administrator, the
municipal coordinator and the regional operator. The neighbours (Заречный район, школа № 8, 9«Б») are there to be
refused: nothing of theirs may show up on a page of the first, and the other way round.

Everything is made by plain functions, so a test that needs one more school calls `make_school`. It is a day in May 2026
(`SCHOOL_DAY`), the academic year 2025/26.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from orientir import clock
from orientir.accounts import passwords
from orientir.accounts import services as accounts
from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.contracts import Scope
from orientir.db import db
from orientir.organisations.models import (
    Headcount,
    Municipality,
    MunicipalityKind,
    Organisation,
    OrganisationKind,
    Region,
    SchoolClass,
)

TIMEZONE = "Asia/Irkutsk"
SCHOOL_DAY = datetime(2026, 5, 14, 10, 0, tzinfo=ZoneInfo(TIMEZONE))
YEAR = 2025
STATISTICS_DAY = date(2025, 9, 20)
PASSWORD = "весна-в-приозёрске"


Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Cast:
    region: Region
    municipality: Municipality
    school: Organisation
    school_class: SchoolClass
    administrator: User
    operator: User
    coordinator: User
    school_admin: User
    teacher: User
    observer: User
    neighbour_municipality: Municipality
    neighbour_school: Organisation
    neighbour_class: SchoolClass
    neighbour_teacher: User
    neighbour_coordinator: User

    @property
    def staff(self) -> dict[str, User]:
        """The people of the first municipality by role."""
        return {
            Role.ADMINISTRATOR: self.administrator,
            Role.OPERATOR: self.operator,
            Role.COORDINATOR: self.coordinator,
            Role.SCHOOL_ADMIN: self.school_admin,
            Role.TEACHER: self.teacher,
            Role.OBSERVER: self.observer,
        }


def make_cast() -> Cast:
    """Return the whole cast, committed."""
    region = make_region()
    town = make_municipality(region, "Приозёрск")
    school = make_school(town, "Школа № 3")
    nine_a = make_class(school, 9, "А", total=27)
    district = make_municipality(region, "Заречный район", MunicipalityKind.DISTRICT)
    other_school = make_school(district, "Школа № 8")
    cast = Cast(
        region=region,
        municipality=town,
        school=school,
        school_class=nine_a,
        administrator=make_user(Role.ADMINISTRATOR, region.scope, "Анна Ивановна Админ"),
        operator=make_user(Role.OPERATOR, region.scope, "Олег Петрович Оператор"),
        coordinator=make_user(Role.COORDINATOR, town.scope, "Клавдия Юрьевна Координатор"),
        school_admin=make_user(Role.SCHOOL_ADMIN, school.scope, "Зоя Павловна Завуч"),
        teacher=make_user(Role.TEACHER, school.scope, "Ульяна Сергеевна Учитель"),
        observer=make_user(Role.OBSERVER, region.scope, "Нина Олеговна Наблюдатель"),
        neighbour_municipality=district,
        neighbour_school=other_school,
        neighbour_class=make_class(other_school, 9, "Б", total=20),
        neighbour_teacher=make_user(Role.TEACHER, other_school.scope, "Сосед Учитель"),
        neighbour_coordinator=make_user(Role.COORDINATOR, district.scope, "Сосед Координатор"),
    )
    db.session.commit()
    return cast


def make_region(name: str = "Демо", code: str = "38") -> Region:
    return _added(
        Region(
            code=code,
            name=name,
            timezone=TIMEZONE,
            timezone_words="иркутское время",
            operator_name="Региональный центр «Демо»",
            is_demo=True,
            settings={},
        )
    )


def make_municipality(region: Region, name: str, kind: str = MunicipalityKind.CITY) -> Municipality:
    return _added(Municipality(region=region, region_id=region.id, name=name, kind=kind))


def make_organisation(municipality: Municipality, name: str, kind: str) -> Organisation:
    return _added(Organisation(municipality=municipality, municipality_id=municipality.id, kind=kind, name=name))


def make_school(municipality: Municipality, name: str) -> Organisation:
    return make_organisation(municipality, name, OrganisationKind.SCHOOL)


def make_class(
    school: Organisation,
    grade: int,
    letter: str = "А",
    *,
    total: int | None = 27,
    year: int = YEAR,
    on: date | None = None,
) -> SchoolClass:
    """Return a class; `total` None leaves it without a headcount («нет данных»), `on` defaults to 20 September."""
    made = _added(
        SchoolClass(
            organisation=school, organisation_id=school.id, year=year, grade=grade, last_grade=grade, letter=letter
        )
    )
    if total is not None:
        _added(Headcount(school_class=made, on_date=on or clock.AcademicYear(year).on(9, 20), total=total))
    return made


def make_user(role: str, scope: Scope, name: str = "Кто-то Другой") -> User:
    """Return an account with one role in the branch; its password is `PASSWORD`."""
    user = _added(
        User(
            email=f"{role}-{secrets.token_hex(4)}@example.org",
            name=name,
            password_hash=_password_hash(),
            session_stamp=secrets.token_hex(16),
            created_at=clock.now(),
        )
    )
    accounts.grant(user, role, scope, actor=None)
    return user


@cache
def _password_hash() -> str:
    """Argon2 is slow on purpose, so once for all."""
    return passwords.hash_password(PASSWORD)


def _added(thing: Thing) -> Thing:
    db.session.add(thing)
    db.session.flush()
    return thing
