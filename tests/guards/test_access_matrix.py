"""Every endpoint × every role × own, foreign and missing objects: exactly what is declared (quality.md, «Security»).

New endpoints enter by themselves. One that takes an argument nobody knows fails here until `SAMPLES` has a line for it.
SQLite is enough: rules are Python, and each query they make runs on both engines in the tests of its own page.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from jinja2 import BytecodeCache
from orientir_testkit.cast import SCHOOL_DAY
from orientir_testkit.clients import Client
from orientir_testkit.databases import Databases
from orientir_testkit.matrix import (
    Attempt,
    Grounds,
    Verdict,
    addresses,
    attempts,
    find_things,
    heard,
    keeps,
    promised,
    unknown_arguments,
)
from orientir_testkit.objects import Person, make_stage

from orientir.accounts.models import User
from orientir.accounts.roles import CLASSES_VIEW
from orientir.app import create_app
from orientir.config import Config
from orientir.db import db
from orientir.web import error_pages
from orientir.web.access import public, requires

READING = {"GET"}
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
# Tables that note that somebody was here, whatever the answer.
BOOKKEEPING = ("account_session",)


@dataclass
class Theatre:
    """The application with its stage set, a client for each person, and a copy of the database to go back to."""

    app: Flask
    path: Path
    grounds: Grounds
    people: tuple[Person, ...]
    saved: sqlite3.Connection

    def __post_init__(self) -> None:
        self.accounts = {person: person.user.id for person in self.people if person.user}
        self.clients = {person: self._client(person) for person in self.people}

    def reset(self) -> None:
        """Bring the database back to what it was, and everybody back in."""
        db.session.remove()
        with closing(sqlite3.connect(self.path)) as live:
            self.saved.backup(live)
        self.clients = {person: self._client(person) for person in self.people}

    def _client(self, person: Person) -> Client:
        made = self.app.test_client()
        assert isinstance(made, Client)
        if person in self.accounts:
            made.sign_in(db.session.get_one(User, self.accounts[person]))
        return made


@pytest.fixture(autouse=True)
def _bare_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most answers here are refusals; that their page can be drawn is tried elsewhere, and drawing takes longest."""
    monkeypatch.setattr(error_pages, "render_template", lambda *_names, **_words: "")


@pytest.fixture(scope="module")
def theatre(
    sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory, compiled_templates: BytecodeCache
) -> Iterator[Theatre]:
    """One database and one application for all the module: the stage takes longer to set than a page to open."""
    url = sqlite_databases.fresh()
    path = Path(url.removeprefix("sqlite:///"))
    app = create_app(Config(env="testing", database_url=url, data_dir=tmp_path_factory.mktemp("var")))
    app.jinja_env.bytecode_cache = compiled_templates
    app.config.update(WTF_CSRF_ENABLED=False)
    app.test_client_class = Client
    saved = sqlite3.connect(":memory:")
    with time_machine.travel(SCHOOL_DAY, tick=True), app.app_context(), closing(saved):
        stage = make_stage()
        grounds = find_things(stage)
        db.session.commit()
        with closing(sqlite3.connect(path)) as live:
            live.backup(saved)
        yield Theatre(app, path, grounds, stage.people, saved)
        db.session.remove()
        db.engine.dispose()
    sqlite_databases.drop(url)


def test_every_argument_of_an_address_has_a_sample(theatre: Theatre):
    unknown = unknown_arguments(theatre.app)
    assert unknown == [], (
        f"{', '.join(unknown)}: add a line to SAMPLES in tests/kit/orientir_testkit/objects.py that says what this "
        "argument is in a place, and a field to Place if there is no such thing yet"
    )


def test_every_page_opens_to_whom_its_rule_promises_and_to_nobody_else(theatre: Theatre):
    broken = [
        tell(person, attempt, answer.status_code, promise)
        for attempt in attempts(theatre.app, theatre.grounds, READING)
        for person in theatre.people
        for promise in [promised(theatre.app, person, attempt)]
        for answer in [theatre.clients[person].get(attempt.path)]
        if not keeps(promise, answer)
    ]
    assert broken == []


def test_every_act_is_open_to_whom_its_rule_promises_and_a_refused_one_changes_nothing(theatre: Theatre):
    broken = []
    with closing(sqlite3.connect(theatre.path)) as watch:
        for attempt in attempts(theatre.app, theatre.grounds, WRITING):
            for person in theatre.people:
                promise = promised(theatre.app, person, attempt)
                before = version(watch)
                answer = theatre.clients[person].open(attempt.path, method=attempt.method)
                changed = version(watch) != before and what_changed(theatre, watch)
                if not keeps(promise, answer):
                    broken.append(tell(person, attempt, answer.status_code, promise))
                elif changed and heard(answer) is not Verdict.LET_IN:
                    broken.append(f"{tell(person, attempt, answer.status_code, promise)}; changed {changed}")
                if changed or attempt.endpoint == "accounts.logout":
                    theatre.reset()
    assert broken == []


def test_there_is_something_to_try(theatre: Theatre):
    tried = list(attempts(theatre.app, theatre.grounds, READING | WRITING))
    assert len({one.endpoint for one in tried}) == len({rule.endpoint for rule in addresses(theatre.app)})
    assert {one.whose for one in tried} >= {"own", "neighbour", "abroad", "missing"}
    verdicts = {promised(theatre.app, person, one) for person in theatre.people for one in tried}
    assert verdicts >= {Verdict.LET_IN, Verdict.SIGN_IN, Verdict.FORBIDDEN, Verdict.HIDDEN, Verdict.CODE}


@pytest.mark.parametrize("mistake", ["open", "wide"])
def test_a_page_that_opens_wider_than_its_rule_is_found(
    theatre: Theatre, mistake: str, monkeypatch: pytest.MonkeyPatch
):
    """A rule that forgets the branch, or one that forgets everything, lets somebody in who was promised a refusal."""
    view = theatre.app.view_functions["organisations.school_class"]
    wrong = {"open": public, "wide": requires(CLASSES_VIEW)}[mistake](lambda class_id: "")
    tried = [one for one in attempts(theatre.app, theatre.grounds, READING) if one.endpoint.endswith(".school_class")]
    promises = {(person, one): promised(theatre.app, person, one) for person in theatre.people for one in tried}
    monkeypatch.setitem(theatre.app.view_functions, "organisations.school_class", wrong)
    kept = [keeps(said, theatre.clients[person].get(one.path)) for (person, one), said in promises.items()]
    assert view is not wrong
    assert not all(kept)


def version(watch: sqlite3.Connection) -> int:
    """Return a number that changes when anybody else commits a change."""
    number: int = watch.execute("PRAGMA data_version").fetchone()[0]
    return number


def what_changed(theatre: Theatre, watch: sqlite3.Connection) -> list[str]:
    """Return the tables that differ from the saved copy, but for what notes that somebody was here."""
    tables = [name for (name,) in theatre.saved.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [
        name
        for name in tables
        if name not in BOOKKEEPING
        and sorted(map(repr, theatre.saved.execute(f'SELECT * FROM "{name}"')))
        != sorted(map(repr, watch.execute(f'SELECT * FROM "{name}"')))
    ]


def tell(person: Person, attempt: Attempt, status: int, promise: Verdict) -> str:
    asked = f"{attempt.method} {attempt.path} ({attempt.endpoint}, {attempt.whose})"
    return f"{person.title}: {asked} answered {status}, promised {promise}"
