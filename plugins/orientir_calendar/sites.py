"""Sections on the sites of schools: a link to the calendar stands there (1.6), none is older than a month (1.1).

Marked by the school itself; whoever answers for it sees what is late (Усть-Илимск, 17.02.2023 № 03/0443, п. 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import and_, select

from orientir import clock
from orientir.audit import services as audit
from orientir.contracts import Due, NoticeKind, Reminder, Scope
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import LazyText, _, _l
from orientir.notices.people import directory
from orientir.organisations.holding import lock
from orientir.organisations.models import Municipality, Organisation, OrganisationKind
from orientir.organisations.queries import is_open, today_of, within
from orientir.web.links import is_web_address, page_path
from orientir_calendar.models import SiteCheck, SiteMark

FRESH_FOR = timedelta(days=31)
LONGEST_ADDRESS = 300

STALE = NoticeKind(
    "calendar.site",
    _l("Раздел на сайте школы пора обновить"),
    subject=_l("Раздел о профориентации обновляли %(fresh)s"),
    text=_l(
        "%(school)s: раздел на сайте обновляют не реже раза в месяц. Добавьте новость или ближайшие даты и отметьте "
        "это."
    ),
)


class Shown(StrEnum):
    """Which schools a list shows, by what they say and what the robot saw."""

    ALL = ""
    UNFOUND = "unfound"
    UNREAD = "unread"

    @property
    def title(self) -> LazyText:
        return _SHOWN[self]


_SHOWN = {
    Shown.ALL: _l("Все школы"),
    Shown.UNFOUND: _l("Отмечено, но не найдено"),
    Shown.UNREAD: _l("Страница не открылась"),
}


@dataclass(frozen=True)
class SiteLine:
    """A school, its mark and what the robot saw there; None where it has said nothing, or nobody has looked yet."""

    school: Organisation
    mark: SiteMark | None
    is_fresh: bool
    check: SiteCheck | None = None

    def belongs(self, shown: Shown) -> bool:
        """Tell whether the line stands in the list of that sort."""
        if shown is Shown.ALL:
            return True
        if self.mark is None or self.check is None:
            return False
        if shown is Shown.UNREAD:
            return self.check.found is None
        return self.mark.has_calendar and self.check.found is False


def mark_site(school: Organisation, url: str, *, has_calendar: bool, fresh_on: date, actor: int | None) -> SiteMark:
    """Write down where the section is and when it was last renewed; raises InvalidInputError naming the field."""
    lock(school)
    if not is_web_address(url) or len(url) > LONGEST_ADDRESS:
        raise InvalidInputError(
            _("Скопируйте адрес раздела из строки браузера: https://school3.example.org/prof."), "url"
        )
    today = today_of(school.municipality.region)
    if fresh_on > today:
        raise InvalidInputError(_("Этот день ещё не наступил."), "fresh_on")
    if fresh_on < today - timedelta(days=400):
        raise InvalidInputError(_("Больше года назад. Проверьте дату."), "fresh_on")
    mark = db.session.get(SiteMark, school.id)
    if mark is None:
        mark = SiteMark(organisation=school)
        db.session.add(mark)
    mark.url, mark.has_calendar, mark.fresh_on = url.strip(), has_calendar, fresh_on
    mark.marked_at, mark.marked_by = clock.now(), actor
    db.session.flush()
    audit.write(
        "calendar.site.mark", "organisation", school.id, actor=actor, scope=school.scope, day=fresh_on.isoformat()
    )
    return mark


def site_of(school: Organisation) -> SiteMark | None:
    return db.session.get(SiteMark, school.id)


def check_of(mark: SiteMark | None) -> SiteCheck | None:
    """Return what the robot saw at the address as it is marked now, None where it has not looked there yet."""
    check = db.session.get(SiteCheck, mark.organisation_id) if mark else None
    return check if check and mark and check.url == mark.url else None


def is_fresh(mark: SiteMark | None, today: date) -> bool:
    """Tell whether the section was renewed within the last 31 days."""
    return mark is not None and today - mark.fresh_on <= FRESH_FOR


def site_lines(scopes: Sequence[Scope], today: date) -> list[SiteLine]:
    """Return the schools of the branches that are open, those to be called first: silent, then the longest ago."""
    rows = db.session.execute(
        select(Organisation, SiteMark, SiteCheck)
        .join(Organisation.municipality)
        .outerjoin(SiteMark, SiteMark.organisation_id == Organisation.id)
        .outerjoin(SiteCheck, and_(SiteCheck.organisation_id == Organisation.id, SiteCheck.url == SiteMark.url))
        .where(within(scopes), is_open(), Organisation.kind == OrganisationKind.SCHOOL)
        .order_by(Municipality.name, Organisation.search_key, Organisation.id)
    ).all()
    lines = [SiteLine(school, mark, is_fresh(mark, today), check) for school, mark, check in rows]
    return sorted(lines, key=lambda line: line.mark.fresh_on if line.mark else date.min)


def stale_sections(today: date, region_id: int) -> Iterator[Due]:
    """Yield the schools whose section has gone without news for a month, or will have in three days."""
    people = None
    for line in site_lines([Scope(region_id)], today):
        if line.mark is None:
            continue
        day = line.mark.fresh_on + FRESH_FOR
        if SITE_STALE.step_on(day, today) is None:
            continue
        people = people or directory(region_id)
        scope = line.school.scope
        yield Due(
            f"site:{line.school.id}:{day}",
            day,
            people.responsible(scope),
            scope,
            {"school": line.school.name, "fresh": f"{line.mark.fresh_on:%d.%m.%Y}"},
            page_path("calendar_sites.school", organisation_id=line.school.id),
        )


SITE_STALE = Reminder(STALE, stale_sections, (-3, 1))
