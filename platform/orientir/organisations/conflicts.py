"""Two people at one card: whoever saves second sees what the first one wrote, and decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from wtforms import Field, Form, SelectField

from orientir.accounts.models import User
from orientir.db import db
from orientir.i18n import _

UNTOLD = ("csrf_token", "version", "since")


@dataclass(frozen=True)
class Difference:
    """One field that is not the same: as it stands now, and as this person typed it."""

    label: str
    stored: str
    typed: str


@dataclass(frozen=True)
class Conflict:
    """Who was faster, and where the card differs from the form."""

    who: str
    lines: list[Difference]


def conflict_of(form: Form, stored: Mapping[str, object], changed_by: int | None) -> Conflict:
    """Return what stands between the form and the card, whose values are `stored` by the names of the fields."""
    lines = [
        Difference(str(field.label.text), _words(field, stored[field.name]), _words(field, field.data))
        for field in form
        if field.name in stored and field.name not in UNTOLD and _plain(field.data) != _plain(stored[field.name])
    ]
    user = db.session.get(User, changed_by) if changed_by else None
    return Conflict(user.name if user else _("кто-то ещё"), lines)


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _words(field: Field, value: object) -> str:
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(field, SelectField):
        titles = {str(choice[0]): str(choice[1]) for choice in field.choices or ()}
        return titles.get(_plain(value), _plain(value))
    return _plain(value)
