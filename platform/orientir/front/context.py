"""What every template knows: the region, the viewer, the menu, the chosen view of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from typing import Any

from flask import Flask, g, request, url_for
from werkzeug.local import LocalProxy

from orientir.accounts.roles import (
    AUDIT_VIEW,
    BOOKINGS_HOST,
    BOOKINGS_MAKE,
    COVERAGE_VIEW,
    ORGANISATIONS_EDIT,
    ORGANISATIONS_VIEW,
    PEOPLE_MANAGE,
    SETTINGS_EDIT,
)
from orientir.contracts import MenuLink, Scope
from orientir.db import db
from orientir.i18n import _l
from orientir.organisations.models import Region
from orientir.organisations.queries import region_of
from orientir.organisations.rows import RegionRow
from orientir.plugins import current_plugins
from orientir.web.access import viewer

VIEW_COOKIE = "view"
# In letters: what the bar holds in one line at 1280 points, the margins of a line, «Ещё» with its arrow.
BAR, GAP, FOLD = 75, 2.2, 8
CHOICES = {
    "contrast": ("", "white", "black", "beige"),
    "size": ("", "large", "huge"),
    "spacing": ("", "wide"),
    "theme": ("", "light", "dark"),
}


@dataclass(frozen=True)
class PageView:
    """How the reader wants pages to look; empty words mean the usual."""

    contrast: str = ""
    size: str = ""
    spacing: str = ""
    theme: str = ""

    @classmethod
    def read(cls, cookie: str) -> PageView:
        """Return the view a cookie «contrast.size.spacing.theme» asks for; strange words fall to the usual."""
        words = (*cookie.split("."), "", "", "", "")
        chosen = zip(CHOICES.items(), words, strict=False)
        return cls(**{name: word if word in known else "" for (name, known), word in chosen})

    def cookie(self) -> str:
        return f"{self.contrast}.{self.size}.{self.spacing}.{self.theme}"


@dataclass(frozen=True)
class PublicSettings:
    """What any page may say about the installation."""

    operator_name: str
    region_name: str
    timezone_words: str
    is_demo: bool


@dataclass(frozen=True)
class MenuItem:
    """A line of the menu, told whether it is the page in hand and whether it stands in the bar or under «Ещё»."""

    title: str
    url: str
    current: bool
    folded: bool


def init_context(app: Flask) -> None:
    """Give the templates of `app` their common words; each is found only when a page asks for it."""

    @app.before_request
    def set_timezone() -> None:
        g.timezone = LocalProxy(lambda: _region().timezone)

    @app.context_processor
    def common() -> dict[str, Any]:
        return {
            "view": PageView.read(request.cookies.get(VIEW_COOKIE, "")),
            "viewer": viewer(),
            "menu": LocalProxy(menu),
            "config_public": LocalProxy(cache(_public_settings)),
        }


def menu() -> list[MenuItem]:
    """Return the menu of the person in hand: the platform's lines and those of the plugins."""
    if "menu" not in g:
        links = [*_platform_links(), *current_plugins().menu_links(viewer())]
        ordered = sorted(links, key=lambda link: link.order)
        shown = _in_the_bar([len(str(link.title)) for link in ordered])
        g.menu = [
            MenuItem(str(link.title), link.url, request.path == link.url, folded=place >= shown)
            for place, link in enumerate(ordered)
        ]
    menu_: list[MenuItem] = g.menu
    return menu_


def _in_the_bar(lengths: Sequence[int]) -> int:
    """Return how many lines of the menu the bar holds: all of them, or those that fit beside «Ещё»."""
    ends = list(accumulate(length + GAP for length in lengths))
    return len(ends) if not ends or ends[-1] <= BAR else sum(end <= BAR - FOLD for end in ends)


def _platform_links() -> list[MenuLink]:
    links = []
    if viewer().can(COVERAGE_VIEW):
        links.append(MenuLink(_l("Охват"), url_for("coverage.activities"), order=20))
        links += _own_figures(viewer().scopes(COVERAGE_VIEW))
    if any(one.organisation_id is None for one in viewer().scopes(ORGANISATIONS_EDIT)):
        links.append(MenuLink(_l("Кому звонить"), url_for("calls.index"), order=25))
    links += _links_to_bookings()
    if viewer().can(ORGANISATIONS_VIEW):
        # To its own people a school is the way to its classes, to others a register.
        order = 18 if _is_of_one_organisation(viewer().scopes(ORGANISATIONS_VIEW)) else 80
        links.append(MenuLink(_l("Организации"), url_for("organisations.index"), order=order))
    if viewer().can(PEOPLE_MANAGE):
        links.append(MenuLink(_l("Люди"), url_for("people.index"), order=85))
    if viewer().can(AUDIT_VIEW):
        title = _l("Админи\N{SOFT HYPHEN}стрирование") if viewer().can(SETTINGS_EDIT) else _l("Журнал")
        links.append(MenuLink(title, url_for("audit.index"), order=95))
    return links


def _links_to_bookings() -> list[MenuLink]:
    """Schools and hosts live in these pages; whoever looks after many of them comes there now and then."""
    links = [
        (BOOKINGS_MAKE, MenuLink(_l("Записи"), url_for("bookings.index"), order=19)),
        (BOOKINGS_HOST, MenuLink(_l("Сеансы"), url_for("slots.index"), order=19)),
    ]
    return [
        replace(link, order=link.order if _is_of_one_organisation(scopes) else 90)
        for permission, link in links
        if (scopes := viewer().scopes(permission))
    ]


def _is_of_one_organisation(scopes: Sequence[Scope]) -> bool:
    return all(scope.organisation_id is not None for scope in scopes)


def _own_figures(scopes: Sequence[Scope]) -> list[MenuLink]:
    """Return the way to the figures of the one organisation a person works in."""
    places = {scope.organisation_id for scope in scopes}
    if len(places) != 1 or None in places:
        return []
    url = url_for("figures.organisation", organisation_id=places.pop())
    return [MenuLink(_l("Мои показатели"), url, order=15)]


def _region() -> Region | RegionRow:
    """Return the region of what the page is about, else that of the reader, else the first."""
    if "region" not in g:
        about = db.session.get(Region, g.branch.region_id) if "branch" in g else None
        g.region = (
            about
            or region_of(viewer())
            or Region(name="", timezone="Asia/Irkutsk", timezone_words="", operator_name="", is_demo=False)
        )
    region: Region | RegionRow = g.region
    return region


def _public_settings() -> PublicSettings:
    with db.session.no_autoflush:
        region = _region()
    return PublicSettings(region.operator_name, region.name, region.timezone_words, region.is_demo)
