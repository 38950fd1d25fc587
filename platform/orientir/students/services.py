"""Verbs on the numbers of a class list: open, add, close. A number once given never means another pupil."""

from __future__ import annotations

from sqlalchemy import insert, select

from orientir.audit import services as audit
from orientir.codes import services as codes
from orientir.db import db
from orientir.errors import InvalidInputError, MissingError
from orientir.i18n import _
from orientir.organisations.holding import lock
from orientir.organisations.models import SchoolClass
from orientir.organisations.queries import today_of
from orientir.students.models import CARD, Student
from orientir.students.queries import card_owners, is_past, move_of, numbers_of

LAST_NUMBER = 99


def open_numbers(school_class: SchoolClass, upto: int, *, actor: int | None) -> list[int]:
    """Return the numbers that were missing of 1…`upto` (0…99), opened now; closed ones stay closed."""
    if not 0 <= upto <= LAST_NUMBER:
        raise InvalidInputError(_("В списке класса номера от 1 до %(last)s.", last=LAST_NUMBER))
    lock(school_class)
    known = set(db.session.scalars(select(Student.number).where(Student.class_id == school_class.id)))
    opened = [number for number in range(1, upto + 1) if number not in known]
    if opened:
        # One statement and no objects: the list of a whole region brings 160,000 of them.
        db.session.execute(insert(Student), [{"class_id": school_class.id, "number": number} for number in opened])
        _note_opened(school_class, opened, actor)
    return opened


def add_numbers(school_class: SchoolClass, count: int = 1, *, actor: int | None) -> list[Student]:
    """Return `count` new numbers, above the highest ever given.

    Raises InvalidInputError where they would pass 99, and for a class whose list is settled.
    """
    lock(school_class)
    refuse_settled(school_class)
    highest = max((student.number for student in numbers_of(school_class.id)), default=0)
    if not 1 <= count <= LAST_NUMBER - highest:
        raise InvalidInputError(
            _("Столько номеров добавить нельзя: последний занят %(highest)s, всего их не больше %(last)s.",
              highest=highest, last=LAST_NUMBER)
        )  # fmt: skip
    added = [_seat(school_class, highest + step) for step in range(1, count + 1)]
    db.session.flush()
    _note_opened(school_class, [one.number for one in added], actor)
    return added


def close_number(school_class: SchoolClass, number: int, *, actor: int | None) -> Student:
    """Close the number of a pupil who has left; what was counted under it stays. Closing twice changes nothing.

    The pupil's card opens nothing from now on. Raises InvalidInputError for a class whose list is settled.
    """
    lock(school_class)
    refuse_settled(school_class)
    student = existing_number(school_class, number)
    if student.closed_on is None:
        student.closed_on = today_of(school_class.organisation.municipality.region)
        codes.withdraw(CARD, card_owners([student]))
        db.session.flush()
        audit.write("student.close", "student", student.id, actor=actor, scope=school_class.scope, number=number)
    return student


def reopen_number(school_class: SchoolClass, number: int, *, actor: int | None) -> Student:
    """Open a closed number again for the same pupil: one closed by mistake or come back. A new card is issued apart.

    Raises InvalidInputError for a class whose list is settled.
    """
    lock(school_class)
    refuse_settled(school_class)
    student = existing_number(school_class, number)
    if student.closed_on is not None:
        student.closed_on = None
        db.session.flush()
        audit.write("student.reopen", "student", student.id, actor=actor, scope=school_class.scope, number=number)
    return student


def refuse_settled(school_class: SchoolClass) -> None:
    """Raise InvalidInputError (field «numbers») where numbers and cards of the class change no more."""
    move = move_of(school_class.id)
    if move is not None and move.next_class is not None:
        raise InvalidInputError(
            _("Класс переведён на следующий год. Номера и карточки ведут теперь здесь: %(title)s.",
              title=move.next_class.title), "numbers"
        )  # fmt: skip
    if move is not None:
        raise InvalidInputError(_("Класс выпущен: его номера и карточки больше не меняются."), "numbers")
    if is_past(school_class):
        raise InvalidInputError(
            _("Это класс прошлого года. Сначала переведите школу на новый год, номера и карточки перейдут с классом."),
            "numbers",
        )


def existing_number(school_class: SchoolClass, number: int) -> Student:
    """Return the seat as it stands now, held until the transaction ends; raises MissingError."""
    student = db.session.scalar(
        select(Student)
        .where(Student.class_id == school_class.id, Student.number == number)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if student is None:
        raise MissingError(_("Номера %(number)s в списке класса нет.", number=number))
    return student


def _seat(school_class: SchoolClass, number: int) -> Student:
    student = Student(class_id=school_class.id, number=number)
    db.session.add(student)
    return student


def _note_opened(school_class: SchoolClass, numbers: list[int], actor: int | None) -> None:
    audit.write("class.numbers", "class", school_class.id, actor=actor, scope=school_class.scope, opened=numbers)
