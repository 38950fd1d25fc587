"""The small demo: three municipalities in life, made by the verbs people use."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from orientir import clock
from orientir.db import db
from orientir.organisations.models import Organisation, OrganisationKind, Region, SchoolClass
from orientir.organisations.queries import municipalities_in
from orientir.organisations.services import add_class, add_headcount, add_organisation
from orientir.students.cards import digits_of, issue_cards
from orientir.students.queries import numbers_of
from orientir.students.seasons import moving_from
from orientir.students.services import open_numbers

SHOWCASE = "Школа № 3"
UNMOVED = "Школа № 6"  # still has last year's classes, so that the move to the next year can be tried


@dataclass(frozen=True)
class Place:
    """A municipality in life: its name as in the reference data, its schools with classes a grade, its partners."""

    name: str
    schools: tuple[tuple[str, int], ...]
    partners: tuple[tuple[OrganisationKind, str], ...]


PLACES = (
    Place(
        "Братск",
        ((SHOWCASE, 2), ("Школа № 12", 2), ("Лицей № 1", 2), ("Гимназия № 2", 1)),
        (
            (OrganisationKind.KINDERGARTEN, "Детский сад «Родничок»"),
            (OrganisationKind.COLLEGE, "Братский учебный техникум (ДЕМО)"),
            (OrganisationKind.ADDITIONAL, "Дом творчества «Парус»"),
        ),
    ),
    Place(
        "Шелеховский район",
        (("Школа № 4", 2), ("Школа № 6", 1), ("Школа-интернат № 1", 1)),
        ((OrganisationKind.EMPLOYER, "Завод «Демометалл»"),),
    ),
    Place("Ольхонский район", (("Сельская школа", 1), ("Посёлковая школа", 1)), ()),
)


def settle_places(region: Region, today: date, dice: random.Random) -> SchoolClass:
    """Add the organisations and classes of all places and return the class that visitors try."""
    schools = [school for place in PLACES for school in _settle(region, place, today, dice)]
    return showcase_of(schools[0].id, today)


def showcase_of(school_id: int, today: date) -> SchoolClass:
    """Return the 9«А» of a school, the class that visitors try."""
    year = clock.AcademicYear.of(today).start
    wanted = select(SchoolClass).filter_by(organisation_id=school_id, year=year, grade=9, letter="А")
    return db.session.scalars(wanted).one()


def card_of(showcase: SchoolClass) -> str:
    """Issue the cards of the class and return the digits of number 1."""
    issue_cards(showcase, actor=None)
    return digits_of(numbers_of(showcase.id))[1]


def _settle(region: Region, place: Place, today: date, dice: random.Random) -> Iterator[Organisation]:
    """Add the organisations of a place and yield its schools."""
    municipality = next(one for one in municipalities_in([region.scope]) if one.name == place.name)
    for kind, name in place.partners:
        add_organisation(municipality, kind, name, actor=None)
    for name, parallels in place.schools:
        school = add_organisation(municipality, OrganisationKind.SCHOOL, name, actor=None)
        _fill(school, parallels, today, dice)
        yield school


def _fill(school: Organisation, parallels: int, today: date, dice: random.Random) -> None:
    """Give a school its classes of grades 6–11; a rural one teaches two small grades together."""
    year = clock.AcademicYear.of(today)
    if school.name == UNMOVED:
        year = moving_from(school.municipality.region) or year
    rural = school.municipality.name == "Ольхонский район"
    names = ["5-6"] if rural else [f"6{letter}" for letter in "АБВ"[:parallels]]
    names += [f"{grade}{letter}" for grade in range(7, 12) for letter in "АБВ"[:parallels]]
    for name in names:
        school_class = add_class(school, year.start, name, actor=None)
        shown = school.name == SHOWCASE and name == "9А"
        total = 27 if shown else dice.randint(4, 12) if rural else dice.randint(18, 30)
        add_headcount(school_class, year.on(9, 20), total, actor=None, ovz=min(2, total // 10))
        open_numbers(school_class, total, actor=None)
