"""Figures of this process for a monitoring system: requests by group and status, how long they took.

They live in memory and begin anew with the process; whoever collects them adds the processes up. What students do is
one group, told without status and ten requests at a time: a figure that moves with every send would tell their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock

from flask import Flask, current_app

STUDENTS = "students"
STEP = 10  # requests of students are told in tens
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # seconds
Labels = Mapping[str, str]


@dataclass
class Durations:
    """How many requests took at most so long, and all of them together."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    @property
    def count(self) -> int:
        return sum(self.buckets)

    def add(self, seconds: float) -> None:
        place = next((number for number, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
        self.buckets[place] += 1
        self.seconds += seconds

    def copy(self) -> Durations:
        return Durations(list(self.buckets), self.seconds)


class RequestFigures:
    """What is counted of requests; several threads write into it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._statuses: dict[tuple[str, str], int] = {}
        self._durations: dict[str, Durations] = {}
        self._students = Durations()  # to the last one; `_durations` holds what is told

    def note(self, group: str, status: int, seconds: float) -> None:
        """Count one request of a page for grown-ups or of a file."""
        key = (group, f"{status // 100}xx")
        with self._lock:
            self._statuses[key] = self._statuses.get(key, 0) + 1
            self._durations.setdefault(group, Durations()).add(seconds)

    def note_student(self, seconds: float) -> None:
        """Count one request of a student; it is told together with nine others."""
        with self._lock:
            self._students.add(seconds)
            if self._students.count % STEP == 0:
                self._durations[STUDENTS] = self._students.copy()

    def lines(self) -> Iterator[str]:
        """Yield the figures in the text format of Prometheus."""
        with self._lock:
            statuses = sorted(self._statuses.items())
            durations = [(group, found.copy()) for group, found in sorted(self._durations.items())]
        told = [({"group": group, "status": status}, count) for (group, status), count in statuses]
        yield from metric("orientir_requests_total", "counter", "Requests by group of pages and status.", told)
        yield from _histogram("orientir_request_seconds", "Time to answer, by group of pages.", durations)


def init_metrics(app: Flask) -> None:
    """Give `app` its figures."""
    app.extensions["orientir.metrics"] = RequestFigures()


def request_figures() -> RequestFigures:
    """Return the figures of the running application."""
    figures: RequestFigures = current_app.extensions["orientir.metrics"]
    return figures


def metric(name: str, kind: str, words: str, values: Iterable[tuple[Labels, float]]) -> Iterator[str]:
    """Yield one metric: its kind, what it means, and a line for each value."""
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} {kind}"
    for labels, value in values:
        yield f"{name}{_labelled(labels)} {_plain(value)}"


def _histogram(name: str, words: str, groups: Iterable[tuple[str, Durations]]) -> Iterator[str]:
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} histogram"
    for group, found in groups:
        reached = 0
        for bound, count in zip((*BOUNDS, None), found.buckets, strict=True):
            reached += count
            edge = "+Inf" if bound is None else f"{bound:g}"
            yield f"{name}_bucket{_labelled({'group': group, 'le': edge})} {reached}"
        yield f"{name}_sum{_labelled({'group': group})} {_plain(round(found.seconds, 6))}"
        yield f"{name}_count{_labelled({'group': group})} {found.count}"


def _labelled(labels: Labels) -> str:
    inside = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{inside}}}" if inside else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
