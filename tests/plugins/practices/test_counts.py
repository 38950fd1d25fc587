"""No page of a juror or an author asks more because there is more; the rest enters tests/guards by itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_municipality, make_school, make_user
from orientir_testkit.contests import make_contest, make_defence, make_entry, make_expert, make_sheet, sent_sheet
from orientir_testkit.queries import Queries
from sqlalchemy import select

from orientir.accounts import services as accounts
from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.db import db
from orientir.notices.models import Notice
from orientir_practices import consents, protocol, results, shortlist, stages
from orientir_practices.models import Contest, EntryState, Stage
from orientir_practices.rights import AUTHOR

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


@pytest.mark.parametrize("target", [Stage.DEFENCE, Stage.PUBLISHED])
def test_results_are_told_to_many_in_as_many_statements_as_to_few(target: Stage, cast: Cast, count_queries: Counted):
    """Each entry of a school of its own with two authors who agreed to the bank; one place is given.

    What a winner costs is coverage's: it holds the homes of facts one by one, in an order.
    """
    asked = []
    town = make_municipality(cast.region, "Дальний")
    for size in (2, 4):
        contest = make_contest(cast.region, Stage.EXPERTISE, jurors_each=1)
        if target == Stage.DEFENCE:
            make_defence(contest, best=None)
        juror = make_expert(contest, f"Эксперт {size}")
        for number in range(size):
            school = make_school(town, f"Школа № {size}{number}")
            entry = make_entry(contest, school, make_user(Role.TEACHER, school.scope))
            accounts.grant(make_user(Role.TEACHER, school.scope), AUTHOR, entry.scope, actor=None)
            consents.give(entry, consents.PUBLICATION, address="", actor=None)
            sent_sheet(entry, juror, 2 if number == 0 else 5)
        if target == Stage.DEFENCE:
            stages.move(contest, Stage.SHORTLIST, actor=None)
            shortlist.sign(contest, actor=None)
        else:
            stages.move(contest, Stage.PROTOCOL, actor=None)
            places = {line.entry.id: (1, "") for line in results.lines_of(contest)[:1]}
            protocol.give_places(contest, places, actor=None)
            protocol.sign(contest, actor=None)
        db.session.commit()
        db.session.expire_all()
        with count_queries() as seen:
            stages.move(contest, target, actor=None)
            db.session.flush()
        asked.append(seen)
    kinds = ("practices.results", "practices.shortlisted", "practices.left_out")
    assert len(db.session.scalars(select(Notice.id).where(Notice.kind.in_(kinds))).all()) == 2 * (2 + 4)
    few, many = asked
    assert few.count == many.count, "\n".join(many.statements)
