"""Which row names the columns, which column of the file is which of ours, and which rows are the list itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from orientir.contracts import ListColumn
from orientir.db import fold
from orientir.lists.sheets import Sheet

SEARCHED_ROWS = 40
NOISE = re.compile(r"[^0-9a-zа-я№%]+")
TOTALS = re.compile(r"(?:всего|итого|итог)(?![а-я])")


@dataclass(frozen=True)
class Matching:
    """How a sheet is read.

    `columns` tells the index of the file's column for each of ours, `constants` what holds for all rows alike.
    `spread` are columns whose titles are values themselves: one row per school, a column per class.
    """

    sheet: int
    header: int
    columns: Mapping[str, int] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    spread: Mapping[int, str] = field(default_factory=dict)
    with_hidden: bool = False


def plain(title: str) -> str:
    """Return a title without case, ё and punctuation: «Кол-во  учащихся, чел.» is «кол во учащихся чел»."""
    return NOISE.sub(" ", fold(title)).strip()


def titles_of(sheet: Sheet, header: int, *, with_hidden: bool = False) -> tuple[str, ...]:
    """Return the titles of the columns; one that is empty here may stand in the row above («два этажа»)."""
    if header < 0 or header >= len(sheet.rows):
        return ()
    own = sheet.rows[header]
    above = sheet.rows[header - 1] if header else ()
    hidden = frozenset() if with_hidden else sheet.hidden_columns
    titles = [title or (above[place] if place < len(above) else "") for place, title in enumerate(own)]
    return tuple("" if place in hidden else title for place, title in enumerate(titles))


def find_header(sheet: Sheet, columns: Sequence[ListColumn]) -> int:
    """Return the index of the row that names most of the columns; the first filled row where none does."""
    known = _known(columns)
    rows = [index for index, row in sheet.seen() if any(row)][:SEARCHED_ROWS]
    if not rows:
        return 0
    return max(rows, key=lambda index: (_named(titles_of(sheet, index), known), -index))


def propose(titles: Sequence[str], columns: Sequence[ListColumn]) -> dict[str, int]:
    """Return the column of the file for each of ours whose title or synonym it bears word for word.

    Where no column bears it exactly, one that begins with it will do, unless there are several.
    """
    plains = [plain(title) for title in titles]
    found: dict[str, int] = {}
    for fits in (_equals, _begins):
        for column in columns:
            if column.key in found:
                continue
            names = _names(column)
            places = [place for place, title in enumerate(plains) if title and fits(title, names)]
            free = [place for place in places if place not in found.values()]
            if free and (fits is _equals or len(free) == 1):
                found[column.key] = free[0]
    return found


def signature_of(titles: Sequence[str]) -> str:
    """Return what recognises the same table next time: the digest of its titles in their order."""
    return hashlib.sha256("\n".join(plain(title) for title in titles).encode()).hexdigest()


def spread_columns(titles: Sequence[str], taken: set[int], reads: Callable[[str], bool]) -> dict[int, str]:
    """Return the columns whose titles are values («9а», «11»), when there are at least two of them."""
    found = {place: title for place, title in enumerate(titles) if title and place not in taken and reads(title)}
    return found if len(found) > 1 else {}


@dataclass(frozen=True)
class Body:
    """The rows of the list with their numbers in the person's file, and the rows of totals that were left out."""

    lines: tuple[tuple[int, tuple[str, ...]], ...]
    totals: tuple[int, ...]


def body_of(sheet: Sheet, header: int, used: set[int], *, with_hidden: bool = False) -> Body:
    """Return the rows below the header; empty ones, repeated headers and rows that only number columns are nothing."""
    names = [plain(cell) for cell in sheet.rows[header]] if header < len(sheet.rows) else []
    lines: list[tuple[int, tuple[str, ...]]] = []
    totals: list[int] = []
    for index, row in sheet.seen(with_hidden=with_hidden):
        if index <= header or not any(row[place] for place in used if place < len(row)):
            continue
        if [plain(cell) for cell in row] == names or (not lines and _only_numbers_columns(row)):
            continue
        if TOTALS.match(fold(next(cell for cell in row if cell))):
            totals.append(index + 1)
        else:
            lines.append((index + 1, row))
    return Body(tuple(lines), tuple(totals))


def _only_numbers_columns(row: Sequence[str]) -> bool:
    """Tell whether the row says «1 2 3 4», as the second line of official forms does."""
    filled = [cell for cell in row if cell]
    return len(filled) > 2 and filled == [str(place) for place in range(1, len(filled) + 1)]


def _known(columns: Sequence[ListColumn]) -> list[set[str]]:
    return [_names(column) for column in columns]


def _names(column: ListColumn) -> set[str]:
    return {plain(str(name)) for name in (column.title, *column.synonyms)}


def _named(titles: Sequence[str], known: Sequence[set[str]]) -> int:
    """Count the columns a row names; two points for a name word for word, one for a longer title."""
    plains = {plain(title) for title in titles if title}
    exact = sum(2 for names in known if plains & names)
    longer = sum(1 for names in known if not plains & names and any(_begins(title, names) for title in plains))
    return exact + longer


def _equals(title: str, names: set[str]) -> bool:
    return title in names


def _begins(title: str, names: set[str]) -> bool:
    return any(title.startswith(f"{name} ") for name in names)
