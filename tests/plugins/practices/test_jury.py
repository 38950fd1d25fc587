"""Experts: who may read what, conflicts, sheets that are final, drafts nobody else sees."""

from __future__ import annotations

from datetime import timedelta

import pytest
from orientir_testkit.cast import Cast, make_municipality, make_school, make_user
from orientir_testkit.contests import make_entry, make_expert, make_sheet, opinion, sent_sheet

from orientir import clock
from orientir.accounts import services as accounts
from orientir.accounts.roles import Role
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir_practices import distributing, jury, sheets, stages
from orientir_practices.jury_models import Sheet, SheetState
from orientir_practices.models import Contest, Entry, EntryState, Stage
from orientir_practices.rights import JUROR
from orientir_practices.sheets import Opinion


@pytest.fixture
def entry(judged: Contest, cast: Cast) -> Entry:
    made = make_entry(judged, cast.school, cast.teacher)
    db.session.commit()
    return made


class TestWhoMayRead:
    def test_nobody_reads_the_own_school_or_town(self, entry: Entry, cast: Cast):
        own = make_expert(entry.contest, "Из школы", cast.school)
        near = make_expert(entry.contest, "Сосед по городу", make_school(cast.municipality, "Школа № 5"))
        far = make_expert(entry.contest, "Издалека", cast.neighbour_school)
        for juror in (own, near):
            with pytest.raises(ConflictError, match="назначить нельзя"):
                jury.assign(entry, juror, actor=None)
        assert jury.assign(entry, far, actor=None).state == SheetState.ASSIGNED

    def test_roles_tell_what_the_expert_did_not(self, entry: Entry, cast: Cast):
        quiet = make_user(Role.TEACHER, cast.school.scope, "Молчун")
        accounts.grant(quiet, JUROR, entry.contest.scope, actor=None)
        juror = jury.introduce(entry.contest, quiet, None, actor=None)
        with pytest.raises(ConflictError, match="той же организации"):
            jury.assign(entry, juror, actor=None)

    def test_an_author_is_no_expert_of_the_same_contest(self, entry: Entry, cast: Cast):
        with pytest.raises(ConflictError, match="автор"):
            jury.introduce(entry.contest, cast.teacher, None, actor=None)

    def test_who_gave_an_entry_back_does_not_get_it_again(self, entry: Entry):
        juror = make_expert(entry.contest)
        sheet = jury.assign(entry, juror, actor=None)
        jury.decline(sheet, "Вместе учились", actor=juror.user_id)
        with pytest.raises(ConflictError):
            jury.assign(entry, juror, actor=None)

    def test_who_moves_gives_back_what_is_no_longer_theirs_to_read(self, entry: Entry, cast: Cast):
        juror = make_expert(entry.contest)
        far = make_entry(entry.contest, cast.neighbour_school)
        sheets_ = [jury.assign(one, juror, actor=None) for one in (entry, far)]
        jury.introduce(entry.contest, juror.user, cast.school, actor=juror.user_id)
        assert [sheet.state for sheet in sheets_] == [SheetState.WITHDRAWN, SheetState.ASSIGNED]


class TestConflict:
    def test_scores_open_after_the_word_alone(self, entry: Entry):
        sheet = make_sheet(entry, make_expert(entry.contest), SheetState.ASSIGNED)
        with pytest.raises(ConflictError, match="конфликт"):
            sheets.save(sheet, opinion(entry))
        jury.declare_free(sheet, actor=None)
        sheets.save(sheet, opinion(entry))
        assert sheet.scores["К1"] == 4

    def test_what_was_typed_goes_with_the_conflict(self, entry: Entry):
        sheet = make_sheet(entry, make_expert(entry.contest))
        sheets.save(sheet, opinion(entry, 5))
        jury.decline(sheet, "Оказалось, это проект брата", actor=None)
        assert (sheet.scores, sheet.comments) == ({}, {})


