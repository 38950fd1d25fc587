"""An organisation's own page: its figures, last period's by the same definition, the neighbours' median."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import YEAR, Cast, make_class, make_municipality, make_organisation, make_school

from orientir.accounts.models import User
from orientir.coverage import services as coverage
from orientir.coverage.peers import own_figures
from orientir.db import begin_writing, db
from orientir.organisations.models import Municipality, OrganisationKind, SchoolClass
from orientir.organisations.queries import today_of

AsUser = Callable[[User], FlaskClient]
ACTIVITY = "plans.survey"


def answer(school_class: SchoolClass, people: int, year: int = YEAR) -> None:
    db.session.commit()
    begin_writing()
    coverage.count(activity=ACTIVITY, period=year, class_id=school_class.id, source="wave:1", people=people)
    db.session.commit()


def neighbours(place: Municipality, *answers: int) -> None:
    """Add a school of ten graduates for each number of answers."""
    for number, people in enumerate(answers):
        answer(make_class(make_school(place, f"Лицей № {number}"), 9, total=10), people)


@pytest.fixture
def page(cast: Cast, as_user: AsUser) -> Callable[[], str]:
    def read() -> str:
        opened = as_user(cast.school_admin).get(f"/organisations/{cast.school.id}/figures")
        assert opened.status_code == 200
        return opened.text.replace("\N{NO-BREAK SPACE}", " ")

    return read


def test_it_shows_the_share_its_base_and_the_gap(cast: Cast, page: Callable[[], str]):
    answer(cast.school_class, 18)
    coverage.set_target(activity=ACTIVITY, period=YEAR, scope=cast.region.scope, share=Fraction(4, 5), actor=None)
    text = page()
    assert "66,7 %" in text
    assert "18 из 27" in text
    assert "не хватает 4 человек" in text


def test_what_nothing_is_known_of_is_named_and_not_drawn(cast: Cast, page: Callable[[], str]):
    text = page()
    assert "Пока без отметок и без цели" in text
    assert "данных нет" not in text


def test_it_says_what_is_not_known(cast: Cast, page: Callable[[], str]):
    answer(cast.school_class, 3, YEAR)
    text = page()
    assert "За 2024/25 данных нет." in text
    assert "Сравнить не с кем" in text
    assert "цель не задана" in text


def test_it_compares_with_last_period_by_the_same_definition(cast: Cast, page: Callable[[], str]):
    answer(make_class(cast.school, 9, total=20, year=YEAR - 1), 5, YEAR - 1)
    assert "За 2024/25 было 25,0 %: 5 из 20, считали так же." in page()


def test_the_median_stands_on_five_neighbours_of_the_municipality(cast: Cast, page: Callable[[], str]):
    neighbours(cast.municipality, 1, 2, 7, 8, 9)
    assert "Медиана соседей 70,0 %: у половины из 5 школ муниципалитета столько или больше." in page()


def test_with_fewer_it_stands_on_the_region_and_says_so(cast: Cast, page: Callable[[], str]):
    neighbours(cast.municipality, 1, 2)
    neighbours(make_municipality(cast.region, "Посёлок"), 5, 6)
    text = page()  # with the empty school of the cast's neighbours that makes five
    assert "Медиана соседей 20,0 %: у половины из 5 школ региона, потому что в муниципалитете их меньше пяти" in text


def test_neither_the_own_school_nor_other_kinds_nor_silent_ones_are_neighbours(cast: Cast):
    answer(cast.school_class, 27)
    neighbours(cast.municipality, 1, 2, 3, 4)
    make_school(cast.municipality, "Без классов")
    make_class(make_organisation(cast.municipality, "Сад", OrganisationKind.KINDERGARTEN), 9, total=10)
    db.session.commit()
    found = own_figures(cast.school, today_of(cast.region))[0].neighbours
    assert found is not None
    assert (found.count, found.is_region) == (5, True)


def test_what_is_left_stands_below_it(cast: Cast, page: Callable[[], str], as_user: AsUser):
    assert "класс без числа учеников" in page()
    other = as_user(cast.coordinator).get(f"/organisations/{cast.school.id}/figures").text
    assert "<h1>Показатели организации</h1>" in other
    assert "класс без числа учеников" in other


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python: one engine is enough
def test_nobody_is_sent_where_they_may_not_go(cast: Cast, as_user: AsUser):
    def left(user: User) -> str:
        page = as_user(user).get(f"/organisations/{cast.school.id}/figures").text
        return page.partition('id="left"')[2].partition("</section>")[0]

    headcounts, contact = f"/organisations/{cast.school.id}/headcounts", f"/organisations/{cast.school.id}/contact"
    assert headcounts in left(cast.school_admin)
    assert contact in left(cast.school_admin)
    assert headcounts in left(cast.teacher)
    assert contact not in left(cast.teacher)
    assert "Не указан ответственный" in left(cast.teacher)
    assert "<a " not in left(cast.observer)


def test_the_menu_leads_whoever_has_one_organisation_there(cast: Cast, as_user: AsUser):
    link = f'href="/organisations/{cast.school.id}/figures"'
    assert link in as_user(cast.teacher).get("/").text
    assert link not in as_user(cast.coordinator).get("/").text
    assert link in as_user(cast.coordinator).get(f"/organisations/{cast.school.id}").text


def test_queries_do_not_grow_with_classes_and_neighbours(cast: Cast, as_user: AsUser, count_queries):
    client, path = as_user(cast.school_admin), f"/organisations/{cast.school.id}/figures"

    def asked() -> int:
        client.get(path)
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        return seen.count

    few = asked()
    for number in range(3):
        make_class(cast.school, 9, f"{number}")
        make_class(make_school(cast.municipality, f"Лицей № {number}"), 9)
    db.session.commit()
    assert asked() == few
    assert few <= 16
