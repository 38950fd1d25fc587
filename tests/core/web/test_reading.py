"""GET never changes anything: messengers follow links before people do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orientir_testkit.queries import heard
from sqlalchemy import text

from orientir.accounts.models import User
from orientir.codes.digits import normalise
from orientir.db import db
from orientir.demo import NOTES
from orientir.organisations.models import Region
from orientir.web.access import serves_files

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "MERGE", "TRUNCATE", "COPY")
# Lists that are stored as they were written, so that the next one who asks costs nothing (docs/decisions/0017).
STORING = {"calendar.feed", "calendar_open.as_json", "calendar_open.as_rss"}
AsUser = Callable[[User], FlaskClient]


class WroteError(AssertionError):
    """A page that only shows something wrote."""


@pytest.fixture
def forbid_writing() -> Iterator[None]:
    """Raise, inside the page, on the first statement that is not a question."""

    def look(statement: str) -> None:
        if statement.lstrip().upper().startswith(WRITES) or "FOR UPDATE" in statement.upper():
            raise WroteError(statement)

    with heard(look):
        yield


def test_no_page_writes_when_it_is_read(
    app: Flask, demo_region: Region, demo_operator: User, as_user: AsUser, request: pytest.FixtureRequest
):
    client = as_user(demo_operator)
    codes = [normalise(code) for _title, code in demo_region.settings[NOTES]]
    client.post("/code", data={"code": codes[0]})
    request.getfixturevalue("forbid_writing")
    answers = {path: client.get(path).status_code for path in _readable(app, codes[1])}
    assert {path: status for path, status in answers.items() if status >= 500} == {}
    assert sum(status == 200 for status in answers.values()) > len(answers) / 2, answers


def test_it_would_be_noticed(app: Flask, forbid_writing: None):
    with pytest.raises(WroteError):
        db.session.execute(text("DELETE FROM region"))


def _readable(app: Flask, code: str) -> Iterator[str]:
    """Yield the address of every page; 1 is the number of something in the demo."""
    words = {"activity": "plans.survey", "typed": code, "form": "csv"}
    for rule in app.url_map.iter_rules():
        shows = "GET" in (rule.methods or ()) and rule.endpoint not in STORING
        if shows and not serves_files(app, rule.endpoint):
            yield rule.build({name: words.get(name, 1) for name in rule.arguments}, append_unknown=False)[1]
