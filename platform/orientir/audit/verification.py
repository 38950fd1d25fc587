"""Looking through the chain: what was changed, taken out, put in later, or cut off."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Row, func, or_, select

from orientir.audit.blocks import BEGINNING, EntryRow, digest_of, line_of, marks_of, seal_of, select_entries
from orientir.audit.models import AuditBlock, AuditEntry
from orientir.db import begin_snapshot, db
from orientir.i18n import _

# An entry is sealed minutes after its act; an older one between newer ones was written to look old.
LONGEST_ACT = timedelta(hours=1)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: in which block, with which entry (None: with the block itself), in words."""

    block: int | None
    entry: int | None
    words: str


@dataclass
class Verification:
    """What was looked through and what was found."""

    findings: list[Finding] = field(default_factory=list)
    blocks: int = 0
    entries: int = 0
    unsealed: int = 0
    last_digest: str = ""


def verify(anchor: str = "") -> Verification:
    """Recompute the whole chain in one snapshot; `anchor` is the digest of a block that must still be in it."""
    begin_snapshot()
    done = Verification(last_digest=BEGINNING)
    sealed_at: datetime | None = None
    is_anchored = not anchor
    for block in db.session.execute(select(*AuditBlock.__table__.columns).order_by(AuditBlock.number)).yield_per(20):
        done.findings += _missing_blocks(done.blocks, block.number)
        rows = _entries_of(block.number)
        done.findings += [*_problems_of(block, rows, done.last_digest), *_backdated(rows, block.number, sealed_at)]
        done.blocks, done.last_digest, sealed_at = block.number, block.digest, block.sealed_at
        done.entries += len(rows)
        is_anchored = is_anchored or hmac.compare_digest(anchor.lower().encode(), block.digest.encode())
    done.findings += _beyond(done.blocks, sealed_at)
    if not is_anchored:
        words = _("Блока с отпечатком %(anchor)s нет: конец цепочки отрезан или переписан.", anchor=anchor[:64])
        done.findings.append(Finding(None, None, words))
    unsealed = select(func.count()).select_from(AuditEntry).where(AuditEntry.block.is_(None))
    done.unsealed = db.session.scalar(unsealed) or 0
    return done


def last_block() -> AuditBlock | None:
    """Return the newest block, whose digest is the anchor to keep elsewhere."""
    return db.session.scalar(select(AuditBlock).order_by(AuditBlock.number.desc()).limit(1))


def _entries_of(number: int) -> list[EntryRow]:
    return list(db.session.execute(select_entries().where(AuditEntry.block == number).order_by(AuditEntry.id)))


def _missing_blocks(last: int, number: int) -> list[Finding]:
    if number == last + 1:
        return []
    return [Finding(last + 1, None, _("Блока %(number)s нет: он удалён.", number=last + 1))]


def _problems_of(block: Row[tuple[object, ...]], rows: Sequence[EntryRow], previous: str) -> Iterator[Finding]:
    lines = [line_of(row) for row in rows]
    if block.previous != previous:
        words = _("Блок %(number)s не продолжает предыдущий: цепочка разорвана.", number=block.number)
        yield Finding(block.number, None, words)
    if digest_of(block.number, block.previous, block.sealed_at, lines) != block.digest:
        yield _first_difference(block, marks_of(rows, lines))
    elif not hmac.compare_digest(seal_of(block.digest), block.seal):
        words = _("Печать блока %(number)s поставлена не этим сервером или другим ключом.", number=block.number)
        yield Finding(block.number, None, words)
    elif rows and not _tells_of(block, marks_of(rows, lines)):
        yield Finding(block.number, None, _("Блок %(number)s: изменён сам блок.", number=block.number))


def _tells_of(block: Row[tuple[object, ...]], marks: list[list[object]]) -> bool:
    """Tell whether what a block says of its entries, which is in no digest, is what they are."""
    told = (block.first_id, block.last_id, block.size, block.entries)
    return told == (marks[0][0], marks[-1][0], len(marks), marks)


def _first_difference(block: Row[tuple[object, ...]], marks: list[list[object]]) -> Finding:
    """Name the entry that is not what was sealed; where all are, the block's own row was changed."""
    sealed: dict[int, str] = dict(block.entries)
    found = {int(str(number)): str(mark) for number, mark in marks}
    for entry in sorted(sealed.keys() | found.keys()):
        if entry not in found:
            words = _("Блок %(number)s: запись № %(entry)s удалена.", number=block.number, entry=entry)
        elif entry not in sealed:
            words = _("Блок %(number)s: запись № %(entry)s вписана позже.", number=block.number, entry=entry)
        elif sealed[entry] != found[entry]:
            words = _("Блок %(number)s: запись № %(entry)s изменена.", number=block.number, entry=entry)
        else:
            continue
        return Finding(block.number, entry, words)
    return Finding(block.number, None, _("Блок %(number)s: изменён сам блок.", number=block.number))


def _backdated(rows: Sequence[EntryRow], number: int, sealed_at: datetime | None) -> Iterator[Finding]:
    if sealed_at is None:
        return
    for row in rows:
        if row.at < sealed_at - LONGEST_ACT:
            words = _("Блок %(number)s: запись № %(entry)s вписана задним числом.", number=number, entry=row.id)
            yield Finding(number, row.id, words)
            return


def _beyond(last: int, sealed_at: datetime | None) -> Iterator[Finding]:
    """Yield what is wrong beyond the last block: entries sealed into one that is gone, or older than they may be."""
    nowhere = or_(AuditEntry.block > last, AuditEntry.block < 1)
    stray = db.session.execute(
        select(AuditEntry.id, AuditEntry.block).where(nowhere).order_by(AuditEntry.block, AuditEntry.id).limit(1)
    ).first()
    if stray is not None and stray.block < 1:
        words = _("Запись № %(entry)s спрятана от печати: блоков с номером %(number)s не бывает.",
                  entry=stray.id, number=stray.block)  # fmt: skip
        yield Finding(None, stray.id, words)
    elif stray is not None:
        words = _("Блока %(number)s нет, а записи его остались: он удалён.", number=stray.block)
        yield Finding(stray.block, None, words)
    if sealed_at is None:
        return
    oldest = select(AuditEntry.id).where(AuditEntry.block.is_(None), AuditEntry.at < sealed_at - LONGEST_ACT)
    entry = db.session.scalar(oldest.order_by(AuditEntry.id).limit(1))
    if entry is not None:
        yield Finding(None, entry, _("Запись № %(entry)s вписана задним числом.", entry=entry))
