"""Reads of jobs."""

from __future__ import annotations

from orientir.db import db
from orientir.jobs.models import Job


def find_job(job_id: int) -> Job | None:
    """Return the job, or None."""
    return db.session.get(Job, job_id)
