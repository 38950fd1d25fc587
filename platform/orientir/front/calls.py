"""«Кому звонить»: the schools that lack people to a target or owe their year something, those that lack most first."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import CONTACTS_EDIT, ORGANISATIONS_EDIT
from orientir.contracts import Scope
from orientir.documents.downloads import asked_file
from orientir.errors import MissingError
from orientir.front.call_queries import LACK_TITLES, Call, calls_in
from orientir.front.tables import calls_table
from orientir.organisations.contacts import Responsible, responsible_by
from orientir.organisations.forms import FilterForm
from orientir.organisations.queries import PAGE_ROWS, municipalities_in
from orientir.web.access import requires, viewer

blueprint = Blueprint("calls", __name__)


@blueprint.get("/calls")
@requires(ORGANISATIONS_EDIT)
def index() -> Response | str:
    municipalities = municipalities_in(viewer().scopes(ORGANISATIONS_EDIT))
    form = FilterForm(request.args)
    form.offer(municipalities)
    lack = request.args.get("lack", "")
    if lack and lack not in LACK_TITLES:
        raise MissingError
    chosen = form.wanted()["municipality_id"]
    place = next((one for one in municipalities if one.id == chosen), None)
    every = calls_in([place.scope] if place else _branches())
    wanted = [one for one in every if not lack or lack in one.lacks]
    if file := asked_file(lambda: calls_table(wanted, _people(wanted), lack, place)):
        return file
    pages = max(1, -(-len(wanted) // PAGE_ROWS))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    shown = wanted[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
    narrowed = {"municipality": chosen} if chosen else {}
    return render_template(
        "front/calls.html",
        form=form,
        municipalities=municipalities,
        lack=lack,
        calls=shown,
        total=len(wanted),
        people=_people(shown),
        may_edit=lambda place: viewer().can(CONTACTS_EDIT, place.scope),
        choices=[(name, title, sum(name in one.lacks for one in every)) for name, title in LACK_TITLES.items()],
        address=lambda lack="", page=None: url_for(".index", **narrowed, lack=lack or None, page=page),
        number=number,
        pages=pages,
    )


def _branches() -> list[Scope]:
    """Return the regions and municipalities a person looks after, none of them inside another."""
    scopes = [one for one in viewer().scopes(ORGANISATIONS_EDIT) if one.organisation_id is None]
    return [one for one in scopes if not any(other != one and other.covers(one) for other in scopes)]


def _people(calls: Sequence[Call]) -> dict[int, Responsible]:
    return responsible_by([one.place.organisation_id for one in calls])
