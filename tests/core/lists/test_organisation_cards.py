"""Requisites and contacts in a list of organisations: checked, shown old → new, written by those who may, sealed."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from orientir_testkit.cast import Cast, make_organisation
from sqlalchemy import select

from orientir import clock
from orientir.accounts import roles
from orientir.accounts.roles import CONTACTS_EDIT, Role
from orientir.audit.models import AuditEntry
from orientir.contracts import ImportContext, ListRow, RowState
from orientir.db import db
from orientir.jobs.models import Job
from orientir.jobs.queue import run_waiting
from orientir.organisations.contacts import Presence, Responsible, change_contact, responsible_of
from orientir.organisations.importing import check
from orientir.organisations.models import Organisation

from .conftest import ORGANISATIONS, Bringer, simple_workbook

INN, OGRN = "3808000102", "1023800000003"
HEAD = ["Муниципалитет", "Название", "Вид", "ИНН", "КПП", "ОГРН", "ОКПО", "ОКТМО", "Открыта", "Ответственный",
        "Должность", "Телефон", "Почта", "Сайт"]  # fmt: skip
FULL = ["г. Приозёрск", "Школа № 3", "", INN, "381201001", OGRN, "12345678", "25701000", "01.09.1975",
        "Вера Ивановна Телефонова", "завуч", "8 (3952) 12-34-56", "School3@example.org", "school3.example.org",
]  # fmt: skip


def _bring(who: Bringer, *rows: Sequence[object], head: Sequence[str] = HEAD) -> str:
    """Bring the rows and return the page of the preview."""
    who.bring(ORGANISATIONS, file=simple_workbook([head, *rows]))
    if "Какой столбец" in who.page():
        assert who.match().status_code == 303
    return who.page()


def _school(cast: Cast) -> Organisation:
    db.session.rollback()
    return db.session.get_one(Organisation, cast.school.id, populate_existing=True)


def test_a_full_card_is_looked_through_and_written(bringer: Callable[..., Bringer], cast: Cast):
    cast.school.kpp = "381200999"
    db.session.commit()
    operator = bringer(cast.operator)
    page = _bring(operator, FULL)
    assert "Добавится 0, изменится 1, без изменений 0, ошибок 0." in page
    for told in ("381200999", "381201001", INN, "01.09.1975", "Вера Ивановна Телефонова", "school3@example.org"):
        assert told in page
    operator.load()
    school = _school(cast)
    assert (school.inn, school.kpp, school.ogrn, school.oktmo) == (INN, "381201001", OGRN, "25701000")
    assert (school.opened_on.year, school.site) == (1975, "https://school3.example.org")
    person = responsible_of(school.id)
    assert (person.name, person.post, person.phone) == ("Вера Ивановна Телефонова", "завуч", "+73952123456")
    assert "Добавится 0, изменится 0, без изменений 1, ошибок 0." in _bring(operator, FULL)


def test_a_formula_that_came_out_as_a_number_is_no_full_name(bringer: Callable[..., Bringer], cast: Cast):
    row = ["г. Приозёрск", "Школа № 3", "0"]
    page = _bring(bringer(cast.operator), row, head=["Муниципалитет", "Название", "Полное название"])
    assert "Добавится 0, изменится 0, без изменений 0, ошибок 1." in page
    assert "словами, как в уставе" in page


def test_empty_cells_take_nothing_away(bringer: Callable[..., Bringer], cast: Cast):
    cast.school.inn, cast.school.document_url = INN, "https://school3.example.org/order"
    db.session.commit()
    told = Responsible("Вера Ивановна", "завуч", "8 (3952) 12-34-56", "school3@example.org")
    change_contact(cast.school, told, Presence(document_url=cast.school.document_url), actor=None)
    db.session.commit()
    operator = bringer(cast.operator)
    row = ["г. Приозёрск", "Школа № 3", "", "", "381201001", "", "", "", "", "", "", "", "new@example.org", ""]
    page = _bring(operator, row)
    assert "изменится 1" in page
    assert "school3@example.org" in page
    operator.load()
    school = _school(cast)
    assert (school.inn, school.kpp, school.document_url) == (INN, "381201001", "https://school3.example.org/order")
    assert responsible_of(school.id) == Responsible("Вера Ивановна", "завуч", "+73952123456", "new@example.org")


def test_contacts_stand_in_no_log_and_no_job(bringer: Callable[..., Bringer], cast: Cast):
    operator = bringer(cast.operator)
    _bring(operator, FULL)
    operator.load()
    kept = [entry.details for entry in db.session.scalars(select(AuditEntry))]
    kept += [[job.payload, job.result, job.problem] for job in db.session.scalars(select(Job))]
    kept += [[operator.found.matching, operator.found.choices, operator.found.counts]]
    words = json.dumps(kept, ensure_ascii=False, default=str)
    for told in ("Телефонова", "123456", "12-34-56", "school3@example.org"):
        assert told not in words
    for blob in (operator.found.sealed_source, operator.found.sealed_plan):
        assert "Телефонова".encode() not in blob


@pytest.mark.parametrize("engine_name", ["sqlite"])  # judged in Python
@pytest.mark.parametrize(
    ("title", "cell", "remedy"),
    [
        ("ИНН", "3808000103", "Контрольная цифра не сходится"),
        ("ИНН", "38", "В ИНН 10\xa0цифр"),
        ("ИНН", "-", "Нет номера. Впишите его или оставьте ячейку пустой."),
        ("КПП", "38", "В КПП 9\xa0знаков"),
        ("ОГРН", "1023800000004", "Контрольная цифра не сходится"),
        ("ОКПО", "12345679", "Контрольная цифра не сходится"),
        ("ОКТМО", "2", "В ОКТМО 8\xa0цифр"),
        ("Открыта", "давно", "Напишите дату так"),
        ("Открыта", "01.09.2999", "Проверьте год"),
        ("Телефон", "3-12-45", "с кодом города"),
        ("Почта", "почта", "не похож на настоящий"),
        ("Сайт", "http://school3.example.org", "https://"),
        ("Телефон", "8 (3952) 12-34-56", "Кто отвечает?"),
    ],
)
def test_a_wrong_cell_names_row_column_and_remedy(
    bringer: Callable[..., Bringer], cast: Cast, title: str, cell: str, remedy: str
):
    row = ["г. Приозёрск", "Школа № 3", *([""] * 12)]
    row[HEAD.index(title)] = cell
    operator = bringer(cast.operator)
    page = _bring(operator, row)
    assert "ошибок 1" in page
    assert remedy in page
    assert title in page


def test_a_renamed_school_is_known_by_its_inn(bringer: Callable[..., Bringer], cast: Cast):
    cast.school.inn = INN
    db.session.commit()
    operator = bringer(cast.operator)
    rows = (["г. Приозёрск", "Гимназия № 3", INN],)
    assert "изменится 1" in _bring(operator, *rows, head=["Муниципалитет", "Название", "ИНН"])
    operator.load()
    assert _school(cast).name == "Гимназия № 3"
    page = _bring(operator, *rows, head=["Муниципалитет", "Название", "ИНН"])
    assert "без изменений 1, ошибок 0." in page


def test_a_school_that_is_to_close_is_known_and_is_not_added_again(bringer: Callable[..., Bringer], cast: Cast):
    cast.school.closed_on = clock.now().date() + timedelta(days=100)
    db.session.commit()
    row = ["г. Приозёрск", cast.school.name, "школа"]
    assert "без изменений 1, ошибок 0." in _bring(
        bringer(cast.operator), row, head=["Муниципалитет", "Название", "Вид"]
    )


def test_an_inn_of_several_is_asked_about(bringer: Callable[..., Bringer], cast: Cast):
    branch = make_organisation(cast.municipality, "Филиал в деревне", "school")
    cast.school.inn = branch.inn = INN
    db.session.commit()
    operator = bringer(cast.operator)
    head = ["Муниципалитет", "Название", "Вид", "ИНН"]
    row = ["г. Приозёрск", "Гимназия № 3", "школа", INN]
    page = _bring(operator, row, head=head)
    assert "Похоже на организацию, которая уже есть" in page
    operator.choose(str(branch.id))
    operator.load()
    db.session.rollback()
    assert db.session.get_one(Organisation, branch.id).name == "Гимназия № 3"
    assert _school(cast).name == "Школа № 3"
    assert "без изменений 1" in _bring(operator, row, head=head)


def test_a_branch_beside_its_head_in_one_list_is_asked_about(bringer: Callable[..., Bringer], cast: Cast):
    cast.school.inn = INN
    db.session.commit()
    operator = bringer(cast.operator)
    head = ["Муниципалитет", "Название", "Вид", "ИНН"]
    rows = (["г. Приозёрск", "Школа № 3", "школа", INN], ["г. Приозёрск", "Филиал в деревне", "школа", INN])
    page = _bring(operator, *rows, head=head)
    assert "без изменений 1, ошибок 1." in page
    assert "Похоже на организацию, которая уже есть" in page
    operator.choose("new")
    assert "Добавится 1" in operator.page()
    operator.load()
    assert "Добавится 0, изменится 0, без изменений 2, ошибок 0." in _bring(operator, *rows, head=head)


def test_an_inn_of_another_municipality_is_no_match(bringer: Callable[..., Bringer], cast: Cast):
    cast.neighbour_school.inn = INN
    db.session.commit()
    operator = bringer(cast.operator)
    page = _bring(
        operator, ["г. Приозёрск", "Гимназия", "школа", INN], head=["Муниципалитет", "Название", "Вид", "ИНН"]
    )
    assert "Добавится 1, изменится 0, без изменений 0, ошибок 0." in page


@pytest.mark.parametrize("engine_name", ["sqlite"])  # judged in Python
def test_contacts_are_written_by_those_who_may_only(
    bringer: Callable[..., Bringer], cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(roles.PERMISSIONS, Role.OPERATOR, roles.PERMISSIONS[Role.OPERATOR] - {CONTACTS_EDIT})
    operator = bringer(cast.operator)
    page = _bring(operator, FULL)
    assert "Контакты этой организации вносят не все" in page
    assert "ошибок 1" in page
    page = _bring(operator, FULL[:9], head=HEAD[:9])
    assert "изменится 1" in page


def test_an_edit_after_the_look_is_not_overwritten(bringer: Callable[..., Bringer], cast: Cast):
    operator = bringer(cast.operator)
    _bring(operator, FULL)
    operator.confirm()
    change_contact(_school(cast), Responsible("Другой Человек"), Presence(), actor=None)
    db.session.commit()
    run_waiting(operator.app)
    assert "не загружено: 1" in operator.page()
    assert responsible_of(cast.school.id).name == "Другой Человек"


def test_any_number_of_rows_takes_as_many_statements(cast: Cast, count_queries):
    for number in range(6):
        make_organisation(cast.municipality, f"Школа № {number + 10}", "school")
    db.session.commit()
    context = ImportContext(cast.region.scope, (cast.region.scope,), cast.operator.id)

    def counted(names: Sequence[str]) -> int:
        rows = [
            ListRow(number, {"municipality": "г. Приозёрск", "name": name, "inn": INN, "person_name": "Кто-то"})
            for number, name in enumerate(names)
        ]
        db.session.expunge_all()
        with count_queries() as seen:
            found = check(rows, context)
        assert {one.state for one in found} == {RowState.CHANGED}
        return seen.count

    assert counted(["Школа № 10"]) == counted([f"Школа № {number + 10}" for number in range(6)])


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_file_of_whom_to_call_comes_back(bringer: Callable[..., Bringer], cast: Cast, form: str):
    told = Responsible("Вера Ивановна", "завуч", "8 (3952) 12-34-56, доб. 7", "school3@example.org")
    change_contact(cast.school, told, Presence(), actor=None)
    db.session.commit()
    operator = bringer(cast.operator)
    operator.bring(ORGANISATIONS, file=operator.client.get(f"/organisations/contacts?format={form}").data)
    if "Какой столбец" in operator.page():
        operator.match()
    assert "Добавится 0, изменится 0, без изменений 2, ошибок 0." in operator.page()
