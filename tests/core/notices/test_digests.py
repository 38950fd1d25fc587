"""The daily letter: at the region's own hour, one for each person, of what was neither read nor mailed."""

from collections.abc import Callable

import pytest
from orientir_testkit.cast import Cast, make_municipality, make_region, make_school, make_user

from orientir import clock
from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.contracts import Scope
from orientir.db import db
from orientir.jobs.models import Job, JobState
from orientir.notices.services import read, tell
from orientir.settings.services import change


@pytest.fixture
def hear(cast: Cast) -> Callable[..., int]:
    def tell_them(kind, *people: User, what: str = "дело", scope: Scope | None = None, url: str = "") -> int:
        ids = [one.id for one in people]
        return tell(kind, ids, {"what": what}, about=what, scope=scope or cast.region.scope, url=url)

    return tell_them


@pytest.fixture
def far_teacher(cast: Cast) -> User:
    """Somebody in a region three hours further west."""
    region = make_region("Дальняя", "74")
    region.timezone = "Asia/Yekaterinburg"
    school = make_school(make_municipality(region, "Озёрск"), "Школа № 1")
    return make_user(Role.TEACHER, school.scope)


def test_one_letter_for_each_person_by_title_with_links(cast: Cast, hear, at, letters, daily, at_once_kind):
    at("2026-05-14T22:00+08:00")
    hear(at_once_kind, cast.teacher, what="ночное")
    hear(daily, cast.teacher, what="первое", url="/classes/1")
    hear(daily, cast.teacher, what="второе")
    hear(daily, cast.operator, what="одно")
    at("2026-05-15T09:00+08:00")
    [(subject, text)] = letters(cast.teacher)
    assert subject == "Ориентир: 3 новых уведомления"
    assert text.index("PLATFORM.DAILY") < text.index("первое") < text.index("второе")
    assert text.count("PLATFORM.ONCE") == 1
    assert "Открыть: https://orientir.example/classes/1" in text
    assert "/account/notices" in text
    assert letters(cast.operator)[0][0] == "Тема: одно"


def test_what_was_read_or_mailed_or_is_for_the_site_is_left_out(
    cast: Cast, hear, at, told, letters, daily, at_once_kind, on_site
):
    hear(at_once_kind, cast.teacher, what="срочное")
    hear(on_site, cast.teacher, what="сайт")
    hear(daily, cast.teacher, what="прочитанное")
    read(told(cast.teacher)[-1].id, actor=cast.teacher.id)
    at("2026-05-15T09:00+08:00")
    assert [subject for subject, _text in letters(cast.teacher)] == ["Тема: срочное"]


def test_once_a_day_and_what_comes_later_waits_for_tomorrow(cast: Cast, hear, at, letters, daily):
    hear(daily, cast.teacher, what="вчера")
    at("2026-05-15T09:00+08:00")
    hear(daily, cast.teacher, what="днём")
    at("2026-05-15T09:10+08:00")
    at("2026-05-15T20:50+08:00")
    assert len(letters()) == 1
    at("2026-05-16T09:00+08:00")
    assert [subject for subject, _text in letters()] == ["Тема: вчера", "Тема: днём"]


def test_the_hour_is_a_setting_of_the_region(cast: Cast, hear, at, letters, daily):
    change(cast.region.id, "notices_hour", 14, actor=None)
    hear(daily, cast.teacher)
    at("2026-05-15T13:50+08:00")
    assert letters() == []
    at("2026-05-15T14:00+08:00")
    assert len(letters()) == 1


def test_two_regions_are_written_to_at_their_own_hours(cast: Cast, far_teacher: User, hear, at, letters, daily):
    hear(daily, cast.teacher, what="иркутское")
    hear(daily, far_teacher, what="уральское", scope=Scope(far_teacher.grants[0].region_id))
    at("2026-05-15T09:00+08:00")
    assert [subject for subject, _text in letters()] == ["Тема: иркутское"]
    at("2026-05-15T11:50+08:00")
    assert len(letters()) == 1
    at("2026-05-15T12:00+08:00")
    assert [subject for subject, _text in letters()] == ["Тема: иркутское", "Тема: уральское"]


@pytest.mark.parametrize("moment", ["2026-05-15T08:59+08:00", "2026-05-15T21:00+08:00", "2026-05-15T03:00+08:00"])
def test_outside_the_hours_nobody_is_written_to(cast: Cast, hear, at, letters, moment: str, daily):
    hear(daily, cast.teacher)
    at(moment)
    assert letters() == []


def test_a_morning_missed_is_made_up_for_until_the_evening(cast: Cast, hear, at, letters, daily):
    hear(daily, cast.teacher)
    at("2026-05-15T20:40+08:00")
    assert len(letters()) == 1


def test_an_account_closed_meanwhile_gets_no_letter(cast: Cast, hear, at, letters, daily):
    hear(daily, cast.teacher)
    cast.teacher.disabled_at = clock.now()
    at("2026-05-15T09:00+08:00")
    assert letters() == []


def test_digests_of_many_cost_letters_not_look_ups(cast: Cast, hear, at, count_queries, daily):
    """What is counted is reads: each letter is one row to write and one to note."""

    def reads(people: int, day: int) -> int:
        for number in range(people):
            hear(daily, make_user(Role.TEACHER, cast.school.scope), what=f"{day} {number}")
        with count_queries() as seen:
            at(f"2026-05-{day}T09:00+08:00")
        return sum(statement.lstrip().upper().startswith("SELECT") for statement in seen.statements)

    reads(1, 15)
    assert reads(1, 16) == reads(3, 17)


# Work that failed


def _fail_job(cast: Cast, **more) -> Job:
    values = {"kind": "lists.import", "title": "Загрузка списка", "payload": {}, "created_at": clock.now()}
    job = Job(**values, state=JobState.FAILED, problem="Лист не читается.", finished_at=clock.now(), **more)
    db.session.add(job)
    db.session.flush()
    return job


def test_a_failed_job_is_told_to_who_started_it_and_to_administrators_once(cast: Cast, at, told, letters):
    _fail_job(cast, region_id=cast.region.id, actor_id=cast.school_admin.id)
    at("2026-05-14T10:10+08:00")
    at("2026-05-14T10:20+08:00")
    assert {one.user_id for one in told()} == {cast.school_admin.id, cast.administrator.id}
    assert len(told()) == len(letters()) == 2
    assert letters()[0] == ("Не получилось: Загрузка списка", letters()[0][1])
    assert "Лист не читается." in letters()[0][1]


def test_a_job_that_fails_again_is_news_again(cast: Cast, at, told):
    job = _fail_job(cast, region_id=cast.region.id, actor_id=None)
    at("2026-05-14T10:10+08:00")
    job.finished_at = clock.now()
    at("2026-05-14T10:20+08:00")
    assert len(told(cast.administrator)) == 2
