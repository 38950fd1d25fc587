"""The page a list is brought to. The owner of an importer declares its address and access rule and calls `begin`."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from orientir.contracts import Importer, Scope
from orientir.db import begin_writing, db
from orientir.documents.downloads import asked_file
from orientir.documents.tables import Table, TableColumn
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.lists import services
from orientir.lists.forms import BringForm
from orientir.lists.importers import find_importer
from orientir.lists.models import ListImport
from orientir.lists.sheets import Sheet
from orientir.web.access import viewer
from orientir.web.forms import show_error


def begin(importer: Importer, scope: Scope) -> Response | FlaskResponse | str | tuple[str, int]:
    """Answer the page where a list for the branch `scope` is brought in; the view must be `begins_as_reader`.

    Reading a large file takes seconds; nobody else may wait for them, so the writing transaction begins after it.
    """
    if file := asked_file(lambda: sample_table(importer, scope)):
        return file
    form = BringForm()
    if form.validate_on_submit():
        try:
            made = _take_in(importer, scope, form.sheets())
        except InvalidInputError as error:
            show_error(form, error)
        else:
            return redirect(url_for("lists.one", import_id=made), 303)
    page = render_template(
        "lists/begin.html", importer=importer, columns=importer.columns(scope), form=form, back=importer.page(scope)
    )
    return (page, 400) if request.method == "POST" else page


def scope_for(permission: str) -> Scope:
    """Return the branch of a list that may speak of everything the viewer may change: the only one, or the region."""
    scopes = viewer().scopes(permission)
    return scopes[0] if len(scopes) == 1 else Scope(scopes[0].region_id)


def sample_table(importer: Importer, scope: Scope) -> Table:
    """Return a table of one row to fill in."""
    columns = importer.columns(scope)
    title = _("Образец: %(title)s", title=importer.title)
    return Table(title, [TableColumn(column.title) for column in columns], [[column.example for column in columns]])


def _take_in(importer: Importer, scope: Scope, sheets: list[Sheet]) -> int:
    """Keep what was brought and return its id; a table that was matched before goes straight to the preview."""
    actor = viewer().user_id or 0
    db.session.rollback()
    begin_writing()
    made = services.take_in(importer, scope, sheets, actor=actor)
    matching, is_known = services.likely_matching(importer, scope, sheets)
    if is_known and not services.missing_columns(importer, scope, matching):
        _plan(made, sheets)
    db.session.commit()
    return made.id


def _plan(made: ListImport, sheets: list[Sheet]) -> None:
    matching, _known = services.likely_matching(find_importer(made.importer), made.scope, sheets)
    choices = services.remembered_choices(made, sheets, matching)
    try:
        plan = services.plan_of(made, sheets, matching, choices)
    except InvalidInputError:
        return  # the page of the columns says what is wrong
    services.keep_plan(made, sheets, matching, choices, plan)
