"""A list from the upload to the outcome, over HTTP."""

from collections.abc import Callable

from orientir_testkit.cast import Cast
from sqlalchemy import select

from orientir.db import db
from orientir.organisations.models import Headcount, Organisation, SchoolClass
from orientir.students.models import Student

from .conftest import ALL_CLASSES, ORGANISATIONS, Bringer, simple_workbook

SCHOOLS = [
    ["Муниципалитет", "Название", "Тип", "Адрес"],
    ["г. Приозёрск", "Школа № 4", "СОШ", "ул. Мира, 5"],
    ["г. Приозёрск", "Школа №3", "школа", "ул. Ленина, 1"],
    ["Заречный р-н", "Школа № 8", "", ""],
    ["Заречный р-н", "Техникум", "колледж", ""],
]


def _names() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Organisation.name)))


def test_a_list_of_schools_is_matched_looked_through_and_written(bringer: Callable[..., Bringer], cast: Cast):
    operator = bringer(cast.operator)
    assert operator.bring(ORGANISATIONS, file=simple_workbook(SCHOOLS)).status_code == 303
    assert "Какой столбец что значит" in operator.page()
    assert operator.match().status_code == 303
    page = operator.page()
    assert "Добавится 2, изменится 1, без изменений 1, ошибок 0." in page
    assert _names() == ["Школа № 3", "Школа № 8"]
    page = operator.load()
    assert "Записано строк: 3, без изменений: 1, не загружено: 0." in page
    assert _names() == ["Техникум", "Школа № 3", "Школа № 4", "Школа № 8"]


def test_the_same_list_twice_changes_nothing_and_is_recognised(bringer: Callable[..., Bringer], cast: Cast):
    operator = bringer(cast.operator)
    operator.bring(ORGANISATIONS, file=simple_workbook(SCHOOLS))
    operator.match()
    operator.load()
    operator.bring(ORGANISATIONS, file=simple_workbook(SCHOOLS))
    page = operator.page()
    assert "Добавится 0, изменится 0, без изменений 4, ошибок 0." in page
    assert "Загружать нечего" in page


def test_a_school_pastes_its_classes(bringer: Callable[..., Bringer], cast: Cast):
    school = bringer(cast.school_admin)
    cells = "Класс\tВсего\tс ОВЗ\n9а\t28\t2\n9-Б\t25,0\t-\n11\t1 2\tнет\nИтого\t65\t2\n"
    school.bring(f"/organisations/{cast.school.id}/classes/import", pasted=cells)
    answer = school.match()
    assert answer.status_code == 400
    assert "Выберите столбец" in answer.text
    assert school.match(constant_day="1.05.2026").status_code == 303
    page = school.page()
    assert "Добавится 2, изменится 0, без изменений 0, ошибок 1." in page
    assert "Строки с итогами пропущены: № 5." in page
    page = school.load()
    assert "Записано строк: 2, без изменений: 0, не загружено: 1." in page
    assert "Напишите число цифрами" in page
    db.session.rollback()
    classes = {
        one.title: one for one in db.session.scalars(select(SchoolClass).filter_by(organisation_id=cast.school.id))
    }
    assert set(classes) == {"9«А»", "9«Б»"}
    assert [(one.total, one.ovz) for one in classes["9«А»"].headcounts] == [(27, 0), (28, 2)]
    numbers = db.session.scalars(select(Student.number).filter_by(class_id=classes["9«Б»"].id))
    assert sorted(numbers) == list(range(1, 26))


def test_a_wide_table_holds_a_class_in_each_column(bringer: Callable[..., Bringer], cast: Cast):
    operator = bringer(cast.operator)
    rows = [
        ["Контингент на 1 мая"],
        [],
        ["Школа", "9а", "9б", "11 класс"],
        ["Школа № 3", 27, 25, ""],
        ["школа 8", "", 20, 18],
    ]
    operator.bring(ALL_CLASSES, file=simple_workbook(rows))
    assert "Классы стоят в столбцах: 9а, 9б, 11 класс." in operator.page()
    operator.match(constant_day="01.05.2026")
    assert "Добавится 4" in operator.page()
    operator.load()
    db.session.rollback()
    assert len(list(db.session.scalars(select(Headcount)))) == 6


def test_our_own_export_comes_back_and_changes_nothing(bringer: Callable[..., Bringer], cast: Cast):
    operator = bringer(cast.operator)
    for form in ("xlsx", "csv"):
        operator.bring(ORGANISATIONS, file=operator.client.get(f"/organisations?format={form}").data)
        if "Какой столбец" in operator.page():
            operator.match()
        assert "Добавится 0, изменится 0, без изменений 2, ошибок 0." in operator.page()


def test_the_sample_is_read_as_it_is(bringer: Callable[..., Bringer], cast: Cast):
    operator = bringer(cast.operator)
    for where in (ORGANISATIONS, ALL_CLASSES):
        operator.bring(where, file=operator.client.get(f"{where}?format=xlsx").data)
        assert operator.match().status_code == 303
        assert "Уточните" in operator.page() or "ошибок 1" in operator.page()  # no such town here
