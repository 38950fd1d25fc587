"""The survey on a phone, from the slip to the figures of the region."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from orientir_testkit.browsers import arriving, awaiting, follow
from orientir_testkit.cast import Cast
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from orientir.db import db
from orientir.questionnaires import Answers, load_draft
from orientir_plans.models import Answer, Slip, Wave

Students = Callable[..., Any]


def _sent_answers() -> tuple[int, int]:
    """Return how many answers are stored and how many slips are used."""
    db.session.rollback()
    used = db.session.scalar(select(func.count(Slip.id)).where(Slip.used))
    return db.session.scalar(select(func.count()).select_from(Answer)) or 0, used or 0


def _draft(code: str) -> Answers:
    """Return the unsent answers under a code as the server has them now."""
    db.session.rollback()
    draft = load_draft(code)
    return draft.answers if draft else {}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_student_answers_all_and_leaves_nothing_behind(student: Students, watch, codes: list[str], scripts: bool):
    one = student(java_script_enabled=scripts)
    page = watch(one.page)
    one.open(codes[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Профессиональные планы выпускника")
    expect(page.locator("main")).to_contain_text("не храним связь между кодом и вами")
    one.begin()
    expect(page.locator("[data-saved]")).to_have_text("Сохраняется само" if scripts else "Сохранит «Дальше»")
    titles = one.answer_to_the_end()
    assert titles[0] == "Ваши планы"
    assert titles[-1] == "Напоследок"
    assert len(titles) == 7

    expect(page.locator("main")).to_contain_text("поступлю в колледж или техникум в другом городе (районе) области")
    follow(page.get_by_role("button", name="Отправить анкету"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Спасибо, анкета отправлена")
    assert _sent_answers() == (1, 1)

    follow(page.get_by_role("button", name="Следующий ученик"))
    expect(page.get_by_label("Введите код")).to_have_value("")
    for _ in range(4):
        page.go_back()
        expect(page.locator("body")).not_to_contain_text("сварщик")
        expect(page.locator(":checked")).to_have_count(0)


def test_one_answer_is_one_on_every_level_and_its_slip_is_used(
    student: Students, signed_in, ready, codes: list[str], cast: Cast, wave: Wave
):
    ready(codes[0])
    one = student()
    one.open(codes[0])
    one.page.goto("/s/review")
    follow(one.page.get_by_role("button", name="Отправить анкету"))
    expect(one.page.get_by_role("heading", level=1)).to_contain_text("Спасибо")

    other = student()
    other.open(codes[0])
    expect(other.page.get_by_role("alert")).to_have_text("По этому коду уже ответили. Попросите у учителя новый код.")
    expect(other.page.get_by_label("Введите код")).to_have_attribute("aria-invalid", "true")

    figures = f"/coverage/plans.survey/{{}}?year={wave.year}"
    seen_by = {
        cast.teacher: f"/plans/{wave.id}/classes/{cast.school_class.id}",
        cast.school_admin: figures.format(f"organisation/{cast.school.id}"),
        cast.coordinator: figures.format(f"municipality/{cast.municipality.id}"),
    }
    for user, path in seen_by.items():
        page = signed_in(user)
        page.goto(path)
        expect(page.locator("main")).to_contain_text(re.compile(r"1\sиз\s27"))
        expect(page.locator("main")).to_contain_text(re.compile(r"3,7\s%"))
        page.context.close()
    page = signed_in(cast.operator)
    page.goto(figures.format(f"region/{cast.region.id}"))
    expect(page.locator("main")).to_contain_text(re.compile(r"1\sиз\s47"))
    expect(page.get_by_role("row", name=re.compile("Приозёрск"))).to_contain_text(re.compile(r"1\sиз\s27"))


def test_gaps_are_named_back_keeps_answers_and_a_review_may_be_corrected(student: Students, ready, codes: list[str]):
    one = student()
    page: Page = one.page
    one.open(codes[0])
    one.begin()
    one.turn()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Проверьте 3 ответа")
    expect(summary).to_be_focused()
    assert page.title().startswith("Есть пропуски")
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("пойду в 10-й класс в своей школе")).to_be_focused()
    one.answer()
    one.turn()
    expect(page.get_by_role("heading", level=1)).to_have_text("Профессия и экзамены")
    one.turn("Назад")
    expect(page.locator("input[name=P1_9][value=col_reg]")).to_be_checked()

    ready(codes[0])
    page.goto("/s/review")
    follow(page.get_by_role("link", name="Изменить Ваши планы"))
    page.get_by_label("пойду в 10-й класс в другой школе").check()
    one.turn()
    expect(page.locator("main")).not_to_contain_text("Вы уже выбрали, куда будете поступать?")
    page.goto("/s/review")
    expect(page.locator("main")).to_contain_text("пойду в 10-й класс в другой школе")


def test_answers_wait_for_another_browser_and_outlive_a_closed_tab(student: Students, codes: list[str]):
    one = student()
    one.open(codes[0])
    one.begin()
    with one.page.expect_response(lambda answer: answer.status == 204):
        one.page.get_by_label("пойду работать").check()
    expect(one.page.locator("[data-saved]")).to_contain_text("Сохранено в")
    one.page.locator("input[name=P2][value=no]").check()
    one.page.close(run_before_unload=True)  # at once: the line still says «Сохраняем…»
    while "P2" not in _draft(codes[0]):  # what a closed tab sent comes when it comes
        time.sleep(0.05)

    other = student()
    other.open(codes[0])
    expect(other.page.locator("main")).to_contain_text("Вы уже начинали отвечать")
    other.begin()
    expect(other.page.get_by_label("пойду работать")).to_be_checked()
    expect(other.page.locator("input[name=P2][value=no]")).to_be_checked()


def test_without_a_line_answers_stay_in_the_phone_and_are_saved_when_it_is_back(student: Students, codes: list[str]):
    one = student()
    page: Page = one.page
    line = page.locator("[data-saved]")
    one.open(codes[0])
    one.begin()
    page.context.set_offline(True)
    page.get_by_label("пойду работать").check()
    expect(line).to_have_text("Нет связи, ответы в телефоне")
    page.get_by_role("button", name="Дальше", exact=True).click()
    expect(page.get_by_label("пойду работать")).to_be_checked()
    expect(line).to_have_text("Нет связи, ответы в телефоне")
    page.context.set_offline(False)
    expect(line).to_contain_text("Сохранено в")
    other = student()
    other.open(codes[0])
    other.begin()
    expect(other.page.get_by_label("пойду работать")).to_be_checked()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_double_click_sends_one_answer(student: Students, ready, codes: list[str], scripts: bool):
    ready(codes[0])
    one = student(java_script_enabled=scripts)
    one.open(codes[0])
    one.page.goto("/s/review")
    with awaiting(one.page, documents=2):
        one.page.get_by_role("button", name="Отправить анкету").dblclick()
        expect(one.page.get_by_role("heading", level=1)).to_contain_text("Спасибо")
    assert _sent_answers() == (1, 1)


def test_keys_alone_are_enough(new_page, codes: list[str]):
    page: Page = new_page()
    page.goto("/")
    _tab_to(page, "#code")
    page.keyboard.type(codes[0])
    _press_enter(page)
    expect(page).to_have_url(re.compile("/s/$"))
    _tab_to(page, "main button")
    _press_enter(page)
    for _ in range(7):
        expect(page.locator("form[data-draft]")).to_be_visible()
        title = page.locator("h1").inner_text()
        _answer_by_keys(page)
        _press_enter(page)
        expect(page.locator("h1")).not_to_have_text(title)
    expect(page).to_have_url(re.compile("/s/review$"))
    _tab_to(page, "form[action='/s/send'] button")
    _press_enter(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Спасибо")


def _press_enter(page: Page) -> None:
    with arriving(page):
        page.keyboard.press("Enter")


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"Tab never reached {selector}")


# What the focus stands on: its kind, and whether the question it belongs to is still open.
FOCUS = """() => {
    const here = document.activeElement;
    const marked = here.name && document.querySelector(`[name="${here.name}"]:checked`);
    return {kind: here.type ?? here.tagName, turn: here.value, open: !marked && !here.value?.startsWith?.("skip")};
}"""


def _answer_by_keys(page: Page) -> None:
    """Go through the section by Tab alone, mark the first of each question, stop on «Дальше»."""
    for _ in range(200):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["kind"] == "submit" and focus["turn"] == "next":
            return
        if focus["kind"] in ("radio", "checkbox") and focus["open"]:
            page.keyboard.press("Space")
        elif focus["kind"] in ("text", "textarea"):
            page.keyboard.type("сварщик")
    raise AssertionError("Tab never reached «Дальше»")
