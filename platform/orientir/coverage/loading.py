"""Facts of a region that is made up as a whole: written as they are, counted once at the end."""

from __future__ import annotations

from collections.abc import Iterable

from orientir.coverage.activities import find_activity
from orientir.coverage.evidence import Entry
from orientir.coverage.homes import Home
from orientir.coverage.ledger import build_fact
from orientir.db import db

BATCH = 1000


def load_facts(facts: Iterable[tuple[Entry, Home]]) -> int:
    """Write facts unchecked and leave the counters alone; return how many.

    `rebuilding.rebuild` must follow in the same transaction. For demos and benchmarks, never for what people send.
    """
    written = 0
    for entry, home in facts:
        db.session.add(build_fact(entry, find_activity(entry.activity), home))
        written += 1
        if written % BATCH == 0:
            db.session.flush()
    db.session.flush()
    return written
