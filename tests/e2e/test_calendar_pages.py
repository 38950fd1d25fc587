"""The calendar as people meet it: subscribed to from a phone, written by a school, reported from one screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from orientir_testkit.browsers import PHONE, follow, served
from orientir_testkit.cast import Cast, make_class, make_organisation
from orientir_testkit.events import at, plan, whole
from orientir_testkit.files import PDF
from orientir_testkit.notes import note_plan
from playwright.sync_api import Page, expect

from orientir.codes.digits import grouped
from orientir.db import db
from orientir.files.reading import read_upload
from orientir.organisations.models import OrganisationKind
from orientir.students.cards import digits_of, issue_cards
from orientir.students.queries import numbers_of
from orientir.students.services import open_numbers
from orientir_calendar import notes, services
from orientir_calendar.models import Event, Project
from orientir_calendar.proposals import revise_event, revise_note

STILL = {"reduced_motion": "reduce"}
DAY = date(2026, 5, 20)


@pytest.fixture
def events(cast: Cast) -> list[Event]:
    """A meeting that was, a series to come, days of open doors, one that was cancelled; the class has its numbers."""
    college = make_organisation(cast.municipality, "Приозёрский техникум", OrganisationKind.COLLEGE)
    plans = (
        plan(at(date(2026, 5, 12)), title="Встреча с выпускником"),
        plan(at(DAY, 16, frequency="weekly", until=date(2026, 6, 24)), title="Инженерный клуб", kind="class_hour"),
        plan(whole(date(2026, 5, 22), 2), title="Дни открытых дверей", audiences=("students", "parents")),
        plan(at(date(2026, 5, 25)), title="Поездка на ГЭС", kind="excursion", format="away"),
    )
    made = [services.add_event(college, one, actor=None) for one in plans]
    for event in made:
        services.publish(event, actor=None)
    second = made[1].starts_at + timedelta(days=7)
    services.move_day(made[1], second, second + timedelta(days=1), second + timedelta(days=1, hours=1), actor=None)
    services.cancel_event(made[3], "Автобус не выйдет в мороз.", actor=None)
    open_numbers(cast.school_class, 5, actor=None)
    make_class(cast.school, 8, "Б")
    db.session.commit()
    return made


def test_a_parent_finds_the_link_on_a_phone(new_page: Callable[..., Page], watch, look, events: list[Event]):
    page = watch(new_page(viewport=PHONE, **STILL))
    seen = look(page)
    page.goto("/calendar")
    seen.at("list")
    follow(page.get_by_role("link", name="Подписаться"))
    page.get_by_label("Класс").select_option("9")
    follow(page.get_by_role("button", name="Обновить ссылку"))
    assert page.get_by_label("Или скопируйте ссылку").input_value().endswith("/calendar/feed/38.ics?grade=9")
    link = page.get_by_role("link", name="Подписаться на этом телефоне").get_attribute("href")
    assert link.startswith("webcal://")
    seen.at("subscribe")


def test_everybody_can_read_the_calendar(new_page: Callable[..., Page], watch, look, events: list[Event]):
    page = watch(new_page(**STILL))
    seen = look(page)
    for path in ("/calendar?view=month&day=2026-05-01", "/calendar?view=week&day=2026-05-20", "/calendar/embed",
                 *(f"/calendar/{event.id}" for event in events)):  # fmt: skip
        page.goto(path)
        seen.at(path)


def test_the_desk_sees_what_waits_and_what_it_decides_about(signed_in, watch, look, events: list[Event], cast: Cast):
    series, note = events[1], notes.add_note(cast.school, note_plan(), actor=None)
    services.attach_paper(series, read_upload(PDF, "Положение.pdf"), "rules", actor=None)
    revise_event(series, plan(at(DAY, 16, frequency="weekly", until=date(2026, 6, 24)), about="- раз\n- два"),
                 actor=None, decides=False)  # fmt: skip
    notes.publish(note, actor=None)
    revise_note(note, note_plan(text="Купите **слона**"), actor=None, decides=False)
    db.session.commit()
    page = watch(signed_in(cast.operator, **STILL))
    seen, school = look(page), cast.school.id
    for path in (
        *("/moderation", f"/{series.id}", f"/{series.id}/edit", f"/{series.id}/files", f"/{events[0].id}/booking"),
        *(f"/{series.id}/return", f"/notes/{note.id}", f"/notes/{note.id}/edit", "/lists", "/lists/kinds/new"),
        *(f"/lists/{cast.region.id}/kinds/shift", f"/reports/{school}/new", f"/reports/{school}/import"),
        f"/events/import/{school}",
    ):
        page.goto(f"/calendar{path}")
        seen.at(path)
    page.goto(f"/coverage/calendar.meeting/region/{cast.region.id}?compare=1")
    seen.at("coverage compared")


@pytest.fixture
def school_site() -> Iterator[SchoolSite]:
    """The site of a school, on another port: another origin to a browser."""
    site = SchoolSite()
    with served(site.app) as address:
        site.address = address
        yield site


class SchoolSite:
    """One page of somebody else's, which shows whatever code was pasted into it."""

    def __init__(self) -> None:
        self.address, self.pasted = "", ""
        self.app = Flask("school")
        self.app.add_url_rule("/", "page", self._page)

    def _page(self) -> str:
        head = '<meta charset="utf-8"><title>Школа</title><link rel="icon" href="data:,">'
        return f'<!DOCTYPE html><html lang="ru">{head}<h1>Профориентация</h1>{self.pasted}'


