"""Numbers of outer programmes: told with a source, on lines of their own, in no figure of ours."""

from __future__ import annotations

from datetime import date

import pytest
from orientir_testkit.cast import YEAR, Cast, make_organisation
from sqlalchemy import func, select

from orientir.coverage.models import Fact
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.organisations.models import OrganisationKind
from orientir_calendar import external
from orientir_calendar.external import External
from orientir_calendar.models import ExternalCount, Project

DAY = date(2026, 5, 12)


@pytest.fixture
def project(cast: Cast) -> Project:
    made = Project(region_id=cast.region.id, title="Билет в будущее")
    db.session.add(made)
    db.session.commit()
    return made


def said(project: Project, **values) -> External:
    return External(**{"project_id": project.id, "what": "диагностика", "people": 40, "as_of": DAY,
                       "source": "выгрузка из кабинета", "ovz": 2, **values})  # fmt: skip


def test_lines_of_a_branch_are_sums_and_no_facts(cast: Cast, project: Project):
    external.add_external(cast.school, said(project), actor=None)
    external.add_external(cast.neighbour_school, said(project, people=10, ovz=0, as_of=date(2026, 5, 1)), actor=None)
    external.add_external(cast.school, said(project, what="пробы", people=7), actor=None)
    (first, second) = external.external_lines([cast.region.scope], YEAR)
    assert (first.what, first.people, first.ovz, first.schools, first.as_of) == (
        "диагностика",
        50,
        2,
        2,
        date(2026, 5, 1),
    )
    assert second.people == 7
    (town, _probes) = external.external_lines([cast.municipality.scope], YEAR)
    assert (town.people, town.schools) == (40, 1)
    assert external.external_lines([cast.region.scope], YEAR - 1) == []
    assert db.session.scalar(select(func.count()).select_from(Fact)) == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"project_id": 999}, "project_id"),
        ({"what": " "}, "what"),
        ({"what": "Ж" * 121}, "what"),
        ({"source": " "}, "source"),
        ({"people": 0}, "people"),
        ({"people": 10_001}, "people"),
        ({"ovz": 41}, "ovz"),
        ({"ovz": -1}, "ovz"),
        ({"as_of": date(2026, 5, 15)}, "as_of"),
        ({"as_of": date(2024, 5, 15)}, "as_of"),
    ],
)
def test_what_cannot_be_is_refused_by_name(cast: Cast, project: Project, values, field):
    with pytest.raises(InvalidInputError) as refused:
        external.add_external(cast.school, said(project, **values), actor=None)
    assert refused.value.field == field


def test_a_school_tells_and_takes_back(as_user, cast: Cast, project: Project):
    client, address = as_user(cast.teacher), f"/calendar/external/{cast.school.id}"
    form = {"project_id": str(project.id), "what": "диагностика", "people": "1 040", "ovz": "", "as_of": "12.05.2026",
            "source": "письмо № 5"}  # fmt: skip
    assert client.post(address, data=form).status_code == 303
    assert "1\xa0040" in client.get(address).text
    assert "письмо № 5" in client.get(f"{address}?format=csv").data.decode("utf-8-sig")
    assert client.post(address, data={**form, "people": "много"}).status_code == 400
    assert client.post(address, data={**form, "as_of": "31.02.2026"}).status_code == 400
    assert client.post(address, data={**form, "project_id": "x"}).status_code == 400
    count = db.session.query(ExternalCount).one()
    assert "1\xa0040" in as_user(cast.coordinator).get("/calendar/external").text
    assert "1\xa0040" not in as_user(cast.neighbour_coordinator).get("/calendar/external").text
    foreign = f"/calendar/external/{cast.neighbour_school.id}/back/{count.id}"
    assert as_user(cast.neighbour_teacher).post(foreign).status_code == 404
    assert client.post(f"{address}/back/{count.id}").status_code == 303
    assert client.post(f"{address}/back/{count.id}").status_code == 303
    assert "письмо № 5" not in client.get(address).text
    assert db.session.query(ExternalCount).one().taken_back


def test_a_college_tells_nothing(as_user, cast: Cast):
    college = make_organisation(cast.municipality, "Техникум", OrganisationKind.COLLEGE)
    db.session.commit()
    assert as_user(cast.coordinator).get(f"/calendar/external/{college.id}").status_code == 404
