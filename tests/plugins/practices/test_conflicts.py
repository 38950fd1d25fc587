"""A secretary and a chair who are tied to an entry: others decide about it, and the page says so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_school, make_user
from orientir_testkit.contests import make_contest, make_entry, make_expert, make_sheet, sent_sheet
from orientir_testkit.queries import Queries

from orientir import clock
from orientir.accounts import services as accounts
from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.db import db
from orientir.errors import ConflictError
from orientir_practices import appeals, conflicts, desk, entries, jury, protocol, sheets
from orientir_practices.jury_models import SheetState
from orientir_practices.models import Appeal, Contest, Entry, EntryState, Stage
from orientir_practices.rights import AUTHOR, CHAIR, SECRETARY

AsUser = Callable[[User], FlaskClient]
Counted = Callable[[], AbstractContextManager[Queries]]


@pytest.fixture
def contest(cast: Cast) -> Contest:
    return make_contest(cast.region, Stage.EXPERTISE, jurors_each=1)


@pytest.fixture
def own(contest: Contest, cast: Cast) -> Entry:
    """An entry of the school its chair works at."""
    return make_entry(contest, cast.school, cast.teacher, title="Своя")


@pytest.fixture
def rival(contest: Contest, cast: Cast) -> Entry:
    return make_entry(contest, cast.neighbour_school, title="Соперница")


@pytest.fixture
def elsewhere(contest: Contest, cast: Cast) -> Entry:
    return make_entry(contest, cast.neighbour_school, nomination=2, title="Из другой номинации")


@pytest.fixture
def colleague(contest: Contest, cast: Cast) -> User:
    """A teacher of the school who was made chair and secretary."""
    made = make_user(Role.TEACHER, cast.school.scope, "Пётр Коллега")
    for role in (CHAIR, SECRETARY):
        accounts.grant(made, role, contest.scope, actor=None)
    return made


@pytest.fixture
def other(contest: Contest) -> User:
    made = make_user(CHAIR, contest.scope, "Ольга Другова")
    accounts.grant(made, SECRETARY, contest.scope, actor=None)
    return made


class TestTies:
    def test_by_authorship_organisation_partnership_and_the_own_word(self, contest: Contest, own: Entry, cast: Cast):
        author, stranger = make_user(CHAIR, contest.scope), make_user(CHAIR, contest.scope, "Никто")
        accounts.grant(author, AUTHOR, own.scope, actor=None)
        partner = make_user(Role.TEACHER, make_school(cast.neighbour_municipality, "Лицей № 40").scope, "Партнёр")
        own.answers = {**own.answers, "partners": [{"text": "лицей  №40"}]}
        juror = make_expert(contest, "Отказался")
        jury.decline(make_sheet(own, juror), "Вместе учились", actor=juror.user_id)
        users = (author, partner, juror.user, stranger)
        ties = conflicts.ties_among(contest, [one.id for one in users])
        assert [own.id in ties.get(one.id, {}) for one in users] == [True, True, True, False]
        assert "партнёра" in conflicts.tie_to(own, partner.id)
        assert conflicts.tie_to(own, None) == ""

    def test_more_entries_are_no_more_statements(
        self, contest: Contest, own: Entry, colleague: User, cast: Cast, count_queries: Counted
    ):
        """Each names the chair's own school as a partner, which is looked for among all there are."""
        asked = []
        for _size in range(3):
            partners = [{"text": cast.school.name}, {"text": "Кто-то ещё"}]
            make_entry(contest, cast.neighbour_school, answers={"partners": partners}, nomination=2)
            db.session.commit()
            with count_queries() as seen:
                ties = conflicts.ties_of(contest, colleague.id)
                assert set(conflicts.closed_nominations(contest, colleague.id)) == {
                    contest.nominations[1].id, contest.nominations[2].id
                }  # fmt: skip
            asked.append(seen.count)
        assert len(ties) == 4
        assert asked[0] == asked[2]

    def test_an_entry_without_partners_or_answers_is_nobodys(self, contest: Contest, colleague: User, cast: Cast):
        for answers in ({}, {"partners": []}, {"partners": [{}]}, {"title": cast.school.name}):
            make_entry(contest, cast.neighbour_school, answers=answers)
        assert conflicts.ties_of(contest, colleague.id) == {}

    def test_the_municipality_ties_no_chair(self, contest: Contest, own: Entry, cast: Cast):
        near = make_user(Role.TEACHER, make_school(cast.municipality, "Школа № 5").scope)
        assert conflicts.tie_to(own, near.id) == ""

    def test_a_partner_is_not_given_the_entry(self, contest: Contest, own: Entry, cast: Cast):
        home = make_school(cast.neighbour_municipality, "Лицей № 40")
        own.answers = {**own.answers, "partners": [{"text": "Лицей № 40"}]}
        with pytest.raises(ConflictError, match="партнёра"):
            jury.assign(own, make_expert(contest, "Из лицея", home), actor=None)


