"""The pages on which a school says who was where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir import clock
from orientir.clock import AcademicYear
from orientir.contracts import Scope
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.lists.entry import begin
from orientir.organisations.models import Organisation, OrganisationKind, SchoolClass
from orientir.organisations.queries import classes_of, current_year, find_organisation, list_organisations
from orientir.organisations.scopes import scope_of_organisation
from orientir.web.access import requires, viewer
from orientir.web.formats import counted
from orientir.web.forms import show_error
from orientir.web.transactions import begins_as_reader
from orientir_calendar import reports
from orientir_calendar.kinds import kinds_of, open_kinds
from orientir_calendar.models import Event, Report
from orientir_calendar.repeats import moment_of
from orientir_calendar.report_form import Numbers, ReportForm
from orientir_calendar.report_importing import REPORTS
from orientir_calendar.report_queries import (
    existing_report,
    find_report,
    nowhere_yet,
    reported_event,
    reports_of,
    seats_by_number,
    waiting_events,
)
from orientir_calendar.reports import LinesError
from orientir_calendar.routes import REPORT
from orientir_calendar.tables import reports_table

blueprint = Blueprint("calendar_reports", __name__, url_prefix="/calendar/reports", static_folder=None)
FormPage = Response | str | tuple[str, int]
SCHOOLS = (OrganisationKind.SCHOOL, OrganisationKind.KINDERGARTEN)


def scope_of_report(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of the school that wrote `report_id`."""
    report = find_report(arguments["report_id"])
    return report.organisation.scope if report else None


@blueprint.get("")
@requires(REPORT)
def index() -> Response | str:
    """Lead to the reports of one's own school; who has many chooses."""
    scopes, event_id = viewer().scopes(REPORT), request.args.get("event", type=int)
    own = {scope.organisation_id for scope in scopes}
    if len(own) == 1 and None not in own:
        endpoint = ".add" if event_id else ".school"
        asked: dict[str, Any] = {"event": event_id, "at": request.args.get("at")} if event_id else {}
        return redirect(url_for(endpoint, organisation_id=own.pop(), **asked))
    typed = request.args.get("q", "")
    page = list_organisations(scopes, kind=SCHOOLS[0], typed=typed, page=request.args.get("page", 1, type=int))
    said: dict[str, Any] = {"q": typed or None, "event": event_id}
    return render_template(
        "calendar/report_schools.html",
        page=page,
        typed=typed,
        event_id=event_id,
        page_url=lambda number: url_for(".index", page=number, **said),
    )


@blueprint.get("/<int:organisation_id>")
@requires(REPORT, scope=scope_of_organisation)
def school(organisation_id: int) -> Response | str:
    found = _school(organisation_id)
    year = current_year(found.municipality.region)
    told, kinds = reports_of(found, year), kinds_of(found.municipality.region_id)
    if file := asked_file(lambda: reports_table(found, told, kinds)):
        return file
    classes = classes_of(found.id, year.start)
    return render_template(
        "calendar/reports.html",
        school=found,
        year=year,
        reports=told,
        kinds=kinds,
        nowhere=nowhere_yet(classes, told),
        classes=classes,
        waiting=waiting_events(found, told),
    )


@blueprint.route("/<int:organisation_id>/new", methods=["GET", "POST"])
@requires(REPORT, scope=scope_of_organisation)
def add(organisation_id: int) -> FormPage:
    found, event = _school(organisation_id), _event()
    zone, kinds = ZoneInfo(found.municipality.region.timezone), open_kinds(found.municipality.region_id)
    classes = _classes(found, event)
    form = ReportForm.of_classes(classes, kinds, **_begins_with(event, zone))
    numbers = seats_by_number([one.id for one in classes])
    if form.validate_on_submit():
        try:
            told = form.told(zone, numbers, event)
            report = reports.add_report(found, told, event=event, actor=viewer().user_id)
        except (InvalidInputError, ConflictError) as error:
            _show(form, error)
        else:
            return _written(report)
    return _page(_school(organisation_id), form, numbers, event=event)


@blueprint.route("/<int:organisation_id>/import", methods=["GET", "POST"])
@begins_as_reader
@requires(REPORT, scope=scope_of_organisation)
def bring(organisation_id: int) -> Response | str | tuple[str, int]:
    """Bring the reports of a month as a table."""
    return begin(REPORTS, _school(organisation_id).scope)


