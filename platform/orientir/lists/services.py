"""Verbs on lists on their way in: take in, match, say what words mean, confirm, forget."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import CursorResult, delete, select, update

from orientir import clock
from orientir.audit import services as audit
from orientir.contracts import ImportContext, Importer, RowState, Scope
from orientir.db import db, fold
from orientir.errors import ConflictError, InvalidInputError
from orientir.i18n import _
from orientir.jobs import services as jobs
from orientir.lists.headers import Matching, find_header, propose, signature_of, spread_columns, titles_of
from orientir.lists.importers import branches_of, find_importer
from orientir.lists.models import ImportState, ListImport, ListMatching
from orientir.lists.plans import PlannedRow, make_plan, read_body, typed_rows
from orientir.lists.sheets import MOST_ROWS, Sheet
from orientir.lists.storage import seal_plan, seal_sheets

KIND = "platform.import"
Choices = Sequence[Sequence[str]]
"""What words of two meanings mean: column, folded word, key of what was chosen."""
KEPT_DAYS = 30


def take_in(importer: Importer, scope: Scope, sheets: Sequence[Sheet], *, actor: int) -> ListImport:
    """Return a new import of what somebody brought; nothing of it is written anywhere else yet."""
    made = ListImport(
        importer=importer.key,
        region_id=scope.region_id,
        municipality_id=scope.municipality_id,
        organisation_id=scope.organisation_id,
        actor_id=actor,
        state=ImportState.MATCHING,
        created_at=clock.now(),
        expires_on=clock.now().date() + timedelta(days=KEPT_DAYS),
        sealed_source=seal_sheets(sheets),
    )
    db.session.add(made)
    db.session.flush()
    return made


def likely_sheet(importer: Importer, scope: Scope, sheets: Sequence[Sheet]) -> int:
    """Return the sheet that names most of the importer's columns; one that is hidden only where all are."""
    columns = importer.columns(scope)
    shown = [place for place, sheet in enumerate(sheets) if not sheet.is_hidden] or list(range(len(sheets)))

    def named(place: int) -> int:
        sheet = sheets[place]
        return len(propose(titles_of(sheet, find_header(sheet, columns)), columns))

    return max(shown, key=lambda place: (named(place), -place))


def likely_matching(
    importer: Importer, scope: Scope, sheets: Sequence[Sheet], asked: Matching | None = None
) -> tuple[Matching, bool]:
    """Return how the table is most likely read, and whether a person has said so before.

    `asked` holds to a sheet, a header or the hidden cells the person has chosen.
    """
    columns = importer.columns(scope)
    place = asked.sheet if asked else likely_sheet(importer, scope, sheets)
    sheet = sheets[place]
    with_hidden = asked.with_hidden if asked else False
    header = asked.header if asked and asked.header >= 0 else find_header(sheet, columns)
    titles = titles_of(sheet, header, with_hidden=with_hidden)
    known = _remembered(importer, scope, signature_of(titles))
    keys = {column.key for column in columns}
    found = {key: at for key, at in known.columns.items() if key in keys} if known else propose(titles, columns)
    spread: dict[int, str] = {}
    if importer.wide and importer.wide.key not in found:
        spread = spread_columns(titles, set(found.values()), importer.wide.reads)
    return Matching(place, header, found, {}, spread, with_hidden), known is not None


def missing_columns(importer: Importer, scope: Scope, matching: Matching) -> list[str]:
    """Return the keys of required columns the matching knows nothing of."""
    given = {*matching.columns, *matching.constants}
    if importer.wide and matching.spread:
        given |= {importer.wide.key, importer.wide.value}
    return [column.key for column in importer.columns(scope) if column.required and column.key not in given]


def plan_of(found: ListImport, sheets: Sequence[Sheet], matching: Matching, choices: Choices) -> list[PlannedRow]:
    """Return what the table would do read this way; reads only.

    Raises InvalidInputError (field: the column's key) for a column that is missing or a value that cannot be read.
    """
    importer = find_importer(found.importer)
    _check_matching(importer, found.scope, matching)
    body = read_body(sheets[matching.sheet], matching)
    typed = list(typed_rows(body, matching, importer))
    if not typed:
        raise InvalidInputError(_("Под строкой с названиями столбцов нет ни одной строки списка."), "header")
    if len(typed) > MOST_ROWS:
        raise InvalidInputError(_("В списке больше %(most)s строк. Разделите его.", most=MOST_ROWS), "header")
    return make_plan(typed, importer, context_of(found, importer, choices))


def context_of(found: ListImport, importer: Importer, choices: Choices) -> ImportContext:
    """Return who brought the list where, with the rights of this moment."""
    allowed = branches_of(found.actor_id, importer.permission, found.scope)
    return ImportContext(found.scope, allowed, found.actor_id, {(one[0], one[1]): one[2] for one in choices})