class TestChair:
    def test_sheets_of_the_nomination_are_not_theirs_to_give_back(
        self, contest: Contest, own: Entry, rival: Entry, elsewhere: Entry, colleague: User, other: User
    ):
        read = [sent_sheet(entry, make_expert(contest, entry.title)) for entry in (own, rival, elsewhere)]
        for sheet in read[:2]:
            with pytest.raises(ConflictError, match="другой председатель"):
                sheets.give_back(sheet, "Слишком строго", actor=colleague.id)
            assert sheet.state == SheetState.SENT
        sheets.give_back(read[2], "Перепутаны строки", actor=colleague.id)
        sheets.give_back(read[1], "Перепутаны строки", actor=other.id)

    def test_places_of_the_nomination_and_the_signature_are_the_others(
        self, contest: Contest, own: Entry, rival: Entry, elsewhere: Entry, colleague: User, other: User
    ):
        for entry in (own, rival, elsewhere):
            sent_sheet(entry, make_expert(contest, entry.title))
        contest.stage = Stage.PROTOCOL
        protocol.give_places(contest, {rival.id: (1, "")}, actor=other.id)
        with pytest.raises(ConflictError, match="другой председатель"):
            protocol.give_places(contest, {own.id: (1, "")}, actor=colleague.id)
        protocol.give_places(contest, {elsewhere.id: (2, "")}, actor=colleague.id)
        assert {key: one.place for key, one in protocol.awards_of(contest).items()} == {rival.id: 1, elsewhere.id: 2}
        with pytest.raises(ConflictError, match="другой председатель"):
            protocol.sign(contest, actor=colleague.id)
        assert protocol.sign(contest, actor=other.id).signed_by == other.id
        with pytest.raises(ConflictError, match="другой председатель"):
            protocol.unsign(contest, "Передумали", actor=colleague.id)

    def test_appeals_of_the_nomination_are_answered_by_another(
        self, contest: Contest, own: Entry, rival: Entry, colleague: User, other: User
    ):
        appeal = Appeal(entry=rival, words="Не дождались файла")
        db.session.add(appeal)
        db.session.flush()
        with pytest.raises(ConflictError, match="другой председатель"):
            appeals.answer(appeal, "Всё верно", actor=colleague.id)
        appeals.answer(appeal, "Файл был", actor=other.id)

    def test_the_pages_say_so_and_offer_nothing(
        self, contest: Contest, own: Entry, elsewhere: Entry, colleague: User, as_user: AsUser
    ):
        sheet = sent_sheet(own, make_expert(contest))
        sent_sheet(elsewhere, make_expert(contest, "Ещё"))
        contest.stage = Stage.PROTOCOL
        db.session.commit()
        chair, here = as_user(colleague), f"/practices/contests/{contest.id}"
        page = chair.get(f"{here}/protocol").text
        assert "решает другой председатель" in page
        assert f"place_{elsewhere.id}" in page
        assert f"place_{own.id}" not in page
        assert "protocol/sign" not in page
        seen = chair.get(f"{here}/sheets/{sheet.id}").text
        assert "лист покажут после итогов" in seen
        assert "sheet-mark" not in seen
        assert "скрыто" in chair.get(f"{here}/distribution").text
        assert chair.post(f"{here}/protocol/sign").status_code == 303
        assert protocol.find_protocol(contest) is None


class TestSecretary:
    def test_the_own_entry_is_checked_by_another(self, contest: Contest, own: Entry, colleague: User, other: User):
        contest.stage, own.state = Stage.CHECK, EntryState.SUBMITTED
        later = clock.now() + timedelta(days=1)
        acts = (
            lambda actor: desk.accept(own, actor=actor),
            lambda actor: desk.send_back(own, "Цель?", later, actor=actor),
            lambda actor: desk.reject(own, "double", "", actor=actor),
        )
        for act in acts:
            with pytest.raises(ConflictError, match="другой секретарь"):
                act(colleague.id)
        desk.accept(own, actor=other.id)
        juror = make_expert(contest)
        with pytest.raises(ConflictError, match="другой секретарь"):
            jury.assign(own, juror, actor=colleague.id)
        sheet = jury.assign(own, juror, actor=other.id)
        with pytest.raises(ConflictError, match="другой секретарь"):
            jury.unassign(sheet, actor=colleague.id)

    def test_the_page_says_so(self, contest: Contest, own: Entry, colleague: User, as_user: AsUser):
        contest.stage, own.state = Stage.CHECK, EntryState.SUBMITTED
        db.session.commit()
        page = as_user(colleague).get(f"/practices/contests/{contest.id}/entries/{own.id}").text
        assert "принимает другой секретарь" in page
        assert "/accept" not in page


def test_a_chair_sends_nothing_to_the_own_contest(cast: Cast, colleague: User, contest: Contest):
    contest.stage = Stage.INTAKE
    with pytest.raises(ConflictError, match="Председатель"):
        entries.begin(contest.nominations[0], cast.school, author=colleague)
