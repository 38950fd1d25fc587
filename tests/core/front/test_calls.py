"""«Кому звонить»: one list for whoever looks after a municipality or a region, those that lack most first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_class, make_municipality, make_region, make_school, make_user

from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.coverage import services as coverage
from orientir.coverage.activities import find_activity
from orientir.coverage.queries import largest_gaps
from orientir.db import db
from orientir.organisations.contacts import Presence, Responsible, change_contact
from orientir.organisations.models import Organisation

AsUser = Callable[[User], FlaskClient]
SURVEY = "plans.survey"


def set_goal(cast: Cast, share: Fraction) -> None:
    coverage.set_target(activity=SURVEY, period=2025, scope=cast.region.scope, share=share, actor=None)
    db.session.commit()


def answers_for(school: Organisation, phone: str) -> None:
    person = Responsible(name="Зоя Павловна Завуч", phone=phone)
    change_contact(school, person, Presence(), actor=None)
    db.session.commit()


def names(page: str, *known: str) -> list[str]:
    """Return the schools a page names, in its order."""
    return sorted((name for name in known if f">{name}</a>" in page), key=lambda name: page.index(f">{name}</a>"))


def test_those_who_lack_most_people_come_first_with_their_telephone(cast: Cast, as_user: AsUser):
    big = make_school(cast.municipality, "Большая школа")
    make_class(big, 9, total=40)
    make_school(cast.municipality, "Без классов")
    answers_for(big, "+7 395 200-00-03")
    set_goal(cast, Fraction(1, 2))
    page = as_user(cast.coordinator).get("/calls").text
    assert names(page, "Школа № 3", "Большая школа", "Без классов", "Школа № 8") == [
        "Большая школа",
        "Школа № 3",
        "Без классов",
    ]
    assert 'href="tel:+73952000003"' in page
    assert "до цели 20" in page.replace("\N{NO-BREAK SPACE}", " ")
    whole = as_user(cast.operator).get("/calls").text
    assert names(whole, "Школа № 8", "Школа № 3") == ["Школа № 3", "Школа № 8"]


def test_the_gap_is_the_largest_of_the_activities_by_the_nearest_goal(cast: Cast):
    set_goal(cast, Fraction(1, 2))
    found = largest_gaps([(find_activity(SURVEY), 2025)], cast.municipality.scope)
    assert {key: (gap.people, gap.activity.key) for key, gap in found.items()} == {cast.school.id: (14, SURVEY)}
    assert largest_gaps([], cast.municipality.scope) == {}


def test_the_list_is_narrowed_to_what_lacks_and_to_a_municipality(cast: Cast, as_user: AsUser):
    make_school(cast.municipality, "Лицей")
    db.session.commit()
    client = as_user(cast.operator)
    every = ("Лицей", "Школа № 3", "Школа № 8")
    assert set(names(client.get("/calls").text, *every)) == set(every)
    assert names(client.get("/calls?lack=classes").text, *every) == ["Лицей"]
    assert names(client.get(f"/calls?municipality={cast.neighbour_municipality.id}").text, *every) == ["Школа № 8"]
    assert client.get("/calls?lack=nonsense").status_code == 404
    assert "Этого хватает всем" in client.get("/calls?lack=gap").text.replace("\N{NO-BREAK SPACE}", " ")


def test_each_sees_the_own_branches_only(cast: Cast, as_user: AsUser):
    abroad = make_school(make_municipality(make_region("Другая", "74"), "Озёрск"), "Чужая школа")
    two_towns = make_user(Role.COORDINATOR, cast.municipality.scope)
    stranger = make_user(Role.COORDINATOR, abroad.municipality.scope)
    db.session.commit()
    every = ("Школа № 3", "Школа № 8", "Чужая школа")
    assert names(as_user(two_towns).get("/calls").text, *every) == ["Школа № 3"]
    asked_for_more = f"/calls?municipality={cast.neighbour_municipality.id}"
    assert names(as_user(two_towns).get(asked_for_more).text, *every) == ["Школа № 3"]
    assert names(as_user(stranger).get("/calls").text, *every) == ["Чужая школа"]


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python: one engine is enough
def test_it_is_for_those_who_look_after_a_branch(cast: Cast, as_user: AsUser):
    link = 'href="/calls"'
    for who, sees in ((cast.coordinator, True), (cast.operator, True), (cast.school_admin, False)):
        client = as_user(who)
        assert (client.get("/calls").status_code == 200) is sees
        assert (link in client.get("/organisations").text) is sees


def test_the_list_goes_on_on_further_pages(cast: Cast, as_user: AsUser):
    for number in range(60):
        make_school(cast.municipality, f"Лицей № {number:02}")
    db.session.commit()
    client = as_user(cast.coordinator)
    first = client.get("/calls?lack=classes").text
    assert "/calls?lack=classes&amp;page=2" in first
    assert first.count("Внести") == 50
    assert client.get("/calls?lack=classes&page=2").text.count("Внести") == 10
    assert client.get("/calls?lack=classes&page=99").text.count("Внести") == 10


def test_three_schools_cost_as_much_as_one(cast: Cast, as_user: AsUser, count_queries):
    client = as_user(cast.operator)

    def asked() -> int:
        client.get("/calls")
        with count_queries() as seen:
            assert client.get("/calls").status_code == 200
        return seen.count

    answers_for(cast.school, "+7 395 200-00-03")
    few = asked()
    for number in range(3):
        school = make_school(make_municipality(cast.region, f"Посёлок {number}"), f"Лицей № {number}")
        make_class(school, 9, total=None, on=date(2026, 5, 1))
        answers_for(school, "+7 395 200-00-04")
    db.session.commit()
    assert asked() == few
