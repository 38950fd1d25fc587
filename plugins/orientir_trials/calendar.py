"""The dates of the register as occasions for calendars: one entry a date."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from sqlalchemy import ColumnElement, and_, or_, select, true

from orientir.bookings.models import Slot, SlotState
from orientir.contracts import CalendarEntry, CalendarFilter
from orientir.db import db
from orientir.i18n import _
from orientir.organisations.models import Municipality, Organisation
from orientir_trials.models import PLUGIN, Trial, TrialState


def entries(first: datetime, last: datetime, filters: CalendarFilter) -> list[CalendarEntry]:
    """Return the dates that touch [first, last) and match; bare columns, because a season has thousands of them."""
    rows = db.session.execute(
        select(
            Slot.id, Slot.title, Slot.starts_at, Slot.ends_at, Slot.first_grade, Slot.last_grade,
            Slot.state, Slot.changed_at, Slot.sequence, Trial.id.label("trial_id"), Trial.is_online, Organisation.name,
        )
        .join(Trial, and_(Slot.owner == PLUGIN, Slot.owner_id == Trial.id))
        .join(Organisation, Organisation.id == Slot.organisation_id)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(
            Slot.starts_at < last,
            Slot.ends_at > first,
            _shown(filters.cancelled_since),
            Municipality.region_id == filters.region_id if filters.region_id else true(),
            Municipality.id == filters.municipality_id if filters.municipality_id else true(),
            and_(Slot.first_grade <= filters.grade, Slot.last_grade >= filters.grade) if filters.grade else true(),
        )
        .order_by(Slot.starts_at, Slot.id)
    )  # fmt: skip
    return [
        CalendarEntry(
            uid=f"trials-{row.id}",
            title=row.title,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            url=url_for("trials.trial", trial_id=row.trial_id),
            place=_("онлайн") if row.is_online else row.name,
            audience=_("%(first)s–%(last)s классы", first=row.first_grade, last=row.last_grade),
            category=_("Проба"),
            is_cancelled=row.state == SlotState.CANCELLED,
            changed_at=row.changed_at,
            sequence=row.sequence,
        )
        for row in rows
    ]


def _shown(cancelled_since: datetime | None) -> ColumnElement[bool]:
    """Dates of the register; of the cancelled ones, whatever became of their card, those of late where asked for."""
    standing = and_(Slot.state.in_((SlotState.PUBLISHED, SlotState.HELD)), Trial.state == TrialState.APPROVED)
    if cancelled_since is None:
        return standing
    was_public = Trial.approved_on.is_not(None)
    return or_(standing, and_(Slot.state == SlotState.CANCELLED, Slot.changed_at >= cancelled_since, was_public))
