"""A card from draft to the register: who may offer, the first one is looked at, then trust; copies; dates."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, time

import pytest
import time_machine
from orientir_testkit.cast import Cast, make_organisation
from orientir_testkit.trials import CARD, FIRST, LAST, TERMS

from orientir import clock
from orientir.audit.models import AuditEntry
from orientir.bookings.models import SlotState
from orientir.bookings.rooms import RoomTakenError
from orientir.db import begin_writing, db
from orientir.errors import ConflictError, InvalidInputError
from orientir.organisations.models import OrganisationKind
from orientir_trials import services
from orientir_trials.cards import Card
from orientir_trials.models import Trial, TrialState
from orientir_trials.queries import dates_of
from orientir_trials.repetition import Repetition

ONE_DAY = Repetition(date(2026, 5, 20), date(2026, 5, 20), frozenset(), (time(10),), 90)


def test_the_first_card_waits_for_the_operator_and_the_next_goes_straight_in(make_trial):
    first, second = make_trial(), make_trial(title="Токарь")
    for trial in (first, second):
        services.add_dates(trial, ONE_DAY, TERMS, actor=None, despite=True)
    services.suggest(first, actor=None)
    assert first.state == TrialState.SUGGESTED
    assert dates_of(first)[0].state == SlotState.DRAFT
    services.approve(first, actor=None)
    assert dates_of(first)[0].state == SlotState.PUBLISHED
    services.suggest(second, actor=None)
    assert second.is_approved


def test_trust_outlives_the_card_that_brought_it(offered, make_trial):
    first = offered()
    with time_machine.travel("2026-05-21T10:00:00+08:00"):
        services.withdraw(first, actor=None)
        second = make_trial(title="Токарь")
        services.add_dates(second, replace(ONE_DAY, first_day=date(2026, 5, 25), last_day=date(2026, 5, 25)), TERMS,
                           actor=None)  # fmt: skip
        services.suggest(second, actor=None)
    assert second.is_approved


def test_a_card_without_a_date_is_not_offered(make_trial):
    with pytest.raises(ConflictError, match="хотя бы один сеанс"):
        services.suggest(make_trial(), actor=None)


def test_a_card_that_came_back_says_why_until_it_goes_again(make_trial):
    trial = make_trial()
    services.add_dates(trial, ONE_DAY, TERMS, actor=None)
    services.suggest(trial, actor=None)
    with pytest.raises(InvalidInputError):
        services.send_back(trial, "  ", actor=None)
    services.send_back(trial, "Реклама платных курсов", actor=None)
    assert (trial.state, trial.remark) == (TrialState.DRAFT, "Реклама платных курсов")
    with pytest.raises(ConflictError):
        services.approve(trial, actor=None)
    services.suggest(trial, actor=None)
    assert trial.remark == ""


def test_a_card_with_dates_to_come_is_not_withdrawn(offered):
    with pytest.raises(ConflictError, match="Впереди сеансы: 1"):
        services.withdraw(offered(), actor=None)


def test_dates_of_a_card_in_the_register_are_open_at_once(offered):
    trial = offered()
    made = services.add_dates(
        trial, replace(ONE_DAY, first_day=date(2026, 5, 22), last_day=date(2026, 5, 22)), TERMS, actor=None
    )
    assert [slot.state for slot in made] == [SlotState.PUBLISHED]


def test_a_date_carries_the_words_of_its_card(offered, season):
    said = {"directions": "Автобус 4", "clothes": "Сменная обувь", "safety": "Маска обязательна"}
    trial = offered(**said, conditions=("lift", "stepless"), needs_companion=True)
    slot = dates_of(trial)[0]
    assert slot.advice == [
        ["Как добраться", "Автобус 4"],
        ["Что взять", "Сменная обувь"],
        ["Безопасность и здоровье", "Маска обязательна"],
        ["Условия", "вход без ступеней, лифт или первый этаж"],
    ]
    assert (slot.title, slot.capacity, slot.minimum, slot.needs_companion) == (trial.title, 12, 3, True)
    assert slot.page == f"/trials/{trial.id}"
    with time_machine.travel("2026-05-02T10:00:00+08:00", tick=False):
        services.change_trial(trial, replace(CARD, title="Сварщик", clothes="Халат"), actor=None)
        assert dates_of(trial)[0].changed_at == clock.now()
    assert dates_of(trial)[0].advice == [["Что взять", "Халат"], ["Условия", "вход без ступеней, тихая комната"]]
    assert dates_of(trial)[0].title == "Сварщик"


def test_the_same_room_twice_is_warned_about_and_let_through_on_purpose(offered, make_trial):
    offered()
    other = make_trial(title="Токарь", place="заводская, 4, МАСТЕРСКАЯ 3")
    with pytest.raises(RoomTakenError) as met:
        services.add_dates(other, ONE_DAY, TERMS, actor=None)
    assert len(met.value.occasions) == 1
    assert len(services.add_dates(other, ONE_DAY, TERMS, actor=None, despite=True)) == 1
    online = make_trial(title="Диспетчер", is_online=True)
    assert len(services.add_dates(online, ONE_DAY, TERMS, actor=None)) == 1


@pytest.mark.parametrize("day", [FIRST.replace(day=10), date(2026, 6, 1)])
def test_dates_lie_within_the_season(make_trial, day):
    with pytest.raises(InvalidInputError, match=r"Сезон идёт с 11\.05\.2026 по 31\.05\.2026"):
        services.add_dates(make_trial(), replace(ONE_DAY, first_day=day, last_day=day), TERMS, actor=None)


def test_a_date_that_cannot_be_leaves_none_of_its_series(make_trial):
    trial = make_trial()
    past = replace(ONE_DAY, first_day=date(2026, 5, 12))
    with pytest.raises(InvalidInputError) as refused:
        services.add_dates(trial, past, TERMS, actor=None)
    assert refused.value.field == "first_day"
    db.session.rollback()
    assert dates_of(trial) == []


def test_a_copy_has_the_words_and_no_dates(offered, cast: Cast):
    autumn = services.add_season(cast.region, "Осенняя неделя", date(2026, 10, 1), date(2026, 10, 10), actor=None)
    trial = offered()
    copied = services.copy_trial(trial, autumn, actor=None)
    assert (copied.title, copied.conditions, copied.copied_from) == (trial.title, trial.conditions, trial.id)
    assert copied.state == TrialState.DRAFT
    assert dates_of(copied) == []


def test_a_season_of_colleges_lets_no_factory_in(cast: Cast, college):
    season = services.add_season(cast.region, "Неделя", FIRST, LAST, only_colleges=True, actor=None)
    factory = make_organisation(cast.municipality, "Завод", OrganisationKind.EMPLOYER)
    with pytest.raises(ConflictError, match="только колледжи"):
        services.add_trial(season, factory, CARD, actor=None)
    assert services.add_trial(season, college, CARD, actor=None).id


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"field": "магия"}, "field"),
        ({"step": 4}, "step"),
        ({"place": ""}, "place"),
        ({"first_grade": 11, "last_grade": 8}, "first_grade"),
        ({"last_grade": 13}, "last_grade"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 12, "minimum": 13}, "minimum"),
        ({"conditions": ("нет",)}, "conditions"),
        ({"study_url": "C:\\Рабочий стол\\план.docx"}, "study_url"),
        ({"study_url": "javascript:alert(1)"}, "study_url"),
        ({"study_url": "http://["}, "study_url"),
        ({"title": "Щ" * 121}, "title"),
        ({"place": "Щ" * 301}, "place"),
        ({"safety": "Щ" * 1001}, "safety"),
        ({"hands": "Звоните +7 (914) 123-45-67"}, "hands"),
        ({"safety": "вопросы: 8 914 123 45 67"}, "safety"),
    ],
)
def test_a_card_that_cannot_be_is_refused_at_its_field(make_trial, values, field):
    with pytest.raises(InvalidInputError) as refused:
        make_trial(**values)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "Щ" * 121}, "title"),
        ({"last_day": FIRST.replace(day=1)}, "last_day"),
        ({"last_day": date(2062, 5, 1)}, "last_day"),
        ({"first_day": date(2025, 5, 1), "last_day": date(2025, 5, 9)}, "last_day"),
    ],
)
def test_a_season_that_cannot_be_is_refused_at_its_field(cast: Cast, values, field):
    plan = {"title": "Неделя", "first_day": FIRST, "last_day": LAST, **values}
    with pytest.raises(InvalidInputError) as refused:
        services.add_season(cast.region, **plan, actor=None)
    assert refused.value.field == field


def test_acts_are_written_down(make_trial, cast: Cast):
    trial = make_trial()
    services.add_dates(trial, ONE_DAY, TERMS, actor=cast.operator.id)
    services.suggest(trial, actor=cast.operator.id)
    services.approve(trial, actor=cast.operator.id)
    acts = [entry.action for entry in db.session.query(AuditEntry).filter_by(object_kind="trials_trial")]
    assert acts == ["trials.trial.add", "trials.trial.suggest", "trials.trial.approve"]


def test_a_date_that_was_held_keeps_what_it_offered(offered):
    trial = offered(conditions=("quiet",))
    with time_machine.travel("2026-05-21T10:00:00+08:00"):
        services.change_trial(trial, replace(CARD, title="Другое", conditions=()), actor=None)
    slot = dates_of(trial)[0]
    assert (slot.conditions, slot.title) == (["quiet"], CARD.title)


@pytest.mark.parametrize("engine_name", ["postgresql"])  # a writer on SQLite is alone
@pytest.mark.parametrize("is_held", [True, False])
def test_of_approving_and_sending_back_at_one_moment_one_wins(app, make_trial, monkeypatch, is_held):
    """Without the lock, the negative control, both do: a card in draft whose dates are open for booking."""
    trial = make_trial()
    services.add_dates(trial, ONE_DAY, TERMS, actor=None)
    services.suggest(trial, actor=None)
    db.session.commit()
    trial_id, gate, refused = trial.id, threading.Barrier(2), []
    if not is_held:
        monkeypatch.setattr(services, "_hold", lambda _trial: gate.wait())

    def decide(act) -> None:
        with app.app_context():
            begin_writing()
            one = db.session.get_one(Trial, trial_id)
            if is_held:
                gate.wait()
            try:
                act(one)
                db.session.commit()
            except ConflictError as error:
                db.session.rollback()
                refused.append(error)

    acts = (lambda one: services.approve(one, actor=None), lambda one: services.send_back(one, "Нет", actor=None))
    threads = [threading.Thread(target=decide, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == is_held
    db.session.rollback()
    card = db.session.get_one(Trial, trial_id)
    states = {slot.state for slot in dates_of(card)}
    if is_held:
        assert (card.is_approved, states) in ((True, {SlotState.PUBLISHED}), (False, {SlotState.DRAFT}))


def test_the_fields_of_the_form_are_those_of_the_card():
    assert set(Card.__dataclass_fields__) <= set(Trial.__table__.columns.keys())
