"""The diploma of an entry, taken by its authors, and the page that checks one."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, g, render_template, send_file, url_for
from werkzeug.wrappers import Response

from orientir.errors import ConflictError
from orientir.i18n import _
from orientir.web import holders
from orientir.web.access import CodeRequired, code_holder, requires
from orientir_practices import diplomas, queries
from orientir_practices.acts import act
from orientir_practices.places import scope_of_entry
from orientir_practices.rights import WRITE

blueprint = Blueprint("practices_papers", __name__, url_prefix="/practices", static_folder=None)


@blueprint.post("/entries/<int:entry_id>/diploma")
@requires(WRITE, scope_of_entry)
def issue(entry_id: int) -> Response:
    found = queries.existing_entry(entry_id)
    return act(
        lambda: diplomas.issue(found),
        url_for("practices_entries.entry", entry_id=entry_id),
        onward=lambda: url_for(".diploma", entry_id=entry_id),
    )


@blueprint.get("/entries/<int:entry_id>/diploma.pdf")
@requires(WRITE, scope_of_entry)
def diploma(entry_id: int) -> Response:
    entry = queries.existing_entry(entry_id)
    merit, digits = diplomas.merit_of(entry), diplomas.digits_of(entry)
    if digits is None:
        raise ConflictError(_("Диплом ещё не получали. Нажмите «Получить диплом» на странице заявки."))
    g.region = entry.contest.region
    made = BytesIO(diplomas.diploma_pdf(merit, digits))
    return send_file(made, "application/pdf", download_name=_("Диплом конкурса.pdf"))


@blueprint.get("/diploma")
@code_holder(diplomas.KIND.key)
def verify() -> str:
    """Say to whoever typed the code of a paper what it is about, or that it no longer holds."""
    held = holders.holding(diplomas.KIND.key)
    if held is None:
        raise CodeRequired
    merit = diplomas.verified(held.remembered["entry"])
    if merit is not None:
        g.region = merit.entry.contest.region
    return render_template("practices/verify.html", merit=merit)
