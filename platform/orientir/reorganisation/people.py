"""The people of an organisation go where its work goes."""

from __future__ import annotations

from sqlalchemy import select

from orientir.accounts import services as accounts
from orientir.accounts.models import Grant
from orientir.accounts.roles import Role
from orientir.audit import services as audit
from orientir.db import db
from orientir.organisations.models import Organisation


def grants_at(organisation_id: int) -> list[Grant]:
    """Return the roles given in the organisation."""
    wanted = select(Grant).where(Grant.organisation_id == organisation_id).order_by(Grant.id)
    return list(db.session.scalars(wanted))


def move_grants(double: Organisation, original: Organisation, *, actor: int | None) -> int:
    """Give the same roles in the original and take those in its second entry away; return how many accounts moved."""
    moving = grants_at(double.id)
    people = {one.user_id for one in moving}
    for one in moving:
        user, role = one.user, one.role
        accounts.grant(user, role, original.scope, actor=actor)
        user.grants.remove(one)
        audit.write("account.revoke", "account", user.id, actor=actor, scope=double.scope, role=role)
    db.session.flush()
    return len(people)


def share_grants(predecessor: Organisation, successor: Organisation, *, actor: int | None) -> int:
    """Let the people of a closing organisation work in the one it joins; return how many accounts.

    They keep their roles in the old one, whose classes learn on until the year ends. The administrators of the new one
    answer for those classes too.
    """
    joining = grants_at(predecessor.id)
    for one in joining:
        accounts.grant(one.user, one.role, successor.scope, actor=actor)
    for one in grants_at(successor.id):
        if one.role == Role.SCHOOL_ADMIN:
            accounts.grant(one.user, one.role, predecessor.scope, actor=actor)
    return len({one.user_id for one in joining})
