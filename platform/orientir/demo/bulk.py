"""The plan of the region at full size put into rows, thousands at a time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from orientir import clock
from orientir.accounts.roles import Role
from orientir.audit import services as audit
from orientir.contracts import Scope
from orientir.db import insert_many, insert_numbered
from orientir.demo.places import SHOWCASE, showcase_of
from orientir.demo.region import ClassPlan, PlacePlan, SchoolPlan, plan_region
from orientir.demo.staff import add_colleagues
from orientir.i18n import _
from orientir.organisations.contacts import sealed_person
from orientir.organisations.histories import Contact
from orientir.organisations.models import (
    Headcount,
    Municipality,
    MunicipalityKind,
    Organisation,
    OrganisationKind,
    Region,
    SchoolClass,
)
from orientir.organisations.queries import municipalities_in
from orientir.organisations.search import search_key
from orientir.reorganisation.samples import SampleCard, sample_card
from orientir.students.models import Student

Report = Callable[[str, int, int], None]
Row = dict[str, Any]
SHOWCASE_PLACE = "Братск"
WITHOUT_COORDINATOR = 14  # each fourteenth municipality has none yet: something for the operator to do
COUNTED_ON = ((9, 20), (5, 1))  # month and day
WITH_ACCOUNTS = 4  # one school in four works in the system itself


def settle_region(region: Region, today: date, dice: random.Random, report: Report) -> SchoolClass:
    """Add all organisations, classes, headcounts, numbers and accounts; return the class that visitors try."""
    places = {one.name: one for one in municipalities_in([region.scope])}
    plans = plan_region([name for name, one in places.items() if one.kind == MunicipalityKind.CITY], dice)
    schools = _add_schools(plans, places, today, report)
    classes = _add_classes(schools, today, report)
    _add_numbers(classes, report)
    _add_accounts(list(places.values()), schools, report)
    audit.write("demo.build", "region", region.id, actor=None, scope=region.scope, schools=len(schools))
    shown = next(one_id for one_id, plan, place in schools if plan.name == SHOWCASE and place.name == SHOWCASE_PLACE)
    return showcase_of(shown, today)


def _step(report: Report, title: str) -> Callable[[int, int], None]:
    return lambda done, total: report(title, done, total)


def _add_schools(
    plans: list[PlacePlan], places: Mapping[str, Municipality], today: date, report: Report
) -> list[tuple[int, SchoolPlan, Municipality]]:
    """Add schools and partners with their cards; return the schools with their ids, plans and municipalities."""
    planned = [(school, places[plan.name]) for plan in plans for school in plan.schools]
    named = [(place, OrganisationKind.SCHOOL, school.name) for school, place in planned]
    named += [(places[plan.name], kind, name) for plan in plans for kind, name in plan.partners]
    cards = [sample_card(number, kind, name, today) for number, (_place, kind, name) in enumerate(named, start=1)]
    rows = [_organisation(place, kind, name, card) for (place, kind, name), card in zip(named, cards, strict=True)]
    ids = insert_numbered(Organisation, rows, _step(report, _("Организации")))
    contacts = [
        {"organisation_id": one_id, "sealed": sealed_person(one_id, card.person)}
        for one_id, card in zip(ids, cards, strict=True)
        if card.person
    ]
    insert_many(Contact, contacts, _step(report, _("Ответственные")))
    return [(one_id, school, place) for one_id, (school, place) in zip(ids, planned, strict=False)]


def _organisation(place: Municipality, kind: OrganisationKind, name: str, card: SampleCard) -> Row:
    return {
        "municipality_id": place.id,
        "kind": kind.value,
        "name": name,
        "full_name": card.full_name,
        "search_key": search_key(name, card.full_name),
        "address": card.address,
        "opened_on": card.opened_on,
        **asdict(card.requisites),
        **asdict(card.presence),
    }


def _add_classes(
    schools: list[tuple[int, SchoolPlan, Municipality]], today: date, report: Report
) -> list[tuple[int, ClassPlan]]:
    """Add the classes with their headcounts; return this year's with their ids."""
    year = clock.AcademicYear.of(today)
    planned = [(school_id, one) for school_id, school, _place in schools for one in school.classes]
    rows = [
        {
            "organisation_id": school_id,
            "year": year.start + one.year,
            "grade": one.grade,
            "last_grade": one.last_grade,
            "letter": one.letter,
        }
        for school_id, one in planned
    ]
    ids = insert_numbered(SchoolClass, rows, _step(report, _("Классы")))
    made = [(class_id, one) for class_id, (_school, one) in zip(ids, planned, strict=True)]
    counted = [row for class_id, one in made for row in _headcounts(class_id, one, year.start + one.year, today)]
    insert_many(Headcount, counted, _step(report, _("Числа учеников")))
    return [(class_id, one) for class_id, one in made if one.year == 0]


def _headcounts(class_id: int, one: ClassPlan, year: int, today: date) -> Iterator[Row]:
    """Yield the numbers of 20 September and, where that day is past, of 1 May."""
    if one.total is None:
        return
    counted = {"total": one.total, "ovz": one.total // 12, "disabled": one.total // 25}
    autumn, spring = (clock.AcademicYear(year).on(*day) for day in COUNTED_ON)
    yield {"class_id": class_id, "on_date": autumn, **counted}
    if spring <= today:
        yield {"class_id": class_id, "on_date": spring, **counted}


def _add_numbers(classes: list[tuple[int, ClassPlan]], report: Report) -> None:
    """Open the numbers of this year's lists."""
    rows = [
        {"class_id": class_id, "number": number}
        for class_id, one in classes
        for number in range(1, (one.total or 0) + 1)
    ]
    insert_many(Student, rows, _step(report, _("Номера в списках классов")))


def _add_accounts(
    places: list[Municipality], schools: list[tuple[int, SchoolPlan, Municipality]], report: Report
) -> None:
    report(_("Учётные записи"), 0, 1)
    add_colleagues(_colleagues(places, schools))
    report(_("Учётные записи"), 1, 1)


def _colleagues(
    places: list[Municipality], schools: list[tuple[int, SchoolPlan, Municipality]]
) -> Iterator[tuple[Role, Scope]]:
    for number, place in enumerate(places):
        if number % WITHOUT_COORDINATOR:
            yield Role.COORDINATOR, place.scope
    for number, (school_id, _plan, place) in enumerate(schools):
        if number % WITH_ACCOUNTS == 0:
            scope = Scope(place.region_id, place.id, school_id)
            yield Role.SCHOOL_ADMIN, scope
            yield Role.TEACHER, scope
