"""Trials in the demo region: a season that runs, cards of its college, dates before, on and after today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import select

from orientir import clock
from orientir.bookings import attendance, doors
from orientir.bookings import services as bookings
from orientir.bookings.attendance import Present
from orientir.bookings.models import Booking, Slot
from orientir.bookings.wishes import Companion, Wish
from orientir.clock import AcademicYear
from orientir.contracts import DemoScale, DemoWorld
from orientir.db import db
from orientir.i18n import _
from orientir.organisations.models import Municipality, Organisation, OrganisationKind, Region, SchoolClass
from orientir.questionnaires.models import FreeWord, WordState
from orientir.students.models import Student
from orientir.students.queries import numbers_of
from orientir_trials import replies, services
from orientir_trials.advice import decide_words
from orientir_trials.cards import Card
from orientir_trials.demo_region import fill
from orientir_trials.demo_words import LABORATORY, WORKSHOP, Advice, said
from orientir_trials.models import Trial, TrialState
from orientir_trials.queries import dates_of
from orientir_trials.repetition import Repetition
from orientir_trials.services import Terms

SUNDAY = 6
# Who holds the cards below.
HOLDERS = (
    OrganisationKind.COLLEGE,
    OrganisationKind.EMPLOYER,
    OrganisationKind.COLLEGE,
    OrganisationKind.COLLEGE,
    OrganisationKind.ADDITIONAL,
)


def build(world: DemoWorld) -> None:
    """Add a season around today with cards and dates: one was held, one runs now, one is full and a group waits."""
    region = db.session.get_one(Region, world.region_id)
    hosts = _hosts(world.region_id)
    some = next(iter(hosts.values()), None)
    if some is None:
        return
    season = services.add_season(
        region, _("Сезон профессиональных проб"), world.today - timedelta(21), world.today + timedelta(70), actor=None
    )
    made = [
        _offer(services.add_trial(season, hosts.get(kind, some), card, actor=None), world.today + timedelta(1 + number))
        for number, (kind, card) in enumerate(zip(HOLDERS, _cards(), strict=True))
    ]
    school_class = db.session.get_one(SchoolClass, world.showcase_class_id)
    if AcademicYear.of(made[0][0].day).start == school_class.year:
        _fill(made[0], school_class)
    # On the edges of an academic year there is no such day.
    for act, slot, from_now in (
        (partial(_hold, advice=LABORATORY), made[0][-1], -timedelta(days=8)),
        (partial(_hold, advice=WORKSHOP), made[1][-1], -timedelta(days=7)),
        (_run, made[3][-1], timedelta(minutes=30)),
    ):
        day = (clock.now() + from_now).astimezone(ZoneInfo(region.timezone)).date()
        if {AcademicYear.of(one).start for one in (slot.day, day)} == {school_class.year}:
            act(slot, school_class, from_now)
    if doors.may_have_doors(made[3][-1]):
        world.note("door", doors.door_digits(doors.open_door(made[3][-1], _("Вход 1"), actor=None)))
    if world.scale is DemoScale.REGION:
        fill(world)


def _offer(trial: Trial, first_day: date) -> list[Slot]:
    days = Repetition(first_day, first_day + timedelta(14), frozenset({first_day.weekday()}), (time(10), time(14)), 120)
    services.add_dates(trial, days, Terms(opens_on=clock.today(trial.season.region.timezone)), actor=None)
    trial.state = TrialState.SUGGESTED
    services.approve(trial, actor=None)
    return dates_of(trial)


def _fill(dates: list[Slot], school_class: SchoolClass) -> None:
    """Book the showcase class into the first date, and let a class of the next parallel wait for what it has taken."""
    slot = dates[0]
    _book(slot, school_class, numbers_of(school_class.id)[: slot.capacity], "demo-1")
    other = db.session.scalars(
        select(SchoolClass)
        .where(SchoolClass.organisation_id == school_class.organisation_id, SchoolClass.grade == 8)
        .where(SchoolClass.year == school_class.year)
        .order_by(SchoolClass.id)
        .limit(1)
    ).first()
    if other is not None:
        companion = Companion(_("Классный руководитель"), "+79140000000")
        waiting = Wish(other.id, people=8, ovz=1, companion=companion, consents=True)
        bookings.book(slot.id, waiting, request="demo-2", actor=None)


def _hold(slot: Slot, school_class: SchoolClass, from_now: timedelta, advice: Advice) -> None:
    """Let a date be over: ten were booked, nine came, and six said what they thought and what they advise."""
    seats = numbers_of(school_class.id)[:10]
    booking = _book(slot, school_class, seats, f"demo-3-{slot.id}")
    _move(slot, from_now)
    booking.booked_at = slot.starts_at - timedelta(days=5)
    attendance.mark(booking.id, Present(students=tuple(one.id for one in seats[:9])), actor=None)
    attendance.close_slot(slot.id, actor=None)
    for number, (seat, (advised, _state)) in enumerate(zip(seats, advice, strict=False)):
        asked = replies.asked_seat(booking.id, [seat.id])
        replies.answer(asked, f"{number:032x}", {**said(number), "F7": str(advised)})
    _decide(asked.trial, advice)


def _decide(trial: Trial, advice: Advice) -> None:
    """Let an operator have looked through a part of the advice."""
    decided = {str(text): state for text, state in advice if state != WordState.WAITING}
    words = db.session.execute(select(FreeWord.key, FreeWord.text).where(FreeWord.text.in_(decided)))
    decide_words([trial.organisation.scope], {key: decided[text] for key, text in words}, actor=None)


def _run(slot: Slot, school_class: SchoolClass, from_now: timedelta) -> None:
    """Let a date begin in half an hour: its door is open, nobody is marked yet."""
    _book(slot, school_class, numbers_of(school_class.id)[10:22], "demo-4")
    _move(slot, from_now)


def _book(slot: Slot, school_class: SchoolClass, seats: Sequence[Student], request: str) -> Booking:
    _open_now(slot)
    companion = Companion(_("Классный руководитель"), "+79140000000")
    wish = Wish(school_class.id, students=tuple(one.id for one in seats), companion=companion, consents=True)
    return bookings.book(slot.id, wish, request=request, actor=None)


def _move(slot: Slot, from_now: timedelta) -> None:
    """Put a date where no organiser can: into the past, or the next minutes."""
    lasts, starts_at = slot.ends_at - slot.starts_at, _beginning(slot, from_now)
    slot.opens_at, slot.closes_at, slot.cancel_until = (starts_at - timedelta(hours=hours) for hours in (200, 12, 24))
    slot.starts_at, slot.ends_at = starts_at, starts_at + lasts
    db.session.flush()


def _beginning(slot: Slot, from_now: timedelta) -> datetime:
    """Return when it begins: on a day of the past at its own hour, never on a Sunday; today on a round minute."""
    zone = ZoneInfo(slot.timezone)
    if from_now > timedelta():
        soon = clock.now().replace(second=0, microsecond=0) + from_now
        return soon + timedelta(minutes=-soon.minute % 5)
    day = (clock.now() + from_now).astimezone(zone).date()
    return datetime.combine(day - timedelta(day.weekday() == SUNDAY), slot.starts_at.astimezone(zone).time(), zone)


def _open_now(slot: Slot) -> None:
    """Let booking be open although the region's day has not begun, or is nearly over."""
    slot.opens_at, slot.closes_at = min(slot.opens_at, clock.now() - timedelta(hours=1)), slot.starts_at
    db.session.flush()


