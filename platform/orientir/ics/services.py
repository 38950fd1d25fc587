"""Says that the occasions of a region have changed."""

from __future__ import annotations

from sqlalchemy import event
from sqlalchemy.orm import Session

from orientir.db import db, insert_into
from orientir.ics.models import FeedState

TOUCHED = "touched_calendars"


def touch(region_id: int) -> None:
    """Let feeds of the region be written anew once this transaction is committed.

    The row that says so is written by the commit itself, last of all: a transaction that held it for longer would stop
    all others that change some occasion, and could wait for one that waits for it.
    """
    db.session().info.setdefault(TOUCHED, set()).add(region_id)


@event.listens_for(Session, "before_commit")
def _raise_versions(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for region_id in sorted(session.info.pop(TOUCHED, ())):
        raised = insert_into(FeedState).values(region_id=region_id, version=1)
        higher = {"version": FeedState.version + 1}
        session.execute(raised.on_conflict_do_update(index_elements=[FeedState.region_id], set_=higher))


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(TOUCHED, None)
