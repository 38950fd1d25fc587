"""Links by mail: a forgotten password, a new address. Each opens once, in time; only a digest of it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import CursorResult, delete, func, select, update

from orientir import clock
from orientir.accounts import letters, services
from orientir.accounts.models import Grant, MailedLink, User
from orientir.accounts.queries import home_scope
from orientir.accounts.tokens import digest, new_token
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, TooManyAttemptsError
from orientir.i18n import _
from orientir.mail import services as mail
from orientir.web.throttle import current_throttle

RESET, EMAIL = "reset", "email"
LIFE = timedelta(hours=1)
RESET_BUDGET = "3 per hour"
PURPOSE = "link"

AddressOf = Callable[[str], str]


@dataclass(frozen=True)
class Addressee:
    """Whom a letter about a new password goes to: an account, or nobody who happens to have been named."""

    user_id: int | None
    email: str
    name: str
    region_id: int | None


def ask_reset(email: str, address_of: AddressOf) -> None:
    """Send a link for a new password to the account with this e-mail, if there is one; nobody learns whether.

    The work is the same either way, down to the kinds of statements: what is done for nobody is rolled back to a
    savepoint. More than three letters an hour go to nobody.
    """
    address = email.strip().lower()[:254]
    if not services.EMAIL.fullmatch(address):
        raise InvalidInputError(_("Введите адрес почты, например ivanova@example.org."), "email")
    throttle = current_throttle()
    try:
        throttle.refuse_if_spent(RESET_BUDGET, RESET, address)
    except TooManyAttemptsError:
        return
    throttle.charge(RESET_BUDGET, RESET, address)
    to = _addressee(address)
    passage = db.session.begin_nested()
    _mail_reset(to, address_of, asked_by="")
    if to.user_id is None:
        passage.rollback()
    else:
        passage.commit()
    audit.write("account.reset_asked", "account", to.user_id or 0, actor=None)


def start_reset(user: User, address_of: AddressOf, *, actor: User) -> None:
    """Send somebody a link for a new password on behalf of those who look after the account."""
    scope = home_scope(user)
    to = Addressee(user.id, user.email, user.name, scope.region_id if scope else None)
    _mail_reset(to, address_of, asked_by=actor.name)
    audit.write("account.reset_started", "account", user.id, actor=actor.id, scope=scope)


def ask_email_change(user: User, email: str, address_of: AddressOf) -> None:
    """Send a link to the new address; the account's own stays until somebody who reads the new one opens it.

    An address that is taken gets the same answer and no link: nobody learns who has an account.
    """
    address = services.checked_email(email)
    if address == user.email:
        raise InvalidInputError(_("Это и есть ваш нынешний адрес."), "email")
    throttle = current_throttle()
    throttle.refuse_if_spent(RESET_BUDGET, EMAIL, str(user.id))
    throttle.charge(RESET_BUDGET, EMAIL, str(user.id))
    scope = home_scope(user)
    audit.write("account.email_asked", "account", user.id, actor=user.id, scope=scope)
    if db.session.scalar(select(User.id).where(User.email == address)) is not None:
        return
    token = _new_link(EMAIL, user.id, address)
    subject, text = letters.email_change(user.name, address_of(token))
    region_id = scope.region_id if scope else None
    mail.post(address, subject, text, kind="account.email", region_id=region_id, user_id=user.id)


def find(token_digest: str, purpose: str) -> MailedLink | None:
    """Return the link that is still good, or None."""
    wanted = select(MailedLink).where(
        MailedLink.digest == token_digest,
        MailedLink.purpose == purpose,
        MailedLink.user_id.is_not(None),
        MailedLink.used_at.is_(None),
        MailedLink.expires_at > clock.now(),
    )
    return db.session.scalar(wanted)


def token_digest(token: str) -> str:
    """Return the name under which the link of `token` is kept."""
    return digest(PURPOSE, token[:200])


def use_reset(link: MailedLink, password: str) -> User:
    """Set the password by the link and return the account; every session ends, every other such link dies.

    Raises InvalidInputError for a bad password, ConflictError for a link that somebody used at the same moment.
    """
    services.checked_password(password)
    _claim(link)
    user = db.session.get_one(User, link.user_id)
    services.set_password(user, password, actor=user.id)
    _kill_links(user.id)
    return user


def use_email_change(link: MailedLink) -> User:
    """Give the account the address the link was sent to, and tell the old one; raises ConflictError."""
    _claim(link)
    user = db.session.get_one(User, link.user_id)
    if db.session.scalar(select(User.id).where(User.email == link.email)) is not None:
        raise ConflictError(_("Этот адрес уже занят другой учётной записью."))
    former, user.email = user.email, link.email
    scope = home_scope(user)
    subject, text = letters.email_changed(user.name)
    region_id = scope.region_id if scope else None
    mail.post(former, subject, text, kind="account.email_changed", region_id=region_id, user_id=user.id)
    _kill_links(user.id)
    audit.write("account.email", "account", user.id, actor=user.id, scope=scope)
    return user


def purge(today: date) -> int:
    """Forget the links whose time is over and return how many."""
    edge = datetime.combine(today, datetime.min.time(), clock.now().tzinfo)
    gone = db.session.execute(delete(MailedLink).where(MailedLink.expires_at < edge))
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def _addressee(address: str) -> Addressee:
    """Return the account in one question that asks the same of the database whether it is there or not."""
    asked = (
        select(User.id, User.name, func.min(Grant.region_id))
        .outerjoin(Grant, Grant.user_id == User.id)
        .where(User.email == address, User.disabled_at.is_(None))
        .group_by(User.id, User.name)
    )
    found = db.session.execute(asked).one_or_none()
    if found is None:
        return Addressee(None, address, "", None)
    user_id, name, region_id = found
    return Addressee(user_id, address, name, region_id)


def _mail_reset(to: Addressee, address_of: AddressOf, *, asked_by: str) -> None:
    token = _new_link(RESET, to.user_id, to.email)
    subject, text = letters.reset(to.name, address_of(token), asked_by)
    mail.post(to.email, subject, text, kind="account.reset", region_id=to.region_id, user_id=to.user_id)


def _new_link(purpose: str, user_id: int | None, email: str) -> str:
    token = new_token()
    link = MailedLink(
        digest=token_digest(token), purpose=purpose, user_id=user_id, email=email, expires_at=clock.now() + LIFE
    )
    db.session.add(link)
    db.session.flush()
    return token


def _claim(link: MailedLink) -> None:
    """Use the link up; of two at one moment the database lets one through."""
    now = clock.now()
    claimed = db.session.execute(
        update(MailedLink)
        .where(MailedLink.id == link.id, MailedLink.used_at.is_(None), MailedLink.expires_at > now)
        .values(used_at=now)
    )
    if not isinstance(claimed, CursorResult) or claimed.rowcount != 1:
        raise ConflictError(_("По этой ссылке уже перешли или её срок вышел. Попросите новую."))


def _kill_links(user_id: int) -> None:
    left = update(MailedLink).where(MailedLink.user_id == user_id, MailedLink.used_at.is_(None))
    db.session.execute(left.values(used_at=clock.now()))
