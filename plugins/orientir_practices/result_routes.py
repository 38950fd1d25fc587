"""Ranking, single sheets and the protocol: seen by secretary and chair, decided and signed by the chair alone."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.accounts.queries import find_account
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.web.access import requires, viewer
from orientir_practices import appeals, conflicts, downloads, protocol, queries, results, rounds, sheets
from orientir_practices.consensus import consensus_of
from orientir_practices.explaining import method_in_words
from orientir_practices.jury_models import ProtocolKind, SheetState
from orientir_practices.models import Contest, Stage
from orientir_practices.places import scope_of_contest, scope_of_sheet
from orientir_practices.protocol import Given
from orientir_practices.rights import PRESIDE, VIEW
from orientir_practices.rows import rows_of
from orientir_practices.tables import jurors_table, ranking_table
from orientir_practices.words import PLACES, SHEET_STATES, STAGES

blueprint = Blueprint("practices_results", __name__, url_prefix="/practices", static_folder=None)


@blueprint.get("/contests/<int:contest_id>/ranking")
@requires(VIEW, scope_of_contest)
def ranking(contest_id: int) -> Response | str:
    contest = queries.existing_contest(contest_id)
    tables, awards = results.tables_of(contest), protocol.awards_of(contest)
    if file := asked_file(lambda: ranking_table(contest, tables, awards)):
        return file
    return render_template(
        "practices/ranking.html",
        contest=contest,
        tables=tables,
        awards=awards,
        given=_all_of(awards),
        rows_of=rows_of,
        rounds=_titles(contest),
        method=method_in_words(contest, tables),
    )


@blueprint.get("/contests/<int:contest_id>/consensus")
@requires(VIEW, scope_of_contest)
def consensus(contest_id: int) -> Response | str:
    """Show how the experts agree, criterion by criterion, and how strict each is."""
    contest = queries.existing_contest(contest_id)
    number = rounds.current(contest)
    if number > rounds.FIRST and request.args.get("round") == str(rounds.FIRST):
        number = rounds.FIRST
    found = consensus_of(contest, number)
    if file := asked_file(lambda: jurors_table(contest, found)):
        return file
    return render_template(
        "practices/consensus.html", contest=contest, consensus=found, number=number, rounds=_titles(contest)
    )


@blueprint.get("/contests/<int:contest_id>/sheets/<int:sheet_id>")
@requires(VIEW, scope_of_sheet)
def sheet(contest_id: int, sheet_id: int) -> str:
    """Show one sheet to those who run the contest."""
    found = queries.existing_sheet(sheet_id)
    if found.entry.contest_id != contest_id:
        raise MissingError
    contest, entry = found.entry.contest, found.entry
    g.region = contest.region
    closed = conflicts.closed_nominations(contest, viewer().user_id)
    return render_template(
        "practices/sheet_seen.html",
        contest=contest,
        tie=conflicts.tie_to(entry, viewer().user_id) if contest.stage != Stage.PUBLISHED else "",
        closed=closed.get(entry.nomination_id, ""),
        sheet=found,
        criteria=sheets.asked_in(found),
        weights=sheets.weights_in(found),
        round=_titles(found.entry.contest)[found.round - 1 :][:1],
        states=SHEET_STATES,
        is_sent=found.state == SheetState.SENT,
        may_give_back=found.state == SheetState.SENT and viewer().can(PRESIDE, contest.scope),
    )


@blueprint.post("/contests/<int:contest_id>/sheets/<int:sheet_id>/back")
@requires(PRESIDE, scope_of_sheet)
def give_back(contest_id: int, sheet_id: int) -> Response:
    found = queries.existing_sheet(sheet_id)
    if found.entry.contest_id != contest_id:
        raise MissingError
    here = url_for(".sheet", contest_id=contest_id, sheet_id=sheet_id)
    try:
        sheets.give_back(found, request.form.get("words", ""), actor=viewer().user_id)
    except (ConflictError, InvalidInputError) as error:
        return _refused(error, here)
    db.session.commit()
    flash(_("Лист вернули эксперту. Это записано в журнал."), "good")
    return redirect(here, 303)


@blueprint.get("/contests/<int:contest_id>/protocol")
@requires(VIEW, scope_of_contest)
def show(contest_id: int) -> str:
    contest = queries.existing_contest(contest_id)
    g.region = contest.region
    signed = protocol.find_protocol(contest)
    signer = find_account(signed.signed_by) if signed and signed.signed_by else None
    tables, awards = results.tables_of(contest), protocol.awards_of(contest)
    may_preside = viewer().can(PRESIDE, contest.scope)
    closed = conflicts.closed_nominations(contest, viewer().user_id) if may_preside else {}
    is_written = may_preside and contest.stage == Stage.PROTOCOL and signed is None
    return render_template(
        "practices/protocol.html",
        contest=contest,
        tables=tables,
        awards=awards,
        given=_all_of(awards),
        rows_of=rows_of,
        rounds=_titles(contest),
        method=signed.content.get("method", []) if signed else method_in_words(contest, tables),
        places=PLACES,
        appeals=appeals.appeals_in(contest),
        closed=closed,
        is_written=is_written,
        open=tuple(one.id for one in contest.nominations if is_written and one.id not in closed),
        signed=signed,
        signer=signer,
        may_preside=may_preside,
        stages=STAGES,
    )


@blueprint.post("/contests/<int:contest_id>/protocol/places")
@requires(PRESIDE, scope_of_contest)
def give_places(contest_id: int) -> Response:
    contest, here = queries.existing_contest(contest_id), url_for(".show", contest_id=contest_id)
    try:
        protocol.give_places(contest, _places(contest), actor=viewer().user_id)
    except (ConflictError, InvalidInputError) as error:
        return _refused(error, here)
    db.session.commit()
    flash(_("Места записаны в протокол."), "good")
    return redirect(here, 303)


@blueprint.post("/contests/<int:contest_id>/protocol/ties")
@requires(PRESIDE, scope_of_contest)
def part_tied(contest_id: int) -> Response:
    contest, here = queries.existing_contest(contest_id), url_for(".show", contest_id=contest_id)
    typed = {name: words for name, words in request.form.items() if name.startswith("order_") and words.strip()}
    try:
        order = {_number(name.removeprefix("order_")): _number(words.strip()) for name, words in typed.items()}
        protocol.part_tied(contest, order, request.form.get("words", ""), actor=viewer().user_id)
    except (ConflictError, InvalidInputError) as error:
        return _refused(error, here)
    db.session.commit()
    flash(_("Решение записано."), "good")
    return redirect(here, 303)


@blueprint.post("/contests/<int:contest_id>/protocol/sign")
@requires(PRESIDE, scope_of_contest)
def sign(contest_id: int) -> Response:
    contest, here = queries.existing_contest(contest_id), url_for(".show", contest_id=contest_id)
    try:
        protocol.sign(contest, actor=viewer().user_id)
    except ConflictError as error:
        return _refused(error, here)
    db.session.commit()
    flash(_("Протокол подписан."), "good")
    return redirect(here, 303)


@blueprint.post("/contests/<int:contest_id>/protocol/unsign")
@requires(PRESIDE, scope_of_contest)
def unsign(contest_id: int) -> Response:
    contest, here = queries.existing_contest(contest_id), url_for(".show", contest_id=contest_id)
    try:
        protocol.unsign(contest, request.form.get("words", ""), actor=viewer().user_id)
    except (ConflictError, InvalidInputError) as error:
        return _refused(error, here)
    db.session.commit()
    flash(_("Подпись снята. Это записано в журнал."), "good")
    return redirect(here, 303)


@blueprint.post("/contests/<int:contest_id>/entries/<int:entry_id>/appeal")
@requires(PRESIDE, scope_of_contest)
def answer(contest_id: int, entry_id: int) -> Response:
    """Answer an appeal."""
    entry = queries.existing_entry(entry_id, queries.existing_contest(contest_id))
    found, here = appeals.appeal_about(entry), url_for(".show", contest_id=contest_id)
    if found is None:
        raise MissingError
    try:
        appeals.answer(found, request.form.get("words", ""), actor=viewer().user_id)
    except (ConflictError, InvalidInputError) as error:
        return _refused(error, here)
    db.session.commit()
    flash(_("Ответ записан, авторы его увидят."), "good")
    return redirect(here, 303)


@blueprint.get("/contests/<int:contest_id>/protocol.pdf")
@requires(VIEW, scope_of_contest)
def paper(contest_id: int) -> Response:
    """Give the signed protocol: what was signed, not what would come out today."""
    return downloads.pdf_of(queries.existing_contest(contest_id), ProtocolKind.RESULTS)


@blueprint.get("/contests/<int:contest_id>/protocol.docx")
@requires(VIEW, scope_of_contest)
def paper_docx(contest_id: int) -> Response:
    """Give the same as a DOCX."""
    return downloads.docx_of(queries.existing_contest(contest_id), ProtocolKind.RESULTS)


def _titles(contest: Contest) -> tuple[str, ...]:
    """Return what the rounds are called so far; nothing where there is one."""
    numbers = rounds.rounds_of(contest)
    return tuple(rounds.title_of(contest, number) for number in numbers) if len(numbers) > 1 else ()


def _all_of(awards: Mapping[int, Given]) -> tuple[tuple[int, Given], ...]:
    """Return all the protocol gives as what tables are drawn for."""
    return tuple(sorted(awards.items()))


def _places(contest: Contest) -> dict[int, tuple[int, str]]:
    """Return the places as the page sends them: «place_12» with «reason_12»; none where nothing is chosen."""
    said = {}
    for line in results.lines_of(contest):
        chosen = request.form.get(f"place_{line.entry.id}", "")
        if chosen:
            said[line.entry.id] = (_number(chosen), request.form.get(f"reason_{line.entry.id}", ""))
    return said


def _number(words: str) -> int:
    if not (words.isascii() and words.isdecimal() and len(words) <= 9):
        raise InvalidInputError(_("Поставьте номер цифрой: 1, 2, 3."))
    return int(words)


def _refused(error: ConflictError | InvalidInputError, back: str) -> Response:
    db.session.rollback()
    flash(str(error), "bad")
    return redirect(back, 303)
