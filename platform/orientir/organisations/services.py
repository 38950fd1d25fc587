"""Verbs on the tree: load a region, add and change organisations, add classes and their dated headcounts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy import select

from orientir.audit import services as audit
from orientir.clock import AcademicYear
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.organisations.class_names import ClassName, normalise_class, normalise_group
from orientir.organisations.models import (
    Headcount,
    Municipality,
    Organisation,
    OrganisationKind,
    Region,
    SchoolClass,
)
from orientir.organisations.queries import class_years, current_year, find_region, today_of
from orientir.organisations.reference_data import RegionReference, read_reference
from orientir.organisations.search import search_key

# «270» for «27» is the common slip (domain.md D.3); the fullest classes of overcrowded schools have about 45.
MOST_PEOPLE = 60
FIRST_YEAR = 2000
NAME_LIMIT, FULL_NAME_LIMIT, ADDRESS_LIMIT = 160, 400, 300


def load_region(reference_code: str, operator_name: str = "", *, actor: int | None) -> Region:
    """Return the region with its municipalities; what is there already stays as it is.

    `reference_code` is the region's code («38»); raises InvalidInputError for one that does not ship.
    """
    reference = read_reference(reference_code)
    region = find_region(reference.code) or _new_region(reference, operator_name, actor)
    known = set(db.session.scalars(select(Municipality.name).where(Municipality.region_id == region.id)))
    missing = [row for row in reference.municipalities if row.name not in known]
    db.session.add_all(Municipality(region=region, name=row.name, kind=row.kind) for row in missing)
    db.session.flush()
    if missing:
        audit.write("region.municipalities", "region", region.id, actor=actor, scope=region.scope, added=len(missing))
    return region


def add_organisation(
    municipality: Municipality, kind: str, name: str, *, actor: int | None, full_name: str = "", address: str = ""
) -> Organisation:
    """Return a new organisation.

    Raises InvalidInputError (field named) for bad words and for a second open organisation of that name nearby.
    """
    facts = _checked_facts(kind, name, full_name, address)
    lock(municipality)
    _refuse_namesake(municipality, facts.name)
    organisation = Organisation(municipality=municipality, **asdict(facts))
    db.session.add(organisation)
    db.session.flush()
    audit.write(
        "organisation.add", "organisation", organisation.id, actor=actor, scope=organisation.scope, name=facts.name
    )
    return organisation


def change_organisation(
    organisation: Organisation,
    municipality: Municipality,
    kind: str,
    name: str,
    *,
    actor: int | None,
    full_name: str = "",
    address: str = "",
    closed_on: date | None = None,
) -> None:
    """Write the facts of `organisation` anew; an organisation is never removed, it closes on a date.

    Raises InvalidInputError as `add_organisation` does, and for a kind without classes while there are some.
    """
    facts = _checked_facts(kind, name, full_name, address)
    today = today_of(municipality.region)
    if closed_on and not date(FIRST_YEAR, 1, 1) <= closed_on <= today + timedelta(days=366):
        raise InvalidInputError(_("Проверьте год: закрытие вносят не раньше чем за год."), "closed_on")
    if municipality.region_id != organisation.municipality.region_id:
        raise InvalidInputError(
            _("Организация остаётся в своём регионе. Выберите его муниципалитет."), "municipality_id"
        )
    lock(municipality)
    lock(organisation)
    _keep_classes(organisation, facts.kind)
    if closed_on is None:
        _refuse_namesake(municipality, facts.name, organisation.id)
    old = {name: str(getattr(organisation, name)) for name in ("name", "kind", "municipality_id", "closed_on")}
    organisation.municipality = municipality
    organisation.closed_on = closed_on
    for column, value in asdict(facts).items():
        setattr(organisation, column, value)
    db.session.flush()
    audit.write(
        "organisation.change", "organisation", organisation.id, actor=actor, scope=organisation.scope, before=old
    )


def add_class(organisation: Organisation, year: int, name: str, *, actor: int | None) -> SchoolClass:
    """Return a new class named as people type it («9а», «IX-А», «5-6»); `year` is the first of the academic year.

    Raises InvalidInputError (field «name» or «year») for a name that is none, a class that is there already, and an
    organisation that keeps no classes.
    """
    lock(organisation)
    db.session.refresh(organisation, ["kind"])
    if not organisation.has_classes:
        raise InvalidInputError(_("Классы бывают у школ, группы — у детских садов."), "name")
    if not FIRST_YEAR <= year <= current_year(organisation.municipality.region).start + 1:
        raise InvalidInputError(_("Выберите учебный год: текущий, прошлый или следующий."), "year")
    meant = normalise_group(name) if organisation.kind == OrganisationKind.KINDERGARTEN else normalise_class(name)
    if _has_class(organisation, year, meant):
        years = AcademicYear(year)
        raise InvalidInputError(_("%(title)s в %(year)s году уже есть.", title=meant.title, year=years), "name")
    school_class = SchoolClass(organisation=organisation, year=year, **asdict(meant))
    db.session.add(school_class)
    db.session.flush()
    audit.write(
        "class.add", "class", school_class.id, actor=actor, scope=school_class.scope, title=meant.title, year=year
    )
    return school_class


def add_headcount(
    school_class: SchoolClass, on_date: date, total: int, *, actor: int | None, ovz: int = 0, disabled: int = 0
) -> Headcount:
    """Return the number of people of the class on a date; a second one on the same date corrects the first.

    ОВЗ and инвалидность overlap, so each is held against `total` alone. Raises InvalidInputError (field named).
    """
    _check_headcount(school_class, on_date, total, ovz, disabled)
    lock(school_class)
    known = _headcount_on(school_class, on_date)
    row = known or Headcount(school_class=school_class, on_date=on_date)
    row.total, row.ovz, row.disabled = total, ovz, disabled
    db.session.add(row)
    db.session.flush()
    action = "headcount.correct" if known else "headcount.add"
    counts = {"total": total, "ovz": ovz, "disabled": disabled}
    audit.write(
        action, "class", school_class.id, actor=actor, scope=school_class.scope, on_date=on_date.isoformat(), **counts
    )
    return row


def remove_headcount(school_class: SchoolClass, on_date: date, *, actor: int | None) -> None:
    """Take back a headcount written for a wrong date; one that is not there (any more) is no mistake."""
    row = _headcount_on(school_class, on_date)
    if row is None:
        return
    audit.write(
        "headcount.remove",
        "class",
        school_class.id,
        actor=actor,
        scope=school_class.scope,
        on_date=on_date.isoformat(),
        total=row.total,
    )
    db.session.delete(row)
    db.session.flush()


def lock(row: Municipality | Organisation | SchoolClass) -> None:
    """Let one writer at a time pass: of two equal posts the second finds what the first has made.

    Rows that lean on this one may be added meanwhile (`key_share`): each entry of the log leans on its organisation, so
    one who holds the school and one who holds a class of it would else wait for each other for ever.
    """
    model = type(row)
    db.session.execute(select(model.id).where(model.id == row.id).with_for_update(key_share=True))


def _new_region(reference: RegionReference, operator_name: str, actor: int | None) -> Region:
    region = Region(
        code=reference.code,
        name=reference.name,
        timezone=reference.timezone,
        timezone_words=reference.timezone_words,
        operator_name=operator_name.strip() or reference.operator_name,
    )
    db.session.add(region)
    db.session.flush()
    audit.write("region.add", "region", region.id, actor=actor, scope=region.scope, code=region.code)
    return region


@dataclass(frozen=True)
class _Facts:
    kind: str
    name: str
    full_name: str
    address: str


def _checked_facts(kind: str, name: str, full_name: str, address: str) -> _Facts:
    if kind not in set(OrganisationKind):
        raise InvalidInputError(_("Выберите вид организации из списка."), "kind")
    return _Facts(
        kind=kind,
        name=_line(name, NAME_LIMIT, "name", required=True),
        full_name=_line(full_name, FULL_NAME_LIMIT, "full_name"),
        address=_line(address, ADDRESS_LIMIT, "address"),
    )


def _line(typed: str, limit: int, field: str, *, required: bool = False) -> str:
    """Return `typed` on one line; a name made of signs nobody can see or say is refused."""
    text = " ".join(typed.split())
    if not text.isprintable() or (text and not any(sign.isalnum() for sign in text)):
        raise InvalidInputError(_("Здесь нужны слова: буквы, цифры и обычные знаки."), field)
    if len(text) > limit:
        raise InvalidInputError(_("Слишком длинно: больше %(limit)s знаков.", limit=limit), field)
    if required and not text:
        raise InvalidInputError(_("Введите название, например «Школа № 3»."), field)
    return text


def _refuse_namesake(municipality: Municipality, name: str, own_id: int | None = None) -> None:
    nearby = select(Organisation.id, Organisation.name).where(
        Organisation.municipality_id == municipality.id, Organisation.closed_on.is_(None)
    )
    for other_id, other_name in db.session.execute(nearby):
        if other_id != own_id and search_key(other_name) == search_key(name):
            raise InvalidInputError(
                _("«%(name)s» здесь уже есть: %(municipality)s.", name=other_name, municipality=municipality.title),
                "name",
            )


def _keep_classes(organisation: Organisation, kind: str) -> None:
    """Refuse a kind whose page shows no classes while there are some: coverage would go on counting them."""
    years = [] if OrganisationKind(kind).has_classes else class_years(organisation.id)
    if years:
        named = ", ".join(str(AcademicYear(year)) for year in reversed(years))
        raise InvalidInputError(
            _("У организации есть классы (%(years)s): с ними она остаётся школой или детским садом.", years=named),
            "kind",
        )


def _has_class(organisation: Organisation, year: int, meant: ClassName) -> bool:
    found = select(SchoolClass.id).filter_by(organisation_id=organisation.id, year=year, **asdict(meant))
    return db.session.scalar(found) is not None


def _headcount_on(school_class: SchoolClass, on_date: date) -> Headcount | None:
    return db.session.scalar(select(Headcount).filter_by(class_id=school_class.id, on_date=on_date))


def _check_headcount(school_class: SchoolClass, on_date: date, total: int, ovz: int, disabled: int) -> None:
    year = school_class.academic_year
    if not year.first_day <= on_date <= year.last_day:
        span = {"year": str(year), "first": f"{year.first_day:%d.%m.%Y}", "last": f"{year.last_day:%d.%m.%Y}"}
        raise InvalidInputError(
            _("Это дата другого учебного года. Класс %(year)s учится с %(first)s по %(last)s.", **span), "on_date"
        )
    if not 0 <= total <= MOST_PEOPLE:
        raise InvalidInputError(
            _("В классе не бывает больше %(most)s человек. Проверьте число.", most=MOST_PEOPLE), "total"
        )
    for count, field in ((ovz, "ovz"), (disabled, "disabled")):
        if not 0 <= count <= total:
            raise InvalidInputError(_("Не может быть больше, чем всех в классе: %(total)s.", total=total), field)
