"""The page on which a school writes the headcounts of all its classes for one date."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import CLASSES_EDIT
from orientir.clock import AcademicYear
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.errors import MissingError
from orientir.i18n import _, plural
from orientir.organisations.models import Organisation, SchoolClass
from orientir.organisations.queries import class_years, classes_of, current_year, today_of
from orientir.organisations.routes import existing
from orientir.organisations.scopes import scope_of_organisation
from orientir.students import headcounts
from orientir.students.counting_days import counting_days, present_day
from orientir.students.headcount_form import HeadcountsForm, asked_date
from orientir.students.headcounts import BadCellsError, ChangedMeanwhileError, Lacking, People
from orientir.students.queries import open_counts
from orientir.students.tables import all_headcounts_table
from orientir.web.access import requires, viewer
from orientir.web.formats import day

blueprint = Blueprint("headcounts", __name__, url_prefix="/organisations/<int:organisation_id>/headcounts")


@blueprint.app_template_global()
def lacking_headcounts(organisation: Organisation, year: AcademicYear, classes: list[SchoolClass]) -> list[Lacking]:
    """Return what the page of an organisation says about numbers that are due."""
    return headcounts.lacking(year, today_of(organisation.municipality.region), classes)


@blueprint.app_template_global()
def headcounts_day(organisation: Organisation, year: AcademicYear) -> date:
    """Return the date its numbers are most likely written for now."""
    return present_day(year, today_of(organisation.municipality.region)).on


@blueprint.get("")
@requires(CLASSES_EDIT, scope=scope_of_organisation)
def table(organisation_id: int) -> Response | str:
    organisation = _school(organisation_id)
    on_date = _date(organisation)
    classes = _classes(organisation, on_date)
    if file := asked_file(lambda: all_headcounts_table(organisation, on_date, classes)):
        return file
    form = HeadcountsForm.of_classes(classes)
    form.fill(headcounts.headcounts_on((one.id for one in classes), on_date), _likely(classes))
    return _page(organisation, on_date, form)


@blueprint.post("")
@requires(CLASSES_EDIT, scope=scope_of_organisation)
def write(organisation_id: int) -> Response | tuple[str, int]:
    organisation = _school(organisation_id)
    on_date = _date(organisation)
    form = HeadcountsForm.of_classes(_classes(organisation, on_date))
    rows = form.rows() if form.validate() else []
    if form.errors:
        return _page(organisation, on_date, form), 400
    try:
        count = headcounts.write_headcounts(form.classes, on_date, rows, actor=viewer().user_id)
    except (BadCellsError, ChangedMeanwhileError) as error:
        db.session.rollback()
        if isinstance(error, BadCellsError):
            form.show_cells(error)
        else:
            form.show_theirs(error.theirs)
        return _page(_school(organisation_id), on_date, form, str(error)), error.status
    db.session.commit()
    _tell(count, on_date)
    year = AcademicYear.of(on_date).start
    return redirect(url_for("organisations.organisation", organisation_id=organisation_id, year=year), 303)


def _tell(count: int, on_date: date) -> None:
    words = plural(count, _("класс|класса|классов"))
    said = _("Записано на %(day)s: %(count)s %(words)s.", day=day(on_date), count=count, words=words)
    flash(said if count else _("Числа те же, записывать было нечего."), "good")


def _page(organisation: Organisation, on_date: date, form: HeadcountsForm, said: str = "") -> str:
    year = AcademicYear.of(on_date)
    years = sorted({current_year(organisation.municipality.region).start, *class_years(organisation.id)}, reverse=True)
    return render_template(
        "students/all_headcounts.html",
        organisation=organisation,
        year=year,
        on_date=on_date,
        dates=[one.on for start in years[:2] for one in counting_days(AcademicYear(start))],
        form=form,
        classes=_classes(organisation, on_date),
        said=said,
    )


def _date(organisation: Organisation) -> date:
    """Return the date of the address; one of a year the school has no classes in is as good as none."""
    today = today_of(organisation.municipality.region)
    asked = asked_date(request.args.get("date", ""))
    return asked or present_day(AcademicYear.of(today), today).on


def _classes(organisation: Organisation, on_date: date) -> list[SchoolClass]:
    return classes_of(organisation.id, AcademicYear.of(on_date).start)


def _likely(classes: list[SchoolClass]) -> dict[int, People]:
    """Return the latest number of each class, or as many as there are open numbers in its list."""
    counts = open_counts(one.id for one in classes)
    counted = {class_id: People(count) for class_id, count in counts.items()}
    return counted | {one.id: People(h.total, h.ovz, h.disabled) for one in classes for h in one.headcounts[-1:]}


def _school(organisation_id: int) -> Organisation:
    organisation = existing(organisation_id)
    if not organisation.has_classes:
        raise MissingError
    return organisation
