"""Who may give, take and manage what: the rule alone, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orientir.accounts.delegation import GIVES, PLATFORM_RULES, STANDS_IN, Held, Rules, level_of, orphaned
from orientir.accounts.roles import Role
from orientir.contracts import Scope

REGION, OTHER_REGION = Scope(1), Scope(2)
TOWN, DISTRICT = Scope(1, 10), Scope(1, 11)
SCHOOL, COLLEGE, RURAL_SCHOOL = Scope(1, 10, 100), Scope(1, 10, 101), Scope(1, 11, 110)
CONTEST = Scope(1, object_key="contest:12")

ADMINISTRATOR = [Held(Role.ADMINISTRATOR, REGION)]
OPERATOR = [Held(Role.OPERATOR, REGION)]
COORDINATOR = [Held(Role.COORDINATOR, TOWN)]
SCHOOL_ADMIN = [Held(Role.SCHOOL_ADMIN, SCHOOL)]
TEACHER = [Held(Role.TEACHER, SCHOOL)]

may_give = PLATFORM_RULES.may_give
scopes = st.sampled_from([REGION, OTHER_REGION, TOWN, DISTRICT, SCHOOL, COLLEGE, RURAL_SCHOOL, CONTEST])
holdings = st.lists(st.builds(Held, st.sampled_from(list(Role)), scopes), max_size=3)


@pytest.mark.parametrize(
    ("giver", "role", "scope"),
    [
        (ADMINISTRATOR, Role.ADMINISTRATOR, REGION),
        (ADMINISTRATOR, Role.OPERATOR, REGION),
        (OPERATOR, Role.COORDINATOR, DISTRICT),
        (OPERATOR, Role.SCHOOL_ADMIN, RURAL_SCHOOL),
        (OPERATOR, Role.OBSERVER, REGION),
        (COORDINATOR, Role.SCHOOL_ADMIN, SCHOOL),
        (COORDINATOR, Role.TEACHER, SCHOOL),
        (COORDINATOR, Role.ORGANISER, COLLEGE),
        (SCHOOL_ADMIN, Role.TEACHER, SCHOOL),
        (TEACHER + COORDINATOR, Role.TEACHER, COLLEGE),
    ],
)
def test_it_lets_give_what_lies_below(giver: list[Held], role: str, scope: Scope):
    assert may_give(giver, role, scope)


@pytest.mark.parametrize(
    ("giver", "role", "scope"),
    [
        (OPERATOR, Role.OPERATOR, REGION),
        (OPERATOR, Role.ADMINISTRATOR, REGION),
        (OPERATOR, Role.COORDINATOR, Scope(2, 20)),
        (COORDINATOR, Role.COORDINATOR, TOWN),
        (COORDINATOR, Role.TEACHER, RURAL_SCHOOL),
        (COORDINATOR, Role.OBSERVER, TOWN),
        (SCHOOL_ADMIN, Role.SCHOOL_ADMIN, SCHOOL),
        (SCHOOL_ADMIN, Role.TEACHER, COLLEGE),
        (TEACHER, Role.TEACHER, SCHOOL),
        ([], Role.TEACHER, SCHOOL),
        (ADMINISTRATOR, "headmaster", REGION),
        (ADMINISTRATOR, Role.TEACHER, CONTEST),
    ],
)
def test_it_refuses_what_lies_beside_above_or_elsewhere(giver: list[Held], role: str, scope: Scope):
    assert not may_give(giver, role, scope)


@pytest.mark.parametrize(
    ("role", "scope"),
    [(Role.TEACHER, REGION), (Role.TEACHER, TOWN), (Role.COORDINATOR, REGION), (Role.COORDINATOR, SCHOOL),
     (Role.ADMINISTRATOR, TOWN), (Role.OPERATOR, SCHOOL)],
)  # fmt: skip
def test_a_role_stands_where_it_makes_sense(role: str, scope: Scope):
    assert not may_give(ADMINISTRATOR, role, scope)


@given(holdings, st.sampled_from(list(Role)), scopes)
def test_nobody_gives_beyond_the_own_branch_or_beside_the_own_role(giver: list[Held], role: Role, scope: Scope):
    if may_give(giver, role, scope):
        above = [held for held in giver if held.scope.covers(scope) and role in GIVES.get(held.role, ())]
        assert above
        assert all(held.role != role or role == Role.ADMINISTRATOR for held in above)
        assert level_of(scope) in STANDS_IN[role]


def test_an_account_is_managed_by_whoever_may_give_all_its_roles():
    manages = PLATFORM_RULES.may_manage
    assert manages(COORDINATOR, TEACHER)
    assert not manages(COORDINATOR, [*TEACHER, Held(Role.TEACHER, RURAL_SCHOOL)])
    assert not manages(ADMINISTRATOR, [*TEACHER, Held(Role.OPERATOR, OTHER_REGION)])
    assert not manages(SCHOOL_ADMIN, COORDINATOR)
    assert not manages(ADMINISTRATOR, [])


def test_a_role_that_people_of_an_object_give_each_other_binds_nobody():
    rules = Rules({**GIVES, Role.OPERATOR: {*GIVES[Role.OPERATOR], "fair.juror"}, "fair.author": {"fair.author"}}, {
        "fair.author": "fair_entry", "fair.juror": "fair",
    })  # fmt: skip
    author = Held("fair.author", Scope(1, object_key="fair_entry:5"))
    assert rules.may_manage(SCHOOL_ADMIN, [*TEACHER, author])
    assert not rules.may_manage(SCHOOL_ADMIN, [*COORDINATOR, author])
    assert not rules.may_manage(SCHOOL_ADMIN, [*TEACHER, Held("fair.juror", Scope(1, object_key="fair:12"))])
    assert not rules.may_manage(ADMINISTRATOR, [author])


def test_a_person_of_two_regions_is_met_in_each():
    both = [*TEACHER, Held(Role.TEACHER, Scope(2, 20, 200))]
    assert PLATFORM_RULES.may_meet(COORDINATOR, both)
    assert not PLATFORM_RULES.may_meet([Held(Role.COORDINATOR, DISTRICT)], both)


def test_offices_of_the_region_are_not_passed_on_by_their_holders():
    passes = PLATFORM_RULES.may_pass_on
    assert passes(COORDINATOR[0])
    assert passes(TEACHER[0])
    assert not passes(OPERATOR[0])
    assert not passes(ADMINISTRATOR[0])
    assert not passes(Held("contest.juror", CONTEST))


def test_a_role_in_an_object_stands_in_objects_of_its_kind_only():
    rules = Rules({**GIVES, Role.OPERATOR: {*GIVES[Role.OPERATOR], "contest.juror"}}, {"contest.juror": "contest"})
    assert rules.may_give(OPERATOR, "contest.juror", CONTEST)
    assert not rules.may_give(OPERATOR, "contest.juror", REGION)
    assert not rules.may_give(OPERATOR, "contest.juror", Scope(1, object_key="fair:12"))
    assert not rules.may_give(COORDINATOR, "contest.juror", CONTEST)


@pytest.mark.parametrize(
    ("present", "leaving", "answer"), [([7], 7, True), ([7, 8], 7, False), ([8], 7, False), ([], 7, False)]
)
def test_the_last_administrator_is_known(present: list[int], leaving: int, answer: bool):
    assert orphaned(present, leaving) is answer


def test_a_scope_with_an_object_covers_that_object_alone():
    assert REGION.covers(CONTEST)
    assert not CONTEST.covers(REGION)
    assert not CONTEST.covers(Scope(1, object_key="contest:1"))
    assert not TOWN.covers(CONTEST)
    assert CONTEST.branch == "1///contest:12"
    assert (TOWN.branch, SCHOOL.branch) == ("1/10/", "1//100")
