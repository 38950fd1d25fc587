"""The pages of organiser and operator: from an empty season to a date in the register, and every refusal in words."""

from __future__ import annotations

from datetime import date

import pytest
from orientir_testkit.cast import Cast, make_organisation, make_user
from orientir_testkit.trials import FIRST, LAST

from orientir.accounts.roles import Role
from orientir.db import db
from orientir.organisations.models import OrganisationKind
from orientir_trials.models import Season, Trial, TrialState
from orientir_trials.queries import dates_of
from orientir_trials.services import add_season

SAID = {
    "title": "Сварщик",
    "field": "metal",
    "step": "2",
    "first_grade": "8",
    "last_grade": "11",
    "place": "Заводская, 4",
    "capacity": "12",
    "minimum": "",
    "conditions": ["stepless", "quiet"],
}
DATES = {
    "first_day": "2026-05-18",
    "last_day": "29.05.2026",
    "weekdays": ["0", "2", "4"],
    "times": "10:00",
    "minutes": "90",
    "opens_on": "2026-05-14",
    "closes_hours": "12",
    "cancel_hours": "24",
    "policy": "strict",
    "confirm_hours": "",
}


def test_six_dates_are_in_the_register_after_three_forms(as_user, organiser, season, college, cast: Cast, client):
    desk, operator = as_user(organiser), as_user(cast.operator)
    said = {**SAID, "season_id": season.id, "organisation_id": college.id}
    written = desk.post("/trials/cards/new", data=said)
    assert written.status_code == 303
    trial = db.session.query(Trial).one()
    assert written.location.endswith(f"/trials/{trial.id}/dates")
    assert desk.post(f"/trials/{trial.id}/dates", data=DATES).status_code == 303
    assert len(dates_of(trial)) == 6
    assert all(slot.strict for slot in dates_of(trial))
    assert desk.post(f"/trials/{trial.id}/suggest").status_code == 303
    assert "1" in operator.get("/").text
    assert "Сварщик" in operator.get("/trials/moderation").text
    assert client.get(f"/trials/{trial.id}").status_code == 404
    assert operator.post(f"/trials/{trial.id}/approve").status_code == 303
    assert client.get(f"/trials/{trial.id}").status_code == 200
    assert "Найдено: 6\xa0сеансов" in client.get("/trials/").text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"title": ""}, "Напишите название"),
        ({"first_grade": "11", "last_grade": "8"}, "Первый класс старше последнего"),
        ({"capacity": "много"}, "Напишите число цифрами"),
        ({"capacity": "9999"}, "Не больше"),
        ({"study_url": "план.docx"}, "https://"),
        ({"field": "магия"}, "Такого варианта в списке нет"),
        ({"hands": "звоните 8 914 123-45-67"}, "Похоже на телефон"),
    ],
)
def test_a_wrong_card_is_answered_at_its_field_and_nothing_is_written(as_user, organiser, season, college, said, words):
    answer = as_user(organiser).post(
        "/trials/cards/new", data={**SAID, "season_id": season.id, "organisation_id": college.id, **said}
    )
    assert answer.status_code == 400
    assert words in answer.text
    assert db.session.query(Trial).count() == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"first_day": "31.02.2026"}, "Напишите дату так"),
        ({"first_day": "2062-05-18", "last_day": ""}, "Сезон идёт с"),
        ({"first_day": "2026-05-11", "last_day": ""}, "Начало уже прошло"),
        ({"last_day": "2026-05-01"}, "Последний день раньше первого"),
        ({"times": "полдень"}, "Не понял время"),
        ({"times": "10:00, 10:30"}, "накладываются"),
        ({"minutes": "1"}, "Не меньше 10"),
        ({"opens_on": "2026-06-30"}, "Запись должна открыться раньше"),
    ],
)
def test_wrong_dates_are_answered_at_their_field_and_nothing_is_written(as_user, organiser, make_trial, said, words):
    trial = make_trial()
    answer = as_user(organiser).post(f"/trials/{trial.id}/dates", data={**DATES, **said})
    assert answer.status_code == 400
    assert words in answer.text
    assert dates_of(trial) == []


def test_an_hour_that_looks_like_a_slip_is_asked_about_once(as_user, organiser, make_trial):
    trial, desk = make_trial(), as_user(organiser)
    said = {**DATES, "times": "21:00"}
    asked = desk.post(f"/trials/{trial.id}/dates", data=said)
    assert asked.status_code == 400
    assert "Начало в 21:00? Если время верное, отметьте это ниже." in asked.text
    assert 'name="unusual"' in asked.text
    assert dates_of(trial) == []
    assert desk.post(f"/trials/{trial.id}/dates", data={**said, "unusual": "y"}).status_code == 303


def test_a_room_that_is_taken_is_named_and_may_be_another_room(as_user, organiser, offered, make_trial):
    offered(first=date(2026, 5, 18))
    trial, desk = make_trial(title="Токарь"), as_user(organiser)
    answer = desk.post(f"/trials/{trial.id}/dates", data=DATES)
    assert answer.status_code == 409
    assert "Помещение занято" in answer.text
    assert "«Сварщик: шов на тренажёре», пн, 18 мая 2026, 10:00–" in answer.text.replace("\N{NO-BREAK SPACE}", " ")
    assert desk.post(f"/trials/{trial.id}/dates", data={**DATES, "despite": "y"}).status_code == 303


