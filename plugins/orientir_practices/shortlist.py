"""Who goes to the defence: the first round proposes the best of each nomination, the chair decides and signs.

Proposed are, of each nomination, those with the mark of the defence, as many as it takes; whoever shares the last place
is proposed with the others, so that no lot decides. Against the proposal the chair says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select

from orientir.audit import services as audit
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir_practices import conflicts, results, signing
from orientir_practices.explaining import shortlist_in_words
from orientir_practices.holding import hold_contest
from orientir_practices.jury_models import Finalist, Protocol, ProtocolKind
from orientir_practices.models import Contest, Entry, Stage
from orientir_practices.signing import LONGEST_REASON
from orientir_practices.standings import Line

Decision = tuple[bool, str]  # whether an entry goes to the defence, and the chair's reason


def lines_of(contest: Contest) -> Sequence[Line]:
    """Return the lines of the first round, nomination by nomination, the best first."""
    return results.tables_of_first_round(contest).lines


def proposed(contest: Contest, lines: list[Line]) -> set[int]:
    """Return the entries the first round sends to the defence; nobody where the contest has none."""
    defence = contest.defence
    if defence is None:
        return set()
    return {
        line.entry.id
        for line in lines
        if line.final is not None and line.final >= defence.mark and line.place.rank is not None
        and (defence.best is None or line.place.rank.first <= defence.best)
    }  # fmt: skip


def decisions_of(contest: Contest) -> dict[int, Decision]:
    """Return what the chair has decided so far, by entry."""
    found = select(Finalist).join(Finalist.entry).where(Entry.contest_id == contest.id)
    return {one.entry_id: (one.is_in, one.reason) for one in db.session.scalars(found)}


def decide(contest: Contest, decisions: Mapping[int, Decision], *, actor: int | None) -> None:
    """Write down who goes to the defence; entries nobody names stay as they were decided, or are proposed.

    Raises InvalidInputError where the proposal is left without a reason or for an entry without a figure;
    ConflictError once signed, outside the stage, and in a nomination the chair is tied to.
    """
    hold_contest(contest)
    signing.refuse_signed(contest, ProtocolKind.SHORTLIST)
    if contest.stage != Stage.SHORTLIST:
        raise ConflictError(_("Шорт-лист составляют между заочной экспертизой и защитой."))
    lines = {line.entry.id: line for line in lines_of(contest)}
    if not set(decisions) <= set(lines):
        raise InvalidInputError(_("Такой заявки здесь нет."))
    usual = proposed(contest, list(lines.values()))
    for entry_id, (is_in, reason) in decisions.items():
        _check(lines[entry_id], is_in=is_in, is_usual=is_in == (entry_id in usual), reason=reason)
    conflicts.refuse_presiding(contest, {lines[one].entry.nomination_id for one in decisions}, actor)
    whole = {one: (one in usual, "") for one in lines} | decisions_of(contest) | dict(decisions)
    db.session.execute(delete(Finalist).where(Finalist.entry_id.in_(whole)))
    db.session.expire_all()
    db.session.add_all(
        Finalist(entry_id=one, is_in=is_in, reason="" if is_in == (one in usual) else reason.strip()[:LONGEST_REASON])
        for one, (is_in, reason) in sorted(whole.items())
    )
    db.session.flush()
    audit.write(
        "practices.shortlist", "practices_contest", contest.id, actor=actor, scope=contest.region.scope,
        title=contest.title, count=sum(is_in for is_in, _reason in whole.values()),
    )  # fmt: skip


def sign(contest: Contest, *, actor: int | None) -> Protocol:
    """Freeze the short list; what was not decided is as proposed. Signed already, the same one is returned.

    Raises ConflictError outside the stage, for an empty list, and for a chair who is tied to an entry of the contest.
    """
    hold_contest(contest)
    if signed := find_shortlist(contest):
        return signed
    conflicts.refuse_presiding(contest, {nomination.id for nomination in contest.nominations}, actor)
    decide(contest, {}, actor=actor)
    content = content_of(contest)
    if not any(line["is_in"] for line in content["entries"]):
        raise ConflictError(_("В шорт-листе никого нет: допустите к защите хотя бы одну заявку."))
    return signing.freeze(contest, ProtocolKind.SHORTLIST, content, actor=actor)


def unsign(contest: Contest, reason: str, *, actor: int | None) -> None:
    """Take the signature back before the defence begins; the reason goes to the log."""
    signing.check_reason(reason)
    hold_contest(contest)
    if contest.stage != Stage.SHORTLIST:
        raise ConflictError(_("Защита уже началась: сначала верните конкурс к шорт-листу."))
    conflicts.refuse_presiding(contest, {nomination.id for nomination in contest.nominations}, actor)
    signing.lift(contest, ProtocolKind.SHORTLIST, reason, actor=actor)


def find_shortlist(contest: Contest) -> Protocol | None:
    return signing.find_signed(contest, ProtocolKind.SHORTLIST)


def content_of(contest: Contest) -> dict[str, Any]:
    """Return what is signed: every entry with its sheets' totals, its figure of the first round, and the decision."""
    decided, defence, lines = decisions_of(contest), contest.defence, lines_of(contest)
    return {
        "contest": contest.title,
        "year": contest.year,
        "aggregation": contest.aggregation,
        "pass_mark": defence.mark if defence else contest.pass_mark,
        "best": defence.best if defence else None,
        "method": shortlist_in_words(contest, lines),
        "entries": [
            {
                **signing.signed_line(line),
                "is_in": decided[line.entry.id][0],
                "reason": decided[line.entry.id][1],
            }
            for line in lines
        ],
        "ties": [words for table in results.tables_of_first_round(contest) for words in table.reasons],
    }


def _check(line: Line, *, is_in: bool, is_usual: bool, reason: str) -> None:
    if is_in and line.final is None:
        raise InvalidInputError(
            _("Заявке № %(number)s не хватает оценок: на защиту её не допустить.", number=line.entry.number)
        )
    if not is_usual and not reason.strip():
        raise InvalidInputError(
            _("Заявка № %(number)s: напишите, почему решаете не так, как предлагает рейтинг.",
              number=line.entry.number)
        )  # fmt: skip
