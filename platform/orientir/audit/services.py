"""The one verb of the log."""

from __future__ import annotations

from typing import Any

from sqlalchemy import column, select, table

from orientir import clock
from orientir.audit.models import AuditEntry
from orientir.contracts import Scope
from orientir.db import db

# Accounts stand higher, so only the table of their roles is known here.
GRANT = table("account_grant", column("id"), column("user_id"), column("region_id"))


def write(
    action: str, kind: str, identity: object, *, actor: int | None, scope: Scope | None = None, **details: object
) -> None:
    """Add an entry in the caller's transaction.

    `action` is «noun.verb», `kind` and `identity` name the object, `actor` is the account's id (None: the system),
    `scope` the branch the act belongs to, as it is now; `details` must be JSON values without personal data. An act
    without a branch (a sign-in) belongs to the region of its actor's first role.
    """
    entry = AuditEntry(
        at=clock.now(),
        actor_id=actor,
        action=action,
        object_kind=kind,
        object_id=str(identity),
        region_id=scope.region_id if scope else _region_of(actor),
        municipality_id=scope.municipality_id if scope else None,
        organisation_id=scope.organisation_id if scope else None,
        details=details,
    )
    db.session.add(entry)


def _region_of(actor: int | None) -> Any:  # noqa: ANN401 - a part of the INSERT, which asks no question of its own
    if actor is None:
        return None
    held = select(GRANT.c.region_id).where(GRANT.c.user_id == actor).order_by(GRANT.c.id)
    return held.limit(1).scalar_subquery()
