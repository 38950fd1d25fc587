"""The bell: thousands of students type their codes within seconds: python bench/bell.py [entries] [per second].

A hundred schools, each behind one address, so that throttling by address would shut whole schools out. The embedded
set-up (waitress, SQLite); the production set-up comes with the issue that brings it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import hellos
import world

ADDRESSES = 100
CROWD = 32


@dataclass
class School:
    """One address with a page already open: its cookies and the fields its form carries."""

    address: str
    cookies: dict[str, str]
    fields: dict[str, str]


def main(entries: int = 3000, rate: int = 300) -> None:
    """Print how the entries were answered, how long they took, and what one costs in hellos."""
    with tempfile.TemporaryDirectory() as folder, hellos.hello() as bare:
        codes = world.make_world(Path(folder), slips=entries)
        with hellos.orientir(Path(folder), ORIENTIR_TRUSTED_PROXIES="1") as server:
            schools = [_open_page(server, f"10.38.{number}.7") for number in range(ADDRESSES)]
            unit = hellos.Job("hello", bare, hellos.ask_hello(bare), batch=1000)
            hellos.take_turns([unit], rounds=4)
            before, start = server.cpu(), time.perf_counter()
            answers = _ring(server, schools, codes, rate)
            spent, lasted = server.cpu() - before, time.perf_counter() - start
            hellos.take_turns([unit], rounds=4)
    cost = 1000 * spent / entries
    statuses = Counter(status for status, _seconds in answers)
    times = [seconds for _status, seconds in answers]
    hellos.tell(f"{entries:,} entries from {ADDRESSES} addresses, {rate}/s asked, {entries / lasted:.0f}/s answered")
    hellos.tell(f"answers: {dict(statuses)}; refused by throttling: {statuses[429]}")
    hellos.tell(f"median {1000 * hellos.share(times, 0.5):.0f} ms, p95 {1000 * hellos.share(times, 0.95):.0f} ms")
    hellos.tell(f"one entry: {cost / median(unit.cpu):.1f} hellos ({cost:.2f} ms of CPU)")


def _open_page(server: hellos.Server, address: str) -> School:
    visitor = hellos.Visitor(server.port, address)
    _answer, text = visitor.get("/")
    return School(address, visitor.cookies, hellos.hidden_fields(text))


def _ring(server: hellos.Server, schools: list[School], codes: list[str], rate: int) -> list[tuple[int, float]]:
    """Type every code at its moment and return, for each, the status and the seconds from that moment on."""
    bell = time.perf_counter()

    def work(worker: int) -> list[tuple[int, float]]:
        visitor = hellos.Visitor(server.port)
        done = []
        for number in range(worker, len(codes), CROWD):
            school, moment = schools[number % ADDRESSES], bell + number / rate
            time.sleep(max(0.0, moment - time.perf_counter()))
            visitor.address, visitor.cookies = school.address, dict(school.cookies)
            answer, _text = visitor.post("/code", {**school.fields, "code": codes[number]})
            done.append((answer.status, time.perf_counter() - moment))
        return done

    with ThreadPoolExecutor(CROWD) as crowd:
        return [one for part in crowd.map(work, range(CROWD)) for one in part]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
