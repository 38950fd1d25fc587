"""What an act would change, in numbers, read before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from orientir.coverage.moving import count_facts, running_classes
from orientir.db import db
from orientir.organisations.models import Organisation, SchoolClass
from orientir.reorganisation.people import grants_at
from orientir.reorganisation.twins import pair_classes
from orientir.students.models import Student


@dataclass(frozen=True)
class Holdings:
    """What an organisation has: classes, numbers of their lists, living entries of the ledger, people with a role."""

    classes: int
    students: int
    facts: int
    accounts: int


@dataclass(frozen=True)
class Merging:
    """What becomes of a second entry: classes that go over, classes that meet a twin, entries said once more.

    `busy` are the twins an open survey is counting in: until it is closed nothing can be merged.
    """

    holdings: Holdings
    movers: list[str]
    twins: list[str]
    restated: int
    busy: list[str]


def holdings_of(organisation: Organisation) -> Holdings:
    """Return what the organisation has, all years together."""
    classes = db.session.scalars(select(SchoolClass.id).where(SchoolClass.organisation_id == organisation.id)).all()
    students = select(func.count(Student.id)).where(Student.class_id.in_(classes), Student.closed_on.is_(None))
    return Holdings(
        classes=len(classes),
        students=db.session.scalar(students) or 0,
        facts=sum(count_facts(classes, organisation.id).values()),
        accounts=len({one.user_id for one in grants_at(organisation.id)}),
    )


def preview_merging(double: Organisation, original: Organisation) -> Merging:
    """Return what merging would do; a constant number of statements."""
    pairing = pair_classes(double.id, original.id)
    facts = count_facts(pairing.twins, double.id)
    busy = running_classes(pairing.twins)
    return Merging(
        holdings=holdings_of(double),
        movers=[pairing.titles[one.id] for one in pairing.movers],
        twins=[pairing.titles[class_id] for class_id in pairing.twins],
        restated=sum(facts.values()),
        busy=[pairing.titles[class_id] for class_id in pairing.twins if class_id in busy],
    )
