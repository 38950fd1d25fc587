"""What else waits for people: work of the site that failed, an organisation nobody answers for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select

from orientir.db import db
from orientir.jobs.models import Job, JobState
from orientir.mail.models import MailState, OutgoingMail
from orientir.organisations.histories import Contact


def failed_work(region_id: int) -> tuple[int, int]:
    """Return how many jobs of a region failed and how many letters did not go; those of no region count everywhere."""
    jobs = select(func.count(Job.id)).where(Job.state == JobState.FAILED, _of_region(Job.region_id, region_id))
    letters = select(func.count(OutgoingMail.id)).where(
        OutgoingMail.state == MailState.FAILED, _of_region(OutgoingMail.region_id, region_id)
    )
    row = db.session.execute(select(jobs.scalar_subquery(), letters.scalar_subquery())).one()
    return row[0], row[1]


def has_contact(organisation_id: int) -> bool:
    """Tell whether somebody is named who answers for the organisation."""
    named = select(Contact.organisation_id).where(Contact.organisation_id == organisation_id)
    return db.session.scalar(named) is not None


def _of_region(column: Any, region_id: int) -> ColumnElement[bool]:  # noqa: ANN401 - a column of either table
    condition: ColumnElement[bool] = (column == region_id) | column.is_(None)
    return condition
