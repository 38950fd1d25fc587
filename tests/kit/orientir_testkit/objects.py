"""Sample objects for addresses: what each argument of a URL may stand for: own, foreign, of another region, missing.

A new argument of an endpoint is one line in `SAMPLES`; two endpoints that mean different things by one name are told
apart as «endpoint:argument».
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete

from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.contracts import Scope
from orientir.db import db
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region, SchoolClass
from orientir.students.services import open_numbers
from orientir_plans.models import Slip, Wave
from orientir_plans.services import WavePlan, add_wave, issue_slips, open_wave
from orientir_plans.versions import current_version
from orientir_testkit import cast as people
from orientir_testkit.cast import Cast, make_cast

NO_SUCH_ID = 2_000_000_000


@dataclass(frozen=True)
class Place:
    """A corner of the world with one of everything that has a page."""

    region: Region
    municipality: Municipality
    school: Organisation
    school_class: SchoolClass
    account: User
    wave: Wave


@dataclass(frozen=True)
class Sample:
    """What an argument may be: `pick` finds the thing of a place, `value` what stands in the address for it.

    `scope` tells whose it is, None for what belongs to nobody (the key of an activity). A `loose` one may be answered
    in any way but a failure when it is missing or foreign: the page itself decides what that means.
    """

    pick: Callable[[Place], Any]
    value: Callable[[Any], object] = lambda thing: thing.id
    scope: Callable[[Any], Scope | None] = lambda thing: thing.scope
    missing: object = NO_SUCH_ID
    loose: bool = False


def word(text: object, missing: object, *, loose: bool = False) -> Sample:
    """Return the sample of an argument that is the same in every place."""
    return Sample(lambda _place: text, lambda thing: thing, lambda _thing: None, missing, loose)


SAMPLES: dict[str, Sample] = {
    "region_id": Sample(lambda place: place.region),
    "municipality_id": Sample(lambda place: place.municipality),
    "organisation_id": Sample(lambda place: place.school),
    "class_id": Sample(lambda place: place.school_class),
    "user_id": Sample(lambda place: place.account, scope=lambda user: user.grants[0].scope),
    "wave_id": Sample(lambda place: place.wave, scope=lambda wave: wave.region.scope),
    "activity": word("plans.survey", missing="plans.unknown"),
    "number": word(1, missing=98),
    "typed": word("000000000000", missing="1", loose=True),
    "code": word("study", missing="nowhere", loose=True),
}


@dataclass(frozen=True)
class Person:
    """Somebody who tries every address; `user` is None for whoever has not signed in, `role` "" for no role."""

    title: str
    user: User | None = None
    role: str = ""
    scope: Scope | None = None


@dataclass(frozen=True)
class Stage:
    """Three places and the people who try what is there: `own` is the first one's town."""

    own: Place
    neighbour: Place
    abroad: Place
    people: tuple[Person, ...]


def make_stage() -> Stage:
    """Return the whole stage, committed: the cast, and a second region that must never be seen from the first."""
    cast = make_cast()
    far = people.make_region("Другой край", "24")
    town = people.make_municipality(far, "Дальний")
    school = people.make_school(town, "Школа № 1")
    far_class = people.make_class(school, 9, "А", total=20)
    far_operator = people.make_user(Role.OPERATOR, far.scope, "Чужой Оператор")
    for one in (cast.school_class, cast.neighbour_class, far_class):
        open_numbers(one, 20, actor=None)
    near_wave, far_wave = _wave(cast.region), _wave(far)
    issue_slips(near_wave, cast.school_class, actor=None)
    issue_slips(near_wave, cast.neighbour_class, actor=None)
    db.session.execute(delete(Slip).where(Slip.number > 2))  # drawing them all would be most of the time
    stage = Stage(
        own=Place(cast.region, cast.municipality, cast.school, cast.school_class, cast.teacher, near_wave),
        neighbour=Place(
            cast.region,
            cast.neighbour_municipality,
            cast.neighbour_school,
            cast.neighbour_class,
            cast.neighbour_teacher,
            near_wave,
        ),
        abroad=Place(far, town, school, far_class, people.make_user(Role.TEACHER, school.scope), far_wave),
        people=_people(cast, far_operator, far.scope),
    )
    db.session.commit()
    return stage


def _wave(region: Region) -> Wave:
    made = add_wave(region, current_version(), WavePlan(date(2026, 5, 4), date(2026, 5, 22)), actor=None)
    open_wave(made, actor=None)
    return made


def _people(cast: Cast, far_operator: User, far: Scope) -> tuple[Person, ...]:
    college = people.make_organisation(cast.municipality, "Техникум", OrganisationKind.COLLEGE)
    organiser = people.make_user(Role.ORGANISER, college.scope)
    newcomer = people.make_user(Role.OBSERVER, cast.region.scope, "Без Роли")
    newcomer.grants.clear()
    known = [(role, user) for role, user in [*cast.staff.items(), (Role.ORGANISER, organiser)]]
    return (
        Person("nobody"),
        Person("no role", newcomer),
        *[Person(str(role), user, role, user.grants[0].scope) for role, user in known],
        Person("operator of another region", far_operator, Role.OPERATOR, far),
    )
