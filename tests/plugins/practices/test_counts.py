"""No page of a juror or an author asks more because there is more; the rest enters tests/guards by itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from orientir_testkit.contests import make_entry, make_expert, make_sheet
from orientir_testkit.queries import Queries

from orientir.accounts.models import User
from orientir.db import db
from orientir_practices.models import Contest, EntryState

AsUser = Callable[[User], FlaskClient]
Counted = Callable[[], AbstractContextManager[Queries]]


def statements(client: FlaskClient, address: str, counted: Counted) -> int:
    client.get(address)
    with counted() as seen:
        assert client.get(address).status_code == 200
    return seen.count


@pytest.mark.parametrize("blind", [False, True])
def test_a_jurors_list(blind: bool, judged: Contest, cast: Cast, as_user: AsUser, count_queries: Counted):
    judged.is_blind = blind
    juror = make_expert(judged)
    asked = []
    for _number in range(3):
        make_sheet(make_entry(judged, cast.school, cast.teacher), juror)
        db.session.commit()
        client = as_user(juror.user)
        asked.append(statements(client, f"/practices/contests/{judged.id}/jury", count_queries))
    assert asked[0] == asked[2]


def test_an_authors_list_and_first_page(contest: Contest, cast: Cast, as_user: AsUser, count_queries: Counted):
    asked = []
    for _number in range(3):
        make_entry(contest, cast.school, cast.teacher, EntryState.DRAFT)
        db.session.commit()
        teacher = as_user(cast.teacher)
        asked.append([statements(teacher, address, count_queries) for address in ("/practices/entries", "/")])
    assert asked[0] == asked[2]
