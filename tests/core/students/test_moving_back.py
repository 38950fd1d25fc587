"""The move to the next year is taken back while nothing is written about the new classes, and refused by name after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_class
from orientir_testkit.plugins import make_plugin
from orientir_testkit.races import race
from sqlalchemy import func, select

from orientir.audit.models import AuditEntry
from orientir.clock import AcademicYear
from orientir.codes.models import Code
from orientir.contracts import Activity
from orientir.coverage import services as coverage
from orientir.coverage.evidence import ClassHome, Entry, Party, Seat, Source
from orientir.db import db
from orientir.errors import ConflictError
from orientir.organisations.class_names import normalise_class
from orientir.organisations.models import Headcount, Organisation, SchoolClass
from orientir.organisations.queries import classes_of
from orientir.organisations.services import add_class, add_headcount, rename_class
from orientir.students import cards, moving, moving_back, services
from orientir.students.models import CARD, ClassMove, MadeClass, Student
from orientir.students.moving import Plan
from orientir.students.moving_back import TakenBack, take_back
from orientir.students.queries import numbers_of

YEAR = AcademicYear(2025)
SEPTEMBER = date(2026, 9, 1)


@pytest.fixture
def plugins() -> dict[str, object]:
    return {"fair": make_plugin("fair", brings={"activities": (Activity("fair.visit", "Ярмарка"),)})}


def move(cast: Cast, fates: dict[SchoolClass, str | None], *fresh: str) -> None:
    named = {one.id: normalise_class(name) if name else None for one, name in fates.items()}
    chosen = Plan(YEAR, named, tuple(normalise_class(name) for name in fresh))
    moving.move_on(cast.school, chosen, actor=None)
    db.session.commit()


def back(cast: Cast) -> TakenBack:
    done = take_back(cast.school, YEAR, actor=cast.school_admin.id)
    db.session.commit()
    return done


def titles(cast: Cast, year: int = 2026) -> list[str]:
    db.session.expire_all()
    return [one.title for one in classes_of(cast.school.id, year)]


def new_class(cast: Cast, title: str) -> SchoolClass:
    return next(one for one in classes_of(cast.school.id, 2026) if one.title == title)


def counted() -> list[int | None]:
    return [
        db.session.scalar(select(func.count()).select_from(one)) for one in (SchoolClass, Student, ClassMove, MadeClass)
    ]


def living_cards() -> list[tuple[str, date | None]]:
    rows = select(Code.owner, Code.expires_on).where(Code.kind == CARD, Code.is_live).order_by(Code.owner)
    return [(row[0], row[1]) for row in db.session.execute(rows)]


def test_all_is_as_it_was_before_the_move(cast: Cast, eight: SchoolClass):
    before, codes = counted(), living_cards()
    move(cast, {eight: "9А", cast.school_class: None}, "1А", "1Б")
    assert titles(cast) == ["1«А»", "1«Б»", "9«А»"]
    assert back(cast) == TakenBack(waiting=2, removed=3)
    assert (counted(), living_cards()) == (before, codes)
    assert back(cast) == TakenBack(0, 0)
    told = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "organisation.next_year_undo")).one()
    assert told.details == {"year": 2025, "waiting": 2, "removed": 3}


def test_the_school_may_move_again_in_another_way(cast: Cast, eight: SchoolClass):
    move(cast, {eight: "9Б"})
    back(cast)
    move(cast, {eight: "9А"})
    assert titles(cast) == ["9«А»"]
    assert [one.number for one in numbers_of(new_class(cast, "9«А»").id)] == [1, 2, 3, 4]


def test_classes_that_became_one_are_two_again(cast: Cast, eight: SchoolClass):
    other = make_class(cast.school, 8, "Б")
    services.open_numbers(other, 3, actor=None)
    before = counted()
    move(cast, {eight: "9А", other: "9А"})
    assert len(numbers_of(new_class(cast, "9«А»").id)) == 6
    back(cast)
    assert counted() == before


def test_a_class_that_was_entered_before_stays_without_the_numbers_it_got(cast: Cast, eight: SchoolClass):
    entered = add_class(cast.school, 2026, "9А", actor=None)
    add_headcount(entered, SEPTEMBER, 25, actor=None)
    db.session.commit()
    move(cast, {eight: "9А"})
    assert len(numbers_of(entered.id)) == 4
    assert back(cast) == TakenBack(waiting=1, removed=0)
    assert titles(cast) == ["9«А»"]
    assert numbers_of(entered.id) == []


def test_numbers_entered_before_cannot_be_told_apart(cast: Cast, eight: SchoolClass):
    entered = add_class(cast.school, 2026, "9А", actor=None)
    services.open_numbers(entered, 5, actor=None)
    db.session.commit()
    move(cast, {eight: "9А"})
    with pytest.raises(ConflictError, match="номера изменены"):
        back(cast)


def count_people(one: SchoolClass) -> None:
    add_headcount(one, SEPTEMBER, 25, actor=None)


def add_number(one: SchoolClass) -> None:
    services.add_numbers(one, actor=None)


def close_number(one: SchoolClass) -> None:
    services.close_number(one, 1, actor=None)


def note_party(one: SchoolClass) -> None:
    party = Party(10, datetime(2026, 9, 10, 3, tzinfo=UTC), datetime(2026, 9, 10, 4, tzinfo=UTC))
    coverage.record(Entry("fair.visit", 2026, date(2026, 9, 10), party, Source("fair", "1"), ClassHome(one.id)))


def note_seat(one: SchoolClass) -> None:
    seat = Seat(numbers_of(one.id)[0].id)
    coverage.record(Entry("fair.visit", 2026, date(2026, 9, 10), seat, Source("fair", "1")))


@pytest.mark.parametrize(
    ("write", "named"),
    [
        (count_people, "числа учеников"),
        (add_number, "номера изменены"),
        (close_number, "номера изменены"),
        (note_party, "отметки об участии"),
        (note_seat, "отметки об участии"),
    ],
)
def test_what_is_written_about_a_new_class_is_named(
    cast: Cast, eight: SchoolClass, write: Callable[[SchoolClass], None], named: str
):
    move(cast, {eight: "9А"})
    write(new_class(cast, "9«А»"))
    db.session.commit()
    before = counted()
    with pytest.raises(ConflictError) as refused:
        take_back(cast.school, YEAR, actor=None)
    assert f"9«А»: {named}" in str(refused.value)
    db.session.rollback()
    assert counted() == before


def test_cards_of_a_class_that_was_put_together_are_not_thrown_away(cast: Cast, eight: SchoolClass):
    move(cast, {eight: "9А", cast.school_class: "9А"})
    cards.issue_cards(new_class(cast, "9«А»"), actor=None)
    db.session.commit()
    with pytest.raises(ConflictError, match="номера изменены"):
        back(cast)


def test_a_corrected_name_is_no_hindrance(cast: Cast, eight: SchoolClass):
    move(cast, {eight: "9А"})
    rename_class(new_class(cast, "9«А»"), "9Я", actor=None)
    assert back(cast).removed == 1


def test_the_page_takes_it_back_and_says_why_not(cast: Cast, eight: SchoolClass, as_user):
    move(cast, {eight: "9А", cast.school_class: None})
    client: FlaskClient = as_user(cast.school_admin)
    address = f"/organisations/{cast.school.id}/next-year"
    assert f'href="{address}"' in client.get(f"/organisations/{cast.school.id}").text
    assert f'action="{address}/undo"' in client.get(address).text
    count_people(new_class(cast, "9«А»"))
    db.session.commit()

    def undo_and_read() -> str:
        text = client.get(client.post(f"{address}/undo").location).text
        return text.replace("\N{NO-BREAK SPACE}", " ")

    assert "9«А»: числа учеников" in undo_and_read()
    db.session.execute(Headcount.__table__.delete().where(Headcount.on_date == SEPTEMBER))
    db.session.commit()
    assert "Перевод отменён: классы снова ждут." in undo_and_read()
    assert titles(cast) == []
    assert as_user(cast.teacher).post(f"{address}/undo").status_code == 403
    assert as_user(cast.neighbour_teacher).post(f"{address}/undo").status_code == 404


# Two at the same moment


@pytest.fixture
def moved(cast: Cast, eight: SchoolClass) -> tuple[int, int]:
    """Return the school and its new class after the move."""
    move(cast, {eight: "9А"})
    return cast.school.id, new_class(cast, "9«А»").id


def undo(moved: tuple[int, int]) -> object:
    return take_back(db.session.get_one(Organisation, moved[0]), YEAR, actor=None)


def write(moved: tuple[int, int]) -> object:
    return add_headcount(db.session.get_one(SchoolClass, moved[1]), SEPTEMBER, 25, actor=None)


def note(moved: tuple[int, int]) -> object:
    return note_party(db.session.get_one(SchoolClass, moved[1]))


@pytest.mark.parametrize("act", [write, note])
def test_who_writes_first_keeps_the_class(app: Flask, moved: tuple[int, int], act: Callable[..., object]):
    assert race(app, lambda: act(moved), lambda: undo(moved)) == "ConflictError"
    db.session.rollback()
    assert db.session.get(SchoolClass, moved[1]) is not None


@pytest.mark.parametrize(
    "engine_name", ["postgresql"]
)  # SQLite lets one writer in at a time: the second finds no class
@pytest.mark.parametrize("act", [write, note])
def test_who_writes_after_it_was_taken_back_is_told_so(app: Flask, moved: tuple[int, int], act: Callable[..., object]):
    seen = []

    def late() -> None:
        seen.append(db.session.get_one(SchoolClass, moved[1]))
        act(moved)

    assert race(app, lambda: undo(moved), late) == "MissingError"
    db.session.rollback()
    assert db.session.get(SchoolClass, moved[1]) is None


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_without_the_hold_a_number_just_written_is_lost(
    app: Flask, moved: tuple[int, int], monkeypatch: pytest.MonkeyPatch
):
    """The negative control: classes are read and not held, so the headcount that is on its way goes with its class."""

    def only_read(classes):
        return {one.id: one for one in db.session.scalars(classes)}

    monkeypatch.setattr(moving_back, "hold_classes", only_read)
    assert race(app, lambda: write(moved), lambda: undo(moved)) == "done"
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Headcount).where(Headcount.on_date == SEPTEMBER)) == 0
