"""What a debtor has not scored goes to others in one step; where it cannot, nothing moves and the page says why."""

from __future__ import annotations

from collections import Counter

import pytest
from orientir_testkit.cast import Cast, make_municipality, make_school, make_user
from orientir_testkit.contests import make_entry, make_expert, make_sheet, sent_sheet

from orientir.db import db
from orientir.errors import ConflictError
from orientir_practices import distributing, queries
from orientir_practices.jury_models import Juror, SheetState
from orientir_practices.models import Contest, Entry, Stage
from orientir_practices.rights import SECRETARY
from orientir_practices.rounds import FIRST


@pytest.fixture
def entries(judged: Contest, cast: Cast) -> list[Entry]:
    town = make_municipality(cast.region, "Дальний")
    return [make_entry(judged, make_school(town, f"Школа № {number}")) for number in range(20, 25)]


@pytest.fixture
def jurors(judged: Contest, entries: list[Entry]) -> list[Juror]:
    """The first owes four of five sheets, the second sent one, the others read nothing yet."""
    jurors = [make_expert(judged, f"Эксперт {number}") for number in range(4)]
    sent_sheet(entries[0], jurors[0], 4)
    for entry in entries[1:]:
        make_sheet(entry, jurors[0], SheetState.ASSIGNED)
    sent_sheet(entries[0], jurors[1], 3)
    db.session.commit()
    return jurors


def standing(contest: Contest) -> Counter[int]:
    return Counter(sheet.juror_id for sheet in queries.sheets_in(contest, FIRST))


def test_they_go_to_the_others_evenly_and_what_was_sent_stays(judged: Contest, jurors: list[Juror]):
    assert distributing.hand_over(judged, jurors[0], actor=None) == 4
    loads = standing(judged)
    assert loads[jurors[0].id] == 1
    assert sorted(loads[one.id] for one in jurors[1:]) == [1, 2, 2]
    assert distributing.hand_over(judged, jurors[0], actor=None) == 0
    assert standing(judged) == loads


def test_nobody_gets_back_what_was_taken_from_them_by_lot(judged: Contest, jurors: list[Juror], entries: list[Entry]):
    distributing.hand_over(judged, jurors[0], actor=None)
    distributing.hand_over(judged, max(jurors[1:], key=lambda one: standing(judged)[one.id]), actor=None)
    taken = {sheet.entry_id for sheet in queries.sheets_in(judged, FIRST) if sheet.juror_id == jurors[0].id}
    assert taken == {entries[0].id}
    offered = dict(distributing.offered(entries[1], queries.sheets_about(entries[1])))
    assert jurors[0].id in offered, "a secretary may"


def test_where_nobody_is_left_nothing_moves_and_it_says_why(
    judged: Contest, jurors: list[Juror], entries: list[Entry], as_user
):
    for one in jurors[1:]:
        one.municipality_id = entries[0].organisation.municipality_id
    db.session.commit()
    before = standing(judged)
    secretary = as_user(make_user(SECRETARY, judged.scope))
    desk = f"/practices/contests/{judged.id}/desk"
    assert "Передать другим" in secretary.get(desk).text
    assert secretary.post(f"/practices/contests/{judged.id}/jurors/{jurors[0].id}/hand-over").status_code == 303
    page = secretary.get(desk).text.replace("\xa0", " ")
    assert "не доступен ни один эксперт из 1: остальные — 3 из того же муниципалитета" in page
    assert standing(judged) == before


def test_it_is_done_while_the_experts_read(judged: Contest, jurors: list[Juror], contest: Contest, as_user):
    judged.stage = Stage.PROTOCOL
    with pytest.raises(ConflictError, match="не идёт"):
        distributing.hand_over(judged, jurors[0], actor=None)
    judged.stage = Stage.EXPERTISE
    db.session.commit()
    secretary = as_user(make_user(SECRETARY, judged.scope))
    foreign = f"/practices/contests/{contest.id}/jurors/{jurors[0].id}/hand-over"
    assert secretary.post(foreign).status_code == 404
    assert secretary.post(f"/practices/contests/{judged.id}/jurors/{jurors[0].id}/hand-over").status_code == 303
    assert "Передано другим: 4 заявки" in secretary.get(f"/practices/contests/{judged.id}/desk").text.replace(
        "\xa0", " "
    )
