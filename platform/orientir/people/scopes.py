"""Which branch an address about a person or an invitation is about, for `orientir.web.access.requires`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orientir.accounts.queries import find_account
from orientir.contracts import Scope
from orientir.people.queries import find_invitation
from orientir.web.access import viewer


def scope_of_person(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of the person `user_id` that is the viewer's too, else any; None for nobody, or without a role.

    Somebody with roles in two branches is met in each of them.
    """
    user = find_account(arguments["user_id"])
    scopes = [grant.scope for grant in user.grants] if user else []
    return next((scope for scope in scopes if viewer().belongs(scope)), scopes[0] if scopes else None)


def scope_of_invitation(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of the invitation `invitation_id`, or None when there is none."""
    invitation = find_invitation(arguments["invitation_id"])
    return invitation.scope if invitation else None
