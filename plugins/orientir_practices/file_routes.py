"""Files of entries: brought by authors, taken by those who read the entry, by everybody once it is published."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.files.answers import send_content, send_stored
from orientir.i18n import _
from orientir.web.access import public, requires, viewer
from orientir.web.forms import show_error
from orientir.web.transactions import begin_late
from orientir.web.uploads import takes_file
from orientir_practices import bank, clean_copies, entries, entry_files, queries
from orientir_practices.acts import act, refused
from orientir_practices.clean_copies import NamesFoundError
from orientir_practices.forms import PaperForm
from orientir_practices.places import scope_of_contest, scope_of_entry, scope_of_own_sheet
from orientir_practices.rights import RUN, SCORE, VIEW, WRITE

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
            show_error(form, error)
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
    file = entry_files.paper_of(entry, file_id)
    return act(
        lambda: entry_files.remove(entry, file, actor=viewer().user_id),
        url_for(".index", entry_id=entry_id),
        _("Файл убран."),
    )


@blueprint.get("/entries/<int:entry_id>/files/<file_id>")
@requires(WRITE, scope_of_entry)
def take(entry_id: int, file_id: str) -> Response:
    return send_stored(entry_files.paper_of(queries.existing_entry(entry_id), file_id))


@blueprint.get("/contests/<int:contest_id>/entries/<int:entry_id>/files/<file_id>")
@requires(VIEW, scope_of_contest)
def take_at_desk(contest_id: int, entry_id: int, file_id: str) -> Response:
    entry = queries.existing_entry(entry_id, queries.existing_contest(contest_id))
    return send_stored(entry_files.paper_of(entry, file_id))


@blueprint.get("/contests/<int:contest_id>/entries/<int:entry_id>/files/<file_id>/copy")
@requires(VIEW, scope_of_contest)
def look_at_copy(contest_id: int, entry_id: int, file_id: str) -> Response:
    """Hand the secretary what an expert would get, before it is opened."""
    entry = queries.existing_entry(entry_id, queries.existing_contest(contest_id))
    file = entry_files.paper_of(entry, file_id)
    return send_content(clean_copies.copy_of(file), _("Копия для экспертов"), file.sort)


@blueprint.post("/contests/<int:contest_id>/entries/<int:entry_id>/files/<file_id>/open")
@requires(RUN, scope_of_contest)
def open_to_experts(contest_id: int, entry_id: int, file_id: str) -> AnyResponse:
    """Let experts read a copy: the secretary has looked at it, and once more where words of names stand in it."""
    entry = queries.existing_entry(entry_id, queries.existing_contest(contest_id))
    file, despite = entry_files.paper_of(entry, file_id), bool(request.form.get("despite"))

    def open_copy() -> None:
        if not request.form.get("read"):
            raise InvalidInputError(_("Сначала откройте копию, прочитайте её и отметьте, что имён в ней нет."), "read")
        clean_copies.open_file(entry, file, despite=despite, actor=viewer().user_id)

    try:
        return act(open_copy, _desk(contest_id, entry_id), _("Копия открыта экспертам. Это записано в журнал."))
    except NamesFoundError as error:
        return refused(error, _desk(contest_id, entry_id, doubt=file_id))


@blueprint.post("/contests/<int:contest_id>/entries/<int:entry_id>/files/<file_id>/shut")
@requires(RUN, scope_of_contest)
def shut_from_experts(contest_id: int, entry_id: int, file_id: str) -> AnyResponse:
    entry = queries.existing_entry(entry_id, queries.existing_contest(contest_id))
    file = entry_files.paper_of(entry, file_id)
    return act(
        lambda: clean_copies.shut_file(entry, file, actor=viewer().user_id),
        _desk(contest_id, entry_id),
        _("Эксперты этот файл больше не видят."),
    )


@blueprint.get("/sheets/<int:sheet_id>/files/<file_id>")
@requires(SCORE, scope_of_own_sheet)
def take_to_read(sheet_id: int, file_id: str) -> Response:
    """Hand a file to the expert who reads the entry; where reading is blind, the copy that names nobody."""
    return send_stored(clean_copies.paper_to_read(queries.existing_sheet(sheet_id).entry, file_id))


@blueprint.get("/bank/<int:entry_id>/files/<file_id>")
@public
def take_from_bank(entry_id: int, file_id: str) -> Response:
    return send_stored(entry_files.paper_of(bank.existing_practice(entry_id).entry, file_id))


def _desk(contest_id: int, entry_id: int, doubt: str | None = None) -> str:
    return url_for("practices_desk.entry", contest_id=contest_id, entry_id=entry_id, doubt=doubt, _anchor="files")
