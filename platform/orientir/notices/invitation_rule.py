"""The rule about invitations nobody has accepted: whoever invited hears of it before the link dies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from orientir import clock
from orientir.contracts import Due, Reminder, Scope
from orientir.db import db
from orientir.i18n import _
from orientir.notices import kinds
from orientir.notices.wording import names_of
from orientir.people.models import Invitation
from orientir.web.formats import counted
from orientir.web.links import page_path


def invitations_waiting(_today: date, region_id: int) -> Iterator[Due]:
    """Yield, for each person and last day, the invitations whose link still opens and was not used."""
    waiting = select(Invitation).where(
        Invitation.region_id == region_id,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > clock.now(),
    )
    sent: dict[tuple[int, date], list[str]] = defaultdict(list)
    for one in db.session.scalars(waiting.order_by(Invitation.id)):
        sent[one.invited_by, one.expires_at.date()].append(one.email)
    for (inviter, day), emails in sent.items():
        count = len(emails)
        values = {
            "count": counted(count, _("приглашение|приглашения|приглашений")),
            "people": names_of(emails),
        }
        yield Due(f"invitations:{inviter}:{day}", day, (inviter,), Scope(region_id), values, page_path("people.index"))


NOT_ACCEPTED = Reminder(kinds.NOT_ACCEPTED, invitations_waiting, (-3, -1))
