"""The secretary's desk: the queue of entries, decisions about each, who reads what, who owes what."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.organisations.queries import today_of
from orientir.questionnaires import Facts, document_at, review_sections, visible_sections
from orientir.web.access import requires, viewer
from orientir.web.formats import counted
from orientir.web.forms import asked_day, show_error
from orientir_practices import (
    clean_copies,
    conflicts,
    consents,
    desk,
    distributing,
    entries,
    entry_files,
    jury,
    people,
    queries,
    rounds,
    stages,
)
from orientir_practices.acts import act
from orientir_practices.forms import AssignForm, ExtendForm, QueueForm, RejectForm, ReturnForm, day_after
from orientir_practices.jury_models import SheetState
from orientir_practices.models import Entry, EntryState
from orientir_practices.places import scope_of_contest, scope_of_juror
from orientir_practices.rights import MANAGE, RUN, VIEW
from orientir_practices.tables import board_table, entries_table
from orientir_practices.words import ENTRY_STATES, SHEET_STATES, STAGES, TONES

blueprint = Blueprint("practices_desk", __name__, url_prefix="/practices/contests", static_folder=None)
FormPage = Response | str | tuple[str, int]


@blueprint.get("/<int:contest_id>/desk")
@requires(VIEW, scope_of_contest)
def index(contest_id: int) -> Response | str:
    contest = queries.existing_contest(contest_id)
    form = QueueForm(request.args)
    form.offer(contest)
    if file := asked_file(
        lambda: entries_table(contest, queries.queue_of(contest, form.wanted(), rows=10_000).entries)
    ):
        return file
    conditions = {name: value for name, value in form.data.items() if value}
    return render_template(
        "practices/desk.html",
        contest=contest,
        steps=stages.steps_from(contest),
        counts=queries.count_by_state(contest),
        form=form,
        page=queries.queue_of(contest, form.wanted(), page=request.args.get("page", 1, type=int)),
        page_url=lambda number: url_for(".index", contest_id=contest_id, **conditions, page=number),
        debts=distributing.debts_of(contest),
        may_run=viewer().can(RUN, contest.scope),
        may_manage=viewer().can(MANAGE, contest.scope),
        states=ENTRY_STATES,
        tones=TONES,
        stages=STAGES,
    )


@blueprint.get("/<int:contest_id>/entries/<int:entry_id>")
@requires(VIEW, scope_of_contest)
def entry(contest_id: int, entry_id: int) -> str:
    return _entry_page(_entry(contest_id, entry_id))


@blueprint.post("/<int:contest_id>/entries/<int:entry_id>/accept")
@requires(RUN, scope_of_contest)
def accept(contest_id: int, entry_id: int) -> Response:
    found = _entry(contest_id, entry_id)
    return act(
        lambda: desk.accept(found, actor=viewer().user_id),
        _address(found),
        _("Заявка № %(number)s принята.", number=found.number),
        onward=lambda: _next_waiting(found),
    )


@blueprint.post("/<int:contest_id>/entries/<int:entry_id>/return")
@requires(RUN, scope_of_contest)
def send_back(contest_id: int, entry_id: int) -> FormPage:
    found, form = _entry(contest_id, entry_id), ReturnForm()
    if form.validate_on_submit():
        try:
            until = day_after(asked_day(form.until), ZoneInfo(found.contest.timezone))
            desk.send_back(found, form.remark.data or "", until, actor=viewer().user_id)
        except (ConflictError, InvalidInputError) as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Вернули с вашим замечанием. Авторам ушло письмо."), "good")
            return redirect(_next_waiting(found), 303)
    return _entry_page(_entry(contest_id, entry_id), returning=form), 400


@blueprint.post("/<int:contest_id>/entries/<int:entry_id>/reject")
@requires(RUN, scope_of_contest)
def reject(contest_id: int, entry_id: int) -> FormPage:
    found, form = _entry(contest_id, entry_id), RejectForm()
    if form.validate_on_submit():
        try:
            desk.reject(found, form.reason.data or "", form.words.data or "", actor=viewer().user_id)
        except (ConflictError, InvalidInputError) as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Заявка отклонена. Авторам ушло письмо с причиной."), "good")
            return redirect(_next_waiting(found), 303)
    return _entry_page(_entry(contest_id, entry_id), rejecting=form), 400


@blueprint.post("/<int:contest_id>/entries/<int:entry_id>/extend")
@requires(RUN, scope_of_contest)
def extend(contest_id: int, entry_id: int) -> FormPage:
    found, form = _entry(contest_id, entry_id), ExtendForm()
    if form.validate_on_submit():
        try:
            until = day_after(asked_day(form.until), ZoneInfo(found.contest.timezone))
            desk.extend(found, until, form.reason.data or "", actor=viewer().user_id)
        except (ConflictError, InvalidInputError) as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_("Срок для этой заявки продлён. Это записано в журнал."), "good")
            return redirect(url_for(".entry", contest_id=contest_id, entry_id=entry_id), 303)
    return _entry_page(_entry(contest_id, entry_id), extending=form), 400


@blueprint.get("/<int:contest_id>/distribution")
@requires(VIEW, scope_of_contest)
def distribution(contest_id: int) -> Response | str:
    """Show who reads what, and what is missing to begin."""
    contest = queries.existing_contest(contest_id)
    ties = conflicts.ties_of(contest, viewer().user_id)
    board = [(one, [] if one.id in ties else found) for one, found in distributing.board_of(contest)]
    if file := asked_file(lambda: board_table(contest, board)):
        return file
    return render_template(
        "practices/distribution.html",
        contest=contest,
        board=board,
        ties=ties,
        each=rounds.each_of(contest, rounds.current(contest)),
        jurors=jury.jurors_in(contest),
        silent=distributing.silent_experts(contest),
        may_run=viewer().can(RUN, contest.scope),
        states=SHEET_STATES,
        taken=SheetState.SENT,
    )


@blueprint.post("/<int:contest_id>/distribution")
@requires(RUN, scope_of_contest)
def distribute(contest_id: int) -> Response:
    """Give every accepted entry as many experts as the contest asks for, evenly."""
    contest = queries.existing_contest(contest_id)
    made: list[int] = []

    def words() -> str:
        if not made[0]:
            return _("Все заявки уже розданы.")
        given = counted(made[0], _("назначение|назначения|назначений"))
        return _("Сделано %(words)s. Экспертам ушли письма.", words=given)

    return act(
        lambda: made.append(distributing.distribute(contest, actor=viewer().user_id)),
        url_for(".distribution", contest_id=contest_id),
        words,
    )


@blueprint.post("/<int:contest_id>/entries/<int:entry_id>/jurors")
@requires(RUN, scope_of_contest)
def assign(contest_id: int, entry_id: int) -> Response:
    found, chosen = _entry(contest_id, entry_id), request.form.get("juror_id", 0, type=int)

    def give() -> None:
        juror = jury.find_juror(found.contest, chosen)
        jury.assign(found, juror, actor=viewer().user_id)
        distributing.tell_one(found, juror)

    return act(give, _address(found), _("Эксперт назначен."))


@blueprint.post("/<int:contest_id>/entries/<int:entry_id>/jurors/<int:sheet_id>/drop")
@requires(RUN, scope_of_contest)
def unassign(contest_id: int, entry_id: int, sheet_id: int) -> Response:
    found = _entry(contest_id, entry_id)
    sheet = distributing.sheet_about(found, sheet_id)
    return act(
        lambda: jury.unassign(sheet, actor=viewer().user_id),
        _address(found),
        _("Заявку у эксперта забрали. Назначьте другого."),
    )


@blueprint.post("/<int:contest_id>/jurors/<int:juror_id>/hand-over")
@requires(RUN, scope_of_juror)
def hand_over(contest_id: int, juror_id: int) -> Response:
    """Give what an expert has not scored to others."""
    contest = queries.existing_contest(contest_id)
    moved: list[int] = []
    return act(
        lambda: moved.append(
            distributing.hand_over(contest, jury.find_juror(contest, juror_id), actor=viewer().user_id)
        ),
        url_for(".index", contest_id=contest_id),
        lambda: _("Передано другим: %(words)s. Экспертам ушли письма.",
                  words=counted(moved[0], _("заявка|заявки|заявок"))),
    )  # fmt: skip


@blueprint.post("/<int:contest_id>/remind")
@requires(RUN, scope_of_contest)
def remind(contest_id: int) -> Response:
    """Remind every expert who owes sheets, once a day at most."""
    contest = queries.existing_contest(contest_id)
    told = distributing.remind(contest, today_of(contest.region), actor=viewer().user_id)
    db.session.commit()
    flash(_("Напомнили: %(count)s.", count=told) if told else _("Сегодня уже напоминали."), "good")
    return redirect(url_for(".index", contest_id=contest_id), 303)


def _entry_page(
    found: Entry,
    *,
    returning: ReturnForm | None = None,
    rejecting: RejectForm | None = None,
    extending: ExtendForm | None = None,
) -> str:
    contest = found.contest
    sections = visible_sections(document_at(contest.version_id), Facts(), found.answers)
    doubt = request.args.get("doubt", "")
    may_run, tie = viewer().can(RUN, contest.scope), conflicts.tie_to(found, viewer().user_id)
    sheets, assigning = queries.sheets_about(found), AssignForm()
    assigning.offer(distributing.offered(found, sheets))
    return render_template(
        "practices/desk_entry.html",
        contest=contest,
        entry=found,
        sections=review_sections(sections, found.answers),
        files=entry_files.papers_of(found),
        file_url=lambda file_id: url_for(
            "practices_files.take_at_desk", contest_id=contest.id, entry_id=found.id, file_id=file_id
        ),
        authors=people.authors_of(found),
        given=consents.given(found),
        doubles=entries.likely_doubles(found),
        sheets=sheets,
        assigning=assigning,
        returning=returning or ReturnForm(formdata=None),
        rejecting=rejecting or RejectForm(formdata=None),
        extending=extending or ExtendForm(formdata=None),
        copies=clean_copies.copies_of(found) if contest.is_blind else {},
        doubt=doubt,
        named=clean_copies.names_in(found, doubt) if doubt and contest.is_blind and may_run else [],
        tie=tie,
        may_run=may_run,
        decides=may_run and not tie,
        waits=found.state == EntryState.SUBMITTED,
        states=ENTRY_STATES,
        sheet_states=SHEET_STATES,
        tones=TONES,
    )


def _entry(contest_id: int, entry_id: int) -> Entry:
    return queries.existing_entry(entry_id, queries.existing_contest(contest_id))


def _next_waiting(found: Entry) -> str:
    """Lead to the next entry that waits for a decision: a queue is gone through, not clicked through."""
    waiting = queries.queue_of(found.contest, queries.Queue(EntryState.SUBMITTED), rows=1).entries
    if waiting:
        return url_for(".entry", contest_id=found.contest_id, entry_id=waiting[0].id)
    return url_for(".index", contest_id=found.contest_id)


def _address(found: Entry) -> str:
    return url_for(".entry", contest_id=found.contest_id, entry_id=found.id)
