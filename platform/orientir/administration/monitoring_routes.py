"""`/metrics`: figures for a monitoring system that knows the token; for everybody else there is no such page."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, current_app, request

from orientir.administration.figures import figure_lines
from orientir.errors import MissingError
from orientir.web.access import public

blueprint = Blueprint("monitoring", __name__)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    token: str = current_app.config["ORIENTIR"].metrics_token
    sent = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        raise MissingError
    return Response("\n".join(figure_lines()) + "\n", content_type=CONTENT_TYPE)
