"""The section on a school's site: marked by the school, seen by whoever answers for many."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField

from orientir.accounts.roles import COVERAGE_VIEW
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _, _l
from orientir.organisations.models import Organisation, OrganisationKind
from orientir.organisations.queries import find_organisation, region_of, today_of
from orientir.organisations.scopes import scope_of_organisation
from orientir.settings.queries import value
from orientir.web.access import requires, viewer
from orientir.web.forms import DayField, asked_day, show_error
from orientir.web.page_form import PageForm
from orientir_calendar import sites
from orientir_calendar.routes import REPORT
from orientir_calendar.site_checks import SETTING
from orientir_calendar.sites import Shown
from orientir_calendar.tables import sites_table

blueprint = Blueprint("calendar_sites", __name__, url_prefix="/calendar/sites", static_folder=None)


class SiteForm(PageForm):
    url = StringField(_l("Адрес раздела о профориентации"))
    has_calendar = BooleanField(_l("В разделе стоит ссылка на календарь или его список"))
    fresh_on = DayField(_l("Когда раздел обновили"))


@blueprint.get("")
@requires(COVERAGE_VIEW)
def index() -> Response | str:
    region = region_of(viewer())
    if region is None:
        raise MissingError(_("Здесь ещё нет региона."))
    today = today_of(region)
    lines = sites.site_lines(viewer().scopes(COVERAGE_VIEW), today)
    asked = request.args.get("show", "")
    shown = next((one for one in Shown if one == asked), Shown.ALL)
    chosen = [line for line in lines if line.belongs(shown)]
    if file := asked_file(lambda: sites_table(chosen, shown)):
        return file
    return render_template(
        "calendar/sites.html",
        lines=chosen,
        total=len(lines),
        shown=shown,
        sorts=[(one, sum(1 for line in lines if line.belongs(one))) for one in Shown],
        is_watched=bool(value(region.id, SETTING)) or any(line.check for line in lines),
        placed=sum(1 for line in lines if line.mark and line.mark.has_calendar),
        fresh=sum(1 for line in lines if line.is_fresh),
    )


@blueprint.route("/<int:organisation_id>", methods=["GET", "POST"])
@requires(REPORT, scope=scope_of_organisation)
def school(organisation_id: int) -> Response | str | tuple[str, int]:
    found = _school(organisation_id)
    today, mark = today_of(found.municipality.region), sites.site_of(found)
    said = {"url": mark.url, "has_calendar": mark.has_calendar} if mark else {}
    form = SiteForm(data={**said, "fresh_on": today})
    if form.validate_on_submit():
        try:
            sites.mark_site(
                found, form.url.data or "", has_calendar=bool(form.has_calendar.data),
                fresh_on=asked_day(form.fresh_on), actor=viewer().user_id,
            )  # fmt: skip
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Отмечено. Напомним, когда раздел снова пора будет обновить."), "good")
            return redirect(url_for(".school", organisation_id=organisation_id), 303)
    found = _school(organisation_id)
    mark = sites.site_of(found)
    page = render_template(
        "calendar/site.html",
        school=found,
        form=form,
        mark=mark,
        seen=sites.check_of(mark),
        is_fresh=sites.is_fresh(mark, today),
    )
    return page, 400 if form.errors else 200


def _school(organisation_id: int) -> Organisation:
    found = find_organisation(organisation_id)
    if found is None or found.kind != OrganisationKind.SCHOOL:
        raise MissingError(_("Раздел на сайте отмечают школы."))
    return found
