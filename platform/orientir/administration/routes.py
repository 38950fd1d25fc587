"""All pages of the administration."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import AUDIT_VIEW
from orientir.administration.audit_routes import blueprint as audit
from orientir.administration.job_routes import blueprint as work
from orientir.administration.letter_routes import blueprint as letters
from orientir.administration.monitoring_routes import blueprint as monitoring
from orientir.administration.setting_routes import blueprint as settings
from orientir.web.access import requires

start = Blueprint("administration", __name__)
PAGES = (start, audit, work, settings, letters, monitoring)


@start.get("/administration", strict_slashes=False)
@requires(AUDIT_VIEW)
def index() -> Response:
    return redirect(url_for("audit.index"))
