"""Experts: where they work, what ties them to an entry, who reads what."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from orientir import clock
from orientir.accounts import services as accounts
from orientir.accounts.models import Grant, User
from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.organisations.models import Organisation
from orientir_practices import conflicts, queries, rounds
from orientir_practices.holding import hold_entry, hold_sheet, share_contest
from orientir_practices.jury_models import Juror, Sheet, SheetState
from orientir_practices.models import Contest, Entry, EntryState
from orientir_practices.readers import forbidden_reason
from orientir_practices.rights import AUTHOR, JUROR

LONGEST_WORDS = 300


def juror_of(contest: Contest, user_id: int | None) -> Juror | None:
    """Return the expert this account is in the contest, or None where it has not said yet where it works."""
    found = select(Juror).where(Juror.contest_id == contest.id, Juror.user_id == user_id, Juror.left_at.is_(None))
    return db.session.scalar(found)


def introduce(contest: Contest, user: User, organisation: Organisation | None, *, actor: int | None) -> Juror:
    """Write down where an expert works (None: nowhere among the organisations of the region); again replaces it.

    Raises ConflictError for an author of the same contest.
    """
    share_contest(contest)
    if _is_author(contest, user.id):
        raise ConflictError(_("Вы автор заявки этого конкурса: экспертом в нём быть нельзя."))
    juror = db.session.scalar(select(Juror).where(Juror.contest_id == contest.id, Juror.user_id == user.id))
    if juror is None:
        juror = Juror(contest=contest, user=user)
        db.session.add(juror)
    juror.organisation_id = organisation.id if organisation else None
    juror.municipality_id = organisation.municipality_id if organisation else None
    juror.left_at, juror.declared_at = None, clock.now()
    db.session.flush()
    _give_back_forbidden(juror, actor)
    audit.write(
        "practices.juror.introduce", "practices_contest", contest.id, actor=actor, scope=contest.region.scope,
        title=contest.title,
    )  # fmt: skip
    return juror


def declare_free(sheet: Sheet, *, actor: int | None) -> None:
    """Say that nothing ties the expert to the entry: only then scores can be written. A repeat changes nothing."""
    hold_sheet(sheet)
    if sheet.state in (SheetState.OPEN, SheetState.SENT):
        return
    refuse_closed(sheet)
    sheet.state, sheet.opened_at = SheetState.OPEN, clock.now()
    db.session.flush()
    _write("practices.sheet.open", sheet, actor)


def decline(sheet: Sheet, words: str, *, actor: int | None) -> None:
    """Give an entry back because of a conflict of interest; raises InvalidInputError without words, ConflictError."""
    if not words.strip():
        raise InvalidInputError(_("Напишите, что вас связывает с заявкой: это увидит только секретарь."), "words")
    hold_sheet(sheet)
    if sheet.state == SheetState.DECLINED:
        return
    refuse_closed(sheet)
    if sheet.state == SheetState.SENT:
        raise ConflictError(_("Лист уже отправлен."))
    sheet.state, sheet.conflict = SheetState.DECLINED, words.strip()[:LONGEST_WORDS]
    sheet.scores, sheet.comments, sheet.summary = {}, {}, ""
    db.session.flush()
    _write("practices.sheet.decline", sheet, actor)


def assign(entry: Entry, juror: Juror, *, actor: int | None) -> Sheet:
    """Give an accepted entry to one more expert; given already, the sheet is returned (a withdrawn one revives).

    Raises ConflictError where the rules forbid the pair, and for a secretary who is tied to the entry.
    """
    hold_entry(entry)
    conflicts.refuse_tied(entry, actor)
    if entry.state != EntryState.ACCEPTED or juror.contest_id != entry.contest_id or juror.left_at is not None:
        raise ConflictError(_("Назначать можно только принятые заявки и экспертов этого конкурса."))
    if entry.contest.stage not in rounds.GIVEN_IN:
        raise ConflictError(_("Назначать экспертов сейчас нельзя: экспертиза не идёт."))
    number = rounds.current(entry.contest)
    if not queries.is_read_in(entry, number):
        raise ConflictError(_("Эта заявка не вошла в шорт-лист: на защите её не оценивают."))
    if reason := forbidden_reason(entry, juror):
        raise ConflictError(_("Этого эксперта назначить нельзя: %(reason)s.", reason=reason))
    own = select(Sheet).where(Sheet.entry_id == entry.id, Sheet.juror_id == juror.id, Sheet.round == number)
    sheet = db.session.scalar(own)
    if sheet is None:
        sheet = Sheet(entry=entry, juror=juror, round=number, expert=_next_expert(entry, number))
        db.session.add(sheet)
    elif sheet.state == SheetState.WITHDRAWN:
        sheet.state, sheet.opened_at = SheetState.ASSIGNED, None
    elif sheet.state == SheetState.DECLINED:
        raise ConflictError(_("Этот эксперт отказался: у него конфликт интересов."))
    db.session.flush()
    _write("practices.sheet.assign", sheet, actor)
    return sheet


def unassign(sheet: Sheet, *, actor: int | None) -> None:
    """Take an entry from an expert who has not sent the sheet.

    Raises ConflictError for one that is sent, and for a secretary who is tied to the entry.
    """
    hold_sheet(sheet)
    conflicts.refuse_tied(sheet.entry, actor)
    _withdraw(sheet, actor)


def _withdraw(sheet: Sheet, actor: int | None) -> None:
    if sheet.state == SheetState.WITHDRAWN:
        return
    if sheet.state == SheetState.SENT:
        raise ConflictError(_("Лист отправлен: он остаётся. Вернуть его может только председатель."))
    sheet.state = SheetState.WITHDRAWN
    db.session.flush()
    _write("practices.sheet.withdraw", sheet, actor)


def dismiss(contest: Contest, user: User, *, actor: int | None) -> int:
    """Take the role of an expert away with the entries they have not sent, and return how many; sent sheets stay.

    Of somebody who is no expert of the contest nothing changes.
    """
    share_contest(contest)
    juror, left = juror_of(contest, user.id), 0
    if juror is not None:
        for sheet in _unsent_of(juror):
            hold_sheet(sheet)
            _withdraw(sheet, actor)
            left += 1
        juror.left_at = clock.now()
    held = select(Grant).where(
        Grant.user_id == user.id, Grant.role == JUROR, Grant.object_key == contest.scope.object_key
    )
    for one in db.session.scalars(held).all():
        accounts.take(user, one, actor=actor)
    db.session.flush()
    return left


def jurors_in(contest: Contest) -> list[Juror]:
    """Return the experts who have said where they work, by name."""
    found = select(Juror).join(User, User.id == Juror.user_id)
    present = found.where(Juror.contest_id == contest.id, Juror.left_at.is_(None), User.disabled_at.is_(None))
    return list(db.session.scalars(present.order_by(User.name, Juror.id)))


def find_juror(contest: Contest, juror_id: int) -> Juror:
    """Return an expert of the contest; raises ConflictError for anybody else, and for nobody."""
    juror = next((one for one in jurors_in(contest) if one.id == juror_id), None)
    if juror is None:
        raise ConflictError(_("Выберите эксперта из списка."))
    return juror


def refuse_closed(sheet: Sheet) -> None:
    """Raise ConflictError when the experts' time is over, or the entry was given to somebody else."""
    contest = sheet.entry.contest
    if sheet.state in (SheetState.WITHDRAWN, SheetState.DECLINED):
        raise ConflictError(_("Эту заявку читает другой эксперт."))
    is_running = contest.stage == rounds.STAGE_OF[sheet.round]
    if not is_running or clock.now() >= rounds.until_of(contest, sheet.round):
        raise ConflictError(_("Срок экспертизы вышел. Если оценка нужна, секретарь продлит его."))


