"""The region keeps its lists itself: kinds with what they are counted as, outer programmes; nothing is deleted."""

from __future__ import annotations

import pytest
from orientir_testkit.cast import Cast

from orientir.audit.models import AuditEntry
from orientir.db import db
from orientir.ics.models import FeedState
from orientir_calendar import lists
from orientir_calendar.kinds import kinds_of, open_kinds, projects_of
from orientir_calendar.models import Project

LISTS = "/calendar/lists"


@pytest.fixture
def desk(as_user, cast: Cast):
    return as_user(cast.operator)


def acts() -> list[str]:
    return [one.action for one in db.session.query(AuditEntry).order_by(AuditEntry.id) if "calendar." in one.action]


def test_an_own_kind_is_offered_and_counted_as_said(desk, cast: Cast, announced, client):
    answer = desk.post(f"{LISTS}/kinds/new", data={"title": " Урок  на заводе ", "activity": "calendar.excursion"})
    assert answer.status_code == 303
    line = kinds_of(cast.region.id)["own1"]
    assert (line.title, line.activity) == ("Урок на заводе", "calendar.excursion")
    assert "Урок на заводе" in desk.get("/calendar/events/new").text
    event = announced(kind="own1")
    assert event.title in client.get("/calendar?kind=own1&q=завод").text
    assert acts()[:1] == ["calendar.kind.add"]


def test_a_usual_kind_gets_another_name_and_keeps_what_it_counts(desk, cast: Cast, announced, client):
    event = announced()
    versions = db.session.query(FeedState.version).scalar()
    address = f"{LISTS}/{cast.region.id}/kinds/meeting"
    assert "Встреча с представителем профессии" in desk.get(address).text
    assert desk.post(address, data={"title": "Живая беседа"}).status_code == 303
    assert kinds_of(cast.region.id)["meeting"].activity == "calendar.meeting"
    assert event.title in client.get("/calendar?q=живая+беседа").text
    assert event.title not in client.get("/calendar?q=представителем").text
    db.session.expire_all()
    assert db.session.query(FeedState.version).scalar() == versions + 1
    desk.post(address, data={"title": "Живая беседа"})
    assert acts().count("calendar.kind.change") == 1


def test_a_closed_kind_is_offered_no_more_but_stays(desk, cast: Cast, announced, client, as_user, organiser):
    event = announced()
    address = f"{LISTS}/{cast.region.id}/kinds/meeting"
    desk.post(address, data={"title": "Встреча", "is_closed": "y"})
    assert "meeting" not in open_kinds(cast.region.id)
    assert "больше не предлагают" in desk.get(LISTS).text
    assert "Встреча" in client.get(f"/calendar/{event.id}").text
    assert 'value="meeting"' in as_user(organiser).get(f"/calendar/{event.id}/edit").text
    desk.post(address, data={"title": "Встреча"})
    assert "meeting" in open_kinds(cast.region.id)


def test_a_programme_is_added_renamed_closed(desk, cast: Cast, announced, as_user, organiser):
    assert desk.post(f"{LISTS}/projects/new", data={"title": "Билет в завтра"}).status_code == 303
    project = db.session.query(Project).one()
    event = announced(project_id=project.id)
    address = f"{LISTS}/projects/{project.id}"
    assert desk.post(address, data={"title": "Билет в будущее", "is_closed": "y"}).status_code == 303
    assert projects_of(cast.region.id) == []
    assert projects_of(cast.region.id, also=project.id) == [project]
    page = as_user(organiser).get(f"/calendar/{event.id}/edit").text
    assert "Билет в будущее" in page
    assert "Билет в будущее" not in desk.get("/calendar/events/new").text
    said = {
        "organisation_id": str(event.organisation_id), "title": "Иначе", "kind": "meeting", "first_day": "20.05.2026",
        "starts": "10:00", "audiences": "students", "first_grade": "8", "last_grade": "9", "format": "onsite",
        "place": "Зал", "level": "school", "project_id": str(project.id),
    }  # fmt: skip
    assert as_user(organiser).post(f"/calendar/{event.id}/edit", data=said).status_code == 303
    assert event.project_id == project.id
    assert event.proposed["title"] == "Иначе"  # the words of who is not trusted wait, the fact stays
    assert {"calendar.project.add", "calendar.project.change"} <= set(acts())


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("", "Напишите название"),
        ("   ", "Напишите название"),
        ("Ж" * 200, "Слишком длинно"),
        ("форум", "Такая строка уже есть"),
        ("Пишите на ivanov@example.org", "личн"),
    ],
)
def test_bad_names_are_refused_in_a_word(desk, cast: Cast, title, words):
    lists.add_project(cast.region, "Форум", actor=None)
    db.session.commit()
    for address in ("kinds/new", "projects/new", f"{cast.region.id}/kinds/meeting"):
        answer = desk.post(f"{LISTS}/{address}", data={"title": title, "activity": ""})
        assert answer.status_code == 400
        assert words in answer.text
    assert "own1" not in kinds_of(cast.region.id)


def test_an_unknown_activity_is_no_choice(desk, cast: Cast):
    for activity in ("plans.survey", "calendar.parents", "x"):
        answer = desk.post(f"{LISTS}/kinds/new", data={"title": "Новое", "activity": activity})
        assert answer.status_code == 400
    assert "own1" not in kinds_of(cast.region.id)


def test_a_kind_of_another_name_is_not_there(desk, cast: Cast):
    assert desk.get(f"{LISTS}/{cast.region.id}/kinds/own7").status_code == 404
    assert desk.get(f"{LISTS}/projects/{10**30}").status_code == 404


def test_only_whoever_publishes_in_the_whole_region_may(as_user, desk, cast: Cast):
    assert LISTS in desk.get("/calendar/moderation").text
    coordinator = as_user(cast.coordinator)
    assert LISTS not in coordinator.get("/calendar/moderation").text
    assert coordinator.get(LISTS).status_code == 404
    assert as_user(cast.teacher).get(LISTS).status_code in (403, 404)


def test_the_lists_as_a_file(desk, cast: Cast):
    lists.add_project(cast.region, "Билет в завтра", actor=None)
    db.session.commit()
    table = desk.get(f"{LISTS}?format=csv").data.decode("utf-8-sig")
    assert "Билет в завтра" in table
    assert "Профильная смена" in table
