"""Telling: each occasion once, to open accounts of grown-ups only, the way each of them wants it, never at night."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from orientir_testkit.cast import Cast, make_user
from sqlalchemy import inspect, select

from orientir import clock
from orientir.accounts.models import User
from orientir.contracts import NoticeGroup, NoticeKind, Scope, Urgency
from orientir.db import db
from orientir.errors import MissingError
from orientir.mail.models import OutgoingMail
from orientir.notices.models import Notice
from orientir.notices.people import directory
from orientir.notices.services import choose_ways, purge_notices, read, read_all, tell
from orientir.settings.services import change
from orientir.students.models import Student

NIGHT = datetime.fromisoformat("2026-05-14T23:10+08:00")


def hear(kind: NoticeKind, *people: User, what: str = "дело", about: str = "one", **more) -> int:
    scope = more.pop("scope", None) or Scope(people[0].grants[0].region_id)
    return tell(kind, [one.id for one in people], {"what": what}, about=about, scope=scope, **more)


def test_each_recipient_hears_of_an_occasion_once(cast: Cast, told, daily):
    assert hear(daily, cast.teacher, cast.operator, cast.teacher) == 2
    assert hear(daily, cast.teacher, cast.operator, what="другими словами") == 0
    assert hear(daily, cast.teacher, cast.coordinator) == 1
    assert hear(daily, cast.teacher, about="two") == 1
    assert [one.subject for one in told(cast.teacher)] == ["Тема: дело", "Тема: дело"]


def test_an_occasion_again_sends_no_second_letter(cast: Cast, letters, at_once_kind):
    for _ in range(2):
        hear(at_once_kind, cast.teacher)
    assert [subject for subject, _text in letters(cast.teacher)] == ["Тема: дело"]


def test_nobody_is_nobody(cast: Cast, told, daily):
    assert tell(daily, [], {"what": "а"}, about="one", scope=cast.region.scope) == 0
    assert tell(daily, [0, -1, 10**9], {"what": "а"}, about="one", scope=cast.region.scope) == 0
    assert told() == []


def test_a_closed_account_hears_nothing(cast: Cast, told, letters, at_once_kind):
    cast.teacher.disabled_at = clock.now()
    db.session.flush()
    assert hear(at_once_kind, cast.teacher, cast.operator) == 1
    assert [one.user_id for one in told()] == [cast.operator.id]
    assert cast.teacher.id not in directory(cast.region.id).over(cast.school.scope, "teacher")


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/" + "a" * 400])
def test_a_notice_leads_into_this_site_only(cast: Cast, url: str, daily):
    with pytest.raises(ValueError, match="this site"):
        hear(daily, cast.teacher, url=url)


@pytest.mark.parametrize("about", ["", "x" * 161])
def test_an_occasion_has_a_name(cast: Cast, about: str, daily):
    with pytest.raises(ValueError, match="occasion"):
        hear(daily, cast.teacher, about=about)


def test_students_have_no_address_and_no_path_leads_to_one(cast: Cast):
    """A notice belongs to an account, a letter goes to the address of an account; a seat of a class is neither."""
    columns = {column.key for column in inspect(Student).columns}
    assert columns == {"id", "class_id", "number", "closed_on", "first_id"}
    assert not {column for column in columns if "mail" in column or "phone" in column or "address" in column}
    assert {key.column.table.name for key in inspect(Notice).columns.user_id.foreign_keys} == {"account"}
    assert not {key.column.table.name for table in (Notice, OutgoingMail) for key in table.__table__.foreign_keys} & {
        "student",
        "school_class",
    }


# Whom


def test_people_are_found_by_role_in_the_branch_or_above(cast: Cast):
    people = directory(cast.region.id)
    assert people.over(cast.school.scope, "teacher") == (cast.teacher.id,)
    assert people.over(cast.school.scope, "coordinator") == (cast.coordinator.id,)
    assert people.over(cast.neighbour_school.scope, "coordinator") == (cast.neighbour_coordinator.id,)
    both = people.over(cast.school.scope, "administrator", "operator")
    assert set(both) == {cast.administrator.id, cast.operator.id}


def test_who_answers_for_a_school_are_its_administrators(cast: Cast):
    people = directory(cast.region.id)
    assert people.responsible(cast.school.scope) == (cast.school_admin.id,)
    assert people.responsible(cast.neighbour_school.scope) == ()
    assert people.within(cast.municipality.scope, "teacher", "school_admin") == tuple(
        sorted((cast.teacher.id, cast.school_admin.id))
    )


def test_the_directory_costs_one_query_however_many_people(cast: Cast, count_queries):
    def cost() -> int:
        db.session.commit()
        with count_queries() as seen:
            directory(cast.region.id)
        return seen.count

    before = cost() - 1
    for number in range(3):
        make_user("teacher", cast.school.scope, f"Учитель {number}")
    assert cost() - 1 == before


# How


def test_what_is_urgent_is_mailed_by_day_with_why_it_came_and_how_to_stop_it(cast: Cast, letters, at_once_kind):
    hear(at_once_kind, cast.teacher, url="/classes/1")
    [(subject, text)] = letters()
    assert subject == "Тема: дело"
    assert text.startswith("Текст: дело\n")
    assert "Открыть: https://orientir.example/classes/1" in text
    assert "Вы получили это письмо, потому что" in text
    assert "https://orientir.example/account/notices" in text


def test_at_night_what_is_urgent_waits_and_security_does_not(cast: Cast, letters, at_once_kind, alarm):
    with time_machine.travel(NIGHT):
        hear(at_once_kind, cast.teacher)
        hear(alarm, cast.teacher, what="вход")
    [(subject, text)] = letters()
    assert subject == "Тема: вход"
    assert "отключить их нельзя" in text
    assert "/account/notices" not in text


@pytest.mark.parametrize(
    ("moment", "is_mailed"), [("07:59", False), ("08:00", True), ("20:59", True), ("21:00", False), ("00:00", False)]
)
def test_the_night_is_the_regions(cast: Cast, letters, moment: str, is_mailed: bool, at_once_kind):
    with time_machine.travel(datetime.fromisoformat(f"2026-05-14T{moment}+08:00"), tick=False):
        hear(at_once_kind, cast.teacher)
    assert bool(letters()) is is_mailed


def test_a_person_chooses_the_way(cast: Cast, told, letters, daily, at_once_kind, on_site, alarm):
    everywhere = dict.fromkeys((NoticeGroup.REMINDERS, NoticeGroup.MESSAGES, NoticeGroup.SECURITY), Urgency.SITE)
    choose_ways(everywhere, actor=cast.teacher.id)
    choose_ways({NoticeGroup.REMINDERS: Urgency.AT_ONCE}, actor=cast.operator.id)
    for kind in (daily, at_once_kind, on_site, alarm):
        hear(kind, cast.teacher, cast.operator, what=kind.key)
    assert [one.way for one in told(cast.teacher)] == ["site", "site", "site", "once"]
    assert [one.way for one in told(cast.operator)] == ["once", "once", "site", "once"]
    assert [subject for subject, _text in letters(cast.teacher)] == ["Тема: platform.alarm"]
    assert len(letters(cast.operator)) == 3


def test_what_waits_follows_a_new_choice(cast: Cast, told, daily):
    hear(daily, cast.teacher)
    choose_ways({NoticeGroup.REMINDERS: Urgency.SITE}, actor=cast.teacher.id)
    assert [one.way for one in told(cast.teacher)] == ["site"]
    choose_ways({NoticeGroup.REMINDERS: None}, actor=cast.teacher.id)
    hear(daily, cast.teacher, about="two")
    assert [one.way for one in told(cast.teacher)] == ["site", "daily"]


# Read and forgotten


def test_only_ones_own_is_read(cast: Cast, told, daily):
    hear(daily, cast.teacher, cast.operator)
    mine, foreign = told(cast.teacher)[0], told(cast.operator)[0]
    with pytest.raises(MissingError):
        read(foreign.id, actor=cast.teacher.id)
    with pytest.raises(MissingError):
        read(10**9, actor=cast.teacher.id)
    first = read(mine.id, actor=cast.teacher.id).read_at
    assert read(mine.id, actor=cast.teacher.id).read_at == first
    assert told(cast.operator)[0].read_at is None


def test_reading_all_leaves_what_came_meanwhile(cast: Cast, told, daily):
    hear(daily, cast.teacher)
    hear(daily, cast.operator)
    seen = told(cast.teacher)[-1].id
    hear(daily, cast.teacher, about="two")
    assert read_all(upto=seen, actor=cast.teacher.id) == 1
    assert [one.read_at is None for one in told(cast.teacher)] == [False, True]
    assert told(cast.operator)[0].read_at is None


def test_read_notices_are_forgotten_after_the_regions_time_and_unread_ones_after_a_year(cast: Cast, told, daily):
    change(cast.region.id, "notices_keep_days", 40, actor=None)
    for about in ("read", "unread"):
        hear(daily, cast.teacher, about=about)
    read(told(cast.teacher)[0].id, actor=cast.teacher.id)
    day = date(2026, 5, 14)
    assert purge_notices(day + timedelta(40)) == 0
    assert purge_notices(day + timedelta(42)) == 1
    assert [one.about for one in told()] == ["unread"]
    assert purge_notices(day + timedelta(402)) == 1


def test_many_recipients_cost_no_more_statements_each(cast: Cast, count_queries, daily):
    people = [make_user("teacher", cast.school.scope, f"Учитель {number}") for number in range(6)]

    def cost(count: int, about: str) -> int:
        db.session.commit()
        scope = cast.region.scope
        ids = [one.id for one in people[:count]]
        with count_queries() as seen:
            tell(daily, ids, {"what": "а"}, about=about, scope=scope)
        return seen.count

    cost(1, "warm")
    assert cost(1, "one") == cost(6, "six")


def test_a_letter_forgotten_leaves_the_notice(cast: Cast, told, at_once_kind):
    hear(at_once_kind, cast.teacher)
    db.session.commit()
    db.session.delete(db.session.scalars(select(OutgoingMail)).one())
    db.session.commit()
    assert told()[0].mail_id is None
    assert told()[0].mailed_at is not None