def test_a_card_goes_back_with_a_word_and_is_copied_into_the_next_season(as_user, organiser, make_trial, cast: Cast):
    trial, desk, operator = make_trial(), as_user(organiser), as_user(cast.operator)
    desk.post(f"/trials/{trial.id}/dates", data=DATES)
    desk.post(f"/trials/{trial.id}/suggest")
    assert operator.post(f"/trials/{trial.id}/return", data={"remark": ""}).status_code == 400
    assert operator.post(f"/trials/{trial.id}/return", data={"remark": "Уточните адрес"}).status_code == 303
    assert "Уточните адрес" in desk.get(f"/trials/{trial.id}").text
    assert "Уточните адрес" in desk.get("/").text
    added = operator.post(
        "/trials/seasons",
        data={"title": "Осень", "first_day": "2026-10-01", "last_day": "2026-10-10", "target_percent": "65"},
    )
    assert added.status_code == 303
    autumn = db.session.query(Season).filter_by(title="Осень").one()
    assert desk.post(f"/trials/{trial.id}/copy", data={"season_id": autumn.id}).status_code == 303
    assert db.session.query(Trial).filter_by(season_id=autumn.id).one().state == TrialState.DRAFT


def test_a_season_is_put_off_but_not_from_under_its_dates(as_user, offered, cast: Cast, season):
    offered()
    operator, address = as_user(cast.operator), f"/trials/seasons/{season.id}"
    assert f'href="{address}"' in operator.get("/trials/seasons").text
    assert 'value="2026-05-31"' in operator.get(address).text
    said = {"title": "Майская неделя", "first_day": "2026-05-11", "last_day": "2026-06-10", "only_colleges": "y"}
    assert operator.post(address, data=said).status_code == 303
    db.session.expire_all()
    assert (season.title, season.last_day, season.only_colleges) == ("Майская неделя", date(2026, 6, 10), True)
    refused = operator.post(address, data={**said, "first_day": "2026-06-01"})
    assert refused.status_code == 400
    assert "Сеансов вне этих дней: 1" in refused.text
    assert operator.post(address, data={**said, "title": ""}).status_code == 400
    db.session.expire_all()
    assert season.first_day == date(2026, 5, 11)


def test_a_factory_keeps_what_it_typed_where_a_season_is_for_colleges(as_user, cast: Cast):
    factory = make_organisation(cast.municipality, "Завод", OrganisationKind.EMPLOYER)
    user = make_user(Role.ORGANISER, factory.scope, "Илья Павлович Инженер")
    season = add_season(cast.region, "Неделя", FIRST, LAST, only_colleges=True, actor=None)
    db.session.commit()
    said = {**SAID, "season_id": season.id, "organisation_id": factory.id}
    answer = as_user(user).post("/trials/cards/new", data=said)
    assert answer.status_code == 400
    assert "только колледжи" in answer.text
    assert "Заводская, 4" in answer.text
    assert db.session.query(Trial).count() == 0


def test_an_organiser_without_a_season_is_told_so(as_user, organiser):
    assert "Сезон не объявлен" in as_user(organiser).get("/trials/cards/new").text


def test_a_neighbour_does_not_see_the_card(as_user, make_trial, cast: Cast):
    trial = make_trial()
    for path in ("edit", "dates", "copy"):
        assert as_user(cast.neighbour_teacher).get(f"/trials/{trial.id}/{path}").status_code in (403, 404)
    assert as_user(cast.teacher).post(f"/trials/{trial.id}/approve").status_code in (403, 404)


def test_priority_of_the_region_is_turned_on_and_off(as_user, offered, cast: Cast, client):
    trial, operator = offered(), as_user(cast.operator)
    operator.post(f"/trials/{trial.id}/priority")
    assert "приоритет региона" in client.get(f"/trials/{trial.id}").text
    operator.post(f"/trials/{trial.id}/priority")
    assert "приоритет региона" not in client.get(f"/trials/{trial.id}").text


def test_cards_stand_in_pages_and_a_file_has_them_all(make_trial, as_user, organiser):
    for number in range(23):
        make_trial(title=f"Проба {number:02}")
    client = as_user(organiser)
    first, second = client.get("/trials/cards").text, client.get("/trials/cards?page=2").text
    assert ("Проба 19" in first, "Проба 20" in first, "page=2" in first) == (True, False, True)
    assert ("Проба 19" in second, "Проба 22" in second) == (False, True)
    assert client.get("/trials/cards?format=csv").text.count("Проба ") == 23


def test_a_teacher_who_books_sees_what_else_is_near(as_user, offered, cast: Cast):
    """Issue: a class on one screen, with what is near; not what is for other grades, nor the date in hand."""
    trial = offered(title="Сварщик")
    cook = dates_of(offered(title="Повар", first=date(2026, 5, 21)))[0]
    offered(title="Малышам", first=date(2026, 5, 22), first_grade=6, last_grade=7)
    far = make_organisation(cast.neighbour_municipality, "Заречный колледж", OrganisationKind.COLLEGE)
    offered(title="Далеко", first=date(2026, 5, 23), organisation=far)
    slot = dates_of(trial)[0]
    page = as_user(cast.teacher).get(f"/bookings/new/{slot.id}/{cast.school_class.id}").text
    near = page[page.index('id="nearby"') :]
    assert f'href="/bookings/new/{cook.id}/{cast.school_class.id}">Повар' in near
    assert "12 мест из 12" in near.replace("\N{NO-BREAK SPACE}", " ")
    assert not {"Сварщик", "Малышам", "Далеко"} & {name for name in ("Сварщик", "Малышам", "Далеко") if name in near}
