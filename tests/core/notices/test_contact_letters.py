"""A school nobody of which has an account is reminded by mail: whoever is named in its card gets the letter."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_municipality, make_school, make_user
from orientir_testkit.plugins import make_plugin
from sqlalchemy import select

from orientir.accounts.roles import Role
from orientir.contracts import Activity
from orientir.db import begin_writing, db
from orientir.mail.models import OutgoingMail
from orientir.mail.queries import opened_text
from orientir.notices.models import ContactLetter
from orientir.notices.rounds import make_rounds
from orientir.notices.services import purge_notices
from orientir.organisations.contacts import Presence, Responsible, change_contact, responsible_of
from orientir.organisations.models import Organisation
from orientir.reorganisation.services import merge_double

VERA, MAY_STEPS = "vera@example.org", ["headcount -14", "headcount -3", "headcount +0"]


@pytest.fixture
def plugins() -> dict[str, object]:
    survey = Activity("fair.survey", "Опрос", grades=(9, 11, 12), headcount_month=5, headcount_day=1)
    return {"fair": make_plugin("fair", brings={"activities": (survey,)})}


@pytest.fixture
def school(cast: Cast) -> Organisation:
    """School № 8, which has a teacher and no administrator, and Vera in its card."""
    answers_for(cast.neighbour_school, VERA)
    return cast.neighbour_school


@pytest.mark.parametrize("when", ["before", "after"])
def test_who_wants_no_letters_gets_none_after_the_school_proved_to_be_entered_twice(
    school: Organisation, cast: Cast, client: FlaskClient, when: str
):
    """The link of a letter works whenever it is pressed: the letters would go on from the other entry."""
    walk("2026-04-17", "2026-04-17")
    link = urlsplit(written()[0].off_url).path
    original = make_school(cast.neighbour_municipality, "Школа № 8 полностью")
    if when == "before":
        assert client.post(link).status_code == 200
    db.session.commit()
    begin_writing()
    merge_double(school, original, actor=None)
    db.session.commit()
    if when == "after":
        assert client.post(link).status_code == 200
    walk("2026-04-28", "2026-05-01")
    assert responsible_of(original.id).email == VERA
    assert len(written()) == 1


def answers_for(school: Organisation, email: str) -> None:
    person = Responsible("Вера Ивановна", "завуч", "8 (3952) 12-34-56", email)
    change_contact(school, person, Presence(), actor=None)
    db.session.commit()


def walk(first: str, last: str, *, step: int = 3) -> None:
    """Let the mornings from `first` to `last` pass."""
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    db.session.commit()
    while day <= end:
        with time_machine.travel(datetime.fromisoformat(f"{day}T09:30+08:00"), tick=False):
            begin_writing()
            make_rounds()
            db.session.commit()
        day += timedelta(step)


def written(email: str = VERA) -> list[OutgoingMail]:
    wanted = select(OutgoingMail).where(OutgoingMail.address == email).order_by(OutgoingMail.id)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def kept() -> list[str]:
    rows = db.session.scalars(select(ContactLetter).order_by(ContactLetter.id))
    return [f"{one.kind.removeprefix('platform.')} {one.about.rpartition(':')[2]}" for one in rows]


def test_the_responsible_person_is_reminded_at_every_step(school: Organisation):
    walk("2026-04-16", "2026-05-13")
    assert [one.subject for one in written()] == ["Запишите число учеников на 1 мая"] * 3
    text = opened_text(written()[0])
    assert "Школа № 8: в 1\xa0классе" in text
    assert "Не присылать такие письма: https://orientir.example/mail/off/" in text
    assert kept() == MAY_STEPS
    assert {one.user_id for one in written()} == {None}


def test_whoever_has_an_account_is_told_there_and_no_letter_goes(cast: Cast, school: Organisation, told):
    boss = make_user(Role.SCHOOL_ADMIN, school.scope)
    answers_for(cast.school, "zoya@example.org")
    walk("2026-04-16", "2026-05-13")
    assert len(told(boss)) == 3
    assert written() == written("zoya@example.org") == []


def test_nobody_is_written_to_where_no_address_is_named(cast: Cast):
    answers_for(cast.neighbour_school, "")
    walk("2026-04-16", "2026-05-13")
    assert kept() == []


def test_the_link_stops_the_letters_and_lets_them_come_again(school: Organisation, client: FlaskClient):
    walk("2026-04-16", "2026-04-19")
    link = urlsplit(written()[0].off_url).path
    assert "на ваш адрес" not in client.get(link).text
    for _again in range(2):
        page = client.post(link, data={"List-Unsubscribe": "One-Click"})
    assert (page.status_code, "на ваш адрес" in page.text.replace("\N{NO-BREAK SPACE}", " ")) == (200, True)
    walk("2026-04-22", "2026-04-29")
    assert len(written()) == 1
    client.post(link.replace("/off/", "/on/"))
    walk("2026-05-01", "2026-05-01")
    assert len(written()) == 2


def test_the_next_person_is_written_to_though_the_last_one_was_not_to_be(school: Organisation, client: FlaskClient):
    walk("2026-04-16", "2026-04-19")
    client.post(urlsplit(written()[0].off_url).path)
    answers_for(school, "next@example.org")
    walk("2026-04-28", "2026-04-28")
    assert (len(written()), len(written("next@example.org"))) == (1, 1)


def test_the_log_tells_the_school_and_no_person(cast: Cast, school: Organisation, as_user):
    walk("2026-04-16", "2026-04-19")
    client = as_user(cast.operator)
    assert 'href="/notices/log?channel=contacts"' in client.get("/notices/log").text
    page = client.get("/notices/log?channel=contacts").text
    assert "Школа № 8, ответственный" in page
    assert "Вера" not in page
    assert VERA not in page
    for narrowed in ("who=Лицей", "first=2026-05-01"):
        assert "Школа № 8" not in client.get(f"/notices/log?channel=contacts&{narrowed}").text
    assert "Школа № 8" in client.get("/notices/log?channel=contacts&who=школа&kind=platform.headcount").text
    assert client.get("/notices/log?channel=contacts&format=csv").text.count("Школа № 8") == 1


def test_the_log_costs_the_same_with_one_letter_and_with_four(cast: Cast, school: Organisation, as_user, count_queries):
    client = as_user(cast.operator)

    def asked() -> int:
        client.get("/notices/log?channel=contacts")
        with count_queries() as seen:
            assert client.get("/notices/log?channel=contacts").status_code == 200
        return seen.count

    walk("2026-04-16", "2026-04-19")
    few = asked()
    for number in range(3):
        bare = make_school(make_municipality(cast.region, f"Посёлок {number}"), f"Лицей {number}")
        answers_for(bare, f"one{number}@example.org")
    walk("2025-09-04", "2025-09-04")
    walk("2026-04-29", "2026-04-29")
    assert len(kept()) > 1
    assert asked() == few


def test_old_letters_are_forgotten(school: Organisation):
    walk("2026-04-16", "2026-04-19")
    assert purge_notices(date(2027, 1, 1)) >= 0
    assert len(kept()) == 1
    purge_notices(date(2027, 7, 1))
    assert kept() == []
