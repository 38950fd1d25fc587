"""«Мои показатели»: what an organisation has reached, what it is measured against, and what is left to do."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from orientir import clock
from orientir.accounts.roles import COVERAGE_VIEW, Role
from orientir.contracts import HomePanel
from orientir.coverage.activities import period_title
from orientir.coverage.pages import audience_words
from orientir.coverage.peers import own_figures
from orientir.documents.downloads import asked_file
from orientir.errors import MissingError
from orientir.front.panels import platform_items
from orientir.front.tables import figures_table
from orientir.i18n import _
from orientir.organisations.models import Organisation
from orientir.organisations.queries import find_organisation, today_of
from orientir.organisations.scopes import scope_of_organisation
from orientir.plugins import current_plugins
from orientir.web.access import may_open, requires, viewer

blueprint = Blueprint("figures", __name__)


@blueprint.get("/organisations/<int:organisation_id>/figures")
@requires(COVERAGE_VIEW, scope=scope_of_organisation)
def organisation(organisation_id: int) -> Response | str:
    found = find_organisation(organisation_id)
    if found is None:
        raise MissingError
    region = found.municipality.region
    figures = own_figures(found, today_of(region))
    if file := asked_file(lambda: figures_table(found, figures)):
        return file
    return render_template(
        "front/figures.html",
        organisation=found,
        figures=figures,
        is_own=_is_own(found),
        panels=_left_to_do(found),
        as_of=clock.now(),
        period_title=period_title,
        who=audience_words,
    )


def _left_to_do(organisation: Organisation) -> list[HomePanel]:
    """Return what is left: the platform's part for any reader, the plugins' for whoever works in this place alone."""
    own = platform_items(Role.SCHOOL_ADMIN, organisation.scope) if organisation.has_classes else []
    own = [item if may_open(item.url) else replace(item, url="") for item in own]  # a button must not end in a refusal
    panels = [HomePanel(_("Школа"), tuple(own), order=20)] if own else []
    if _is_own(organisation):
        panels += current_plugins().home_panels(viewer())
    return sorted(panels, key=lambda panel: panel.order)


def _is_own(organisation: Organisation) -> bool:
    """Tell whether this is the one place the viewer works in."""
    return {scope.organisation_id for scope in viewer().scopes(COVERAGE_VIEW)} == {organisation.id}
