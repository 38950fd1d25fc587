"""Roles of grown-ups (domain.md, part D) and the permissions each brings; plugins add theirs in the manifest."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from orientir.contracts import ObjectRole, Text
from orientir.i18n import LazyText, _l
from orientir.plugins import current_plugins


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    COORDINATOR = "coordinator"
    SCHOOL_ADMIN = "school_admin"
    TEACHER = "teacher"
    ORGANISER = "organiser"
    OBSERVER = "observer"

    @property
    def title(self) -> LazyText:
        return ROLE_TITLES[self]


ROLE_TITLES = {
    Role.ADMINISTRATOR: _l("администратор сайта"),
    Role.OPERATOR: _l("региональный оператор"),
    Role.COORDINATOR: _l("муниципальный координатор"),
    Role.SCHOOL_ADMIN: _l("администратор школы"),
    Role.TEACHER: _l("учитель"),
    Role.ORGANISER: _l("организатор"),
    Role.OBSERVER: _l("наблюдатель"),
}

ORGANISATIONS_VIEW = "organisations.view"
ORGANISATIONS_EDIT = "organisations.edit"
CONTACTS_VIEW = "contacts.view"
CONTACTS_EDIT = "contacts.edit"
MUNICIPALITIES_EDIT = "municipalities.edit"
CLASSES_VIEW = "classes.view"
CLASSES_EDIT = "classes.edit"
CLASSES_MOVE = "classes.move"
COVERAGE_VIEW = "coverage.view"
PEOPLE_MANAGE = "people.manage"
ADMINISTER = "platform.administer"
NOTICES_SEND = "notices.send"
NOTICES_MANAGE = "notices.manage"
AUDIT_VIEW = "audit.view"
SETTINGS_EDIT = "settings.edit"
BOOKINGS_MAKE = "bookings.make"
BOOKINGS_HOST = "bookings.host"

_READ = frozenset({ORGANISATIONS_VIEW, CLASSES_VIEW, COVERAGE_VIEW})
_CONTACTS = frozenset({CONTACTS_VIEW, CONTACTS_EDIT})
_TREE = frozenset({ORGANISATIONS_EDIT, CLASSES_EDIT, CLASSES_MOVE})
_REGION = frozenset({MUNICIPALITIES_EDIT, NOTICES_MANAGE, SETTINGS_EDIT})
_OFFICE = frozenset({PEOPLE_MANAGE, NOTICES_SEND, AUDIT_VIEW})
_BOOKINGS = frozenset({BOOKINGS_MAKE, BOOKINGS_HOST})

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.ADMINISTRATOR: _READ | _CONTACTS | _TREE | _REGION | _OFFICE | _BOOKINGS | {ADMINISTER},
    Role.OPERATOR: _READ | _CONTACTS | _TREE | _REGION | _OFFICE | _BOOKINGS,
    Role.COORDINATOR: _READ | _CONTACTS | _TREE | _OFFICE | {BOOKINGS_MAKE},
    Role.SCHOOL_ADMIN: _READ | _CONTACTS | {CLASSES_EDIT, CLASSES_MOVE, PEOPLE_MANAGE, AUDIT_VIEW, BOOKINGS_MAKE},
    Role.TEACHER: _READ | {CLASSES_EDIT, BOOKINGS_MAKE},
    Role.ORGANISER: frozenset({ORGANISATIONS_VIEW, BOOKINGS_HOST}),
    Role.OBSERVER: _READ,
}


def permissions_of(role: str) -> frozenset[str]:
    """Return what `role` may do: the platform's part and the parts of the plugins that are on."""
    manifests = current_plugins().manifests.values()
    added = [manifest.roles.get(role, ()) for manifest in manifests]
    on_objects = [one.permissions for manifest in manifests for one in manifest.object_roles if one.key == role]
    return PERMISSIONS.get(role, frozenset()).union(*added, *on_objects)


def object_roles() -> dict[str, ObjectRole]:
    """Return the roles in objects of the plugins that are on, by key: a juror of a contest."""
    return {one.key: one for manifest in current_plugins().manifests.values() for one in manifest.object_roles}


def object_titles(object_keys: Iterable[str]) -> dict[str, Text]:
    """Return what objects of plugins are called («contest:12»), by one question a kind; unnamed ones are left out."""
    numbers: dict[str, list[int]] = {}
    for key in object_keys:
        kind, _colon, number = key.rpartition(":")
        if number.isdecimal():
            numbers.setdefault(kind, []).append(int(number))
    named = {one.kind: one.named for one in object_roles().values() if one.named is not None and one.kind in numbers}
    return {f"{kind}:{number}": title for kind, ask in named.items() for number, title in ask(numbers[kind]).items()}


def role_title(role: str) -> Text:
    """Return the role in words; a role of a plugin that is off keeps its key."""
    if role in ROLE_TITLES:
        return ROLE_TITLES[Role(role)]
    return object_roles()[role].title if role in object_roles() else role
