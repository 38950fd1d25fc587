"""A survey page opened and posted, with no answers stored and with many.

python bench/survey.py [--production] [answers] [rounds]
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hellos
import setups
import world

CROWD = 16
PAGES_EACH = 20
SECTION = "study"
BOX = re.compile(r'<input type="(radio|checkbox)"\s+name="(\w+)"\s+value="(\w+)"')


class Student(hellos.Visitor):
    """Somebody at one section, who opens and posts it again and again."""

    def enter(self, code: str) -> None:
        _page, text = self.get("/")
        answer, _text = self.post("/code", {**hellos.hidden_fields(text), "code": code})
        hellos.expect(answer.status, 303)
        _page, text = self.get("/s/")
        self.post("/s/", hellos.hidden_fields(text))
        self.turn("plans", P1_9="own10", P2="no", P3="no")
        self.turn("goal", P10="yes")  # opens one question more: four, with eleven options each, as the aim says

    def turn_page(self) -> None:
        self.turn(SECTION)

    def turn(self, section: str, **wishes: str) -> None:
        """Open a section, mark the first option of each question or the wished one, and go on."""
        opened, text = self.get(f"/s/{section}")
        hellos.expect(opened.status, 200)
        answers = {name: value for _kind, name, value in reversed(BOX.findall(text))} | wishes
        answer, _text = self.post(f"/s/{section}", {**answers, "turn": "next", **hellos.hidden_fields(text)})
        hellos.expect(answer.status, 303)


def main(setup: setups.SetUp, answers: int = 47_068, rounds: int = 9) -> None:
    """Print the cost of one page in hellos, then how long pages take when sixteen ask at once."""
    with tempfile.TemporaryDirectory() as folder, setup.hello() as bare:
        empty, full = Path(folder, "empty"), Path(folder, "stored")
        codes = (
            world.make_world(empty, slips=CROWD, config=setup.config(empty)),
            world.make_world(full, slips=CROWD, answers=answers, config=setup.config(full)),
        )
        with setup.orientir(empty) as few, setup.orientir(full) as many:
            unit = hellos.Job("hello", bare, hellos.ask_hello(bare), batch=1000)
            jobs = [
                hellos.Job("page opened and posted, 0 answers stored", few, _student(few, codes[0][0]), batch=40),
                hellos.Job(
                    f"page opened and posted, {answers:,} answers stored", many, _student(many, codes[1][0]), batch=40
                ),
            ]
            hellos.take_turns([unit, *jobs], rounds)
            hellos.tell_ratios(unit, jobs)
            _tell_page(many, codes[1][0])
            _tell_crowd(many, codes[1])


def _student(server: hellos.Server, code: str) -> Callable[[], object]:
    student = Student(server.port)
    student.enter(code)
    return student.turn_page


def _tell_page(server: hellos.Server, code: str) -> None:
    student = Student(server.port)
    student.enter(code)
    _page, text = student.get(f"/s/{SECTION}")
    questions = text.count('<fieldset class="question')
    hellos.tell(
        f"the page: {questions} questions, {len(BOX.findall(text))} options, {len(text.encode()) / 1024:.0f} KB"
    )


def _tell_crowd(server: hellos.Server, codes: list[str]) -> None:
    with ThreadPoolExecutor(CROWD) as crowd:
        times = [spent for one in crowd.map(lambda code: _sit(server, code), codes) for spent in one]
    median, tail = hellos.share(times, 0.5), hellos.share(times, 0.99)
    hellos.tell(
        f"{CROWD} at once: median {1000 * median:.0f} ms, p99 {1000 * tail:.0f} ms ({tail / median:.1f} medians), "
        f"{server.memory():.0f} MB afterwards"
    )


def _sit(server: hellos.Server, code: str) -> list[float]:
    student = Student(server.port)
    student.enter(code)
    times = []
    for _ in range(PAGES_EACH):
        start = time.perf_counter()
        student.turn_page()
        times.append(time.perf_counter() - start)
    return times


if __name__ == "__main__":
    with setups.asked_for("empty", "stored") as asked:
        main(asked, *map(int, sys.argv[1:]))
