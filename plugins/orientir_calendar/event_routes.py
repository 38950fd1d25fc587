"""The pages of whoever announces events: the list, the form, one day of a series, moderation."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.i18n import _
from orientir.lists.entry import begin
from orientir.organisations.models import Region
from orientir.organisations.queries import find_organisation, region_of, today_of
from orientir.organisations.scopes import scope_of_organisation
from orientir.web.access import requires, viewer
from orientir.web.forms import asked_day, show_error
from orientir.web.transactions import begins_as_reader
from orientir_calendar import note_queries, queries, services, visits
from orientir_calendar.announcing import announce, decides_about, hold_as_seen
from orientir_calendar.answers import saved_as
from orientir_calendar.entries import audience_words, place_words
from orientir_calendar.feeds import events_file
from orientir_calendar.forms import ApproveForm, EventForm, MoveForm, PaperForm, ReasonForm, RemarkForm, TermsForm
from orientir_calendar.importing import EVENTS
from orientir_calendar.kinds import kinds_of, open_kinds, projects_of
from orientir_calendar.markup import rich_text
from orientir_calendar.models import Event, EventState
from orientir_calendar.notes import doubts_about
from orientir_calendar.places import holding_organisations, scope_of_event
from orientir_calendar.plans import times_on
from orientir_calendar.proposals import changes_of, revise_event
from orientir_calendar.repeats import moment_of
from orientir_calendar.routes import PUBLISH, SUGGEST
from orientir_calendar.tables import events_table
from orientir_calendar.words import PURPOSES

blueprint = Blueprint("calendar_events", __name__, url_prefix="/calendar", static_folder=None)
FormPage = Response | str | tuple[str, int]


@blueprint.get("/events")
@requires(SUGGEST)
def index() -> Response | str:
    organisations, region = holding_organisations(viewer().scopes(SUGGEST)), _region()
    ids, kinds = [one.id for one in organisations], kinds_of(region.id)
    if request.args.get("format") == "ics":
        return saved_as("events", events_file(_("Мероприятия организации"), region, queries.announced_by(ids)))
    if file := asked_file(lambda: events_table(queries.events_of(ids), kinds)):
        return file
    return render_template(
        "calendar/events.html",
        page=queries.list_events(ids, page=request.args.get("page", 1, type=int)),
        page_url=lambda number: url_for(".index", page=number),
        kinds=kinds,
        own=organisations if len(organisations) == 1 else [],
    )


@blueprint.route("/events/new", methods=["GET", "POST"])
@requires(SUGGEST)
def add() -> FormPage:
    organisations, region = holding_organisations(viewer().scopes(SUGGEST)), _region()
    copied = _copied()
    form = EventForm.of(copied, is_copy=True) if copied and request.method == "GET" else EventForm()
    form.offer(organisations, open_kinds(region.id), projects_of(region.id))
    if form.validate_on_submit():
        try:
            organisation = next(one for one in organisations if str(one.id) == form.organisation_id.data)
            event = services.add_event(organisation, form.plan(ZoneInfo(region.timezone)), actor=viewer().user_id)
            announce(services.EVENTS, event)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(_said(event), "good")
            return redirect(url_for("calendar.event", event_id=event.id), 303)
    page = render_template("calendar/event_form.html", form=form, event=None, organisations=organisations)
    return page, 400 if form.errors else 200


@blueprint.route("/events/import/<int:organisation_id>", methods=["GET", "POST"])
@begins_as_reader
@requires(SUGGEST, scope=scope_of_organisation)
def bring(organisation_id: int) -> Response | str | tuple[str, int]:
    """Bring a plan of the year, or a calendar file."""
    found = find_organisation(organisation_id)
    if found is None:
        raise MissingError
    return begin(EVENTS, found.scope)


@blueprint.route("/<int:event_id>/edit", methods=["GET", "POST"])
@requires(SUGGEST, scope_of_event)
def edit(event_id: int) -> FormPage:
    event = queries.existing_event(event_id)
    region, form = event.organisation.municipality.region, EventForm.of(event)
    kinds = {key: line for key, line in kinds_of(region.id).items() if not line.is_closed or key == event.kind}
    form.offer([event.organisation], kinds, projects_of(region.id, also=event.project_id))
    if form.validate_on_submit():
        try:
            hold_as_seen(services.EVENTS, event)
            said = form.plan(ZoneInfo(region.timezone))
            revise_event(event, said, actor=viewer().user_id, decides=decides_about(event))
            announce(services.EVENTS, event)
        except (InvalidInputError, ConflictError) as error:
            db.session.rollback()
            show_error(form, error if isinstance(error, InvalidInputError) else InvalidInputError(str(error)))
        else:
            db.session.commit()
            flash(_said(event), "good")
            return redirect(url_for("calendar.event", event_id=event_id), 303)
    event = queries.existing_event(event_id)
    page = render_template(
        "calendar/event_form.html",
        form=form,
        event=event,
        organisations=[event.organisation],
        paper=PaperForm(formdata=None),
        files=services.all_papers(event),
        purposes=PURPOSES,
    )
    return page, 400 if form.errors else 200


@blueprint.post("/<int:event_id>/suggest")
@requires(SUGGEST, scope_of_event)
def suggest(event_id: int) -> Response:
    event = queries.existing_event(event_id)
    try:
        services.suggest(event, actor=viewer().user_id)
    except ConflictError as error:
        return _refused(error, event_id)
    db.session.commit()
    flash(_said(event), "good")
    return redirect(url_for("calendar.event", event_id=event_id), 303)


@blueprint.route("/<int:event_id>/cancel", methods=["GET", "POST"])
@requires(SUGGEST, scope_of_event)
def cancel(event_id: int) -> FormPage:
    event, form = queries.existing_event(event_id), ReasonForm()
    if form.validate_on_submit():
        try:
            services.cancel_event(event, form.reason.data or "", actor=viewer().user_id)
        except (InvalidInputError, ConflictError) as error:
            db.session.rollback()
            show_error(form, error if isinstance(error, InvalidInputError) else InvalidInputError(str(error)))
        else:
            db.session.commit()
            flash(_("Мероприятие отменено. В телефонах подписчиков оно станет отменённым."), "good")
            return redirect(url_for("calendar.event", event_id=event_id), 303)
    page = render_template("calendar/cancel.html", event=queries.existing_event(event_id), form=form)
    return page, 400 if form.errors else 200


@blueprint.post("/<int:event_id>/drop")
@requires(SUGGEST, scope_of_event)
def drop(event_id: int) -> Response:
    """Leave one day out of a series."""
    event, original = queries.existing_event(event_id), moment_of(request.form.get("original", ""))
    if original is None:
        return _lost(event_id)
    try:
        services.drop_day(event, original, actor=viewer().user_id)
    except (ConflictError, InvalidInputError) as error:
        return _refused(error, event_id)
    db.session.commit()
    flash(_("Этого дня в ряду больше нет."), "good")
    return redirect(url_for("calendar.event", event_id=event_id), 303)


@blueprint.route("/<int:event_id>/move", methods=["GET", "POST"])
@requires(SUGGEST, scope_of_event)
def move(event_id: int) -> FormPage:
    """Move one day of a series."""
    event, form = queries.existing_event(event_id), MoveForm()
    original, zone = moment_of(request.args.get("original", "")), ZoneInfo(event.timezone)
    if original is None:
        return _lost(event_id)
    if request.method == "GET":
        form.first_day.data = original.astimezone(zone).date()
        if not event.is_all_day:
            form.starts.data = original.astimezone(zone).time()
            form.ends.data = (original + event.lasts).astimezone(zone).time()
    if form.validate_on_submit():
        try:
            begins, ends, _whole = times_on(
                asked_day(form.first_day), None, None if event.is_all_day else form.starts.data,
                None if event.is_all_day else form.ends.data, zone,
            )  # fmt: skip
            services.move_day(event, original, begins, ends, actor=viewer().user_id)
        except (InvalidInputError, ConflictError) as error:
            db.session.rollback()
            show_error(form, error if isinstance(error, InvalidInputError) else InvalidInputError(str(error)))
        else:
            db.session.commit()
            flash(_("День перенесён."), "good")
            return redirect(url_for("calendar.event", event_id=event_id), 303)
    event = queries.existing_event(event_id)
    page = render_template("calendar/move.html", event=event, form=form, original=original)
    return page, 400 if form.errors else 200


@blueprint.route("/<int:event_id>/booking", methods=["GET", "POST"])
@requires(SUGGEST, scope_of_event)
def booking(event_id: int) -> FormPage:
    """Open booking; afterwards places are changed where those who come are seen."""
    event = queries.existing_event(event_id)
    if opened := visits.slots_of(event):
        return redirect(
            url_for("calendar.event", event_id=event_id)
            if event.frequency
            else url_for("slots.slot", slot_id=opened[0].id),
            303,
        )
    form = TermsForm(data=None if request.method == "POST" else {"opens_on": today_of(_region())})
    if form.validate_on_submit():
        try:
            visits.open_booking(event, form.terms(), actor=viewer().user_id)
        except (InvalidInputError, ConflictError) as error:
            db.session.rollback()
            show_error(form, error if isinstance(error, InvalidInputError) else InvalidInputError(str(error)))
        else:
            db.session.commit()
            flash(_("Запись открыта."), "good")
            return redirect(url_for("calendar.event", event_id=event_id), 303)
    page = render_template("calendar/booking.html", event=queries.existing_event(event_id), form=form)
    return page, 400 if form.errors else 200


@blueprint.get("/moderation")
@requires(PUBLISH)
def moderation() -> str:
    scopes = viewer().scopes(PUBLISH)
    page = queries.suggested_in(scopes, page=request.args.get("page", 1, type=int))
    notes = note_queries.suggested_notes(scopes, page=request.args.get("notes", 1, type=int))
    return render_template(
        "calendar/moderation.html",
        page=page,
        page_url=lambda number: url_for(".moderation", page=number, notes=notes.number),
        notes=notes,
        notes_url=lambda number: url_for(".moderation", page=page.number, notes=number),
        doubts={note.id: doubts_about(note) for note in notes.rows},
        changes_of=changes_of,
        purposes=PURPOSES,
        papers={event.id: services.all_papers(event) for event in page.rows if event.held_papers},
        rich_text=rich_text,
        kinds=kinds_of(_region().id),
        doubles=queries.likely_doubles(page.rows),
        may_list=viewer().can(PUBLISH, _region().scope),
        audience=audience_words,
        place=place_words,
        form=ApproveForm(),
    )


@blueprint.post("/<int:event_id>/publish")
@requires(PUBLISH, scope_of_event)
def publish(event_id: int) -> Response:
    event, form = queries.existing_event(event_id), ApproveForm()
    try:
        hold_as_seen(services.EVENTS, event)
        services.publish(event, actor=viewer().user_id, trust=bool(form.trust.data))
    except (ConflictError, InvalidInputError) as error:
        return _refused(error, event_id)
    db.session.commit()
    flash(_("«%(title)s» в календаре.", title=event.title), "good")
    return redirect(url_for(".moderation"), 303)


@blueprint.post("/<int:event_id>/proof")
@requires(PUBLISH, scope_of_event)
def check_proof(event_id: int) -> Response:
    """Note that somebody has looked at the link today."""
    try:
        services.check_proof(queries.existing_event(event_id), actor=viewer().user_id)
    except ConflictError as error:
        return _refused(error, event_id)
    db.session.commit()
    flash(_("Отмечено: ссылка проверена сегодня."), "good")
    return redirect(url_for("calendar.event", event_id=event_id), 303)


@blueprint.route("/<int:event_id>/return", methods=["GET", "POST"])
@requires(PUBLISH, scope_of_event)
def send_back(event_id: int) -> FormPage:
    event, form = queries.existing_event(event_id), RemarkForm()
    if form.validate_on_submit():
        try:
            services.send_back(event, form.remark.data or "", actor=viewer().user_id)
        except (InvalidInputError, ConflictError) as error:
            db.session.rollback()
            show_error(form, error if isinstance(error, InvalidInputError) else InvalidInputError(str(error)))
        else:
            db.session.commit()
            flash(_("Вернули с вашим замечанием."), "good")
            return redirect(url_for(".moderation"), 303)
    page = render_template("calendar/send_back.html", item=queries.existing_event(event_id), form=form)
    return page, 400 if form.errors else 200


def _said(event: Event) -> str:
    if event.proposed_at:
        return _("Отправлено на проверку. Пока её нет, все видят прежние слова; время и место уже новые.")
    words = {
        EventState.PUBLISHED: _("Мероприятие в календаре: его увидят все, кто подписан."),
        EventState.SUGGESTED: _("Отправлено на проверку. Как только его примут, оно появится в календаре."),
    }
    return words.get(EventState(event.state), _("Сохранено как черновик: в календаре его пока нет."))


def _refused(error: ConflictError | InvalidInputError, event_id: int) -> Response:
    db.session.rollback()
    flash(str(error), "bad")
    return redirect(url_for("calendar.event", event_id=event_id), 303)


def _copied() -> Event | None:
    """Return the event the address asks to copy, if it may be seen."""
    event = queries.find_event(request.args.get("copy", 0, type=int))
    if event is None or not (event.is_public or viewer().can(SUGGEST, event.organisation.scope)):
        return None
    return event


def _lost(event_id: int) -> Response:
    flash(_("Выберите день, который нужно изменить."), "bad")
    return redirect(url_for("calendar.event", event_id=event_id), 303)


def _region() -> Region:
    region = region_of(viewer())
    if region is None:
        raise MissingError(_("Здесь ещё нет региона."))
    return region
