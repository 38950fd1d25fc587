"""Pages of a class: its headcounts and the numbers of its list.

A class page shows seats, so its view stands here, one package above organisations, but bears that blueprint's name: to
every other page it is simply the page of a class.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import CLASSES_EDIT, CLASSES_VIEW
from orientir.clock import AcademicYear
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _, plural
from orientir.organisations.forms import ClassForm, HeadcountForm, day_inside
from orientir.organisations.models import Organisation, SchoolClass
from orientir.organisations.queries import current_year, find_class, headcounts_of, today_of
from orientir.organisations.routes import blueprint as organisations
from orientir.organisations.routes import existing
from orientir.organisations.scopes import scope_of_class, scope_of_organisation
from orientir.organisations.services import add_class as make_class
from orientir.organisations.services import add_headcount as write_headcount
from orientir.organisations.services import remove_headcount as take_back_headcount
from orientir.organisations.tables import headcounts_table
from orientir.students import services
from orientir.students.class_page import class_page
from orientir.students.forms import NumbersForm
from orientir.students.models import Student
from orientir.students.queries import numbers_of
from orientir.students.tables import numbers_table
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error

blueprint = Blueprint("students", __name__, url_prefix="/classes/<int:class_id>")


@organisations.get("/classes/<int:class_id>")
@requires(CLASSES_VIEW, scope=scope_of_class)
def school_class(class_id: int) -> Response | str:
    found = existing_class(class_id)
    file = asked_file(
        lambda: headcounts_table(found, headcounts_of(found.id)),
        numbers=lambda: numbers_table(found, numbers_of(found.id)),
    )
    return file or _class_page(found)


@organisations.route("/organisations/<int:organisation_id>/classes/new", methods=["GET", "POST"])
@requires(CLASSES_EDIT, scope=scope_of_organisation)
def add_class(organisation_id: int) -> Response | str | tuple[str, int]:
    organisation = existing(organisation_id)
    if not organisation.has_classes:
        raise MissingError
    form = _class_form(organisation)
    if form.validate_on_submit():
        try:
            made = _add_class(organisation, form)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Добавлено: %(title)s.", title=made.title), "good")
            return redirect(class_url(made.id), 303)
    page = render_template("students/new_class.html", form=form, organisation=existing(organisation_id))
    return (page, 400) if form.errors else page


@blueprint.post("/headcounts")
@requires(CLASSES_EDIT, scope=scope_of_class)
def add_headcount(class_id: int) -> Response | tuple[str, int]:
    found = existing_class(class_id)
    form = HeadcountForm()
    if form.validate():
        try:
            _write_headcount(found, form)
        except InvalidInputError as error:
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Число записано."), "good")
            return redirect(class_url(found.id), 303)
    return _class_page(found, headcount_form=form), 400


@blueprint.post("/headcounts/remove")
@requires(CLASSES_EDIT, scope=scope_of_class)
def remove_headcount(class_id: int) -> Response:
    found = existing_class(class_id)
    try:
        on_date = date.fromisoformat(request.form.get("on_date", ""))
    except ValueError:
        raise InvalidInputError(_("Откройте страницу класса и выберите строку ещё раз.")) from None
    take_back_headcount(found, on_date, actor=viewer().user_id)
    db.session.commit()
    flash(_("Строка убрана."), "good")
    return redirect(class_url(found.id), 303)


@blueprint.post("/numbers")
@requires(CLASSES_EDIT, scope=scope_of_class)
def add_numbers(class_id: int) -> Response:
    found = existing_class(class_id)
    count = request.form.get("count", 1, type=int)
    try:
        added = services.add_numbers(found, count, actor=viewer().user_id)
    except InvalidInputError as error:
        return _refused(class_id, error)
    db.session.commit()
    flash(_tell(_("Добавлен номер|Добавлены номера|Добавлены номера"), [one.number for one in added]), "good")
    return redirect(class_url(found.id, "list"), 303)


@blueprint.post("/numbers/close")
@requires(CLASSES_EDIT, scope=scope_of_class)
def close_numbers(class_id: int) -> Response | tuple[str, int]:
    found = existing_class(class_id)
    form = NumbersForm()
    form.offer(numbers_of(found.id))
    if not form.validate() or not form.numbers.data:
        show_error(form, InvalidInputError(_("Отметьте номера, которые надо закрыть."), "numbers"))
        return _class_page(found, numbers_form=form), 400
    chosen = [int(number) for number in form.numbers.data]
    try:
        for number in chosen:
            services.close_number(found, number, actor=viewer().user_id)
    except InvalidInputError as error:
        return _refused(class_id, error)
    db.session.commit()
    flash(_tell(_("Закрыт номер|Закрыты номера|Закрыты номера"), chosen), "good")
    return redirect(class_url(found.id, "list"), 303)


@blueprint.post("/numbers/<int:number>/reopen")
@requires(CLASSES_EDIT, scope=scope_of_class)
def reopen_number(class_id: int, number: int) -> Response:
    found = existing_class(class_id)
    try:
        services.reopen_number(found, number, actor=viewer().user_id)
    except InvalidInputError as error:
        return _refused(class_id, error)
    db.session.commit()
    flash(_("Номер %(number)s снова в списке.", number=number), "good")
    return redirect(class_url(found.id, "list"), 303)


def _refused(class_id: int, error: InvalidInputError) -> Response:
    """Say on the class's page why its list stays as it was."""
    db.session.rollback()
    flash(str(error), "bad")
    return redirect(class_url(class_id, "list"), 303)


