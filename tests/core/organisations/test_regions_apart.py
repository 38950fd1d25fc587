"""Two regions in one installation: the people of one never meet anything of the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_class, make_municipality, make_region, make_school, make_user

from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.accounts.services import grant
from orientir.coverage.services import set_target
from orientir.db import db
from orientir.organisations.models import Municipality, Organisation, Region, SchoolClass
from orientir_plans.models import Wave
from orientir_plans.services import WavePlan, add_wave, open_wave
from orientir_plans.versions import current_version

Open = Callable[[User], FlaskClient]


@dataclass(frozen=True)
class Abroad:
    """The other region: Челябинск, three hours behind."""

    region: Region
    municipality: Municipality
    school: Organisation
    school_class: SchoolClass
    wave: Wave
    operator: User
    coordinator: User
    teacher: User


@pytest.fixture
def wave(cast: Cast) -> Wave:
    return _wave(cast.region)


@pytest.fixture
def abroad(cast: Cast, wave: Wave) -> Abroad:
    region = make_region("Челябинская область", "74")
    region.timezone, region.timezone_words = "Asia/Yekaterinburg", "по челябинскому времени"
    region.operator_name = "Центр «Урал»"
    town = make_municipality(region, "Златоуст")
    school = make_school(town, "Школа № 74")
    made = Abroad(
        region=region,
        municipality=town,
        school=school,
        school_class=make_class(school, 9, "Ж", total=21),
        wave=_wave(region),
        operator=make_user(Role.OPERATOR, region.scope, "Уральский Оператор"),
        coordinator=make_user(Role.COORDINATOR, town.scope, "Уральский Координатор"),
        teacher=make_user(Role.TEACHER, school.scope, "Уральский Учитель"),
    )
    db.session.commit()
    return made


def _wave(region: Region) -> Wave:
    made = add_wave(region, current_version(), WavePlan(date(2026, 5, 4), date(2026, 5, 22)), actor=None)
    open_wave(made, actor=None)
    return made


def addresses(one: Abroad | Cast, wave: Wave) -> list[str]:
    """Every page about something of a region."""
    school, school_class, town = one.school.id, one.school_class.id, one.municipality.id
    return [
        f"/organisations/{school}",
        f"/organisations/{school}/edit",
        f"/organisations/{school}/contact",
        f"/organisations/{school}/changes",
        f"/organisations/{school}/changes/close",
        f"/organisations/{school}/changes/join",
        f"/organisations/{school}/changes/double",
        f"/organisations/{school}/changes/split",
        f"/organisations/{school}/classes/new",
        f"/municipalities/{town}",
        f"/municipalities/{town}/edit",
        f"/municipalities/{town}/close",
        f"/classes/{school_class}",
        f"/coverage/plans.survey/region/{one.region.id}",
        f"/coverage/plans.survey/municipality/{town}",
        f"/coverage/plans.survey/organisation/{school}",
        f"/plans/{wave.id}",
        f"/plans/{wave.id}/close",
        f"/plans/{wave.id}/organisations/{school}",
        f"/plans/{wave.id}/classes/{school_class}",
    ]


def test_an_operator_opens_everything_at_home_and_nothing_abroad(as_user: Open, cast: Cast, wave: Wave, abroad: Abroad):
    for operator, own, foreign in (
        (cast.operator, (cast, wave), abroad),
        (abroad.operator, (abroad, abroad.wave), cast),
    ):
        client = as_user(operator)
        foreign_wave = wave if foreign is cast else abroad.wave
        assert {client.get(path).status_code for path in addresses(*own)} == {200}
        assert {path: client.get(path).status_code for path in addresses(foreign, foreign_wave)} == dict.fromkeys(
            addresses(foreign, foreign_wave), 404
        )


@pytest.mark.parametrize(
    "post",
    [
        "/organisations/{school}/edit",
        "/organisations/{school}/contact",
        "/organisations/{school}/changes/close",
        "/organisations/{school}/changes/reopen",
        "/municipalities/{town}/edit",
        "/municipalities/{town}/close",
        "/classes/{school_class}/headcounts",
        "/plans/{wave}/close",
        "/plans/{wave}/open",
        "/plans/{wave}/classes/{school_class}/slips",
    ],
)
def test_nothing_abroad_can_be_posted_to(as_user: Open, cast: Cast, abroad: Abroad, post: str):
    path = post.format(
        school=abroad.school.id, town=abroad.municipality.id, school_class=abroad.school_class.id, wave=abroad.wave.id
    )
    assert as_user(cast.operator).post(path, data={}).status_code == 404


def test_a_wave_at_home_does_not_open_a_class_abroad(as_user: Open, cast: Cast, wave: Wave, abroad: Abroad):
    client = as_user(cast.operator)
    assert client.get(f"/plans/{wave.id}/classes/{abroad.school_class.id}").status_code == 404
    assert client.get(f"/plans/{abroad.wave.id}/classes/{cast.school_class.id}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/organisations?state=all", "/organisations/contacts", "/municipalities", "/coverage/", "/plans/"]
)
def test_lists_end_at_the_border(as_user: Open, cast: Cast, abroad: Abroad, path: str):
    ours, theirs = ("Школа № 3", "Приозёрск", "Демо"), ("Школа № 74", "Златоуст", "Челябинская", "Урал")
    at_home, elsewhere = as_user(cast.operator).get(path).text, as_user(abroad.operator).get(path).text
    assert not any(word in at_home for word in theirs)
    assert not any(re.search(rf"\b{word}\b", elsewhere) for word in ours)


def test_search_and_conditions_find_nothing_abroad(as_user: Open, cast: Cast, abroad: Abroad):
    client = as_user(cast.operator)
    for question in ("q=74", f"municipality={abroad.municipality.id}", "state=all"):
        assert "Школа № 74" not in client.get(f"/organisations?{question}").text
    found = client.get(f"/organisations/{cast.school.id}/changes/double?q=школа&other={abroad.school.id}").text
    assert "Школа № 74" not in found


def test_nothing_is_merged_across_the_border(as_user: Open, cast: Cast, abroad: Abroad):
    answer = as_user(cast.operator).post(
        f"/organisations/{cast.school.id}/changes/double", data={"other_id": abroad.school.id}
    )
    assert answer.status_code == 400
    assert db.session.get_one(Organisation, cast.school.id).merged_into_id is None


def test_a_page_tells_the_time_of_its_region(as_user: Open, cast: Cast, abroad: Abroad):
    """It is 10:00 in Irkutsk and 7:00 in Chelyabinsk; who works in both sees each page in its own time."""
    path = "/coverage/plans.survey/municipality/{}"
    both = make_user(Role.OPERATOR, cast.region.scope)
    grant(both, Role.OPERATOR, abroad.region.scope, actor=None)
    client = as_user(both)
    assert "10:0" in client.get(path.format(cast.municipality.id)).text
    there = client.get(path.format(abroad.municipality.id)).text
    assert "07:0" in there
    assert "по челябинскому времени" in there
    assert "Центр «Урал»" in there


def test_who_runs_one_region_and_watches_another_runs_the_first(as_user: Open, cast: Cast, abroad: Abroad):
    grant(abroad.operator, Role.OBSERVER, cast.region.scope, actor=None)
    client = as_user(abroad.operator)
    assert client.get("/plans/new").status_code == 200
    assert client.get(f"/plans/{abroad.wave.id}").status_code == 200
    assert client.get(f"/organisations/{cast.school.id}/edit").status_code == 403
    assert "Опрос выпускников" in client.get("/").text


def test_periods_of_the_other_region_are_not_offered(as_user: Open, cast: Cast, abroad: Abroad):
    set_target(activity="plans.survey", period=2031, scope=abroad.region.scope, share=Fraction(1, 2), actor=None)
    db.session.commit()
    path = "/coverage/plans.survey/region/{}"
    assert "2031/32" not in as_user(cast.operator).get(path.format(cast.region.id)).text
    assert "2031/32" in as_user(abroad.operator).get(path.format(abroad.region.id)).text
