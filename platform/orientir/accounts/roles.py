"""Roles of grown-ups (domain.md, part D) and the permissions each brings; plugins add theirs in the manifest."""

from __future__ import annotations

from enum import StrEnum

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
CLASSES_VIEW = "classes.view"
CLASSES_EDIT = "classes.edit"
COVERAGE_VIEW = "coverage.view"
ADMINISTER = "platform.administer"
AUDIT_VIEW = "audit.view"
SETTINGS_EDIT = "settings.edit"

_READ = frozenset({ORGANISATIONS_VIEW, CLASSES_VIEW, COVERAGE_VIEW})

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.ADMINISTRATOR: _READ | {ORGANISATIONS_EDIT, CLASSES_EDIT, ADMINISTER, AUDIT_VIEW, SETTINGS_EDIT},
    Role.OPERATOR: _READ | {ORGANISATIONS_EDIT, CLASSES_EDIT, AUDIT_VIEW, SETTINGS_EDIT},
    Role.COORDINATOR: _READ | {ORGANISATIONS_EDIT, CLASSES_EDIT, AUDIT_VIEW},
    Role.SCHOOL_ADMIN: _READ | {CLASSES_EDIT, AUDIT_VIEW},
    Role.TEACHER: _READ | {CLASSES_EDIT},
    Role.ORGANISER: frozenset({ORGANISATIONS_VIEW}),
    Role.OBSERVER: _READ,
}


def permissions_of(role: str) -> frozenset[str]:
    """Return what `role` may do: the platform's part and the parts of the plugins that are on."""
    added = [manifest.roles.get(role, ()) for manifest in current_plugins().manifests.values()]
    return PERMISSIONS.get(role, frozenset()).union(*added)