def _give_back_forbidden(juror: Juror, actor: int | None) -> None:
    """Take from an expert who said another place what they may not read there and have not sent."""
    for sheet in _unsent_of(juror):
        if forbidden_reason(sheet.entry, juror):
            hold_sheet(sheet)
            _withdraw(sheet, actor)


def _unsent_of(juror: Juror) -> Sequence[Sheet]:
    unsent = select(Sheet).where(Sheet.juror_id == juror.id, Sheet.state.in_((SheetState.ASSIGNED, SheetState.OPEN)))
    return db.session.scalars(unsent.order_by(Sheet.id)).all()


def _is_author(contest: Contest, user_id: int) -> bool:
    keys = [one.scope.object_key for one in _entries_with_authors(contest)]
    held = select(Grant.id).where(Grant.user_id == user_id, Grant.role == AUTHOR, Grant.object_key.in_(keys))
    return db.session.scalars(held.limit(1)).first() is not None


def _entries_with_authors(contest: Contest) -> Sequence[Entry]:
    living = (EntryState.SUBMITTED, EntryState.RETURNED, EntryState.ACCEPTED)
    return db.session.scalars(select(Entry).where(Entry.contest_id == contest.id, Entry.state.in_(living))).all()


def _next_expert(entry: Entry, number: int) -> int:
    last = db.session.scalar(select(func.max(Sheet.expert)).where(Sheet.entry_id == entry.id, Sheet.round == number))
    return (last or 0) + 1


def _write(action: str, sheet: Sheet, actor: int | None) -> None:
    contest = sheet.entry.contest
    audit.write(action, "practices_sheet", sheet.id, actor=actor, scope=contest.region.scope, number=sheet.entry.number)
