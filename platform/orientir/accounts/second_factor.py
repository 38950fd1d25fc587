"""The second step: codes of an application on a phone (RFC 6238) and the codes on paper for when it is lost.

Each code opens once: the step of time it belongs to is claimed by one conditional UPDATE, so of two who type the same
code at one moment the database lets one in.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable

import pyotp
from flask import current_app
from sqlalchemy import CursorResult, delete, func, select, update

from orientir import clock
from orientir.accounts import passwords, sign_ins
from orientir.accounts.models import RecoveryCode, SecondFactor, User
from orientir.accounts.queries import home_scope
from orientir.accounts.roles import Role
from orientir.accounts.tokens import digest, sealing_key
from orientir.audit import services as audit
from orientir.crypto import seal, unseal
from orientir.db import db
from orientir.errors import InvalidInputError, NotAllowedError
from orientir.i18n import _
from orientir.settings.queries import value
from orientir.web.throttle import current_throttle

PURPOSE, RECOVERY = "second_factor", "recovery"
REQUIRED = "second_factor_required"
GUARDED = frozenset({Role.ADMINISTRATOR, Role.OPERATOR})
STEP = 30  # seconds
DRIFT = (0, -1, 1)  # steps a phone's clock may be off
CODES, GROUP = 10, 4


def find(user_id: int) -> SecondFactor | None:
    """Return the second factor of the account, confirmed or not yet."""
    return db.session.get(SecondFactor, user_id)


def is_on(user_id: int) -> bool:
    """Tell whether the account asks for a code after the password."""
    asked = select(SecondFactor.confirmed_at).where(SecondFactor.user_id == user_id)
    return db.session.scalar(asked) is not None


def is_required(user: User) -> bool:
    """Tell whether a role of the account asks for a second factor where it is held (a setting of the region)."""
    regions = {grant.region_id for grant in user.grants if grant.role in GUARDED}
    return any(value(region_id, REQUIRED) for region_id in sorted(regions))


def begin(user: User) -> SecondFactor:
    """Return a new secret that waits for its first code; a confirmed one is not touched."""
    held = find(user.id)
    if held is not None and held.confirmed_at is not None:
        raise NotAllowedError(_("Второй шаг уже включён. Чтобы сменить телефон, сначала выключите его."))
    held = held or SecondFactor(user_id=user.id, sealed_secret=b"")
    secret = pyotp.random_base32()
    held.sealed_secret = seal(sealing_key(PURPOSE), secret.encode(), context=_context(user.id))
    held.last_step = 0
    db.session.add(held)
    db.session.flush()
    return held


def opened_secret(held: SecondFactor) -> str:
    """Return the secret as the application takes it; empty when it was sealed by another server's key."""
    plain = unseal(sealing_key(PURPOSE), held.sealed_secret, context=_context(held.user_id))
    return plain.decode() if plain is not None else ""


def address_for(held: SecondFactor, email: str) -> str:
    """Return the address the application reads from the QR."""
    return str(pyotp.TOTP(opened_secret(held)).provisioning_uri(name=email, issuer_name=_("Ориентир")))


def confirm(user: User, code: str) -> list[str]:
    """Turn the second step on by its first code and return the recovery codes, which are shown this once.

    Raises InvalidInputError for a code that does not fit, TooManyAttemptsError after too many.
    """
    held = find(user.id)
    if held is None or held.confirmed_at is not None:
        raise NotAllowedError(_("Начните настройку заново."))
    _check(user, lambda: _claim_step(held, code))
    held.confirmed_at = clock.now()
    codes = _replace_codes(user.id)
    sign_ins.release(user.id)
    db.session.flush()
    audit.write("account.second_factor_on", "account", user.id, actor=user.id, scope=home_scope(user))
    return codes


def pass_step(user: User, code: str) -> None:
    """Let `user` through by a code of the application or of the paper; raises as `confirm` does."""
    held = find(user.id)
    if held is None or held.confirmed_at is None:
        raise NotAllowedError
    _check(user, lambda: _claim_step(held, code) or _use_recovery(user.id, code))


def renew_codes(user: User, code: str) -> list[str]:
    """Return ten new recovery codes for a code of the application; the old ones open nothing any more."""
    pass_step(user, code)
    codes = _replace_codes(user.id)
    audit.write("account.recovery_codes", "account", user.id, actor=user.id, scope=home_scope(user))
    return codes


def turn_off(user: User, code: str) -> None:
    """Turn the second step off for a code; the caller has asked for the password."""
    if is_required(user):
        raise NotAllowedError(_("В вашем регионе роль требует второго шага, выключить его нельзя."))
    pass_step(user, code)
    remove(user.id)
    audit.write("account.second_factor_off", "account", user.id, actor=user.id, scope=home_scope(user))


def remove(user_id: int) -> None:
    """Take the second factor of an account away with its recovery codes."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))


def codes_left(user_id: int) -> int:
    """Return how many recovery codes were not used yet."""
    left = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(left) or 0


def note_failure(user: User) -> None:
    """Write down that a code was wrong; in a transaction of its own, because the attempt itself was rolled back."""
    audit.write("account.second_factor_failed", "account", user.id, actor=user.id, scope=home_scope(user))


def _check(user: User, attempt: Callable[[], bool]) -> None:
    budget: str = current_app.config["ORIENTIR"].login_attempts
    throttle = current_throttle()
    throttle.refuse_if_spent(budget, "second-factor", str(user.id))
    if not attempt():
        throttle.charge(budget, "second-factor", str(user.id))
        raise InvalidInputError(
            _("Код не подошёл. Он меняется каждые 30 секунд: введите тот, что на экране телефона сейчас."), "code"
        )


def _claim_step(held: SecondFactor, typed: str) -> bool:
    """Claim the step of time the code belongs to; False for a wrong code and for one that has worked before."""
    code = re.sub(r"\D", "", typed[:40])
    secret = opened_secret(held)
    if len(code) != 6 or not code.isascii() or not secret:
        return False
    present = int(clock.now().timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    fitting = [present + drift for drift in DRIFT if hmac.compare_digest(totp.generate_otp(present + drift), code)]
    return bool(fitting) and _claim(held.user_id, fitting[0])


def _claim(user_id: int, step: int) -> bool:
    claimed = db.session.execute(
        update(SecondFactor)
        .where(SecondFactor.user_id == user_id, SecondFactor.last_step < step)
        .values(last_step=step)
    )
    return isinstance(claimed, CursorResult) and claimed.rowcount == 1


def _use_recovery(user_id: int, typed: str) -> bool:
    """Use a code of the paper up; False for one that is not there or was used."""
    wanted = (RecoveryCode.user_id == user_id, RecoveryCode.digest == _recovery_digest(user_id, typed))
    used = db.session.execute(
        update(RecoveryCode).where(*wanted, RecoveryCode.used_at.is_(None)).values(used_at=clock.now())
    )
    return isinstance(used, CursorResult) and used.rowcount == 1


def _replace_codes(user_id: int) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [_new_code() for _number in range(CODES)]
    db.session.add_all(RecoveryCode(user_id=user_id, digest=_recovery_digest(user_id, code)) for code in codes)
    db.session.flush()
    return codes


def _new_code() -> str:
    return "-".join("".join(secrets.choice(passwords.ALPHABET) for _sign in range(GROUP)) for _group in range(2))


def _recovery_digest(user_id: int, typed: str) -> str:
    plain = re.sub(r"[^a-z0-9]", "", typed[:80].lower())
    return digest(RECOVERY, f"{user_id}:{plain}")


def _context(user_id: int) -> bytes:
    return str(user_id).encode()
