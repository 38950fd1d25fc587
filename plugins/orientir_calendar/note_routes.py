"""The pages of notes: what everybody reads, what an organisation writes, how much the schools have told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from orientir.accounts.roles import COVERAGE_VIEW
from orientir.clock import AcademicYear
from orientir.contracts import Scope
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.models import Region
from orientir.organisations.queries import (
    current_year,
    find_region,
    first_region,
    municipalities_in,
    region_of,
    today_of,
)
from orientir.web.access import public, requires, viewer
from orientir.web.forms import show_error
from orientir.web.links import site_address
from orientir.web.page_form import PageForm
from orientir_calendar import note_queries as queries
from orientir_calendar import notes
from orientir_calendar.announcing import announce, decides_about, hold_as_seen
from orientir_calendar.answers import KEPT, live_answer, open_to_all
from orientir_calendar.forms import ApproveForm, RemarkForm
from orientir_calendar.markup import rich_text
from orientir_calendar.note_feed import article_data, summary_of, write_notes
from orientir_calendar.note_form import NoteForm, NotesForm, WithdrawForm
from orientir_calendar.note_models import Note, NoteState
from orientir_calendar.open_routes import RSS
from orientir_calendar.places import holding_organisations
from orientir_calendar.proposals import changes_of, revise_note
from orientir_calendar.queries import find_event
from orientir_calendar.routes import PUBLISH, SUGGEST
from orientir_calendar.tables import note_counts_table, notes_table

blueprint = Blueprint("calendar_notes", __name__, url_prefix="/calendar/notes", static_folder=None)
FormPage = AnyResponse | str | tuple[str, int]
YEARS_BACK = 3


def scope_of_note(arguments: Mapping[str, Any]) -> Scope | None:
    """Return the branch of the organisation that wrote `note_id`."""
    found = queries.find_note(arguments["note_id"])
    return found.organisation.scope if found else None


@blueprint.get("")
@public
def index() -> AnyResponse | str:
    region = _region()
    form = _narrowed(region)
    if file := asked_file(lambda: notes_table(queries.public_notes(region.id, form.wanted()))):
        return file
    said = form.said()
    return render_template(
        "calendar/notes.html",
        form=form,
        said=said,
        page=queries.list_public(region.id, form.wanted(), page=request.args.get("page", 1, type=int)),
        page_url=lambda number: url_for(".index", page=number, **said),
        rss=url_for(".rss", region=region.code, **{name: value for name, value in said.items() if name != "q"}),
        summary=summary_of,
        today=today_of(region),
        may_suggest=viewer().can(SUGGEST),
        may_publish=viewer().can(PUBLISH),
        may_count=viewer().can(COVERAGE_VIEW),
    )


@blueprint.get("/latest.rss")
@public
def rss() -> AnyResponse:
    """Answer what was published last, for readers of news and for blocks on the sites of schools."""
    g.may_be_kept = KEPT
    code = request.args.get("region", "")
    region = find_region(code) if code else first_region()
    if region is None:
        raise MissingError
    g.region = region  # its hours, whoever asks
    form = _narrowed(region)
    own = site_address() + url_for(".rss", region=region.code, **form.said())
    return open_to_all(live_answer(write_notes(region, queries.newest_notes(region.id, form.wanted()), own), RSS))


@blueprint.get("/<int:note_id>")
@public
def note(note_id: int) -> str:
    """Show a note of the site to all, one that is being written to whoever writes it."""
    found = queries.find_note(note_id)
    if found is None or not (found.is_public or viewer().can(SUGGEST, found.organisation.scope)):
        raise MissingError(_("Такой записи нет. Возможно, её сняли с сайта."))
    g.region = found.organisation.municipality.region
    may_edit = viewer().can(SUGGEST, found.organisation.scope)
    return render_template(
        "calendar/note.html",
        note=found,
        text=rich_text(found.text),
        data=article_data(found) if found.is_public else None,
        may_edit=may_edit,
        may_publish=viewer().can(PUBLISH, found.organisation.scope),
        doubts=notes.doubts_about(found) if may_edit and not found.is_public else [],
        changes=list(changes_of(found)) if may_edit else [],
    )


@blueprint.get("/own")
@requires(SUGGEST)
def own() -> AnyResponse | str:
    organisations = holding_organisations(viewer().scopes(SUGGEST))
    ids = [one.id for one in organisations]
    if file := asked_file(lambda: notes_table(queries.notes_of(ids))):
        return file
    return render_template(
        "calendar/own_notes.html",
        page=queries.list_notes(ids, page=request.args.get("page", 1, type=int)),
        page_url=lambda number: url_for(".own", page=number),
    )


@blueprint.get("/schools")
@requires(COVERAGE_VIEW)
def schools() -> AnyResponse | str:
    """Show how much each school has told in a year, the silent ones too."""
    region = _region()
    years = [AcademicYear(current_year(region).start - back) for back in range(YEARS_BACK)]
    asked = request.args.get("year", type=int)
    year = next((one for one in years if one.start == asked), years[0])
    lines = queries.notes_by_school(viewer().scopes(COVERAGE_VIEW), year)
    if file := asked_file(lambda: note_counts_table(lines, year)):
        return file
    return render_template("calendar/note_schools.html", lines=lines, year=year, years=years)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(SUGGEST)
def add() -> FormPage:
    organisations = holding_organisations(viewer().scopes(SUGGEST))
    about = _asked_event()
    form = NoteForm(data={"day": today_of(_region()), "event_id": str(about or "")})
    form.offer(organisations, queries.events_to_tell_of([one.id for one in organisations], about))
    if form.validate_on_submit():
        try:
            writer = next(one for one in organisations if str(one.id) == form.organisation_id.data)
            made = notes.add_note(writer, form.plan(), actor=viewer().user_id)
            announce(notes.NOTES, made)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            return _done(made.id, _said(made))
    page = render_template("calendar/note_form.html", form=form, note=None, organisations=organisations)
    return page, 400 if form.errors else 200


@blueprint.route("/<int:note_id>/edit", methods=["GET", "POST"])
@requires(SUGGEST, scope_of_note)
def edit(note_id: int) -> FormPage:
    found = queries.existing_note(note_id)
    form = NoteForm.of(found)
    form.offer([found.organisation], queries.events_to_tell_of([found.organisation_id], found.event_id))

    def save() -> None:
        hold_as_seen(notes.NOTES, found)
        revise_note(found, form.plan(), actor=viewer().user_id, decides=decides_about(found))
        announce(notes.NOTES, found)

    if answer := _kept(form, save, note_id):
        return answer
    found = queries.existing_note(note_id)
    page = render_template("calendar/note_form.html", form=form, note=found, organisations=[found.organisation])
    return page, 400 if form.errors else 200


@blueprint.post("/<int:note_id>/suggest")
@requires(SUGGEST, scope_of_note)
def suggest(note_id: int) -> AnyResponse:
    found = queries.existing_note(note_id)
    notes.suggest(found, actor=viewer().user_id)
    return _done(note_id, _said(found))


@blueprint.post("/<int:note_id>/publish")
@requires(PUBLISH, scope_of_note)
def publish(note_id: int) -> AnyResponse:
    found = queries.existing_note(note_id)
    waited = found.state == NoteState.SUGGESTED or found.proposed_at is not None
    try:
        hold_as_seen(notes.NOTES, found)
        notes.publish(found, actor=viewer().user_id, trust=bool(ApproveForm().trust.data))
    except (ConflictError, InvalidInputError) as error:
        db.session.rollback()
        flash(str(error), "bad")
        return redirect(url_for(".note", note_id=note_id), 303)
    db.session.commit()
    flash(_("«%(title)s» на сайте.", title=found.title), "good")
    return redirect(url_for("calendar_events.moderation") if waited else url_for(".note", note_id=note_id), 303)


@blueprint.route("/<int:note_id>/return", methods=["GET", "POST"])
@requires(PUBLISH, scope_of_note)
def send_back(note_id: int) -> FormPage:
    found, form = queries.existing_note(note_id), RemarkForm()
    answer = _kept(form, lambda: notes.send_back(found, form.remark.data or "", actor=viewer().user_id))
    if answer:
        return answer
    page = render_template("calendar/send_back.html", item=queries.existing_note(note_id), form=form)
    return page, 400 if form.errors else 200


@blueprint.route("/<int:note_id>/withdraw", methods=["GET", "POST"])
@requires(SUGGEST, scope_of_note)
def withdraw(note_id: int) -> FormPage:
    found, form = queries.existing_note(note_id), WithdrawForm()
    if answer := _kept(form, lambda: notes.withdraw(found, form.remark.data or "", actor=viewer().user_id), note_id):
        return answer
    page = render_template("calendar/withdraw.html", note=queries.existing_note(note_id), form=form)
    return page, 400 if form.errors else 200


def _kept(form: PageForm, save: Callable[[], None], note_id: int | None = None) -> AnyResponse | None:
    """Save what a valid form says and lead on, to the note or to what waits; None where the form is to be shown."""
    if not form.validate_on_submit():
        return None
    try:
        save()
    except (InvalidInputError, ConflictError) as error:
        db.session.rollback()
        show_error(form, error if isinstance(error, InvalidInputError) else InvalidInputError(str(error)))
        return None
    if note_id is not None:
        return _done(note_id, _said(queries.existing_note(note_id)))
    db.session.commit()
    flash(_("Вернули с вашим замечанием."), "good")
    return redirect(url_for("calendar_events.moderation"), 303)


def _done(note_id: int, words: str) -> AnyResponse:
    db.session.commit()
    flash(words, "good")
    return redirect(url_for(".note", note_id=note_id), 303)


def _said(found: Note) -> str:
    if found.proposed_at:
        return _("Отправлено на проверку. Пока её нет, все видят прежние слова.")
    words = {
        NoteState.PUBLISHED: _("Запись на сайте: её видят все."),
        NoteState.SUGGESTED: _("Отправлено на проверку. Как только запись примут, её увидят все."),
        NoteState.WITHDRAWN: _("Запись снята с сайта. Её можно исправить и опубликовать снова."),
    }
    return words.get(NoteState(found.state), _("Сохранено как черновик: на сайте записи пока нет."))


def _narrowed(region: Region) -> NotesForm:
    form = NotesForm(request.args)
    form.offer_places(municipalities_in([region.scope]))
    form.offer_writers(queries.writers_in(region.id, form.wanted()))
    return form


def _asked_event() -> int | None:
    """Return the event the address asks to tell of, if everybody may see it."""
    event = find_event(request.args.get("event", 0, type=int))
    return event.id if event and event.is_public else None


def _region() -> Region:
    region = region_of(viewer())
    if region is None:
        raise MissingError(_("Здесь ещё нет региона."))
    return region
