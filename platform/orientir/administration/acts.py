"""Acts as the page of the log shows them: who, what in words, to what with the way there, where, and whether sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app, url_for
from sqlalchemy import Select, select

from orientir.accounts.models import User
from orientir.administration.audit_words import sentence
from orientir.audit.models import AuditEntry
from orientir.contracts import AuditObject
from orientir.db import db
from orientir.i18n import _, _l
from orientir.organisations.models import Municipality, Organisation, SchoolClass
from orientir.plugins import current_plugins
from orientir.students.models import Student

Value = TypeVar("Value")

OBJECTS = (
    AuditObject("organisation", _l("организация"), "organisations.organisation", "organisation_id"),
    AuditObject("class", _l("класс"), "organisations.school_class", "class_id"),
    AuditObject("account", _l("учётная запись"), "people.person", "user_id"),
    AuditObject("municipality", _l("муниципалитет"), "municipalities.municipality", "municipality_id"),
    AuditObject("region", _l("регион")),
    AuditObject("student", _l("номер в классе")),
    AuditObject("slot", _l("сеанс")),
    AuditObject("booking", _l("запись на сеанс")),
    AuditObject("letter", _l("письмо")),
    AuditObject("invitation", _l("приглашение")),
    AuditObject("list_import", _l("загрузка")),
    AuditObject("job", _l("задание")),
    AuditObject("coverage_target", _l("цель")),
    AuditObject("questionnaire_version", _l("анкета")),
)


@dataclass(frozen=True)
class Act:
    """One line of the log."""

    at: datetime
    who: str
    words: str
    object_title: str
    object_url: str
    place: str
    block: int | None


@dataclass(frozen=True)
class Names:
    """What the people, places and things of some entries are called, found in one question each."""

    people: Mapping[int, str]
    organisations: Mapping[int, str]
    municipalities: Mapping[int, str]
    classes: Mapping[int, str]
    class_of_student: Mapping[int, int]


def told(entries: Sequence[AuditEntry]) -> list[Act]:
    """Return the entries as lines of the page."""
    names = _names_of(entries)
    known = _known_objects()
    return [_act(entry, names, known) for entry in entries]


def _act(entry: AuditEntry, names: Names, known: Mapping[str, AuditObject]) -> Act:
    kind, number = entry.object_kind, _number(entry.object_id)
    if kind == "student" and number in names.class_of_student:
        kind, number = "class", names.class_of_student[number]
    if (kind, number) == ("account", entry.actor_id) or kind == "region":
        number = 0  # it stands there already
    return Act(
        at=entry.at,
        who=names.people.get(entry.actor_id or 0, _("учётная запись удалена")) if entry.actor_id else "",
        words=sentence(entry.action, entry.details or {}),
        object_title=_title(kind, number, names, known),
        object_url=_url(kind, number, names, known),
        place=_place(entry, names),
        block=entry.block,
    )


def _title(kind: str, number: int, names: Names, known: Mapping[str, AuditObject]) -> str:
    """Return what the object is called; one that is gone, or that nobody names, is told by kind and number."""
    called = _titles(kind, names).get(number)
    if called:
        return called
    sort = known.get(kind)
    return _("%(kind)s № %(number)s", kind=sort.title, number=number) if sort and number else ""


def _url(kind: str, number: int, names: Names, known: Mapping[str, AuditObject]) -> str:
    sort = known.get(kind)
    if sort is None or sort.endpoint not in current_app.view_functions or not number:
        return ""
    if kind in ("organisation", "class", "municipality", "account") and number not in _titles(kind, names):
        return ""  # it is not there any more
    values: dict[str, Any] = {sort.argument: number}
    return url_for(sort.endpoint, **values)


def _titles(kind: str, names: Names) -> Mapping[int, str]:
    titles: Mapping[str, Mapping[int, str]] = {
        "organisation": names.organisations,
        "class": names.classes,
        "municipality": names.municipalities,
        "account": names.people,
    }
    return titles.get(kind, {})


def _place(entry: AuditEntry, names: Names) -> str:
    if entry.organisation_id:
        return names.organisations.get(entry.organisation_id, "")
    return names.municipalities.get(entry.municipality_id or 0, "")


def _known_objects() -> dict[str, AuditObject]:
    added = [one for manifest in current_plugins().manifests.values() for one in manifest.audit_objects]
    return {one.kind: one for one in (*OBJECTS, *added)}


def _names_of(entries: Sequence[AuditEntry]) -> Names:
    meant: dict[str, set[int]] = {}
    for entry in entries:
        meant.setdefault(entry.object_kind, set()).add(_number(entry.object_id))
    people = meant.get("account", set()) | {entry.actor_id for entry in entries if entry.actor_id}
    places = meant.get("organisation", set()) | {entry.organisation_id for entry in entries if entry.organisation_id}
    towns = meant.get("municipality", set()) | {entry.municipality_id for entry in entries if entry.municipality_id}
    seats = _pairs(select(Student.id, Student.class_id).where(Student.id.in_(meant.get("student", set()))))
    classes = meant.get("class", set()) | set(seats.values())
    return Names(
        people=_pairs(select(User.id, User.name).where(User.id.in_(people))),
        organisations=_pairs(select(Organisation.id, Organisation.name).where(Organisation.id.in_(places))),
        municipalities={
            one.id: one.title for one in db.session.scalars(select(Municipality).where(Municipality.id.in_(towns)))
        },
        classes={
            one.id: one.title for one in db.session.scalars(select(SchoolClass).where(SchoolClass.id.in_(classes)))
        },
        class_of_student=seats,
    )


def _pairs(question: Select[int, Value]) -> dict[int, Value]:
    return {row[0]: row[1] for row in db.session.execute(question)}


def _number(identity: str) -> int:
    """Return the number of an object; 0 for one that is told by another word."""
    return int(identity) if identity.isascii() and identity.isdecimal() and len(identity) < 10 else 0
