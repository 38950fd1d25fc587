"""The pages of the second round: its rules, and the short list that leads to it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from orientir.accounts.queries import find_account
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.web.access import requires, viewer
from orientir.web.forms import show_error
from orientir_practices import conflicts, defences, downloads, queries, results, shortlist
from orientir_practices.acts import act
from orientir_practices.defence_forms import DefenceForm, rubric_lines
from orientir_practices.explaining import going_in_words
from orientir_practices.jury_models import ProtocolKind
from orientir_practices.models import Contest, Stage
from orientir_practices.places import scope_of_contest
from orientir_practices.rights import MANAGE, PRESIDE, VIEW
from orientir_practices.scoring import WEIGHTS
from orientir_practices.tables import shortlist_table

blueprint = Blueprint("practices_rounds", __name__, url_prefix="/practices/contests", static_folder=None)
SPARE = 2  # empty lines for further criteria
FormPage = Response | str | tuple[str, int]


@blueprint.route("/<int:contest_id>/defence", methods=["GET", "POST"])
@requires(MANAGE, scope_of_contest)
def defence(contest_id: int) -> FormPage:
    """Give the contest a second round, or change it."""
    contest = queries.existing_contest(contest_id)
    form = DefenceForm.of(contest)
    typed = request.form if request.method == "POST" else MultiDict()
    if form.validate_on_submit():
        try:
            lines = rubric_lines(typed) if form.has_own.data else []
            defences.set_defence(contest, form.plan(ZoneInfo(contest.timezone), lines), actor=viewer().user_id)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Правила защиты сохранены."), "good")
            return redirect(url_for("practices_contests.rules", contest_id=contest_id), 303)
    contest = queries.existing_contest(contest_id)
    stands = contest.defence.rubric if contest.defence and contest.defence.rubric else defences.shipped_rubric()
    page = render_template(
        "practices/defence.html",
        form=form,
        contest=contest,
        lines=stands,
        places=range(1, min(defences.MOST_CRITERIA, len(stands) + SPARE) + 1),
        typed=typed,
        wanted=WEIGHTS,
        may_drop=contest.defence is not None and contest.stage == Stage.DRAFT,
    )
    return page, 400 if form.errors else 200


@blueprint.post("/<int:contest_id>/defence/drop")
@requires(MANAGE, scope_of_contest)
def drop_defence(contest_id: int) -> Response:
    """Make it a contest of one round again."""
    contest = queries.existing_contest(contest_id)
    return act(
        lambda: defences.drop_defence(contest, actor=viewer().user_id),
        url_for("practices_contests.rules", contest_id=contest_id),
        _("Теперь у конкурса один раунд."),
    )


@blueprint.get("/<int:contest_id>/shortlist")
@requires(VIEW, scope_of_contest)
def index(contest_id: int) -> Response | str:
    """Show who goes to the defence, as the first round proposes it and as the chair decides."""
    contest = _with_defence(contest_id)
    tables, decided = results.tables_of_first_round(contest), shortlist.decisions_of(contest)
    usual = shortlist.proposed(contest, [line for table in tables for line in table.lines])
    if file := asked_file(lambda: shortlist_table(contest, tables, usual, decided)):
        return file
    signed = shortlist.find_shortlist(contest)
    presides = viewer().can(PRESIDE, contest.scope)
    return render_template(
        "practices/shortlist.html",
        contest=contest,
        tables=tables,
        proposed=usual,
        going=going_in_words(contest),
        decided=decided,
        signed=signed,
        signer=find_account(signed.signed_by) if signed and signed.signed_by else None,
        may_preside=presides,
        closed=conflicts.closed_nominations(contest, viewer().user_id) if presides else {},
        is_written=presides and contest.stage == Stage.SHORTLIST and not signed,
    )


@blueprint.post("/<int:contest_id>/shortlist")
@requires(PRESIDE, scope_of_contest)
def decide(contest_id: int) -> Response:
    contest = _with_defence(contest_id)
    return act(
        lambda: shortlist.decide(contest, _decisions(contest), actor=viewer().user_id),
        url_for(".index", contest_id=contest_id),
        _("Шорт-лист записан."),
    )


@blueprint.post("/<int:contest_id>/shortlist/sign")
@requires(PRESIDE, scope_of_contest)
def sign(contest_id: int) -> Response:
    contest = _with_defence(contest_id)
    return act(
        lambda: shortlist.sign(contest, actor=viewer().user_id),
        url_for(".index", contest_id=contest_id),
        _("Шорт-лист подписан."),
    )


@blueprint.post("/<int:contest_id>/shortlist/unsign")
@requires(PRESIDE, scope_of_contest)
def unsign(contest_id: int) -> Response:
    contest = _with_defence(contest_id)
    return act(
        lambda: shortlist.unsign(contest, request.form.get("words", ""), actor=viewer().user_id),
        url_for(".index", contest_id=contest_id),
        _("Подпись снята. Это записано в журнал."),
    )


@blueprint.get("/<int:contest_id>/shortlist.pdf")
@requires(VIEW, scope_of_contest)
def paper(contest_id: int) -> Response:
    """Give the signed short list: what was signed, not what would come out today."""
    return downloads.pdf_of(_with_defence(contest_id), ProtocolKind.SHORTLIST)


@blueprint.get("/<int:contest_id>/shortlist.docx")
@requires(VIEW, scope_of_contest)
def paper_docx(contest_id: int) -> Response:
    """Give the same as a DOCX."""
    return downloads.docx_of(_with_defence(contest_id), ProtocolKind.SHORTLIST)


def _decisions(contest: Contest) -> dict[int, shortlist.Decision]:
    """Return what the page says of the nominations it let the chair decide in: a box that is not ticked is a no."""
    closed = conflicts.closed_nominations(contest, viewer().user_id)
    return {
        line.entry.id: (f"in_{line.entry.id}" in request.form, request.form.get(f"reason_{line.entry.id}", ""))
        for line in shortlist.lines_of(contest)
        if line.entry.nomination_id not in closed
    }


def _with_defence(contest_id: int) -> Contest:
    """Return a contest that has a second round; raises ConflictError for one that has none."""
    contest = queries.existing_contest(contest_id)
    if contest.defence is None:
        raise ConflictError(_("У этого конкурса один раунд: шорт-листа нет."))
    return contest
