"""The pages of an expert: where one works, «осталось 4 из 9», the entry and its score sheet on one screen."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from orientir.accounts.models import User
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.models import Organisation
from orientir.organisations.queries import find_organisation, list_organisations
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error
from orientir_practices import clean_copies, entry_files, jury, queries, rounds, sheets
from orientir_practices.acts import act, refused
from orientir_practices.forms import WorkplaceForm
from orientir_practices.jury_models import Sheet, SheetState
from orientir_practices.models import Contest
from orientir_practices.places import scope_of_contest, scope_of_own_sheet
from orientir_practices.reading import reading_of, titles_of
from orientir_practices.rights import SCORE
from orientir_practices.sheets import Opinion
from orientir_practices.words import SHEET_STATES

blueprint = Blueprint("practices_jury", __name__, url_prefix="/practices", static_folder=None)
FormPage = Response | str | tuple[str, int]
MOST_PLACES = 12


@blueprint.get("/contests/<int:contest_id>/jury")
@requires(SCORE, scope_of_contest)
def index(contest_id: int) -> Response | str:
    contest = queries.existing_contest(contest_id)
    g.region = contest.region
    juror = jury.juror_of(contest, viewer().user_id)
    if juror is None:
        return redirect(url_for(".introduce", contest_id=contest_id), 303)
    own = queries.sheets_of(juror)
    return render_template(
        "practices/jury.html",
        contest=contest,
        sheets=own,
        titles=titles_of([sheet.entry for sheet in own]),
        left=sum(sheet.state in (SheetState.ASSIGNED, SheetState.OPEN) for sheet in own),
        total=sum(sheet.state != SheetState.DECLINED for sheet in own),
        until=rounds.last_day_of(contest, rounds.current(contest)),
        rounds={one: rounds.title_of(contest, one) for one in rounds.rounds_of(contest)},
        states=SHEET_STATES,
    )


@blueprint.route("/contests/<int:contest_id>/jury/workplace", methods=["GET", "POST"])
@requires(SCORE, scope_of_contest)
def introduce(contest_id: int) -> FormPage:
    """Ask an expert where they work: nobody reads entries of the own organisation or municipality."""
    contest = queries.existing_contest(contest_id)
    g.region = contest.region
    form = WorkplaceForm(request.values)
    found = _places(contest, form.q.data or "")
    form.offer(found)
    if request.method == "POST" and form.validate_on_submit():
        chosen = find_organisation(int(form.organisation_id.data)) if form.organisation_id.data else None
        try:
            jury.introduce(contest, _actor(), chosen, actor=viewer().user_id)
        except ConflictError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            return redirect(url_for(".index", contest_id=contest_id), 303)
    contest = queries.existing_contest(contest_id)
    juror = jury.juror_of(contest, viewer().user_id)
    page = render_template(
        "practices/workplace.html", contest=contest, form=form, found=found,
        juror=juror,
        place=find_organisation(juror.organisation_id) if juror and juror.organisation_id else None,
    )  # fmt: skip
    return page, 400 if form.errors else 200


@blueprint.route("/sheets/<int:sheet_id>", methods=["GET", "POST"])
@requires(SCORE, scope_of_own_sheet)
def sheet(sheet_id: int) -> FormPage:
    """Read an entry and score it; with `turn=save` (a script does it by itself) the page stays where it is."""
    found = queries.existing_sheet(sheet_id)
    if request.method == "GET":
        return _page(found, Opinion(found.scores, found.comments, found.summary), {})
    opinion = _opinion(found)
    is_draft = request.form.get("turn") == "save"
    try:
        if is_draft or request.form.get("turn") != "send":
            sheets.save(found, opinion)
        else:
            sheets.send(found, opinion, actor=viewer().user_id)
    except (ConflictError, InvalidInputError) as error:
        return _not_taken(found.id, opinion, error, is_draft=is_draft)
    db.session.commit()
    if is_draft:
        return jsonify(words="", fields={})
    if found.state != SheetState.SENT:
        flash(_("Черновик сохранён. К нему можно вернуться в любой день до срока."), "good")
        return redirect(url_for(".index", contest_id=found.entry.contest_id), 303)
    flash(_("Лист отправлен. Спасибо!"), "good")
    return redirect(_next_sheet(found), 303)


@blueprint.post("/sheets/<int:sheet_id>/free")
@requires(SCORE, scope_of_own_sheet)
def free(sheet_id: int) -> Response:
    """Take the word that nothing ties the expert to the entry."""
    found = queries.existing_sheet(sheet_id)
    return act(lambda: jury.declare_free(found, actor=viewer().user_id), url_for(".sheet", sheet_id=sheet_id))


@blueprint.post("/sheets/<int:sheet_id>/decline")
@requires(SCORE, scope_of_own_sheet)
def decline(sheet_id: int) -> Response:
    found, words = queries.existing_sheet(sheet_id), request.form.get("words", "")
    return act(
        lambda: jury.decline(found, words, actor=viewer().user_id),
        url_for(".sheet", sheet_id=sheet_id),
        _("Заявку передадут другому эксперту. Спасибо, что сказали."),
        onward=lambda: url_for(".index", contest_id=found.entry.contest_id),
    )


def _page(found: Sheet, opinion: Opinion, errors: Mapping[str, str]) -> str:
    contest = found.entry.contest
    g.region = contest.region
    if found.state in (SheetState.WITHDRAWN, SheetState.DECLINED):
        raise MissingError(_("Эту заявку читает другой эксперт."))
    living = (one for one in queries.sheets_of(found.juror) if one.state != SheetState.DECLINED)
    own = [one for one in living if one.round == found.round]
    papers = clean_copies.papers_to_read(found.entry)
    return render_template(
        "practices/sheet.html",
        contest=contest,
        sheet=found,
        reading=reading_of(found.entry),
        files=papers,
        unread=len(entry_files.papers_of(found.entry)) - len(papers),
        file_url=lambda file_id: url_for("practices_files.take_to_read", sheet_id=found.id, file_id=file_id),
        criteria=sheets.asked_in(found),
        weights=sheets.weights_in(found),
        round=rounds.title_of(contest, found.round) if contest.defence else "",
        until=rounds.last_day_of(contest, found.round),
        opinion=opinion,
        errors=errors,
        gaps=sheets.missing(found) if found.state == SheetState.OPEN else {},
        left=sum(one.state in (SheetState.ASSIGNED, SheetState.OPEN) for one in own),
        total=len(own),
        own=sorted(own, key=lambda one: one.entry.number or 0),
        states=SHEET_STATES,
        fewest=sheets.FEWEST_SIGNS,
        most=sheets.MOST_SIGNS,
        explained=sheets.EXPLAINED,
        scores=sheets.SCORES,
    )


def _not_taken(
    sheet_id: int, opinion: Opinion, error: ConflictError | InvalidInputError, *, is_draft: bool
) -> FormPage:
    """Answer a page that was not taken: what was typed stays on it."""
    db.session.rollback()
    words = str(error)
    if is_draft:
        answer = jsonify(words=words, fields={})
        answer.status_code = 409
        return answer
    if isinstance(error, ConflictError):
        return refused(error, url_for(".sheet", sheet_id=sheet_id))
    return _page(queries.existing_sheet(sheet_id), opinion, {error.field or "": words}), 400


def _opinion(found: Sheet) -> Opinion:
    """Return what the page says; a score that is no digit is left out and asked for again."""
    keys = [criterion.key for criterion in sheets.asked_in(found)]
    typed = {key: request.form.get(f"score_{key}", "") for key in keys}
    return Opinion(
        {key: int(words) for key, words in typed.items() if len(words) == 1 and words.isascii() and words.isdecimal()},
        {key: " ".join(request.form.get(f"comment_{key}", "").split()) for key in keys},
        request.form.get("summary", "").strip(),
    )


def _next_sheet(found: Sheet) -> str:
    waiting = [one for one in queries.sheets_of(found.juror) if one.state in (SheetState.ASSIGNED, SheetState.OPEN)]
    if waiting:
        return url_for(".sheet", sheet_id=waiting[0].id)
    return url_for(".index", contest_id=found.entry.contest_id)


def _places(contest: Contest, typed: str) -> list[Organisation]:
    """Return the organisations of the region with these words in their names."""
    return list_organisations([contest.region.scope], typed=typed, rows=MOST_PLACES).organisations if typed else []


def _actor() -> User:
    user: User = current_user.user
    return user
