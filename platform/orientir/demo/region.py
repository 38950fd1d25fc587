"""The demo region at full size, planned in numbers before a row is written (quality.md, «Size of the world»).

The sums are those of the source documents: 35 786 graduates of grade 9 and 23 048 of grade 11; 162 000 pupils of grades
6–11 follow from a share it prints (domain.md, I-12). How they are spread is ours: by population, schools in the country
small, with комплект-классы and without senior grades.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from orientir.demo.names import CITY_SCHOOLS, LETTERS, PARTNERS, VILLAGES
from orientir.organisations.models import OrganisationKind

SCHOOLS = 871
PARTNER_COUNTS = {OrganisationKind.COLLEGE: 52, OrganisationKind.UNIVERSITY: 8}
PUPILS = {6: 26_722, 7: 26_722, 8: 26_722, 9: 35_786, 10: 23_000, 11: 23_048}
LEAVING = (9, 11)
SILENT = "Мамско-Чуйский район"  # nobody has entered its classes: «нет данных» among the municipalities
RURAL_SCHOOLS = 2.0  # times as many schools for as many people as in a city
CITY_SIZE, RURAL_SIZE, TOGETHER = 25, 27, 16  # usual pupils of a class; most of two grades together
BASIC_EVERY = 3  # one country school in three ends with grade 9
SHOWN = 2  # the place of «Школа № 3»
UNCOUNTED_EVERY = 60  # one school in sixty has a class without a headcount

# Thousands of people, roughly; only the proportions matter.
POPULATION = {
    "Иркутск": 617, "Ангарский городской округ": 235, "Братск": 224, "Усть-Илимск": 79, "Усолье-Сибирское": 76,
    "Черемхово": 50, "Тулун": 40, "Саянск": 38, "Зима": 30, "Свирск": 13,
    "Иркутский район": 160, "Шелеховский район": 68, "Тайшетский район": 68, "Нижнеудинский район": 58,
    "Усольский район": 48, "Братский район": 47, "Усть-Кутский район": 45, "Нижнеилимский район": 44,
    "Слюдянский район": 38, "Эхирит-Булагатский район": 33, "Чунский район": 30, "Заларинский район": 27,
    "Черемховский район": 27, "Боханский район": 26, "Куйтунский район": 26, "Тулунский район": 23,
    "Осинский район": 22, "Аларский район": 20, "Бодайбинский район": 18, "Киренский район": 16,
    "Казачинско-Ленский район": 16, "Качугский район": 16, "Нукутский район": 15, "Усть-Илимский район": 14,
    "Зиминский район": 12, "Усть-Удинский район": 12, "Баяндаевский район": 11, "Ольхонский район": 10,
    "Балаганский район": 8, "Жигаловский район": 8, "Мамско-Чуйский район": 3, "Катангский район": 3,
}  # fmt: skip


@dataclass(frozen=True)
class ClassPlan:
    """A class to be; `total` None leaves it without a headcount, `year` counts from the current one (−1: last)."""

    grade: int
    last_grade: int
    letter: str
    total: int | None
    year: int = 0


@dataclass(frozen=True)
class SchoolPlan:
    name: str
    classes: tuple[ClassPlan, ...]


@dataclass(frozen=True)
class PlacePlan:
    """A municipality by its name in the reference data."""

    name: str
    is_city: bool
    schools: tuple[SchoolPlan, ...]
    partners: tuple[tuple[OrganisationKind, str], ...]


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Return `total` split by `weights` into whole numbers that add up to it (largest remainders)."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(one) for one in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


def plan_region(cities: Sequence[str], dice: random.Random) -> list[PlacePlan]:
    """Return the plan of all municipalities; `cities` names those that are городские округа."""
    names = list(POPULATION)
    people = [0 if name == SILENT else POPULATION[name] for name in names]
    crowding = [POPULATION[name] * (1 if name in cities else RURAL_SCHOOLS) for name in names]
    schools = [2 + more for more in apportion(SCHOOLS - 2 * len(names), crowding)]
    pupils = {grade: apportion(count, people) for grade, count in PUPILS.items()}
    partners = _partners(names)
    places = []
    for place, name in enumerate(names):
        own = {grade: counts[place] for grade, counts in pupils.items()}
        planned = _schools(schools[place], own, dice, is_city=name in cities)
        places.append(PlacePlan(name, name in cities, tuple(planned), partners[place]))
    return places


def _partners(names: Sequence[str]) -> list[tuple[tuple[OrganisationKind, str], ...]]:
    """Return the colleges by population, the universities in the capital alone."""
    made: list[list[tuple[OrganisationKind, str]]] = [[] for _ in names]
    counts = {
        OrganisationKind.COLLEGE: apportion(
            PARTNER_COUNTS[OrganisationKind.COLLEGE], [POPULATION[name] for name in names]
        ),
        OrganisationKind.UNIVERSITY: [PARTNER_COUNTS[OrganisationKind.UNIVERSITY]] + [0] * (len(names) - 1),
    }
    for kind, by_place in counts.items():
        for place, count in enumerate(by_place):
            fields = PARTNERS[kind]
            made[place] += [(kind, f"{fields[number % len(fields)]} № {number + 1} (ДЕМО)") for number in range(count)]
    return [tuple(one) for one in made]


def _schools(count: int, pupils: dict[int, int], dice: random.Random, *, is_city: bool) -> list[SchoolPlan]:
    """Spread the pupils of each grade over the schools of a place; the first of a district stands in its centre."""
    sizes = [dice.uniform(0.6, 1.6) if is_city else dice.uniform(0.2, 1.2) for _ in range(count)]
    if not is_city:
        sizes[0] = 4.0
    elif count > SHOWN:
        sizes[SHOWN] = 1.2  # never so small that it has one class a grade
    ends_early = [not is_city and place > 0 and place % BASIC_EVERY == 0 for place in range(count)]
    senior = [0.0 if early else size for size, early in zip(sizes, ends_early, strict=True)]
    shares = {grade: apportion(total, senior if grade > 9 else sizes) for grade, total in pupils.items()}
    return [
        SchoolPlan(
            _school_name(place, is_city=is_city, ends_early=ends_early[place]),
            tuple(_classes({grade: parts[place] for grade, parts in shares.items()}, dice, is_city=is_city)),
        )
        for place in range(count)
    ]


def _school_name(place: int, *, is_city: bool, ends_early: bool) -> str:
    if is_city:
        return f"{CITY_SCHOOLS.get(place % 10, 'Школа')} № {place + 1}"
    village = VILLAGES[place % len(VILLAGES)]
    if place >= len(VILLAGES):
        village = f"Ново{village.lower()}"
    return f"{village} основная школа" if ends_early else f"{village} школа"


def _classes(pupils: dict[int, int], dice: random.Random, *, is_city: bool) -> list[ClassPlan]:
    """Return the classes of one school, this year's and the graduates' of last year."""
    rest = dict(pupils)
    made = []
    if not is_city and rest[6] and rest[7] and rest[6] + rest[7] <= TOGETHER:
        made.append(ClassPlan(6, 7, "", rest.pop(6) + rest.pop(7)))
    usual = CITY_SIZE if is_city else RURAL_SIZE
    for grade, total in rest.items():
        made += _parallels(grade, total, usual)
    if made and dice.randrange(UNCOUNTED_EVERY) == 0:
        made.append(ClassPlan(9, 9, "Ю", None))
    for grade in LEAVING:
        made += _parallels(grade, max(0, pupils[grade] - dice.randint(-1, 2)), usual, year=-1)
    return made


def _parallels(grade: int, total: int, usual: int, year: int = 0) -> list[ClassPlan]:
    count = max(1, round(total / usual))
    letters = LETTERS[:count] if count > 1 else [""]
    return [
        ClassPlan(grade, grade, letter, size, year)
        for letter, size in zip(letters, apportion(total, [1.0] * count), strict=False)
        if size
    ]
