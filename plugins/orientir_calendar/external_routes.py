"""The pages of numbers that outer programmes tell: of one school, and of a branch."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from orientir.accounts.roles import COVERAGE_VIEW
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _, _l
from orientir.organisations.models import Organisation, OrganisationKind
from orientir.organisations.queries import current_year, find_organisation, region_of, today_of
from orientir.organisations.scopes import scope_of_organisation
from orientir.web.access import requires, viewer
from orientir.web.forms import DayField, WholeNumberField, asked_day, show_error
from orientir.web.page_form import PageForm
from orientir_calendar import external
from orientir_calendar.external import MOST_PEOPLE, External
from orientir_calendar.kinds import projects_of
from orientir_calendar.routes import REPORT
from orientir_calendar.tables import external_table, externals_table

blueprint = Blueprint("calendar_external", __name__, url_prefix="/calendar/external", static_folder=None)
SCHOOLS = (OrganisationKind.SCHOOL, OrganisationKind.KINDERGARTEN)


class ExternalForm(PageForm):
    project_id = SelectField(_l("Программа"))
    what = StringField(_l("Что посчитано"), [InputRequired(_l("Напишите, что посчитано."))])
    people = WholeNumberField(_l("Человек"), minimum=1, maximum=MOST_PEOPLE)
    ovz = WholeNumberField(_l("Из них с ОВЗ"), maximum=MOST_PEOPLE, optional=True, default=0)
    as_of = DayField(_l("На какой день"))
    source = StringField(_l("Откуда число"), [InputRequired(_l("Напишите, откуда число."))])

    def said(self) -> External:
        """Return what a valid form says; raises InvalidInputError naming the field."""
        return External(
            project_id=int(self.project_id.data),
            what=self.what.data or "",
            people=self.people.data or 0,
            ovz=self.ovz.data or 0,
            as_of=asked_day(self.as_of),
            source=self.source.data or "",
        )


@blueprint.get("")
@requires(COVERAGE_VIEW)
def index() -> Response | str:
    region = region_of(viewer())
    if region is None:
        raise MissingError(_("Здесь ещё нет региона."))
    year = current_year(region)
    lines = external.external_lines(viewer().scopes(COVERAGE_VIEW), year.start)
    if file := asked_file(lambda: externals_table(lines, year.start)):
        return file
    return render_template("calendar/externals.html", lines=lines, year=year)


@blueprint.route("/<int:organisation_id>", methods=["GET", "POST"])
@requires(REPORT, scope=scope_of_organisation)
def school(organisation_id: int) -> Response | str | tuple[str, int]:
    found = _school(organisation_id)
    year, form = current_year(found.municipality.region), ExternalForm()
    form.project_id.choices = [(str(one.id), one.title) for one in projects_of(found.municipality.region_id)]
    if file := asked_file(lambda: external_table(found, external.externals_of(found, year.start))):
        return file
    if form.validate_on_submit():
        try:
            external.add_external(found, form.said(), actor=viewer().user_id)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Записано отдельной строкой: к нашим числам оно не прибавляется."), "good")
            return redirect(url_for(".school", organisation_id=organisation_id), 303)
    elif form.as_of.data is None and not form.is_submitted():
        form.as_of.data = today_of(found.municipality.region)
    found = _school(organisation_id)
    page = render_template(
        "calendar/external.html", school=found, form=form, year=year, counts=external.externals_of(found, year.start)
    )
    return page, 400 if form.errors else 200


@blueprint.post("/<int:organisation_id>/back/<int:count_id>")
@requires(REPORT, scope=scope_of_organisation)
def take_back(organisation_id: int, count_id: int) -> Response:
    external.take_back_external(count_id, _school(organisation_id), actor=viewer().user_id)
    db.session.commit()
    flash(_("Строка снята."), "good")
    return redirect(url_for(".school", organisation_id=organisation_id), 303)


def _school(organisation_id: int) -> Organisation:
    found = find_organisation(organisation_id)
    if found is None or found.kind not in SCHOOLS:
        raise MissingError(_("Отчитываются школы и детские сады."))
    return found
