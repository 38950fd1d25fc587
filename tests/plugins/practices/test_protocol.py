"""From sheets to a signed protocol and to what everybody sees; consent decides about the bank, at once."""

from __future__ import annotations

from fractions import Fraction

import pytest
import time_machine
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_municipality, make_school, make_user
from orientir_testkit.contests import make_entry, make_expert, sent_sheet
from orientir_testkit.papers import page_texts
from sqlalchemy import select

from orientir import clock
from orientir.codes.digits import grouped
from orientir.coverage.models import Fact
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.notices.models import Notice
from orientir_practices import appeals, bank, consents, diplomas, papers, protocol, results, signing, stages
from orientir_practices.counting import WON
from orientir_practices.models import Contest, Entry, Stage
from orientir_practices.rights import CHAIR


@pytest.fixture
def contest(judged: Contest, cast: Cast) -> Contest:
    """Three entries of one nomination with means of 80, 70 and 40, read by three experts each."""
    town = make_municipality(cast.region, "Дальний")
    homes = [make_school(town, f"Школа № {number}") for number in (20, 21, 22)]
    jurors = [make_expert(judged, f"Эксперт {number}") for number in range(3)]
    for home, scores in zip(homes, ((4, 4, 4), (4, 4, {"К1": 0, "К2": 0, "К5": 3}), (2, 2, 2)), strict=True):
        entry = make_entry(judged, home, cast.teacher if home is homes[0] else None, title=f"Практика {home.name}")
        for juror, score in zip(jurors, scores, strict=True):
            sent_sheet(entry, juror, score)
    stages.move(judged, Stage.PROTOCOL, actor=None)
    db.session.commit()
    return judged


def lines(contest: Contest) -> list[results.Line]:
    return results.lines_of(contest)


def places(contest: Contest, *given: int, reason: str = "") -> dict[int, tuple[int, str]]:
    return {line.entry.id: (place, reason) for line, place in zip(lines(contest), given, strict=False)}


class TestRanking:
    def test_it_is_the_exact_mean_in_order(self, contest: Contest):
        assert [line.final for line in lines(contest)] == [Fraction(80), Fraction(217, 3), Fraction(40)]
        assert [line.shown for line in lines(contest)] == ["80,00", "72,33", "40,00"]
        assert [line.rank for line in lines(contest)] == ["1", "2", "3"]
        assert [line.has_passed for line in lines(contest)] == [True, True, False]

    def test_a_median_is_a_median(self, contest: Contest):
        contest.aggregation = "median"
        db.session.flush()
        assert [line.final for line in lines(contest)] == [Fraction(80), Fraction(80), Fraction(40)]
        reasons = results.tables_of(contest)[1].reasons
        assert "у скольких экспертов заявка первая" in reasons[0]

    def test_adjusted_stands_beside_raw(self, contest: Contest):
        assert all(line.place.adjusted is not None for line in lines(contest))


class TestPlaces:
    def test_a_place_may_be_given_to_two_or_to_none(self, contest: Contest):
        protocol.give_places(contest, places(contest, 2, 2), actor=None)
        given = protocol.awards_of(contest)
        assert sorted(award.place for award in given.values()) == [2, 2]
        protocol.give_places(contest, places(contest, 1), actor=None)
        assert [award.place for award in protocol.awards_of(contest).values()] == [1]

    def test_turned_round_it_needs_a_reason(self, contest: Contest):
        with pytest.raises(InvalidInputError, match="напишите причину"):
            protocol.give_places(contest, places(contest, 2, 1), actor=None)
        protocol.give_places(contest, places(contest, 2, 1, reason="Практика новее"), actor=None)

    def test_below_the_pass_mark_it_needs_a_reason(self, contest: Contest):
        with pytest.raises(InvalidInputError, match="проходной балл"):
            protocol.give_places(contest, places(contest, 1, 2, 3), actor=None)

    def test_another_contests_entry_has_no_place_here(self, contest: Contest):
        with pytest.raises(InvalidInputError):
            protocol.give_places(contest, {2_000_000_000: (1, "")}, actor=None)


