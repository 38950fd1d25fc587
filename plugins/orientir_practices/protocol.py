"""Places are given by people, in the protocol: a rank proposes, the chair decides and signs (domain.md B.5, C.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select

from orientir.audit import services as audit
from orientir.db import db, on_rows, table_of
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir_practices import conflicts, results, rounds, signing
from orientir_practices.explaining import method_in_words
from orientir_practices.holding import hold_contest
from orientir_practices.jury_models import Award, Protocol, ProtocolKind, Verdict
from orientir_practices.models import Contest, Entry, Stage
from orientir_practices.signing import LONGEST_REASON
from orientir_practices.standings import Line
from orientir_practices.words import PLACES

AWARD, ENTRY = table_of(Award), table_of(Entry)
AWARDS = (
    select(AWARD.c.entry_id, AWARD.c.place, AWARD.c.reason)
    .join_from(AWARD, ENTRY, ENTRY.c.id == AWARD.c.entry_id)
    .where(ENTRY.c.contest_id == bindparam("contest_id"))
)


class Given(NamedTuple):
    """What the protocol gives an entry, and the chair's reason where it is not as the ranking proposes."""

    place: int
    reason: str


def awards_of(contest: Contest) -> dict[int, Given]:
    """Return what the protocol gives, by entry; by rows, as the ranking it stands beside."""
    db.session.flush()
    return {entry: Given(place, reason) for entry, place, reason in on_rows(AWARDS, {"contest_id": contest.id})}


def give_places(contest: Contest, places: Mapping[int, tuple[int, str]], *, actor: int | None) -> None:
    """Write the places anew: entry → place (1 to 3, or 0 for a laureate) and the chair's reason.

    A place may be given to several entries or to none. Raises InvalidInputError for an entry without a final or below
    the pass mark, and where the order of the ranking is turned round without a reason; ConflictError once signed, and
    for a place in a nomination the chair is tied to: what another chair gave there stays.
    """
    hold_contest(contest)
    signing.refuse_signed(contest, ProtocolKind.RESULTS)
    if contest.stage != Stage.PROTOCOL:
        raise ConflictError(_("Места распределяют после экспертизы."))
    lines = {line.entry.id: line for line in results.lines_of(contest)}
    for entry_id, (place, reason) in places.items():
        line = lines.get(entry_id)
        if line is None or place not in PLACES:
            raise InvalidInputError(_("Такого места или такой заявки здесь нет."))
        if line.is_out and not reason.strip():
            raise InvalidInputError(
                _("Заявка № %(number)s не вошла в шорт-лист: напишите, почему место всё же дают.",
                  number=line.entry.number)
            )  # fmt: skip
        if not line.has_passed and not reason.strip():
            raise InvalidInputError(
                _("Заявка № %(number)s не набрала проходной балл: напишите, почему место всё же дают.",
                  number=line.entry.number)
            )  # fmt: skip
    _refuse_turned(lines, places)
    conflicts.refuse_presiding(contest, {lines[entry_id].entry.nomination_id for entry_id in places}, actor)
    others = conflicts.closed_nominations(contest, actor)
    own = select(Entry.id).where(Entry.contest_id == contest.id, Entry.nomination_id.not_in(others))
    db.session.execute(delete(Award).where(Award.entry_id.in_(own)))
    db.session.expire_all()
    for entry_id, (place, reason) in sorted(places.items()):
        db.session.add(Award(entry_id=entry_id, place=place, reason=reason.strip()[:LONGEST_REASON]))
    db.session.flush()
    audit.write(
        "practices.places", "practices_contest", contest.id, actor=actor, scope=contest.region.scope,
        title=contest.title, places={str(entry_id): place for entry_id, (place, _reason) in sorted(places.items())},
    )  # fmt: skip


