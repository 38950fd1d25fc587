"""Locks, always in this order: the contest, then the entry, then the sheet."""

from __future__ import annotations

from sqlalchemy.sql.selectable import ForUpdateArg

from orientir.db import db
from orientir_practices.jury_models import Sheet
from orientir_practices.models import Contest, Entry


def hold_contest(contest: Contest) -> None:
    """Keep the contest as it is now until the transaction ends: its stage, its dates, its number of entries."""
    db.session.flush()
    db.session.refresh(contest, with_for_update=ForUpdateArg(of=Contest))


def share_contest(contest: Contest) -> None:
    """Keep the stage of the contest; others may do the same at the same moment."""
    db.session.flush()
    db.session.refresh(contest, with_for_update=ForUpdateArg(of=Contest, read=True))


def hold_entry(entry: Entry) -> None:
    """Keep the stage of the entry's contest and the entry itself."""
    share_contest(entry.contest)
    db.session.refresh(entry, with_for_update=ForUpdateArg(of=Entry))


def hold_sheet(sheet: Sheet) -> None:
    """Keep the stage of the contest and the sheet itself."""
    share_contest(sheet.entry.contest)
    db.session.refresh(sheet, with_for_update=ForUpdateArg(of=Sheet))
