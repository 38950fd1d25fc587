"""The log of acts: who did what, narrowed by what stands in the address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, g, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from orientir.accounts.roles import ADMINISTER, AUDIT_VIEW
from orientir.administration.acts import Act, told
from orientir.administration.audit_forms import ActsFilter
from orientir.administration.audit_queries import Place, Wanted, list_acts, organisations_like, people_named
from orientir.administration.audit_words import actions_of_group, actions_saying
from orientir.administration.sections import sections, stand_in_own_region
from orientir.administration.tables import acts_table
from orientir.contracts import Scope
from orientir.db import db
from orientir.documents.downloads import asked_file
from orientir.documents.tables import EVERY_ROW
from orientir.organisations.models import Region
from orientir.web.access import requires, viewer

BATCH = 2_000

blueprint = Blueprint("audit", __name__, url_prefix="/administration/audit")
blueprint.before_request(stand_in_own_region)


@blueprint.get("", strict_slashes=False)
@requires(AUDIT_VIEW)
def index() -> Response | str | tuple[str, int]:
    form = ActsFilter(request.args)
    form.offer()
    is_right = form.validate()
    scopes = viewer().scopes(AUDIT_VIEW)
    file = asked_file(lambda: acts_table(_every_act(form, scopes), form)) if is_right else None
    if file:
        return file
    before = Place.read(request.args.get("before", ""))
    found = list_acts(scopes, _wanted(form, scopes), before=before, with_unplaced=_is_whole()) if is_right else None
    page = render_template(
        "administration/audit.html",
        form=form,
        sections=sections(),
        acts=told(found.entries) if found else [],
        is_first=before is None,
        newest_url=_address(form, None),
        older_url=_address(form, found.older) if found and found.older else "",
        is_narrowed=bool(request.args),
    )
    return page if is_right else (page, 400)


def _every_act(form: ActsFilter, scopes: Sequence[Scope]) -> Iterator[Act]:
    """Yield the acts of the filter, some thousand at a time: a log of years is too long to hold.

    Of a log that is longer than a file comes one batch more, so that the file can say it is cut.
    """
    wanted, before = _wanted(form, scopes), None
    for _batch in range(EVERY_ROW // BATCH + 1):
        found = list_acts(scopes, wanted, before=before, with_unplaced=_is_whole(), count=BATCH)
        yield from told(found.entries)
        before = Place.read(found.older or "")
        if before is None:
            return


def _address(form: ActsFilter, before: str | None) -> str:
    values: dict[str, Any] = {**form.conditions, "before": before}
    return url_for("audit.index", **values)


def _wanted(form: ActsFilter, scopes: Sequence[Scope]) -> Wanted:
    regions = sorted({scope.region_id for scope in scopes})
    person, organisation = form.typed("person"), form.typed("organisation")
    return Wanted(
        since=_midnight(form.since.data) if form.since.data else None,
        until=_midnight(form.until.data + timedelta(days=1)) if form.until.data else None,
        people=people_named(person, regions) if person else None,
        actions=_actions(form),
        organisations=organisations_like(organisation, scopes) if organisation else None,
    )


def _actions(form: ActsFilter) -> list[str] | None:
    """Return the actions that are in the group and say the words; None where neither was asked."""
    group, text = str(form.group.data or ""), form.typed("text")
    if not group and not text:
        return None
    in_group = actions_of_group(group) if group else None
    saying = actions_saying(text) if text else None
    if in_group is None or saying is None:
        return in_group if saying is None else saying
    return [action for action in in_group if action in saying]


def _midnight(day: date) -> datetime:
    """Return when the day begins in the region."""
    return datetime.combine(day, time(), ZoneInfo(str(g.timezone)))


def _is_whole() -> bool:
    """Tell whether acts of no region (of the command line, of the system) are the viewer's: there is one region."""
    if not viewer().can(ADMINISTER):
        return False
    return (db.session.scalar(select(func.count()).select_from(Region)) or 0) == 1
