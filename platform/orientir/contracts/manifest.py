"""All that a plugin brings, said once at start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orientir.contracts.auditing import AuditObject
from orientir.contracts.codes import CodeKind
from orientir.contracts.counting import Activity, Indicator
from orientir.contracts.lists import Importer
from orientir.contracts.notices import NoticeKind, Reminder
from orientir.contracts.pages import CardPage
from orientir.contracts.people import ObjectRole
from orientir.contracts.settings import Setting
from orientir.contracts.texts import Text
from orientir.contracts.work import JobKind, ScheduledTask
from orientir.errors import PluginError

if TYPE_CHECKING:
    import click
    from flask import Blueprint

NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Manifest:
    """All that a plugin brings, said once at start.

    `roles` maps the platform's role keys to the plugin's permissions they hold by default, `object_roles` are roles in
    single objects of the plugin; `commands` run as `orientir NAME`, where `click.pass_obj` hands over the function that
    makes the application. `audit_words` says what each act in the log was, as «волна открыта до %(day)s» with the act's
    details; `audit_objects` what it was done to. `mixed_tables` are those whose rows are written together and must not
    tell so: they are laid anew every night (decision 7). `card_pages` stand among the records a student's card opens.
    """

    name: str
    title: Text
    package: str
    version: str = ""
    blueprints: tuple[Blueprint, ...] = ()
    permissions: Mapping[str, Text] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    object_roles: tuple[ObjectRole, ...] = ()
    activities: tuple[Activity, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    questionnaires: tuple[Mapping[str, Any], ...] = ()
    code_kinds: tuple[CodeKind, ...] = ()
    settings: tuple[Setting, ...] = ()
    tasks: tuple[ScheduledTask, ...] = ()
    jobs: tuple[JobKind, ...] = ()
    imports: tuple[Importer, ...] = ()
    notices: tuple[NoticeKind, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    commands: tuple[click.Command, ...] = ()
    audit_words: Mapping[str, Text] = field(default_factory=dict)
    audit_objects: tuple[AuditObject, ...] = ()
    mixed_tables: tuple[str, ...] = ()
    card_pages: tuple[CardPage, ...] = ()

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise PluginError(f"plugin name «{self.name}» must be lower-case letters, digits and _")
        for sort, keys in self._own_keys().items():
            for key in keys:
                if not key.startswith(f"{self.name}."):
                    raise PluginError(f"{sort} «{key}» must start with «{self.name}.»")
        self._check_objects()

    def _check_objects(self) -> None:
        for table in self.mixed_tables:
            if not table.startswith(f"{self.name}_"):
                raise PluginError(f"table «{table}» must start with «{self.name}_»")
        for role in self.object_roles:
            if role.kind != self.name and not role.kind.startswith(f"{self.name}_"):
                raise PluginError(f"role «{role.key}»: the kind of object «{role.kind}» must bear the plugin's name")

    def _own_keys(self) -> dict[str, list[str]]:
        """Return what must bear the plugin's name, so that it can neither clash nor grant what is not its own."""
        return {
            "activity": [activity.key for activity in self.activities],
            "permission": [
                *self.permissions,
                *(key for keys in self.roles.values() for key in keys),
                *(key for role in self.object_roles for key in (*role.permissions, role.given_by)),
            ],
            "role": [role.key for role in self.object_roles],
            "task": [task.name for task in self.tasks],
            "job": [job.key for job in self.jobs],
            "notice": [kind.key for kind in (*self.notices, *(rule.kind for rule in self.reminders))],
            "act": list(self.audit_words),
            "importer": [importer.key for importer in self.imports],
        }
