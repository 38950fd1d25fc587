"""Verbs on the tree: load a region, add and change organisations, add classes and their dated headcounts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

from sqlalchemy import select

from orientir.audit import services as audit
from orientir.clock import AcademicYear
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.organisations.cards import Card, Particulars, check_since, checked, stamp
from orientir.organisations.class_names import ClassName, normalise_class, normalise_group
from orientir.organisations.histories import FormerName, FormerPlace
from orientir.organisations.holding import lock
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


def load_region(reference_code: str, operator_name: str = "", *, actor: int | None) -> Region:
    """Return the region with its municipalities; what is there already stays as it is.

    `reference_code` is the region's code («38»); raises InvalidInputError for one that does not ship.
    """
    return add_region(read_reference(reference_code), operator_name, actor=actor)


def add_region(reference: RegionReference, operator_name: str = "", *, actor: int | None) -> Region:
    """Return the region `reference` describes, with its municipalities; what is there already stays as it is."""
    region = find_region(reference.code) or _new_region(reference, operator_name, actor)
    known = set(db.session.scalars(select(Municipality.name).where(Municipality.region_id == region.id)))
    missing = [row for row in reference.municipalities if row.name not in known]
    db.session.add_all(Municipality(region=region, name=row.name, kind=row.kind, oktmo=row.oktmo) for row in missing)
    db.session.flush()
    if missing:
        audit.write("region.municipalities", "region", region.id, actor=actor, scope=region.scope, added=len(missing))
    return region


def add_organisation(
    municipality: Municipality,
    kind: str,
    name: str,
    *,
    actor: int | None,
    full_name: str = "",
    address: str = "",
    particulars: Particulars | None = None,
) -> Organisation:
    """Return a new organisation.

    Raises InvalidInputError (field named) for bad words and for a second open organisation of that name nearby.
    """
    card = checked(Card(kind, name, full_name, address, particulars), today_of(municipality.region))
    lock(municipality)
    refuse_namesake(municipality, card.name)
    organisation = Organisation(municipality=municipality, version=1, changed_by=actor, **card.columns())
    db.session.add(organisation)
    db.session.flush()
    audit.write(
        "organisation.add", "organisation", organisation.id, actor=actor, scope=organisation.scope, name=card.name
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
    particulars: Particulars | None = None,
    since: date | None = None,
    version: int | None = None,
) -> None:
    """Write the card of `organisation` anew.

    A new name or municipality is a fact of the day `since`: the former one stays in the history; without a date it is
    the correction of a slip. `version` is the one the form was drawn for. An organisation is never removed, see
    `orientir.reorganisation`. Raises InvalidInputError as `add_organisation` does, and for a kind without classes while
    there are some; EditedMeanwhileError when somebody else was faster.
    """
    today = today_of(municipality.region)
    card = checked(Card(kind, name, full_name, address, particulars), today)
    check_since(since, today)
    if municipality.region_id != organisation.municipality.region_id:
        raise InvalidInputError(
            _("Организация остаётся в своём регионе. Выберите его муниципалитет."), "municipality_id"
        )
    lock(municipality)
    lock(organisation)
    stamp(organisation, version)
    _keep_classes(organisation, card.kind)
    if organisation.closed_on is None:
        refuse_namesake(municipality, card.name, organisation.id)
    if since:
        keep_past(organisation, municipality, card, since)
    old = {name: str(getattr(organisation, name)) for name in ("name", "kind", "municipality_id")}
    organisation.municipality = municipality
    organisation.changed_by = actor
    for column, value in card.columns().items():
        setattr(organisation, column, value)
    db.session.flush()
    audit.write(
        "organisation.change", "organisation", organisation.id, actor=actor, scope=organisation.scope, before=old
    )


def keep_past(organisation: Organisation, municipality: Municipality, card: Card, since: date) -> None:
    """Remember the name and the municipality that end with the day before `since`."""
    until = since - timedelta(days=1)
    if (organisation.name, organisation.full_name) != (card.name, card.full_name):
        db.session.add(
            FormerName(
                organisation_id=organisation.id,
                name=organisation.name,
                full_name=organisation.full_name,
                until=until,
            )
        )
    if organisation.municipality_id != municipality.id:
        former = FormerPlace(organisation_id=organisation.id, municipality_id=organisation.municipality_id, until=until)
        db.session.add(former)


def add_class(organisation: Organisation, year: int, name: str, *, actor: int | None) -> SchoolClass:
    """Return a new class named as people type it («9а», «IX-А», «5-6»); `year` is the first of the academic year.

    Raises InvalidInputError (field «name» or «year») for a name that is none, a class that is there already, and an
    organisation that keeps no classes; ConflictError as `lock` does.
    """
    lock(organisation)
    db.session.refresh(organisation, ["kind", "closed_on"])
    if not organisation.has_classes:
        raise InvalidInputError(_("Классы бывают у школ, группы — у детских садов."), "name")
    if organisation.closed_on and organisation.closed_on <= AcademicYear(year).first_day:
        closed = f"{organisation.closed_on:%d.%m.%Y}"
        raise InvalidInputError(_("Организация закрыта с %(day)s, новых классов в ней нет.", day=closed), "year")
    if not FIRST_YEAR <= year <= current_year(organisation.municipality.region).start + 1:
        raise InvalidInputError(_("Выберите учебный год: текущий, прошлый или следующий."), "year")
    meant = _read_name(organisation, name)
    _refuse_taken(organisation, year, meant)
    school_class = SchoolClass(organisation=organisation, year=year, **asdict(meant))
    db.session.add(school_class)
    db.session.flush()
    audit.write(
        "class.add", "class", school_class.id, actor=actor, scope=school_class.scope, title=meant.title, year=year
    )
    return school_class


def rename_class(school_class: SchoolClass, name: str, *, actor: int | None) -> ClassName:
    """Correct the name of a class within its year and return what it was called; what is recorded stays with it.

    Raises InvalidInputError (field «name») as `add_class` does, ConflictError as `lock` does.
    """
    lock(school_class.organisation)
    lock(school_class)
    db.session.refresh(school_class)
    before = school_class.class_name
    meant = _read_name(school_class.organisation, name)
    if meant == before:
        return before
    _refuse_taken(school_class.organisation, school_class.year, meant)
    for column, value in asdict(meant).items():
        setattr(school_class, column, value)
    db.session.flush()
    audit.write(
        "class.rename",
        "class",
        school_class.id,
        actor=actor,
        scope=school_class.scope,
        title=meant.title,
        before=before.title,
    )
    return before


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
    lock(school_class)
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


def refuse_namesake(municipality: Municipality, name: str, own_id: int | None = None) -> None:
    """Raise InvalidInputError where an open organisation of the municipality bears the name already."""
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


def _read_name(organisation: Organisation, name: str) -> ClassName:
    return normalise_group(name) if organisation.kind == OrganisationKind.KINDERGARTEN else normalise_class(name)


def _refuse_taken(organisation: Organisation, year: int, meant: ClassName) -> None:
    if _has_class(organisation, year, meant):
        years = AcademicYear(year)
        raise InvalidInputError(_("%(title)s в %(year)s году уже есть.", title=meant.title, year=years), "name")


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
