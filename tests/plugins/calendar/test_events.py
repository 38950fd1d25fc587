"""The life of an event: who may say what, what of it cannot be, and what telephones are told."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from orientir_testkit.cast import Cast, make_municipality, make_organisation, make_region
from orientir_testkit.events import ZONE, at, plan, whole

from orientir import clock
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.ics.models import FeedState
from orientir.organisations.models import OrganisationKind
from orientir_calendar import queries, services
from orientir_calendar.models import EventKind, EventState, Project
from orientir_calendar.plans import times_on

DAY = date(2026, 5, 20)


def field_of(act) -> str:
    with pytest.raises(InvalidInputError) as refused:
        act()
    return refused.value.field


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "Ж" * 161}, "title"),
        ({"title": "Встреча, звоните +7 914 123-45-67"}, "title"),
        ({"kind": "ерунда"}, "kind"),
        ({"audiences": ()}, "audiences"),
        ({"audiences": ("martians",)}, "audiences"),
        ({"first_grade": 9, "last_grade": 8}, "first_grade"),
        ({"last_grade": 13}, "last_grade"),
        ({"place": " "}, "place"),
        ({"format": "orally"}, "format"),
        ({"level": "galactic"}, "level"),
        ({"direction": "north"}, "direction"),
        ({"conditions": ("steps",)}, "conditions"),
        ({"url": "C:\\план.docx"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"proof_url": "http://["}, "proof_url"),
        ({"project_id": 99}, "project_id"),
        ({"hours": 201}, "hours"),
        ({"about": "Ж" * 4001}, "about"),
        ({"times": at(date(2062, 5, 20))}, "first_day"),
        ({"times": at(date(2020, 5, 20))}, "first_day"),
        ({"times": whole(DAY, 100)}, "last_day"),
        ({"times": at(DAY, frequency="weekly")}, "until"),
        ({"times": at(DAY, frequency="weekly", until=date(2026, 5, 19))}, "until"),
        ({"times": at(DAY, frequency="weekly", until=date(2028, 5, 19))}, "until"),
        ({"times": at(DAY, frequency="weekly", weekdays=(0,), until=date(2026, 6, 20))}, "weekdays"),
        ({"times": whole(DAY, 8, frequency="weekly", until=date(2026, 6, 20))}, "last_day"),
    ],
)
def test_what_cannot_be_is_refused_by_name(college, values, field):
    assert field_of(lambda: services.add_event(college, plan(**values), actor=None)) == field


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ((DAY, date(2026, 5, 19), None, None), "last_day"),
        ((DAY, None, None, time(10)), "starts"),
        ((DAY, None, time(10), time(9)), "ends"),
        ((DAY, None, time(10), time(10)), "ends"),
    ],
)
def test_times_that_cannot_be(said, field):
    assert field_of(lambda: times_on(*said, ZONE)) == field


def test_without_hours_it_takes_whole_days_and_without_an_end_an_hour():
    begins, ends, is_all_day = times_on(DAY, date(2026, 5, 21), None, None, ZONE)
    assert (is_all_day, ends - begins) == (True, timedelta(days=2))
    begins, ends, is_all_day = times_on(DAY, None, time(10, 30), None, ZONE)
    assert (is_all_day, ends - begins) == (False, timedelta(hours=1))


def test_a_draft_is_suggested_looked_at_and_published(draft, cast: Cast):
    event = draft()
    assert event.state == EventState.DRAFT
    services.suggest(event, actor=None)
    services.suggest(event, actor=None)
    assert queries.suggested_in([cast.municipality.scope]).rows == [event]
    assert queries.suggested_in([cast.neighbour_municipality.scope]).rows == []
    services.publish(event, actor=None)
    assert event.is_public
    assert queries.suggested_in([cast.region.scope]).rows == []


def test_it_comes_back_with_a_remark(draft):
    event = draft()
    with pytest.raises(ConflictError):
        services.send_back(event, "Рано", actor=None)
    services.suggest(event, actor=None)
    assert field_of(lambda: services.send_back(event, " ", actor=None)) == "remark"
    services.send_back(event, "Укажите адрес", actor=None)
    assert (event.state, event.remark) == (EventState.DRAFT, "Укажите адрес")
    services.suggest(event, actor=None)
    assert event.remark == ""


def test_a_trusted_organisation_publishes_by_itself(draft, college):
    first, second = draft(), draft(title="Ещё встреча")
    services.suggest(first, actor=None)
    services.publish(first, actor=None, trust=True)
    services.suggest(second, actor=None)
    assert second.state == EventState.PUBLISHED


def test_cancelling_needs_a_reason_keeps_the_event_and_ends_changes(announced):
    event = announced()
    assert field_of(lambda: services.cancel_event(event, " ", actor=None)) == "reason"
    services.cancel_event(event, "Мороз", actor=None)
    services.cancel_event(event, "Другая причина", actor=None)
    assert (event.state, event.reason, event.is_public) == (EventState.CANCELLED, "Мороз", True)
    for act in (lambda: services.change_event(event, plan(), actor=None), lambda: services.publish(event, actor=None)):
        with pytest.raises(ConflictError):
            act()


def test_only_what_people_act_on_raises_the_sequence(announced):
    event = announced()
    assert event.sequence == 0
    with time_machine.travel("2026-05-15T09:00:00+08:00"):
        services.change_event(event, plan(about="Другие слова"), actor=None)
        assert (event.sequence, event.changed_at.date()) == (0, clock.now().date())
    services.change_event(event, plan(at(DAY, 12), about="Другие слова"), actor=None)
    services.change_event(event, plan(at(DAY, 12), place="Спортзал"), actor=None)
    assert event.sequence == 2
    services.cancel_event(event, "Мороз", actor=None)
    assert event.sequence == 3


def test_what_nobody_has_seen_tells_no_telephone(draft, cast: Cast):
    event = draft()
    services.change_event(event, plan(place="Спортзал"), actor=None)
    db.session.commit()
    assert (event.sequence, db.session.get(FeedState, cast.region.id)) == (0, None)
    services.publish(event, actor=None)
    db.session.commit()
    assert db.session.get(FeedState, cast.region.id).version == 1


def test_one_day_of_a_series_is_dropped_another_moved(announced):
    event = announced(at(DAY, frequency="weekly", until=date(2026, 6, 30)))
    first, second = (event.starts_at + timedelta(days=days) for days in (7, 14))
    services.drop_day(event, first, actor=None)
    services.move_day(event, second, second + timedelta(days=1), second + timedelta(days=1, hours=1), actor=None)
    assert (event.sequence, [one.original for one in event.exceptions]) == (2, [first, second])
    services.move_day(event, first, first + timedelta(hours=2), first + timedelta(hours=3), actor=None)
    assert len(event.exceptions) == 2
    wrong = event.starts_at + timedelta(days=3)
    assert field_of(lambda: services.drop_day(event, wrong, actor=None)) == "original"
    assert field_of(lambda: services.move_day(event, first, first, first, actor=None)) == "ends"
    far = first + timedelta(days=40)
    assert field_of(lambda: services.move_day(event, first, far, far + timedelta(hours=1), actor=None)) == "first_day"


def test_a_series_that_changes_forgets_its_exceptions_and_other_words_do_not(announced):
    times = at(DAY, frequency="weekly", until=date(2026, 6, 30))
    event = announced(times)
    services.drop_day(event, event.starts_at + timedelta(days=7), actor=None)
    services.change_event(event, plan(times, about="Другие слова"), actor=None)
    assert len(event.exceptions) == 1
    services.change_event(event, plan(at(DAY, 11, frequency="weekly", until=date(2026, 6, 30))), actor=None)
    assert event.exceptions == []


def test_a_region_words_its_kinds_and_adds_to_them(college, cast: Cast):
    region = cast.region.id
    db.session.add_all([
        EventKind(region_id=region, key="own-1", title="День профессии", activity="calendar.event"),
        EventKind(region_id=region, key="lesson", title="Онлайн-урок", is_closed=True),
    ])  # fmt: skip
    db.session.flush()
    assert services.add_event(college, plan(kind="own-1"), actor=None).kind == "own-1"
    assert field_of(lambda: services.add_event(college, plan(kind="lesson"), actor=None)) == "kind"


def test_the_programmes_of_another_region_are_not_offered(college, cast: Cast):
    other = make_region("Другой", "42")
    db.session.add(Project(region_id=other.id, title="Профориентир"))
    db.session.flush()
    wrong = db.session.query(Project).one().id
    assert field_of(lambda: services.add_event(college, plan(project_id=wrong), actor=None)) == "project_id"


def test_a_moderator_is_warned_of_what_may_be_the_same(announced, draft, cast: Cast):
    event = announced()
    same = draft(at(DAY, 15), organisation=cast.school, title="встреча С ИНЖЕНЕРОМ завода")
    services.suggest(same, actor=None)
    assert queries.likely_doubles([event])[event.id] == [same]
    assert queries.likely_doubles([same])[same.id] == [event]
    draft(at(DAY, 15), organisation=cast.school)  # nobody has sent it yet
    other = draft(at(DAY, 15), organisation=cast.school, title="Встреча с поваром")
    services.suggest(other, actor=None)
    assert queries.likely_doubles([event])[event.id] == [same]
    other_day = draft(at(date(2026, 5, 22)), organisation=cast.school)
    assert queries.likely_doubles([other_day])[other_day.id] == []


def test_regions_stay_apart(announced, cast: Cast):
    town = make_municipality(make_region("Другой", "42"), "Далёкий")
    far = make_organisation(town, "Далёкий колледж", OrganisationKind.COLLEGE)
    announced(organisation=far)
    window = (datetime(2026, 5, 1, tzinfo=ZONE), datetime(2026, 6, 1, tzinfo=ZONE))
    assert queries.public_events(cast.region.id, *window, queries.Wanted()) == []
