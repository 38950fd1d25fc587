"""Shares in whole numbers; the figures are those of the region's founding documents (domain.md, A.3)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir.coverage.shares import Share, Status, sum_shares
from orientir.web.formats import percent

NINTH, ELEVENTH = 35_786, 23_048
GOAL = Fraction(80, 100)


class TestFoundingDocuments:
    def test_graduates_are_the_sum_of_both_grades(self):
        assert sum_shares([Share(0, NINTH), Share(0, ELEVENTH)], None).base == 58_834

    def test_the_first_survey_reached_12_4_percent_and_missed_its_goal(self):
        share = Share(7_298, 58_834, GOAL)
        assert percent(share.value) == "12,4\N{NO-BREAK SPACE}%"
        assert share.status is Status.MISSED

    def test_80_percent_of_the_graduates_are_47_068_people(self):
        share = Share(7_298, 58_834, GOAL)
        assert share.goal == 47_068
        assert share.gap == 47_068 - 7_298

    def test_the_goals_of_both_grades_add_up_to_the_whole(self):
        goals = [Share(0, NINTH, GOAL).goal, Share(0, ELEVENTH, GOAL).goal]
        assert goals == [28_629, 18_439]
        assert sum(goals) == 47_068

    def test_47_067_are_one_too_few(self):
        assert Share(47_067, 58_834, GOAL).status is Status.NEAR
        assert Share(47_067, 58_834, GOAL).gap == 1
        assert Share(47_068, 58_834, GOAL).status is Status.REACHED

    @pytest.mark.parametrize(
        ("covered", "base", "said"),
        [
            (9_569, NINTH, "26,7"),
            (9_869, NINTH, "27,6"),
            (6_850, 10_226, "67,0"),
            (33, 42, "78,6"),
            (17, 42, "40,5"),
            (17, 41, "41,5"),
            (31, 42, "73,8"),
            (27, 42, "64,3"),
            (20_182, 162_125, "12,4"),
        ],
    )
    def test_stated_percentages_are_recomputed_and_rounded_half_up(self, covered: int, base: int, said: str):
        assert percent(Share(covered, base).value) == f"{said}\N{NO-BREAK SPACE}%"


class TestStates:
    def test_near_begins_at_nine_tenths_of_the_goal(self):
        assert Share(72, 100, GOAL).status is Status.NEAR
        assert Share(71, 100, GOAL).status is Status.MISSED

    def test_what_only_rounds_up_to_the_goal_has_not_reached_it(self):
        share = Share(79_999, 100_000, GOAL)
        assert percent(share.value) == "80,0\N{NO-BREAK SPACE}%"
        assert share.status is Status.NEAR

    def test_a_silent_school_is_zero(self):
        share = Share(0, 27, GOAL)
        assert share.value == 0
        assert share.status is Status.MISSED

    def test_without_a_headcount_there_are_no_data(self):
        share = Share(5, None, GOAL)
        assert share.value is None
        assert share.status is Status.NO_DATA
        assert share.gap is None

    def test_a_class_of_nobody_has_no_share_and_lacks_nobody(self):
        share = Share(0, 0, GOAL)
        assert share.value is None
        assert share.status is Status.NO_DATA
        assert share.is_empty
        assert (share.goal, share.gap) == (0, 0)

    def test_beside_a_class_of_nobody_an_unknown_one_may_hold_somebody(self):
        for share in (Share(0, 0, GOAL, missing_classes=1), Share(0, 0, GOAL, missing_organisations=1), Share(0, None)):
            assert not share.is_empty
            assert (share.goal, share.gap) == (None, None)

    def test_without_a_goal_nothing_is_reached(self):
        share = Share(27, 27)
        assert share.status is Status.NO_GOAL
        assert share.gap is None

    def test_more_people_than_there_are_is_an_error_and_not_clipped(self):
        share = Share(321, 308, GOAL)
        assert share.status is Status.ERROR
        assert percent(share.value) == "104,2\N{NO-BREAK SPACE}%"
        assert share.gap is None

    def test_people_in_a_class_of_nobody_are_an_error(self):
        assert Share(3, 0, GOAL).status is Status.ERROR

    def test_no_more_people_than_took_part_or_than_there_are(self):
        assert Share(10, 27, participations=14).upper == 14
        assert Share(10, 27, participations=40).upper == 27
        assert Share(10, None, participations=40).upper == 40


class TestSums:
    def test_it_is_people_over_people_never_a_mean_of_percentages(self):
        together = sum_shares([Share(10, 10), Share(0, 90)], None)
        assert together.value == Fraction(10, 100)

    def test_people_without_a_base_stay_outside_the_share(self):
        together = sum_shares([Share(10, 20), Share(15, None, missing_classes=1)], GOAL)
        assert (together.covered, together.base, together.uncounted) == (10, 20, 15)
        assert together.missing_classes == 1

    def test_without_any_base_all_are_told(self):
        together = sum_shares([Share(10, None), Share(15, None)], GOAL)
        assert (together.covered, together.base, together.uncounted) == (25, None, 0)

    def test_nothing_to_sum_is_no_data(self):
        assert sum_shares([], GOAL).status is Status.NO_DATA

    @given(st.lists(st.tuples(st.integers(0, 60), st.none() | st.integers(0, 60))))
    def test_nobody_is_lost_in_a_sum(self, pairs: list[tuple[int, int | None]]):
        together = sum_shares([Share(covered, base) for covered, base in pairs], None)
        assert together.covered + together.uncounted == sum(covered for covered, _base in pairs)
