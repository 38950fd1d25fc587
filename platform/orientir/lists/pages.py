"""What the pages of a list show: the table and its columns, the preview, the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orientir.contracts import Importer, ListColumn, RowState
from orientir.documents.tables import Table, TableColumn
from orientir.i18n import LazyText, _, _l
from orientir.lists.headers import Matching, titles_of
from orientir.lists.models import ListImport
from orientir.lists.plans import PlannedRow, read_body
from orientir.lists.queries import PlanPage, Question, page_of, questions_in, rejected_rows
from orientir.lists.services import unpack_matching
from orientir.lists.sheets import Sheet
from orientir.lists.storage import open_plan, open_sheets

SHOWN_ROWS = 5
STATES: dict[RowState, tuple[LazyText, str, str]] = {
    RowState.NEW: (_l("добавится"), "tone-good", "reached"),
    RowState.CHANGED: (_l("изменится"), "tone-near", "near"),
    RowState.UNCHANGED: (_l("без изменений"), "", "check"),
    RowState.ERROR: (_l("ошибка"), "tone-bad", "alert"),
}


@dataclass(frozen=True)
class Sample:
    """The first rows under the header, with their numbers, and how the sheet is being read."""

    sheets: Sequence[Sheet]
    matching: Matching
    titles: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]

    @property
    def sheet(self) -> Sheet:
        return self.sheets[self.matching.sheet]

    @property
    def header_rows(self) -> list[tuple[int, str]]:
        """The rows that may be the header, by number, with their first words."""
        filled = [(index, row) for index, row in self.sheet.seen() if any(row)][:20]
        return [(index, " | ".join(dict.fromkeys(cell for cell in row if cell))[:60]) for index, row in filled]


def sample_of(sheets: Sequence[Sheet], matching: Matching) -> Sample:
    sheet = sheets[matching.sheet]
    seen = sheet.seen(with_hidden=matching.with_hidden)
    below = [(index + 1, row) for index, row in seen if index > matching.header and any(row)]
    titles = titles_of(sheet, matching.header, with_hidden=matching.with_hidden)
    return Sample(sheets, matching, titles, below[:SHOWN_ROWS])


@dataclass(frozen=True)
class Preview:
    """What the table would do: all its rows counted, one page of them shown."""

    found: ListImport
    importer: Importer
    columns: Sequence[ListColumn]
    page: PlanPage
    state: RowState | None
    questions: Sequence[Question]
    totals: Sequence[int]
    hidden: int
    words: dict[RowState, tuple[LazyText, str, str]]

    def count(self, state: str) -> int:
        return int(self.found.counts.get(str(state), 0))

    @property
    def writable(self) -> int:
        return self.count(RowState.NEW) + self.count(RowState.CHANGED)

    def title_of(self, key: str) -> str:
        return titles_in(self.importer, self.found).get(key, "")


def preview_of(found: ListImport, importer: Importer, state: RowState | None, number: int) -> Preview:
    plan = open_plan(found.sealed_plan)
    sheets, matching = open_sheets(found.sealed_source), unpack_matching(found) or Matching(0, 0)
    sheet = sheets[matching.sheet]
    return Preview(
        found,
        importer,
        _shown_columns(importer, found, plan),
        page_of(plan, state, number),
        state,
        questions_in(plan),
        read_body(sheet, matching).totals,
        0 if matching.with_hidden else sum(any(sheet.rows[row]) for row in sheet.hidden_rows),
        STATES,
    )


def rejected_table(found: ListImport, importer: Importer) -> Table:
    """Return the rows that were not written, as the person typed them, with the reasons: to correct and bring again."""
    rejected = rejected_rows(found, titles_in(importer, found))
    columns = _shown_columns(importer, found, [row for row, _reason in rejected])
    head = [TableColumn(_("Строка"), "number"), *(TableColumn(one.title) for one in columns)]
    rows = [[row.number, *(row.cells.get(column.key, "") for column in columns), reason] for row, reason in rejected]
    title = _("Не загружено: %(title)s", title=importer.title)
    return Table(title, [*head, TableColumn(_("Причина"), width=60)], rows)


def titles_in(importer: Importer, found: ListImport) -> dict[str, str]:
    """Return the titles of the importer's columns by key."""
    return {column.key: str(column.title) for column in importer.columns(found.scope)}


def _shown_columns(importer: Importer, found: ListImport, plan: Sequence[PlannedRow]) -> list[ListColumn]:
    filled = {key for row in plan for key in row.cells}
    return [column for column in importer.columns(found.scope) if column.key in filled]