def existing_class(class_id: int) -> SchoolClass:
    """Return the class of the address; the access rule has met it already."""
    found = find_class(class_id)
    if found is None:
        raise MissingError
    return found


def class_url(class_id: int, anchor: str | None = None) -> str:
    """Return the address of a class's page, or of one of its sections."""
    return url_for("organisations.school_class", class_id=class_id, _anchor=anchor)


def _tell(forms: str, numbers: Sequence[int]) -> str:
    """Return «Закрыты номера 3, 7.»."""
    return f"{plural(len(numbers), forms)} {', '.join(map(str, numbers))}."


def _class_form(organisation: Organisation) -> ClassForm:
    """Return the form, set to the year the person came from and the likeliest date."""
    region = organisation.municipality.region
    current = current_year(region)
    asked = request.args.get("year", current.start, type=int)
    start = asked if abs(asked - current.start) <= 1 else current.start
    form = ClassForm(year=str(start), on_date=day_inside(AcademicYear(start), today_of(region)))
    form.offer(organisation)
    return form


def _add_class(organisation: Organisation, form: ClassForm) -> SchoolClass:
    made = make_class(organisation, int(form.year.data), form.name.data or "", actor=viewer().user_id)
    headcount = _write_headcount(made, form)
    services.open_numbers(made, headcount, actor=viewer().user_id)
    return made


def _write_headcount(found: SchoolClass, form: HeadcountForm) -> int:
    """Write what the form says and return the number of people."""
    on_date, total = form.on_date.data, form.total.data
    if on_date is None or total is None:
        raise InvalidInputError(_("Укажите число учеников и дату."), "total")
    write_headcount(
        found, on_date, total, ovz=form.ovz.data or 0, disabled=form.disabled.data or 0, actor=viewer().user_id
    )
    return total


def _class_page(
    found: SchoolClass, headcount_form: HeadcountForm | None = None, numbers_form: NumbersForm | None = None
) -> str:
    today = today_of(found.organisation.municipality.region)
    page = class_page(found, viewer())
    return render_template(
        "students/class.html",
        page=page,
        school_class=found,
        headcounts=page.headcounts,
        headcount_form=headcount_form or HeadcountForm(formdata=None, on_date=day_inside(found.academic_year, today)),
        numbers_form=numbers_form or _numbers_form(page.open_numbers),
    )


def _numbers_form(students: Sequence[Student]) -> NumbersForm:
    form = NumbersForm(formdata=None)
    form.offer(students)
    return form
