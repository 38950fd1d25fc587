"""Student cards: a code per open number. A card belongs to the pupil's first seat, so it goes on through the years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from flask import url_for
from sqlalchemy import select

from orientir.audit import services as audit
from orientir.codes import services as codes
from orientir.contracts import CodeDestination, CodeKind, OpenedCode, PlatformCode
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.i18n import LazyText, _, _l
from orientir.organisations.holding import lock
from orientir.organisations.models import SchoolClass
from orientir.students.models import CARD, Student
from orientir.students.queries import card_owners, present_seat, seats_of
from orientir.students.services import existing_number, refuse_settled

REASONS: Mapping[str, LazyText] = {
    "lost": _l("карточка потеряна"),
    "damaged": _l("карточка испорчена"),
    "seen": _l("код увидел кто-то другой"),
    "stranger": _l("карточку взял другой ученик"),
}


def last_day(year: int) -> date:
    """Return the last day of a card of the academic year: until then the school may move its classes on."""
    return date(year + 1, 10, 31)


def cards_of(students: Iterable[Student]) -> dict[int, int]:
    """Return the generation of the living card by seat; a seat without a card is left out."""
    owners = {student.card_owner: student.id for student in students if student.closed_on is None}
    return {owners[owner]: generation for owner, generation in codes.living(CARD, owners).items()}


def issue_cards(school_class: SchoolClass, *, actor: int | None) -> int:
    """Give every open number without a card one, and return how many are new.

    The class is held meanwhile: a number that is being closed keeps no card. Raises InvalidInputError as
    `services.refuse_settled` does, and where there is no number.
    """
    lock(school_class)
    refuse_settled(school_class)
    students = _open_numbers(school_class)
    if not students:
        raise InvalidInputError(_("В классе нет номеров. Сначала добавьте номера списка."), "numbers")
    missing = len(students) - len(cards_of(students))
    codes.issue(CARD, [student.card_owner for student in students], expires_on=last_day(school_class.year))
    if missing:
        audit.write("card.issue", "class", school_class.id, actor=actor, scope=school_class.scope, issued=missing)
    return missing


def reissue_card(school_class: SchoolClass, number: int, reason: str, *, seen: int, actor: int | None) -> bool:
    """Let the card of a number die at once and issue the next; tell whether that was done.

    `seen` is the generation the person saw: of two who report the same loss one gets the new card made, the other is
    told so, and the new one lives. Raises InvalidInputError (field «reason»), MissingError, and for a settled class.
    """
    if reason not in REASONS:
        raise InvalidInputError(_("Выберите причину из списка."), "reason")
    lock(school_class)
    refuse_settled(school_class)
    student = existing_number(school_class, number)
    if student.closed_on is not None or codes.living(CARD, [student.card_owner]).get(student.card_owner) != seen:
        return False
    codes.withdraw(CARD, card_owners([student]))
    codes.issue(CARD, [student.card_owner], expires_on=last_day(school_class.year))
    audit.write(
        "card.reissue", "student", student.id, actor=actor, scope=school_class.scope, number=number, reason=reason
    )
    return True


def reissue_all(school_class: SchoolClass, reason: str, *, seen: int, actor: int | None) -> int:
    """Let all cards of the class die at once, issue the next ones and return how many; 0 where somebody just did.

    `seen` is `sum_seen` as the page showed it. Raises as `reissue_card` does.
    """
    if reason not in REASONS:
        raise InvalidInputError(_("Выберите причину из списка."), "reason")
    lock(school_class)
    refuse_settled(school_class)
    students = _open_numbers(school_class)
    alive = cards_of(students)
    if not alive or sum_seen(alive) != seen:
        return 0
    renewed = [student for student in students if student.id in alive]
    owners = [student.card_owner for student in renewed]
    codes.withdraw(CARD, card_owners(renewed))
    codes.issue(CARD, owners, expires_on=last_day(school_class.year))
    scope = school_class.scope
    audit.write(
        "card.reissue_all", "class", school_class.id, actor=actor, scope=scope, cards=len(owners), reason=reason
    )
    return len(owners)


def sum_seen(generations: Mapping[int, int]) -> int:
    """Return one number for all cards of a class that grows whenever any of them is made anew."""
    return sum(generations.values())


def digits_of(students: Iterable[Student]) -> dict[int, str]:
    """Return the digits of the living cards by number of the list; reads only, so a GET may print again."""
    alive = cards_of(students)
    printed = [student for student in students if student.id in alive]
    digits = codes.reveal(CARD, [student.card_owner for student in printed])
    return {student.number: text for student, text in zip(printed, digits, strict=True)}


def open_card(code: OpenedCode) -> CodeDestination | None:
    """Return the way to «Мои записи» for a card whose seat is still open."""
    seats = seats_of(int(code.owner) if code.owner.isdecimal() else 0)
    if not seats or present_seat(seats).closed_on is not None:
        return None
    origin = seats[0].origin
    return CodeDestination(url_for("records.mine"), {"seat": origin}, person=f"student:{origin}", returns=True)


def _open_numbers(school_class: SchoolClass) -> list[Student]:
    students = select(Student).filter_by(class_id=school_class.id, closed_on=None).order_by(Student.number)
    return list(db.session.scalars(students.execution_options(populate_existing=True)))


CARD_CODE = PlatformCode(CodeKind(CARD, _l("карточка ученика")), open_card)
