"""Whatever is brought, chosen or asked for is answered with a page, and nothing is half-written."""

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orientir_testkit.cast import Cast
from sqlalchemy import func, select

from orientir.contracts import Importer, Manifest
from orientir.db import db
from orientir.errors import PluginError
from orientir.lists.models import ListImport
from orientir.organisations.importing import ORGANISATIONS as IMPORTER
from orientir.organisations.models import Headcount, Organisation, SchoolClass

from .conftest import ALL_CLASSES, ORGANISATIONS, Bringer, simple_workbook

CELLS = st.text(max_size=30) | st.sampled_from(
    ["{}", "%s", "%(x)s", "\0", "\u202e", "1 234,5", "нет", "-", "\u00a0", "=cmd|' /C calc'!A0", "{{7*7}}", "<script>",
     "3808000106", "381201001", "8 (3952) 12-34-56", "a@b.example", "9А", "27",
     "Школа № 3", "01.05.2026", "школа", "Приозёрск", "x" * 3000, "9" * 400]
)  # fmt: skip
HEADS = (
    (ORGANISATIONS, ["Муниципалитет", "Название", "Вид", "Полное название", "Адрес"]),
    (
        ORGANISATIONS,
        ["Муниципалитет", "Название", "ИНН", "КПП", "ОКТМО", "Открыта", "Ответственный", "Телефон", "Сайт"],
    ),
    (ALL_CLASSES, ["Муниципалитет", "Организация", "Класс", "Дата", "Всего", "с ОВЗ", "Учебный год"]),
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.data())
def test_no_cells_break_an_import(bringer: Callable[..., Bringer], cast: Cast, data: st.DataObject):
    where, head = data.draw(st.sampled_from(HEADS))
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(head), max_size=len(head)), min_size=1, max_size=5))
    operator = bringer(cast.operator)
    text = "\n".join("\t".join(cell.replace('"', "").replace("\t", " ") for cell in row) for row in [head, *rows])
    assert operator.bring(where, pasted=text).status_code in (303, 400)
    if operator.address and operator.found.state == "matching":
        assert operator.match().status_code in (303, 400)
    if operator.address and operator.found.state == "preview" and "Загружать нечего" not in operator.page():
        operator.load()
        assert operator.found.state == "done"


@pytest.mark.parametrize("engine_name", ["sqlite"])  # refused before the database is asked
@pytest.mark.parametrize(
    "raw", [b"", b"\0" * 500, b"%PDF-1.4", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 9, random.Random(38).randbytes(3000)]
)
def test_a_file_that_is_no_table_leaves_nothing_behind(bringer: Callable[..., Bringer], cast: Cast, raw: bytes):
    answer = bringer(cast.operator).bring(ORGANISATIONS, file=raw)
    assert answer.status_code == 400
    assert 'id="file-error"' in answer.text
    assert db.session.scalar(select(func.count(ListImport.id))) == 0


@pytest.mark.parametrize("engine_name", ["sqlite"])  # addresses are judged in Python
@pytest.mark.parametrize(
    "question",
    ["step=matching&sheet=9", "step=matching&sheet=-1", "step=matching&sheet=x&header=y",
     "step=matching&sheet=0&header=99999",
     "state=x", "state=error&page=-4", f"page={10**30}", "step=%00", "step=matching&sheet=0&hidden=1", "sheet=²"],
)  # fmt: skip
def test_a_broken_question_is_answered_with_a_page(bringer: Callable[..., Bringer], cast: Cast, question: str):
    operator = bringer(cast.operator)
    operator.bring(ORGANISATIONS, file=simple_workbook([["Муниципалитет", "Название"], ["г. Приозёрск", "Школа № 9"]]))
    assert operator.page(f"?{question}")
    operator.match()
    assert operator.page(f"?{question}")


@pytest.mark.parametrize("engine_name", ["sqlite"])  # forms are judged in Python
@pytest.mark.parametrize(
    "said",
    [{"column_name": "77"}, {"column_name": ""}, {"column_name": "0"}, {"header": "4444"}, {"header": "1"},
     {"sheet": "5"}, {"constant_kind": "\0"}, {"constant_kind": "тюрьма"}, {"column_name": "x" * 1000}],
)  # fmt: skip
def test_a_matching_that_is_none_says_which_column(bringer: Callable[..., Bringer], cast: Cast, said: dict[str, str]):
    operator = bringer(cast.operator)
    operator.bring(ORGANISATIONS, pasted="Муниципалитет\tНазвание\nг. Приозёрск\tШкола № 9\n")
    assert operator.match(**said).status_code in (303, 400)
    assert db.session.scalar(select(func.count(Organisation.id))) == 2


@pytest.mark.parametrize("engine_name", ["sqlite"])  # no database in it
def test_forms_with_nothing_in_them_are_answered(bringer: Callable[..., Bringer], cast: Cast):
    operator = bringer(cast.operator)
    assert operator.client.post(ORGANISATIONS, data={}).status_code == 400
    operator.bring(ORGANISATIONS, pasted="Муниципалитет\tНазвание\nг. Приозёрск\tШкола № 9\n")
    for tail in ("matching", "choices", "confirm", "resume"):
        assert operator.client.post(f"{operator.address}/{tail}", data={}).status_code in (400, 409)
    assert operator.client.post(f"{operator.address}/discard").status_code == 303
    assert operator.client.get(operator.address).status_code == 404


def test_a_plugin_brings_lists_under_its_own_name_only():
    with pytest.raises(PluginError, match="must start with"):
        Manifest("fair", "Ярмарка", package="fair", imports=(IMPORTER,))
    with pytest.raises(PluginError, match="must look like"):
        Importer(
            "Fair", "Ярмарка", "строка|строки|строк", "fair.edit", lambda _s: (), lambda _r, _c: (), lambda _s: "/"
        )


def test_nothing_of_the_tables_is_touched_by_reading(bringer: Callable[..., Bringer], cast: Cast):
    operator = bringer(cast.operator)
    operator.bring(ALL_CLASSES, pasted="Школа\tКласс\tВсего\tДата\nШкола № 3\t9А\t28\t01.05.2026\n")
    operator.match()
    operator.page()
    counts = [db.session.scalar(select(func.count()).select_from(model)) for model in (Headcount, SchoolClass)]
    assert counts == [2, 2]
