"""What the pages of settings show: groups of lines, one setting with its history, values in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from orientir.accounts.models import User
from orientir.administration.audit_words import value_words
from orientir.contracts import Setting, SettingValue, Text
from orientir.db import db
from orientir.errors import MissingError
from orientir.i18n import _l
from orientir.plugins import current_plugins
from orientir.settings.definitions import PLATFORM
from orientir.settings.facts import FACTS
from orientir.settings.models import SettingChange
from orientir.settings.queries import facts, history, latest_changes, stored_values


@dataclass(frozen=True)
class SettingLine:
    """One setting: what holds, in words, and the last change (None: nobody ever changed it)."""

    setting: Setting
    value: SettingValue
    words: str
    change: SettingChange | None
    actor: str


@dataclass(frozen=True)
class SettingGroup:
    title: Text
    lines: list[SettingLine]


@dataclass(frozen=True)
class PastChange:
    """One change in the history; `is_present` if its value is what holds now."""

    change: SettingChange
    words: str
    actor: str
    is_present: bool


def setting_groups(region_id: int) -> list[SettingGroup]:
    """Return all settings of the region: facts, the platform's, each plugin's."""
    sorted_out: list[tuple[Text, Sequence[Setting]]] = [
        (_l("О регионе"), list(FACTS.values())),
        (_l("Общие"), PLATFORM),
        *((manifest.title, manifest.settings) for manifest in current_plugins().manifests.values()),
    ]
    changes = latest_changes(region_id)
    names = _names(list(changes.values()))
    stored = {**facts(region_id), **stored_values(region_id)}
    return [
        SettingGroup(title, [_line(one, stored, changes, names) for one in settings])
        for title, settings in sorted_out
        if settings
    ]


def find_line(region_id: int, name: str) -> SettingLine:
    """Return one setting; raises MissingError where there is none of this name (any more)."""
    for group in setting_groups(region_id):
        for line in group.lines:
            if line.setting.name == name:
                return line
    raise MissingError


def past_changes(region_id: int, line: SettingLine) -> list[PastChange]:
    """Return the history of a setting, the latest first."""
    changes = history(region_id, line.setting.name)
    names = _names(changes)
    return [
        PastChange(
            change,
            words_of(line.setting, change.value),
            names.get(change.actor_id or 0, ""),
            change.value == line.value,
        )
        for change in changes
    ]


def words_of(setting: Setting, value: object) -> str:
    """Return a value as people say it."""
    return {key: str(words) for key, words in setting.choices}.get(str(value)) or value_words(value)


def _line(
    setting: Setting, stored: dict[str, SettingValue], changes: dict[str, SettingChange], names: dict[int, str]
) -> SettingLine:
    found = stored.get(setting.name, setting.default)
    value = found if setting.name in FACTS or setting.accepts(found) else setting.default
    change = changes.get(setting.name)
    actor = names.get(change.actor_id or 0, "") if change else ""
    return SettingLine(setting, value, words_of(setting, value), change, actor)


def _names(changes: Sequence[SettingChange]) -> dict[int, str]:
    people = {change.actor_id for change in changes if change.actor_id}
    return {row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(people)))}