@blueprint.route("/report/<int:report_id>", methods=["GET", "POST"])
@requires(REPORT, scope_of_report)
def report(report_id: int) -> FormPage:
    found = existing_report(report_id)
    if found.taken_back:
        raise MissingError(_("Этот отчёт снят."))
    zone, kinds = ZoneInfo(found.organisation.municipality.region.timezone), _kinds_with(found)
    classes = _classes_on(found.organisation, found.starts_at)
    form = ReportForm.of_classes(classes, kinds, **_as_written(found, zone))
    numbers = seats_by_number([one.id for one in classes])
    if request.method == "GET":
        form.fill(found, numbers)
    if form.validate_on_submit():
        try:
            told = form.told(zone, numbers, found.event)
            reports.change_report(found, told, actor=viewer().user_id)
        except (InvalidInputError, ConflictError) as error:
            _show(form, error)
        else:
            return _written(found)
    found = existing_report(report_id)
    return _page(found.organisation, form, numbers, report=found, event=found.event)


@blueprint.post("/report/<int:report_id>/back")
@requires(REPORT, scope_of_report)
def take_back(report_id: int) -> Response:
    found = existing_report(report_id)
    reports.take_back(found, actor=viewer().user_id)
    db.session.commit()
    flash(_("Отчёт снят: этих людей больше не считают."), "good")
    return redirect(url_for(".school", organisation_id=found.organisation_id), 303)


def _written(report: Report) -> Response:
    db.session.commit()
    people = report.people + report.parents + report.teachers
    flash(_("Записано: %(people)s.", people=counted(people, _("человек|человека|человек"))), "good")
    return redirect(url_for(".school", organisation_id=report.organisation_id), 303)


def _show(form: ReportForm, error: InvalidInputError | ConflictError) -> None:
    db.session.rollback()
    if isinstance(error, LinesError):
        form.show_lines(error)
    else:
        show_error(form, error if isinstance(error, InvalidInputError) else InvalidInputError(str(error)))


def _page(
    school: Organisation, form: ReportForm, numbers: Numbers, report: Report | None = None, event: Event | None = None
) -> tuple[str, int]:
    has_errors = bool(form.errors) or any(form.cell(one.id, "people").errors for one in form.classes)
    page = render_template(
        "calendar/report_form.html", school=school, form=form, numbers=numbers, report=report, event=event
    )
    return page, 400 if has_errors else 200


def _begins_with(event: Event | None, zone: ZoneInfo) -> dict[str, object]:
    if event is None:
        return {"first_day": clock.now().astimezone(zone).date(), "kind": request.args.get("kind", "")}
    at = _at(event).astimezone(zone)
    said: dict[str, object] = {
        "kind": event.kind,
        "title": event.title,
        "partner": event.partners[:200],
        "first_day": at.date(),
    }
    if not event.is_all_day:
        said |= {"starts": at.time(), "ends": (at + event.lasts).time()}
    return said


def _as_written(report: Report, zone: ZoneInfo) -> dict[str, object]:
    starts, ends = report.starts_at.astimezone(zone), report.ends_at.astimezone(zone)
    said = {name: getattr(report, name) for name in ("kind", "title", "partner", "parents", "teachers")}
    is_whole_day = bool(report.event and report.event.is_all_day)
    hours = {} if is_whole_day else {"starts": starts.time(), "ends": ends.time()}
    return {**said, "first_day": starts.date(), **hours}


def _kinds_with(report: Report) -> dict[str, Any]:
    """Return the kinds that are offered, and that of the report even if it is closed by now."""
    kinds = kinds_of(report.organisation.municipality.region_id)
    return {key: line for key, line in kinds.items() if not line.is_closed or key == report.kind}


def _event() -> Event | None:
    event_id = request.args.get("event", type=int)
    if event_id is None:
        return None
    event = reported_event(event_id)
    if event is None:
        raise MissingError(_("Такого мероприятия нет. Возможно, его убрали."))
    return event


def _at(event: Event) -> datetime:
    """Return which time of a series is spoken of: the one the address names, else the first."""
    return moment_of(request.args.get("at", "")) or event.starts_at


def _classes(school: Organisation, event: Event | None) -> list[SchoolClass]:
    return _classes_on(school, _at(event) if event else clock.now())


def _classes_on(school: Organisation, moment: datetime) -> list[SchoolClass]:
    day = moment.astimezone(ZoneInfo(school.municipality.region.timezone)).date()
    return classes_of(school.id, AcademicYear.of(day).start)


def _school(organisation_id: int) -> Organisation:
    found = find_organisation(organisation_id)
    if found is None or found.kind not in SCHOOLS:
        raise MissingError(_("Отчитываются школы и детские сады."))
    return found
