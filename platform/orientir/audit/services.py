"""The one verb of the log."""

from __future__ import annotations

from orientir import clock
from orientir.audit.models import AuditEntry
from orientir.contracts import Scope
from orientir.db import db


def write(
    action: str, kind: str, identity: object, *, actor: int | None, scope: Scope | None = None, **details: object
) -> None:
    """Add an entry in the caller's transaction.

    `action` is «noun.verb», `kind` and `identity` name the object, `actor` is the account's id (None: the system),
    `scope` the branch the act belongs to, as it is now; `details` must be JSON values without personal data.
    """
    entry = AuditEntry(
        at=clock.now(),
        actor_id=actor,
        action=action,
        object_kind=kind,
        object_id=str(identity),
        region_id=scope.region_id if scope else None,
        municipality_id=scope.municipality_id if scope else None,
        organisation_id=scope.organisation_id if scope else None,
        details=details,
    )
    db.session.add(entry)