class TestSheet:
    @pytest.fixture
    def sheet(self, entry: Entry) -> Sheet:
        return make_sheet(entry, make_expert(entry.contest))

    def test_the_total_is_of_a_hundred(self, sheet: Sheet):
        sheets.send(sheet, opinion(sheet.entry, 5), actor=None)
        assert (sheet.total, sheet.digits) == (100, "55555555")

    def test_it_is_weighed_by_its_nomination(self, judged: Contest, cast: Cast):
        equal = next(one for one in judged.nominations if one.asks_access)
        entry = make_entry(judged, cast.school, nomination=judged.nominations.index(equal))
        sheet = make_sheet(entry, make_expert(judged))
        sheets.send(sheet, opinion(entry, {"К4": 5}), actor=None)
        assert sheet.total == 4 * 15 + 5 * 5
        assert sheet.digits == "444544--"

    @pytest.mark.parametrize("score", [0, 1, 5])
    def test_the_ends_of_the_scale_need_words(self, score: int, sheet: Sheet):
        said = opinion(sheet.entry, {"К3": score})
        with pytest.raises(InvalidInputError, match="К3") as caught:
            sheets.send(sheet, Opinion(said.scores, {"К3": "слишком коротко"}), actor=None)
        assert caught.value.field == "К3"
        assert sheet.state == SheetState.OPEN

    def test_a_missing_score_is_named(self, sheet: Sheet):
        said = opinion(sheet.entry)
        scores = {key: score for key, score in said.scores.items() if key != "К6"}
        with pytest.raises(InvalidInputError, match="К6: поставьте"):
            sheets.send(sheet, Opinion(scores, {}), actor=None)

    @pytest.mark.parametrize("scores", [{"К1": 6}, {"К1": -1}, {"К9": 3}])
    def test_a_score_is_one_of_the_six(self, scores: dict[str, int], sheet: Sheet):
        with pytest.raises(InvalidInputError, match="оценка бывает"):
            sheets.save(sheet, Opinion(scores, {}))

    def test_what_was_sent_does_not_change(self, sheet: Sheet):
        sheets.send(sheet, opinion(sheet.entry, 3), actor=None)
        sheets.send(sheet, opinion(sheet.entry, 5), actor=None)
        with pytest.raises(ConflictError, match="больше не меняется"):
            sheets.save(sheet, opinion(sheet.entry, 5))
        assert sheet.total == 60

    def test_after_the_deadline_nothing_is_taken(self, sheet: Sheet):
        contest = sheet.entry.contest
        contest.intake_until = contest.intake_from + timedelta(days=1)
        contest.expertise_until = clock.now() - timedelta(seconds=1)
        db.session.flush()
        with pytest.raises(ConflictError, match="Срок"):
            sheets.send(sheet, opinion(sheet.entry), actor=None)

    def test_the_chair_gives_it_back_with_a_reason(self, sheet: Sheet):
        sheets.send(sheet, opinion(sheet.entry, 3), actor=None)
        with pytest.raises(InvalidInputError):
            sheets.give_back(sheet, " ", actor=None)
        sheets.give_back(sheet, "Перепутаны К3 и К4", actor=None)
        assert (sheet.state, sheet.total, sheet.digits) == (SheetState.OPEN, None, "")
        assert sheet.scores["К1"] == 3
        sheets.send(sheet, opinion(sheet.entry, 4), actor=None)
        assert sheet.total == 80


