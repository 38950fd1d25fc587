"""What the survey reminds of, to whom and when; and the numbers its end is told in."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from orientir_testkit.cast import Cast, make_class, make_municipality, make_school, make_user
from sqlalchemy import select

from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.contracts import Reminder
from orientir.db import db
from orientir.notices.models import Notice
from orientir.notices.reminders import remind
from orientir.notices.wording import words_of
from orientir_plans import reminders
from orientir_plans.models import Wave
from orientir_plans.services import WavePlan, add_wave, close_wave, issue_slips, open_wave
from orientir_plans.versions import current_version

OPENS, CLOSES = date(2026, 5, 15), date(2026, 5, 29)


@pytest.fixture
def coming(cast: Cast) -> Wave:
    """A wave that is open to codes from tomorrow on; the cast lives on 14 May."""
    made = add_wave(cast.region, current_version(), WavePlan(OPENS, CLOSES), actor=None)
    open_wave(made, actor=None)
    return made


@pytest.fixture
def heard(cast: Cast) -> Callable[..., list[str]]:
    """Make one rule's round on a day and return what an account has heard of it so far."""

    def make(rule: Reminder, day: date, user: User) -> list[str]:
        remind(rule, cast.region, day)
        wanted = select(Notice).where(Notice.user_id == user.id, Notice.kind == rule.key).order_by(Notice.id)
        return [f"{one.subject} | {one.text}" for one in db.session.scalars(wanted)]

    return make


def test_the_day_before_teachers_and_school_administrators_hear_of_it(cast: Cast, coming: Wave, heard):
    for person in (cast.teacher, cast.school_admin):
        [told] = heard(reminders.OPENING, date(2026, 5, 14), person)
        assert told.startswith("Опрос выпускников начнётся 15\xa0мая | Школа № 3: отвечают 9«А»")
        assert told.endswith("Остался 1\xa0день.")
    assert heard(reminders.OPENING, date(2026, 5, 14), cast.coordinator) == []


def test_a_wave_still_in_draft_is_told_to_the_operator_alone(cast: Cast, heard):
    add_wave(cast.region, current_version(), WavePlan(OPENS, CLOSES), actor=None)
    assert heard(reminders.OPENING, date(2026, 5, 14), cast.teacher) == []
    [told] = heard(reminders.NOT_OPENED, date(2026, 5, 14), cast.operator)
    assert told.startswith("Волна опроса не открыта")
    assert heard(reminders.NOT_OPENED, date(2026, 5, 14), cast.teacher) == []


def test_classes_without_slips_are_named_three_days_after_the_opening(cast: Cast, coming: Wave, heard):
    eleven = make_class(cast.school, 11)
    make_class(cast.school, 8)
    issue_slips(coming, cast.school_class, actor=None)
    assert heard(reminders.WITHOUT_SLIPS, date(2026, 5, 17), cast.teacher) == []
    [told] = heard(reminders.WITHOUT_SLIPS, date(2026, 5, 18), cast.teacher)
    assert told.startswith(f"Нет кодов: {eleven.title} | ")
    assert "9«А»" not in told
    assert "8«А»" not in told


def test_with_slips_everywhere_nobody_is_reminded(cast: Cast, coming: Wave, heard):
    issue_slips(coming, cast.school_class, actor=None)
    assert heard(reminders.WITHOUT_SLIPS, date(2026, 5, 18), cast.teacher) == []


def test_three_days_before_the_end_a_school_below_the_target_hears_how_many_are_missing(cast: Cast, coming, heard):
    [told] = heard(reminders.ENDING, date(2026, 5, 26), cast.school_admin)
    assert told.startswith("До цели опроса не хватает 22\xa0человек | Школа № 3: ответили 0 из 27, цель 80\xa0%.")
    assert heard(reminders.ENDING, date(2026, 5, 27), cast.school_admin) == [told]


def test_in_the_last_week_the_coordinator_gets_the_list_of_own_schools(cast: Cast, coming: Wave, heard):
    [told] = heard(reminders.FALLING_SHORT, date(2026, 5, 22), cast.coordinator)
    assert told.startswith("1\xa0школа\xa0ниже цели опроса | Приозёрск, городской округ: ответили 0 из 27.")
    assert "Школа № 3 (22\xa0человек)" in told
    assert "Школа № 8" not in told
    assert heard(reminders.FALLING_SHORT, date(2026, 5, 22), cast.teacher) == []


def test_a_closed_wave_reminds_nobody(cast: Cast, coming: Wave, heard):
    close_wave(coming, actor=cast.operator.id)
    for rule in reminders.ALL:
        for day in (date(2026, 5, 14), date(2026, 5, 18), date(2026, 5, 26)):
            assert heard(rule, day, cast.teacher) == heard(rule, day, cast.coordinator) == []


def test_the_end_is_told_to_the_operators_in_numbers(cast: Cast, coming: Wave):
    close_wave(coming, actor=cast.operator.id)
    [told] = db.session.scalars(select(Notice))
    assert (told.user_id, told.url) == (cast.operator.id, f"/plans/{coming.id}")
    assert told.subject == "Опрос закончился: ответов 0"
    assert "Участие в 2025/26\xa0учебном году: 0,0\xa0% (0 из 47), цель 80\xa0%." in told.text


def test_every_text_of_the_plugin_becomes_words():
    for kind in (reminders.RESULT, *(rule.kind for rule in reminders.ALL)):
        words = words_of(kind, dict.fromkeys(kind.places, "слово"))
        assert "%" not in words.subject + words.text


@pytest.mark.parametrize("rule", reminders.ALL, ids=lambda rule: rule.key)
def test_a_rule_asks_as_often_for_three_schools_of_a_town_as_for_one(cast: Cast, coming: Wave, count_queries, rule):
    days = {"plans.opens": 14, "plans.unopened": 14, "plans.no_slips": 18, "plans.ends": 26, "plans.short": 22}
    today = date(2026, 5, days[rule.key])

    def cost() -> int:
        db.session.commit()
        region_id = cast.region.id
        with count_queries() as seen:
            found: Iterator[object] = iter(list(rule.find(today, region_id)))
        assert rule is reminders.NOT_OPENED or next(found)
        return seen.count

    cost()
    one = cost()
    for number in range(3):
        school = make_school(cast.municipality, f"Школа № 1{number}")
        make_class(school, 9)
        make_user(Role.TEACHER, school.scope)
    assert cost() == one


def test_other_towns_cost_the_same_for_the_opening(cast: Cast, coming: Wave, count_queries):
    def cost() -> int:
        db.session.commit()
        region_id = cast.region.id
        with count_queries() as seen:
            list(reminders.opening(date(2026, 5, 14), region_id))
        return seen.count

    cost()
    one = cost()
    for number in range(3):
        make_class(make_school(make_municipality(cast.region, f"Город {number}"), "Школа № 1"), 9)
    assert cost() == one
