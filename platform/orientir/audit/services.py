"""The one verb of the log."""

from __future__ import annotations

from orientir import clock
from orientir.audit.models import AuditEntry
from orientir.db import db


def write(action: str, kind: str, identity: object, *, actor: int | None, **details: object) -> None:
    """Add an entry in the caller's transaction.

    `action` is «noun.verb», `kind` and `identity` name the object, `actor` is the account's id (None: the system);
    `details` must be JSON values without personal data.
    """
    entry = AuditEntry(
        at=clock.now(), actor_id=actor, action=action, object_kind=kind, object_id=str(identity), details=details
    )
    db.session.add(entry)
