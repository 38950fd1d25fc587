"""Lists of organisations: the columns people bring, and what each row would do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, cast

from flask import url_for
from sqlalchemy import String, select

from orientir.accounts.roles import ORGANISATIONS_EDIT
from orientir.contracts import (
    Change,
    Choice,
    Finding,
    ImportContext,
    Importer,
    ListColumn,
    ListRow,
    Problem,
    RowState,
    Scope,
    refusal,
)
from orientir.db import db, fold
from orientir.errors import InvalidInputError
from orientir.i18n import _, _l
from orientir.lists.cells import read_one_of, read_words
from orientir.organisations import list_words as words
from orientir.organisations import services
from orientir.organisations.lookups import Places, said_in
from orientir.organisations.models import Municipality, Organisation, OrganisationKind
from orientir.organisations.search import search_key

NEW = "new"
FIELDS = ("name", "kind", "full_name", "address")
KINDS: dict[str, str] = {fold(word): kind.value for word, kind in words.KINDS.items()}


def read_line(field: str) -> Callable[[str], str]:
    """Return a parser of one line of words that fits the column of the table."""
    limit = cast(String, Organisation.__table__.c[field].type).length or 0

    def read(typed: str) -> str:
        if not any(sign.isalnum() for sign in typed):
            raise InvalidInputError(_("Здесь нужны слова: буквы, цифры и обычные знаки."))
        if len(typed) > limit:
            raise InvalidInputError(_("Слишком длинно: больше %(limit)s знаков.", limit=limit))
        return typed

    return read


def read_kind(typed: str) -> str:
    """Return the kind of an organisation by its title or another word people use for it."""
    titles = {fold(str(kind.title)): kind.value for kind in OrganisationKind}
    return read_one_of(KINDS | titles, lambda: ", ".join(str(kind.title) for kind in OrganisationKind))(typed)


def columns(scope: Scope) -> tuple[ListColumn, ...]:
    """Return the columns of a list of organisations; a municipality's own list need not name it."""
    return (
        ListColumn("municipality", _l("Муниципалитет"), read_words, words.MUNICIPALITY,
                   required=scope.municipality_id is None, constant=True, example=_("г. Братск"),
                   hint=_l("С пометкой: «г. Братск» и «Братский район» — разные муниципалитеты.")),
        ListColumn("name", _l("Название"), read_line("name"), words.ORGANISATION, required=True,
                   example=_("Школа № 3")),
        ListColumn("kind", _l("Вид организации"), read_kind, words.KIND, constant=True, example=_("школа"),
                   hint=_l("Нужен новым организациям.")),
        ListColumn("full_name", _l("Полное название"), read_line("full_name"), words.FULL_NAME,
                   example=_("МБОУ «СОШ № 3»")),
        ListColumn("address", _l("Адрес"), read_line("address"), words.ADDRESS,
                   example=_("ул. Мира, 5")),
    )  # fmt: skip


def check(rows: Sequence[ListRow], context: ImportContext) -> list[Finding]:
    """Return what each row would do, in three statements for all of them."""
    places = Places.of(context.allowed)
    known: dict[int, list[Organisation]] = defaultdict(list)
    ids = [place.id for place in places.known]
    own = select(Organisation).where(Organisation.merged_into_id.is_(None))
    for one in db.session.scalars(own.where(Organisation.municipality_id.in_(ids))):
        known[one.municipality_id].append(one)
    return [_check(row, places, known, context) for row in rows]


def _check(
    row: ListRow, places: Places, known: Mapping[int, Sequence[Organisation]], context: ImportContext
) -> Finding:
    typed = row.values.get("municipality")
    place = places.find(typed, context) if typed else places.only()
    if place is None:
        return refusal(Problem("municipality", _("Не заполнено.")))
    if isinstance(place, Problem):
        return refusal(place)
    found = _existing(row.values, place, known[place.id], context)
    if isinstance(found, Problem):
        return refusal(found)
    return _change(found, row.values, context) if found else _addition(row.values, place, context)


def _existing(
    values: Mapping[str, Any], place: Municipality, nearby: Sequence[Organisation], context: ImportContext
) -> Organisation | Problem | None:
    """Return the organisation a row is about, None for a new one, or the doubt which of several it is."""
    value = said_in(values["name"], place)
    chosen = context.chosen("name", value)
    if chosen:
        return None if chosen == NEW else next((one for one in nearby if str(one.id) == chosen), None)
    short, full = search_key(values["name"]), search_key(values.get("full_name", ""))
    still_open = [one for one in nearby if one.closed_on is None]
    named = [one for one in still_open if short in (search_key(one.name), search_key(one.full_name))]
    if len(named) == 1:
        return named[0]
    alike = named or [one for one in nearby if {short, full} & {search_key(one.name), search_key(one.full_name)} - {""}]
    if not alike:
        return None
    text = _("Похоже на организацию, которая уже есть. Выберите: это она или новая.")
    choices = [Choice(str(one.id), _told(one)) for one in alike]
    return Problem("name", text, value, (*choices, Choice(NEW, _("это новая организация"))))


def _told(organisation: Organisation) -> str:
    if organisation.closed_on is None:
        return organisation.name
    return _("%(name)s (закрыта)", name=organisation.name)


def _addition(values: Mapping[str, Any], place: Municipality, context: ImportContext) -> Finding:
    if "kind" not in values:
        return refusal(Problem("kind", _("Новой организации нужен вид: школа, колледж…")))
    changes = tuple(Change(key, "", _shown(key, values[key])) for key in FIELDS if key in values)
    facts = {key: values.get(key, "") for key in FIELDS}
    write = partial(services.add_organisation, place, actor=context.actor, **facts)
    identity = f"{place.id}:{search_key(values['name'])}"
    return Finding(RowState.NEW, changes, identity=identity, write=lambda: _done(write))


def _change(found: Organisation, values: Mapping[str, Any], context: ImportContext) -> Finding:
    """Return what changes; an empty cell changes nothing, and neither does a name written a little differently."""
    told = {key: values[key] for key in FIELDS if key in values}
    if search_key(told["name"]) in (search_key(found.name), search_key(found.full_name)):
        told.pop("name")
    changes = tuple(
        Change(key, _shown(key, getattr(found, key)), _shown(key, value))
        for key, value in told.items()
        if getattr(found, key) != value
    )
    if not changes:
        return Finding(RowState.UNCHANGED, identity=f"={found.id}")
    facts = {key: told.get(key, getattr(found, key)) for key in FIELDS}
    write = partial(services.change_organisation, found, found.municipality, actor=context.actor, **facts)
    return Finding(RowState.CHANGED, changes, identity=f"={found.id}", write=lambda: _done(write))


def _done(write: Callable[[], object]) -> None:
    write()


def _shown(key: str, value: str) -> str:
    return str(OrganisationKind(value).title) if key == "kind" else value


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
