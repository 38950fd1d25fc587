"""What the card of a second entry knows and the original does not."""

from __future__ import annotations

from orientir.db import db
from orientir.organisations.contacts import keep_contact
from orientir.organisations.histories import FormerName
from orientir.organisations.models import Organisation
from orientir.organisations.queries import former_names, today_of
from orientir.organisations.requisites import NAMES
from orientir.organisations.search import search_key

LACKED = ("full_name", "address", "site", "document_url", "document_on", "opened_on", *NAMES)


def take_over_card(double: Organisation, original: Organisation, *, actor: int | None) -> None:
    """Fill what the original's card lacks, and let search find it by the names of the other entry."""
    for name in LACKED:
        if not getattr(original, name) and getattr(double, name):
            setattr(original, name, getattr(double, name))
    keep_contact(double.id, original.id)
    until = today_of(double.municipality.region)
    known = {search_key(original.name, original.full_name)}
    own = FormerName(name=double.name, full_name=double.full_name, until=until)
    for former in [own, *former_names([double.id]).get(double.id, [])]:
        if search_key(former.name, former.full_name) not in known:
            db.session.add(
                FormerName(
                    organisation_id=original.id, name=former.name, full_name=former.full_name, until=former.until
                )
            )
    original.version += 1
    original.changed_by = actor
    db.session.flush()
