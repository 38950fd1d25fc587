"""Pages of municipalities: the list, a card with what was when, its change and its closing."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from orientir.accounts.roles import MUNICIPALITIES_EDIT, ORGANISATIONS_VIEW
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.documents.tables import EVERY_ROW, Table
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _, plural
from orientir.organisations.cards import EditedMeanwhileError
from orientir.organisations.conflicts import Conflict, conflict_of
from orientir.organisations.forms import FilterForm, MunicipalityClosingForm, MunicipalityForm
from orientir.organisations.models import Municipality, OrganisationKind
from orientir.organisations.queries import (
    count_classes,
    count_organisations,
    current_year,
    find_municipality,
    list_organisations,
    municipalities_in,
    municipality_states,
    region_of,
    today_of,
)
from orientir.organisations.routes import FormPage
from orientir.organisations.scopes import scope_of_municipality
from orientir.organisations.tables import municipalities_table, organisations_table, states_table
from orientir.organisations.territory import change_municipality, close_municipality, open_organisations
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error

blueprint = Blueprint("municipalities", __name__, url_prefix="/municipalities")


@blueprint.get("", strict_slashes=False)
@requires(ORGANISATIONS_VIEW)
def index() -> Response | str:
    found = municipalities_in(viewer().scopes(ORGANISATIONS_VIEW))
    region = region_of(viewer())
    counts = count_organisations([one.id for one in found], today_of(region)) if region else {}
    schools = {key: kinds.get(OrganisationKind.SCHOOL, 0) for key, kinds in counts.items()}
    totals = {key: sum(kinds.values()) for key, kinds in counts.items()}
    if file := asked_file(lambda: municipalities_table(found, schools, totals)):
        return file
    return render_template(
        "organisations/municipalities.html",
        municipalities=found,
        schools=schools,
        totals=totals,
        regions=len({one.region_id for one in found}),
    )


@blueprint.get("/<int:municipality_id>")
@requires(ORGANISATIONS_VIEW, scope=scope_of_municipality)
def municipality(municipality_id: int) -> Response | str:
    found = _existing(municipality_id)
    states = municipality_states(found.id)
    if file := asked_file(lambda: states_table(found, states), organisations=lambda: _organisations_table(found)):
        return file
    counts = count_organisations([found.id], today_of(found.region)).get(found.id, {})
    return render_template(
        "organisations/municipality.html",
        municipality=found,
        states=states,
        counts=[(kind.title, kind.value, counts[kind]) for kind in OrganisationKind if kind in counts],
        successor=find_municipality(found.successor_id) if found.successor_id else None,
        may_edit=viewer().can(MUNICIPALITIES_EDIT, found.scope),
    )


@blueprint.route("/<int:municipality_id>/edit", methods=["GET", "POST"])
@requires(MUNICIPALITIES_EDIT, scope=scope_of_municipality)
def edit(municipality_id: int) -> Response | FormPage:
    found = _existing(municipality_id)
    form = MunicipalityForm(obj=found, since=today_of(found.region))
    form.offer()
    conflict = None
    if form.validate_on_submit():
        try:
            change_municipality(
                found,
                form.description(),
                actor=viewer().user_id,
                since=form.since.data,
                version=form.version.number,
            )
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        except EditedMeanwhileError:
            db.session.rollback()
            conflict = _conflict(_existing(municipality_id), form)
        else:
            db.session.commit()
            flash(_("Изменения сохранены."), "good")
            return redirect(url_for("municipalities.municipality", municipality_id=municipality_id), 303)
    page = render_template(
        "organisations/municipality_form.html",
        form=form,
        municipality=_existing(municipality_id),
        conflict=conflict,
    )
    return (page, 409 if conflict else 400) if conflict or form.errors else page


@blueprint.route("/<int:municipality_id>/close", methods=["GET", "POST"])
@requires(MUNICIPALITIES_EDIT, scope=scope_of_municipality)
def close(municipality_id: int) -> Response | FormPage:
    """Show in numbers what closing means, and do it."""
    found = _existing(municipality_id)
    form = MunicipalityClosingForm(on_date=today_of(found.region))
    places = [one for one in municipalities_in([found.region.scope]) if one.id != found.id and not one.closed_on]
    form.offer(places)
    if form.validate_on_submit():
        try:
            moved = _close(found, places, form)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            words = plural(moved, _("организация перешла|организации перешли|организаций перешли"))
            flash(_("Муниципалитет закрыт, %(count)s %(words)s.", count=moved, words=words), "good")
            return redirect(url_for("municipalities.municipality", municipality_id=municipality_id), 303)
    page = render_template(
        "organisations/municipality_close.html",
        form=form,
        municipality=_existing(municipality_id),
        moving=open_organisations(_existing(municipality_id)),
    )
    return (page, 400) if form.errors else page


def _organisations_table(found: Municipality) -> Table:
    """Return the organisations of one municipality that are open today, as the list of organisations would."""
    form = FilterForm(MultiDict({"municipality": str(found.id)}))
    form.offer([found])
    today, year = today_of(found.region), current_year(found.region)
    every = list_organisations([found.scope], **form.wanted(), today=today, rows=EVERY_ROW).organisations
    return organisations_table(every, count_classes(every, year.start), year, form)


def _existing(municipality_id: int) -> Municipality:
    found = find_municipality(municipality_id)
    if found is None:
        raise MissingError
    return found


def _close(found: Municipality, places: list[Municipality], form: MunicipalityClosingForm) -> int:
    successor = next((one for one in places if str(one.id) == form.successor_id.data), None)
    if form.on_date.data is None:
        raise InvalidInputError(_("Напишите дату так: 1.05.2026."), "on_date")
    return close_municipality(found, form.on_date.data, successor, actor=viewer().user_id)


def _conflict(found: Municipality, form: MunicipalityForm) -> Conflict:
    form.version.data = str(found.version)
    stored = {"name": found.name, "kind": found.kind, "oktmo": found.oktmo}
    return conflict_of(form, stored, None)
