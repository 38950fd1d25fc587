"""The pages of the move: what is offered, what is confirmed, what is refused, and who may."""

from __future__ import annotations

import pytest
import time_machine
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_class, make_organisation
from sqlalchemy import func, select

from orientir.accounts.roles import Role
from orientir.db import db
from orientir.organisations.models import SchoolClass
from orientir.organisations.queries import classes_of
from orientir.students import services
from orientir.students.models import ClassMove


def new_class(cast: Cast, title: str) -> SchoolClass:
    db.session.expire_all()
    return next(one for one in classes_of(cast.school.id, 2026) if one.title == title)


@pytest.fixture
def address(cast: Cast) -> str:
    return f"/organisations/{cast.school.id}/next-year"


@pytest.fixture
def boss(as_user, cast: Cast, eight: SchoolClass) -> FlaskClient:
    return as_user(cast.school_admin)


@pytest.fixture
def typed(cast: Cast, eight: SchoolClass) -> dict[str, str]:
    return {
        "step": "check",
        f"fate_{eight.id}": "moves",
        f"name_{eight.id}": "IX-а",
        f"fate_{cast.school_class.id}": "leaves",
        f"name_{cast.school_class.id}": "",
        "fresh": "1А; 1б",
    }


def test_the_page_shows_what_becomes_of_each_class(boss: FlaskClient, address: str, cast: Cast, eight: SchoolClass):
    page = boss.get(address).text
    assert 'value="9«А»"' in page
    assert "3\xa0номера" in page
    assert page.count('<option selected value="moves">') == page.count('<option selected value="leaves">') == 1
    assert f'href="{address}"' in boss.get(f"/organisations/{cast.school.id}").text


def test_the_confirmation_names_the_consequence_in_numbers(boss: FlaskClient, address: str, typed: dict[str, str]):
    page = " ".join(boss.post(address, data=typed).text.split())
    assert "1 класс перейдёт" in page
    assert "3 номера" in page
    assert "3 карточки продолжат" in page
    assert "1 класс уйдёт" in page
    assert "2 новых класса появятся" in page
    assert db.session.scalar(select(func.count()).select_from(ClassMove)) == 0


def test_confirmed_it_is_done_and_a_second_time_nothing_is(
    boss: FlaskClient, address: str, typed: dict[str, str], cast: Cast
):
    answer = boss.post(address, data={**typed, "step": "move"})
    assert answer.location == f"/organisations/{cast.school.id}?year=2026"
    assert "школа перешла на 2026/27\xa0год" in boss.get(answer.location).text
    assert [one.title for one in classes_of(cast.school.id, 2026)] == ["1«А»", "1«Б»", "9«А»"]
    again = boss.post(address, data={**typed, "step": "move"})
    assert again.status_code == 303
    assert "Ничего не изменилось" in boss.get(again.location).text
    page = boss.get(f"/organisations/{cast.school.id}").text
    assert "Перевести на" not in page
    assert "Отменить перевод на" in page
    page = boss.get(address).text
    assert "Все классы 2025/26\xa0года переведены" in page
    assert "ушёл из\N{NO-BREAK SPACE}школы" in page


def test_the_class_page_leads_on_and_back(boss: FlaskClient, address: str, typed: dict[str, str], cast: Cast, eight):
    boss.post(address, data={**typed, "step": "move"})
    made = new_class(cast, "9«А»")
    assert f'href="/classes/{made.id}"' in boss.get(f"/classes/{eight.id}").text
    assert f'href="/classes/{eight.id}"' in boss.get(f"/classes/{made.id}").text
    assert "Класс выпущен" in boss.get(f"/classes/{cast.school_class.id}").text


def test_back_from_the_confirmation_everything_stands_as_typed(boss: FlaskClient, address: str, typed: dict[str, str]):
    answer = boss.post(address, data={**typed, "step": "edit"})
    assert answer.status_code == 200
    assert 'value="IX-а"' in answer.text
    assert 'value="1А; 1б"' in answer.text


