"""How far a job is, for the pages that watch one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from orientir.contracts import Scope
from orientir.errors import MissingError
from orientir.jobs.models import JobState
from orientir.jobs.queries import find_job
from orientir.web.access import requires, viewer
from orientir.web.formats import number

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")
ADMINISTER = "platform.administer"  # of orientir.accounts.roles, which stands above


def scope_of_visible_job(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of a job the viewer started, or administers; any other does not exist."""
    job = find_job(arguments["job_id"])
    if job is None:
        return None
    is_own = job.actor_id == viewer().user_id
    held = viewer().scopes("" if is_own else ADMINISTER)
    return next((scope for scope in held if job.region_id in (None, scope.region_id)), None)


@blueprint.get("/<int:job_id>/state")
@requires("", scope_of_visible_job)
def state(job_id: int) -> Response:
    """Return how far a job is, in figures and in words."""
    job = find_job(job_id)
    if job is None:
        raise MissingError
    answer = jsonify(
        state=job.state,
        words=str(JobState(job.state).title),
        done=number(job.done),
        total=number(job.total),
        share=min(1.0, job.done / job.total) if job.total else 0,
        over=job.is_over,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
