"""Who answers for an organisation and how to reach it: the responsible person, the site, the local document.

The person stands sealed in a row of its own (domain.md A.1 rows 18, 53): no log, no list of changes and no copy of the
database without the key tells a telephone number.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date

from flask import current_app
from sqlalchemy import select

from orientir.audit import services as audit
from orientir.crypto import derive_key, seal, unseal
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.organisations.cards import one_line, stamp
from orientir.organisations.contact_words import phone_words, read_email, read_phone, read_site
from orientir.organisations.histories import Contact
from orientir.organisations.holding import lock
from orientir.organisations.models import Organisation
from orientir.organisations.queries import today_of

PURPOSE = "organisation-contact"
NAME_LIMIT, POST_LIMIT = 160, 160


@dataclass(frozen=True)
class Responsible:
    """The grown-up to call; empty words where nothing is known."""

    name: str = ""
    post: str = ""
    phone: str = ""
    email: str = ""

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    @property
    def phone_words(self) -> str:
        return phone_words(self.phone) if self.phone else ""

    @property
    def phone_url(self) -> str:
        """The address a telephone opens: the extension follows after a pause."""
        return f"tel:{self.phone}"


NOBODY = Responsible()


@dataclass(frozen=True)
class Presence:
    """What is public about an organisation: its site and its own document on career guidance."""

    site: str = ""
    document_url: str = ""
    document_on: date | None = None


def change_contact(
    organisation: Organisation,
    person: Responsible,
    presence: Presence,
    *,
    actor: int | None,
    version: int | None = None,
) -> None:
    """Write the contact anew; who was responsible before is forgotten.

    Raises InvalidInputError (field named), and EditedMeanwhileError when somebody else was faster.
    """
    told, shown = checked_person(person), _checked_presence(presence, organisation)
    lock(organisation)
    stamp(organisation, version)
    organisation.site, organisation.document_url = shown.site, shown.document_url
    organisation.document_on, organisation.changed_by = shown.document_on, actor
    _store(organisation.id, told)
    db.session.flush()
    audit.write(
        "organisation.contact",
        "organisation",
        organisation.id,
        actor=actor,
        scope=organisation.scope,
        has_person=bool(told),
    )


def keep_contact(from_id: int, into_id: int) -> None:
    """Let the second entry of an organisation tell whom to call where the original does not; it forgets the person."""
    told = responsible_of(from_id)
    if told and not responsible_of(into_id):
        _store(into_id, told)
    _store(from_id, NOBODY)


def responsible_of(organisation_id: int) -> Responsible:
    """Return who answers for one organisation; `NOBODY` where nobody is named."""
    return responsible_by([organisation_id]).get(organisation_id, NOBODY)


def responsible_by(organisation_ids: Collection[int]) -> dict[int, Responsible]:
    """Return who answers for each of the organisations that name somebody; one statement."""
    rows = db.session.scalars(select(Contact).where(Contact.organisation_id.in_(organisation_ids)))
    key = _key()
    return {row.organisation_id: _opened(row, key) for row in rows}


def sealed_person(organisation_id: int, person: Responsible) -> bytes:
    """Return the person as the row of the organisation keeps them."""
    plain = json.dumps(asdict(person), ensure_ascii=False).encode()
    return seal(_key(), plain, context=_context(organisation_id))


def _store(organisation_id: int, person: Responsible) -> None:
    row = db.session.get(Contact, organisation_id)
    if not person:
        if row is not None:
            db.session.delete(row)
        return
    sealed = sealed_person(organisation_id, person)
    if row is None:
        db.session.add(Contact(organisation_id=organisation_id, sealed=sealed))
    else:
        row.sealed = sealed


def _opened(row: Contact, key: bytes) -> Responsible:
    """Return the person; nobody where the row was sealed by another server's key."""
    plain = unseal(key, row.sealed, context=_context(row.organisation_id))
    return Responsible(**json.loads(plain)) if plain is not None else NOBODY


def _key() -> bytes:
    return derive_key(current_app.config["ORIENTIR"].secret_key, PURPOSE)


def _context(organisation_id: int) -> bytes:
    return str(organisation_id).encode()


def checked_person(person: Responsible) -> Responsible:
    """Return the person in the words the platform keeps; raises InvalidInputError that names the field."""
    told = Responsible(
        name=one_line(person.name, NAME_LIMIT, "person_name"),
        post=one_line(person.post, POST_LIMIT, "post"),
        phone=read_phone(person.phone),
        email=read_email(person.email),
    )
    if told and not told.name:
        raise InvalidInputError(_("Кто отвечает? Напишите имя, чтобы было кого спросить по телефону."), "person_name")
    return told


def _checked_presence(presence: Presence, organisation: Organisation) -> Presence:
    if presence.document_on and not date(2000, 1, 1) <= presence.document_on <= today_of(
        organisation.municipality.region
    ):
        raise InvalidInputError(_("Документ принимают не раньше 2000 года и не позже сегодняшнего дня."), "document_on")
    return Presence(
        site=read_site(presence.site),
        document_url=read_site(presence.document_url, "document_url"),
        document_on=presence.document_on,
    )
