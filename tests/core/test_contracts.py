"""What passes between platform and plugins is checked when it is made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir.contracts import CalendarEntry, OpenedCode, Scope
from orientir.errors import PluginError

NOON = datetime(2026, 5, 14, 12, tzinfo=UTC)
REGION, TOWN, SCHOOL = Scope(1), Scope(1, 2), Scope(1, 2, 3)
scopes = st.builds(Scope, st.integers(1, 2), st.none() | st.integers(1, 2), st.none())


class TestBranches:
    def test_a_branch_covers_itself_and_what_lies_in_it(self):
        assert all(wide.covers(narrow) for wide, narrow in [(REGION, REGION), (REGION, TOWN), (REGION, SCHOOL),
                                                            (TOWN, SCHOOL), (SCHOOL, SCHOOL)])  # fmt: skip

    def test_it_covers_neither_what_lies_above_nor_beside(self):
        assert not TOWN.covers(REGION)
        assert not SCHOOL.covers(TOWN)
        assert not SCHOOL.covers(Scope(1, 2, 4))
        assert not TOWN.covers(Scope(1, 9, 3))
        assert not REGION.covers(Scope(2, 2, 3))

    @given(scopes, scopes, scopes)
    def test_covering_is_an_order(self, one: Scope, two: Scope, three: Scope):
        assert one.covers(one)
        if one.covers(two) and two.covers(one):
            assert one == two
        if one.covers(two) and two.covers(three):
            assert one.covers(three)


@pytest.mark.parametrize(("first", "last"), [(NOON.replace(tzinfo=None), NOON), (NOON, NOON - timedelta(minutes=1))])
def test_an_occasion_has_a_zone_and_ends_after_it_starts(first: datetime, last: datetime):
    with pytest.raises(PluginError):
        CalendarEntry("1", "Ярмарка", first, last, "/fair")


def test_the_digits_of_an_opened_code_stay_out_of_logs():
    assert "481720936614" not in repr(OpenedCode("slip", "1", "481720936614"))
