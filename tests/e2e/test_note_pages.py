"""News of schools and the robot's eyes, as people meet them: written, sent back, published, read, counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from orientir_testkit.browsers import PHONE, follow
from orientir_testkit.cast import Cast
from orientir_testkit.events import at, plan
from orientir_testkit.notes import note_plan
from playwright.sync_api import Page, expect

from orientir import clock
from orientir.db import db
from orientir_calendar import notes, services, sites
from orientir_calendar.models import SiteCheck
from orientir_calendar.note_models import Note

STILL = {"reduced_motion": "reduce"}
TODAY = date(2026, 5, 14)


@pytest.fixture
def told(cast: Cast) -> list[Note]:
    """A note of an event, an article, one that waits."""
    event = services.add_event(cast.school, plan(at(date(2026, 5, 12))), actor=None)
    services.publish(event, actor=None)
    plans = (
        note_plan(event_id=event.id),
        note_plan(kind="publication", title="Игра «Город профессий»", url="https://example.org/city"),
        note_plan(title="Встреча с выпускницей", text="Пришла Алина Снегова, теперь она технолог."),
    )
    made = [notes.add_note(cast.school, one, actor=None) for one in plans]
    for note in made[:2]:
        notes.publish(note, actor=None)
    notes.suggest(made[2], actor=None)
    db.session.commit()
    return made


def test_everybody_reads_the_news(new_page: Callable[..., Page], watch, look, told: list[Note]):
    page = watch(new_page(viewport=PHONE, **STILL))
    seen = look(page)
    page.goto("/calendar")
    follow(page.get_by_role("link", name="Новости школ"))
    seen.at("notes")
    follow(page.get_by_role("link", name=told[0].title))
    seen.at("note")
    follow(page.get_by_role("link", name="Встреча с инженером"))
    expect(page.get_by_role("region", name="Рассказывают")).to_contain_text(told[0].title)
    page.goto("/calendar/notes?q=нетакого")
    seen.at("nothing found")


def test_a_school_tells_and_a_coordinator_decides(signed_in, watch, look, told: list[Note], cast: Cast):
    school = signed_in(cast.teacher, **STILL)  # what is refused is a line in the console, so nobody watches
    seen = look(school)
    school.goto("/calendar/notes/own")
    seen.at("own")
    follow(school.get_by_role("link", name="Рассказать"))
    school.get_by_label("Заголовок").fill("Восьмой класс в пожарной части")
    school.get_by_label("Текст", exact=True).fill("Спросить можно: 8 950 123-45-67")
    follow(school.get_by_role("button", name="Сохранить и опубликовать"))
    seen.at("refused")
    school.get_by_label("Текст", exact=True).fill("Примерили **боёвку**.")
    follow(school.get_by_role("button", name="Сохранить и опубликовать"))
    expect(school.get_by_role("status").first).to_contain_text("Отправлено на проверку")
    seen.at("suggested")
    desk = watch(signed_in(cast.coordinator, **STILL))
    desk.goto("/calendar/moderation")
    look(desk).at("moderation")
    follow(desk.get_by_role("link", name=f"Вернуть с замечанием {told[2].title}"))
    desk.get_by_label("Что исправить").fill("Без фамилии")
    follow(desk.get_by_role("button", name="Вернуть"))
    follow(desk.get_by_role("button", name="Опубликовать"))
    expect(desk.get_by_role("status").first).to_contain_text("«Восьмой класс в пожарной части» на сайте")
    school.goto("/")
    expect(school.get_by_role("main")).to_contain_text("Без фамилии")


def test_a_note_leaves_the_site(signed_in, watch, look, told: list[Note], cast: Cast):
    page = watch(signed_in(cast.operator, **STILL))
    page.goto(f"/calendar/notes/{told[0].id}")
    look(page).at("published")
    follow(page.get_by_role("link", name="Снять с сайта"))
    look(page).at("withdraw")
    page.get_by_label("Почему").fill("Назван ребёнок")
    follow(page.get_by_role("button", name="Снять с сайта"))
    look(page).at("withdrawn")
    page.goto("/calendar/notes/schools")
    look(page).at("schools")


def test_the_robot_stands_beside_the_school(signed_in, watch, look, cast: Cast):
    for school, found, problem in ((cast.school, False, ""), (cast.neighbour_school, None, "Сайт не отвечает.")):
        url = f"https://school{school.id}.example.org/prof"
        sites.mark_site(school, url, has_calendar=True, fresh_on=TODAY, actor=None)
        db.session.add(
            SiteCheck(organisation_id=school.id, url=url, checked_at=clock.now(), found=found, problem=problem,
                      changed_on=date(2026, 5, 4))
        )  # fmt: skip
    db.session.commit()
    desk = watch(signed_in(cast.operator, **STILL))
    desk.goto("/calendar/sites")
    look(desk).at("sites")
    follow(desk.get_by_role("link", name="Отмечено, но не найдено"))
    expect(desk.get_by_role("main")).not_to_contain_text(cast.neighbour_school.name)
    school = watch(signed_in(cast.teacher, **STILL))
    school.goto(f"/calendar/sites/{cast.school.id}")
    look(school).at("site")