def part_tied(contest: Contest, places: Mapping[int, int], reason: str, *, actor: int | None) -> None:
    """Write the chair's order of entries nothing else parted: entry → 1, 2 …; the same number shares the place.

    Raises InvalidInputError without a reason, ConflictError once signed.
    """
    if not reason.strip():
        raise InvalidInputError(_("Напишите, почему так: решение войдёт в протокол."), "reason")
    hold_contest(contest)
    signing.refuse_signed(contest, ProtocolKind.RESULTS)
    tied = {line.entry.id: line.entry.nomination_id for line in results.lines_of(contest) if line.place.needs_chair}
    if not places or not set(places) <= set(tied) or any(place < 1 for place in places.values()):
        raise InvalidInputError(_("Поставьте номера заявкам, которые разделила только равная оценка."))
    conflicts.refuse_presiding(contest, {tied[entry_id] for entry_id in places}, actor)
    for entry_id, place in sorted(places.items()):
        db.session.merge(Verdict(entry_id=entry_id, place=place, reason=reason.strip()[:LONGEST_REASON]))
    db.session.flush()
    audit.write(
        "practices.verdict", "practices_contest", contest.id, actor=actor, scope=contest.region.scope,
        title=contest.title, reason=reason.strip()[:LONGEST_REASON],
    )  # fmt: skip


def sign(contest: Contest, *, actor: int | None) -> Protocol:
    """Freeze ranking and places as they are now; signed already, the same protocol is returned.

    Raises ConflictError before the experts are through, and for a chair who is tied to an entry of the contest.
    """
    hold_contest(contest)
    if signed := find_protocol(contest):
        return signed
    if contest.stage != Stage.PROTOCOL:
        raise ConflictError(_("Подписывать пока нечего: экспертиза не закончена."))
    conflicts.refuse_presiding(contest, {nomination.id for nomination in contest.nominations}, actor)
    return signing.freeze(contest, ProtocolKind.RESULTS, content_of(contest), actor=actor)


def unsign(contest: Contest, reason: str, *, actor: int | None) -> None:
    """Take the signature back before the results are published; the reason goes to the log."""
    signing.check_reason(reason)
    hold_contest(contest)
    if contest.stage == Stage.PUBLISHED:
        raise ConflictError(_("Итоги опубликованы: подпись уже не снять."))
    conflicts.refuse_presiding(contest, {nomination.id for nomination in contest.nominations}, actor)
    signing.lift(contest, ProtocolKind.RESULTS, reason, actor=actor)


def find_protocol(contest: Contest) -> Protocol | None:
    return signing.find_signed(contest, ProtocolKind.RESULTS)


def content_of(contest: Contest) -> dict[str, Any]:
    """Return what is signed: every entry with its sheets' totals, its exact final, rank and place, as plain JSON.

    Of a contest with a defence it names the rounds with their weights, and what each entry got in either.
    """
    awards, tables = awards_of(contest), results.tables_of(contest)
    numbers = rounds.rounds_of(contest)
    content = {
        "contest": contest.title,
        "year": contest.year,
        "aggregation": contest.aggregation,
        "pass_mark": contest.pass_mark,
        "method": method_in_words(contest, tables),
        "entries": [_signed_line(line, awards.get(line.entry.id)) for table in tables for line in table.lines],
        "ties": [words for table in tables for words in table.reasons],
    }
    if len(numbers) > 1:
        content["rounds"] = [
            {"title": rounds.title_of(contest, one), "weight": rounds.weight_of(contest, one)} for one in numbers
        ]
    return content


def _signed_line(line: Line, award: Given | None) -> dict[str, Any]:
    signed = {
        **signing.signed_line(line),
        "place": award.place if award else None,
        "reason": award.reason if award else "",
    }
    if len(line.parts) > 1:
        signed["parts"] = [{"totals": list(part.totals), "shown": part.shown} for part in line.parts]
        signed["is_out"] = line.is_out
    return signed


def _refuse_turned(lines: Mapping[int, Line], places: Mapping[int, tuple[int, str]]) -> None:
    """Raise InvalidInputError where a lower final gets a better place and nobody says why."""
    given = [(entry_id, place) for entry_id, (place, _reason) in places.items() if place]
    for better, place in given:
        for worse, other in given:
            first, second = lines[better], lines[worse]
            same = first.entry.nomination_id == second.entry.nomination_id
            turned = place < other and (first.final or 0) < (second.final or 0)
            if same and turned and not places[better][1].strip():
                raise InvalidInputError(
                    _("Заявка № %(number)s набрала меньше, чем № %(other)s, а место выше: напишите причину.",
                      number=first.entry.number, other=second.entry.number)
                )  # fmt: skip
