"""A school moves to the next academic year in one step: classes go on, leave or merge, and nothing old is changed.

Classes of the new year are new rows, so facts and counters of the old year stay where they are (decision 9).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from orientir.audit import services as audit
from orientir.clock import AcademicYear
from orientir.codes import services as codes
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.organisations.class_names import ClassName
from orientir.organisations.holding import lock
from orientir.organisations.models import Organisation, SchoolClass
from orientir.organisations.queries import today_of
from orientir.organisations.services import add_class
from orientir.students.cards import cards_of, last_day
from orientir.students.models import CARD, ClassMove, MadeClass, Student
from orientir.students.queries import card_owners, moves_of
from orientir.students.seasons import moving_from
from orientir.students.services import LAST_NUMBER, open_numbers

Group = list[SchoolClass]
"""Classes that become one."""


@dataclass(frozen=True)
class Plan:
    """What is to become of the classes of `year`: a name in the next year, or None for a class that leaves.

    Classes that are not named wait. `fresh` are new classes of the next year, first grades above all.
    """

    year: AcademicYear
    fates: Mapping[int, ClassName | None]
    fresh: tuple[ClassName, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """A move in numbers: classes that go on whole with numbers and cards, that merge, that leave, that are new."""

    whole: int = 0
    numbers: int = 0
    cards: int = 0
    merging: int = 0
    merged: int = 0
    leaving: int = 0
    leaving_numbers: int = 0
    fresh: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.whole or self.merging or self.leaving or self.fresh)


def foresee(organisation: Organisation, plan: Plan) -> Outcome:
    """Return what the plan would do now; changes nothing. Raises InvalidInputError as `move_on` does."""
    return _Move(organisation, plan).outcome


def move_on(organisation: Organisation, plan: Plan, *, actor: int | None) -> Outcome:
    """Carry the plan out and return what was done; classes that have been moved already are passed over.

    Two people may press the button at once: the second finds all moved and changes nothing. Raises ConflictError out of
    season, InvalidInputError for numbers that would pass 99.
    """
    if moving_from(organisation.municipality.region) != plan.year:
        raise ConflictError(_("Классы переводят с 1 мая по 31 октября."))
    lock(organisation)
    move = _Move(organisation, plan)
    move.carry_out(actor)
    return move.outcome


class _Move:
    """A plan laid over the classes as they stand: which of them go where, and what that comes to."""

    def __init__(self, organisation: Organisation, plan: Plan) -> None:
        self.organisation = organisation
        self.year = plan.year
        self.next_year = plan.year.start + 1
        waiting = self._waiting(plan)
        self.leaving = [one for one in waiting if plan.fates[one.id] is None]
        self.going: dict[ClassName, Group] = defaultdict(list)
        for one in waiting:
            name = plan.fates[one.id]
            if name is not None:
                self.going[name].append(one)
        self.there = self._classes_of_next_year()
        self.seats = self._seats([*waiting, *self.there.values()])
        self.fresh = [name for name in dict.fromkeys(plan.fresh) if name not in self.there and name not in self.going]
        self._check_numbers()

    @property
    def outcome(self) -> Outcome:
        whole = [group[0] for name, group in self.going.items() if self.is_whole(name)]
        merging = {name: group for name, group in self.going.items() if not self.is_whole(name)}
        carried = [seat for one in whole for seat in self.open_seats(one)]
        return Outcome(
            whole=len(whole),
            numbers=len(carried),
            cards=len(cards_of(carried)),
            merging=sum(len(group) for group in merging.values()),
            merged=len(merging),
            leaving=len(self.leaving),
            leaving_numbers=sum(len(self.open_seats(one)) for one in self.leaving),
            fresh=len(self.fresh),
        )

    def is_whole(self, name: ClassName) -> bool:
        """Tell whether one class alone becomes `name`, and no number was given there yet: only then numbers go on."""
        there = self.there.get(name)
        return len(self.going[name]) == 1 and not (there and self.seats[there.id])

    def open_seats(self, school_class: SchoolClass) -> list[Student]:
        return [seat for seat in self.seats[school_class.id] if seat.closed_on is None]

    def carry_out(self, actor: int | None) -> None:
        outcome = self.outcome
        if outcome.is_empty:
            return
        for name, group in sorted(self.going.items()):
            self._go(name, group, actor)
        for name in self.fresh:
            self._make(name, actor)
        for one in self.leaving:
            self._note(one, None, keeps_numbers=False)
        db.session.flush()
        audit.write(
            "organisation.next_year", "organisation", self.organisation.id, actor=actor, scope=self.organisation.scope,
            year=self.year.start, whole=outcome.whole, merging=outcome.merging, leaving=outcome.leaving,
            fresh=outcome.fresh,
        )  # fmt: skip

    def _go(self, name: ClassName, group: Group, actor: int | None) -> None:
        is_whole = self.is_whole(name)
        there = self.there.get(name)
        target = there or self._make(name, actor)
        if is_whole:
            self._carry_numbers(group[0], target)
        elif not self.seats.get(target.id):
            open_numbers(target, self._together(group), actor=actor)
        for one in group:
            self._note(one, target, keeps_numbers=is_whole)

    def _make(self, name: ClassName, actor: int | None) -> SchoolClass:
        """Add a class and note that the move made it, so that the move can be taken back."""
        made = add_class(self.organisation, self.next_year, name.title, actor=actor)
        db.session.add(MadeClass(class_id=made.id))
        return made

    def _carry_numbers(self, old: SchoolClass, target: SchoolClass) -> None:
        """Seat every pupil of `old` under the same number; a closed number stays closed, so nobody else gets it."""
        seats = self.seats[old.id]
        db.session.add_all(
            Student(class_id=target.id, number=seat.number, closed_on=seat.closed_on, first_id=seat.origin)
            for seat in seats
        )
        open_seats = [seat for seat in seats if seat.closed_on is None]
        codes.prolong(CARD, card_owners(open_seats), last_day(self.next_year))

    def _note(self, old: SchoolClass, target: SchoolClass | None, *, keeps_numbers: bool) -> None:
        today = today_of(self.organisation.municipality.region)
        next_id = target.id if target else None
        db.session.add(ClassMove(class_id=old.id, next_id=next_id, keeps_numbers=keeps_numbers, moved_on=today))

    def _waiting(self, plan: Plan) -> list[SchoolClass]:
        """Return the classes of the plan that nobody has moved yet, held; foreign ones do not exist."""
        classes = (
            select(SchoolClass)
            .where(SchoolClass.organisation_id == self.organisation.id, SchoolClass.year == plan.year.start)
            .where(SchoolClass.id.in_(plan.fates))
            .order_by(SchoolClass.id)
            .with_for_update(of=SchoolClass, key_share=True)
        )
        found = list(db.session.scalars(classes))
        moved = moves_of(one.id for one in found)
        return sorted((one for one in found if one.id not in moved), key=lambda one: one.class_name)

    def _classes_of_next_year(self) -> dict[ClassName, SchoolClass]:
        classes = select(SchoolClass).filter_by(organisation_id=self.organisation.id, year=self.next_year)
        return {one.class_name: one for one in db.session.scalars(classes)}

    def _seats(self, classes: Sequence[SchoolClass]) -> dict[int, list[Student]]:
        seats: dict[int, list[Student]] = {one.id: [] for one in classes}
        rows = select(Student).where(Student.class_id.in_(seats)).order_by(Student.number)
        for seat in db.session.scalars(rows.execution_options(populate_existing=True)):
            seats[seat.class_id].append(seat)
        return seats

    def _together(self, group: Group) -> int:
        return sum(len(self.open_seats(one)) for one in group)

    def _check_numbers(self) -> None:
        for name, group in self.going.items():
            if self._together(group) > LAST_NUMBER:
                raise InvalidInputError(
                    _("Вместе в %(title)s больше %(last)s номеров. Проверьте названия.", title=name.title,
                      last=LAST_NUMBER)
                )  # fmt: skip
