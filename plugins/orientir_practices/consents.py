"""Consents to an entry, each to one text: taking part, publication, photographs. A changed text asks anew."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping

from sqlalchemy import select, update

from orientir import clock
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import LazyText, _, _l
from orientir_practices.models import Consent, Entry

RULES, PUBLICATION, PHOTOS = "rules", "publication", "photos"
TEXTS: Mapping[str, LazyText] = {
    RULES: _l(
        "Мы согласны с положением о конкурсе. Практика работает не меньше одной учебной четверти, авторские права "
        "третьих лиц не нарушены, в тексте и файлах нет личных данных детей."
    ),
    PUBLICATION: _l(
        "Мы согласны, чтобы заявку опубликовали в открытом банке практик. Согласие можно отозвать в любой день: "
        "страница исчезнет сразу."
    ),
    PHOTOS: _l("На снимках в файлах нет детей, чьи родители не дали письменного согласия на публикацию."),
}
OPTIONAL = frozenset({PUBLICATION})


def digest_of(kind: str) -> str:
    """Return the digest of the text as it stands now: a consent names the words it was given to."""
    return hashlib.sha256(str(TEXTS[kind]).encode()).hexdigest()


def given(entry: Entry) -> frozenset[str]:
    """Return the kinds the entry has a standing consent to, in today's words."""
    standing = select(Consent.kind, Consent.digest).where(Consent.entry_id == entry.id, Consent.withdrawn_at.is_(None))
    return frozenset(kind for kind, digest in db.session.execute(standing) if digest == digest_of(kind))


def agreed_to(kind: str, entries: Collection[int]) -> set[int]:
    """Return those of many entries that have a standing consent of this kind, in today's words."""
    standing = select(Consent.entry_id).where(
        Consent.entry_id.in_(entries), Consent.kind == kind, Consent.withdrawn_at.is_(None),
        Consent.digest == digest_of(kind),
    )  # fmt: skip
    return set(db.session.scalars(standing))


def give(entry: Entry, kind: str, *, address: str, actor: int | None) -> None:
    """Write a consent down; given already, it changes nothing. Raises InvalidInputError for an unknown kind."""
    if kind not in TEXTS:
        raise InvalidInputError(_("Такого согласия нет."), "kind")
    if kind in given(entry):
        return
    db.session.add(Consent(entry=entry, user_id=actor, kind=kind, digest=digest_of(kind), address=address[:45]))
    db.session.flush()
    _write("practices.consent.give", entry, kind, actor)


def withdraw(entry: Entry, kind: str, *, actor: int | None) -> None:
    """Take a consent back; the caller undoes at once what stood on it. None given, nothing changes."""
    standing = update(Consent).where(Consent.entry_id == entry.id, Consent.kind == kind, Consent.withdrawn_at.is_(None))
    if db.session.scalars(standing.values(withdrawn_at=clock.now()).returning(Consent.id)).all():
        _write("practices.consent.withdraw", entry, kind, actor)


def _write(action: str, entry: Entry, kind: str, actor: int | None) -> None:
    audit.write(action, "practices_entry", entry.id, actor=actor, scope=entry.organisation.scope, consent=kind)
