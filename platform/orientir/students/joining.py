"""A pupil of a school that was entered twice has a row in each entry's list; when these become one, so does the pupil.

A number of the list is a line of the school's paper journal (decision 8), so the cards of both entries open the records
of both rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from sqlalchemy import or_, select

from orientir.codes import services as codes
from orientir.db import db
from orientir.students.models import CARD, Student


def join_pupils(seats: Mapping[int, int]) -> int:
    """Let each pair of rows (that of the second entry: that of the original) be one pupil; return how many cards die.

    Cards are printed again from the row that had one. Where the lists of several years pair one row with two pupils
    nobody can tell whose the card is: it opens nothing any more.
    """
    rows = _whole_rows({*seats, *seats.values()})
    origins = {row.id: row.origin for row in rows}
    pairs = {(origins[old], origins[new]) for old, new in seats.items() if origins[old] != origins[new]}
    olds, news = Counter(old for old, _new in pairs), Counter(new for _old, new in pairs)
    sure = {old: new for old, new in pairs if olds[old] == 1 and news[new] == 1}
    _join(sure, rows)
    doubtful = [str(old) for old in sorted(olds) if old not in sure]
    dying = len(codes.living(CARD, doubtful))
    codes.withdraw(CARD, doubtful)
    return dying


def _join(pairs: Mapping[int, int], rows: Collection[Student]) -> None:
    carded = codes.living(CARD, [str(new) for new in pairs.values()])
    roots: dict[int, int] = {}
    for old, new in pairs.items():
        roots[old] = roots[new] = new if str(new) in carded else old
    for row in rows:
        root = roots.get(row.origin, row.origin)
        if root not in (row.id, row.first_id):
            row.first_id = root
    db.session.flush()


def _whole_rows(seats: Collection[int]) -> list[Student]:
    """Return all rows of the pupils who sit there, of every year."""
    named = select(Student.id, Student.first_id).where(Student.id.in_(seats))
    origins = {first or own for own, first in db.session.execute(named)}
    either = or_(Student.id.in_(origins), Student.first_id.in_(origins))
    rows = select(Student).where(either).order_by(Student.id).execution_options(populate_existing=True)
    return list(db.session.scalars(rows))
