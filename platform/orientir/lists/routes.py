"""Pages of a list on its way in: columns, preview, progress, outcome. Each is for whoever brought the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.contracts import Importer, RowState, Scope
from orientir.db import db
from orientir.documents.downloads import asked_file, send_table
from orientir.documents.tables import EVERY_ROW
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.jobs import services as jobs
from orientir.lists import queries, services
from orientir.lists.forms import MatchingForm, matching_form
from orientir.lists.headers import Matching
from orientir.lists.importers import find_importer
from orientir.lists.models import ImportState, ListImport
from orientir.lists.pages import preview_of, rejected_table, sample_of, titles_in
from orientir.lists.storage import open_plan, open_sheets
from orientir.lists.tables import imports_table
from orientir.web.access import requires, signed_in, viewer
from orientir.web.transactions import begin_late, begins_as_reader

blueprint = Blueprint("lists", __name__, url_prefix="/lists/imports")


def scope_of_own_import(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of a list the viewer brought; somebody else's does not exist, whatever the role."""
    found = queries.find_import(arguments["import_id"])
    if found is None or found.actor_id != viewer().user_id:
        return None
    held = viewer().scopes("")
    return next((one for one in held if one.covers(found.scope) or found.scope.covers(one)), None)


@blueprint.get("/")
@signed_in
def imports() -> Response | str:
    own = viewer().user_id or 0
    if file := asked_file(lambda: imports_table(queries.imports_of(own, EVERY_ROW), _title_of)):
        return file
    found = queries.imports_of(own)
    return render_template("lists/imports.html", imports=found, title_of=_title_of)


@blueprint.get("/<int:import_id>")
@requires("", scope_of_own_import)
def one(import_id: int) -> str:
    found = _existing(import_id)
    if found.is_confirmed:
        return _outcome_page(found)
    if found.state == ImportState.PREVIEW and request.args.get("step") != "matching":
        return _preview_page(found)
    return _matching_page(found)


@blueprint.post("/<int:import_id>/matching")
@begins_as_reader
@requires("", scope_of_own_import)
def match(import_id: int) -> Response | tuple[str, int]:
    found = _existing(import_id)
    services.refuse_confirmed(found)
    importer, sheets = find_importer(found.importer), open_sheets(found.sealed_source)
    asked, _known = services.likely_matching(importer, found.scope, sheets, _asked(request.form, len(sheets)))
    form = matching_form(importer.columns(found.scope), sheets[asked.sheet], asked, posted=True)
    if form.validate():
        try:
            matching = _with_spread(importer, form.matching(asked))
            choices = found.choices or services.remembered_choices(found, sheets, matching)
            plan = services.plan_of(found, sheets, matching, choices)
        except InvalidInputError as error:
            form.tell(error)
        else:
            begin_late()
            services.keep_plan(_existing(import_id), sheets, matching, choices, plan)
            db.session.commit()
            return redirect(url_for(".one", import_id=import_id), 303)
    return _matching_page(found, form, asked), 400


@blueprint.post("/<int:import_id>/choices")
@begins_as_reader
@requires("", scope_of_own_import)
def choose(import_id: int) -> Response:
    found = _existing(import_id)
    services.refuse_confirmed(found)
    matching = services.unpack_matching(found)
    if matching is None or request.form.get("plan") != found.plan_digest:
        raise ConflictError(_("Просмотр успел измениться. Проверьте список ещё раз."))
    said = {
        (question.column, question.value): answer
        for question in queries.questions_in(open_plan(found.sealed_plan))
        for answer in [request.form.get(f"choice-{question.number}", "")]
        if answer in {choice.key for choice in question.choices}
    }
    choices = services.with_choices(found.choices, said)
    sheets = open_sheets(found.sealed_source)
    plan = services.plan_of(found, sheets, matching, choices)
    begin_late()
    services.keep_plan(_existing(import_id), sheets, matching, choices, plan)
    db.session.commit()
    return redirect(url_for(".one", import_id=import_id), 303)


