"""What a season may say, and its change: a week that is put off, a title with a slip."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from orientir import clock
from orientir.audit import services as audit
from orientir.bookings.models import Slot, SlotState
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.organisations.models import Region
from orientir_trials.models import PLUGIN, Season, Trial

LONGEST_SEASON = timedelta(days=366)
AHEAD = timedelta(days=731)
LONGEST_TITLE = 120


def check_season(region: Region, title: str, first_day: date, last_day: date) -> None:
    """Raise InvalidInputError naming the field."""
    if not title.strip():
        raise InvalidInputError(_("Напишите название, например «Весенняя неделя профпроб»."), "title")
    if len(title.strip()) > LONGEST_TITLE:
        raise InvalidInputError(_("Слишком длинно. Сократите до %(most)s знаков.", most=LONGEST_TITLE), "title")
    if last_day < first_day:
        raise InvalidInputError(_("Последний день раньше первого."), "last_day")
    if first_day > clock.today(region.timezone) + AHEAD:
        raise InvalidInputError(_("До начала сезона больше двух лет. Проверьте год."), "first_day")
    if last_day - first_day > LONGEST_SEASON:
        raise InvalidInputError(_("Сезон длиннее года. Проверьте даты."), "last_day")
    if last_day < clock.today(region.timezone):
        raise InvalidInputError(_("Сезон уже прошёл. Проверьте даты."), "last_day")


def change_season(
    season: Season,
    title: str,
    first_day: date,
    last_day: date,
    *,
    only_colleges: bool,
    actor: int | None,
) -> None:
    """Write the season anew; who has a card in it keeps it. Raises InvalidInputError naming the field.

    Dates that stand may not be left outside: they are moved or cancelled first. The year's target is not the season's.
    """
    check_season(season.region, title, first_day, last_day)
    outside = _dates_outside(season, first_day, last_day)
    if outside:
        raise InvalidInputError(
            _("Сеансов вне этих дней: %(count)s. Сначала их переносят или отменяют.", count=outside), "last_day"
        )
    season.title, season.first_day, season.last_day = title.strip(), first_day, last_day
    season.only_colleges = only_colleges
    db.session.flush()
    scope = season.region.scope
    audit.write("trials.season.change", "trials_season", season.id, actor=actor, scope=scope, title=season.title)


def _dates_outside(season: Season, first_day: date, last_day: date) -> int:
    zone = ZoneInfo(season.region.timezone)
    begins = datetime.combine(first_day, time(), zone)
    ends = datetime.combine(last_day + timedelta(days=1), time(), zone)
    outside = (
        select(func.count(Slot.id))
        .join(Trial, Trial.id == Slot.owner_id)
        .where(Slot.owner == PLUGIN, Trial.season_id == season.id)
        .where(Slot.state != SlotState.CANCELLED, (Slot.starts_at < begins) | (Slot.starts_at >= ends))
    )
    return db.session.scalar(outside) or 0
