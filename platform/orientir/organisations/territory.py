"""Verbs on municipalities: a new name, kind or code from a day on; closing in favour of a successor.

Counters hang on the id, so nothing that was counted moves (domain.md B.3). Districts become муниципальные округа one by
one, and each time the ОКТМО changes too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from orientir.audit import services as audit
from orientir.db import db, fold
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.organisations.cards import check_since, one_line, stamp
from orientir.organisations.histories import FormerPlace, MunicipalityState
from orientir.organisations.holding import lock
from orientir.organisations.models import Municipality, MunicipalityKind, Organisation
from orientir.organisations.queries import municipality_states, today_of
from orientir.organisations.requisites import read_requisites

NAME_LIMIT = 120
OKTMO_LENGTH = 8


@dataclass(frozen=True)
class Description:
    """What a municipality is called, which kind it is of, and its code."""

    name: str
    kind: str
    oktmo: str = ""


def change_municipality(
    municipality: Municipality,
    described: Description,
    *,
    actor: int | None,
    since: date | None = None,
    version: int | None = None,
) -> None:
    """Describe the municipality anew: from the day `since` on, or, without one, as the correction of a slip.

    Raises InvalidInputError (field named), EditedMeanwhileError when somebody else was faster.
    """
    new = _checked(described)
    check_since(since, today_of(municipality.region))
    db.session.scalars(  # two of one region may be given the same name at one moment
        select(Municipality.id).where(Municipality.region_id == municipality.region_id).with_for_update(key_share=True)
    ).all()
    stamp(municipality, version)
    _refuse_namesake(municipality, new.name)
    before = {"name": municipality.name, "kind": municipality.kind, "oktmo": municipality.oktmo}
    _remember(municipality, new, since)
    municipality.name, municipality.kind, municipality.oktmo = new.name, new.kind, new.oktmo
    db.session.flush()
    audit.write(
        "municipality.change",
        "municipality",
        municipality.id,
        actor=actor,
        scope=municipality.scope,
        before=before,
        since=since.isoformat() if since else None,
    )


def close_municipality(
    municipality: Municipality, on_date: date, successor: Municipality | None, *, actor: int | None
) -> int:
    """Close the municipality; its open organisations go over to `successor`. Return how many.

    What was counted at organisations that had closed before stays where it was. Raises InvalidInputError for a wrong
    date or successor, and where organisations would be left without a municipality.
    """
    check_since(on_date, today_of(municipality.region))
    for place in sorted({municipality, *([successor] if successor else [])}, key=lambda one: one.id):
        lock(place)
    stamp(municipality, None)
    if municipality.closed_on:
        raise ConflictError(_("Муниципалитет уже закрыт."))
    if successor:
        _check_successor(municipality, successor)
    moving = open_organisations(municipality)
    for organisation in moving:
        former = FormerPlace(
            organisation_id=organisation.id, municipality_id=municipality.id, until=on_date - timedelta(days=1)
        )
        db.session.add(former)
        organisation.municipality = _home_for(successor)
        organisation.version += 1
    municipality.closed_on, municipality.successor_id = on_date, successor.id if successor else None
    db.session.flush()
    audit.write(
        "municipality.close",
        "municipality",
        municipality.id,
        actor=actor,
        scope=municipality.scope,
        successor=municipality.successor_id,
        organisations=len(moving),
    )
    return len(moving)


def open_organisations(municipality: Municipality) -> list[Organisation]:
    """Return what is still open in the municipality, in the order of names."""
    inside = select(Organisation).where(
        Organisation.municipality_id == municipality.id, Organisation.closed_on.is_(None)
    )
    return list(db.session.scalars(inside.order_by(Organisation.search_key)))


def _home_for(successor: Municipality | None) -> Municipality:
    if successor is None:
        raise InvalidInputError(
            _("Здесь есть действующие организации. Выберите, в какой муниципалитет они перейдут."), "successor_id"
        )
    return successor


def _checked(described: Description) -> Description:
    if described.kind not in set(MunicipalityKind):
        raise InvalidInputError(_("Выберите вид муниципалитета из списка."), "kind")
    oktmo = read_requisites({"oktmo": described.oktmo}).oktmo
    if oktmo and len(oktmo) != OKTMO_LENGTH:
        raise InvalidInputError(_("У муниципалитета в ОКТМО 8 цифр, 11 бывает у населённого пункта."), "oktmo")
    return Description(one_line(described.name, NAME_LIMIT, "name", required=True), described.kind, oktmo)


def _refuse_namesake(municipality: Municipality, name: str) -> None:
    others = select(Municipality.name).where(
        Municipality.region_id == municipality.region_id, Municipality.id != municipality.id
    )
    if fold(name) in {fold(other) for other in db.session.scalars(others)}:
        raise InvalidInputError(_("Муниципалитет с таким названием в регионе уже есть."), "name")


def _remember(municipality: Municipality, new: Description, since: date | None) -> None:
    """Keep the dated row of the new description, and one of the old where it is the first change we hear of."""
    known = municipality_states(municipality.id)
    latest = known[0] if known else None
    if since is None or (latest and latest.since == since):
        if latest:
            latest.name, latest.kind, latest.oktmo = new.name, new.kind, new.oktmo
        return
    if latest and latest.since and latest.since > since:
        raise InvalidInputError(
            _("Уже внесено изменение с %(day)s. Новое не может быть раньше.", day=f"{latest.since:%d.%m.%Y}"), "since"
        )
    if latest is None:
        db.session.add(_state(municipality, municipality.opened_on, _present(municipality)))
    db.session.add(_state(municipality, since, new))


def _present(municipality: Municipality) -> Description:
    return Description(municipality.name, municipality.kind, municipality.oktmo)


def _state(municipality: Municipality, since: date | None, told: Description) -> MunicipalityState:
    return MunicipalityState(
        municipality_id=municipality.id, since=since, name=told.name, kind=told.kind, oktmo=told.oktmo
    )


def _check_successor(municipality: Municipality, successor: Municipality) -> None:
    db.session.refresh(successor)
    is_another = successor.id != municipality.id and successor.region_id == municipality.region_id
    if not is_another or successor.closed_on:
        raise InvalidInputError(_("Преемник — другой действующий муниципалитет того же региона."), "successor_id")
