"""The page on which the name of a class is corrected, and put back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from orientir.accounts.roles import CLASSES_EDIT
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.organisations.models import OrganisationKind
from orientir.organisations.scopes import scope_of_class
from orientir.students.forms import NameForm
from orientir.students.renaming import correct_name, name_before
from orientir.students.routes import class_url, existing_class
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error

blueprint = Blueprint("class_name", __name__, url_prefix="/classes/<int:class_id>/name")


@blueprint.route("", methods=["GET", "POST"])
@requires(CLASSES_EDIT, scope=scope_of_class)
def edit(class_id: int) -> Response | str | tuple[str, int]:
    found = existing_class(class_id)
    form = NameForm(name=found.title)
    if form.validate_on_submit():
        try:
            before = correct_name(found, form.name.data or "", actor=viewer().user_id)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Было %(before)s, стало %(title)s.", before=before.title, title=found.title), "good")
            return redirect(class_url(found.id), 303)
    found = existing_class(class_id)
    page = render_template(
        "students/class_name.html",
        form=form,
        school_class=found,
        before=name_before(found),
        of_kindergarten=found.organisation.kind == OrganisationKind.KINDERGARTEN,
    )
    return (page, 400) if form.errors else page
