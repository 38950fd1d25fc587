"""Rules: each occasion is told once per step, catches up after a stand-still, and stops when the thing is done."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orientir_testkit.cast import Cast
from orientir_testkit.plugins import make_plugin
from sqlalchemy import delete, select, update

from orientir.contracts import Due, NoticeKind, Reminder
from orientir.contracts.notices import LATE, current_step
from orientir.db import db
from orientir.notices.models import Notice, NoticeRound
from orientir.notices.reminders import remind, reminders
from orientir.notices.services import purge_notices, switch_rule

DAY = date(2026, 5, 20)
STEPS = (-14, -3, 0, 3)
KIND = NoticeKind("fair.form", "Форма", "Заполните форму до %(date)s", "%(school)s: %(when)s")


class Fair:
    """A plugin whose forms must be filled in; what is not, is found by its rule."""

    def __init__(self) -> None:
        self.open: dict[str, tuple[date, tuple[int, ...]]] = {}
        self.fails = False
        self.scope = None

    def find(self, today: date, region_id: int) -> Iterator[Due]:
        for about, (day, people) in self.open.items():
            yield Due(f"form:{about}", day, people, self.scope, {"school": "Школа № 3"}, "/notices")
        if self.fails:
            raise RuntimeError("the rule's own mistake")


@pytest.fixture
def fair() -> Fair:
    return Fair()


@pytest.fixture
def rule(fair: Fair) -> Reminder:
    return Reminder(KIND, fair.find, STEPS)


@pytest.fixture
def plugins(rule: Reminder) -> dict[str, object]:
    return {"fair": make_plugin("fair", brings={"reminders": (rule,)})}


@pytest.fixture
def form(fair: Fair, cast: Cast) -> Callable[..., None]:
    """Open a form for somebody; `None` for the day closes it."""
    fair.scope = cast.school.scope

    def change(about: str = "a", day: date | None = DAY, people: tuple[int, ...] = ()) -> None:
        fair.open.pop(about, None)
        if day:
            fair.open[about] = (day, people or (cast.school_admin.id,))

    return change


@pytest.fixture
def round_on(rule: Reminder, cast: Cast) -> Callable[[date], int]:
    def make(day: date) -> int:
        return remind(rule, cast.region, day)

    return make


@pytest.mark.parametrize(
    ("offset", "step"),
    [(-15, None), (-14, -14), (-8, -14), (-7, None), (-4, None), (-3, -3), (-1, -3), (0, 0), (2, 0), (3, 3), (9, 3),
     (10, None)],
)  # fmt: skip
def test_the_step_in_turn_is_the_last_begun_unless_that_is_long_ago(offset: int, step: int | None):
    assert current_step(STEPS, DAY, DAY + timedelta(offset)) == step


def test_a_plugins_rule_stands_beside_the_platforms(rule: Reminder, cast: Cast):
    assert reminders()[-1] == rule
    assert len({one.key for one in reminders()}) == len(reminders())


def test_each_step_is_told_once_and_in_its_words(form, round_on, told, cast: Cast):
    form()
    for offset in range(-20, 12):
        round_on(DAY + timedelta(offset))
    assert [(one.about, one.text) for one in told()] == [
        ("form:a:-14", "Школа № 3: Осталось 14\xa0дней."),
        ("form:a:-3", "Школа № 3: Осталось 3\xa0дня."),
        ("form:a:+0", "Школа № 3: Сегодня последний день."),
        ("form:a:+3", "Школа № 3: Срок прошёл 3\xa0дня\xa0назад."),
    ]
    assert {one.subject for one in told()} == {"Заполните форму до 20\xa0мая"}


def test_it_stops_by_itself_when_the_thing_is_done(form, round_on, told):
    form()
    round_on(DAY - timedelta(14))
    form(day=None)
    for offset in range(-13, 12):
        round_on(DAY + timedelta(offset))
    assert [one.about for one in told()] == ["form:a:-14"]


def test_a_day_missed_is_made_up_for_with_the_words_of_the_day(form, round_on, told):
    form()
    round_on(DAY - timedelta(1))
    assert [(one.about, one.text) for one in told()] == [("form:a:-3", "Школа № 3: Остался 1\xa0день.")]


def test_whoever_comes_later_hears_it_too(form, round_on, told, cast: Cast):
    form(people=(cast.school_admin.id,))
    round_on(DAY - timedelta(3))
    form(people=(cast.school_admin.id, cast.teacher.id))
    round_on(DAY - timedelta(2))
    assert [one.user_id for one in told()] == [cast.school_admin.id, cast.teacher.id]


def test_a_round_is_made_once_a_day_and_counts_whom_it_told(form, round_on, told, cast: Cast):
    form(people=(cast.school_admin.id, cast.teacher.id))
    assert [round_on(DAY), round_on(DAY)] == [2, 0]
    [row] = db.session.scalars(select(NoticeRound))
    assert (row.name, row.on_day, row.told, row.failed) == ("fair.form", DAY, 2, False)


def test_a_rule_that_fails_costs_its_own_round_only(fair: Fair, form, round_on, told, caplog):
    form()
    fair.fails = True
    assert round_on(DAY) == 0
    assert told() == []
    assert "fair.form" in caplog.text
    assert db.session.scalars(select(NoticeRound.failed)).all() == [True]
    fair.fails = False
    assert round_on(DAY + timedelta(1)) == 1


def test_a_rule_that_is_off_is_left_out_and_on_again(form, at, told, cast: Cast):
    form(day=date(2026, 5, 15))
    switch_rule(cast.region, "fair.form", on=False, actor=cast.operator.id)
    at("2026-05-15T09:30+08:00")
    assert told() == []
    switch_rule(cast.region, "fair.form", on=True, actor=cast.operator.id)
    at("2026-05-15T09:40+08:00")
    assert [one.about for one in told()] == ["form:a:+0"]


MOVES = st.lists(
    st.tuples(
        st.integers(0, 6),  # days that pass; a server may stand still
        st.sampled_from(["open", "close", "leave"]),
        st.sampled_from("ab"),
        st.integers(-16, 6),  # days from now to the form's day
        st.booleans(),  # read and forgotten in between
    ),
    max_size=30,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(MOVES)
def test_whatever_happens_an_occasion_is_told_at_most_once_a_step_and_never_when_it_is_done(
    fair: Fair, form, round_on, cast: Cast, moves
):
    fair.open.clear()
    for table in (Notice, NoticeRound):
        db.session.execute(delete(table))
    today, heard, days = DAY, [], {}
    for passed, act, about, ahead, forgets in moves:
        today += timedelta(passed)
        if act == "open":
            days.setdefault(about, today + timedelta(ahead))  # the day of an occasion is part of what it is
            form(about, days[about])
        elif act == "close":
            form(about, None)
        before = set(db.session.scalars(select(Notice.id)))
        round_on(today)
        new = list(db.session.scalars(select(Notice.about).where(Notice.id.not_in(before))))
        assert all(name.split(":")[1] in fair.open for name in new)
        for name in new:
            _form, key, step = name.split(":")
            begun = days[key] + timedelta(int(step))
            assert begun <= today < begun + timedelta(LATE)
        heard += new
        if forgets:
            db.session.execute(update(Notice).values(read_at=Notice.created_at))
            purge_notices(today)
    assert len(heard) == len(set(heard))
