"""The robot of a region: off until it is wanted, beside the school's own mark, one site never in another's way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from orientir_testkit.cast import Cast, make_school
from orientir_testkit.sites import Site

from orientir import clock
from orientir.config import Config
from orientir.db import db
from orientir.jobs.models import TaskRun
from orientir.jobs.queue import run_task
from orientir.settings import services as settings
from orientir_calendar import site_checks, site_fetching, sites
from orientir_calendar.models import SiteCheck
from orientir_calendar.site_checks import LOOPBACK, SETTING, SITES_TASK, Outcome, Visit, keep, renewed_on
from orientir_calendar.sites import Shown, site_lines

TODAY = date(2026, 5, 14)
OWN = "https://orientir.example.org"
ZONE = ZoneInfo("Asia/Irkutsk")
PLACED = f'<p>Новости</p><iframe src="{OWN}/calendar/embed"></iframe>'.encode()


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, base_url=OWN)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield made
    made.close()


@pytest.fixture
def robot(app: Flask, cast: Cast):
    """Return the robot of a region that wants it, which may reach this machine."""
    app.config[LOOPBACK] = True
    settings.change(cast.region.id, SETTING, True, actor=None)
    db.session.commit()

    def run() -> None:
        db.session.commit()
        assert run_task(app, SITES_TASK) == ""
        db.session.expire_all()

    return run


def mark(school, url: str, *, has_calendar: bool = True) -> None:
    sites.mark_site(school, url, has_calendar=has_calendar, fresh_on=TODAY - timedelta(3), actor=None)
    db.session.commit()


def seen(school) -> SiteCheck | None:
    return db.session.get(SiteCheck, school.id)


def test_it_sees_what_stands_there_and_writes_nothing_over(robot, cast: Cast, site: Site):
    mark(cast.school, site.says("/3", PLACED), has_calendar=False)
    mark(cast.neighbour_school, site.says("/8", "<p>Пока пусто</p>".encode()))
    robot()
    there, elsewhere = seen(cast.school), seen(cast.neighbour_school)
    assert (there.found, there.problem, there.url) == (True, "", f"{site.address}/3")
    assert (elsewhere.found, elsewhere.problem) == (False, "")
    assert sites.site_of(cast.school).has_calendar is False
    assert sites.site_of(cast.school).fresh_on == TODAY - timedelta(3)
    assert {agent for _path, agent in site.asked} == {f"Orientir/0.1.0 (+{OWN})"}


def test_a_failing_site_never_stops_the_others(robot, cast: Cast, site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(site_fetching, "TIME_LIMIT", 2.0)  # for the others too, however busy the machine
    monkeypatch.setattr(site_checks, "PIECE", 2)
    schools = [cast.school, cast.neighbour_school, *(make_school(cast.municipality, f"Школа № {n}") for n in (21, 22))]
    site.answers["/slow"] = lambda _handler: site.over.wait(30)
    site.says("/gone", status=404)
    site.says("/here", PLACED)
    for school, path in zip(schools, ("/slow", "/gone", "/inside", "/here"), strict=True):
        mark(school, "http://10.0.0.1/" if path == "/inside" else site.address + path)
    robot()
    assert [(seen(one).found, seen(one).problem.replace("\xa0", " ")) for one in schools] == [
        (None, "Сайт отвечал слишком долго."),
        (None, "Такой страницы на сайте нет (код 404)."),
        (None, "Адрес ведёт во внутреннюю сеть, туда робот не ходит."),
        (True, ""),
    ]


def test_a_page_nobody_has_thought_of_costs_itself_alone(robot, cast: Cast, site: Site, monkeypatch):
    def broken(*_arguments: object) -> None:
        raise RecursionError

    monkeypatch.setattr(site_checks, "read_page", broken)
    mark(cast.school, site.says("/", PLACED))
    robot()
    assert seen(cast.school).problem == "Страницу не удалось прочитать."


def test_each_is_looked_at_once_a_day_and_a_new_address_at_once(robot, cast: Cast, site: Site):
    mark(cast.school, site.says("/a", status=500))
    robot()
    robot()
    assert len(site.asked) == 1
    site.says("/a", PLACED)
    with time_machine.travel(clock.now() + timedelta(hours=21), tick=True):
        robot()
        assert (seen(cast.school).found, len(site.asked)) == (True, 2)
        mark(cast.school, site.says("/b", b"<p>empty</p>"))
        assert sites.check_of(sites.site_of(cast.school)) is None
        robot()
        assert (seen(cast.school).found, len(site.asked)) == (False, 3)


def test_it_stands_still_until_it_is_wanted(app: Flask, cast: Cast, site: Site):
    mark(cast.school, site.says("/", PLACED))
    assert run_task(app, SITES_TASK) == ""
    assert (site.asked, seen(cast.school)) == ([], None)


def test_without_the_test_switch_it_reaches_no_loopback(app: Flask, robot, cast: Cast, site: Site):
    app.config.pop(LOOPBACK)
    mark(cast.school, site.says("/", PLACED))
    robot()
    assert "внутреннюю сеть" in seen(cast.school).problem
    assert site.asked == []


def test_a_huge_page_is_judged_by_what_was_read(robot, cast: Cast, site: Site):
    mark(cast.school, site.says("/", PLACED + b"x " * 700_000))
    mark(cast.neighbour_school, site.says("/8", b"x " * 700_000 + PLACED))
    robot()
    assert (seen(cast.school).found, seen(cast.school).problem) == (True, "")
    assert (seen(cast.neighbour_school).found, "1 МБ" in seen(cast.neighbour_school).problem) == (None, True)


def test_a_page_in_windows_1251_changes_by_its_words(robot, cast: Cast, site: Site):
    def write(text: str) -> str:
        return site.says("/", text.encode("cp1251"), Content_Type="text/html; charset=windows-1251")

    mark(cast.school, write("Были на заводе, посетителей 10"))
    robot()
    assert seen(cast.school).changed_on is None
    write("Были на заводе, посетителей 12")
    with time_machine.travel(clock.now() + timedelta(days=1), tick=True):
        robot()
        assert seen(cast.school).changed_on is None
        write("Были на заводе и в музее")
    with time_machine.travel(clock.now() + timedelta(days=2), tick=True):
        robot()
        assert seen(cast.school).changed_on == TODAY + timedelta(days=2)


@pytest.mark.parametrize(
    ("modified", "changed_on"),
    [
        ("Mon, 11 May 2026 20:00:00 GMT", date(2026, 5, 12)),
        ("Thu, 14 May 2026 01:00:00 GMT", None),
        ("Fri, 01 Jan 2100 00:00:00 GMT", None),
        ("вчера", None),
        ("Mon, 11 May 2026 20:00:00", date(2026, 5, 11)),
        ("Mon, 99 May 9999999 20:00:00 GMT", None),
        ("", None),
    ],
)
def test_a_day_the_site_states_counts_unless_it_is_always_now(modified: str, changed_on: date | None):
    check = SiteCheck(organisation_id=1, url="x", digest="a")
    outcome = Outcome(Visit(1, "x"), False, digest="a", modified=modified)
    found = renewed_on(check, outcome, TODAY, ZONE)
    assert found == changed_on or (changed_on and abs(found - changed_on) <= timedelta(days=1))


def test_a_day_that_is_known_is_not_forgotten_when_the_site_fails(cast: Cast):
    visit = Visit(cast.school.id, "http://x.example/")
    keep(Outcome(visit, True, digest="a", modified="Mon, 04 May 2026 10:00:00 GMT"), TODAY, ZONE)
    check = keep(Outcome(visit, problem="Сайт не отвечает."), TODAY, ZONE)
    assert (check.found, check.digest, check.changed_on) == (None, "a", date(2026, 5, 4))


class TestWithoutAnAddressOfItsOwn:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        return replace(config, base_url="")

    def test_it_says_what_it_lacks(self, app: Flask, cast: Cast):
        settings.change(cast.region.id, SETTING, True, actor=None)
        db.session.commit()
        assert "ORIENTIR_BASE_URL" in run_task(app, SITES_TASK)
        assert db.session.get(TaskRun, SITES_TASK.name).ok is False


def test_both_stand_side_by_side(robot, cast: Cast, site: Site, as_user):
    late = make_school(cast.municipality, "Лицей")
    mark(cast.school, site.says("/3", "<p>Пусто</p>".encode()))
    mark(late, site.says("/30", status=404))
    robot()
    page = as_user(cast.teacher).get(f"/calendar/sites/{cast.school.id}").text.replace("\xa0", " ")
    assert "Отмечено школой 14 мая" in page
    assert "14 мая: календаря нет" in page
    desk = as_user(cast.coordinator)
    assert "Отмечено, но не найдено: 1" in desk.get("/calendar/sites").text.replace("\xa0", " ")
    unfound = desk.get("/calendar/sites?show=unfound").text
    assert cast.school.name in unfound
    assert late.name not in unfound
    unread = desk.get("/calendar/sites?show=unread&format=csv").data.decode("utf-8-sig").replace("\xa0", " ")
    assert late.name in unread
    assert "код 404" in unread
    assert cast.school.name not in unread
    assert desk.get("/calendar/sites?show=strange").status_code == 200
    lines = site_lines([cast.region.scope], TODAY)
    assert [line.school for line in lines if line.belongs(Shown.UNFOUND)] == [cast.school]


def test_a_region_without_the_robot_sees_no_column_of_it(cast: Cast, as_user):
    assert "Робот" not in as_user(cast.coordinator).get("/calendar/sites").text
