"""Where lists of organisations are brought to."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from orientir.accounts.roles import ORGANISATIONS_EDIT
from orientir.lists.entry import begin, scope_for
from orientir.organisations.importing import ORGANISATIONS
from orientir.web.access import requires
from orientir.web.transactions import begins_as_reader

blueprint = Blueprint("organisation_lists", __name__)


@blueprint.route("/organisations/import", methods=["GET", "POST"])
@begins_as_reader
@requires(ORGANISATIONS_EDIT)
def bring() -> Response | str | tuple[str, int]:
    return begin(ORGANISATIONS, scope_for(ORGANISATIONS_EDIT))
