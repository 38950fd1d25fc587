"""A list on a phone, from the school's page to the outcome, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from flask import Flask
from orientir_testkit.browsers import arriving, follow
from orientir_testkit.cast import Cast, make_municipality
from playwright.sync_api import Page, expect

from orientir.db import db
from orientir.jobs.queue import run_waiting
from orientir.organisations.models import MunicipalityKind


@pytest.fixture
def schools(tmp_path: Path, cast: Cast) -> Path:
    """A workbook with a title above its header, a town that may mean two, a hidden row and totals."""
    make_municipality(cast.region, "Приозёрский район", MunicipalityKind.DISTRICT)
    db.session.commit()
    path = tmp_path / "Перечень.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.merge_range("A1:D1", "Перечень образовательных организаций")
    rows = [
        ["Наименование МО", "Наименование ОО", "Тип", "Место нахождения"],
        ["г. Приозёрск", "Школа № 4", "СОШ", "ул. Мира, 5"],
        ["Приозёрск", "Школа № 5", "СОШ", ""],
        ["г. Приозёрск", "Школа № 3", "СОШ", "ул. Ленина, 1"],
        ["г. Приозёрск", "Школа № 6", "тюрьма", ""],
        ["Итого", "4", "", ""],
    ]
    for number, row in enumerate(rows, start=2):
        sheet.write_row(number, 0, row)
    book.close()
    return path


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_list_is_brought_from_a_phone(
    app: Flask, signed_in: Callable[..., Page], look, cast: Cast, schools: Path, scripts: bool
):
    page = signed_in(cast.operator, reduced_motion="reduce", java_script_enabled=scripts)
    seen = look(page)
    at = seen.at if scripts else lambda _what: None  # axe itself is a script
    page.goto("/organisations")
    follow(page.get_by_role("link", name="Загрузить списком"))
    at("begin")
    follow(page.get_by_role("button", name="Дальше"))
    expect(page.get_by_role("alert")).to_contain_text("Выберите файл или вставьте ячейки")
    at("nothing brought")
    page.get_by_label("Файл XLSX или CSV").set_input_files(schools)
    follow(page.get_by_role("button", name="Дальше"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Какой столбец что значит")
    at("columns")
    follow(page.get_by_role("button", name="Дальше"))
    expect(page.get_by_text("Добавится 1, изменится 1, без изменений 0, ошибок 2.")).to_be_visible()
    at("preview")
    page.get_by_label("Муниципалитет: «Приозёрск»").select_option(label="Приозёрский район")
    follow(page.get_by_role("button", name="Применить ответы"))
    expect(page.get_by_text("Добавится 2, изменится 1, без изменений 0, ошибок 1.")).to_be_visible()
    follow(page.get_by_role("button", name="Загрузить правильные строки: 3"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Список загружается")
    at("progress")
    if scripts:
        with arriving(page):  # it asks how far the job is
            run_waiting(app)
    else:
        run_waiting(app)
        follow(page.get_by_role("link", name="Обновить"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Список загружен")
    expect(page.get_by_text("Записано строк: 3, без изменений: 0, не загружено: 1.")).to_be_visible()
    at("outcome")
    page.goto("/lists/imports/")
    at("my lists")


def test_cells_are_pasted_with_the_keyboard_alone(app: Flask, signed_in: Callable[..., Page], cast: Cast):
    page = signed_in(cast.school_admin)
    page.goto(f"/organisations/{cast.school.id}/classes/import")
    page.get_by_label("Ячейки из таблицы").focus()
    page.keyboard.insert_text("Класс\tВсего\tДата\n9Б\t25\t01.05.2026\n")
    page.keyboard.press("Tab")
    with arriving(page):
        page.keyboard.press("Enter")
    for name in ("Дальше: что изменится", "Загрузить строк: 1"):
        with arriving(page):
            page.get_by_role("button", name=name).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Список загружается")
    with arriving(page):
        run_waiting(app)
    expect(page.get_by_text("Записано строк: 1")).to_be_visible()
