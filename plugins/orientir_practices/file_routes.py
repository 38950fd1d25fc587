"""Files of entries: brought by authors, taken by those who read the entry, by everybody once it is published."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.files.answers import send_stored
from orientir.i18n import _
from orientir.web.access import public, requires, viewer
from orientir.web.forms import show_error
from orientir.web.transactions import begin_late
from orientir.web.uploads import takes_file
from orientir_practices import bank, entries, entry_files, queries
from orientir_practices.forms import PaperForm
from orientir_practices.places import scope_of_contest, scope_of_entry, scope_of_own_sheet
from orientir_practices.rights import SCORE, VIEW, WRITE

blueprint = Blueprint("practices_files", __name__, url_prefix="/practices", static_folder=None)


@blueprint.route("/entries/<int:entry_id>/files", methods=["GET", "POST"])
@takes_file
@requires(WRITE, scope_of_entry)
def index(entry_id: int) -> AnyResponse | tuple[str, int]:
    form = PaperForm()
    if form.validate_on_submit():
        try:
            brought = form.file.brought()
            begin_late()
            entry_files.attach(queries.existing_entry(entry_id), brought, actor=viewer().user_id)
        except (InvalidInputError, ConflictError) as error:
            db.session.rollback()
            show_error(form, error if isinstance(error, InvalidInputError) else InvalidInputError(str(error), "file"))
        else:
            db.session.commit()
            flash(_("Файл приложен."), "good")
            return redirect(url_for(".index", entry_id=entry_id), 303)
    entry = queries.existing_entry(entry_id)
    page = render_template(
        "practices/files.html", entry=entry, form=form, files=entry_files.papers_of(entry), most=entry_files.MOST,
        closed=entries.closed_reason(entry),
    )  # fmt: skip
    return page, 400 if form.errors else 200


@blueprint.post("/entries/<int:entry_id>/files/<file_id>/remove")
@requires(WRITE, scope_of_entry)
def remove(entry_id: int, file_id: str) -> AnyResponse:
    entry = queries.existing_entry(entry_id)
    try:
        entry_files.remove(entry, entry_files.paper_of(entry, file_id), actor=viewer().user_id)
    except ConflictError as error:
        db.session.rollback()
        flash(str(error), "bad")
    else:
        db.session.commit()
        flash(_("Файл убран."), "good")
    return redirect(url_for(".index", entry_id=entry_id), 303)


@blueprint.get("/entries/<int:entry_id>/files/<file_id>")
@requires(WRITE, scope_of_entry)
def take(entry_id: int, file_id: str) -> Response:
    return send_stored(entry_files.paper_of(queries.existing_entry(entry_id), file_id))


@blueprint.get("/contests/<int:contest_id>/entries/<int:entry_id>/files/<file_id>")
@requires(VIEW, scope_of_contest)
def take_at_desk(contest_id: int, entry_id: int, file_id: str) -> Response:
    entry = queries.existing_entry(entry_id, queries.existing_contest(contest_id))
    return send_stored(entry_files.paper_of(entry, file_id))


@blueprint.get("/sheets/<int:sheet_id>/files/<file_id>")
@requires(SCORE, scope_of_own_sheet)
def take_to_read(sheet_id: int, file_id: str) -> Response:
    """Hand a file to the expert who reads the entry; where reading is blind there are none: files name their makers."""
    entry = queries.existing_sheet(sheet_id).entry
    if entry.contest.is_blind:
        raise MissingError
    return send_stored(entry_files.paper_of(entry, file_id))


@blueprint.get("/bank/<int:entry_id>/files/<file_id>")
@public
def take_from_bank(entry_id: int, file_id: str) -> Response:
    return send_stored(entry_files.paper_of(bank.existing_practice(entry_id).entry, file_id))
