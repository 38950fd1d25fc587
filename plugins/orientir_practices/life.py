"""What the contest holds about a grown-up: entries as their author, sheets as an expert. Texts belong to the entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from orientir.contracts import Person
from orientir.db import db
from orientir_practices import queries
from orientir_practices.jury_models import Juror, Sheet
from orientir_practices.models import Consent


def export_person(person: Person) -> Mapping[str, Any]:
    """Return what the plugin holds about a person, ready for JSON."""
    sheets = db.session.scalars(select(Sheet).join(Sheet.juror).where(Juror.user_id == person.user_id))
    consents = db.session.scalars(select(Consent).where(Consent.user_id == person.user_id))
    return {
        "entries": [
            {"id": entry.id, "title": entry.title, "state": entry.state} for entry in queries.entries_of(person.user_id)
        ],
        "sheets": [
            {"entry": sheet.entry.number, "total": sheet.total, "comments": dict(sheet.comments)} for sheet in sheets
        ],
        "consents": [
            {"kind": one.kind, "given_at": one.given_at.isoformat(), "address": one.address} for one in consents
        ],
    }


def forget_person(person: Person) -> None:
    """Erase the addresses consents were given from; the account itself is masked by the platform."""
    for consent in db.session.scalars(select(Consent).where(Consent.user_id == person.user_id)):
        consent.address = ""
    db.session.flush()
