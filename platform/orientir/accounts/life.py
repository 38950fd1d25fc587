"""The life of a person's data: hand all of it out, mask it for good."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import column, delete, func, select, table

from orientir import clock
from orientir.accounts import second_factor, services
from orientir.accounts.models import MailedLink, SecondFactor, SignIn, User
from orientir.accounts.queries import home_scope
from orientir.accounts.roles import role_title
from orientir.audit import services as audit
from orientir.audit.models import AuditEntry
from orientir.contracts import Person
from orientir.db import Moment, db
from orientir.mail.models import OutgoingMail
from orientir.plugins import current_plugins

MASK = "forgotten-{}@invalid"
# Notices stand higher, so only their tables are known here.
NOTICE = table("notice", column("id"), column("user_id"), column("subject"), column("created_at", Moment))
PREFERENCE = table("notice_preference", column("user_id"))


def export(user: User) -> dict[str, Any]:
    """Return all that is stored about `user`, ready for JSON; a plugin that fails stops it."""
    sessions = db.session.scalars(select(SignIn).where(SignIn.user_id == user.id).order_by(SignIn.started_at))
    told = select(NOTICE.c.created_at, NOTICE.c.subject).where(NOTICE.c.user_id == user.id).order_by(NOTICE.c.id)
    letters = select(OutgoingMail).where(OutgoingMail.user_id == user.id).order_by(OutgoingMail.id)
    held = db.session.get(SecondFactor, user.id)
    acts = db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.actor_id == user.id))
    return {
        "account": {
            "number": user.id,
            "email": user.email,
            "name": user.name,
            "created_at": user.created_at.isoformat(),
            "signed_in_at": user.signed_in_at.isoformat() if user.signed_in_at else None,
            "second_factor": held is not None and held.confirmed_at is not None,
        },
        "roles": [{"role": str(role_title(one.role)), "branch": one.branch} for one in user.grants],
        "sessions": [
            {"device": one.device, "from": one.started_at.isoformat(), "to": one.seen_at.isoformat()}
            for one in sessions
        ],
        "letters": [{"at": one.created_at.isoformat(), "subject": one.subject} for one in db.session.scalars(letters)],
        "notices": [{"at": at.isoformat(), "subject": subject} for at, subject in db.session.execute(told)],
        "entries_in_the_audit_log": acts or 0,
        "plugins": current_plugins().export_person(Person(user.id, user.email)),
    }


def forget(user: User, *, actor: int | None) -> None:
    """Mask name and e-mail, take sessions, secrets and roles away; the audit log keeps the number only.

    Plugins erase their parts first, loudly: one that fails stops all of it. Raises ConflictError for the last
    administrator of a region.
    """
    scope = home_scope(user)
    services.disable(user, actor=actor)
    current_plugins().forget_person(Person(user.id, user.email))
    for held in list(user.grants):
        services.take(user, held, actor=actor)
    second_factor.remove(user.id)
    for owned in (SignIn, MailedLink, OutgoingMail):
        db.session.execute(delete(owned).where(owned.user_id == user.id))
    for foreign in (NOTICE, PREFERENCE):
        db.session.execute(delete(foreign).where(foreign.c.user_id == user.id))
    user.email = MASK.format(user.id)
    user.name = "—"
    user.password_hash = ""
    user.session_stamp = secrets.token_hex(16)
    user.signed_in_at = None
    user.disabled_at = user.disabled_at or clock.now()
    db.session.flush()
    audit.write("account.forget", "account", user.id, actor=actor, scope=scope)
