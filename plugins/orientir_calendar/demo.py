"""Events in the demo region: before and after today, a series with a moved day, a cancelled one, a report."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import select

from orientir import clock
from orientir.clock import AcademicYear
from orientir.contracts import DemoScale, DemoWorld
from orientir.coverage import services as coverage
from orientir.coverage.activities import find_activity, period_on
from orientir.db import db
from orientir.i18n import _, _l
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region, SchoolClass
from orientir_calendar import reports, services, sites, visits
from orientir_calendar.demo_notes import write_notes
from orientir_calendar.demo_papers import attach_papers
from orientir_calendar.demo_region import fill
from orientir_calendar.models import Event, Project
from orientir_calendar.plans import EventPlan, Times
from orientir_calendar.repeats import starts
from orientir_calendar.words import EXCURSION, LESSON, MEETING

# Распоряжение Губернатора Иркутской области № 337-р, п. 6–8.
GOALS = {MEETING: 60, EXCURSION: 25, LESSON: 80}
# Who holds the events below.
HOLDERS = (
    OrganisationKind.SCHOOL,
    OrganisationKind.EMPLOYER,
    OrganisationKind.COLLEGE,
    OrganisationKind.COLLEGE,
    OrganisationKind.ADDITIONAL,
    OrganisationKind.ADDITIONAL,
    OrganisationKind.COLLEGE,
    OrganisationKind.ADDITIONAL,
)
PROJECTS = (
    _l("Билет в будущее"), _l("ПроеКТОриЯ"), _l("Профессионалитет"), _l("Россия — мои горизонты"), _l("Абилимпикс"),
)  # fmt: skip


def build(world: DemoWorld) -> None:
    """Add the outer programmes and a small calendar around today."""
    region = db.session.get_one(Region, world.region_id)
    db.session.add_all([Project(region_id=region.id, title=str(title)) for title in PROJECTS])
    for activity, percent in GOALS.items():
        period = period_on(find_activity(activity), world.today)
        coverage.set_target(
            activity=activity, period=period, scope=region.scope, share=Fraction(percent, 100), actor=None
        )
    showcase = db.session.get_one(SchoolClass, world.showcase_class_id)
    hosts, zone = _hosts(region.id), ZoneInfo(region.timezone)
    made = [
        _publish(hosts.get(kind, showcase.organisation), plan)
        for kind, plan in zip(HOLDERS, _plans(world.today, zone), strict=True)
    ]
    series = made[2]
    days = starts(series, clock.now() + timedelta(days=120))
    if len(days) > 2:
        services.move_day(
            series, days[2], days[2] + timedelta(days=1), days[2] + timedelta(days=1) + series.lasts, actor=None
        )
    services.cancel_event(made[5], _("Автобус не выйдет в мороз. Новую дату объявим в календаре."), actor=None)
    visits.open_booking(made[1], visits.Terms(capacity=25, opens_on=world.today), actor=None)
    attach_papers(made[1], series)
    _report(made[0], showcase)
    neighbour = _neighbour(showcase.organisation)
    _mark_sites(showcase.organisation, neighbour, world.today)
    write_notes(showcase.organisation, neighbour, made[0], world.today)
    if world.scale is DemoScale.REGION:
        fill(world)


def _neighbour(school: Organisation) -> Organisation | None:
    neighbours = select(Organisation).where(
        Organisation.municipality_id == school.municipality_id,
        Organisation.kind == OrganisationKind.SCHOOL,
        Organisation.id != school.id,
    )
    return db.session.scalars(neighbours.order_by(Organisation.id).limit(1)).first()


def _mark_sites(school: Organisation, neighbour: Organisation | None, today: date) -> None:
    """Let the showcase school have a fresh section on its site, and a neighbour one that is six weeks old."""
    for place, one, days_ago in ((school, "school3", 9), (neighbour, "school12", 42)):
        if place is not None:
            fresh_on = today - timedelta(days=days_ago)
            sites.mark_site(
                place, f"https://{one}.example.org/prof", has_calendar=days_ago < 30, fresh_on=fresh_on, actor=None
            )


def _publish(host: Organisation, plan: EventPlan) -> Event:
    event = services.add_event(host, plan, actor=None)
    services.publish(event, actor=None)
    return event


def _report(event: Event, school_class: SchoolClass) -> None:
    """Let the showcase class have been at the first event, unless an academic year begins in between."""
    zone = ZoneInfo(event.timezone)
    if AcademicYear.of(event.starts_at.astimezone(zone).date()).start != school_class.year:
        return
    told = reports.Told(
        event.kind, event.title, event.starts_at, event.ends_at,
        (reports.Line(school_class.id, people=18, ovz=1),), partner=event.partners,
    )  # fmt: skip
    reports.add_report(school_class.organisation, told, event=event, actor=None)


def _hosts(region_id: int) -> dict[str, Organisation]:
    """Return one who holds events of each kind but schools: of these it is the one that is shown."""
    kinds = (OrganisationKind.COLLEGE, OrganisationKind.EMPLOYER, OrganisationKind.ADDITIONAL)
    wanted = (
        select(Organisation)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(Municipality.region_id == region_id, Organisation.kind.in_(kinds))
        .order_by(Organisation.id.desc())
    )
    return {one.kind: one for one in db.session.scalars(wanted)}


def _plans(today: date, zone: ZoneInfo) -> list[EventPlan]:
    def at(days: int, hour: int, minutes: int = 0, lasts: int = 60) -> Times:
        begins = datetime.combine(today + timedelta(days=days), time(hour, minutes), zone)
        return Times(begins, begins + timedelta(minutes=lasts))

    def whole(days: int, count: int = 1) -> Times:
        begins = datetime.combine(today + timedelta(days=days), time(), zone)
        return Times(begins, begins + timedelta(days=count), is_all_day=True)

    weekly = at(3, 16, lasts=90)
    weekly = Times(
        weekly.starts_at, weekly.ends_at, frequency="weekly", weekdays=(weekly.starts_at.weekday(),),
        until=(weekly.starts_at + timedelta(days=70)).date(),
    )  # fmt: skip
    return [
        EventPlan(
            _("Встреча с инженером водоканала"), "meeting", at(-6, 11, lasts=45), ("students",), 8, 11,
            partners=_("Городской водоканал"), place=_("Школа № 3, актовый зал"), level="municipal",
            about=_("Как вода попадает в кран и кто за это отвечает. Вопросы можно задать заранее."),
        ),
        EventPlan(
            _("Экскурсия на завод"), "excursion", at(2, 10, lasts=150), ("students",), 8, 11, format="away",
            place=_("Новаторов, 3, главная проходная"), level="regional",
            about=_("Сборочный цех, музей и **молодые инженеры**.\n\n- удобная обувь\n- паспорт или копия"),
            conditions=("companion",), direction="upbringing", hours=3,
        ),
        EventPlan(
            _("Инженерный клуб: вечер с наставником"), "class_hour", weekly, ("students",), 7, 11,
            place=_("Набережная, 17, мастерская 2"), level="municipal", direction="additional", hours=1,
        ),
        EventPlan(
            _("День открытых дверей"), "open_day", whole(12, 2), ("students", "parents"), 9, 11,
            place=_("Набережная, 17"), level="regional",
            about=_("Мастерские открыты весь день. Родители могут поговорить с приёмной комиссией."),
        ),
        EventPlan(
            _("Открытый урок «Проектория»: профессии энергетики"), "lesson", at(5, 9, 30, 45), ("students",), 6, 11,
            format="online", level="federal", url="https://example.org/lesson", direction="lessons", hours=1,
        ),
        EventPlan(
            _("Поездка на ГЭС"), "excursion", at(8, 9, lasts=360), ("students",), 9, 11, format="away",
            place=_("Автовокзал, платформа 4"), level="municipal",
        ),
        EventPlan(
            _("Родительское собрание: как поступают в колледж"), "parents", at(9, 18, lasts=60), ("parents",), 8, 9,
            format="online", level="municipal", url="https://example.org/parents",
        ),
        EventPlan(
            _("Семинар для педагогов-навигаторов"), "seminar", at(15, 15, lasts=120), ("teachers",),
            place=_("Пионерская, 2, актовый зал"), level="regional",
        ),
    ]  # fmt: skip
