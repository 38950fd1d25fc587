"""A contest of two rounds: rules, stages, sheets of each, the sum by weights; one of one round knows nothing of it."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
import time_machine
from orientir_testkit.cast import Cast, make_municipality, make_school
from orientir_testkit.contests import contest_plan, make_defence, make_entry, make_expert, opinion, sent_sheet
from sqlalchemy import select

from orientir.accounts import services as accounts
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.notices.models import Notice
from orientir_practices import (
    calendar,
    contests,
    defences,
    distributing,
    jury,
    protocol,
    queries,
    results,
    rounds,
    sheets,
    shortlist,
    stages,
)
from orientir_practices.defences import DefencePlan
from orientir_practices.jury_models import Juror, Sheet, SheetState
from orientir_practices.models import Contest, Entry, Stage
from orientir_practices.rights import AUTHOR


def entries_of(contest: Contest, cast: Cast, count: int) -> list[Entry]:
    town = make_municipality(cast.region, "Дальний")
    return [
        make_entry(contest, make_school(town, f"Школа № {number}"), title=f"Практика {number}")
        for number in range(20, 20 + count)
    ]


@pytest.fixture
def jurors(judged: Contest) -> list[Juror]:
    return [make_expert(judged, f"Эксперт {number}") for number in range(3)]


@pytest.fixture
def heard(judged: Contest, cast: Cast, jurors: list[Juror]) -> Contest:
    """A contest at its defence: four entries with 100, 80, 60 and 40 of the first round, the first two on the list."""
    make_defence(judged)
    for entry, score in zip(entries_of(judged, cast, 4), (5, 4, 3, 2), strict=True):
        for juror in jurors:
            sent_sheet(entry, juror, score)
    stages.move(judged, Stage.SHORTLIST, actor=None)
    shortlist.sign(judged, actor=None)
    stages.move(judged, Stage.DEFENCE, actor=None)
    db.session.commit()
    return judged


def plan_of(contest: Contest, **values) -> DefencePlan:
    said = {"title": "Защита", "weight": 40, "until": contest.expertise_until + timedelta(days=5)}
    return DefencePlan(**{**said, **values})


class TestRules:
    def test_a_draft_gets_one_and_loses_it(self, cast: Cast):
        contest = contests.add_contest(cast.region, contest_plan(), actor=None)
        defences.set_defence(contest, plan_of(contest, rubric=defences.shipped_rubric()), actor=None)
        assert [line.key for line in rounds.rubric_of(contest, rounds.DEFENCE)] == ["З1", "З2", "З3", "З4"]
        assert sum(rounds.weights_of(contest.nominations[0], rounds.DEFENCE).values()) == 20
        assert (rounds.weight_of(contest, rounds.FIRST), rounds.weight_of(contest, rounds.DEFENCE)) == (60, 40)
        defences.drop_defence(contest, actor=None)
        db.session.expire_all()
        assert contest.defence is None
        assert rounds.weight_of(contest, rounds.FIRST) == 100

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"title": " "}, "title"),
            ({"weight": 100}, "weight"),
            ({"until": timedelta(0)}, "until"),
            ({"until": timedelta(days=20)}, "until"),
            ({"rubric": [{"key": "З1", "title": "Рассказ", "weight": 19, "anchors": {}}]}, "rubric"),
            ({"rubric": [{"key": "З1", "title": " ", "weight": 20, "anchors": {}}]}, "rubric"),
            (
                {"rubric": [{"key": f"З{n}", "title": "Рассказ", "weight": 10 if n < 3 else 0, "anchors": {}}
                            for n in (1, 2, 3)]},
                "rubric",
            ),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_refused_with_its_field(self, cast: Cast, values: dict[str, object], field: str):
        contest = contests.add_contest(cast.region, contest_plan(), actor=None)
        if isinstance(until := values.get("until"), timedelta):
            values = {"until": contest.expertise_until + until}
        with pytest.raises(InvalidInputError) as refused:
            defences.set_defence(contest, plan_of(contest, **values), actor=None)
        assert refused.value.field == field

    def test_once_entries_are_taken_only_its_last_day_moves(self, contest: Contest):
        with pytest.raises(InvalidInputError, match="добавить нельзя"):
            defences.set_defence(contest, plan_of(contest), actor=None)
        make_defence(contest)
        same = {"jurors_each": 2, "best": 2}
        defences.set_defence(
            contest, plan_of(contest, **same, until=contest.expertise_until + timedelta(days=6)), actor=None
        )
        with pytest.raises(InvalidInputError, match="больше не меняется"):
            defences.set_defence(contest, plan_of(contest, **same, weight=50), actor=None)
        with pytest.raises(ConflictError, match="защита остаётся"):
            defences.drop_defence(contest, actor=None)

    def test_next_years_contest_has_it_too(self, contest: Contest, cast: Cast):
        make_defence(contest, rubric=defences.shipped_rubric())
        copied = contests.add_contest(cast.region, contest_plan(), contest, actor=None)
        assert copied.defence is not None
        assert copied.defence.rubric == contest.defence.rubric
        assert copied.defence.until - copied.expertise_until == contest.defence.until - contest.expertise_until

    def test_a_draft_whose_dates_moved_apart_is_not_announced(self, cast: Cast):
        contest = contests.add_contest(cast.region, contest_plan(), actor=None)
        defences.set_defence(contest, plan_of(contest), actor=None)
        later = contest_plan(expertise_until=contest.expertise_until + timedelta(days=7))
        contests.change_contest(contest, later, actor=None)
        with pytest.raises(ConflictError, match="после заочной"):
            stages.move(contest, Stage.INTAKE, actor=None)

    def test_the_calendar_knows_its_last_day(self, contest: Contest):
        assert not [one for one in calendar._of_contest(contest) if "defence" in one.uid]
        make_defence(contest, title="Защита онлайн")
        [found] = [one for one in calendar._of_contest(contest) if "defence" in one.uid]
        assert found.title == "Конкурс лучших практик: Защита онлайн"
        assert found.starts_at < contest.defence.until <= found.ends_at


class TestShortlist:
    @pytest.fixture
    def ready(self, judged: Contest, cast: Cast, jurors: list[Juror]) -> Contest:
        """Five entries with 100, 80, 80, 60, 20 of a hundred; two go to the defence, from 60."""
        make_defence(judged)
        for entry, score in zip(entries_of(judged, cast, 5), (5, 4, 4, 3, 1), strict=True):
            for juror in jurors:
                sent_sheet(entry, juror, score)
        stages.move(judged, Stage.SHORTLIST, actor=None)
        return judged

    def going(self, contest: Contest) -> list[int]:
        return [line.entry.number for line in shortlist.lines_of(contest)
                if line.entry.id in shortlist.proposed(contest, shortlist.lines_of(contest))]  # fmt: skip

    def test_the_best_with_the_mark_are_proposed_and_equals_together(self, ready: Contest):
        assert self.going(ready) == [1, 2, 3]
        ready.defence.best = 1
        assert self.going(ready) == [1]
        ready.defence.best = None
        assert self.going(ready) == [1, 2, 3, 4]
        ready.defence.mark = 81
        assert self.going(ready) == [1]

    def test_the_chair_decides_otherwise_with_a_reason_only(self, ready: Contest):
        ids = {line.entry.number: line.entry.id for line in shortlist.lines_of(ready)}
        for decision in ({ids[3]: (False, "")}, {ids[5]: (True, " ")}):
            with pytest.raises(InvalidInputError, match="не так, как предлагает"):
                shortlist.decide(ready, decision, actor=None)
        shortlist.decide(ready, {ids[3]: (False, "Снялись сами"), ids[1]: (True, "Лишнее")}, actor=None)
        shortlist.decide(ready, {ids[5]: (True, "Единственная из района")}, actor=None)
        assert shortlist.decisions_of(ready) == {
            ids[1]: (True, ""), ids[2]: (True, ""), ids[3]: (False, "Снялись сами"), ids[4]: (False, ""),
            ids[5]: (True, "Единственная из района"),
        }  # fmt: skip
        signed = shortlist.sign(ready, actor=None)
        assert [(line["number"], line["is_in"], line["reason"]) for line in signed.content["entries"]] == [
            (1, True, ""), (2, True, ""), (3, False, "Снялись сами"), (4, False, ""),
            (5, True, "Единственная из района"),
        ]  # fmt: skip

    def test_signed_it_stands_until_the_signature_is_taken_back(self, ready: Contest):
        with pytest.raises(ConflictError, match="не подписан"):
            stages.move(ready, Stage.DEFENCE, actor=None)
        signed = shortlist.sign(ready, actor=None)
        assert shortlist.sign(ready, actor=None).id == signed.id
        with pytest.raises(ConflictError, match="подписан"):
            shortlist.decide(ready, {}, actor=None)
        with pytest.raises(ConflictError, match="снять подпись"):
            stages.move(ready, Stage.EXPERTISE, actor=None)
        with pytest.raises(InvalidInputError):
            shortlist.unsign(ready, " ", actor=None)
        shortlist.unsign(ready, "Ошиблись в номере", actor=None)
        stages.move(ready, Stage.EXPERTISE, actor=None)
        with pytest.raises(ConflictError, match="между заочной"):
            shortlist.sign(ready, actor=None)

    def test_an_empty_one_is_no_list(self, ready: Contest):
        ready.defence.mark = 100
        ready.defence.best = None
        lines = shortlist.lines_of(ready)
        shortlist.decide(ready, {lines[0].entry.id: (False, "Снялись")}, actor=None)
        with pytest.raises(ConflictError, match="никого нет"):
            shortlist.sign(ready, actor=None)

    def test_authors_hear_whether_they_go(self, ready: Contest, cast: Cast):
        first, *_rest, last = [db.session.get_one(Entry, line.entry.id) for line in shortlist.lines_of(ready)]
        accounts.grant(cast.teacher, AUTHOR, first.scope, actor=None)
        accounts.grant(cast.neighbour_teacher, AUTHOR, last.scope, actor=None)
        shortlist.sign(ready, actor=None)
        stages.move(ready, Stage.DEFENCE, actor=None)
        told = dict(db.session.execute(select(Notice.user_id, Notice.kind).order_by(Notice.id)).all())
        assert told[cast.teacher.id] == "practices.shortlisted"
        assert told[cast.neighbour_teacher.id] == "practices.left_out"


class TestDefence:
    def test_experts_get_the_short_list_evenly_and_anew(self, heard: Contest):
        assert distributing.distribute(heard, actor=None) == 4
        given = queries.sheets_in(heard, rounds.DEFENCE)
        assert {sheet.entry.number for sheet in given} == {1, 2}
        assert {sheet.state for sheet in given} == {SheetState.ASSIGNED}
        assert [debt.left for debt in distributing.debts_of(heard)] == [2, 1, 1]
        assert distributing.distribute(heard, actor=None) == 0

    def test_nobody_left_out_is_heard(self, heard: Contest, jurors: list[Juror]):
        left_out = next(entry for entry in queries.accepted_in(heard) if entry.number == 3)
        with pytest.raises(ConflictError, match="не вошла в шорт-лист"):
            jury.assign(left_out, jurors[0], actor=None)
        assert distributing.offered(left_out, []) == []

    def test_whoever_declined_before_is_not_asked_again(self, heard: Contest, jurors: list[Juror]):
        entry = queries.read_in(heard, rounds.DEFENCE)[0]
        sheet = jury.assign(entry, jurors[0], actor=None)
        jury.decline(sheet, "Дружим семьями", actor=None)
        assert distributing.distribute(heard, actor=None) == 4
        assert jurors[0].id not in {
            one.juror_id for one in queries.sheets_in(heard, rounds.DEFENCE)
            if one.entry_id == entry.id and one.state == SheetState.ASSIGNED
        }  # fmt: skip

    def test_a_sheet_asks_the_criteria_of_its_round_until_its_day(self, heard: Contest, jurors: list[Juror]):
        heard.defence.rubric = defences.shipped_rubric()
        entry = queries.read_in(heard, rounds.DEFENCE)[0]
        first = next(sheet for sheet in queries.sheets_about(entry) if sheet.juror_id == jurors[0].id)
        sheet = jury.assign(entry, jurors[0], actor=None)
        jury.declare_free(sheet, actor=None)
        with pytest.raises(InvalidInputError):
            sheets.save(sheet, opinion(entry, 4))
        said = opinion(entry, {"З1": 5, "З2": 3, "З3": 4, "З4": 2}, rounds.DEFENCE)
        with time_machine.travel(heard.defence.until), pytest.raises(ConflictError, match="Срок"):
            sheets.save(sheet, said)
        with time_machine.travel(heard.defence.until - timedelta(seconds=1)):
            sheets.send(sheet, said, actor=None)
        assert (sheet.total, sheet.digits) == (5 * 5 + 6 * 3 + 5 * 4 + 4 * 2, "5342")
        with pytest.raises(ConflictError, match="закончена"):
            sheets.give_back(first, "Поздно", actor=None)
        sheets.give_back(sheet, "Опечатка", actor=None)
        assert sheet.state == SheetState.OPEN

    def test_it_is_not_left_behind_once_somebody_was_heard(self, heard: Contest, jurors: list[Juror]):
        stages.move(heard, Stage.SHORTLIST, actor=None)
        stages.move(heard, Stage.DEFENCE, actor=None)
        sent_sheet(queries.read_in(heard, rounds.DEFENCE)[0], jurors[0], 4, rounds.DEFENCE)
        with pytest.raises(ConflictError, match="уже отправлены"):
            stages.move(heard, Stage.SHORTLIST, actor=None)

    def test_the_protocol_waits_for_everybody_on_the_list(self, heard: Contest, jurors: list[Juror]):
        first, second = queries.read_in(heard, rounds.DEFENCE)
        for entry, count in ((first, 2), (second, 1)):
            for juror in jurors[:count]:
                sent_sheet(entry, juror, 3, rounds.DEFENCE)
        with pytest.raises(ConflictError, match=r"1.заявке не хватает оценок: нужно не меньше 2"):
            stages.move(heard, Stage.PROTOCOL, actor=None)


class TestResults:
    @pytest.fixture
    def decided(self, heard: Contest, jurors: list[Juror]) -> Contest:
        """The first defends with 40 of a hundred, the second with 100: 60 % of the first round, 40 % of this."""
        for entry, score in zip(queries.read_in(heard, rounds.DEFENCE), (2, 5), strict=True):
            for juror in jurors[:2]:
                sent_sheet(entry, juror, score, rounds.DEFENCE)
        stages.move(heard, Stage.PROTOCOL, actor=None)
        return heard

    def test_the_figure_is_the_sum_by_weights_exactly(self, decided: Contest):
        lines = results.lines_of(decided)
        assert [(line.entry.number, line.final, line.rank, line.is_out) for line in lines] == [
            (2, Fraction(88), "1", False), (1, Fraction(76), "2", False), (3, None, "", True), (4, None, "", True),
        ]  # fmt: skip
        assert [(part.figure, part.totals) for part in lines[0].parts] == [
            (Fraction(80), (80, 80, 80)), (Fraction(100), (100, 100)),
        ]  # fmt: skip
        assert [line.rank for line in shortlist.lines_of(decided)] == ["1", "2", "3", "4"], "the first round stands"

    def test_who_was_left_out_gets_a_place_with_a_reason_only(self, decided: Contest):
        first, _second, left_out, _last = (line.entry.id for line in results.lines_of(decided))
        with pytest.raises(InvalidInputError, match="не вошла в шорт-лист"):
            protocol.give_places(decided, {left_out: (0, "")}, actor=None)
        protocol.give_places(decided, {first: (1, ""), left_out: (0, "За смелость")}, actor=None)
        assert len(protocol.awards_of(decided)) == 2

    def test_what_is_signed_names_both_rounds(self, decided: Contest):
        content = protocol.sign(decided, actor=None).content
        assert content["rounds"] == [{"title": "Заочная экспертиза", "weight": 60}, {"title": "Защита", "weight": 40}]
        assert content["entries"][0]["parts"] == [
            {"totals": [80, 80, 80], "shown": "80,00"}, {"totals": [100, 100], "shown": "100,00"},
        ]  # fmt: skip
        assert [line["is_out"] for line in content["entries"]] == [False, False, True, True]
        stages.move(decided, Stage.PUBLISHED, actor=None)
        numbers = [(sheet.round, sheet.expert) for sheet in results.opinions_for_authors(
            db.session.get_one(Entry, results.lines_of(decided)[0].entry.id))]  # fmt: skip
        assert numbers == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)]

    def test_severity_is_fitted_round_by_round(self, decided: Contest):
        for line in results.lines_of(decided):
            assert (line.adjusted == "") == line.is_out


def test_a_contest_of_one_round_has_none_of_it(judged: Contest, cast: Cast, jurors: list[Juror]):
    [entry] = entries_of(judged, cast, 1)
    for juror in jurors:
        sent_sheet(entry, juror, 4)
    assert [step.target for step, _why in stages.steps_from(judged)] == [Stage.CHECK, Stage.PROTOCOL]
    stages.move(judged, Stage.PROTOCOL, actor=None)
    [line] = results.lines_of(judged)
    assert (line.final, line.totals, line.is_out) == (Fraction(80), (80, 80, 80), False)
    content = protocol.sign(judged, actor=None).content
    assert "rounds" not in content
    assert "parts" not in content["entries"][0]
    assert db.session.scalars(select(Sheet.round).distinct()).all() == [1]
