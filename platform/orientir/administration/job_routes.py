"""Jobs people started and tasks on the clock: how they go, why they failed, once more."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import ADMINISTER
from orientir.administration.job_queries import jobs_of_person, jobs_of_region, task_lines
from orientir.administration.sections import own_region, sections, stand_in_own_region
from orientir.administration.tables import jobs_table, tasks_table
from orientir.audit import services as audit
from orientir.contracts import Scope
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.documents.tables import EVERY_ROW
from orientir.errors import MissingError
from orientir.i18n import _
from orientir.jobs import services
from orientir.jobs.models import Job
from orientir.jobs.queries import find_job
from orientir.jobs.tasks import RUN_TASK, find_task
from orientir.web.access import requires, signed_in, viewer
from orientir.web.links import page_before

blueprint = Blueprint("work", __name__)
blueprint.before_request(stand_in_own_region)


@blueprint.get("/jobs", strict_slashes=False)
@signed_in
def own() -> Response | str:
    if file := asked_file(lambda: jobs_table(jobs_of_person(viewer().user_id or 0, EVERY_ROW))):
        return file
    page = jobs_of_person(viewer().user_id or 0)
    return render_template("administration/jobs.html", page=page, sections=[], is_own=True, tasks=[])


@blueprint.get("/administration/jobs", strict_slashes=False)
@requires(ADMINISTER)
def index() -> Response | str:
    region = own_region(ADMINISTER)
    file = asked_file(lambda: jobs_table(jobs_of_region(region.id, EVERY_ROW)), tasks=lambda: tasks_table(task_lines()))
    if file:
        return file
    page = jobs_of_region(region.id)
    return render_template(
        "administration/jobs.html", page=page, sections=sections(), is_own=False, tasks=task_lines(), region=region
    )


@blueprint.post("/jobs/<int:job_id>/retry")
@signed_in
def retry(job_id: int) -> Response:
    job = _existing(job_id)
    services.retry(job)
    scope = Scope(job.region_id) if job.region_id else None
    audit.write("job.retry", "job", job.id, actor=viewer().user_id, scope=scope, what=job.kind)
    db.session.commit()
    flash(_("Задание поставлено в очередь ещё раз."), "good")
    return redirect(page_before(), 303)


@blueprint.post("/administration/jobs/tasks/<name>")
@requires(ADMINISTER)
def run_task(name: str) -> Response:
    region = own_region(ADMINISTER)
    task = find_task(name)
    title = str(task.title) or task.name
    job = services.start(RUN_TASK.key, {"task": task.name}, title=title, actor=viewer().user_id, region_id=region.id)
    audit.write("job.run_task", "job", job.id, actor=viewer().user_id, scope=region.scope, task=task.name)
    db.session.commit()
    flash(_("Работа поставлена в очередь: %(title)s.", title=title), "good")
    return redirect(url_for("work.index", region=request.args.get("region")), 303)


def _existing(job_id: int) -> Job:
    """Return the job of the address if it is the viewer's own, or of a region the viewer administers."""
    job = find_job(job_id)
    if job is None:
        raise MissingError
    administers = job.region_id is not None and viewer().can(ADMINISTER, Scope(job.region_id))
    if job.actor_id != viewer().user_id and not administers:
        raise MissingError
    return job
