"""One page: the hours of one's own branch, and the form of a further one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from orientir.contracts import Scope
from orientir.db import db
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error
from orientir_example import queries, services
from orientir_example.forms import HourForm
from orientir_example.models import Hour

blueprint = Blueprint("example", __name__, url_prefix="/example", template_folder="templates")
EDIT = "example.edit"


def scope_of_hour(arguments: Mapping[str, Any]) -> Scope | None:
    hour = db.session.get(Hour, arguments["hour_id"])
    return hour.school_class.scope if hour else None


@blueprint.route("/", methods=["GET", "POST"])
@requires(EDIT)
def hours() -> Response | str | tuple[str, int]:
    scopes = viewer().scopes(EDIT)
    form = HourForm()
    # Only classes of one's own branch can be chosen, so a foreign one is refused as no choice at all.
    form.class_id.choices = [
        (one.id, f"{one.title}, {one.academic_year}, {one.organisation.name}") for one in queries.classes_in(scopes)
    ]
    if form.validate_on_submit() and form.held_on.data and form.people.data:
        try:
            services.add_hour(form.class_id.data, form.held_on.data, form.people.data, actor=viewer().user_id)
        except InvalidInputError as error:
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Классный час записан."), "good")
            return redirect(url_for(".hours"), 303)
    page = render_template("example/hours.html", form=form, hours=queries.hours_in(scopes))
    return page, 400 if form.errors else 200


@blueprint.post("/<int:hour_id>/take-back")
@requires(EDIT, scope_of_hour)
def take_back(hour_id: int) -> Response:
    hour = db.session.get(Hour, hour_id)
    if hour is None:
        raise MissingError
    services.take_back(hour, actor=viewer().user_id)
    db.session.commit()
    return redirect(url_for(".hours"), 303)
