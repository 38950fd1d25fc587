"""Whom a coordinator calls: the schools of the municipality that lack something, each with what it lacks."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir import clock
from orientir.accounts.roles import ORGANISATIONS_EDIT
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.errors import MissingError
from orientir.front.tables import calls_table
from orientir.organisations.models import Municipality
from orientir.organisations.queries import today_of
from orientir.organisations.scopes import scope_of_municipality
from orientir.students.counting_days import present_day
from orientir.students.duties import LACKS, place_states
from orientir.web.access import requires

blueprint = Blueprint("calls", __name__)


@blueprint.get("/municipalities/<int:municipality_id>/calls")
@requires(ORGANISATIONS_EDIT, scope=scope_of_municipality)
def schools(municipality_id: int) -> Response | str:
    place = db.session.get_one(Municipality, municipality_id)
    lack = request.args.get("lack", "")
    if lack and lack not in LACKS:
        raise MissingError
    today = today_of(place.region)
    year = clock.AcademicYear.of(today)
    due = present_day(year, today).on
    states = place_states(place.scope, today)
    found = {name: [one for one in states if lacks(one)] for name, lacks in LACKS.items()}
    wanted = found[lack] if lack else [one for one in states if any(lacks(one) for lacks in LACKS.values())]
    if file := asked_file(lambda: calls_table(place, wanted, lack, today, due)):
        return file
    return render_template(
        "front/calls.html",
        municipality=place,
        lack=lack,
        schools=wanted,
        choices=[
            (name, len(those), url_for(".schools", municipality_id=place.id, lack=name))
            for name, those in found.items()
        ],
        due=due,
        year=year,
    )
