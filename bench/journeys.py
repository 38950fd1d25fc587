"""Ways to say statements to PostgreSQL: python bench/journeys.py.

What one small question costs this process by the driver's cursor, as one journey of a line (decision 29), and as one of
several in a journey: CPU of our side, in microseconds. The least of several batches, for neighbours only add to it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import hellos
import psycopg
import setups

from orientir.journeys import Line, Saying

ASKED = "SELECT id, name FROM asked WHERE id = {}"
BATCHES, TIMES = 8, 1000


def main(url: str) -> None:
    """Print what a question costs each way."""
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute("CREATE TABLE asked AS SELECT id, 'name' AS name FROM generate_series(1, 1000) AS id")
        connection.execute("ALTER TABLE asked ADD PRIMARY KEY (id)")
        line = Line(psycopg, connection)
        by_cursor = _least(lambda: connection.cursor().execute(ASKED.format("%(id)s"), {"id": 5}).fetchall())
        hellos.tell(f"by a cursor of the driver: {by_cursor:.0f} µs of CPU")
        for many in (1, 2, 5):
            together = _least(lambda many=many: _travel(line, many))  # type: ignore[misc]  # its own number
            hellos.tell(f"{many} in one journey: {together:.0f} µs together, {together / many:.1f} each")


def _travel(line: Line, many: int) -> None:
    for _ in range(many):
        line.add(Saying(ASKED.format("$1::INTEGER"), (5,)))
    line.send()


def _least(act: Callable[[], object]) -> float:
    return 1e6 * min(_batch(act) for _ in range(BATCHES)) / TIMES


def _batch(act: Callable[[], object]) -> float:
    began = time.process_time()
    for _ in range(TIMES):
        act()
    return time.process_time() - began


if __name__ == "__main__":
    sys.argv.append(setups.SWITCH)
    with setups.asked_for("journeys") as setup:
        main(setup.url.format(name="journeys"))
