"""Classes through the year as people meet them: a card on a phone, a school moved on, a table that is pasted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from orientir_testkit.browsers import follow
from orientir_testkit.cast import Cast, make_class
from playwright.sync_api import Page, expect

from orientir.codes.digits import grouped
from orientir.db import db
from orientir.students import cards, services
from orientir.students.queries import numbers_of

FIRST_VISIT = 40 * 1024


@pytest.fixture
def code(cast: Cast) -> str:
    services.open_numbers(cast.school_class, 27, actor=None)
    cards.issue_cards(cast.school_class, actor=None)
    db.session.commit()
    return cards.digits_of(numbers_of(cast.school_class.id))[7]


def type_code(page: Page, code: str) -> None:
    page.goto("/")
    page.get_by_label("Введите код").fill(grouped(code))
    follow(page.get_by_role("button", name="Продолжить"))


@pytest.mark.parametrize("scripts", [True, False])
def test_a_student_sees_own_records_and_leaves(new_page: Callable[..., Page], code: str, scripts: bool):
    page = new_page(java_script_enabled=scripts)
    type_code(page, code)
    expect(page).to_have_url("/my")
    expect(page.get_by_text("9«А», № 7")).to_be_visible()
    follow(page.get_by_role("button", name="Я закончил(а)"))
    page.goto("/my")
    expect(page.get_by_label("Введите код")).to_be_visible()


def test_the_first_visit_weighs_at_most_40_kilobytes(new_page: Callable[..., Page], watch, code: str):
    page = watch(new_page())
    line = page.context.new_cdp_session(page)
    weights: list[int] = []
    line.send("Network.enable")
    line.on("Network.loadingFinished", lambda event: weights.append(int(event["encodedDataLength"])))
    type_code(page, code)
    expect(page).to_have_url("/my")
    page.wait_for_load_state("networkidle")
    assert len(weights) >= 5
    assert sum(weights) <= FIRST_VISIT


def test_my_records_can_be_read_by_everybody(new_page, look, code: str):
    page = new_page(reduced_motion="reduce")
    type_code(page, code)
    look(page).at("my records")


def test_pages_of_a_class_can_be_read_by_everybody(signed_in, look, code: str, cast: Cast):
    page = signed_in(cast.school_admin, reduced_motion="reduce")
    seen, one = look(page), f"/classes/{cast.school_class.id}"
    for path in (one, f"{one}/cards/anew", f"{one}/cards/7"):
        page.goto(path)
        seen.at(path)
    follow(page.get_by_role("button", name="Выдать новую карточку"))
    expect(page.get_by_role("alert")).to_be_visible()
    seen.at("a card without a reason")


def test_the_table_of_a_school_can_be_read_by_everybody(signed_in, look, code: str, cast: Cast):
    make_class(cast.school, 8)
    db.session.commit()
    page = signed_in(cast.school_admin, reduced_motion="reduce")
    seen, school = look(page), f"/organisations/{cast.school.id}"
    for path in (school, f"{school}/headcounts?date=2026-05-01"):
        page.goto(path)
        seen.at(path)
    page.get_by_label("9«А», всего").fill("270")
    follow(page.get_by_role("button", name="Записать все"))
    expect(page.get_by_role("alert")).to_be_visible()
    seen.at("a bad cell")


def test_a_school_moves_on_with_one_confirmation(signed_in, look, code: str, cast: Cast):
    make_class(cast.school, 8)
    db.session.commit()
    page = signed_in(cast.school_admin, reduced_motion="reduce")
    page.goto(f"/organisations/{cast.school.id}/next-year")
    look(page).at("plan")
    page.get_by_label("9«А»", exact=True).select_option("moves")
    page.get_by_label("Новые классы").fill("1А, 1Б")
    follow(page.get_by_role("button", name="Проверить"))
    expect(page.get_by_text("27 карточек продолжат")).to_be_visible()
    look(page).at("confirmation")
    follow(page.get_by_role("button", name="Изменить"))
    expect(page.get_by_label("Новые классы")).to_have_value("1А, 1Б")
    follow(page.get_by_role("button", name="Проверить"))
    follow(page.get_by_role("button", name="Перевести на 2026/27"))
    expect(page.get_by_text("школа перешла на 2026/27 год")).to_be_visible()
    expect(page.get_by_role("link", name="10«А»")).to_be_visible()
    page.goto(f"/organisations/{cast.school.id}/next-year")
    expect(page.get_by_text("Все классы 2025/26 года переведены")).to_be_visible()
    look(page).at("moved")


def test_a_block_of_a_spreadsheet_is_pasted_over_the_cells(signed_in, cast: Cast):
    eight = make_class(cast.school, 8, total=None)
    db.session.commit()
    page = signed_in(cast.school_admin)
    page.goto(f"/organisations/{cast.school.id}/headcounts?date=2026-05-01")
    page.evaluate(
        """([first, text]) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.getElementById(first).dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        [f"total_{eight.id}", "25\t3\t1\n27,0\t2\t\n99\t1\t1\n"],
    )
    expect(page.get_by_label("9«А», с ОВЗ")).to_have_value("2")
    follow(page.get_by_role("button", name="Записать все"))
    expect(page.get_by_text(re.compile("Записано на 1.мая: 2.класса"))).to_be_visible()