class TestSignature:
    def test_what_was_signed_does_not_move(self, contest: Contest, cast: Cast):
        protocol.give_places(contest, places(contest, 1, 2), actor=None)
        signed = protocol.sign(contest, actor=cast.operator.id)
        assert signed.digest == signing.digest_of(signed.content)
        assert protocol.sign(contest, actor=None).id == signed.id
        with pytest.raises(ConflictError, match="подписан"):
            protocol.give_places(contest, places(contest, 2), actor=None)
        with pytest.raises(ConflictError, match="снять подпись"):
            stages.move(contest, Stage.EXPERTISE, actor=None)

    def test_results_wait_for_it(self, contest: Contest):
        with pytest.raises(ConflictError, match="не подписан"):
            stages.move(contest, Stage.PUBLISHED, actor=None)

    def test_it_is_taken_back_with_a_reason_until_the_release(self, contest: Contest):
        protocol.sign(contest, actor=None)
        with pytest.raises(InvalidInputError):
            protocol.unsign(contest, "", actor=None)
        protocol.unsign(contest, "Ошибка в названии", actor=None)
        assert protocol.find_protocol(contest) is None
        protocol.sign(contest, actor=None)
        stages.move(contest, Stage.PUBLISHED, actor=None)
        with pytest.raises(ConflictError):
            protocol.unsign(contest, "Поздно", actor=None)

    def test_its_paper_is_the_same_every_time(self, contest: Contest):
        protocol.give_places(contest, places(contest, 1, 2), actor=None)
        signed = protocol.sign(contest, actor=None)
        paper = papers.protocol_pdf(signed)
        assert paper.startswith(b"%PDF")
        assert paper == papers.protocol_pdf(signed)


class TestRelease:
    @pytest.fixture
    def released(self, contest: Contest) -> Contest:
        for line in lines(contest)[:2]:
            entry = db.session.get_one(Entry, line.entry.id)
            consents.give(entry, consents.PUBLICATION, address="", actor=None)
        protocol.give_places(contest, places(contest, 1), actor=None)
        protocol.sign(contest, actor=None)
        stages.move(contest, Stage.PUBLISHED, actor=None)
        db.session.commit()
        return contest

    def test_the_bank_holds_who_agreed(self, released: Contest):
        found = bank.search(released.region_id, bank.Wanted())
        assert {practice.entry.title for practice in found.practices} == {"Практика Школа № 20", "Практика Школа № 21"}

    def test_a_consent_taken_back_empties_the_page_at_once(self, released: Contest):
        entry = bank.search(released.region_id, bank.Wanted()).practices[0].entry
        bank.withdraw_consent(entry, consents.PUBLICATION, actor=None)
        assert bank.find_practice(entry.id) is None
        consents.give(entry, consents.PUBLICATION, address="", actor=None)
        bank.publish_if_agreed(entry)
        assert bank.find_practice(entry.id) is not None

    def test_winners_are_counted_and_authors_hear(self, released: Contest, cast: Cast):
        facts = db.session.scalars(select(Fact).where(Fact.activity == WON)).all()
        assert [fact.people for fact in facts] == [1]
        told = db.session.scalars(select(Notice.kind).where(Notice.user_id == cast.teacher.id)).all()
        assert "practices.results" in told

    def test_authors_read_the_experts_without_names(self, released: Contest):
        entry = db.session.get_one(Entry, lines(released)[0].entry.id)
        assert [sheet.expert for sheet in results.opinions_for_authors(entry)] == [1, 2, 3]

    def test_search_finds_words_in_any_form(self, released: Contest):
        for typed in ("ПЯТЬ дней", "мастерской техникумами", "проба"):
            assert bank.search(released.region_id, bank.Wanted(typed=typed)).total == 2, typed
        assert bank.search(released.region_id, bank.Wanted(typed="ракета")).total == 0
        assert bank.search(released.region_id, bank.Wanted(for_ovz=True)).total == 0


