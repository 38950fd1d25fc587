"""Codes in the database: issued once, revealed without a change, withdrawn for good, each of one owner."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from orientir.codes import digits, services
from orientir.codes.models import Code
from orientir.codes.services import FoundCode, find, issue, reveal, withdraw
from orientir.db import db

TODAY = date(2026, 5, 14)

pytestmark = pytest.mark.usefixtures("app")


def draw_from(monkeypatch: pytest.MonkeyPatch, wanted: dict[tuple[str, str, int], str]) -> None:
    """Make `derive` give chosen digits to a (kind, owner, generation)."""
    real = digits.derive
    monkeypatch.setattr(digits, "derive", lambda secret, kind, owner, generation:
                        wanted.get((kind, owner, generation)) or real(secret, kind, owner, generation))  # fmt: skip


def test_issued_twice_they_are_the_same():
    first = issue("slip", ["1", "2"])
    assert issue("slip", ["2", "1"]) == first
    assert len(set(first.values())) == 2
    assert all(digits.is_plausible(code) for code in first.values())


def test_they_come_in_the_order_asked_for_and_each_owner_once():
    assert list(issue("slip", ["2", "1", "2"])) == ["2", "1"]
    assert db.session.query(Code).count() == 2


def test_a_code_opens_its_owner_however_it_is_typed():
    code = issue("slip", ["1"])["1"]
    assert find(f" {digits.grouped(code)} ", TODAY) == FoundCode("slip", "1")


@pytest.mark.parametrize("typed", ["", "0", "000000000000", "нет", "\x00", "9" * 500])
def test_what_was_never_issued_opens_nothing(typed: str):
    assert find(typed, TODAY) is None


def test_revealing_changes_nothing(count_queries):
    codes = issue("slip", ["1", "2"])
    db.session.commit()
    with count_queries() as seen:
        assert reveal("slip", ["2", "1", "unknown"]) == [codes["2"], codes["1"]]
    assert seen.count == 1
    assert not db.session.dirty
    assert not db.session.new


def test_a_class_costs_no_more_queries_than_a_student(count_queries):
    counts = []
    for owners in (["a"], [f"b{number}" for number in range(30)]):
        with count_queries() as seen:
            issue("slip", owners)
        counts.append(seen.count)
    assert counts[1] <= counts[0]


def test_withdrawn_it_opens_nothing_and_is_never_used_again():
    old = issue("slip", ["1"])["1"]
    withdraw("slip", ["1"])
    assert find(old, TODAY) is None
    assert reveal("slip", ["1"]) == []
    new = issue("slip", ["1"])["1"]
    assert new != old
    assert find(new, TODAY) == FoundCode("slip", "1")
    assert find(old, TODAY) is None
    withdraw("slip", ["1"])
    assert issue("slip", ["1"])["1"] not in (old, new)


def test_it_withdraws_one_kind_only():
    issue("slip", ["1"])
    card = issue("card", ["1"])["1"]
    withdraw("slip", ["1"])
    assert find(card, TODAY) == FoundCode("card", "1")


def test_it_opens_until_the_end_of_its_last_day():
    code = issue("slip", ["1"], expires_on=TODAY)["1"]
    assert find(code, TODAY) is not None
    assert find(code, date(2026, 5, 15)) is None


def test_the_table_holds_no_digits():
    code = issue("slip", ["1"])["1"]
    db.session.flush()
    stored = " ".join(str(cell) for row in db.session.execute(text("SELECT * FROM code")) for cell in row)
    assert code not in stored
    assert digits.grouped(code) not in stored


class TestCollisions:
    def test_digits_of_another_kind_are_left_to_it(self, monkeypatch: pytest.MonkeyPatch):
        card = issue("card", ["7"])["7"]
        draw_from(monkeypatch, {("slip", "1", 1): card})
        slip = issue("slip", ["1"])["1"]
        assert slip == digits.derive(services._secret(), "slip", "1", 2)
        assert find(card, TODAY) == FoundCode("card", "7")
        assert find(slip, TODAY) == FoundCode("slip", "1")
        assert issue("slip", ["1"]) == {"1": slip}
        assert reveal("slip", ["1"]) == [slip]

    def test_two_owners_issued_together_never_share(self, monkeypatch: pytest.MonkeyPatch):
        same = digits.derive("any", "any", "any", 1)
        draw_from(monkeypatch, {("slip", "1", 1): same, ("slip", "2", 1): same, ("slip", "2", 2): same})
        issued = issue("slip", ["1", "2"])
        assert sorted(issued) == ["1", "2"]
        assert len(set(issued.values())) == 2
        assert {find(code, TODAY).owner for code in issued.values()} == {"1", "2"}

    def test_dead_digits_are_not_given_to_another(self, monkeypatch: pytest.MonkeyPatch):
        old = issue("slip", ["1"])["1"]
        withdraw("slip", ["1"])
        draw_from(monkeypatch, {("slip", "2", 1): old})
        assert issue("slip", ["2"])["2"] != old


class TestFirst:
    def test_a_first_code_is_that_of_any_issue_and_takes_one_statement(self, count_queries):
        with count_queries() as seen:
            services.issue_first("ticket", "1")
        assert seen.count == 1
        assert reveal("ticket", ["1"]) == list(issue("ticket", ["1"]).values())

    def test_whoever_has_one_keeps_it_and_one_withdrawn_is_followed_by_the_next(self):
        first = issue("ticket", ["1"])["1"]
        services.issue_first("ticket", "1")
        assert reveal("ticket", ["1"]) == [first]
        withdraw("ticket", ["1"])
        services.issue_first("ticket", "1")
        assert reveal("ticket", ["1"])[0] != first

    def test_digits_that_another_owner_drew_are_not_given_twice(self, monkeypatch):
        taken = issue("ticket", ["1"])["1"]
        draw_from(monkeypatch, {("ticket", "2", 1): taken})
        services.issue_first("ticket", "2")
        assert find(taken, TODAY) == FoundCode("ticket", "1")
        assert find(reveal("ticket", ["2"])[0], TODAY) == FoundCode("ticket", "2")
