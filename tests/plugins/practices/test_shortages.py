"""What the secretary is told where a distribution is impossible: whom it is about, why, and what to do."""

from __future__ import annotations

from orientir_testkit.readings import juror, work

from orientir_practices.distribution import Distribution, distribute
from orientir_practices.shortages import TooLittleRoom

ADVICE = "Добавьте экспертов или поднимите предел нагрузки."
SOME_LACK = "Заявкам № {} нужно ещё {}, а у экспертов, которым можно их дать "


def said(found: Distribution) -> list[str]:
    return [one.in_words().replace("\xa0", " ") for one in found.shortages]


def test_bans_are_told_by_entry():
    works = [work(n, municipality_id=7) for n in (4, 7, 9)] + [work(1)]
    jury = [juror(1), juror(2), *(juror(n, municipalities=frozenset({7})) for n in range(3, 8)),
            juror(8, municipalities=frozenset({7}), organisations=frozenset({1004}))]  # fmt: skip
    assert said(distribute(works, jury, 3, seed=1)) == [
        "Заявке № 4 доступны только 2 эксперта из 3: остальные — 5 из того же муниципалитета, 1 из той же организации.",
        "Заявкам № 7, 9 доступны только 2 эксперта из 3: остальные — 6 из того же муниципалитета.",
    ]


def test_an_entry_nobody_may_read_is_told():
    found = distribute([work(4, authors=frozenset({501}))], [juror(1)], 3, seed=1)
    assert said(found) == ["Заявке № 4 не доступен ни один эксперт из 3: остальные — 1 автор заявки."]
    assert said(distribute([work(4)], [], 3, seed=1)) == [
        "Заявке № 4 не доступен ни один эксперт из 3: больше в жюри никого нет."
    ]


def test_too_much_work_for_all_is_told_in_one_sum():
    found = distribute([work(n) for n in range(50)], [juror(n, most=10) for n in range(12)], 3, seed=1)
    assert said(found) == [f"Нагрузка: 12 экспертов по 10 = 120 мест, нужно 150. {ADVICE}"]
    assert set(found.loads.values()) == {10}


def test_too_much_work_beside_what_stands_is_told_by_what_is_free():
    works = [work(n, assigned=frozenset({1})) for n in range(3)]
    found = distribute(works, [juror(1, most=3), juror(2, most=2)], 2, seed=1)
    assert said(found) == [SOME_LACK.format("0–2", "3 чтения") + f"(Эксперт 2), свободно 2 места. {ADVICE}"]


def test_a_nomination_with_too_few_hands_is_told_with_their_names():
    works = [work(n) for n in range(1, 11)] + [work(n, nomination_id=2) for n in range(11, 16)]
    jury = [juror(n, nominations=frozenset({1})) for n in range(1, 4)] + [
        juror(n, nominations=frozenset({2}), most=2) for n in range(4, 6)
    ]
    found = distribute(works, jury, 2, seed=1)
    assert said(found) == [
        SOME_LACK.format("11–15", "10 чтений") + f"(Эксперт 4, Эксперт 5), свободно 4 места. {ADVICE}"
    ]
    assert all(len(found.given[100 + n]) == 2 for n in range(1, 11)), "the other nomination has all it needs"


def test_two_bottlenecks_are_two_sentences():
    works = [work(n, nomination_id=1 + n % 2) for n in range(8)]
    jury = [juror(n, nominations=frozenset({1 + n % 2}), most=2, name="") for n in range(2)]
    found = distribute(works, jury, 1, seed=1)
    assert [type(one) for one in found.shortages] == [TooLittleRoom, TooLittleRoom]
    assert said(found)[0].startswith(
        "Заявкам № 0, 2, 4, 6 нужно ещё 4 чтения, а у экспертов, которым можно их дать (1)"
    )
