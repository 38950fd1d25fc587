"""Verbs on accounts: add, give a role, set a password, sign in."""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict

from flask import current_app
from sqlalchemy import select

from orientir import clock
from orientir.accounts import passwords
from orientir.accounts.models import Grant, User
from orientir.accounts.roles import Role
from orientir.audit import services as audit
from orientir.contracts import Scope
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.web.throttle import current_throttle

EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+")


def add_user(email: str, name: str, password: str, *, actor: int | None) -> User:
    """Return a new account; raises InvalidInputError (field named) or ConflictError when the e-mail is taken."""
    address = _checked_email(email)
    if db.session.scalar(select(User.id).where(User.email == address)) is not None:
        raise ConflictError(_("Учётная запись %(email)s уже есть.", email=address))
    user = User(
        email=address,
        name=_checked_name(name),
        password_hash=passwords.hash_password(_checked_password(password)),
        session_stamp=secrets.token_hex(16),
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    audit.write("account.add", "account", user.id, actor=actor)
    return user


def grant(user: User, role: str, scope: Scope, *, actor: int | None) -> Grant:
    """Give `user` the role in the branch; a role already held there is returned as it is."""
    if role not in set(Role):
        raise InvalidInputError(
            _("Роли «%(role)s» нет. Есть: %(roles)s.", role=role, roles=", ".join(Role)), field="role"
        )
    held = next((one for one in user.grants if one.role == role and one.branch == scope.branch), None)
    if held:
        return held
    given = Grant(role=role, branch=scope.branch, **asdict(scope.lasting()))
    user.grants.append(given)
    db.session.flush()
    audit.write("account.grant", "account", user.id, actor=actor, scope=scope, role=role, branch=scope.branch)
    return given


def set_password(user: User, password: str, *, actor: int | None) -> None:
    """Replace the password and end every open session of the account."""
    user.password_hash = passwords.hash_password(_checked_password(password))
    user.session_stamp = secrets.token_hex(16)
    db.session.flush()
    audit.write("account.password", "account", user.id, actor=actor)


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
        raise InvalidInputError(
            _("Почта или пароль не подходят. Проверьте раскладку и попробуйте ещё раз."), "password"
        )
    return user


def sign_in(user: User, password: str) -> None:
    """Write down that `user`, recognised by `password`, comes in; a hash made with weaker settings is renewed."""
    if passwords.needs_renewal(user.password_hash):
        user.password_hash = passwords.hash_password(password)
    audit.write("account.sign_in", "account", user.id, actor=user.id)


def _active_user(address: str) -> User | None:
    """Return the account that may sign in; what is no address is not looked up (PostgreSQL refuses a NUL)."""
    if not EMAIL.fullmatch(address):
        return None
    return db.session.scalar(select(User).where(User.email == address, User.disabled_at.is_(None)))


def _checked_email(email: str) -> str:
    address = email.strip().lower()
    if len(address) > 254 or not EMAIL.fullmatch(address):
        raise InvalidInputError(_("Адрес почты «%(email)s» не похож на настоящий.", email=address[:80]), "email")
    return address


def _checked_name(name: str) -> str:
    words = " ".join(name.split())
    if not words or len(words) > 160 or not words.isprintable():
        raise InvalidInputError(_("Укажите имя: от 1 до 160 знаков."), "name")
    return words


def _checked_password(password: str) -> str:
    if not passwords.MIN_LENGTH <= len(password) <= passwords.MAX_LENGTH:
        raise InvalidInputError(
            _("Пароль должен быть не короче %(least)s и не длиннее %(most)s знаков.",
              least=passwords.MIN_LENGTH, most=passwords.MAX_LENGTH),
            "password",
        )  # fmt: skip
    return password
