"""The move to the next year is taken back: only while nothing is written about the classes it made (decision 9).

Classes entered by hand before the move stay; they only lose what the move brought them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.exc import IntegrityError

from orientir.audit import services as audit
from orientir.clock import AcademicYear
from orientir.codes import services as codes
from orientir.db import db
from orientir.errors import ConflictError
from orientir.i18n import _
from orientir.organisations.holding import lock
from orientir.organisations.models import Organisation, SchoolClass
from orientir.students.cards import cards_of, last_day
from orientir.students.models import CARD, ClassMove, MadeClass, Student
from orientir.students.queries import card_owners
from orientir.students.seasons import moving_from
from orientir.students.traces import written_about, written_about_seats


@dataclass(frozen=True)
class TakenBack:
    """How many classes wait again, and how many of the next year are gone."""

    waiting: int
    removed: int


def take_back(organisation: Organisation, year: AcademicYear, *, actor: int | None) -> TakenBack:
    """Let the classes of `year` wait again, as if the school had not moved; a second time changes nothing.

    Raises ConflictError out of season, and one that names what is written about the new classes.
    """
    if moving_from(organisation.municipality.region) != year:
        raise ConflictError(_("Перевод можно отменить с 1 мая по 31 октября."))
    lock(organisation)
    undoing = _Undoing(organisation, year)
    if not undoing.moves and not undoing.made:
        return TakenBack(0, 0)
    undoing.refuse_written()
    undoing.carry_out()
    done = TakenBack(len(undoing.moves), len(undoing.made))
    audit.write(
        "organisation.next_year_undo", "organisation", organisation.id, actor=actor, scope=organisation.scope,
        year=year.start, waiting=done.waiting, removed=done.removed,
    )  # fmt: skip
    return done


def may_be_taken_back(organisation: Organisation) -> bool:
    """Tell whether there is a move of this season, whether or not something hinders it by now."""
    year = moving_from(organisation.municipality.region)
    if year is None:
        return False
    moved = select(ClassMove.class_id).join(SchoolClass, SchoolClass.id == ClassMove.class_id)
    own = (SchoolClass.organisation_id == organisation.id, SchoolClass.year == year.start)
    return db.session.scalar(moved.where(*own).limit(1)) is not None


class _Undoing:
    """The moves of a school out of one year and the classes they led to, held against everybody else."""

    def __init__(self, organisation: Organisation, year: AcademicYear) -> None:
        self.year = year
        own = or_(SchoolClass.year == year.start, SchoolClass.year == year.start + 1)
        self.classes = hold_classes(select(SchoolClass).where(SchoolClass.organisation_id == organisation.id, own))
        old = [one.id for one in self.classes.values() if one.year == year.start]
        self.moves = list(db.session.scalars(select(ClassMove).where(ClassMove.class_id.in_(old))))
        new = [one.id for one in self.classes.values() if one.year == year.start + 1]
        self.made = set(db.session.scalars(select(MadeClass.class_id).where(MadeClass.class_id.in_(new))))
        self.groups: dict[int, list[ClassMove]] = defaultdict(list)
        for move in self.moves:
            if move.next_id is not None:
                self.groups[move.next_id].append(move)
        self.entered = set(self.groups) - self.made
        self.seats = _seats({one.class_id for one in self.moves} | set(self.groups) | self.made)

    @property
    def carried(self) -> list[int]:
        """The classes into which a class went with its numbers."""
        return [class_id for class_id, moves in self.groups.items() if moves[0].keeps_numbers]

    def refuse_written(self) -> None:
        hindrances = written_about(self.made, apart_from=["class_move"]) if self.made else {}
        found: dict[int, list[str]] = defaultdict(list, hindrances)
        for class_id in self._moved_on():
            found[class_id].append(_("перевод на следующий год"))
        for class_id in sorted(self.made | self.entered):
            if self._has_other_numbers(class_id):
                found[class_id].append(_("номера изменены"))
        for class_id in written_about_seats(self.entered) if self.entered else ():
            found[class_id].append(_("записи об учениках"))
        if found:
            named = sorted((self.classes[class_id].class_name, words) for class_id, words in found.items())
            told = "; ".join(f"{name.title}: {', '.join(dict.fromkeys(words))}" for name, words in named)
            raise ConflictError(_("Перевод не отменить: в новых классах уже есть записи. %(what)s.", what=told))

    def carry_out(self) -> None:
        """Remove what the move made; the classes of the old year were never changed."""
        prolonged = [seat for one in self.carried for seat in self.seats[one] if seat.closed_on is None]
        codes.prolong(CARD, card_owners(prolonged), last_day(self.year.start))
        brought = {*self.made, *self.carried}
        old = [one.class_id for one in self.moves]
        try:
            for statement in (
                delete(ClassMove).where(ClassMove.class_id.in_(old)),
                delete(Student).where(Student.class_id.in_(brought)),
                delete(MadeClass).where(MadeClass.class_id.in_(self.made)),
                delete(SchoolClass).where(SchoolClass.id.in_(self.made)),
            ):
                db.session.execute(statement.execution_options(synchronize_session=False))
        except IntegrityError as error:  # a plugin that is off has written about them
            raise ConflictError(
                _("Перевод не отменить: о новых классах есть записи плагина, который сейчас выключен.")
            ) from error
        db.session.expire_all()

    def _moved_on(self) -> list[int]:
        moved = select(ClassMove.class_id).where(ClassMove.class_id.in_({*self.made, *self.groups}))
        return list(db.session.scalars(moved))

    def _has_other_numbers(self, class_id: int) -> bool:
        """Tell whether the list is no longer what the move made of it."""
        seats, moves = self.seats[class_id], self.groups.get(class_id, [])
        if moves and moves[0].keeps_numbers:
            return _marks(seats) != _marks(self.seats[moves[0].class_id])
        if class_id in self.entered:
            return bool(seats)  # whether they were there before cannot be known
        together = sum(seat.closed_on is None for move in moves for seat in self.seats[move.class_id])
        plain = [(number, False) for number in range(1, together + 1)]
        return [(seat.number, seat.closed_on is not None) for seat in seats] != plain or bool(cards_of(seats))


def hold_classes(classes: Select[SchoolClass]) -> dict[int, SchoolClass]:
    """Return the classes by id, held so that no row that names one of them is added meanwhile."""
    held = classes.order_by(SchoolClass.id).with_for_update(of=SchoolClass)
    return {one.id: one for one in db.session.scalars(held.execution_options(populate_existing=True))}


def _seats(class_ids: Collection[int]) -> dict[int, list[Student]]:
    seats: dict[int, list[Student]] = {class_id: [] for class_id in class_ids}
    rows = select(Student).where(Student.class_id.in_(class_ids)).order_by(Student.number)
    for seat in db.session.scalars(rows.execution_options(populate_existing=True)):
        seats[seat.class_id].append(seat)
    return seats


def _marks(seats: Iterable[Student]) -> list[tuple[int, int, bool]]:
    return [(seat.number, seat.origin, seat.closed_on is not None) for seat in seats]
