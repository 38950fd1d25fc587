"""Whose rows are written, and what is asked instead of guessed."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_municipality, make_organisation, make_school
from sqlalchemy import func, select

from orientir.accounts.roles import Role
from orientir.accounts.services import grant
from orientir.db import db
from orientir.jobs.queue import run_waiting
from orientir.organisations.models import Headcount, MunicipalityKind, Organisation
from orientir.reorganisation.services import merge_double

from .conftest import ALL_CLASSES, ORGANISATIONS, Bringer

HEAD = "Муниципалитет\tНазвание\tВид\n"
CLASSES = "Муниципалитет\tШкола\tКласс\tВсего\tДата\n"

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])  # judged in Python: one engine is enough


def _count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_coordinator_loads_the_own_municipality_only(bringer: Callable[..., Bringer], cast: Cast):
    coordinator = bringer(cast.coordinator)
    cells = HEAD + "Заречный район\tШкола № 9\tшкола\nг. Приозёрск\tШкола № 9\tшкола\n\tШкола № 10\tшкола\n"
    coordinator.bring(ORGANISATIONS, pasted=cells)
    coordinator.match()
    page = coordinator.page()
    assert "Добавится 2, изменится 0, без изменений 0, ошибок 1." in page
    assert "Такого муниципалитета среди ваших нет." in page
    coordinator.load()
    assert set(db.session.scalars(select(Organisation.municipality_id))) == {
        cast.municipality.id, cast.neighbour_municipality.id
    }  # fmt: skip
    assert _count(Organisation) == 4


def test_a_foreign_school_looks_like_one_that_does_not_exist(bringer: Callable[..., Bringer], cast: Cast):
    coordinator = bringer(cast.coordinator)
    cells = (
        CLASSES
        + "\tШкола № 8\t9Б\t30\t01.05.2026\n\tШкола № 777\t9Б\t30\t01.05.2026\n\tШкола № 3\t9А\t30\t01.05.2026\n"
    )
    coordinator.bring(ALL_CLASSES, pasted=cells)
    coordinator.match()
    page = coordinator.page()
    assert page.count("Такой организации среди ваших нет.") == 2
    assert "Заречный" not in page
    coordinator.load()
    assert _count(Headcount) == 3


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SCHOOL_ADMIN, Role.OBSERVER])
def test_others_may_not_bring_organisations(as_user, cast: Cast, role: str):
    assert as_user(cast.staff[role]).get(ORGANISATIONS).status_code == 403


def test_a_foreign_school_takes_no_list(as_user, cast: Cast):
    client: FlaskClient = as_user(cast.coordinator)
    assert client.get(f"/organisations/{cast.neighbour_school.id}/classes/import").status_code == 404


def test_a_list_is_seen_by_whoever_brought_it_only(bringer: Callable[..., Bringer], as_user, cast: Cast):
    coordinator = bringer(cast.coordinator)
    coordinator.bring(ORGANISATIONS, pasted=HEAD + "\tШкола № 9\tшкола\n")
    coordinator.match()
    stranger: FlaskClient = as_user(cast.operator)
    for tail in ("", "/rejected.xlsx"):
        assert stranger.get(coordinator.address + tail).status_code == 404
    for tail in ("/matching", "/choices", "/confirm", "/resume", "/discard"):
        assert stranger.post(coordinator.address + tail).status_code == 404


def test_a_right_lost_after_the_preview_writes_nothing(bringer: Callable[..., Bringer], cast: Cast):
    coordinator = bringer(cast.coordinator)
    coordinator.bring(ORGANISATIONS, pasted=HEAD + "\tШкола № 9\tшкола\n")
    coordinator.match()
    coordinator.confirm()
    cast.coordinator.grants.clear()
    grant(cast.coordinator, Role.COORDINATOR, cast.neighbour_municipality.scope, actor=None)
    db.session.commit()
    run_waiting(coordinator.app)
    assert _count(Organisation) == 2
    assert coordinator.counts["failed"] == 1


def test_towns_with_one_stem_are_asked_about_once_and_remembered(bringer: Callable[..., Bringer], cast: Cast):
    district = make_municipality(cast.region, "Приозёрский район", MunicipalityKind.DISTRICT)
    operator = bringer(cast.operator)
    cells = HEAD + "Приозёрск\tШкола № 9\tшкола\nПриозёрск\tШкола № 10\tшкола\n"
    operator.bring(ORGANISATIONS, pasted=cells)
    operator.match()
    page = operator.page()
    assert "ошибок 2" in page
    assert "Под этим названием два муниципалитета" in page
    assert page.count('name="choice-') == 1
    assert operator.choose(str(district.id)).status_code == 303
    assert "Добавится 2, изменится 0, без изменений 0, ошибок 0." in operator.page()
    operator.load()
    assert len(list(db.session.scalars(select(Organisation).filter_by(municipality_id=district.id)))) == 2
    operator.bring(ORGANISATIONS, pasted=cells)
    assert "без изменений 2, ошибок 0." in operator.page()


def test_an_answer_that_was_not_offered_is_none(bringer: Callable[..., Bringer], cast: Cast):
    make_municipality(cast.region, "Приозёрский район", MunicipalityKind.DISTRICT)
    operator = bringer(cast.operator)
    operator.bring(ORGANISATIONS, pasted=HEAD + "Приозёрск\tШкола № 9\tшкола\n")
    operator.match()
    operator.choose(str(cast.neighbour_municipality.id))
    assert "ошибок 1" in operator.page()


def test_two_schools_of_one_name_are_asked_about(bringer: Callable[..., Bringer], cast: Cast):
    twin = make_school(cast.neighbour_municipality, "Школа № 3")
    operator = bringer(cast.operator)
    operator.bring(
        ALL_CLASSES, pasted=CLASSES + "\tШкола № 3\t9В\t30\t01.05.2026\nг. Приозёрск\tшкола №3\t9В\t31\t01.05.2026\n"
    )
    operator.match()
    page = operator.page()
    assert "Так называются несколько организаций" in page
    assert "Добавится 1, изменится 0, без изменений 0, ошибок 1." in page
    operator.choose(str(twin.id))
    operator.load()
    db.session.rollback()
    totals = set(db.session.scalars(select(Headcount.total)))
    assert totals == {27, 20, 30, 31}


def test_a_school_known_by_its_full_name_is_asked_about(bringer: Callable[..., Bringer], cast: Cast):
    cast.school.full_name = "МБОУ «СОШ № 3»"
    operator = bringer(cast.operator)
    cells = "МО\tНазвание\tПолное наименование\tВид\nг. Приозёрск\tСОШ 3\tМБОУ «СОШ № 3»\tшкола\n"
    operator.bring(ORGANISATIONS, pasted=cells)
    operator.match()
    assert "Похоже на организацию, которая уже есть" in operator.page()
    operator.choose(str(cast.school.id))
    assert "Добавится 0, изменится 1, без изменений 0, ошибок 0." in operator.page()
    operator.load()
    assert set(db.session.scalars(select(Organisation.name))) == {"СОШ 3", "Школа № 8"}


def test_an_older_list_brings_back_no_double_that_was_merged(bringer: Callable[..., Bringer], cast: Cast):
    operator = bringer(cast.operator)
    cells = "МО\tНазвание\tВид\nг. Приозёрск\tСОШ 33\tшкола\n"
    operator.bring(ORGANISATIONS, pasted=cells)
    operator.match()
    operator.load()
    double = db.session.scalars(select(Organisation).filter_by(name="СОШ 33")).one()
    merge_double(double, db.session.get_one(Organisation, cast.school.id), actor=None)
    db.session.commit()
    operator.bring(ORGANISATIONS, pasted=cells)
    page = operator.page()
    assert "Добавится 0, изменится 0, без изменений 0, ошибок 1." in page
    assert "Так раньше называлась организация «Школа № 3»" in page
    operator.choose("new")
    assert "Добавится 1, изменится 0, без изменений 0, ошибок 0." in operator.page()


def test_two_rows_about_one_thing_are_one_row_and_an_error(bringer: Callable[..., Bringer], cast: Cast):
    school = bringer(cast.school_admin)
    school.bring(f"/organisations/{cast.school.id}/classes/import",
                 pasted="Класс\tВсего\tДата\n9А\t28\t1.05.2026\n9-а\t29\t1.05.2026\n9А\t26\t20.09.2025\n")  # fmt: skip
    school.match()
    page = school.page()
    assert "Добавится 1, изменится 1, без изменений 0, ошибок 1." in page
    assert "Повторяет строку 2." in page


def test_a_kind_that_keeps_no_classes_is_not_among_the_schools(bringer: Callable[..., Bringer], cast: Cast):
    make_organisation(cast.municipality, "Техникум", "college")
    operator = bringer(cast.operator)
    operator.bring(ALL_CLASSES, pasted=CLASSES + "\tТехникум\t9В\t30\t01.05.2026\n")
    operator.match()
    assert "Такой организации среди ваших нет." in operator.page()
