"""The robot that looks at the sections schools have marked: once a day, off until the region switches it on.

What it sees stands beside what the school says and never over it. A site that fails is tried again the next day.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import or_, select

from orientir import __version__, clock
from orientir.contracts import ScheduledTask, Setting
from orientir.db import begin_writing, db, insert_into
from orientir.errors import ConflictError
from orientir.i18n import _, _l
from orientir.organisations.models import Municipality, Organisation, Region
from orientir.organisations.queries import all_regions, is_open, today_of
from orientir.settings.queries import value
from orientir.web.links import page_path
from orientir_calendar.models import SiteCheck, SiteMark
from orientir_calendar.site_fetching import FetchProblem, fetch_page
from orientir_calendar.site_reading import bare_address, read_page

log = logging.getLogger("orientir.calendar.sites")
SETTING = "sites_check"
LOOPBACK = "CALENDAR_SITES_ON_LOOPBACK"  # set by tests, whose servers stand on this machine; no setting reaches it
AT_ONCE = 4
PIECE = 20  # sites of one transaction
AGAIN_AFTER = timedelta(hours=20)  # so that a night broken off goes on where it stood
NIGHT = 20  # UTC; after the upkeep, before Siberia comes to school


@dataclass(frozen=True)
class Visit:
    """An address to look at, and whose it is."""

    organisation_id: int
    url: str


@dataclass(frozen=True)
class Outcome:
    """What a visit brought; without a digest the page was not read, and `problem` says why."""

    visit: Visit
    found: bool | None = None
    problem: str = ""
    digest: str = ""
    modified: str = ""


def check_sites() -> None:
    """Look at the marked sections of every region that wants it; the task of the clock."""
    for region in all_regions():
        if value(region.id, SETTING):
            check_region(region)


def check_region(region: Region) -> int:
    """Look at the sections of a region that were not looked at today, and return how many those were.

    Begins and ends transactions of its own: nobody waits for a stranger's site with the database in hand.
    """
    look = partial(
        look_at,
        calendar=_calendar_of(region),
        agent=f"Orientir/{__version__} (+{_own_address()})",
        loopback=bool(current_app.config.get(LOOPBACK)),
    )
    visits, today = _due(region), today_of(region)
    zone = ZoneInfo(region.timezone)
    db.session.commit()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for start in range(0, len(visits), PIECE):
            outcomes = list(pool.map(look, visits[start : start + PIECE]))
            begin_writing()
            for outcome in outcomes:
                keep(outcome, today, zone)
            db.session.commit()
    begin_writing()
    return len(visits)


def look_at(visit: Visit, *, calendar: frozenset[str], agent: str, loopback: bool = False) -> Outcome:
    """Return what is seen at an address; whatever a site does, the others are looked at too."""
    try:
        page = fetch_page(visit.url, agent, loopback=loopback)
        reading = read_page(page, calendar)
    except FetchProblem as problem:
        return Outcome(visit, problem=str(problem))
    except Exception:  # a page nobody has thought of must not cost the other schools their night
        log.exception("the section of organisation %s cannot be read", visit.organisation_id)
        return Outcome(visit, problem=_("Страницу не удалось прочитать."))
    if page.is_cut and not reading.found:
        return Outcome(visit, problem=_("Страница больше 1 МБ, дальше робот не читает."), digest=reading.digest)
    return Outcome(visit, reading.found, digest=reading.digest, modified=page.modified)


def keep(outcome: Outcome, today: date, zone: ZoneInfo) -> SiteCheck:
    """Write down what was seen."""
    check = _row_of(outcome.visit)
    if check.url != outcome.visit.url:
        check.url, check.digest, check.changed_on = outcome.visit.url, "", None
    check.changed_on = renewed_on(check, outcome, today, zone)
    check.checked_at, check.found, check.problem = clock.now(), outcome.found, outcome.problem
    check.digest = outcome.digest or check.digest
    db.session.flush()
    return check


def _row_of(visit: Visit) -> SiteCheck:
    """Return the school's row; of two nights that meet, one by the clock and one by hand, both have the same."""
    said = {"organisation_id": visit.organisation_id, "url": visit.url, "problem": "", "digest": ""}
    db.session.execute(insert_into(SiteCheck).values(**said, checked_at=clock.now()).on_conflict_do_nothing())
    return db.session.get_one(SiteCheck, visit.organisation_id)


def renewed_on(check: SiteCheck, outcome: Outcome, today: date, zone: ZoneInfo) -> date | None:
    """Return the last day the page is known to have been renewed on: its words are others, or it says so itself.

    A page that says «now» each time it is asked says nothing.
    """
    if outcome.digest and check.digest and outcome.digest != check.digest:
        return today
    stated = _stated_day(outcome.modified, zone)
    known = [day for day in (check.changed_on, stated) if day is not None and (day < today or day == check.changed_on)]
    return max(known, default=None)


def _stated_day(modified: str, zone: ZoneInfo) -> date | None:
    try:
        stated = parsedate_to_datetime(modified)
        return stated.astimezone(zone).date()
    except (ValueError, OverflowError):
        return None


def _due(region: Region) -> Sequence[Visit]:
    """Return the sections that were not looked at for most of a day, or stand elsewhere now."""
    long_ago = or_(
        SiteCheck.organisation_id.is_(None),
        SiteCheck.checked_at < clock.now() - AGAIN_AFTER,
        SiteCheck.url != SiteMark.url,
    )
    rows = db.session.execute(
        select(SiteMark.organisation_id, SiteMark.url)
        .join(Organisation, Organisation.id == SiteMark.organisation_id)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .outerjoin(SiteCheck, SiteCheck.organisation_id == SiteMark.organisation_id)
        .where(Municipality.region_id == region.id, is_open(), long_ago)
        .order_by(SiteMark.organisation_id)
    )
    return [Visit(*row) for row in rows]


def _calendar_of(region: Region) -> frozenset[str]:
    """Return the addresses that are the calendar of a region: pages, the frame, feeds."""
    return frozenset(bare_address(_own_address() + path) for path in _paths(region))


def _paths(region: Region) -> Iterator[str]:
    for page in ("index", "embed", "subscribe"):
        yield page_path(f"calendar.{page}")
    for form in ("rss", "json"):
        yield page_path(f"calendar_open.as_{form}")
    yield page_path("calendar.feed", code=region.code)


def _own_address() -> str:
    """Return the public address of this site; raises ConflictError where nobody has said it."""
    own: str = current_app.config["ORIENTIR"].base_url
    if not own:
        raise ConflictError(_("Робот не знает, какой календарь искать: задайте ORIENTIR_BASE_URL."))
    return own


SITES_CHECK = Setting(
    SETTING,
    _l("Робот смотрит разделы на сайтах школ"),
    hint=_l(
        "Раз в сутки, ночью, открывает адреса, которые отметили школы: стоит ли там календарь и менялась ли страница. "
        "Отметок школ не меняет."
    ),
)
SITES_TASK = ScheduledTask("calendar.sites", check_sites, hour=NIGHT, title=_l("Посмотреть разделы на сайтах школ"))
