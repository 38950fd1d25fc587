"""Cards of a class: issue them, print the sheet, make one anew."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from orientir.accounts.roles import CLASSES_EDIT
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _, plural
from orientir.organisations.models import SchoolClass
from orientir.organisations.scopes import scope_of_class
from orientir.students import cards
from orientir.students.forms import ReissueForm
from orientir.students.models import Student
from orientir.students.queries import find_number, numbers_are_settled, numbers_of
from orientir.students.routes import class_url, existing_class
from orientir.students.sheets import CardSheet, card_sheet
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error
from orientir.web.links import site_address

blueprint = Blueprint("cards", __name__, url_prefix="/classes/<int:class_id>/cards")


@blueprint.post("")
@requires(CLASSES_EDIT, scope=scope_of_class)
def issue(class_id: int) -> Response:
    found = existing_class(class_id)
    try:
        count = cards.issue_cards(found, actor=viewer().user_id)
    except InvalidInputError as error:
        db.session.rollback()
        flash(str(error), "bad")
    else:
        db.session.commit()
        words = plural(count, _("новая карточка|новые карточки|новых карточек"))
        said = _("%(count)s %(words)s. Распечатайте лист и раздайте по журналу.", count=count, words=words)
        flash(said if count else _("Карточки есть у всех номеров."), "good")
    return redirect(class_url(class_id, "cards"), 303)


@blueprint.get("/sheet.pdf")
@requires(CLASSES_EDIT, scope=scope_of_class)
def sheet(class_id: int) -> Response:
    """Print the cards of the class, or the one the address names; nothing is changed, so it may be printed again."""
    found = existing_class(class_id)
    asked = request.args.get("number", type=int)
    students = numbers_of(found.id) if asked is None else [find_number(found, asked)]
    digits = {} if numbers_are_settled(found) else cards.digits_of(students)
    if not digits:
        raise ConflictError(_("Печатать нечего: действующих карточек нет. Выдайте их на странице класса."))
    pdf = BytesIO(card_sheet(_sheet_of(found, digits)))
    return send_file(pdf, "application/pdf", download_name=_("Карточки учеников.pdf"))


@blueprint.get("/anew")
@requires(CLASSES_EDIT, scope=scope_of_class)
def all_anew(class_id: int) -> str:
    found = existing_class(class_id)
    return _anew_page(found, ReissueForm(formdata=None))


@blueprint.post("/anew")
@requires(CLASSES_EDIT, scope=scope_of_class)
def reissue_all(class_id: int) -> Response | tuple[str, int]:
    """Make the cards of the whole class anew: a sheet was lost, or seen by strangers."""
    found, form = existing_class(class_id), ReissueForm()
    if form.validate():
        try:
            count = cards.reissue_all(found, form.reason.data, seen=form.seen.data or 0, actor=viewer().user_id)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            done = _("Старые карточки больше не действуют: %(count)s. Распечатайте новый лист.", count=count)
            flash(done if count else _("Карточки только что выдали заново. Распечатайте лист."), "good")
            return redirect(class_url(class_id, "cards"), 303)
    return _anew_page(found, form), 400


@blueprint.get("/<int:number>")
@requires(CLASSES_EDIT, scope=scope_of_class)
def card(class_id: int, number: int) -> str:
    found = existing_class(class_id)
    student = find_number(found, number)
    form = ReissueForm(formdata=None, seen=cards.cards_of([student]).get(student.id))
    return _card_page(found, student, form)


@blueprint.post("/<int:number>")
@requires(CLASSES_EDIT, scope=scope_of_class)
def reissue(class_id: int, number: int) -> Response | tuple[str, int]:
    found = existing_class(class_id)
    student = find_number(found, number)
    form = ReissueForm()
    if form.validate():
        try:
            done = cards.reissue_card(found, number, form.reason.data, seen=form.seen.data or 0, actor=viewer().user_id)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            _tell(number, done=done)
            return redirect(url_for("cards.card", class_id=class_id, number=number), 303)
    return _card_page(found, student, form), 400


def _tell(number: int, *, done: bool) -> None:
    if done:
        flash(_("Старая карточка № %(number)s больше не действует. Распечатайте новую.", number=number), "good")
    else:
        flash(_("Карточку № %(number)s только что выдали заново. Распечатайте её.", number=number), "near")


def _card_page(found: SchoolClass, student: Student, form: ReissueForm) -> str:
    return render_template(
        "students/card.html",
        school_class=found,
        student=student,
        generation=cards.cards_of([student]).get(student.id),
        settled=numbers_are_settled(found),
        form=form,
    )


def _anew_page(found: SchoolClass, form: ReissueForm) -> str:
    alive = {} if numbers_are_settled(found) else cards.cards_of(numbers_of(found.id))
    return render_template(
        "students/cards_anew.html", school_class=found, count=len(alive), seen=cards.sum_seen(alive), form=form
    )


def _sheet_of(found: SchoolClass, digits: dict[int, str]) -> CardSheet:
    return CardSheet(
        school=found.organisation.name,
        class_title=found.title,
        year=str(found.academic_year),
        base_url=site_address(),
        digits=digits,
        is_demo=found.organisation.municipality.region.is_demo,
    )
