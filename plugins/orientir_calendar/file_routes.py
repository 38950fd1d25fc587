"""The papers of an event: brought and taken away by whoever edits it, read by all who see it."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError, MissingError
from orientir.files.answers import send_stored
from orientir.files.queries import file_of
from orientir.files.reading import Upload, title_of
from orientir.i18n import _
from orientir.web.access import public, requires, viewer
from orientir.web.forms import show_error
from orientir.web.transactions import begin_late
from orientir.web.uploads import takes_file
from orientir_calendar import queries, services
from orientir_calendar.announcing import decides_about
from orientir_calendar.forms import PaperForm
from orientir_calendar.models import OBJECT
from orientir_calendar.places import scope_of_event
from orientir_calendar.proposals import bring_paper
from orientir_calendar.routes import SUGGEST
from orientir_calendar.words import PURPOSES

blueprint = Blueprint("calendar_files", __name__, url_prefix="/calendar", static_folder=None)


@blueprint.route("/<int:event_id>/files", methods=["GET", "POST"])
@takes_file
@requires(SUGGEST, scope_of_event)
def index(event_id: int) -> AnyResponse | tuple[str, int]:
    form = PaperForm()
    if form.validate_on_submit():
        try:
            brought = _titled(form)
            begin_late()
            event = queries.existing_event(event_id)
            bring_paper(event, brought, form.purpose.data or "", actor=viewer().user_id, decides=decides_about(event))
        except (InvalidInputError, ConflictError) as error:
            db.session.rollback()
            show_error(form, error if isinstance(error, InvalidInputError) else InvalidInputError(str(error)))
        else:
            db.session.commit()
            flash(_("Файл отправлен на проверку.") if event.proposed_at else _("Файл приложен."), "good")
            return redirect(url_for(".index", event_id=event_id), 303)
    event = queries.existing_event(event_id)
    files = services.all_papers(event)
    page = render_template("calendar/files.html", event=event, form=form, files=files, purposes=PURPOSES)
    return page, 400 if form.errors else 200


@blueprint.post("/<int:event_id>/files/<file_id>/remove")
@requires(SUGGEST, scope_of_event)
def remove(event_id: int, file_id: str) -> AnyResponse:
    event = queries.existing_event(event_id)
    services.remove_paper(event, file_of(OBJECT, event_id, file_id), actor=viewer().user_id)
    db.session.commit()
    flash(_("Файл убран."), "good")
    return redirect(url_for(".index", event_id=event_id), 303)


@blueprint.get("/<int:event_id>/files/<file_id>")
@public
def take(event_id: int, file_id: str) -> Response:
    """Hand a paper out to whoever may see its event."""
    event = queries.find_event(event_id)
    if event is None or not (
        viewer().can(SUGGEST, event.organisation.scope) or (event.is_public and file_id not in event.held_papers)
    ):
        raise MissingError
    return send_stored(file_of(OBJECT, event_id, file_id))


def _titled(form: PaperForm) -> Upload:
    """Return what was brought under the name somebody gave it, if they did."""
    brought: Upload = form.file.brought()
    typed = (form.title.data or "").strip()
    return replace(brought, title=title_of(typed)) if typed else brought
