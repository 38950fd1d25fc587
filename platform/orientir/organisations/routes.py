"""Pages of organisations. The pages of a class show its seats too, so they stand one package higher, in students."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import CLASSES_EDIT, CLASSES_VIEW, ORGANISATIONS_EDIT, ORGANISATIONS_VIEW
from orientir.clock import AcademicYear
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.documents.tables import Table
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations import services
from orientir.organisations.forms import FilterForm, OrganisationChangeForm, OrganisationForm
from orientir.organisations.models import Municipality, Organisation
from orientir.organisations.queries import (
    class_years,
    classes_of,
    count_classes,
    current_year,
    find_organisation,
    list_organisations,
    municipalities_in,
    municipalities_touched,
    region_of,
)
from orientir.organisations.scopes import scope_of_organisation
from orientir.organisations.tables import EVERY_ROW, classes_table, organisations_table
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error

blueprint = Blueprint("organisations", __name__)


@blueprint.get("/organisations", strict_slashes=False)
@requires(ORGANISATIONS_VIEW)
def index() -> Response | str:
    scopes = viewer().scopes(ORGANISATIONS_VIEW)
    if len(scopes) == 1 and scopes[0].organisation_id:
        return redirect(url_for("organisations.organisation", organisation_id=scopes[0].organisation_id))
    municipalities = municipalities_touched(scopes)
    form = FilterForm(request.args)
    form.offer(municipalities)
    wanted: dict[str, Any] = {
        "municipality_id": int(form.municipality.data) if form.municipality.data else None,
        "kind": form.kind.data or "",
        "typed": form.q.data or "",
    }
    region = region_of(viewer())
    year = current_year(region) if region else None

    def build_table() -> Table:
        every = list_organisations(scopes, **wanted, rows=EVERY_ROW).organisations
        return organisations_table(every, count_classes(every, year.start) if year else {}, year, form)

    if file := asked_file(build_table):
        return file
    page = list_organisations(scopes, **wanted, page=request.args.get("page", 1, type=int))
    return render_template(
        "organisations/index.html",
        form=form,
        page=page,
        year=year,
        counts=count_classes(page.organisations, year.start) if year else {},
        has_choice=len(municipalities) > 1,
        may_add=bool(municipalities_in(viewer().scopes(ORGANISATIONS_EDIT))),
        may_add_classes=viewer().can(CLASSES_EDIT),
        page_url=_page_address(form),
    )


@blueprint.get("/organisations/<int:organisation_id>")
@requires(ORGANISATIONS_VIEW, scope=scope_of_organisation)
def organisation(organisation_id: int) -> Response | str:
    found = existing(organisation_id)
    current = current_year(found.municipality.region)
    years = sorted({current.start, *class_years(found.id)}, reverse=True)
    asked = request.args.get("year", type=int)
    year = AcademicYear(asked if asked in years else current.start)
    sees_classes = found.has_classes and viewer().can(CLASSES_VIEW, found.scope)
    classes = classes_of(found.id, year.start) if sees_classes else []
    if sees_classes and (file := asked_file(lambda: classes_table(found, year, classes))):
        return file
    return render_template(
        "organisations/organisation.html",
        organisation=found,
        year=year,
        years=[AcademicYear(start) for start in years],
        classes=classes,
        sees_classes=sees_classes,
        may_edit=viewer().can(ORGANISATIONS_EDIT, found.scope),
        may_add_class=found.has_classes and viewer().can(CLASSES_EDIT, found.scope),
    )


@blueprint.route("/organisations/new", methods=["GET", "POST"])
@requires(ORGANISATIONS_EDIT)
def add() -> Response | str | tuple[str, int]:
    allowed = municipalities_in(viewer().scopes(ORGANISATIONS_EDIT))
    form = OrganisationForm(municipality_id=request.args.get("municipality", ""))
    form.offer(allowed)
    if form.validate_on_submit():
        try:
            made = services.add_organisation(_chosen(allowed, form), actor=viewer().user_id, **_facts(form))
        except InvalidInputError as error:
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Организация добавлена: %(name)s.", name=made.name), "good")
            return redirect(url_for("organisations.organisation", organisation_id=made.id), 303)
    return _form_page(form, None)


@blueprint.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@requires(ORGANISATIONS_EDIT, scope=scope_of_organisation)
def edit(organisation_id: int) -> Response | str | tuple[str, int]:
    found = existing(organisation_id)
    allowed = municipalities_in(viewer().scopes(ORGANISATIONS_EDIT)) or [found.municipality]
    form = OrganisationChangeForm(obj=found)
    form.offer(allowed)
    if form.validate_on_submit():
        try:
            services.change_organisation(
                found, _chosen(allowed, form), closed_on=form.closed_on.data, actor=viewer().user_id, **_facts(form)
            )
        except InvalidInputError as error:
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Изменения сохранены."), "good")
            return redirect(url_for("organisations.organisation", organisation_id=found.id), 303)
    return _form_page(form, found)


def existing(organisation_id: int) -> Organisation:
    """Return the organisation of the address; the access rule has met it already."""
    found = find_organisation(organisation_id)
    if found is None:
        raise MissingError
    return found


def _chosen(allowed: list[Municipality], form: OrganisationForm) -> Municipality:
    """Return the chosen municipality; a foreign one is none, whatever was posted."""
    for municipality in allowed:
        if str(municipality.id) == form.municipality_id.data:
            return municipality
    raise InvalidInputError(_("Выберите муниципалитет из списка."), "municipality_id")


def _facts(form: OrganisationForm) -> dict[str, str]:
    names = ("kind", "name", "full_name", "address")
    return {name: form[name].data or "" for name in names}


def _form_page(form: OrganisationForm, organisation: Organisation | None) -> str | tuple[str, int]:
    page = render_template("organisations/form.html", form=form, organisation=organisation)
    return (page, 400) if form.errors else page


def _page_address(form: FilterForm) -> Callable[[int], str]:
    """Return the address of any page of the list the form narrows."""
    conditions = {name: value for name, value in form.data.items() if value}
    return lambda number: url_for("organisations.index", **conditions, page=number)