class TestDistribution:
    @pytest.fixture
    def crowd(self, judged: Contest, cast: Cast) -> Contest:
        """Six entries of two towns, and five experts, one of them a neighbour."""
        for number in range(6):
            make_entry(judged, cast.school if number % 2 else cast.neighbour_school, title=f"Практика {number}")
        for number in range(4):
            make_expert(judged, f"Эксперт {number}")
        make_expert(judged, "Сосед", cast.neighbour_school)
        db.session.commit()
        return judged

    def test_each_entry_has_three_and_loads_are_even(self, crowd: Contest):
        assert distributing.distribute(crowd, actor=None) == 18
        board = distributing.board_of(crowd)
        assert {len(found) for _entry, found in board} == {3}
        loads = [debt.total for debt in distributing.debts_of(crowd)]
        assert max(loads) - min(loads) <= 1
        assert not [
            sheet for entry, found in board for sheet in found
            if sheet.juror.municipality_id == entry.organisation.municipality_id
        ]  # fmt: skip

    def test_again_gives_nothing_and_takes_nothing(self, crowd: Contest):
        distributing.distribute(crowd, actor=None)
        before = [(sheet.id, sheet.juror_id) for _entry, found in distributing.board_of(crowd) for sheet in found]
        assert distributing.distribute(crowd, actor=None) == 0
        after = [(sheet.id, sheet.juror_id) for _entry, found in distributing.board_of(crowd) for sheet in found]
        assert before == after

    def test_who_gave_back_is_replaced_and_the_rest_stays(self, crowd: Contest):
        distributing.distribute(crowd, actor=None)
        entry, found = distributing.board_of(crowd)[0]
        jury.decline(found[0], "Знаком с автором", actor=None)
        assert distributing.distribute(crowd, actor=None) == 1
        standing = [one for one in distributing.board_of(crowd)[0][1] if one.state != SheetState.DECLINED]
        assert len(standing) == crowd.jurors_each
        assert found[0].juror_id not in {one.juror_id for one in standing}
        assert entry.id == standing[0].entry_id

    def test_what_is_impossible_is_explained_and_nothing_is_given(self, judged: Contest, cast: Cast):
        make_entry(judged, cast.school)
        make_expert(judged, "Один")
        make_expert(judged, "Второй", make_school(cast.municipality, "Школа № 5"))
        with pytest.raises(ConflictError, match="из того же муниципалитета"):
            distributing.distribute(judged, actor=None)
        assert not distributing.board_of(judged)[0][1]

    def test_debtors_are_told_once_a_day(self, crowd: Contest):
        distributing.distribute(crowd, actor=None)
        today = clock.now().date()
        assert distributing.remind(crowd, today, actor=None) == 5
        assert distributing.remind(crowd, today, actor=None) == 0
        assert distributing.remind(crowd, today + timedelta(days=1), actor=None) == 5


def test_the_expertise_ends_when_every_entry_has_its_sheets(judged: Contest, cast: Cast):
    town = make_municipality(cast.region, "Дальний")
    entry = make_entry(judged, make_school(town, "Школа № 9"))
    waiting = make_entry(judged, cast.school, state=EntryState.REJECTED)
    for number in range(judged.jurors_each - 1):
        sent_sheet(entry, make_expert(judged, f"Эксперт {number}"))
    with pytest.raises(ConflictError, match="не хватает"):
        stages.move(judged, Stage.PROTOCOL, actor=None)
    sent_sheet(entry, make_expert(judged, "Последний"))
    stages.move(judged, Stage.PROTOCOL, actor=None)
    assert (judged.stage, waiting.state) == (Stage.PROTOCOL, EntryState.REJECTED)


def test_who_leaves_the_jury_leaves_what_was_sent_and_gives_back_the_rest(judged: Contest, cast: Cast):
    juror = make_expert(judged, "Уходящий")
    first, second = (make_entry(judged, cast.school, nomination=number) for number in (0, 1))
    sent, waiting = sent_sheet(first, juror), make_sheet(second, juror)
    assert jury.dismiss(judged, juror.user, actor=None) == 1
    assert (sent.state, waiting.state) == (SheetState.SENT, SheetState.WITHDRAWN)
    assert juror.user.grants == []
    assert juror not in jury.jurors_in(judged)
    assert jury.dismiss(judged, juror.user, actor=None) == 0
