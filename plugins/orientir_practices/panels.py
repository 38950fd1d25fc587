"""What the contest asks of whoever is signed in: entries to check, sheets to fill in, drafts before the deadline."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from sqlalchemy import func, select

from orientir.contracts import HomePanel, PanelItem, Viewer
from orientir.db import db
from orientir.i18n import _, plural
from orientir_practices import queries, rounds
from orientir_practices.entries import closed_reason
from orientir_practices.jury_models import Juror, Sheet, SheetState
from orientir_practices.models import Contest, Entry, EntryState, Stage
from orientir_practices.rights import PRESIDE, RUN, SCORE, WRITE
from orientir_practices.words import through_words

MOST_ENTRIES = 3


def home_panels(viewer: Viewer) -> list[HomePanel]:
    """Return one panel where something waits, none otherwise."""
    items = (*_of_juror(viewer), *_of_secretary(viewer), *_of_chair(viewer), *_of_author(viewer))
    return [HomePanel(_("Конкурс практик"), items, order=40)] if items else []


def _of_juror(viewer: Viewer) -> Iterator[PanelItem]:
    for contest in _contests(viewer, SCORE, *rounds.STAGE_OF.values()):
        waiting = (
            select(func.count(Sheet.id))
            .join(Sheet.juror)
            .where(Juror.contest_id == contest.id, Juror.user_id == viewer.user_id)
            .where(Sheet.state.in_((SheetState.ASSIGNED, SheetState.OPEN)), Sheet.round == rounds.current(contest))
        )
        left = db.session.scalar(waiting) or 0
        known = select(Juror.id).where(Juror.contest_id == contest.id, Juror.user_id == viewer.user_id)
        address = url_for("practices_jury.index", contest_id=contest.id)
        if left:
            until = rounds.until_of(contest, rounds.current(contest))
            words = plural(left, _("заявка ждёт вашей оценки|заявки ждут вашей оценки|заявок ждут вашей оценки"))
            hint = _("%(title)s, до %(until)s", title=contest.title, until=through_words(contest, until))
            yield PanelItem(left, words, address, _("Оценить"), hint)
        elif db.session.scalar(known) is None:
            yield PanelItem(None, _("Скажите, где вы работаете: так вам не дадут заявку коллег"), address, _("Сказать"))


def _of_secretary(viewer: Viewer) -> Iterator[PanelItem]:
    for contest in _contests(viewer, RUN, Stage.INTAKE, Stage.CHECK):
        count = queries.count_by_state(contest).get(EntryState.SUBMITTED, 0)
        if count:
            words = plural(count, _("заявка ждёт технической экспертизы|заявки ждут технической экспертизы|"
                                    "заявок ждут технической экспертизы"))  # fmt: skip
            address = url_for("practices_desk.index", contest_id=contest.id, state=EntryState.SUBMITTED)
            yield PanelItem(count, words, address, _("Проверить"), contest.title)


def _of_chair(viewer: Viewer) -> Iterator[PanelItem]:
    for contest in _contests(viewer, PRESIDE, Stage.SHORTLIST):
        address = url_for("practices_rounds.index", contest_id=contest.id)
        yield PanelItem(None, _("Шорт-лист ждёт ваших решений и подписи"), address, _("Открыть"), contest.title)
    for contest in _contests(viewer, PRESIDE, Stage.PROTOCOL):
        address = url_for("practices_results.show", contest_id=contest.id)
        yield PanelItem(None, _("Протокол ждёт ваших решений и подписи"), address, _("Открыть"), contest.title)


def _of_author(viewer: Viewer) -> Iterator[PanelItem]:
    if not viewer.can(WRITE):
        return
    open_ones = [entry for entry in queries.entries_of(viewer.user_id or 0) if _needs_hands(entry)]
    for entry in open_ones[:MOST_ENTRIES]:
        until = entry.fix_until if entry.state == EntryState.RETURNED else entry.contest.intake_until
        title = entry.title or _("Заявка без названия")
        hint = entry.remark or _("отправить до %(until)s", until=through_words(entry.contest, until) if until else "")
        address = url_for("practices_entries.entry", entry_id=entry.id)
        yield PanelItem(None, title, address, _("Дописать"), hint)


def _needs_hands(entry: Entry) -> bool:
    return entry.state in (EntryState.DRAFT, EntryState.RETURNED) and not closed_reason(entry)


def _contests(viewer: Viewer, permission: str, *stages: Stage) -> list[Contest]:
    held = viewer.scopes(permission)
    return [contest for contest in queries.contests_at(held) if contest.stage in stages] if held else []
