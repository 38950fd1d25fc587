"""A small region to try everything on, marked «ДЕМО»: the real municipalities, invented schools, logins and codes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import current_app
from sqlalchemy import select

from orientir import clock
from orientir.accounts import services as accounts
from orientir.accounts.roles import Role
from orientir.codes.digits import grouped
from orientir.config import Config
from orientir.contracts import DemoWorld, Scope
from orientir.db import db
from orientir.errors import ConfigError, ConflictError
from orientir.i18n import _
from orientir.notices.demo import show_notices
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region, SchoolClass
from orientir.organisations.queries import first_region, municipalities_in
from orientir.organisations.services import add_class, add_headcount, add_organisation, load_region
from orientir.plugins import current_plugins
from orientir.reorganisation.samples import dress_organisations
from orientir.students.cards import digits_of, issue_cards
from orientir.students.queries import numbers_of
from orientir.students.seasons import moving_from
from orientir.students.services import open_numbers

PASSWORD = "orientir-demo"  # noqa: S105 - printed on the first page of the demo; production refuses demo regions
REFERENCE = "38"
NOTES = "demo_notes"
SHOWCASE = "Школа № 3"
UNMOVED = "Школа № 6"  # still has last year's classes, so that the move to the next year can be tried
GRADUATES = (9, 11)


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


def has_demo() -> bool:
    """Tell whether there is a region already: a demo is never mixed into real data."""
    return first_region() is not None


def refuse_production(config: Config) -> None:
    """Raise ConfigError in production: everybody knows the passwords of a demo."""
    if config.is_production:
        raise ConfigError(_("В рабочем режиме демо не создают: у него открытые пароли."))


def refuse_demo() -> None:
    """Raise ConfigError where a demo region would be served in production."""
    if not current_app.config["ORIENTIR"].is_production:
        return
    region = first_region()
    if region is not None and region.is_demo:
        raise ConfigError(
            _("В базе демо с открытыми паролями, в рабочем режиме её не показывают. Укажите другую базу "
              "(ORIENTIR_DATA_DIR или ORIENTIR_DATABASE_URL) и выполните orientir init.")
        )  # fmt: skip


def build_demo(*, seed: int) -> Region:
    """Build the demo in the caller's transaction; raises ConflictError where a region exists."""
    refuse_production(current_app.config["ORIENTIR"])
    if has_demo():
        raise ConflictError(_("В базе уже есть регион. Для демо возьмите пустую: ORIENTIR_DATA_DIR=var/demo."))
    dice = random.Random(seed)  # noqa: S311 - a demo must be repeatable, not secret
    region = load_region(REFERENCE, operator_name=_("Областной центр профориентации (ДЕМО)"), actor=None)
    region.is_demo = True
    today = clock.today(region.timezone)
    schools = [school for place in PLACES for school in _settle(region, place, today, dice)]
    dress_organisations(region, schools[0], today)
    showcase = _showcase_class(schools[0], today)
    staff = _staff(region, schools[0])
    notes: list[list[str]] = []
    world = DemoWorld(
        region_id=region.id,
        seed=seed,
        today=today,
        staff=staff,
        showcase_class_id=showcase.id,
        note=lambda title, text: notes.append([title, text]),
    )
    current_plugins().demo(world)
    notes.append(["card", _card_of(showcase)])
    show_notices(region, staff, today)
    region.settings = {**region.settings, NOTES: notes}
    return region


def demo_notes() -> list[str]:
    """Return the lines a person needs to try the demo: logins and codes; nothing for a real region."""
    region = first_region()
    if region is None or not region.is_demo:
        return []
    noted = region.settings.get(NOTES, [])
    codes = [grouped(text) for title, text in noted if title == "code"]
    cards = [grouped(text) for title, text in noted if title == "card"]
    logins = [f"  {_email(role):28} {role.title}" for role in Role]
    return [
        _("ДЕМО. Пароль у всех один: %(password)s", password=PASSWORD),
        *logins,
        _("Карточка ученика (9«А», № 1): %(codes)s", codes="  ".join(cards)),
        _("Коды анкеты (9«А», %(school)s): %(codes)s", school=SHOWCASE, codes="  ".join(codes)),
    ]


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


def _showcase_class(school: Organisation, today: date) -> SchoolClass:
    year = clock.AcademicYear.of(today).start
    wanted = select(SchoolClass).filter_by(organisation_id=school.id, year=year, grade=9, letter="А")
    return db.session.scalars(wanted).one()


def _card_of(showcase: SchoolClass) -> str:
    """Issue the cards of the class and return the digits of number 1."""
    issue_cards(showcase, actor=None)
    return digits_of(numbers_of(showcase.id))[1]


def _staff(region: Region, school: Organisation) -> dict[str, int]:
    """Add one login for each role and return the account ids by role."""
    branches = _branches(region, school)
    ids = {}
    for role in Role:
        user = accounts.add_user(_email(role), str(role.title).capitalize(), PASSWORD, actor=None)
        accounts.grant(user, role, branches[role], actor=None)
        ids[role.value] = user.id
    return ids


def _branches(region: Region, school: Organisation) -> dict[Role, Scope]:
    college = db.session.scalars(
        select(Organisation)
        .join(Municipality)
        .where(Organisation.kind == OrganisationKind.COLLEGE, Municipality.region_id == region.id)
    ).first()
    return {
        Role.ADMINISTRATOR: region.scope,
        Role.OPERATOR: region.scope,
        Role.OBSERVER: region.scope,
        Role.COORDINATOR: school.municipality.scope,
        Role.SCHOOL_ADMIN: school.scope,
        Role.TEACHER: school.scope,
        Role.ORGANISER: (college or school).scope,
    }


def _email(role: Role) -> str:
    return f"{role.value.replace('_', '-')}@demo.example"
