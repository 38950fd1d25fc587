"""Two entries of one school may each have its 9«А». Here they are paired, and what only one side knows is kept.

A number of the list is a line of the school's paper journal, so number 3 of one entry and number 3 of the other are the
same child.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from orientir.db import db
from orientir.organisations.models import Headcount, SchoolClass
from orientir.students.models import Student


@dataclass(frozen=True)
class Pairing:
    """The classes of a second entry: those that go over as they are, and those with a twin, by their ids."""

    movers: tuple[SchoolClass, ...]
    twins: Mapping[int, int]
    titles: Mapping[int, str]


def pair_classes(double_id: int, original_id: int, *, keep: bool = False) -> Pairing:
    """Return how the classes of two entries meet; `keep` holds them all until the transaction ends."""
    both = select(SchoolClass).where(SchoolClass.organisation_id.in_((double_id, original_id))).order_by(SchoolClass.id)
    if keep:
        both = both.with_for_update(of=SchoolClass).execution_options(populate_existing=True)
    classes = list(db.session.scalars(both))
    there = {_name(one): one.id for one in classes if one.organisation_id == original_id}
    own = [one for one in classes if one.organisation_id == double_id]
    return Pairing(
        movers=tuple(one for one in own if _name(one) not in there),
        twins={one.id: there[_name(one)] for one in own if _name(one) in there},
        titles={one.id: f"{one.title}, {one.academic_year}" for one in own},
    )


def keep_headcounts(twins: Mapping[int, int]) -> int:
    """Give each twin the dated numbers only the second entry has; where both have a date, the twin's own stands."""
    known = {(row.class_id, row.on_date) for row in _headcounts(twins.values())}
    missing = [row for row in _headcounts(twins) if (twins[row.class_id], row.on_date) not in known]
    db.session.add_all(
        Headcount(
            class_id=twins[row.class_id], on_date=row.on_date, total=row.total, ovz=row.ovz, disabled=row.disabled
        )
        for row in missing
    )
    db.session.flush()
    return len(missing)


def pair_seats(twins: Mapping[int, int]) -> dict[int, int]:
    """Return the seat of the twin by each seat of the classes, by number; a number the twin lacks is added to it."""
    known = {(one.class_id, one.number): one.id for one in _seats(twins.values())}
    paired = {}
    for seat in _seats(twins):
        twin = twins[seat.class_id]
        if (twin, seat.number) not in known:
            added = Student(class_id=twin, number=seat.number, closed_on=seat.closed_on)
            db.session.add(added)
            db.session.flush()
            known[twin, seat.number] = added.id
        paired[seat.id] = known[twin, seat.number]
    return paired


def _name(one: SchoolClass) -> tuple[int, int, int, str]:
    return one.year, one.grade, one.last_grade, one.letter


def _headcounts(class_ids: Collection[int]) -> list[Headcount]:
    return list(db.session.scalars(select(Headcount).where(Headcount.class_id.in_(class_ids)).order_by(Headcount.id)))


def _seats(class_ids: Collection[int]) -> list[Student]:
    return list(db.session.scalars(select(Student).where(Student.class_id.in_(class_ids)).order_by(Student.id)))
