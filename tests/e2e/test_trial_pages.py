"""Trials as people meet them: found and booked by a card in three taps, offered by a college, read by everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

import pytest
from flask import Flask
from orientir_testkit.browsers import follow
from orientir_testkit.cast import Cast, make_organisation, make_user
from orientir_testkit.trials import CARD, FIRST, LAST, TERMS
from playwright.sync_api import Page, expect

from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.codes.digits import grouped
from orientir.db import db
from orientir.organisations.models import OrganisationKind
from orientir.questionnaires.models import FreeWord, WordState
from orientir.students.cards import digits_of, issue_cards
from orientir.students.queries import numbers_of
from orientir.students.services import open_numbers
from orientir_trials.models import Trial, TrialAnswer
from orientir_trials.repetition import Repetition
from orientir_trials.services import add_dates, add_season, add_trial, approve, suggest
from orientir_trials.versions import current_version

TIMES = (time(10),)


@pytest.fixture
def organiser(cast: Cast) -> User:
    college = make_organisation(cast.municipality, "Приозёрский техникум", OrganisationKind.COLLEGE)
    return make_user(Role.ORGANISER, college.scope, "Роман Олегович Организатор")


@pytest.fixture
def trial(app: Flask, cast: Cast, organiser: User) -> Trial:
    """A card in the register with two dates; the class has its numbers and cards."""
    season = add_season(cast.region, "Весенняя неделя профпроб", FIRST, LAST, actor=None)
    college = make_organisation(cast.municipality, "Техникум сварки", OrganisationKind.COLLEGE)
    made = add_trial(season, college, CARD, actor=None)
    days = Repetition(date(2026, 5, 20), date(2026, 5, 21), frozenset(), TIMES, 90)
    add_dates(made, days, TERMS, actor=None)
    suggest(made, actor=None)
    approve(made, actor=None)
    open_numbers(cast.school_class, 5, actor=None)
    issue_cards(cast.school_class, actor=None)
    db.session.commit()
    return made


def leave_advice(trial: Trial) -> None:
    """Leave five answers about the card, three with words: one to be decided about, one shown, one hidden."""
    version = current_version()
    for number in range(5):
        answers = {"F1": {"liked": 4}, "F2": "hands", "F3": "more", "F4": "yes", "F5": "ok", "F6": ["time"]}
        key = f"{number:032x}"
        db.session.add(TrialAnswer(key=key, trial_id=trial.id, version_id=version.id, year=2025, answers=answers))
    for state, text in zip(
        WordState, ("Больше времени! Мой телефон 8 914 123-45-67", "Шире окна", "Скучно"), strict=True
    ):
        key = text.encode().hex()[:32]
        word = FreeWord(key=key, owner="trials", owner_id=trial.id, question="F7", text=text, state=state)
        db.session.add(word)
    db.session.commit()


def test_a_student_is_booked_in_three_taps_from_the_card(new_page, watch, trial: Trial, cast: Cast):
    digits = digits_of(numbers_of(cast.school_class.id))[3]
    page = watch(new_page())
    page.goto("/trials/")
    follow(page.get_by_role("link", name="Выбрать").first)
    follow(page.get_by_role("link", name="Записаться").first)
    page.get_by_label("Введите код").fill(grouped(digits))
    follow(page.get_by_role("button", name="Продолжить"))
    follow(page.get_by_role("button", name="Записаться"))
    expect(page.get_by_text("место есть").first).to_be_visible()
    page.goto("/my")
    expect(page.get_by_role("link", name=CARD.title).first).to_be_visible()


def test_a_college_puts_six_dates_into_the_register(signed_in, watch, cast: Cast, organiser: User, trial: Trial):
    page = watch(signed_in(organiser))
    page.goto("/trials/cards")
    follow(page.get_by_role("link", name="Описать пробу"))
    page.get_by_label("Название пробы").fill("Повар-технолог")
    page.get_by_label("Область").select_option("hospitality")
    page.get_by_label("Адрес и кабинет").fill("Лесная, 5")
    follow(page.get_by_role("button", name="Дальше: сеансы"))
    page.get_by_label("Первый день").fill("2026-05-18")
    page.get_by_label("Последний день").fill("2026-05-22")
    for day in ("понедельник", "среда", "пятница"):
        page.get_by_label(day).check()
    page.get_by_label("Во сколько начинаются").fill("10:00, 14.30")
    follow(page.get_by_role("button", name="Добавить"))
    expect(page.get_by_text("Добавлено: 6 сеансов.")).to_be_visible()
    follow(page.get_by_role("button", name="Отправить в реестр"))
    expect(page.get_by_text("Карточка отправлена оператору.")).to_be_visible()


def test_the_pages_of_trials_can_be_read_by_everybody(
    new_page: Callable[..., Page], signed_in, look, trial: Trial, cast: Cast, organiser: User
):
    trial_id = trial.id
    leave_advice(trial)
    seen = look(page := new_page(reduced_motion="reduce"))
    for path in ("/trials/", "/trials/?q=нет", "/trials/?view=list", f"/trials/{trial_id}"):
        page.goto(path)
        seen.at(path)
    page = signed_in(cast.operator, reduced_motion="reduce")
    seen = look(page)
    for path in (
        "/trials/cards",
        "/trials/cards/new",
        f"/trials/{trial_id}",
        f"/trials/{trial_id}/edit",
        f"/trials/{trial_id}/dates",
        f"/trials/{trial_id}/copy",
        f"/trials/{trial_id}/return",
        "/trials/moderation",
        "/trials/advice",
        "/trials/advice?state=hidden",
        "/trials/seasons",
        f"/trials/seasons/{trial.season_id}",
        f"/trials/figures/region/{cast.region.id}",
        f"/trials/figures/trial/{trial_id}",
    ):
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, path
        seen.at(path)
