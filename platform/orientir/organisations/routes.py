"""Pages of organisations. The pages of a class show its seats too, so they stand one package higher, in students."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import (
    CLASSES_EDIT,
    CLASSES_VIEW,
    CONTACTS_EDIT,
    CONTACTS_VIEW,
    ORGANISATIONS_EDIT,
    ORGANISATIONS_VIEW,
)
from orientir.clock import AcademicYear
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.documents.tables import EVERY_ROW, Table
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations import services
from orientir.organisations.cards import EditedMeanwhileError
from orientir.organisations.conflicts import Conflict, conflict_of
from orientir.organisations.contacts import responsible_of
from orientir.organisations.forms import FilterForm, OrganisationChangeForm, OrganisationForm
from orientir.organisations.models import Municipality, Organisation
from orientir.organisations.past import past_of
from orientir.organisations.queries import (
    class_years,
    classes_of,
    count_classes,
    current_year,
    find_organisation,
    former_names,
    list_organisations,
    municipalities_in,
    municipalities_touched,
    region_of,
    sharers_of_inn,
    today_of,
)
from orientir.organisations.scopes import scope_of_organisation
from orientir.organisations.tables import classes_table, organisations_table
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error

blueprint = Blueprint("organisations", __name__)
FormPage = str | tuple[str, int]


@blueprint.get("/organisations", strict_slashes=False)
@requires(ORGANISATIONS_VIEW)
def index() -> Response | str:
    scopes = viewer().scopes(ORGANISATIONS_VIEW)
    if len(scopes) == 1 and scopes[0].organisation_id:
        return redirect(url_for("organisations.organisation", organisation_id=scopes[0].organisation_id))
    municipalities = municipalities_touched(scopes)
    form = FilterForm(request.args)
    form.offer(municipalities)
    region = region_of(viewer())
    today = today_of(region) if region else None
    year = current_year(region) if region else None

    def build_table() -> Table:
        every = list_organisations(scopes, **form.wanted(), today=today, rows=EVERY_ROW).organisations
        return organisations_table(every, count_classes(every, year.start) if year else {}, year, form)

    if file := asked_file(build_table):
        return file
    page = list_organisations(scopes, **form.wanted(), today=today, page=request.args.get("page", 1, type=int))
    return render_template(
        "organisations/index.html",
        form=form,
        page=page,
        year=year,
        counts=count_classes(page.organisations, year.start) if year else {},
        former=former_names([one.id for one in page.organisations]) if form.q.data else {},
        has_choice=len(municipalities) > 1,
        may_add=bool(municipalities_in(viewer().scopes(ORGANISATIONS_EDIT))),
        sees_contacts=viewer().can(CONTACTS_VIEW),
        sees_places=bool(municipalities_in(scopes)),
        may_add_classes=viewer().can(CLASSES_EDIT),
        page_url=page_address("organisations.index", form),
        everything_url=url_for("organisations.index", **{**chosen(form), "state": "all"}),
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
    sees_contact = viewer().can(CONTACTS_VIEW, found.scope)
    classes = classes_of(found.id, year.start) if sees_classes else []
    if sees_classes and (file := asked_file(lambda: classes_table(found, year, classes))):
        return file
    return render_template(
        "organisations/organisation.html",
        organisation=found,
        past=past_of(found),
        person=responsible_of(found.id) if sees_contact else None,
        year=year,
        years=[AcademicYear(start) for start in years],
        classes=classes,
        sees_classes=sees_classes,
        may_edit=viewer().can(ORGANISATIONS_EDIT, found.scope),
        may_edit_contact=viewer().can(CONTACTS_EDIT, found.scope),
        may_add_class=_takes_classes(found) and viewer().can(CLASSES_EDIT, found.scope),
    )


@blueprint.route("/organisations/new", methods=["GET", "POST"])
@requires(ORGANISATIONS_EDIT)
def add() -> Response | FormPage:
    allowed = municipalities_in(viewer().scopes(ORGANISATIONS_EDIT))
    form = OrganisationForm(municipality_id=request.args.get("municipality", ""))
    form.offer(allowed)
    if form.validate_on_submit():
        try:
            made = services.add_organisation(_chosen(allowed, form), actor=viewer().user_id, **form.facts())
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Организация добавлена: %(name)s.", name=made.name), "good")
            _mention_sharers(made)
            return redirect(url_for("organisations.organisation", organisation_id=made.id), 303)
    return _form_page(form, None)


@blueprint.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@requires(ORGANISATIONS_EDIT, scope=scope_of_organisation)
def edit(organisation_id: int) -> Response | FormPage:
    found = existing(organisation_id)
    allowed = municipalities_in(viewer().scopes(ORGANISATIONS_EDIT)) or [found.municipality]
    form = OrganisationChangeForm(obj=found, since=today_of(found.municipality.region))
    form.offer([one for one in allowed if one.region_id == found.municipality.region_id])
    conflict = None
    if form.validate_on_submit():
        try:
            _change(found, allowed, form)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        except EditedMeanwhileError:
            db.session.rollback()
            conflict = _conflict(existing(organisation_id), form)
        else:
            db.session.commit()
            flash(_("Изменения сохранены."), "good")
            _mention_sharers(found)
            return redirect(url_for("organisations.organisation", organisation_id=found.id), 303)
    return _form_page(form, existing(organisation_id), conflict)


def existing(organisation_id: int) -> Organisation:
    """Return the organisation of the address; the access rule has met it already."""
    found = find_organisation(organisation_id)
    if found is None:
        raise MissingError
    return found


def chosen(form: FilterForm) -> dict[str, Any]:
    """Return the conditions of a list as they stand in its address."""
    return {name: str(value) for name, value in form.data.items() if value}


def page_address(endpoint: str, form: FilterForm) -> Callable[[int], str]:
    """Return the address of any page of the list the form narrows."""
    conditions = chosen(form)
    return lambda number: url_for(endpoint, **conditions, page=number)


def _takes_classes(found: Organisation) -> bool:
    return found.has_classes and found.merged_into_id is None


def _change(found: Organisation, allowed: list[Municipality], form: OrganisationChangeForm) -> None:
    services.change_organisation(
        found,
        _chosen(allowed, form),
        actor=viewer().user_id,
        since=form.since.data,
        version=form.version.number,
        **form.facts(),
    )


def _conflict(found: Organisation, form: OrganisationChangeForm) -> Conflict:
    """Return the difference, and let the next save of the same form pass: its author has seen it."""
    stored = {field.name: getattr(found, field.name, None) for field in form if hasattr(found, field.name)}
    form.version.data = str(found.version)
    return conflict_of(form, stored, found.changed_by)


def _chosen(allowed: list[Municipality], form: OrganisationForm) -> Municipality:
    """Return the chosen municipality; a foreign one is none, whatever was posted."""
    for municipality in allowed:
        if str(municipality.id) == form.municipality_id.data:
            return municipality
    raise InvalidInputError(_("Выберите муниципалитет из списка."), "municipality_id")


def _mention_sharers(organisation: Organisation) -> None:
    """Say gently who has the same ИНН: it is right for branches and wrong for a school entered twice."""
    names = ", ".join(f"«{one.name}»" for one in sharers_of_inn(organisation))
    if names:
        flash(_("Такой же ИНН у %(names)s. Если это филиалы одной организации, всё верно.", names=names), "near")


def _form_page(form: OrganisationForm, organisation: Organisation | None, conflict: Conflict | None = None) -> FormPage:
    page = render_template("organisations/form.html", form=form, organisation=organisation, conflict=conflict)
    return (page, 409 if conflict else 400) if conflict or form.errors else page