def keep_plan(
    found: ListImport, sheets: Sequence[Sheet], matching: Matching, choices: Choices,
    plan: Sequence[PlannedRow],
) -> None:  # fmt: skip
    """Write down how the table is read and what it would do, for the preview; the titles are recognised next time."""
    refuse_confirmed(found)
    found.matching = pack_matching(matching)
    found.choices = [list(one) for one in choices]
    found.sealed_plan = seal_plan(plan)
    found.plan_digest = hashlib.sha256(found.sealed_plan).hexdigest()
    found.counts = {state.value: sum(row.state is state for row in plan) for state in RowState}
    found.state = ImportState.PREVIEW
    titles = titles_of(sheets[matching.sheet], matching.header, with_hidden=matching.with_hidden)
    _remember(found, signature_of(titles), matching, choices)
    db.session.flush()


def refuse_confirmed(found: ListImport) -> None:
    """Raise ConflictError for a list that is being written already."""
    if found.is_confirmed:
        raise ConflictError(_("Этот список уже загружен. Чтобы загрузить исправленный, начните заново."))


def remembered_choices(found: ListImport, sheets: Sequence[Sheet], matching: Matching) -> list[list[str]]:
    """Return what was said about words of two meanings when a table with these titles was last brought."""
    importer = find_importer(found.importer)
    titles = titles_of(sheets[matching.sheet], matching.header, with_hidden=matching.with_hidden)
    known = _remembered(importer, found.scope, signature_of(titles))
    return [list(one) for one in known.choices] if known else []


def with_choices(choices: Choices, said: Mapping[tuple[str, str], str]) -> list[list[str]]:
    """Return `choices` with what the person says now: (column, word) → the key of its meaning; "" takes it back."""
    known = {(one[0], one[1]): one[2] for one in choices}
    known |= {(column, fold(value)): key for (column, value), key in said.items()}
    return [[column, value, key] for (column, value), key in known.items() if key]


def confirm(found: ListImport, digest: str, *, actor: int | None) -> None:
    """Start writing what the person has looked through; a second confirmation changes nothing.

    `digest` names the plan on the page: raises ConflictError when it is not that of the list any more.
    """
    importer = find_importer(found.importer)
    started = db.session.execute(
        update(ListImport)
        .where(ListImport.id == found.id, ListImport.state == ImportState.PREVIEW, ListImport.plan_digest == digest)
        .values(state=ImportState.RUNNING, position=0)
        .returning(ListImport.id)
        .execution_options(synchronize_session=False)
    ).first()
    db.session.refresh(found)
    if started is None:
        if found.is_confirmed and found.plan_digest == digest:
            return
        raise ConflictError(_("Просмотр успел измениться. Проверьте список ещё раз и подтвердите."))
    job = jobs.start(KIND, {"import_id": found.id}, title=str(importer.title), actor=actor, region_id=found.region_id)
    found.job_id = job.id
    found.counts = {**found.counts, "failed": 0, "done": 0}
    db.session.flush()
    audit.write("list.confirm", "list_import", found.id, actor=actor, scope=found.scope, importer=importer.key)


def discard(found: ListImport) -> None:
    """Throw a list away; one that was confirmed stays until its time is over."""
    refuse_confirmed(found)
    db.session.delete(found)
    db.session.flush()


def purge_lists(today: date) -> int:
    """Delete the lists that are past their keeping time and return how many."""
    gone = db.session.execute(delete(ListImport).where(ListImport.expires_on < today))
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def pack_matching(matching: Matching) -> dict[str, object]:
    return {
        "sheet": matching.sheet,
        "header": matching.header,
        "columns": dict(matching.columns),
        "constants": dict(matching.constants),
        "spread": [[place, title] for place, title in matching.spread.items()],
        "with_hidden": matching.with_hidden,
    }


def unpack_matching(found: ListImport) -> Matching | None:
    """Return how the table was read for the preview; None before that."""
    kept = found.matching
    if not kept:
        return None
    return Matching(
        kept["sheet"], kept["header"], kept["columns"], kept["constants"], dict(kept["spread"]), kept["with_hidden"]
    )


def _check_matching(importer: Importer, scope: Scope, matching: Matching) -> None:
    columns = {column.key: column for column in importer.columns(scope)}
    for key in missing_columns(importer, scope, matching):
        raise InvalidInputError(_("Выберите столбец: без него строки не понять."), key)
    taken: dict[int, str] = {}
    for key, place in matching.columns.items():
        if place in taken:
            raise InvalidInputError(
                _("Этот столбец уже выбран для «%(other)s».", other=columns[taken[place]].title), key
            )
        taken[place] = key
    for key, typed in matching.constants.items():
        try:
            columns[key].parse(typed)
        except InvalidInputError as error:
            raise InvalidInputError(error.message, key) from error


def _remembered(importer: Importer, scope: Scope, signature: str) -> ListMatching | None:
    return db.session.scalar(
        select(ListMatching).filter_by(importer=importer.key, branch=scope.branch, signature=signature)
    )


def _remember(found: ListImport, signature: str, matching: Matching, choices: Choices) -> None:
    """Keep the columns and choices; what was said for all rows is a date more often than not, and is asked again."""
    importer = find_importer(found.importer)
    known = _remembered(importer, found.scope, signature)
    if known is None:
        known = ListMatching(importer=importer.key, branch=found.scope.branch, signature=signature)
        db.session.add(known)
    known.columns = dict(matching.columns)
    known.choices = [list(one) for one in choices]
