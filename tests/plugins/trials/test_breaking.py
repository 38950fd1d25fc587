"""What strangers, typos and hand-made requests do to trials: a word for each, never a failure, nothing half-written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_region, make_user
from sqlalchemy import func, select

from orientir.accounts.roles import Role
from orientir.app import create_app
from orientir.bookings import attendance
from orientir.bookings import services as bookings
from orientir.bookings.attendance import Present
from orientir.bookings.models import Slot
from orientir.bookings.tickets import ticket_digits
from orientir.bookings.wishes import Wish
from orientir.codes import services as codes
from orientir.db import db
from orientir.organisations.models import Organisation
from orientir_trials import certificates
from orientir_trials.models import Season, Trial
from orientir_trials.queries import dates_of

HUGE = "99999999999999999999"
DATES: dict[str, Any] = {
    "first_day": "2026-05-20", "last_day": "", "times": "10:00", "minutes": "90", "opens_on": "2026-05-01",
    "closes_hours": "24", "cancel_hours": "24", "confirm_hours": "0",
}  # fmt: skip


@pytest.fixture
def operator(as_user, cast: Cast) -> FlaskClient:
    client: FlaskClient = as_user(cast.operator)
    return client


def test_a_number_nobody_has_is_no_page_and_nothing_is_done_to_it(operator):
    pages = ("/trials/{}", "/trials/{}/edit", "/trials/{}/dates", "/trials/{}/copy", "/trials/{}/return",
             "/trials/figures/trial/{}", "/trials/figures/region/{}", "/trials/figures/municipality/{}",
             "/trials/figures/organisation/{}")  # fmt: skip
    acts = ("/trials/{}/suggest", "/trials/{}/withdraw", "/trials/{}/approve", "/trials/{}/priority")
    for number in (HUGE, "2147483648", "0", "2000000000"):
        assert [page for page in pages if operator.get(page.format(number)).status_code != 404] == []
        assert [act for act in acts if operator.post(act.format(number)).status_code != 404] == []


def test_the_register_stands_whatever_the_address_asks(client, offered):
    offered()
    asked = ("first_day=0001-01-01", "last_day=9999-12-31", "first_day=9999-12-31&last_day=0001-01-01", "q=%00",
             "place=%00", "q=" + "а" * 3000, f"grade={HUGE}", f"place={HUGE}", f"page={HUGE}", "page=-5", "step=9",
             "field=%00", "condition=%00", "first_day=31.12.9999", "grade=-1", "q=%25%5C_",
             "format=xlsx&first_day=0001-01-01")  # fmt: skip
    for path in ("/trials/", "/trials/embed"):
        assert [one for one in asked if client.get(f"{path}?{one}").status_code != 200] == []


def test_figures_of_any_year_are_a_page(operator, cast):
    for year in (HUGE, "-1", "0", "9999", "x", ""):
        assert operator.get(f"/trials/figures/region/{cast.region.id}?year={year}").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_day": "0001-01-01"}, {"first_day": "9999-12-31", "times": "23:00", "minutes": "720"},
        {"first_day": "2062-05-20"}, {"last_day": "9999-12-31"}, {"opens_on": "0001-01-01"},
        {"opens_on": "9999-12-31"}, {"times": "10:00\x00"}, {"minutes": HUGE}, {"minutes": "-90"},
        {"closes_hours": HUGE}, {"cancel_hours": HUGE}, {"cancel_hours": "999999"}, {"closes_hours": "999999"},
        {"confirm_hours": HUGE}, {"first_day": "2026-05-13"}, {"first_day": ""}, {"times": ""},
    ],
    ids=str,
)  # fmt: skip
def test_dates_that_cannot_be_are_answered_and_none_is_made(operator, offered, wrong):
    trial = offered()
    before = len(dates_of(trial))
    answer = operator.post(f"/trials/{trial.id}/dates", data={**DATES, "times": "15:00", **wrong})
    assert answer.status_code == 400
    assert len(dates_of(trial)) == before


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("9999-12-30", "9999-12-31"), ("0001-01-01", "0001-01-02"), ("2062-05-01", "2062-05-20"),
        ("2026-05-01", "9999-12-31"), ("", ""), ("2026-05-20", "2026-05-01"),
    ],
)  # fmt: skip
def test_a_season_of_another_age_is_refused(operator, first, last):
    form = {"title": "Сезон", "first_day": first, "last_day": last, "target_percent": "65"}
    assert operator.post("/trials/seasons", data=form).status_code == 400
    assert db.session.scalar(select(func.count(Season.id))) == 0


def test_another_region_has_no_card_and_no_season_of_ours(as_user, offered, season, cast):
    trial = offered()
    strange = make_region("Соседняя", "75")
    stranger = as_user(make_user(Role.OPERATOR, strange.scope))
    for path in ("edit", "dates", "copy", "return"):
        assert stranger.get(f"/trials/{trial.id}/{path}").status_code == 404
    for path in ("suggest", "withdraw", "approve", "priority"):
        assert stranger.post(f"/trials/{trial.id}/{path}").status_code == 404
    assert stranger.get(f"/trials/figures/trial/{trial.id}").status_code == 404
    assert stranger.get(f"/trials/figures/region/{cast.region.id}").status_code == 404
    assert trial.title not in stranger.get("/trials/cards").text
    assert season.title not in stranger.get("/trials/seasons").text


def test_a_season_or_an_organisation_put_into_the_form_by_hand_is_refused(as_user, organiser, season, cast):
    form = {"season_id": str(season.id), "organisation_id": str(cast.school.id), "title": "Чужая", "field": "metal",
            "step": "2", "place": "Лесная", "first_grade": "8", "last_grade": "9", "capacity": "10"}  # fmt: skip
    host = as_user(organiser)
    for wrong in ({}, {"organisation_id": HUGE}, {"season_id": HUGE}, {"season_id": "\x00"}, {"capacity": HUGE}):
        assert host.post("/trials/cards/new", data={**form, **wrong}).status_code == 400
    assert db.session.scalar(select(func.count(Trial.id))) == 0


@pytest.mark.parametrize("where", ["region", "municipality"])
def test_an_organiser_without_an_organisation_of_their_own(as_user, cast: Cast, offered, where):
    """Somebody who looks after all sessions of a town, and an organisation that is closed."""
    trial = offered()
    scope = cast.region.scope if where == "region" else cast.municipality.scope
    host = as_user(make_user(Role.ORGANISER, scope))
    for path in (
        "/",
        "/slots",
        "/slots?when=coming",
        "/trials/cards",
        "/trials/cards/new",
        f"/trials/{trial.id}/dates",
    ):
        assert host.get(path).status_code == 200, path


def test_an_organiser_whose_organisation_is_closed(as_user, organiser, college: Organisation, offered):
    trial = offered()
    college.closed_on = trial.season.first_day
    db.session.commit()
    host = as_user(organiser)
    for path in (
        "/",
        "/slots",
        "/trials/cards",
        "/trials/cards/new",
        f"/trials/{trial.id}",
        f"/trials/{trial.id}/edit",
    ):
        assert host.get(path).status_code < 500, path


def test_a_card_sent_twice_is_one_decision(as_user, cast, make_trial: Callable[..., Trial]):
    trial = make_trial()
    operator = as_user(cast.operator)
    for _turn in range(2):  # no date yet: told, not done
        assert operator.post(f"/trials/{trial.id}/suggest").status_code == 303
        assert operator.post(f"/trials/{trial.id}/approve").status_code == 303
    assert trial.state == "draft"
    assert db.session.scalar(select(func.count(Slot.id))) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"study_url": "javascript:alert(1)"}, {"study_url": "data:text/html,<b>"}, {"study_url": "//evil.example"},
        {"study_url": "C:\\колледж"}, {"title": "\x00"}, {"hands": "а" * 5000}, {"guide": "Петрова М. И."},
        {"guide": "мастер Мария Ивановна"}, {"guide": "мастер Сергей Петров"},
        {"safety": "Звоните 8 (3952) 12-34-56"}, {"capacity": "0"}, {"capacity": HUGE},
        {"first_grade": "11", "last_grade": "8"},
        {"step": "4"}, {"field": "нет такой"}, {"minimum": "99", "capacity": "10"},
    ],
    ids=str,
)  # fmt: skip
def test_a_card_that_cannot_be_is_answered_and_left_as_it_was(operator, make_trial, wrong):
    trial = make_trial()
    card = {"title": "Сварщик", "field": "metal", "step": "2", "place": "Лесная", "first_grade": "8", "last_grade": "9",
            "capacity": "10"}  # fmt: skip
    assert operator.post(f"/trials/{trial.id}/edit", data={**card, **wrong}).status_code == 400
    db.session.expire_all()
    assert trial.title == "Сварщик: шов на тренажёре"


def test_markup_and_formulas_in_a_card_stay_letters(operator, client, offered):
    trial = offered(title="</script><b>Сварщик</b> %(x)s {{ 7*7 }}", hands="=cmd|' /C calc'!A0")
    for path in (f"/trials/{trial.id}", "/trials/", "/trials/embed"):
        page = client.get(path).text
        assert "<b>Сварщик</b>" not in page
        assert "49" not in page.split("Сварщик")[1][:60]
    table = client.get("/trials/?format=csv").data.decode("utf-8-sig")
    assert not [cell for row in table.splitlines() for cell in row.split(";") if cell.strip('"')[:1] in "=@+" and cell]


def test_a_paper_of_a_plugin_that_is_off_opens_nothing_and_breaks_nothing(app, offered, cast):
    trial = offered()
    [slot] = dates_of(trial)
    booking = bookings.book(slot.id, Wish(cast.school_class.id, people=3), request="off", actor=None)
    with time_machine.travel(slot.starts_at):
        attendance.mark(booking.id, Present(people=3), actor=None)
        digits = codes.issue(certificates.KIND.key, [f"{booking.id}-1"])[f"{booking.id}-1"]
        ticket = ticket_digits(booking)
        db.session.commit()
        bare = create_app(replace(app.config["ORIENTIR"], plugins=()))
        bare.config["WTF_CSRF_ENABLED"] = False
        stranger = bare.test_client()
        assert stranger.post("/code", data={"code": digits}).status_code == 400
        assert stranger.get(f"/k/{digits}").status_code < 500
        stranger.post("/code", data={"code": ticket})
        assert stranger.get("/t").status_code == 200
        assert stranger.get("/trials/").status_code == 404


def test_a_certificate_made_up_by_hand_shows_nothing(app, offered, cast):
    """Its code was issued, so it is alive; the seat it names was never marked."""
    trial = offered()
    [slot] = dates_of(trial)
    booking = bookings.book(slot.id, Wish(cast.school_class.id, people=3), request="made up", actor=None)
    for owner in (f"{booking.id}-1", "99999999999-1", "x-y", "1", "-"):
        digits = codes.issue(certificates.KIND.key, [owner])[owner]
        db.session.commit()
        client = app.test_client()
        client.post("/code", data={"code": digits})
        answer = client.get("/trials/certificate")
        assert answer.status_code < 500
        assert "действителен" not in answer.text
