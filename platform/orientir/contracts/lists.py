"""Lists brought in as tables: what an importer declares, and what it finds out about each row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from orientir.contracts.texts import Text
from orientir.contracts.tree import Scope
from orientir.db import fold
from orientir.errors import PluginError

KEY = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class ListColumn:
    """A column of a list.

    `parse` reads a cell that is not empty and raises InvalidInputError with what to write instead; `synonyms` are other
    titles people give the column. `constant` columns may be told once for all rows.
    """

    key: str
    title: Text
    parse: Callable[[str], Any]
    synonyms: tuple[str, ...] = ()
    required: bool = False
    constant: bool = False
    example: str = ""
    hint: Text = ""


class RowState(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ERROR = "error"


@dataclass(frozen=True)
class Choice:
    """One of the things a word may mean: what is stored, and what the person reads."""

    key: str
    title: str


@dataclass(frozen=True)
class Change:
    """What becomes of one column of a row; `old` is empty where there was nothing."""

    column: str
    old: str
    new: str


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be written: the column (empty: the row as a whole) and the reason in words.

    With `choices` the word `value` may mean several things: the person chooses once for all rows that say it.
    """

    column: str
    text: str
    value: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class ListRow:
    """A row whose cells are read: `number` in the person's file, values by column; an empty cell has no value."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """What a row would do.

    `identity` names what it is about: two rows of one file about the same are an error. `write` does it by the
    services, in the caller's transaction; it is called only for new and changed rows.
    """

    state: RowState
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    identity: str = ""
    write: Callable[[], None] | None = field(default=None, compare=False, repr=False)


def refusal(*problems: Problem) -> Finding:
    """Return the finding of a row that cannot be written."""
    return Finding(RowState.ERROR, problems=problems)


@dataclass(frozen=True)
class ImportContext:
    """Where a list was brought to, by whom, and what the person has said about words of two meanings.

    `allowed` are the branches inside `scope` the person may write in: what lies elsewhere does not exist for the list.
    """

    scope: Scope
    allowed: tuple[Scope, ...]
    actor: int | None
    choices: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def chosen(self, column: str, value: str) -> str | None:
        """Return the key of what the person says `value` means in `column`."""
        return self.choices.get((column, fold(value)))


@dataclass(frozen=True)
class WideColumns:
    """A table with a column per value: `key` takes the title of such a column (`reads` tells it), `value` its cell."""

    key: str
    value: str
    reads: Callable[[str], bool]


@dataclass(frozen=True)
class Importer:
    """A kind of list.

    `columns` may depend on the branch (a school's own list names no school), `check` looks all rows up in a number of
    statements that does not grow with them and answers in their order, `page` is the address the list belongs to.
    `noun` holds the forms of what a row is: «класс|класса|классов».
    """

    key: str
    title: Text
    noun: Text
    permission: str
    columns: Callable[[Scope], tuple[ListColumn, ...]]
    check: Callable[[Sequence[ListRow], ImportContext], Sequence[Finding]]
    page: Callable[[Scope], str]
    wide: WideColumns | None = None

    def __post_init__(self) -> None:
        if not KEY.fullmatch(self.key):
            raise PluginError(f"importer «{self.key}» must look like plugin.list")
