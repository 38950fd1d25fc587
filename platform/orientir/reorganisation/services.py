"""Verbs: close, open again, join, split, and merge the two entries of one organisation (decision 8).

Locks are taken in one order: the municipality, organisations by id, classes by id, then what coverage holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import delete, or_, select, update

from orientir.audit import services as audit
from orientir.bookings import merging as bookings
from orientir.coverage import moving
from orientir.coverage.promises import hand_over_promises
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.notices import mail_off
from orientir.organisations.cards import Particulars
from orientir.organisations.histories import Succession, SuccessionKind
from orientir.organisations.holding import hold, lock
from orientir.organisations.models import Organisation
from orientir.organisations.queries import today_of
from orientir.organisations.services import FIRST_YEAR, add_organisation, refuse_namesake
from orientir.reorganisation.cards import take_over_card
from orientir.reorganisation.people import move_grants, share_grants
from orientir.reorganisation.twins import Pairing, keep_headcounts, pair_classes, pair_seats
from orientir.students.joining import join_pupils

MOST_PARTS = 10


def close_organisation(
    organisation: Organisation, on_date: date, successor: Organisation | None = None, *, actor: int | None
) -> None:
    """Close the organisation from a day on, at most a year ahead; what was counted stays with it.

    Raises InvalidInputError (field named), ConflictError where it is closed already.
    """
    _begin([organisation, *([successor] if successor else [])])
    _close(organisation, on_date, actor)
    if successor:
        _follow(organisation, successor, SuccessionKind.SUCCESSOR, on_date)
    _note("organisation.close", organisation, actor, on_date=on_date, successor=successor.id if successor else None)


def reopen_organisation(organisation: Organisation, *, actor: int | None) -> None:
    """Take a closing back. Roles given meanwhile stay; a second entry that was merged stays merged."""
    lock(organisation.municipality)
    _begin([organisation])
    if organisation.closed_on is None:
        return
    if organisation.merged_into_id is not None:
        raise ConflictError(_("Это дубль: его классы уже в другой карточке. Открыть его снова нельзя."))
    refuse_namesake(organisation.municipality, organisation.name, organisation.id)
    # What came out of it while it went on, on other days, stays its history.
    of_closing = (Succession.predecessor_id == organisation.id, Succession.on_date == organisation.closed_on)
    db.session.execute(delete(Succession).where(*of_closing))
    organisation.closed_on, organisation.changed_by = None, actor
    organisation.version += 1
    _note("organisation.reopen", organisation, actor)


def join_organisation(organisation: Organisation, into: Organisation, on_date: date, *, actor: int | None) -> int:
    """Let the organisation become part of another on a day; return how many accounts go on working there.

    Its classes learn on as its own until the year ends, and its figures stay its own: they are the history of another
    legal person. Raises as `close_organisation` does.
    """
    _begin([organisation, into])
    _close(organisation, on_date, actor)
    _follow(organisation, into, SuccessionKind.JOINED, on_date)
    people = share_grants(organisation, into, actor=actor)
    _note("organisation.join", organisation, actor, on_date=on_date, into=into.id, accounts=people)
    return people


def split_organisation(
    organisation: Organisation,
    on_date: date,
    parts: Sequence[Organisation],
    new_names: Sequence[str],
    *,
    closes: bool,
    actor: int | None,
) -> list[Organisation]:
    """Let organisations come out of this one on a day; return them, those that are new among them.

    `new_names` are added in its municipality, of its kind. It closes, or goes on beside them. Classes and figures stay
    with it; who works where is for people to say. Raises InvalidInputError (field named), ConflictError.
    """
    least = 2 if closes else 1
    if not least <= len(parts) + len(new_names) <= MOST_PARTS:
        raise InvalidInputError(
            _("Назовите от %(least)s до %(most)s организаций, которые получаются.", least=least, most=MOST_PARTS),
            "names",
        )
    lock(organisation.municipality)
    _begin([organisation, *parts])
    _check_day(organisation, on_date)
    if closes:
        _close(organisation, on_date, actor)
    _refuse_closed(organisation, closes=closes)
    new = [
        add_organisation(
            organisation.municipality,
            organisation.kind,
            name,
            particulars=Particulars(opened_on=on_date),
            actor=actor,
        )
        for name in new_names
    ]
    made = [*parts, *new]
    for one in made:
        _follow(organisation, one, SuccessionKind.SPLIT, on_date)
    _note("organisation.split", organisation, actor, on_date=on_date, into=[one.id for one in made], closes=closes)
    return made


def merge_double(double: Organisation, original: Organisation, *, actor: int | None) -> None:
    """Make one of two entries of the same organisation; this cannot be taken back.

    Classes the original lacks go over with their figures; entries of a class both have, and those that name no class,
    are said once more of the original; targets, declarations, people, names and what its card lacks follow. Raises
    InvalidInputError for two that cannot be one, ConflictError while an open survey counts in a class both have.
    """
    _begin([double, original])
    _check_pair(double, original)
    pairing = pair_classes(double.id, original.id, keep=True)
    _refuse_busy(pairing)
    moved = [one.id for one in pairing.movers]
    moving.hand_over_classes(moved, original.id)
    for one in pairing.movers:
        one.organisation = original
    db.session.flush()
    keep_headcounts(pairing.twins)
    seats = pair_seats(pairing.twins)
    restated = moving.move_to_twins(pairing.twins, seats)
    cards = join_pupils(seats)
    slots = bookings.hand_over(double.id, original.id, pairing.twins, seats)
    restated += moving.move_levels(double.id, original.id)
    hand_over_promises(double, original, actor=actor)
    take_over_card(double, original, actor=actor)
    mail_off.hand_over(double.id, original.id)
    people = move_grants(double, original, actor=actor)
    _bury(double, original, actor)
    numbers = {
        "classes": len(moved),
        "twins": len(pairing.twins),
        "facts": restated,
        "accounts": people,
        "slots": slots,
        "cards": cards,
    }
    _note("organisation.merge", double, actor, into=original.id, **numbers)


def _begin(organisations: Iterable[Organisation]) -> None:
    """Lock the organisations in order and read them anew."""
    for one in sorted(set(organisations), key=lambda one: one.id):
        hold(one)
        db.session.refresh(one)


def _close(organisation: Organisation, on_date: date, actor: int | None) -> None:
    if organisation.closed_on is not None:
        raise ConflictError(_("Организация уже закрыта."))
    _check_day(organisation, on_date)
    organisation.closed_on, organisation.changed_by = on_date, actor
    organisation.version += 1
    db.session.flush()


def _check_day(organisation: Organisation, on_date: date) -> None:
    today = today_of(organisation.municipality.region)
    if not date(FIRST_YEAR, 1, 1) <= on_date <= today + timedelta(days=366):
        raise InvalidInputError(_("Проверьте год: закрытие вносят не раньше чем за год."), "on_date")
    if organisation.opened_on and on_date < organisation.opened_on:
        raise InvalidInputError(_("Этот день раньше, чем организация открылась."), "on_date")


def _refuse_closed(organisation: Organisation, *, closes: bool) -> None:
    if organisation.closed_on is not None and not closes:
        raise ConflictError(_("Организация уже закрыта."))


def _follow(predecessor: Organisation, successor: Organisation, kind: SuccessionKind, on_date: date) -> None:
    """Write one line of descent; nobody descends from a closed, a merged or a foreign one, nor from itself.

    Two have one line: a school that joins what once came out of it has joined it; the log of acts tells both.
    """
    is_same = successor.id == predecessor.id or successor.merged_into_id is not None
    is_abroad = successor.municipality.region_id != predecessor.municipality.region_id
    if is_same or is_abroad or (successor.closed_on is not None and successor.closed_on <= on_date):
        raise InvalidInputError(_("Выберите другую, действующую организацию того же региона."), "other_id")
    ends = {"predecessor_id": predecessor.id, "successor_id": successor.id}
    line = db.session.scalar(select(Succession).filter_by(**ends)) or Succession(**ends)
    line.kind, line.on_date = kind.value, on_date
    db.session.add(line)
    db.session.flush()


def _check_pair(double: Organisation, original: Organisation) -> None:
    if double.id == original.id or double.municipality.region_id != original.municipality.region_id:
        raise InvalidInputError(_("Выберите другую запись той же организации в том же регионе."), "other_id")
    if double.merged_into_id is not None or original.merged_into_id is not None:
        raise ConflictError(_("Одну из этих записей уже объединили. Откройте страницу заново."))
    if double.kind != original.kind:
        raise InvalidInputError(
            _("У дубля тот же вид, что и у самой организации. Сначала исправьте вид в карточке."), "other_id"
        )


def _refuse_busy(pairing: Pairing) -> None:
    busy = moving.running_classes(pairing.twins)
    if busy:
        named = ", ".join(pairing.titles[class_id] for class_id in sorted(busy))
        raise ConflictError(_("Сейчас идёт опрос, и в дубле на него отвечает класс, который есть в обеих "
                              "карточках: %(classes)s. Объедините после закрытия опроса.", classes=named))  # fmt: skip


def _bury(double: Organisation, original: Organisation, actor: int | None) -> None:
    """Mark the second entry, and lead to the original whatever led to it."""
    double.closed_on = double.closed_on or today_of(double.municipality.region)
    double.merged_into_id, double.changed_by = original.id, actor
    double.version += 1
    db.session.execute(
        update(Organisation).where(Organisation.merged_into_id == double.id).values(merged_into_id=original.id)
    )
    for line in _lines_of(double):
        ends = [original.id if end == double.id else end for end in (line.predecessor_id, line.successor_id)]
        if ends[0] == ends[1] or ends in [[one.predecessor_id, one.successor_id] for one in _lines_of(original)]:
            db.session.delete(line)
        else:
            line.predecessor_id, line.successor_id = ends
    db.session.flush()


def _lines_of(organisation: Organisation) -> Sequence[Succession]:
    either = or_(Succession.predecessor_id == organisation.id, Succession.successor_id == organisation.id)
    return db.session.scalars(select(Succession).where(either)).all()


def _note(action: str, organisation: Organisation, actor: int | None, **details: object) -> None:
    told = {name: value.isoformat() if isinstance(value, date) else value for name, value in details.items()}
    db.session.flush()
    audit.write(action, "organisation", organisation.id, actor=actor, scope=organisation.scope, **told)
