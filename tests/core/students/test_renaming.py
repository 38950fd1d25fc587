"""«Исправить название»: a typing error in a class's name is put right within its year, and the class stays itself."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from orientir_testkit.cast import Cast, make_class, make_organisation
from orientir_testkit.plugins import make_plugin
from orientir_testkit.races import race
from sqlalchemy import select

from orientir.audit.models import AuditEntry
from orientir.contracts import Activity
from orientir.coverage import services as coverage
from orientir.coverage.evidence import ClassHome, Entry, Party, Source
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.organisations.models import OrganisationKind, SchoolClass
from orientir.organisations.services import add_class, rename_class
from orientir.students.queries import numbers_of
from orientir.students.renaming import correct_name, name_before
from orientir.students.traces import written_about


@pytest.fixture
def plugins() -> dict[str, object]:
    return {"fair": make_plugin("fair", brings={"activities": (Activity("fair.visit", "Ярмарка"),)})}


def note_party(one: SchoolClass) -> None:
    party, home = (
        Party(10, datetime(2026, 5, 10, 3, tzinfo=UTC), datetime(2026, 5, 10, 4, tzinfo=UTC)),
        ClassHome(one.id),
    )
    coverage.record(Entry("fair.visit", 2025, date(2026, 5, 10), party, Source("fair", "1"), home))


def test_letter_and_grade_are_put_right_and_what_was_recorded_stays(eight: SchoolClass):
    seats = [one.id for one in numbers_of(eight.id)]
    assert correct_name(eight, "7-в", actor=None).title == "8«А»"
    db.session.commit()
    assert eight.title == "7«В»"
    assert [one.id for one in numbers_of(eight.id)] == seats
    assert len(eight.headcounts) == 1
    told = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "class.rename")).one()
    assert (told.details, told.object_id) == ({"title": "7«В»", "before": "8«А»"}, str(eight.id))


def test_the_same_name_changes_nothing(eight: SchoolClass):
    correct_name(eight, "8 А", actor=None)
    assert name_before(eight) == ""


@pytest.mark.parametrize("typed", ["9А", "13А", "", "9" * 100])
def test_a_name_that_is_taken_or_none_is_refused(eight: SchoolClass, typed: str):
    with pytest.raises(InvalidInputError) as refused:
        correct_name(eight, typed, actor=None)
    assert refused.value.field == "name"


def test_a_class_of_another_year_is_no_namesake(cast: Cast, eight: SchoolClass):
    make_class(cast.school, 7, year=2024)
    assert correct_name(eight, "7А", actor=None).title == "8«А»"


def test_a_grade_that_was_counted_by_stays_and_the_letter_may_change(cast: Cast):
    note_party(cast.school_class)
    db.session.commit()
    assert written_about([cast.school_class.id], apart_from=["headcount"]) == {
        cast.school_class.id: ["отметки об участии"]
    }
    correct_name(cast.school_class, "9Е", actor=None)
    db.session.commit()
    with pytest.raises(InvalidInputError, match="только букву: о классе 9«Е» уже есть отметки об участии"):
        correct_name(cast.school_class, "10Е", actor=None)


def test_a_group_of_a_kindergarten_keeps_its_manner(cast: Cast):
    garden = make_organisation(cast.municipality, "Детский сад № 7", OrganisationKind.KINDERGARTEN)
    group = make_class(garden, 0, "Солнышко")
    correct_name(group, "радуга", actor=None)
    assert group.letter == "Радуга"


def test_the_page_puts_it_right_and_back(cast: Cast, eight: SchoolClass, as_user):
    client = as_user(cast.teacher)
    address = f"/classes/{eight.id}/name"
    assert f'href="{address}"' in client.get(f"/classes/{eight.id}").text
    assert "Вернуть прежнее название" not in client.get(address).text
    page = client.get(client.post(address, data={"name": "8Г"}).location)
    assert "Было 8«А», стало 8«Г»." in page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert 'value="8«А»"' in client.get(address).text
    client.post(address, data={"name": "8«А»"})
    db.session.expire_all()
    assert eight.title == "8«А»"
    taken = client.post(address, data={"name": "9А"})
    assert (taken.status_code, "уже есть" in taken.text) == (400, True)


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python: one engine is enough
def test_who_may_correct_a_name(cast: Cast, eight: SchoolClass, as_user):
    address = f"/classes/{eight.id}/name"
    assert as_user(cast.observer).get(address).status_code == 403
    assert as_user(cast.neighbour_teacher).post(address, data={"name": "8Г"}).status_code == 404


def test_of_two_who_want_the_same_name_one_gets_it(app: Flask, cast: Cast, eight: SchoolClass):
    class_id, school = eight.id, cast.school
    other = make_class(school, 8, "Б").id

    def rename(which: int) -> object:
        return rename_class(db.session.get_one(SchoolClass, which), "8Г", actor=None)

    assert race(app, lambda: rename(class_id), lambda: rename(other)) == "InvalidInputError"


def test_a_new_class_does_not_take_a_name_that_is_being_given(app: Flask, cast: Cast, eight: SchoolClass):
    class_id = eight.id

    def rename() -> object:
        return rename_class(db.session.get_one(SchoolClass, class_id), "8Г", actor=None)

    def add() -> object:
        return add_class(db.session.get_one(SchoolClass, class_id).organisation, 2025, "8Г", actor=None)

    assert race(app, rename, add) == "InvalidInputError"
