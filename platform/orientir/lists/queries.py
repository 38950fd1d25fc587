"""Reads of lists on their way in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from orientir.contracts import Choice, Problem, RowState
from orientir.db import db, fold
from orientir.lists.models import ListImport
from orientir.lists.plans import PlannedRow
from orientir.lists.storage import open_plan, open_rejected

PAGE_ROWS = 50
MOST_QUESTIONS = 100


@dataclass(frozen=True)
class Question:
    """A word of the list that may mean several things, and how many rows say it."""

    column: str
    value: str
    rows: int
    choices: tuple[Choice, ...]
    number: int


@dataclass(frozen=True)
class PlanPage:
    """One page of the rows in a state (None: in any)."""

    rows: Sequence[PlannedRow]
    number: int
    pages: int
    total: int


def find_import(import_id: int) -> ListImport | None:
    return db.session.get(ListImport, import_id)


def imports_of(user_id: int, rows: int = PAGE_ROWS) -> list[ListImport]:
    """Return the latest lists of a person, the newest first."""
    own = select(ListImport).where(ListImport.actor_id == user_id).order_by(ListImport.id.desc()).limit(rows)
    return list(db.session.scalars(own))


def page_of(plan: Sequence[PlannedRow], state: RowState | None, number: int) -> PlanPage:
    """Return one page of the plan; a page beyond the last is the last one."""
    rows = [row for row in plan if state is None or row.state is state]
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    number = min(max(1, number), pages)
    return PlanPage(rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS], number, pages, len(rows))


def questions_in(plan: Sequence[PlannedRow]) -> list[Question]:
    """Return the words of two meanings, each once, those that stop most rows first."""
    asked = {
        (problem.column, fold(problem.value)): problem for row in plan for problem in row.problems if problem.choices
    }
    rows = Counter((problem.column, fold(problem.value)) for row in plan for problem in row.problems if problem.choices)
    return [
        Question(problem.column, problem.value, count, problem.choices, number)
        for number, (key, count) in enumerate(rows.most_common(MOST_QUESTIONS))
        for problem in [asked[key]]
    ]


def rejected_rows(found: ListImport, titles: Mapping[str, str]) -> list[tuple[PlannedRow, str]]:
    """Return the rows that were not written, in the order of the file, each with the reason; `titles` name columns."""
    plan = open_plan(found.sealed_plan)
    late = dict(open_rejected(found.sealed_outcome))
    return [
        (row, late.get(place) or " ".join(_told(problem, titles) for problem in row.problems))
        for place, row in enumerate(plan)
        if place in late or row.state is RowState.ERROR
    ]


def _told(problem: Problem, titles: Mapping[str, str]) -> str:
    title = titles.get(problem.column, "")
    if not title:
        return problem.text
    return f"{title} «{problem.value}»: {problem.text}" if problem.value else f"{title}: {problem.text}"