def test_a_school_puts_the_list_and_the_button_on_its_own_site(
    new_page: Callable[..., Page], school_site: SchoolSite, live: str, events: list[Event]
):
    teacher = new_page(**STILL)
    teacher.goto("/calendar/subscribe")
    codes = [box.input_value() for box in teacher.locator("textarea").all()]
    (frame_code,) = [code for code in codes if code.startswith("<iframe")]
    (button_code,) = [code for code in codes if code.startswith("<a ")]
    assert "<script" not in frame_code + button_code

    school_site.pasted = frame_code + button_code
    parent = new_page(java_script_enabled=False, viewport={"width": 360, "height": 800})
    refused: list[str] = []
    parent.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    parent.goto(school_site.address)
    frame = parent.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Инженерный клуб").first).to_be_visible()
    expect(frame.get_by_role("link", name="Весь календарь")).to_have_attribute("target", "_blank")
    assert parent.context.cookies() == []
    assert refused == []
    follow(parent.get_by_role("link", name="Календарь профориентации"))
    assert parent.url.startswith(f"{live}/calendar")


def test_no_other_page_of_ours_is_shown_in_a_frame(
    new_page: Callable[..., Page], school_site: SchoolSite, live: str, events: list[Event]
):
    for path in ("/calendar", f"/calendar/{events[0].id}", "/login", "/"):
        school_site.pasted = f'<iframe src="{live}{path}"></iframe>'
        page = new_page(java_script_enabled=False)
        with page.expect_console_message(lambda said: re.search("frame-ancestors|X-Frame-Options", said.text)):
            page.goto(school_site.address)
        expect(page.frame_locator("iframe").locator("h1")).to_have_count(0)


def test_a_school_suggests_what_a_coordinator_publishes(signed_in, watch, look, events: list[Event], cast: Cast):
    school = signed_in(cast.teacher, **STILL)  # what is refused is a line in the console, so nobody watches
    seen = look(school)
    school.goto("/calendar/events")
    seen.at("events")
    follow(school.get_by_role("link", name="Новое мероприятие"))
    follow(school.get_by_role("button", name="Сохранить и объявить"))
    seen.at("refused")
    school.get_by_label("Название").fill("Час профессий")
    school.get_by_label("Вид").select_option("class_hour")
    school.locator("[name=first_day]").fill("2026-05-28")
    school.get_by_label("ученики").check()
    school.get_by_label("Адрес и кабинет").fill("Кабинет 12")
    follow(school.get_by_role("button", name="Сохранить и объявить"))
    expect(school.get_by_role("status").first).to_contain_text("Отправлено на проверку")
    seen.at("suggested")
    desk = watch(signed_in(cast.coordinator, **STILL))
    desk.goto("/calendar/moderation")
    look(desk).at("moderation")
    follow(desk.get_by_role("link", name="Вернуть с замечанием"))
    look(desk).at("send back")
    desk.goto("/calendar/moderation")
    follow(desk.get_by_role("button", name="В календарь"))
    expect(desk.get_by_role("status").first).to_contain_text("«Час профессий» в календаре")


def test_a_series_and_an_end_to_it(signed_in, watch, look, events: list[Event], cast: Cast):
    page = watch(signed_in(cast.operator, **STILL))
    seen = look(page)
    page.goto(f"/calendar/{events[1].id}")
    seen.at("series")
    follow(page.get_by_role("link", name="Перенести").first)
    seen.at("move")
    page.locator("[name=first_day]").fill("2026-05-21")
    follow(page.get_by_role("button", name="Перенести"))
    expect(page.get_by_text("перенесено с").first).to_be_visible()
    follow(page.get_by_role("link", name="Отменить"))
    seen.at("cancel")


