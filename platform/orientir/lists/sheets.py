"""A table as people bring it, before anybody knows what its columns mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from orientir.errors import InvalidInputError
from orientir.i18n import _

MOST_ROWS = 20_000
MOST_COLUMNS = 200
LONGEST_CELL = 2_000


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet as text, from its first row and column; what the author has hidden is marked, not lost."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    hidden_columns: frozenset[int] = field(default_factory=frozenset)
    is_hidden: bool = False

    @property
    def has_hidden(self) -> bool:
        return bool(self.hidden_rows or self.hidden_columns)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    @property
    def is_empty(self) -> bool:
        return not any(any(row) for row in self.rows)

    def seen(self, *, with_hidden: bool = False) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the rows a person sees, each with its index; cells of hidden columns are empty."""
        for index, row in enumerate(self.rows):
            if with_hidden:
                yield index, row
            elif index not in self.hidden_rows:
                yield index, tuple("" if place in self.hidden_columns else cell for place, cell in enumerate(row))


def check_size(rows: int, columns: int) -> None:
    """Refuse a table that nobody could look through on a page; raises InvalidInputError (field «file»)."""
    if rows > MOST_ROWS:
        raise InvalidInputError(
            _("В таблице больше %(most)s строк. Разделите её на несколько файлов.", most=MOST_ROWS), "file"
        )
    if columns > MOST_COLUMNS:
        raise InvalidInputError(
            _("В таблице больше %(most)s столбцов. Оставьте только нужные.", most=MOST_COLUMNS), "file"
        )


def clean_cell(text: str) -> str:
    """Return one cell on one line, without signs nobody sees; a very long one is cut where it is too long anyway."""
    spaced = "".join(sign if sign.isprintable() else " " for sign in text[: LONGEST_CELL + 1] if sign != "\0")
    words = " ".join(spaced.split())
    # Our own exports put an apostrophe before what a spreadsheet would take for a formula.
    return words[1:] if words[:1] == "'" and words[1:2] in ("=", "+", "-", "@") else words
