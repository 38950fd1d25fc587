"""Lists of organisations: which one each row is about, and what the row would do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import select

from orientir import clock
from orientir.accounts.roles import ORGANISATIONS_EDIT
from orientir.contracts import (
    Change,
    Choice,
    Finding,
    ImportContext,
    Importer,
    ListRow,
    Problem,
    RowState,
    Scope,
    refusal,
)
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.organisations import services
from orientir.organisations.cards import Card, Particulars, checked
from orientir.organisations.histories import FormerName
from orientir.organisations.list_columns import FIELDS, PARTICULARS, columns, shown
from orientir.organisations.list_contacts import Contacts, tells_contact, write_contact
from orientir.organisations.lookups import Places, said_in
from orientir.organisations.models import Municipality, Organisation
from orientir.organisations.queries import today_of
from orientir.organisations.requisites import NAMES as REQUISITES
from orientir.organisations.requisites import Requisites
from orientir.organisations.search import search_key

NEW = "new"
CARD = (*FIELDS, *PARTICULARS)


@dataclass(frozen=True)
class _Target:
    """What a row is about: an organisation that is there, or (None) a new one in a municipality."""

    place: Municipality
    found: Organisation | None

    @property
    def scope(self) -> Scope:
        return self.found.scope if self.found else self.place.scope

    @property
    def identity(self) -> str:
        return f"={self.found.id}" if self.found else ""


class _Known:
    """The organisations of some municipalities, by what they are called there and by ИНН."""

    def __init__(
        self,
        organisations: Iterable[Organisation],
        rows: Sequence[ListRow],
        former: Sequence[tuple[FormerName, int]] = (),
    ) -> None:
        self._named: dict[tuple[int, str], list[Organisation]] = defaultdict(list)
        self._of_inn: dict[str, list[Organisation]] = defaultdict(list)
        self._told_inn = Counter(row.values.get("inn", "") for row in rows)
        self._former = {
            (place, key): one.organisation_id
            for one, place in former
            for key in {search_key(one.name), search_key(one.full_name)} - {""}
        }
        self._names: dict[int, str] = {}
        for one in organisations:
            self._names[one.id] = one.name
            for key in {search_key(one.name), search_key(one.full_name)} - {""}:
                self._named[one.municipality_id, key].append(one)
            if one.inn and not _is_closed(one):
                self._of_inn[one.inn].append(one)

    def find(self, values: Mapping[str, Any], place: Municipality, context: ImportContext) -> _Target | Problem:
        """Return what a row is about, or the doubt which of several organisations it is."""
        value = said_in(values["name"], place)
        chosen = context.chosen("name", value)
        short, full = search_key(values["name"]), search_key(values.get("full_name", ""))
        alike = self._alike(place, short, full)
        named = [one for one in self._named.get((place.id, short), ()) if not _is_closed(one)]
        same_inn = [] if named else self._same_inn(values.get("inn", ""), place)
        possible = {one.id: one for one in (*alike, *same_inn)}
        if chosen and chosen != NEW:
            return _Target(place, next((one for one in possible.values() if str(one.id) == chosen), None))
        if len(named) == 1:
            return _Target(place, named[0])
        if not possible and chosen != NEW and (former := self._former.get((place.id, short))):
            return self._renamed(value, self._names[former])
        if chosen == NEW or not possible:
            return _Target(place, None)
        if len(possible) == 1 and len(same_inn) == 1 and self._is_only_one(values["inn"]):
            return _Target(place, same_inn[0])
        text = _("Похоже на организацию, которая уже есть. Выберите: это она или новая.")
        choices = [Choice(str(one.id), _told(one)) for one in named or possible.values()]
        return Problem("name", text, value, (*choices, Choice(NEW, _("это новая организация"))))

    def _renamed(self, value: str, present: str) -> Problem:
        """Ask of a name that is past: an older list brings back neither a former name nor a double that was merged."""
        text = _("Так раньше называлась организация «%(name)s». Впишите нынешнее название.", name=present)
        return Problem("name", text, value, (Choice(NEW, _("это новая организация")),))

    def _alike(self, place: Municipality, *keys: str) -> list[Organisation]:
        return [one for key in keys if key for one in self._named.get((place.id, key), ())]

    def _same_inn(self, inn: str, place: Municipality) -> list[Organisation]:
        return [one for one in self._of_inn.get(inn, ()) if one.municipality_id == place.id]

    def _is_only_one(self, inn: str) -> bool:
        """Tell whether an ИНН names one organisation here and in the list: branches share the one of their head."""
        return len(self._of_inn[inn]) == 1 and self._told_inn[inn] == 1


def check(rows: Sequence[ListRow], context: ImportContext) -> list[Finding]:
    """Return what each row would do, in a constant number of statements."""
    places = Places.of(context.allowed)
    ids = [place.id for place in places.known]
    wanted = select(Organisation).where(Organisation.merged_into_id.is_(None), Organisation.municipality_id.in_(ids))
    known = _Known(db.session.scalars(wanted), rows, _former_names(ids))
    targets = [_target(row.values, places, known, context) for row in rows]
    called = {
        target.found.id
        for row, target in zip(rows, targets, strict=True)
        if isinstance(target, _Target) and target.found and tells_contact(row.values)
    }
    contacts = Contacts.of(called, context) if any(tells_contact(row.values) for row in rows) else Contacts((), {})
    return [
        refusal(target) if isinstance(target, Problem) else _finding(target, row.values, contacts, context.actor)
        for row, target in zip(rows, targets, strict=True)
    ]


def _former_names(municipality_ids: Sequence[int]) -> list[tuple[FormerName, int]]:
    """Return what organisations of the municipalities were called, each with the municipality it lies in now."""
    wanted = (
        select(FormerName, Organisation.municipality_id)
        .join(Organisation, FormerName.organisation_id == Organisation.id)
        .where(Organisation.merged_into_id.is_(None), Organisation.municipality_id.in_(municipality_ids))
        .order_by(FormerName.until, FormerName.id)
    )
    return [(former, place) for former, place in db.session.execute(wanted)]


def _target(values: Mapping[str, Any], places: Places, known: _Known, context: ImportContext) -> _Target | Problem:
    typed = values.get("municipality")
    place = places.find(typed, context) if typed else places.only()
    if place is None:
        return Problem("municipality", _("Не заполнено."))
    return place if isinstance(place, Problem) else known.find(values, place, context)


def _is_closed(organisation: Organisation) -> bool:
    return organisation.closed_on is not None and organisation.closed_on <= clock.now().date()


def _told(organisation: Organisation) -> str:
    if not _is_closed(organisation):
        return organisation.name
    return _("%(name)s (закрыта)", name=organisation.name)


def _finding(target: _Target, values: Mapping[str, Any], contacts: Contacts, actor: int | None) -> Finding:
    """Return what the row does; what the card would refuse is told now, by its column."""
    try:
        finding = _change if target.found else _addition
        return finding(target, values, contacts, actor)
    except InvalidInputError as error:
        return refusal(Problem(error.field or "", str(error)))


def _addition(target: _Target, values: Mapping[str, Any], contacts: Contacts, actor: int | None) -> Finding:
    if "kind" not in values:
        return refusal(Problem("kind", _("Новой организации нужен вид: школа, колледж…")))
    card = _card(values, None)
    checked(card, today_of(target.place.region))
    told = tuple(Change(key, "", shown(key, values[key])) for key in CARD if key in values)
    contact = contacts.changes(None, target.scope, values)

    def write() -> None:
        made = services.add_organisation(target.place, actor=actor, **_written(card))
        if contact:
            write_contact(made, contacts.person(None, values), values, actor=actor, version=made.version)

    identity = f"{target.place.id}:{search_key(values['name'])}"
    return Finding(RowState.NEW, told + contact, identity=identity, write=write)


def _change(target: _Target, values: Mapping[str, Any], contacts: Contacts, actor: int | None) -> Finding:
    """Return what changes; an empty cell changes nothing, and neither does a name written a little differently."""
    found = target.found
    if found is None:
        raise LookupError("a change of nothing")
    told = {key: values[key] for key in CARD if key in values}
    if search_key(told["name"]) in (search_key(found.name), search_key(found.full_name)):
        told.pop("name")
    changes = tuple(
        Change(key, shown(key, getattr(found, key)), shown(key, value))
        for key, value in told.items()
        if getattr(found, key) != value
    )
    contact = contacts.changes(found, target.scope, values)
    if not changes and not contact:
        return Finding(RowState.UNCHANGED, identity=target.identity)
    card, seen = _card(told, found), found.version
    checked(card, today_of(target.place.region))

    def write() -> None:
        if changes:
            services.change_organisation(found, found.municipality, actor=actor, version=seen, **_written(card))
        if contact:
            version = found.version if changes else seen
            write_contact(found, contacts.person(found, values), values, actor=actor, version=version)

    return Finding(RowState.CHANGED, changes + contact, identity=target.identity, write=write)


def _card(told: Mapping[str, Any], found: Organisation | None) -> Card:
    """Return the card with what the row tells; a row without requisites leaves them as they are."""
    words = {key: told.get(key, getattr(found, key, "")) for key in FIELDS}
    if not any(key in told for key in PARTICULARS):
        return Card(**words)
    numbers = {key: told.get(key, getattr(found, key, "")) for key in REQUISITES}
    opened_on = told.get("opened_on", getattr(found, "opened_on", None))
    return Card(**words, particulars=Particulars(Requisites(**numbers), opened_on))


def _written(card: Card) -> dict[str, Any]:
    return {key: getattr(card, key) for key in (*FIELDS, "particulars")}


def page(scope: Scope) -> str:
    """Return the address of the list the organisations stand in."""
    return url_for("organisations.index", municipality=scope.municipality_id)


ORGANISATIONS = Importer(
    key="platform.organisations",
    title=_l("Организации"),
    noun=_l("организация|организации|организаций"),
    permission=ORGANISATIONS_EDIT,
    columns=columns,
    check=check,
    page=page,
)
