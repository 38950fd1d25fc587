"""Where lists of classes are brought to: of one school, or of all that the person answers for."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from orientir.accounts.roles import CLASSES_EDIT
from orientir.errors import MissingError
from orientir.lists.entry import begin, scope_for
from orientir.organisations.routes import existing
from orientir.organisations.scopes import scope_of_organisation
from orientir.students.importing import CLASSES
from orientir.web.access import requires
from orientir.web.transactions import begins_as_reader

blueprint = Blueprint("class_lists", __name__)


@blueprint.route("/organisations/classes/import", methods=["GET", "POST"])
@begins_as_reader
@requires(CLASSES_EDIT)
def bring_all() -> Response | str | tuple[str, int]:
    return begin(CLASSES, scope_for(CLASSES_EDIT))


@blueprint.route("/organisations/<int:organisation_id>/classes/import", methods=["GET", "POST"])
@begins_as_reader
@requires(CLASSES_EDIT, scope=scope_of_organisation)
def bring(organisation_id: int) -> Response | str | tuple[str, int]:
    found = existing(organisation_id)
    if not found.has_classes:
        raise MissingError
    return begin(CLASSES, found.scope)
