"""What a table would do, row by row: made once for the preview, and again for each chunk before it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orientir.contracts import Change, Choice, Finding, ImportContext, Importer, ListColumn, ListRow, Problem, RowState
from orientir.contracts.lists import refusal
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.lists.headers import Body, Matching, body_of
from orientir.lists.sheets import LONGEST_CELL, Sheet


@dataclass(frozen=True)
class PlannedRow:
    """One row: its number in the person's file, the cells of our columns as typed, and what becomes of it."""

    number: int
    cells: Mapping[str, str]
    state: RowState
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()

    def packed(self) -> list[Any]:
        changes = [[one.column, one.old, one.new] for one in self.changes]
        problems = [
            [one.column, one.text, one.value, [[choice.key, choice.title] for choice in one.choices]]
            for one in self.problems
        ]
        return [self.number, dict(self.cells), self.state.value, changes, problems]

    @classmethod
    def unpacked(cls, packed: Sequence[Any]) -> PlannedRow:
        number, cells, state, changes, problems = packed
        return cls(
            number,
            cells,
            RowState(state),
            tuple(Change(*one) for one in changes),
            tuple(
                Problem(column, text, value, tuple(Choice(*one) for one in choices))
                for column, text, value, choices in problems
            ),
        )

    @property
    def writes(self) -> bool:
        return self.state in (RowState.NEW, RowState.CHANGED)

    def says(self, finding: Finding) -> bool:
        """Tell whether the row would still do what the person has agreed to."""
        return (self.state, self.changes) == (finding.state, finding.changes)


def read_body(sheet: Sheet, matching: Matching) -> Body:
    """Return the rows of the list under its header."""
    used = {*matching.columns.values(), *matching.spread}
    return body_of(sheet, matching.header, used, with_hidden=matching.with_hidden)


def typed_rows(body: Body, matching: Matching, importer: Importer) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number of each row and its cells by our columns; a row of a wide table comes once per filled column."""
    for number, cells in body.lines:
        typed = dict(matching.constants) | {
            key: cells[place] for key, place in matching.columns.items() if place < len(cells) and cells[place]
        }
        if importer.wide is None or not matching.spread:
            yield number, typed
            continue
        for place, title in matching.spread.items():
            if place < len(cells) and cells[place]:
                yield number, typed | {importer.wide.key: title, importer.wide.value: cells[place]}


def make_plan(
    typed: Iterable[tuple[int, Mapping[str, str]]], importer: Importer, context: ImportContext
) -> list[PlannedRow]:
    """Return what each row would do; two rows about the same thing are refused but for the first."""
    rows = list(typed)
    findings = check_rows(rows, importer, context)
    first: dict[str, int] = {}
    plan: list[PlannedRow] = []
    for (number, cells), finding in zip(rows, findings, strict=True):
        found = finding
        if finding.identity and finding.state is not RowState.ERROR:
            earlier = first.setdefault(finding.identity, len(plan))
            if earlier != len(plan):
                text = _("Повторяет строку %(number)s. Оставьте одну из них.", number=rows[earlier][0])
                found = replace(refusal(Problem("", text)), identity=finding.identity)
        plan.append(PlannedRow(number, dict(cells), found.state, found.changes, found.problems))
    return plan


def check_rows(
    typed: Sequence[tuple[int, Mapping[str, str]]], importer: Importer, context: ImportContext
) -> list[Finding]:
    """Return the finding of each row: cells that cannot be read are told at once, the rest is up to the importer."""
    columns = importer.columns(context.scope)
    parsed = [_parsed(number, cells, columns) for number, cells in typed]
    sound = [row for row, problems in parsed if not problems]
    checked = iter(importer.check(sound, context))
    return [refusal(*problems) if problems else next(checked) for _row, problems in parsed]


def _parsed(
    number: int, cells: Mapping[str, str], columns: Sequence[ListColumn]
) -> tuple[ListRow, tuple[Problem, ...]]:
    values: dict[str, Any] = {}
    problems = []
    for column in columns:
        typed = cells.get(column.key, "")
        if not typed:
            if column.required:
                problems.append(Problem(column.key, _("Не заполнено.")))
            continue
        try:
            values[column.key] = _value(column, typed)
        except InvalidInputError as error:
            problems.append(Problem(column.key, str(error), typed[:80]))
    return ListRow(number, values), tuple(problems)


def _value(column: ListColumn, typed: str) -> Any:  # noqa: ANN401 - each column has its own
    if len(typed) > LONGEST_CELL:
        raise InvalidInputError(_("Слишком длинно: больше %(limit)s знаков.", limit=LONGEST_CELL))
    return column.parse(typed)
