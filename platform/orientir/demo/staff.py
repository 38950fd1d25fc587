"""The logins of a demo: one for each role, and at full size colleagues in the municipalities and schools."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import select

from orientir import clock
from orientir.accounts import passwords
from orientir.accounts import services as accounts
from orientir.accounts.models import Grant, User, account_key
from orientir.accounts.roles import Role
from orientir.contracts import Scope
from orientir.db import db, insert_many, insert_numbered
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region

PASSWORD = "orientir-demo"  # noqa: S105 - printed on the first page of the demo; production refuses demo regions
NOTES = "demo_notes"


def add_staff(region: Region, school: Organisation) -> dict[str, int]:
    """Add one login for each role and return the account ids by role."""
    branches = _branches(region, school)
    ids = {}
    for role in Role:
        user = accounts.add_user(email_of(role), str(role.title).capitalize(), PASSWORD, actor=None)
        accounts.grant(user, role, branches[role], actor=None)
        ids[role.value] = user.id
    return ids


def add_login(name: str, title: str) -> int:
    """Add one more login for somebody a plugin needs, a juror perhaps, and return the account's id."""
    return accounts.add_user(address_of(name), title, PASSWORD, actor=None).id


def add_colleagues(colleagues: Iterable[tuple[Role, Scope]]) -> int:
    """Add an account for each pair at once and return how many; one hash serves them all, argon2 is slow on purpose."""
    wanted = list(colleagues)
    password_hash, now = passwords.hash_password(PASSWORD), clock.now()
    named = [
        (f"{str(role.title).capitalize()} № {number}", f"{role.value.replace('_', '-')}-{number}@demo.example")
        for number, (role, _scope) in enumerate(wanted, start=1)
    ]
    accounts_ = [
        {
            "email": email,
            "name": name,
            "search_key": account_key(name, email),
            "password_hash": password_hash,
            "session_stamp": secrets.token_hex(16),
            "created_at": now,
        }
        for name, email in named
    ]
    made = insert_numbered(User, accounts_)
    grants = [
        {"user_id": user_id, "role": role.value, "branch": scope.branch, **asdict(scope.lasting())}
        for user_id, (role, scope) in zip(made, wanted, strict=True)
    ]
    insert_many(Grant, grants)
    return len(wanted)


def email_of(role: Role) -> str:
    """Return the login of a role."""
    return address_of(role.value.replace("_", "-"))


def address_of(name: str) -> str:
    """Return the address of a demo's account by the name it signs in with."""
    return f"{name}@demo.example"


def _branches(region: Region, school: Organisation) -> dict[Role, Scope]:
    college = db.session.scalars(
        select(Organisation)
        .join(Municipality)
        .where(Organisation.kind == OrganisationKind.COLLEGE, Municipality.region_id == region.id)
        .order_by(Organisation.id)
        .limit(1)
    ).first()
    return {
        Role.ADMINISTRATOR: region.scope,
        Role.OPERATOR: region.scope,
        Role.OBSERVER: region.scope,
        Role.COORDINATOR: school.municipality.scope,
        Role.SCHOOL_ADMIN: school.scope,
        Role.TEACHER: school.scope,
        Role.ORGANISER: (college or school).scope,
    }
