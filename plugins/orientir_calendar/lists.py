"""The verbs of the lists events choose from: a region's kinds of events and outer programmes.

Nothing is ever deleted: what happened under a name keeps it. A closed line is offered no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.sql.selectable import ForUpdateArg

from orientir import clock
from orientir.audit import services as audit
from orientir.contracts import Audience, Text
from orientir.db import db, fold
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import LazyText, _, _l
from orientir.ics import services as calendars
from orientir.organisations.models import Municipality, Organisation, Region
from orientir.web.personal_data import personal_data_problem
from orientir_calendar.kinds import kinds_of
from orientir_calendar.models import Event, EventKind, Project
from orientir_calendar.services import key_of
from orientir_calendar.words import ACTIVITIES, COLORS, KINDS

LONGEST_KIND, LONGEST_PROJECT = 80, 120  # what the columns hold
COUNTED: Mapping[str, Text] = {
    "": _l("не учитывают"),
    **{one.key: one.title for one in ACTIVITIES if one.audience is Audience.STUDENTS},
}
USUAL = {line.key for line in KINDS}


def add_kind(region: Region, title: str, activity: str, color: str = "", *, actor: int | None) -> str:
    """Return the key of a new kind; what it is counted as stays so. Raises InvalidInputError naming the field."""
    _hold(region)
    if activity not in COUNTED:
        raise InvalidInputError(_("Такого варианта в списке нет. Выберите из показанных."), "activity")
    _check_color(color)
    known = kinds_of(region.id)
    said = _checked(title, LONGEST_KIND, [line.title for line in known.values()])
    key = f"own{sum(one not in USUAL for one in known) + 1}"
    db.session.add(EventKind(region_id=region.id, key=key, title=said, activity=activity, color=color))
    db.session.flush()
    _write("calendar.kind.add", "calendar_kind", key, region, actor, title=said)
    return key


def change_kind(region: Region, key: str, title: str, color: str = "", *, is_closed: bool, actor: int | None) -> None:
    """Name a kind anew, give it another colour ("" leaves it), close it or open it again; a repeat changes nothing.

    Raises InvalidInputError naming the field, MissingError for a kind the region does not have.
    """
    _hold(region)
    known = kinds_of(region.id)
    if key not in known:
        raise MissingError
    _check_color(color)
    said = _checked(title, LONGEST_KIND, [line.title for one, line in known.items() if one != key])
    before = known[key]
    color = color or before.color
    if (said, color, is_closed) == (str(before.title), before.color, before.is_closed):
        return
    row = db.session.scalar(select(EventKind).where(EventKind.region_id == region.id, EventKind.key == key))
    if row is None:
        row = EventKind(region_id=region.id, key=key, activity=before.activity)
        db.session.add(row)
    row.title, row.color, row.is_closed = said, color, is_closed
    db.session.flush()
    if said != str(before.title):
        _find_by_new_name(region, key)
    if (said, color) != (str(before.title), before.color):
        calendars.touch(region.id)
    _write("calendar.kind.change", "calendar_kind", key, region, actor, title=said, before=str(before.title),
           is_closed=is_closed)  # fmt: skip


def add_project(region: Region, title: str, *, actor: int | None) -> Project:
    """Return a new outer programme; raises InvalidInputError naming the field."""
    _hold(region)
    made = Project(region_id=region.id, title=_checked(title, LONGEST_PROJECT, _projects(region)))
    db.session.add(made)
    db.session.flush()
    _write("calendar.project.add", "calendar_project", made.id, region, actor, title=made.title)
    return made


def change_project(project: Project, title: str, *, is_closed: bool, actor: int | None) -> None:
    """Name a programme anew, close it or open it again; a repeat changes nothing. Raises InvalidInputError."""
    region = db.session.get_one(Region, project.region_id)
    _hold(region)
    db.session.refresh(project)
    said = _checked(title, LONGEST_PROJECT, _projects(region, but=project.id))
    before = project.title
    if (said, is_closed) == (before, project.is_closed):
        return
    project.title, project.is_closed = said, is_closed
    db.session.flush()
    _write("calendar.project.change", "calendar_project", project.id, region, actor, title=said, before=before,
           is_closed=is_closed)  # fmt: skip


def _hold(region: Region) -> None:
    """Let one at a time change the lists of a region: of two who add the same name one hears that it is there."""
    db.session.refresh(region, with_for_update=ForUpdateArg(of=Region, key_share=True))


def _checked(title: str, most: int, others: Iterable[LazyText | str]) -> str:
    said = " ".join(title.split())
    if not said:
        raise InvalidInputError(_("Напишите название."), "title")
    if len(said) > most:
        raise InvalidInputError(_("Слишком длинно. Сократите до %(most)s знаков.", most=most), "title")
    if problem := personal_data_problem(said):
        raise InvalidInputError(problem, "title")
    if fold(said) in {fold(str(one)) for one in others}:
        raise InvalidInputError(_("Такая строка уже есть. Если она закрыта, откройте её снова."), "title")
    return said


def _check_color(color: str) -> None:
    if color not in ("", *COLORS):
        raise InvalidInputError(_("Такого варианта в списке нет. Выберите из показанных."), "color")


def _projects(region: Region, but: int | None = None) -> list[str]:
    wanted = select(Project.title).where(Project.region_id == region.id, Project.id != (but or 0))
    return list(db.session.scalars(wanted))


def _find_by_new_name(region: Region, key: str) -> None:
    """Let events be found by the new name of their kind."""
    kinds = kinds_of(region.id)
    of_kind = select(Event).join(Event.organisation).join(Organisation.municipality)
    for event in db.session.scalars(of_kind.where(Municipality.region_id == region.id, Event.kind == key)):
        event.search_key, event.changed_at = key_of(event, event.organisation, kinds), clock.now()


def _write(action: str, kind: str, identity: object, region: Region, actor: int | None, **details: object) -> None:
    audit.write(action, kind, identity, actor=actor, scope=region.scope, **details)
