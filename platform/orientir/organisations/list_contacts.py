"""Contacts in a list of organisations: who may write them, what stands there, what would change.

They are told in the preview alone, which is kept sealed as the list itself is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from orientir.accounts.roles import CONTACTS_EDIT
from orientir.contracts import Change, ImportContext, Scope
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.lists.importers import branches_of
from orientir.organisations.contacts import (
    NOBODY,
    Presence,
    Responsible,
    change_contact,
    checked_person,
    responsible_by,
)
from orientir.organisations.list_columns import CONTACT, PERSON, shown
from orientir.organisations.models import Organisation


@dataclass(frozen=True)
class Contacts:
    """Who answers for the organisations of a list, and where whoever brings it may write that down."""

    branches: tuple[Scope, ...]
    people: Mapping[int, Responsible]

    @classmethod
    def of(cls, organisation_ids: Collection[int], context: ImportContext) -> Contacts:
        """Return those of the organisations a list tells contacts of, in a constant number of statements."""
        branches = branches_of(context.actor, CONTACTS_EDIT, context.scope) if context.actor else ()
        return cls(branches, responsible_by(organisation_ids) if organisation_ids else {})

    def changes(self, found: Organisation | None, scope: Scope, values: Mapping[str, Any]) -> tuple[Change, ...]:
        """Return what the row changes, nothing where its cells are empty.

        Raises InvalidInputError (field named) where the person may write no contacts, and for a telephone of nobody.
        """
        told = [key for key in CONTACT if key in values]
        if not told:
            return ()
        if not any(branch.covers(scope) for branch in self.branches):
            raise InvalidInputError(_("Контакты этой организации вносят не все. Оставьте ячейку пустой."), told[0])
        checked_person(self.person(found, values))
        was = {key: getattr(self.known(found), field) for key, field in PERSON.items()}
        was["site"] = found.site if found else ""
        return tuple(Change(key, shown(key, was[key]), shown(key, values[key])) for key in told
                     if was[key] != values[key])  # fmt: skip

    def person(self, found: Organisation | None, values: Mapping[str, Any]) -> Responsible:
        told = {field: values[key] for key, field in PERSON.items() if key in values}
        return replace(self.known(found), **told)

    def known(self, found: Organisation | None) -> Responsible:
        return self.people.get(found.id, NOBODY) if found else NOBODY


def tells_contact(values: Mapping[str, Any]) -> bool:
    return any(key in values for key in CONTACT)


def write_contact(
    organisation: Organisation, person: Responsible, values: Mapping[str, Any], *, actor: int | None, version: int
) -> None:
    """Write the contact of a row; the organisation's document, which no list tells, stays."""
    site = values.get("site", organisation.site)
    presence = Presence(site, organisation.document_url, organisation.document_on)
    change_contact(organisation, person, presence, actor=actor, version=version)
