"""Children's contests: told by class with winners, seen from the school up to the region, corrected by reversal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import YEAR, Cast, make_class
from orientir_testkit.events import at
from sqlalchemy import select

from orientir.accounts.models import User
from orientir.contracts import Scope
from orientir.coverage.queries import share_of
from orientir.coverage.rebuilding import differences
from orientir.db import begin_writing, db
from orientir.errors import InvalidInputError
from orientir.plugins import current_plugins
from orientir_calendar import reports
from orientir_calendar.models import Report
from orientir_calendar.reports import Line, LinesError, Told
from orientir_calendar.words import CONTEST, WON

AsUser = Callable[[User], FlaskClient]
DAY = date(2026, 5, 12)


def told(*lines: Line, kind: str = "contest") -> Told:
    times = at(DAY, 10, 45)
    return Told(kind, "Чемпионат юных мастеров", times.starts_at, times.ends_at, lines)


def counted(scope: Scope, activity: str = CONTEST) -> int:
    return share_of(activity, YEAR, scope).covered


def begin() -> None:
    db.session.commit()
    begin_writing()


@pytest.fixture
def page(cast: Cast) -> dict[str, str]:
    """What a teacher types of a contest: eleven of the class, two of them with a prize."""
    number = cast.school_class.id
    return {
        "kind": "contest", "title": "Чемпионат юных мастеров", "first_day": "12.05.2026", "starts": "10:00",
        f"people_{number}": "11", f"ovz_{number}": "1", f"won_{number}": "2",
    }  # fmt: skip


def test_a_school_tells_it_on_one_screen_and_everybody_above_sees_it(cast: Cast, as_user: AsUser, page):
    school = as_user(cast.teacher)
    address = f"/calendar/reports/{cast.school.id}/new"
    assert "призёры" not in school.get(address).text
    assert "призёры" in school.get(f"{address}?kind=contest").text
    assert school.post(address, data=page).status_code == 303
    for scope in (cast.school.scope, cast.municipality.scope, cast.region.scope):
        assert (counted(scope), counted(scope, WON)) == (11, 2)
    assert counted(cast.neighbour_school.scope) == 0
    list_page = school.get(f"/calendar/reports/{cast.school.id}").text
    assert "победили 2" in list_page.replace("\xa0", " ")


def test_a_correction_is_a_reversal_of_both(cast: Cast, as_user: AsUser, page):
    school = as_user(cast.teacher)
    school.post(f"/calendar/reports/{cast.school.id}/new", data=page)
    report = db.session.scalars(select(Report)).one()
    number = cast.school_class.id
    changed = page | {f"people_{number}": "9", f"won_{number}": "1"}
    assert f'name="won_{number}"' in school.get(f"/calendar/reports/report/{report.id}").text
    assert school.post(f"/calendar/reports/report/{report.id}", data=changed).status_code == 303
    assert (counted(cast.region.scope), counted(cast.region.scope, WON)) == (9, 1)
    assert school.post(f"/calendar/reports/report/{report.id}/back").status_code == 303
    assert (counted(cast.region.scope), counted(cast.region.scope, WON)) == (0, 0)
    assert differences() == []


def test_winners_are_among_those_who_took_part(cast: Cast):
    begin()
    with pytest.raises(LinesError, match="Победителей больше"):
        reports.add_report(cast.school, told(Line(cast.school_class.id, 3, won=4)), actor=None)


def test_a_meeting_has_no_winners(cast: Cast):
    begin()
    with pytest.raises(InvalidInputError, match="Победители бывают"):
        reports.add_report(cast.school, told(Line(cast.school_class.id, 3, won=1), kind="meeting"), actor=None)


def test_the_lower_grades_are_no_part_of_the_figure(cast: Cast):
    small = make_class(cast.school, 4, "А", total=20)
    begin()
    with pytest.raises(LinesError, match="других классов"):
        reports.add_report(cast.school, told(Line(small.id, 3)), actor=None)


def test_the_region_sees_where_nobody_took_part(cast: Cast, as_user: AsUser, page):
    """Indicator 8.2: a municipality without a participant is a zero that is called by its name."""
    as_user(cast.teacher).post(f"/calendar/reports/{cast.school.id}/new", data=page)
    text = as_user(cast.operator).get(f"/coverage/{CONTEST}/region/{cast.region.id}").text.replace("\xa0", " ")
    nobody = text.partition("Не участвовал никто")[2].partition("</details>")[0]
    assert cast.neighbour_municipality.title in nobody
    assert cast.municipality.title not in nobody


def test_the_monitoring_finds_both_indicators(cast: Cast):
    found = {one.code: one.activity for one in current_plugins().manifests["calendar"].indicators}
    assert found == {"8.1": CONTEST, "8.2": CONTEST}
