"""The pages of the administration a person may open, as the row of links above each of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request, url_for

from orientir.accounts.roles import ADMINISTER, AUDIT_VIEW, SETTINGS_EDIT
from orientir.contracts import Scope
from orientir.db import db
from orientir.errors import MissingError
from orientir.i18n import LazyText, _l
from orientir.organisations.models import Region
from orientir.organisations.queries import region_of
from orientir.web.access import viewer

SECTIONS = (
    (AUDIT_VIEW, _l("Журнал действий"), "audit.index"),
    (ADMINISTER, _l("Задания"), "work.index"),
    (SETTINGS_EDIT, _l("Настройки региона"), "settings.index"),
    (ADMINISTER, _l("Письма"), "letters.index"),
)


@dataclass(frozen=True)
class Section:
    title: LazyText
    url: str
    current: bool


def sections() -> list[Section]:
    """Return the pages the viewer may open; one alone needs no row of links."""
    own = [(title, endpoint) for permission, title, endpoint in SECTIONS if viewer().can(permission)]
    found = [
        Section(title, url_for(endpoint), current=endpoint.partition(".")[0] == request.blueprint)
        for title, endpoint in own
    ]
    return found if len(found) > 1 else []


def stand_in_own_region() -> None:
    """Show times, names and the ribbon of the region the viewer works in."""
    if viewer().is_authenticated and (region := region_of(viewer())):
        g.region = region


def own_region(permission: str) -> Region:
    """Return the region the viewer administers as a whole; raises MissingError for somebody of a part of one.

    One page is about one region: whoever administers several chooses by `?region=`.
    """
    held = [scope.region_id for scope in viewer().scopes(permission) if scope == Scope(scope.region_id)]
    if not held:
        raise MissingError
    asked = request.values.get("region", type=int)
    region = db.session.get_one(Region, asked if asked in held else held[0])
    g.region = region
    return region
