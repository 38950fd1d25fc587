"""The region's page of coverage, small and large: python bench/coverage.py [--production] [schools] [rounds]."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import hellos
import setups
import world

from orientir.demo import PASSWORD

OPERATOR = "operator@demo.example"


def main(setup: setups.SetUp, schools: int = 871, rounds: int = 9) -> None:
    """Print what the page costs in hellos in the demo and with `schools` more schools over all 42 municipalities."""
    with tempfile.TemporaryDirectory() as folder, setup.hello() as bare:
        small, large = Path(folder, "small"), Path(folder, "large")
        world.make_world(small, config=setup.config(small))
        world.make_world(large, schools=schools, config=setup.config(large))
        with setup.orientir(small) as few, setup.orientir(large) as many:
            unit = hellos.Job("hello", bare, hellos.ask_hello(bare), batch=1000)
            jobs = [
                hellos.Job("region page, the demo's 9 schools", few, _operator(few), batch=15),
                hellos.Job(f"region page, {schools:,} schools more", many, _operator(many), batch=15),
            ]
            hellos.take_turns([unit, *jobs], rounds)
            hellos.tell_ratios(unit, jobs)


def _operator(server: hellos.Server) -> Callable[[], object]:
    """Sign in and return what opens the region's page."""
    visitor = hellos.Visitor(server.port)
    _answer, text = visitor.get("/login")
    answer, _text = visitor.post("/login", {**hellos.hidden_fields(text), "email": OPERATOR, "password": PASSWORD})
    hellos.expect(answer.status, 302)
    _answer, text = visitor.get("/coverage/")
    path = text.partition('href="/coverage/plans.survey/region/')[2].partition('"')[0]
    address = f"/coverage/plans.survey/region/{path}"

    def open_page() -> None:
        opened, _text = visitor.get(address)
        hellos.expect(opened.status, 200)

    open_page()
    return open_page


if __name__ == "__main__":
    with setups.asked_for("small", "large") as asked:
        main(asked, *map(int, sys.argv[1:]))
