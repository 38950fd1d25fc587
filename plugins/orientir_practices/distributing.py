"""Who reads what in a contest: the distribution carried out, the board that shows it, who owes sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from orientir.accounts.models import User
from orientir.audit import services as audit
from orientir.contracts import Due
from orientir.db import db
from orientir.errors import ConflictError, MissingError
from orientir.i18n import _
from orientir.notices import services as notices
from orientir.web.formats import day_full
from orientir.web.links import page_path
from orientir_practices import jury, queries, rounds, telling
from orientir_practices.distribution import ban_of
from orientir_practices.distribution import distribute as deal
from orientir_practices.holding import hold_contest
from orientir_practices.jury_models import Juror, Sheet, SheetState
from orientir_practices.models import Contest, Entry, EntryState, Stage
from orientir_practices.people import holders
from orientir_practices.readers import FREE, STANDING, entries_to_read, readers_of
from orientir_practices.rights import JUROR

MOST_TOLD = 4  # shortages told at once: the first ones are usually the cause of the rest


@dataclass(frozen=True)
class Debt:
    """An expert and how many of the entries given to them wait for a sheet."""

    juror: Juror
    left: int
    total: int


def distribute(contest: Contest, *, actor: int | None) -> int:
    """Give every accepted entry the experts it lacks, evenly; what stands stays. Returns how many sheets were added.

    Raises ConflictError with the reasons where it is impossible: nothing is given then.
    """
    hold_contest(contest)
    if contest.stage not in rounds.GIVEN_IN:
        raise ConflictError(_("Заявки раздают после приёма и до итогов."))
    jurors = {juror.id: juror for juror in jury.jurors_in(contest)}
    number = rounds.current(contest)
    entries = {entry.id: entry for entry in queries.read_in(contest, number)}
    if not jurors:
        raise ConflictError(_("Ни один эксперт ещё не сказал, где работает: раздавать некому."))
    to_read = [one for one in entries_to_read(contest) if one.id in entries]
    seed = f"{contest.id}" if number == rounds.FIRST else f"{contest.id}:{number}"
    dealt = deal(to_read, readers_of(list(jurors.values())), rounds.each_of(contest, number), seed=seed)
    if not dealt.is_whole:
        raise ConflictError(" ".join(one.in_words() for one in dealt.shortages[:MOST_TOLD]))
    pairs = [
        (entries[one.id], jurors[number]) for one in to_read for number in dealt.given[one.id]
        if number not in one.assigned
    ]  # fmt: skip
    return _give(contest, number, pairs, "practices.distribute", actor=actor)


def hand_over(contest: Contest, debtor: Juror, *, actor: int | None) -> int:
    """Give the entries an expert has not scored to others, evenly, in one step; return how many went over.

    What they sent stays. Raises ConflictError with the reasons where it is impossible (nothing is taken then), outside
    the round, and for a secretary who is tied to one of the entries.
    """
    hold_contest(contest)
    number = rounds.current(contest)
    if contest.stage != rounds.STAGE_OF[number]:
        raise ConflictError(_("Передавать заявки сейчас нельзя: экспертиза не идёт."))
    owed = [
        sheet for sheet in queries.sheets_in(contest, number)
        if sheet.juror_id == debtor.id and sheet.state in (SheetState.ASSIGNED, SheetState.OPEN)
    ]  # fmt: skip
    for sheet in owed:
        jury.unassign(sheet, actor=actor)
    given = {sheet.entry_id: sheet.entry for sheet in owed}
    others = {juror.id: juror for juror in jury.jurors_in(contest) if juror.id != debtor.id}
    to_read, more = entries_to_read(contest), dict.fromkeys(given, 1)
    dealt = deal(to_read, readers_of(list(others.values())), 1, seed=f"{contest.id}:{debtor.id}", more=more)
    if not dealt.is_whole:
        raise ConflictError(" ".join(one.in_words() for one in dealt.shortages[:MOST_TOLD]))
    pairs = [
        (given[one.id], others[juror_id]) for one in to_read if one.id in given
        for juror_id in dealt.given[one.id] if juror_id not in one.assigned
    ]  # fmt: skip
    return _give(contest, number, pairs, "practices.hand_over", actor=actor)


def _give(contest: Contest, number: int, pairs: Sequence[tuple[Entry, Juror]], act: str, *, actor: int | None) -> int:
    """Write the sheets of a round down, tell the experts, and return how many there are."""
    _add_sheets(pairs, number)
    audit.write(
        act, "practices_contest", contest.id, actor=actor, scope=contest.region.scope, title=contest.title,
        count=len(pairs),
    )  # fmt: skip
    if pairs:
        last = max(sheet.id for sheet in queries.sheets_in(contest, number))
        telling.tell_assigned(contest, sorted({juror.user_id for _entry, juror in pairs}), f"until:{last}")
    return len(pairs)


def offered(entry: Entry, sheets: Sequence[Sheet]) -> list[tuple[int, str]]:
    """Return the experts who may read one more entry, those with the fewest entries first, each with the load."""
    if entry.state != EntryState.ACCEPTED:
        return []
    jurors = {juror.id: juror for juror in jury.jurors_in(entry.contest)}
    loads, to_read = _loads(entry.contest), entries_to_read(entry.contest, entry)[0]
    number = rounds.current(entry.contest)
    if not queries.is_read_in(entry, number):
        return []
    taken = {sheet.juror_id for sheet in sheets if sheet.round == number}
    free = [one for one in readers_of(list(jurors.values())) if one.id not in taken and ban_of(to_read, one) in FREE]
    free.sort(key=lambda one: (loads.get(one.id, 0), one.name))
    return [(one.id, _("%(name)s, заявок: %(count)s", name=one.name, count=loads.get(one.id, 0))) for one in free]


def board_of(contest: Contest) -> list[tuple[Entry, list[Sheet]]]:
    """Return the entries of the round in hand with their sheets, by number."""
    number, sheets = rounds.current(contest), dict[int, list[Sheet]]()
    for sheet in queries.sheets_in(contest, number):
        sheets.setdefault(sheet.entry_id, []).append(sheet)
    return [(entry, sheets.get(entry.id, [])) for entry in queries.read_in(contest, number)]


def silent_experts(contest: Contest) -> list[User]:
    """Return the experts who accepted the role and have not said yet where they work: nothing can be given to them."""
    spoken = {juror.user_id for juror in jury.jurors_in(contest)}
    return [user for user, _role in holders(contest, JUROR) if user.id not in spoken]


def debts_of(contest: Contest) -> list[Debt]:
    """Return the experts who owe sheets of the round in hand, those who owe most first."""
    counted = (
        select(Sheet.juror_id, func.count(Sheet.id), func.count(Sheet.sent_at))
        .join(Sheet.juror)
        .where(Juror.contest_id == contest.id, Sheet.state.in_(STANDING), Sheet.round == rounds.current(contest))
        .group_by(Sheet.juror_id)
    )
    totals = {number: (total, sent) for number, total, sent in db.session.execute(counted)}
    debts = [
        Debt(juror, total - sent, total)
        for juror in jury.jurors_in(contest)
        for total, sent in [totals.get(juror.id, (0, 0))]
        if total > sent
    ]
    return sorted(debts, key=lambda one: -one.left)


def remind(contest: Contest, today: date, *, actor: int | None) -> int:
    """Tell every expert who owes sheets, once a day; return how many hear of it now."""
    told = 0
    for debt in debts_of(contest):
        values = {
            "contest": contest.title,
            "count": debt.left,
            "when": "",
            "date": day_full(rounds.last_day_of(contest, rounds.current(contest))),
        }
        told += notices.tell(
            telling.OWED, [debt.juror.user_id], values, about=f"owed:{debt.juror.id}:{today}",
            scope=contest.region.scope, url=_desk_of_juror(contest), actor=actor,
        )  # fmt: skip
    return told


def owed(today: date, region_id: int) -> Iterator[Due]:
    """Yield what experts owe in contests under expertise: for the rule that reminds of the last day."""
    judging = (Stage.EXPERTISE, Stage.DEFENCE)
    running = select(Contest).where(Contest.region_id == region_id, Contest.stage.in_(judging))
    for contest in db.session.scalars(running):
        last = rounds.last_day_of(contest, rounds.current(contest))
        for debt in debts_of(contest) if last >= today else ():
            yield Due(
                about=f"owed:{debt.juror.id}:{last}",
                day=last,
                recipients=(debt.juror.user_id,),
                scope=contest.region.scope,
                values={"contest": contest.title, "count": debt.left},
                url=_desk_of_juror(contest),
            )


def sheet_about(entry: Entry, sheet_id: int) -> Sheet:
    """Return a sheet of the entry; raises MissingError."""
    sheet = next((one for one in queries.sheets_about(entry) if one.id == sheet_id), None)
    if sheet is None:
        raise MissingError
    return sheet


def tell_one(entry: Entry, juror: Juror) -> None:
    """Tell an expert about one more entry."""
    telling.tell_assigned(entry.contest, [juror.user_id], f"entry:{entry.id}")


def _add_sheets(pairs: Sequence[tuple[Entry, Juror]], number: int) -> None:
    """Add the sheets, each with the next number of its entry's experts in the round."""
    ids = [entry.id for entry, _juror in pairs]
    highest = select(Sheet.entry_id, func.max(Sheet.expert)).where(Sheet.entry_id.in_(ids), Sheet.round == number)
    last: dict[int, int] = dict(db.session.execute(highest.group_by(Sheet.entry_id)).all())
    for entry, juror in pairs:
        last[entry.id] = last.get(entry.id, 0) + 1
        db.session.add(Sheet(entry=entry, juror=juror, round=number, expert=last[entry.id]))
    db.session.flush()


def _loads(contest: Contest) -> dict[int, int]:
    counted = (
        select(Sheet.juror_id, func.count(Sheet.id))
        .join(Sheet.juror)
        .where(Juror.contest_id == contest.id, Sheet.state.in_(STANDING), Sheet.round == rounds.current(contest))
        .group_by(Sheet.juror_id)
    )
    return dict(db.session.execute(counted).all())


def _desk_of_juror(contest: Contest) -> str:
    return page_path("practices_jury.index", contest_id=contest.id)
