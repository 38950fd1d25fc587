"""Verbs on accounts: add, give and take roles, close and open, set a password, sign in."""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict

from flask import current_app
from sqlalchemy import column, select, table

from orientir import clock
from orientir.accounts import passwords, second_factor, sign_ins
from orientir.accounts.delegation import orphaned
from orientir.accounts.models import Grant, SignIn, User
from orientir.accounts.queries import active_administrators, home_scope
from orientir.accounts.roles import Role, object_roles
from orientir.audit import services as audit
from orientir.contracts import Scope
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.web.throttle import current_throttle

EMAIL = re.compile(r"[^@\s\x00-\x1f,;<>\"]+@[^@\s\x00-\x1f,;<>\"]+\.[^@\s\x00-\x1f,;<>\"]+")
# Regions stand one layer higher, so only their table is known here.
REGION = table("region", column("id"))


def add_user(email: str, name: str, password: str, *, actor: int | None) -> User:
    """Return a new account; raises InvalidInputError (field named) or ConflictError when the e-mail is taken."""
    address = checked_email(email)
    if db.session.scalar(select(User.id).where(User.email == address)) is not None:
        raise ConflictError(_("Учётная запись %(email)s уже есть.", email=address))
    user = User(
        email=address,
        name=checked_name(name),
        password_hash=passwords.hash_password(checked_password(password)),
        session_stamp=secrets.token_hex(16),
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    audit.write("account.add", "account", user.id, actor=actor)
    return user


def grant(user: User, role: str, scope: Scope, *, actor: int | None) -> Grant:
    """Give `user` the role in the branch; a role already held there is returned as it is."""
    known = object_roles() if scope.object_key else set(Role)
    if role not in known:
        raise InvalidInputError(
            _("Роли «%(role)s» нет. Есть: %(roles)s.", role=role, roles=", ".join(known)), field="role"
        )
    held = next((one for one in user.grants if one.role == role and one.branch == scope.branch), None)
    if held:
        return held
    given = Grant(role=role, branch=scope.branch, **asdict(scope.lasting()))
    user.grants.append(given)
    db.session.flush()
    audit.write("account.grant", "account", user.id, actor=actor, scope=scope, role=role, branch=scope.branch)
    return given


def take(user: User, held: Grant, *, actor: int | None) -> None:
    """Take a role away; raises ConflictError for the last administrator of a region. A role already gone is gone."""
    scope, branch = held.scope, held.branch
    lock(user)
    if held not in user.grants:
        return
    if held.role == Role.ADMINISTRATOR:
        _keep_an_administrator(user, held.region_id)
    user.grants.remove(held)
    db.session.flush()
    audit.write("account.take", "account", user.id, actor=actor, scope=scope, role=held.role, branch=branch)


def disable(user: User, *, actor: int | None) -> None:
    """Close the account: its sessions end and nobody signs in until it is opened again; roles and history stay."""
    lock(user)
    for region_id in sorted({held.region_id for held in user.grants if held.role == Role.ADMINISTRATOR}):
        _keep_an_administrator(user, region_id)
    if user.disabled_at is None:
        user.disabled_at = clock.now()
        end_sessions(user)
        audit.write("account.disable", "account", user.id, actor=actor, scope=home_scope(user))


def enable(user: User, *, actor: int | None) -> None:
    """Open a closed account again."""
    if user.disabled_at is not None:
        user.disabled_at = None
        db.session.flush()
        audit.write("account.enable", "account", user.id, actor=actor, scope=home_scope(user))


def lock(user: User) -> None:
    """Let nobody else change the account's roles until the end of the transaction, and see them as they are now.

    The weaker lock, because the rows that merely name the account (the log does) must not wait for it.
    """
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    db.session.refresh(user, ["grants", "disabled_at", "password_hash", "session_stamp"])


def rename(user: User, name: str, *, actor: int | None) -> None:
    """Write the name anew as colleagues see it."""
    user.name = checked_name(name)
    db.session.flush()
    audit.write("account.rename", "account", user.id, actor=actor, scope=home_scope(user))


def set_password(user: User, password: str, *, actor: int | None) -> None:
    """Replace the password and end every open session of the account."""
    user.password_hash = passwords.hash_password(checked_password(password))
    end_sessions(user)
    audit.write("account.password", "account", user.id, actor=actor, scope=home_scope(user))


def end_sessions(user: User) -> None:
    """End every open session of the account: the cookies name a stamp that is no more."""
    user.session_stamp = secrets.token_hex(16)
    sign_ins.end_all(user.id)
    db.session.flush()


def find_user(email: str) -> User:
    """Return the account with this e-mail; raises MissingError."""
    address = email.strip().lower()
    user = db.session.scalar(select(User).where(User.email == address)) if EMAIL.fullmatch(address) else None
    if user is None:
        raise MissingError(_("Учётной записи %(email)s нет.", email=email.strip()))
    return user


def recognise(email: str, password: str) -> User:
    """Return the account whose password this is; reads only, and takes its time on purpose.

    Raises InvalidInputError with one text for a wrong e-mail and a wrong password, TooManyAttemptsError when this
    account has failed too often: the budget hangs on the account, because a school shares one address.
    """
    address = email.strip().lower()[:254]
    budget: str = current_app.config["ORIENTIR"].login_attempts
    throttle = current_throttle()
    throttle.refuse_if_spent(budget, "sign-in", address)
    user = _active_user(address)
    if not passwords.matches(password[: passwords.MAX_LENGTH], user.password_hash if user else None) or user is None:
        throttle.charge(budget, "sign-in", address)
        raise not_recognised()
    return user


def not_recognised() -> InvalidInputError:
    return InvalidInputError(_("Почта или пароль не подходят. Проверьте раскладку и попробуйте ещё раз."), "password")


def hold_recognised(user: User, stamp: str) -> bool:
    """Hold the account while it opens a session; False where it is not what was recognised a moment ago.

    To compare a password takes its time, and meanwhile somebody may have set another one or closed the account: a
    session opened after that would outlive what was to end them all. `stamp` is the account's as it was recognised.
    """
    lock(user)
    return user.disabled_at is None and user.session_stamp == stamp


def check_password(user: User, password: str) -> None:
    """Raise InvalidInputError unless `password` is the present one; guesses are charged as at the door."""
    budget: str = current_app.config["ORIENTIR"].login_attempts
    throttle = current_throttle()
    throttle.refuse_if_spent(budget, "sign-in", user.email)
    if not passwords.matches(password[: passwords.MAX_LENGTH], user.password_hash):
        throttle.charge(budget, "sign-in", user.email)
        raise InvalidInputError(_("Это не нынешний пароль. Проверьте раскладку."), "current")


def renew_hash(user: User, password: str) -> None:
    """Write the hash of a password that was just recognised anew, if it was made with weaker settings."""
    if passwords.needs_renewal(user.password_hash):
        user.password_hash = passwords.hash_password(password)


def sign_in(user: User, device: str = "") -> SignIn:
    """Return the session `user`, recognised in full, opens on `device`."""
    must_enrol = second_factor.is_required(user) and not second_factor.is_on(user.id)
    opened = sign_ins.start(user, device, must_enrol=must_enrol)
    audit.write("account.sign_in", "account", user.id, actor=user.id, scope=home_scope(user))
    return opened


def _keep_an_administrator(leaving: User, region_id: int) -> None:
    """Raise ConflictError where nobody would be left; the region's row lets only one such act through at a time."""
    db.session.execute(select(REGION.c.id).where(REGION.c.id == region_id).with_for_update(key_share=True))
    if orphaned(active_administrators(region_id), leaving.id):
        raise ConflictError(_("Это последний администратор региона. Сначала дайте эту роль кому-нибудь ещё."))


def _active_user(address: str) -> User | None:
    """Return the account that may sign in; what is no address is not looked up (PostgreSQL refuses a NUL)."""
    if not EMAIL.fullmatch(address):
        return None
    return db.session.scalar(select(User).where(User.email == address, User.disabled_at.is_(None)))


def checked_email(email: str) -> str:
    address = email.strip().lower()
    if len(address) > 254 or not EMAIL.fullmatch(address):
        raise InvalidInputError(_("Адрес почты «%(email)s» не похож на настоящий.", email=address[:80]), "email")
    return address


def checked_name(name: str) -> str:
    words = " ".join(name.split())
    if not words or len(words) > 160 or not words.isprintable():
        raise InvalidInputError(_("Укажите имя: от 1 до 160 знаков."), "name")
    return words


def checked_password(password: str) -> str:
    if not passwords.MIN_LENGTH <= len(password) <= passwords.MAX_LENGTH:
        raise InvalidInputError(
            _("Пароль должен быть не короче %(least)s и не длиннее %(most)s знаков.",
              least=passwords.MIN_LENGTH, most=passwords.MAX_LENGTH),
            "password",
        )  # fmt: skip
    return password