def _hosts(region_id: int) -> dict[str, Organisation]:
    """Return one who holds trials of each kind, colleges first."""
    wanted = (
        select(Organisation)
        .join(Municipality, Municipality.id == Organisation.municipality_id)
        .where(Municipality.region_id == region_id, Organisation.kind.in_(HOLDERS))
        .order_by(Organisation.id)
    )
    found: dict[str, Organisation] = {}
    for one in db.session.scalars(wanted):
        found.setdefault(one.kind, one)
    return {kind: found[kind] for kind in HOLDERS if kind in found}


def _cards() -> list[Card]:
    return [
        Card(
            title=_("Лаборант-эколог"), profession=_("лаборант химического анализа"), field="chemistry", step=2,
            first_grade=8, last_grade=11, place=_("Набережная, 17, корпус 2, лаборатория 214"), capacity=12, minimum=4,
            directions=_("Автобусы 4 и 11 до остановки «Пристань», вход со двора"),
            guide=_("преподаватель аналитической химии"),
            hands=_("Возьмёте пробу воды из реки, определите её жёсткость и кислотность, запишете в журнал."),
            takeaway=_("Протокол своей пробы воды"), clothes=_("Сменную обувь. Халат и очки дадут"),
            safety=_("Работа со слабыми растворами кислот в перчатках и очках. Предупредите, если есть аллергия."),
            conditions=("stepless", "lift"), needs_companion=True,
        ),
        Card(
            title=_("Сварщик: шов на тренажёре и вживую"), profession=_("сварщик"), field="metal", step=2,
            first_grade=8, last_grade=11, place=_("Заводская, 4, учебный участок"), capacity=10, minimum=3,
            directions=_("Автобус 7 до остановки «Заводская», встретим у проходной"),
            guide=_("мастер производственного обучения"),
            hands=_("Освоите движение на тренажёре и положите первый настоящий шов вместе с мастером."),
            takeaway=_("Пластину со своим швом"), clothes=_("Закрытую обувь и одежду из хлопка"),
            safety=_("Искры и яркий свет: маска и краги обязательны, их дадут. Волосы убирают под косынку."),
            needs_companion=True,
        ),
        Card(
            title=_("Диспетчер движения"), profession=_("диспетчер"), field="transport", step=1, first_grade=6,
            last_grade=9, place=_("Ссылка на встречу придёт в день пробы"), is_online=True, capacity=300,
            hands=_("Проведёте учебный поезд через узловую станцию на тренажёре в браузере."),
            guide=_("преподаватель железнодорожного отделения"), takeaway=_("Запись своего движения по станции"),
            conditions=("remote", "print"),
        ),
        Card(
            title=_("Повар-технолог"), profession=_("повар"), field="hospitality", step=2, first_grade=7, last_grade=9,
            place=_("Набережная, 17, учебная кухня"), capacity=15, minimum=5,
            guide=_("преподаватель поварского дела"),
            hands=_("Рассчитаете и приготовите блюдо на весь стол."), takeaway=_("Технологическую карту блюда"),
            clothes=_("Сменную обувь"), safety=_("Предупредите о пищевой аллергии."), conditions=("quiet",),
        ),
        Card(
            title=_("Собираем дрон: три встречи с наставником"), profession=_("инженер"), field="it", step=3,
            first_grade=9, last_grade=11, place=_("Пионерская, 2, лаборатория беспилотников"), capacity=20,
            guide=_("педагог технического кружка"), takeaway=_("Запись полёта своего дрона"),
            hands=_("Соберёте, настроите и поднимете в воздух учебный дрон."), clothes=_("Удобную обувь"),
            safety=_("Винты вращаются быстро: работаем в очках, длинные волосы убираем."), conditions=("stepless",),
        ),
    ]  # fmt: skip