def test_a_teacher_tells_who_was_there(signed_in, look, events: list[Event], cast: Cast):
    page = signed_in(cast.teacher, **STILL)
    seen = look(page)
    page.goto("/calendar/reports")
    seen.at("reports")
    follow(page.get_by_role("link", name="Отметить"))
    page.get_by_label("9«А», было").fill("270")
    follow(page.get_by_role("button", name="Записать"))
    expect(page.get_by_text("В классе 27, а указано 270").first).to_be_visible()
    seen.at("refused")
    page.get_by_label("9«А», было").fill("")
    page.get_by_label("9«А», номера по списку").fill("1–4")
    follow(page.get_by_role("button", name="Записать"))
    expect(page.get_by_role("status").first).to_contain_text("Записано: 4")
    expect(page.get_by_role("heading", name="Прошло недавно")).to_have_count(0)
    seen.at("told")


def test_a_coordinator_chooses_a_school(signed_in, look, events: list[Event], cast: Cast):
    page = signed_in(cast.coordinator, **STILL)
    page.goto("/calendar/reports")
    look(page).at("schools")


def test_a_calendar_of_ones_own(signed_in, new_page: Callable[..., Page], watch, look, events: list[Event], cast: Cast):
    issue_cards(cast.school_class, actor=None)
    code = grouped(digits_of(numbers_of(cast.school_class.id))[3])
    db.session.commit()
    phone = watch(new_page(viewport=PHONE, **STILL))
    seen = look(phone)
    phone.goto("/")
    phone.get_by_label("Введите код").fill(code)
    follow(phone.get_by_role("button", name="Продолжить"))
    phone.goto("/calendar/subscribe")
    follow(phone.get_by_role("link", name="Мой календарь с моими записями"))
    seen.at("before")
    follow(phone.get_by_role("button", name="Получить ссылку"))
    expect(phone.get_by_label("Или скопируйте ссылку")).to_have_value(re.compile(r"/calendar/my/[0-9a-f]{32}\.ics$"))
    seen.at("mine")
    page = watch(signed_in(cast.teacher, **STILL))
    page.goto("/calendar/subscribe")
    follow(page.get_by_role("link", name="9«А»"))
    follow(page.get_by_role("button", name="Получить ссылку"))
    look(page).at("class")


def test_an_organiser_opens_booking(signed_in, look, cast: Cast, events: list[Event]):
    page = signed_in(cast.operator, **STILL)
    seen = look(page)
    page.goto(f"/calendar/{events[2].id}")
    follow(page.get_by_role("link", name="Скопировать"))
    page.locator("[name=first_day]").fill("2026-05-29")
    page.locator("[name=starts]").fill("10:00")
    page.locator("[name=last_day]").fill("")
    follow(page.get_by_role("button", name="Сохранить и объявить"))
    follow(page.get_by_role("link", name="Открыть запись"))
    follow(page.get_by_role("button", name="Открыть запись"))
    seen.at("refused")
    page.get_by_label("Сколько мест").fill("30")
    follow(page.get_by_role("button", name="Открыть запись"))
    expect(page.get_by_text("30 мест из 30")).to_be_visible()
    seen.at("booked")


def test_numbers_of_outer_programmes(signed_in, look, cast: Cast):
    db.session.add(Project(region_id=cast.region.id, title="Билет в будущее"))
    db.session.commit()
    page = signed_in(cast.teacher, **STILL)
    seen = look(page)
    page.goto("/calendar/reports")
    follow(page.get_by_role("link", name="Внешние программы"))
    page.get_by_label("Что посчитано").fill("диагностика")
    page.get_by_label("Человек").fill("40")
    page.get_by_label("Откуда число").fill("выгрузка из кабинета")
    follow(page.get_by_role("button", name="Записать"))
    expect(page.get_by_role("status").first).to_contain_text("Записано отдельной строкой")
    seen.at("school")
    page.goto("/calendar/external")
    seen.at("branch")


def test_the_section_on_a_schools_site(signed_in, look, cast: Cast):
    page = signed_in(cast.teacher, **STILL)
    seen = look(page)
    page.goto(f"/calendar/sites/{cast.school.id}")
    page.get_by_label("Адрес раздела").fill("https://school3.example.org/prof")
    page.get_by_label("В разделе стоит ссылка").check()
    follow(page.get_by_role("button", name="Отметить"))
    expect(page.get_by_text("обновлён 14 мая")).to_be_visible()
    seen.at("school")
    desk = signed_in(cast.operator, **STILL)
    desk.goto("/calendar/sites")
    look(desk).at("region")
