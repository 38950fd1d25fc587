"""Facts of a region that is made up as a whole: written as they are, counted once at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from orientir.coverage.activities import activities
from orientir.coverage.evidence import Entry
from orientir.coverage.homes import Home
from orientir.coverage.ledger import fact_row
from orientir.coverage.models import Fact
from orientir.db import insert_many


def load_facts(facts: Iterable[tuple[Entry, Home]], report: Callable[[int, int], None] | None = None) -> int:
    """Write facts unchecked and leave the counters alone; return how many.

    `rebuilding.rebuild` must follow in the same transaction. For demos and benchmarks, never for what people send.
    """
    known = activities()
    rows = [fact_row(entry, known[entry.activity], home) for entry, home in facts]
    insert_many(Fact, rows, report)
    return len(rows)
