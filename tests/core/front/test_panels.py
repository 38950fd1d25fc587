"""«Что сделать»: each role meets what waits for it, with a number, words and a button, in constant queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from orientir_testkit.cast import (
    Cast,
    make_class,
    make_municipality,
    make_organisation,
    make_school,
    make_user,
)

from orientir import clock
from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.contracts import PanelItem
from orientir.db import db
from orientir.front.panels import platform_items
from orientir.jobs.models import Job, JobState
from orientir.organisations.contacts import Presence, Responsible, change_contact
from orientir.organisations.models import Headcount, Organisation, OrganisationKind
from orientir.plugins import current_plugins
from orientir.students.services import close_number, open_numbers

AsUser = Callable[[User], FlaskClient]
MAY = date(2026, 5, 1)


def items(user: User) -> dict[str, PanelItem]:
    """Return what waits for the holder of a role, by title."""
    grant = user.grants[0]
    with current_app.test_request_context():
        return {str(item.title): item for item in platform_items(Role(grant.role), grant.scope)}


def count_class(school_class) -> None:
    db.session.add(Headcount(school_class=school_class, on_date=MAY, total=27))
    db.session.commit()


def answers_for(school: Organisation) -> None:
    """Let the school name who answers for it."""
    person = Responsible(name="Зоя Павловна Завуч", phone="+7 395 200-00-03")
    change_contact(school, person, Presence(), actor=None)
    db.session.commit()


class TestSchool:
    def test_a_teacher_sees_the_classes_without_a_headcount_of_the_own_school_only(self, cast: Cast):
        make_class(cast.school, 11)
        found = items(cast.teacher)["класса без числа учеников"]
        assert (found.count, str(found.hint)[:10]) == (2, "На 1\N{NO-BREAK SPACE}мая 2")
        assert found.url == f"/organisations/{cast.school.id}/headcounts?date=2026-05-01"
        count_class(cast.school_class)
        assert items(cast.teacher)["класс без числа учеников"].count == 1

    def test_in_may_only_the_grades_that_are_counted_are_asked_for(self, cast: Cast):
        make_class(cast.school, 7)
        assert items(cast.teacher)["класс без числа учеников"].count == 1

    def test_what_was_never_counted_in_autumn_is_still_asked_for(self, cast: Cast):
        make_class(cast.school, 7, total=None)
        count_class(cast.school_class)
        found = items(cast.teacher)["класс без числа учеников"]
        assert str(found.hint)[:20] == "На 20\N{NO-BREAK SPACE}сентября 2025:"

    def test_nothing_waits_once_all_is_counted(self, cast: Cast):
        count_class(cast.school_class)
        answers_for(cast.school)
        assert items(cast.teacher) == items(cast.school_admin) == {}

    def test_a_school_without_classes_is_asked_for_them(self, cast: Cast):
        empty = make_school(cast.municipality, "Школа № 5")
        answers_for(empty)
        found = items(make_user(Role.SCHOOL_ADMIN, empty.scope))
        assert list(found) == ["Классы 2025/26\xa0не введены"]
        assert f"/organisations/{empty.id}/" in found["Классы 2025/26\xa0не введены"].url

    def test_a_list_that_differs_from_the_headcount_is_named(self, cast: Cast):
        count_class(cast.school_class)
        open_numbers(cast.school_class, 27, actor=None)
        answers_for(cast.school)
        assert items(cast.school_admin) == {}
        close_number(cast.school_class, 4, actor=None)
        found = items(cast.school_admin)["класс, где список не сходится с числом учеников"]
        assert found.count == 1

    def test_a_school_nobody_answers_for_is_asked_whom_to_call(self, cast: Cast):
        count_class(cast.school_class)
        asked = items(cast.school_admin)["Не указан ответственный за профориентацию"]
        assert asked.url == f"/organisations/{cast.school.id}/contact"
        answers_for(cast.school)
        assert items(cast.school_admin) == {}


class TestTerritory:
    def test_a_coordinator_sees_whom_to_call_in_the_own_municipality(self, cast: Cast):
        make_school(cast.municipality, "Лицей")
        make_school(cast.neighbour_municipality, "Чужая")
        found = items(cast.coordinator)
        assert found["школа не ввела классы"].hint == "Лицей"
        assert found["школа без чисел учеников"].hint == "Школа № 3"
        assert found["школа без учётной записи"].hint == "Лицей"

    def test_a_disabled_account_is_none(self, cast: Cast):
        for user in (cast.teacher, cast.school_admin):
            user.disabled_at = clock.now()
        db.session.commit()
        assert items(cast.coordinator)["школа без учётной записи"].count == 1

    def test_an_operator_sees_municipalities_without_a_coordinator(self, cast: Cast):
        assert "муниципалитет без координатора" not in items(cast.operator)
        make_municipality(cast.region, "Пустой район")
        assert items(cast.operator)["муниципалитет без координатора"].hint == "Пустой район"

    def test_an_observer_sees_figures(self, cast: Cast):
        assert str(items(cast.observer)["Опрос выпускников"].hint) == "0,0\N{NO-BREAK SPACE}%: 0 из 47"


class TestOthers:
    def test_an_administrator_is_told_that_all_is_well_and_what_was_checked(self, cast: Cast):
        found = items(cast.administrator)
        assert list(found) == ["Всё в порядке"]
        assert str(found["Всё в порядке"].hint) == "Проверили: задания, письма, плагины"

    def test_an_administrator_is_told_of_what_failed(self, cast: Cast):
        job = Job(kind="x", title="Загрузка", state=JobState.FAILED, payload={}, created_at=clock.now())
        db.session.add(job)
        current_plugins().troubles["plans"] = "home_panels"
        assert {str(title): item.count for title, item in items(cast.administrator).items()} == {
            "задание не получилось": 1,
            "плагин не отвечает": 1,
        }

    def test_an_organiser_is_asked_to_complete_the_card(self, cast: Cast):
        college = make_organisation(cast.municipality, "Техникум", OrganisationKind.COLLEGE)
        organiser = make_user(Role.ORGANISER, college.scope)
        assert items(organiser)["Карточка организации заполнена не вся"].hint == "Не хватает: полное название, адрес"
        college.full_name, college.address = "Техникум связи", "ул. Ленина, 1"
        assert items(organiser) == {}


def test_the_home_page_shows_the_panels_of_every_role(cast: Cast, as_user: AsUser):
    for role, user in cast.staff.items():
        page = as_user(user).get("/").text
        assert all(title in page for title in items(user)), role
    newcomer = make_user(Role.TEACHER, cast.school.scope)
    newcomer.grants.clear()
    assert "Сейчас ничего не ждёт вашего решения." in as_user(newcomer).get("/").text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("who", list(Role))
def test_queries_do_not_grow_with_the_region(app: Flask, cast: Cast, as_user: AsUser, count_queries, who: str):
    college = make_organisation(cast.municipality, "Техникум", OrganisationKind.COLLEGE)
    user = cast.staff.get(who) or make_user(who, college.scope)
    db.session.commit()

    def asked() -> int:
        client = as_user(user)
        client.get("/")
        with count_queries() as seen:
            assert client.get("/").status_code == 200
        return seen.count

    few = asked()
    for number in range(3):
        school = make_school(make_municipality(cast.region, f"Посёлок {number}"), f"Школа № {40 + number}")
        make_school(cast.municipality, f"Лицей № {number}")
        make_class(school, 9)
        make_class(cast.school, 8, f"{number}", total=None)
    db.session.commit()
    assert asked() == few
    assert few <= 21  # four plugins have a panel and entries of the calendar here