class TestDiplomas:
    @pytest.fixture
    def winner(self, contest: Contest) -> Entry:
        protocol.give_places(contest, places(contest, 1), actor=None)
        protocol.sign(contest, actor=None)
        stages.move(contest, Stage.PUBLISHED, actor=None)
        db.session.commit()
        return db.session.get_one(Entry, lines(contest)[0].entry.id)

    def test_its_code_says_what_the_protocol_says(self, winner: Entry, client: FlaskClient, as_user, cast: Cast):
        author = as_user(cast.teacher)
        assert author.get(f"/practices/entries/{winner.id}/diploma.pdf").status_code == 409
        assert author.post(f"/practices/entries/{winner.id}/diploma").status_code == 303
        assert author.post(f"/practices/entries/{winner.id}/diploma").status_code == 303
        paper = author.get(f"/practices/entries/{winner.id}/diploma.pdf").data
        digits = diplomas.digits_of(winner)
        assert digits is not None
        text = " ".join(page_texts(paper)).replace("\xa0", " ")
        assert "первое место" in text
        assert cast.teacher.name in text
        assert grouped(digits) in text
        assert client.post("/code", data={"code": digits}).status_code == 303
        page = client.get("/practices/diploma").text
        assert "Документ действителен" in page
        assert winner.title in page

    def test_before_the_results_there_is_none(self, contest: Contest):
        entry = db.session.get_one(Entry, lines(contest)[0].entry.id)
        with pytest.raises(ConflictError, match="после публикации"):
            diplomas.issue(entry)

    def test_a_forged_code_opens_nothing(self, winner: Entry, client: FlaskClient):
        diplomas.issue(winner)
        db.session.commit()
        client.post("/code", data={"code": "123456789012"})
        assert client.get("/practices/diploma").status_code != 200


class TestAppeals:
    @pytest.fixture
    def judged_entry(self, contest: Contest) -> Entry:
        protocol.sign(contest, actor=None)
        stages.move(contest, Stage.PUBLISHED, actor=None)
        db.session.commit()
        return db.session.get_one(Entry, lines(contest)[0].entry.id)

    def test_one_is_filed_once_and_answered_once(self, judged_entry: Entry, cast: Cast, as_user):
        author, chair = as_user(cast.teacher), as_user(make_user(CHAIR, judged_entry.contest.scope))
        address = f"/practices/entries/{judged_entry.id}/appeal"
        for words in ("Эксперт работает в нашем городе", "Второе обращение"):
            assert author.post(address, data={"words": words}).status_code == 303
        found = appeals.appeals_in(judged_entry.contest)
        assert [one.words for one in found] == ["Эксперт работает в нашем городе"]
        answering = f"/practices/contests/{judged_entry.contest_id}/entries/{judged_entry.id}/appeal"
        assert author.post(answering, data={"words": "Сам себе"}).status_code == 404
        for words in ("Проверили: не работает", "Передумали"):
            assert chair.post(answering, data={"words": words}).status_code == 303
        assert "Проверили: не работает" in author.get(f"/practices/entries/{judged_entry.id}").text
        assert "Передумали" not in chair.get(f"/practices/contests/{judged_entry.contest_id}/protocol").text

    def test_a_week_later_it_is_too_late(self, judged_entry: Entry):
        with (
            time_machine.travel(clock.now() + appeals.OPEN_FOR, tick=False),
            pytest.raises(ConflictError, match="в течение недели"),
        ):
            appeals.file_appeal(judged_entry, "Поздно", actor=None)

    def test_without_words_there_is_none(self, judged_entry: Entry):
        with pytest.raises(InvalidInputError):
            appeals.file_appeal(judged_entry, " ", actor=None)
