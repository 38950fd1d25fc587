"""Pages of the move to the next year: all classes of a school, one confirmation in numbers, and it is done."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import CLASSES_MOVE
from orientir.clock import AcademicYear
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.models import Organisation
from orientir.organisations.queries import classes_of
from orientir.organisations.routes import existing
from orientir.organisations.scopes import scope_of_organisation
from orientir.students import moving
from orientir.students.forms import MoveForm
from orientir.students.moving_back import may_be_taken_back, take_back
from orientir.students.queries import are_moved, moves_of, open_counts
from orientir.students.seasons import moving_from
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error

blueprint = Blueprint("moving", __name__, url_prefix="/organisations/<int:organisation_id>/next-year")


@blueprint.app_template_global()
def may_move_classes(organisation: Organisation) -> bool:
    """Tell whether the page of an organisation leads to the move: right, season, and a class that still waits."""
    if not viewer().can(CLASSES_MOVE, organisation.scope):
        return False
    year = moving_from(organisation.municipality.region)
    return year is not None and not are_moved(organisation.id, year.start)


@blueprint.app_template_global()
def may_undo_move(organisation: Organisation) -> bool:
    """Tell whether the page of an organisation leads to what may be taken back."""
    return viewer().can(CLASSES_MOVE, organisation.scope) and may_be_taken_back(organisation)


@blueprint.get("")
@requires(CLASSES_MOVE, scope=scope_of_organisation)
def plan(organisation_id: int) -> str:
    organisation = _school(organisation_id)
    year = moving_from(organisation.municipality.region)
    if year is None:
        return render_template("students/moving/closed.html", organisation=organisation)
    return _form_page(organisation, year)


@blueprint.post("")
@requires(CLASSES_MOVE, scope=scope_of_organisation)
def move(organisation_id: int) -> Response | str | tuple[str, int]:
    """Check the plan and show what follows from it; confirmed, carry it out."""
    organisation = _school(organisation_id)
    year = moving_from(organisation.municipality.region)
    if year is None:
        raise ConflictError(_("Классы переводят с 1 мая по 31 октября."))
    classes = classes_of(organisation.id, year.start)
    moved = moves_of(one.id for one in classes)
    waiting = [one for one in classes if one.id not in moved]
    form = MoveForm.of_classes(waiting)
    chosen = form.plan(year) if form.validate() and request.form.get("step") != "edit" else None
    if chosen is None:
        page = _form_page(organisation, year, form)
        return (page, 400) if form.errors else page
    try:
        if request.form.get("step") == "move":
            return _carry_out(organisation, chosen)
        outcome = moving.foresee(organisation, chosen)
    except InvalidInputError as error:
        db.session.rollback()
        show_error(form, error)
        return _form_page(_school(organisation_id), year, form), 400
    return render_template(
        "students/moving/confirm.html", organisation=organisation, year=year, form=form, outcome=outcome, plan=chosen
    )


@blueprint.post("/undo")
@requires(CLASSES_MOVE, scope=scope_of_organisation)
def undo(organisation_id: int) -> Response:
    organisation = _school(organisation_id)
    year = moving_from(organisation.municipality.region)
    if year is None:
        raise ConflictError(_("Перевод можно отменить с 1 мая по 31 октября."))
    try:
        done = take_back(organisation, year, actor=viewer().user_id)
    except ConflictError as error:
        db.session.rollback()
        flash(str(error), "bad")
    else:
        db.session.commit()
        nothing = not (done.waiting or done.removed)
        flash(_("Отменять нечего.") if nothing else _("Перевод отменён: классы снова ждут."), "good")
    return redirect(url_for(".plan", organisation_id=organisation_id), 303)


def _carry_out(organisation: Organisation, chosen: moving.Plan) -> Response:
    done = moving.move_on(organisation, chosen, actor=viewer().user_id)
    db.session.commit()
    if done.is_empty:
        flash(_("Ничего не изменилось: эти классы уже переведены."), "good")
    else:
        flash(_("Готово: школа перешла на %(year)s год.", year=AcademicYear(chosen.year.start + 1)), "good")
    following = chosen.year.start + 1
    return redirect(url_for("organisations.organisation", organisation_id=organisation.id, year=following), 303)


def _form_page(organisation: Organisation, year: AcademicYear, form: MoveForm | None = None) -> str:
    classes = classes_of(organisation.id, year.start)
    moves = moves_of(one.id for one in classes)
    waiting = [one for one in classes if one.id not in moves]
    return render_template(
        "students/moving/plan.html",
        organisation=organisation,
        year=year,
        next_year=AcademicYear(year.start + 1),
        form=form or MoveForm.of_classes(waiting),
        waiting=waiting,
        moved=[(one, moves[one.id]) for one in classes if one.id in moves],
        counts=open_counts(one.id for one in waiting),
    )


def _school(organisation_id: int) -> Organisation:
    organisation = existing(organisation_id)
    if not organisation.has_classes:
        raise MissingError
    return organisation
