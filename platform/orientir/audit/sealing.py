"""Sealing: entries that nobody can add to any more are put into blocks, each chained to the one before.

Writers never wait for it: they add rows without a block, and the sealer takes those it can see. On PostgreSQL a lower
number may be committed after a higher one; so a block is a list of entries, not a range, and a late one goes into the
next block. Two sealers make one chain, because the number of a block is the primary key: the second one gives way.
"""

from __future__ import annotations

from sqlalchemy import CursorResult, Table, select, update

from orientir import clock
from orientir.audit.blocks import BEGINNING, EntryRow, digest_of, line_of, marks_of, seal_of, select_entries
from orientir.audit.models import AuditBlock, AuditEntry
from orientir.db import begin_writing, db, insert_into

BLOCK_ENTRIES = 1000


def seal() -> int:
    """Seal what is not sealed yet, block by block, and return how many entries that were. Commits each block.

    What is read is hashed before SQLite's write lock is taken, so a page waits for one short insert at most.
    """
    sealed = after = 0
    while True:
        db.session.commit()  # the next block is made of what is there by now
        last = _last()  # before the entries: a block made in between makes this one give way, not seal them twice
        rows = _unsealed(after)
        block = _block_of(rows, last) if rows else None
        db.session.rollback()
        if block is None:
            return sealed
        begin_writing()
        if not _append(block, rows):
            db.session.rollback()  # another sealer was quicker; what is left the next run finds
            return sealed
        db.session.commit()
        sealed += len(rows)
        after = rows[-1].id  # those below were just sealed; one that is committed late the next run finds
        if len(rows) < BLOCK_ENTRIES:
            return sealed


def _unsealed(after: int) -> list[EntryRow]:
    wanted = select_entries().where(AuditEntry.block.is_(None), AuditEntry.id > after).order_by(AuditEntry.id)
    return list(db.session.execute(wanted.limit(BLOCK_ENTRIES)))


def _last() -> tuple[int, str]:
    """Return the number and digest of the last block."""
    found = select(AuditBlock.number, AuditBlock.digest).order_by(AuditBlock.number.desc()).limit(1)
    row = db.session.execute(found).first()
    return (row.number, row.digest) if row else (0, BEGINNING)


def _block_of(rows: list[EntryRow], last: tuple[int, str]) -> AuditBlock:
    number, previous = last[0] + 1, last[1]
    lines = [line_of(row) for row in rows]
    sealed_at = clock.now()
    digest = digest_of(number, previous, sealed_at, lines)
    return AuditBlock(
        number=number,
        first_id=rows[0].id,
        last_id=rows[-1].id,
        size=len(rows),
        entries=marks_of(rows, lines),
        previous=previous,
        digest=digest,
        seal=seal_of(digest),
        sealed_at=sealed_at,
    )


def _append(block: AuditBlock, rows: list[EntryRow]) -> bool:
    """Write the block and mark its entries; False when there is a block of this number already."""
    facts = {column.key: getattr(block, column.key) for column in AuditBlock.__table__.columns}
    written = insert_into(AuditBlock).values(**facts).on_conflict_do_nothing().returning(AuditBlock.number)
    if db.session.execute(written).first() is None:
        return False
    table = AuditEntry.__table__
    assert isinstance(table, Table)  # noqa: S101 - for mypy: a mapped class may stand on a join, this one does not
    ids = [row.id for row in rows]
    marked = db.session.execute(
        update(table).where(table.c.id.in_(ids), table.c.block.is_(None)).values(block=block.number)
    )
    if isinstance(marked, CursorResult) and marked.rowcount != len(ids):
        raise RuntimeError("entries vanished, or were sealed, between being read and being sealed")
    return True