@blueprint.post("/<int:import_id>/confirm")
@requires("", scope_of_own_import)
def confirm(import_id: int) -> Response:
    services.confirm(_existing(import_id), request.form.get("plan", ""), actor=viewer().user_id)
    db.session.commit()
    return redirect(url_for(".one", import_id=import_id), 303)


@blueprint.post("/<int:import_id>/resume")
@requires("", scope_of_own_import)
def resume(import_id: int) -> Response:
    """Go on with a list whose job failed; rows that were written are not written again."""
    job = _existing(import_id).job
    if job is None:
        raise ConflictError
    jobs.retry(job)
    db.session.commit()
    return redirect(url_for(".one", import_id=import_id), 303)


@blueprint.post("/<int:import_id>/discard")
@requires("", scope_of_own_import)
def discard(import_id: int) -> Response:
    found = _existing(import_id)
    back = find_importer(found.importer).page(found.scope)
    services.discard(found)
    db.session.commit()
    flash(_("Список убран, в базе ничего не изменилось."), "good")
    return redirect(back, 303)


@blueprint.get("/<int:import_id>/rejected.<any(xlsx, csv):form>")
@requires("", scope_of_own_import)
def rejected(import_id: int, form: str) -> Response:
    found = _existing(import_id)
    return send_table(rejected_table(found, find_importer(found.importer)), form)


def _existing(import_id: int) -> ListImport:
    found = queries.find_import(import_id)
    if found is None:
        raise MissingError
    return found


def _asked(source: Mapping[str, str], sheets: int) -> Matching | None:
    """Return the sheet, the header and the hidden cells an address or a form asks for; None where it asks nothing."""
    sheet = source.get("sheet", "")
    if not (sheet.isascii() and sheet.isdecimal() and len(sheet) < 5 and int(sheet) < sheets):
        return None
    header = source.get("header", "")
    is_row = header.isascii() and header.isdecimal() and len(header) < 6
    return Matching(int(sheet), int(header) if is_row else -1, with_hidden=source.get("hidden") == "1")


def _with_spread(importer: Importer, said: Matching) -> Matching:
    """Drop the columns of a wide table once the person names the column of the value itself."""
    if importer.wide is None or importer.wide.key not in said.columns:
        return said
    return Matching(said.sheet, said.header, said.columns, said.constants, {}, said.with_hidden)


def _title_of(found: ListImport) -> str:
    try:
        return str(find_importer(found.importer).title)
    except MissingError:
        return found.importer


def _matching_page(found: ListImport, form: MatchingForm | None = None, asked: Matching | None = None) -> str:
    importer, sheets = find_importer(found.importer), open_sheets(found.sealed_source)
    if asked is None:
        asked, _known = services.likely_matching(
            importer, found.scope, sheets, _asked(request.args, len(sheets)) or services.unpack_matching(found)
        )
    return render_template(
        "lists/matching.html",
        found=found,
        importer=importer,
        sample=sample_of(sheets, asked),
        form=form or matching_form(importer.columns(found.scope), sheets[asked.sheet], asked),
        back=importer.page(found.scope),
    )


def _preview_page(found: ListImport) -> str:
    importer = find_importer(found.importer)
    asked = request.args.get("state", "")
    state = RowState(asked) if asked in set(RowState) else None
    page = request.args.get("page", 1, type=int)
    return render_template(
        "lists/preview.html", preview=preview_of(found, importer, state, page), back=importer.page(found.scope)
    )


def _outcome_page(found: ListImport) -> str:
    importer = find_importer(found.importer)
    return render_template(
        "lists/outcome.html",
        found=found,
        importer=importer,
        rejected=queries.rejected_rows(found, titles_in(importer, found)) if found.state == ImportState.DONE else [],
        back=importer.page(found.scope),
    )