def test_a_composite_class_must_be_decided(as_user, cast: Cast, address: str):
    db.session.add(SchoolClass(organisation=cast.school, year=2025, grade=5, last_grade=6, letter=""))
    db.session.commit()
    boss = as_user(cast.school_admin)
    one = next(one for one in classes_of(cast.school.id, 2025) if one.grade == 5)
    data = {f"fate_{cast.school_class.id}": "leaves", f"fate_{one.id}": "", f"name_{one.id}": "6-7"}
    answer = boss.post(address, data=data)
    assert answer.status_code == 400
    assert f"fate_{one.id}-error" in answer.text
    assert boss.post(address, data={**data, f"fate_{one.id}": "moves"}).status_code == 200


def test_a_kindergarten_moves_its_groups(as_user, cast: Cast):
    garden = make_organisation(cast.municipality, "Детский сад № 7", "kindergarten")
    group = SchoolClass(organisation=garden, year=2025, grade=0, last_grade=0, letter="Старшая")
    db.session.add(group)
    db.session.commit()
    coordinator = as_user(cast.coordinator)
    data = {f"fate_{group.id}": "moves", f"name_{group.id}": "Подготовительная", "fresh": "Малышок", "step": "move"}
    assert coordinator.post(f"/organisations/{garden.id}/next-year", data=data).status_code == 303
    titles = [one.title for one in classes_of(garden.id, 2026)]
    assert titles == ["группа «Малышок»", "группа «Подготовительная»"]


BAD = ["", "девять", "13А", "9\0", "\u202e9А", "9" * 10**5, "=cmd|'/c calc'!A1", "{}%s", "<script>"]


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize("bad", BAD)
def test_a_bad_name_is_answered_at_its_field(
    boss: FlaskClient, address: str, typed: dict[str, str], eight: SchoolClass, cast: Cast, bad: str
):
    for field in (f"name_{eight.id}", "fresh"):
        if field == "fresh" and not bad:
            continue
        answer = boss.post(address, data={**typed, field: bad, "step": "move"})
        assert answer.status_code == 400
        assert f'id="{field}-error"' in answer.text
    assert boss.post(address, data={**typed, f"fate_{eight.id}": bad, "step": "move"}).status_code == 400
    assert classes_of(cast.school.id, 2026) == []


def test_out_of_season_the_page_says_when(boss: FlaskClient, address: str, typed: dict[str, str], cast: Cast):
    cast.region.is_demo = False
    with time_machine.travel("2026-12-01T12:00:00+08:00", tick=True):
        boss = boss.application.test_client()
        boss.sign_in(cast.school_admin)
        assert "с\N{NO-BREAK SPACE}1\xa0мая по\N{NO-BREAK SPACE}31\xa0октября" in boss.get(address).text
        assert boss.post(address, data=typed).status_code == 409


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python: one engine is enough
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ADMINISTRATOR, 200), (Role.OPERATOR, 200), (Role.COORDINATOR, 200), (Role.SCHOOL_ADMIN, 200),
     (Role.TEACHER, 403), (Role.OBSERVER, 403)],
)  # fmt: skip
def test_who_may_move_a_school(as_user, cast: Cast, address: str, role: str, status: int):
    client = as_user(cast.staff[role])
    assert client.get(address).status_code == status
    assert (client.post(address, data={"step": "check"}).status_code == 403) == (status == 403)
    assert client.get(f"/organisations/{cast.neighbour_school.id}/next-year").status_code in (200, 403, 404)


def test_a_foreign_school_and_a_college_do_not_move(as_user, cast: Cast, boss: FlaskClient):
    college = make_organisation(cast.municipality, "Техникум", "college")
    for identity in (cast.neighbour_school.id, 2**31 - 1):
        assert boss.get(f"/organisations/{identity}/next-year").status_code == 404
        assert boss.post(f"/organisations/{identity}/next-year").status_code == 404
    assert as_user(cast.coordinator).get(f"/organisations/{college.id}/next-year").status_code == 404


def test_the_page_costs_the_same_with_one_class_and_with_three(
    boss: FlaskClient, address: str, cast: Cast, count_queries
):
    counts = []
    for grade in (None, 6, 7):
        if grade:
            services.open_numbers(make_class(cast.school, grade), 5, actor=None)
            db.session.commit()
        with count_queries() as seen:
            assert boss.get(address).status_code == 200
        counts.append(seen.count)
    assert len(set(counts)) == 1
