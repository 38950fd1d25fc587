"""Verbs on invitations: send, send again, withdraw, accept."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Delete, Update, delete, select, update

from orientir import clock
from orientir.accounts import services as accounts
from orientir.accounts.delegation import REGION, STANDS_IN, level_of
from orientir.accounts.models import User
from orientir.accounts.queries import current_rules, held_by
from orientir.accounts.roles import role_title
from orientir.accounts.tokens import digest, new_token
from orientir.audit import services as audit
from orientir.contracts import Scope
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, NotAllowedError
from orientir.i18n import _
from orientir.mail import services as mail
from orientir.people import letters
from orientir.people.models import Invitation
from orientir.people.places import name_places

LIFE = timedelta(days=7)
KEPT = timedelta(days=30)
MOST_AT_ONCE = 50
PURPOSE = "invitation"
BRACKETED = re.compile(r"<([^<>\s]+)>")
LONGEST_ADDRESS = 254


@dataclass(frozen=True)
class Addresses:
    """Where the links in letters lead: an invitation by its token, and the site itself."""

    invitation: Callable[[str], str]
    home: str


@dataclass(frozen=True)
class Outcome:
    """What became of the addresses: invited by a link, given the role at once, left as they were."""

    invited: int = 0
    given: int = 0
    known: int = 0


def read_addresses(text: str) -> list[str]:
    """Return the addresses people pasted, in any shape: lines, commas, «Имя <почта>»; each once.

    Raises InvalidInputError (field «emails») that names what is no address.
    """
    found: list[str] = []
    rest: list[str] = []
    for piece in re.split(r"[,;\n]", text):
        told = list(BRACKETED.finditer(piece))
        found += [one[1] for one in told]
        rest += piece[told[-1].end() if told else 0 :].split()
    addresses = list(dict.fromkeys(word.lower() for word in [*found, *rest]))
    # Length first: the pattern tries every dot of a word, and a word may be all that was pasted.
    bad = [word for word in addresses if len(word) > LONGEST_ADDRESS or not accounts.EMAIL.fullmatch(word)]
    if bad:
        listed = ", ".join(word[:60] for word in bad[:5])
        raise InvalidInputError(_("Это не адреса почты: %(listed)s. Исправьте или уберите.", listed=listed), "emails")
    if not addresses:
        raise InvalidInputError(_("Впишите хотя бы один адрес почты."), "emails")
    if len(addresses) > MOST_AT_ONCE:
        raise InvalidInputError(_("За один раз можно пригласить не больше 50 человек."), "emails")
    return addresses


def check_offer(role: str, scope: Scope, *, actor: User) -> None:
    """Raise InvalidInputError where the role makes no sense in the branch, NotAllowedError where it is not theirs."""
    rules = current_rules()
    if not rules.stands(role, scope):
        raise InvalidInputError(_where(role), "place")
    if not rules.may_give(held_by(actor), role, scope):
        raise NotAllowedError(_("Эту роль здесь дают вышестоящие: попросите их."))


def invite(emails: Sequence[str], role: str, scope: Scope, *, actor: User, addresses: Addresses) -> Outcome:
    """Invite each address to the role; who has an account gets it at once, who is invited already is left in peace."""
    check_offer(role, scope, actor=actor)
    if actor.email in emails:
        raise InvalidInputError(_("Себе роль не дают: это делают вышестоящие."), "emails")
    known = {user.email: user for user in db.session.scalars(select(User).where(User.email.in_(emails)))}
    closed = [user.email for user in known.values() if user.disabled_at is not None]
    if closed:
        listed = ", ".join(sorted(closed))
        raise InvalidInputError(
            _("Эти учётные записи закрыты: %(listed)s. Сначала откройте их.", listed=listed), "emails"
        )
    waiting = _waiting(emails, role, scope)
    place = name_places([scope])[scope.branch]
    given = [user for user in known.values() if _give(user, role, scope, place, actor=actor, addresses=addresses)]
    fresh = [email for email in emails if email not in known and email not in waiting]
    for email in fresh:
        send(email, role, scope, place, actor=actor, addresses=addresses)
    return Outcome(len(fresh), len(given), len(emails) - len(fresh) - len(given))


def send(
    email: str, role: str, scope: Scope, place: str, *, actor: User, addresses: Addresses, is_handover: bool = False
) -> Invitation:
    """Return a new invitation whose letter is on its way; the caller has asked whether the actor may."""
    invitation = Invitation(
        email=email, role=role, branch=scope.branch, is_handover=is_handover, inviter=actor, **asdict(scope.lasting())
    )
    _post(invitation, place, addresses)
    audit.write("invitation.send", "invitation", invitation.id, actor=actor.id, scope=scope, role=role)
    return invitation


def send_again(invitation: Invitation, *, actor: User, addresses: Addresses) -> None:
    """Send a fresh link for seven more days; the old one opens nothing any more. The sender answers for it now."""
    if invitation.accepted_at or invitation.withdrawn_at:
        raise ConflictError(_("Это приглашение уже принято или отозвано."))
    check_offer(invitation.role, invitation.scope, actor=actor)
    invitation.inviter, invitation.is_handover = actor, False
    _post(invitation, name_places([invitation.scope])[invitation.branch], addresses)
    audit.write("invitation.send_again", "invitation", invitation.id, actor=actor.id, scope=invitation.scope)


def withdraw(invitation: Invitation, *, actor: User) -> None:
    """Make the link open nothing; twice is once."""
    check_offer(invitation.role, invitation.scope, actor=actor)
    gone = update(Invitation).where(Invitation.id == invitation.id, *_untouched()).values(withdrawn_at=clock.now())
    if _touched(gone) == 1:
        audit.write("invitation.withdraw", "invitation", invitation.id, actor=actor.id, scope=invitation.scope)


def accept(invitation: Invitation, name: str, password: str) -> User:
    """Return the account the invitation opens: a new one with name and password, or the one this address has.

    Raises InvalidInputError for name or password, ConflictError for an invitation that is no longer good.
    """
    now = clock.now()
    claim = update(Invitation).where(Invitation.id == invitation.id, *_untouched(), Invitation.expires_at > now)
    if _touched(claim.values(accepted_at=now)) != 1:
        raise ConflictError(_("Приглашение уже приняли, отозвали или его срок вышел. Попросите новое."))
    if not _stands_behind(invitation):
        raise ConflictError(_("Пригласивший больше не ведёт эту организацию. Попросите новое приглашение."))
    user = db.session.scalar(select(User).where(User.email == invitation.email))
    if user is None:
        user = accounts.add_user(invitation.email, name, password, actor=None)
    elif user.disabled_at is not None:
        raise ConflictError(_("Ваша учётная запись закрыта. Обратитесь к тому, кто вас пригласил."))
    accounts.grant(user, invitation.role, invitation.scope, actor=invitation.invited_by)
    audit.write("invitation.accept", "invitation", invitation.id, actor=user.id, scope=invitation.scope)
    return user


def token_digest(token: str) -> str:
    """Return the name under which the invitation of `token` is kept."""
    return digest(PURPOSE, token[:200])


def purge_invitations(today: date) -> int:
    """Forget the addresses of invitations that are long over and return how many."""
    edge = datetime.combine(today, datetime.min.time(), clock.now().tzinfo) - KEPT
    return _touched(delete(Invitation).where(Invitation.expires_at < edge))


def forget_address(email: str) -> None:
    """Forget the invitations of an address: part of forgetting a person."""
    db.session.execute(delete(Invitation).where(Invitation.email == email))


def _give(user: User, role: str, scope: Scope, place: str, *, actor: User, addresses: Addresses) -> bool:
    """Give the role to an account and say so by mail; False when it is held already."""
    if any(held.role == role and held.branch == scope.branch for held in user.grants):
        return False
    accounts.grant(user, role, scope, actor=actor.id)
    subject, text = letters.role_given(user.name, actor.name, str(role_title(role)), place, addresses.home)
    mail.post(user.email, subject, text, kind="role.given", region_id=scope.region_id, user_id=user.id)
    return True


def _post(invitation: Invitation, place: str, addresses: Addresses) -> None:
    token = new_token()
    invitation.digest = token_digest(token)
    invitation.sent_at = clock.now()
    invitation.expires_at = invitation.sent_at + LIFE
    db.session.add(invitation)
    db.session.flush()
    words = str(role_title(invitation.role))
    subject, text = letters.invitation(invitation.inviter.name, words, place, addresses.invitation(token))
    mail.post(invitation.email, subject, text, kind="invitation.send", region_id=invitation.region_id)


def _waiting(emails: Sequence[str], role: str, scope: Scope) -> set[str]:
    wanted = select(Invitation.email).where(
        Invitation.email.in_(emails),
        Invitation.role == role,
        Invitation.branch == scope.branch,
        *_untouched(),
        Invitation.expires_at > clock.now(),
    )
    return set(db.session.scalars(wanted))


def _stands_behind(invitation: Invitation) -> bool:
    """Tell whether the inviter may still give the role; who handed it over has no longer to."""
    if invitation.is_handover:
        return True
    inviter = invitation.inviter
    may = current_rules().may_give(held_by(inviter), invitation.role, invitation.scope)
    return inviter.disabled_at is None and may


def _untouched() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None)


def _touched(statement: Update | Delete) -> int:
    done = db.session.execute(statement)
    return done.rowcount if isinstance(done, CursorResult) else 0


def _where(role: str) -> str:
    """Say where the role is given."""
    if REGION in STANDS_IN.get(role, ()) and len(STANDS_IN[role]) == 1:
        return _("Роль «%(role)s» даётся на весь регион: выберите его в списке.", role=role_title(role))
    if level_of(Scope(1, 1)) in STANDS_IN.get(role, ()):
        return _("Роль «%(role)s» даётся в муниципалитете: выберите его в списке.", role=role_title(role))
    return _("Роль «%(role)s» даётся в организации: найдите и выберите её.", role=role_title(role))
