"""A whole contest over HTTP: opened, sent to, checked, distributed, scored, signed, published; and who sees what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_school, make_user
from orientir_testkit.contests import ANSWERS, WORDS, make_contest, make_entry, make_expert, make_sheet, sent_sheet
from sqlalchemy import select

from orientir import clock
from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.db import db
from orientir.people.models import Invitation
from orientir_practices.jury_models import Sheet, SheetState
from orientir_practices.models import Contest, Entry, EntryState, Stage
from orientir_practices.rights import CHAIR, JUROR, SECRETARY

AsUser = Callable[[User], FlaskClient]
PAGES = {
    "idea": ("title", "annotation", "problem", "goal"),
    "steps": ("steps", "people", "ovz", "disabled", "access"),
    "result": ("results", "needs"),
}


def day(after: int) -> str:
    return f"{(clock.now() + timedelta(days=after)).date():%d.%m.%Y}"


def rules(**values: str) -> dict[str, object]:
    return {
        "title": "Конкурс практик 2026", "about": "", "year": "2026", "intake_from": day(-1), "intake_until": day(5),
        "check_until": day(8), "expertise_until": day(20), "results_on": day(25), "jurors_each": "2",
        "per_organisation": "2", "pass_mark": "60", "spread_limit": "25", "aggregation": "mean", "ties": ["К3", "К4"],
        **values,
    }  # fmt: skip


class TestTheWholeWay:
    def test_from_the_first_page_to_the_bank(self, cast: Cast, as_user: AsUser, client: FlaskClient):
        operator = as_user(cast.operator)
        opened = operator.post("/practices/contests/new", data=rules())
        assert opened.status_code == 303
        contest = db.session.scalars(select(Contest)).one()
        here = f"/practices/contests/{contest.id}"
        assert operator.post(f"{here}/stage", data={"target": "intake"}).status_code == 303
        invited = {"emails": "juror@example.org, Чиж <chizh@example.org>", "role": JUROR}
        assert operator.post(f"{here}/people", data=invited).status_code == 303
        assert db.session.query(Invitation).count() == 2
        secretary, chair = (make_user(role, contest.scope, role) for role in (SECRETARY, CHAIR))
        self.send_an_entry(contest, cast.teacher, as_user)
        self.check_and_distribute(contest, secretary, as_user)
        self.judge(contest, as_user)
        desk, head = as_user(secretary), as_user(chair)
        assert desk.post(f"{here}/stage", data={"target": "protocol"}).status_code == 303
        entry = db.session.scalars(select(Entry)).one()
        assert head.post(f"{here}/protocol/places", data={f"place_{entry.id}": "1"}).status_code == 303
        assert head.post(f"{here}/protocol/sign").status_code == 303
        assert head.get(f"{here}/protocol.pdf").data.startswith(b"%PDF")
        assert desk.post(f"{here}/stage", data={"target": "published"}).status_code == 303
        assert "первое место" in client.get(here).text
        assert ANSWERS["title"] in client.get("/practices/bank?q=мастерских").text
        assert "Эксперт 1" in as_user(cast.teacher).get(f"/practices/entries/{entry.id}").text

    def send_an_entry(self, contest: Contest, author: User, as_user: AsUser) -> None:
        teacher = as_user(author)
        nomination = contest.nominations[1].id
        organisation = author.grants[0].organisation_id
        begun = teacher.post(
            f"/practices/contests/{contest.id}/begin",
            data={"organisation_id": organisation, "nomination_id": nomination},
        )
        entry = db.session.scalars(select(Entry)).one()
        assert begun.location.endswith(f"/practices/entries/{entry.id}/idea")
        for page, codes in PAGES.items():
            data = {code: str(ANSWERS[code]) for code in codes}
            assert teacher.post(f"/practices/entries/{entry.id}/{page}", data=data).status_code == 303
        kinds = {"kind": ["rules", "publication"]}
        assert teacher.post(f"/practices/entries/{entry.id}/consents", data=kinds).status_code == 303
        assert teacher.post(f"/practices/entries/{entry.id}/submit").status_code == 303
        db.session.expire_all()
        assert (entry.state, entry.number) == (EntryState.SUBMITTED, 1)

    def check_and_distribute(self, contest: Contest, secretary: User, as_user: AsUser) -> None:
        desk, here = as_user(secretary), f"/practices/contests/{contest.id}"
        entry = db.session.scalars(select(Entry)).one()
        assert ANSWERS["title"] in desk.get(f"{here}/desk").text
        assert desk.post(f"{here}/entries/{entry.id}/accept").status_code == 303
        contest.intake_until = clock.now()
        db.session.commit()
        assert desk.post(f"{here}/stage", data={"target": "check"}).status_code == 303
        for name in ("Первый", "Второй", "Третий"):
            juror = make_user(JUROR, contest.scope, name)
            assert as_user(juror).post(f"{here}/jury/workplace", data={"organisation_id": ""}).status_code == 303
        assert desk.post(f"{here}/stage", data={"target": "expertise"}).status_code == 303
        assert desk.post(f"{here}/distribution").status_code == 303
        assert db.session.query(Sheet).count() == contest.jurors_each

    def judge(self, contest: Contest, as_user: AsUser) -> None:
        for sheet in db.session.scalars(select(Sheet)).all():
            juror = as_user(sheet.juror.user)
            address = f"/practices/sheets/{sheet.id}"
            assert "Осталось 1 из 1" in juror.get(f"/practices/contests/{contest.id}/jury").text.replace("\xa0", " ")
            assert juror.post(f"{address}/free").status_code == 303
            data = {f"score_{one.key}": "4" for one in contest.criteria} | {"score_К3": "5", "comment_К3": WORDS}
            assert juror.post(address, data={**data, "turn": "save"}).get_json() == {"words": "", "fields": {}}
            assert juror.post(address, data={**data, "turn": "send"}).status_code == 303
            db.session.expire_all()
            assert (sheet.state, sheet.total) == (SheetState.SENT, 84)


class TestForms:
    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("intake_until", "31.02.2026", "Напишите дату"),
            ("intake_until", "01.01.2020", "закончиться позже"),
            ("results_on", "01.01.2020", "Итоги бывают после"),
            ("year", "1999", "Не меньше"),
            ("jurors_each", "0", "Не меньше"),
            ("jurors_each", "много", "Напишите число"),
            ("pass_mark", "101", "Не больше"),
            ("aggregation", "sum", "нет"),
            ("title", "", "Напишите название"),
            ("title", "К" * 161, "Слишком длинно"),
        ],
    )
    def test_bad_rules_are_named(self, field: str, value: str, words: str, cast: Cast, as_user: AsUser):
        answer = as_user(cast.operator).post("/practices/contests/new", data=rules(**{field: value}))
        assert answer.status_code == 400
        assert words in answer.text
        assert db.session.query(Contest).count() == 0

    def test_weights_are_twenty(self, cast: Cast, as_user: AsUser):
        contest = make_contest(cast.region, Stage.DRAFT)
        one = contest.nominations[0]
        address = f"/practices/contests/{contest.id}/nominations/{one.id}"
        operator = as_user(cast.operator)
        for heavy, words in (("9", "а сейчас 26"), ("два", "целое число"), ("-1", "целое число")):
            answer = operator.post(address, data={"title": "Имя", **one.weights, "К3": heavy, "К4": "4"})
            assert answer.status_code == 400
            assert words in answer.text.replace("\xa0", " ")
        assert operator.post(address, data={"title": "Имя", **one.weights, "К3": "3", "К4": "4"}).status_code == 303


class TestDrafts:
    @pytest.fixture
    def entry(self, contest: Contest, cast: Cast) -> Entry:
        made = make_entry(contest, cast.school, cast.teacher, EntryState.DRAFT)
        db.session.commit()
        return made

    def test_a_script_saves_and_learns_what_it_has_seen(self, entry: Entry, cast: Cast, as_user: AsUser):
        teacher, address = as_user(cast.teacher), f"/practices/entries/{entry.id}/idea"
        seen = dict(re.findall(r'name="(seen_\w+)"\s+value="(\w+)"', teacher.get(address).text))
        page = {code: ANSWERS[code] for code in PAGES["idea"]}
        first = teacher.post(address, data={**page, **seen, "goal": "Новая цель.", "turn": "save"})
        assert first.status_code == 200
        later = seen | first.get_json()["fields"]
        second = teacher.post(address, data={**page, **later, "goal": "Ещё новее.", "turn": "save"})
        assert second.status_code == 200
        clash = teacher.post(address, data={**page, **seen, "goal": "Из старой вкладки.", "turn": "save"})
        assert clash.status_code == 409
        assert "одновременно" in clash.get_json()["words"]
        db.session.expire_all()
        assert entry.answers["goal"] == "Ещё новее."

    def test_the_difference_is_on_the_page(self, entry: Entry, cast: Cast, as_user: AsUser):
        teacher, address = as_user(cast.teacher), f"/practices/entries/{entry.id}/idea"
        seen = dict(re.findall(r'name="(seen_\w+)"\s+value="(\w+)"', teacher.get(address).text))
        page = {code: ANSWERS[code] for code in PAGES["idea"]}
        teacher.post(address, data={**page, **seen, "goal": "Цель коллеги."})
        answer = teacher.post(address, data={**page, **seen, "goal": "Моя цель."})
        assert answer.status_code == 409
        assert "Цель коллеги." in answer.text
        assert "Моя цель." in answer.text

    def test_another_teacher_does_not_see_it(self, entry: Entry, cast: Cast, as_user: AsUser):
        colleague = as_user(make_user(Role.TEACHER, cast.school.scope))
        assert colleague.get(f"/practices/entries/{entry.id}").status_code == 404
        assert entry.title in colleague.get("/practices/entries").text


class TestJuror:
    @pytest.fixture
    def sheet(self, judged: Contest, cast: Cast) -> Sheet:
        judged.is_blind = True
        entry = make_entry(judged, cast.school, cast.teacher, title="Практика школы № 3 в Приозёрске")
        entry.answers = {
            **ANSWERS,
            "title": entry.title,
            "steps": "Школа № 3 города Приозёрска ведёт это сама. Придумала Ульяна Сергеевна Учитель.",
        }
        made = make_sheet(entry, make_expert(judged), SheetState.OPEN)
        db.session.commit()
        return made

    def test_blind_reading_names_nobody(self, sheet: Sheet, as_user: AsUser, cast: Cast):
        juror = as_user(sheet.juror.user)
        contest_id = sheet.entry.contest_id
        addresses = (
            f"/practices/sheets/{sheet.id}", f"/practices/contests/{contest_id}/jury", "/", "/notifications",
            f"/practices/contests/{contest_id}", "/practices",
        )  # fmt: skip
        told = "".join(juror.get(address).text for address in addresses)
        for word in (
            "Школа № 3",
            "школы № 3",
            "Приозёрск",
            "Ульяна",
            "Сергеевна",
            cast.teacher.email,
            "example.org/ned",
        ):
            assert word not in told, word
        assert "[скрыто]" in told

    def test_the_screws_of_others_turn_nothing(self, sheet: Sheet, cast: Cast, as_user: AsUser):
        """A juror tries the addresses of colleagues, of the desk, of the ranking and of the author."""
        other = make_sheet(sheet.entry, make_expert(sheet.entry.contest, "Другой"))
        db.session.commit()
        juror, contest_id, entry_id = as_user(sheet.juror.user), sheet.entry.contest_id, sheet.entry_id
        for address in (
            f"/practices/sheets/{other.id}", f"/practices/entries/{entry_id}", f"/practices/bank/{entry_id}",
        ):  # fmt: skip
            assert juror.get(address).status_code == 404
        here = f"/practices/contests/{contest_id}"
        for page in ("desk", "ranking", "protocol", "distribution", f"entries/{entry_id}", f"sheets/{other.id}"):
            assert juror.get(f"{here}/{page}").status_code == 403
        assert juror.post(f"/practices/sheets/{other.id}", data={"turn": "send"}).status_code == 404
        assert juror.post(f"{here}/sheets/{sheet.id}/back", data={"words": "верните"}).status_code == 403

    def test_the_secretary_does_not_score_and_the_operator_does_not_sign(
        self, sheet: Sheet, cast: Cast, as_user: AsUser
    ):
        contest = sheet.entry.contest
        secretary = as_user(make_user(SECRETARY, contest.scope))
        assert secretary.get(f"/practices/contests/{contest.id}/jury").status_code == 403
        assert secretary.post(f"/practices/sheets/{sheet.id}", data={"turn": "send"}).status_code == 404
        assert as_user(cast.operator).post(f"/practices/contests/{contest.id}/protocol/sign").status_code == 403

    def test_a_sheet_that_was_not_sent_is_its_jurors_alone(self, sheet: Sheet, as_user: AsUser):
        sheet.comments = {"К1": "Тайные слова"}
        chair = as_user(make_user(CHAIR, sheet.entry.contest.scope))
        page = chair.get(f"/practices/contests/{sheet.entry.contest_id}/sheets/{sheet.id}")
        assert page.status_code == 200
        assert "Тайные слова" not in page.text

    def test_a_bad_sheet_keeps_what_was_typed(self, sheet: Sheet, as_user: AsUser):
        data = {"score_К1": "5", "comment_К1": "мало слов", "turn": "send"}
        answer = as_user(sheet.juror.user).post(f"/practices/sheets/{sheet.id}", data=data)
        assert answer.status_code == 400
        assert "не меньше 30 знаков" in answer.text.replace("\xa0", " ")
        assert "мало слов" in answer.text


class TestDesk:
    def test_a_return_a_refusal_and_an_extension_say_why(self, contest: Contest, cast: Cast, as_user: AsUser):
        desk, here = as_user(cast.operator), f"/practices/contests/{contest.id}/entries"
        first = make_entry(contest, cast.school, cast.teacher, EntryState.SUBMITTED)
        second = make_entry(contest, cast.school, cast.teacher, EntryState.SUBMITTED, nomination=2)
        third = make_entry(contest, cast.school, cast.teacher, EntryState.DRAFT, nomination=3)
        assert desk.post(f"{here}/{first.id}/return", data={"remark": "", "until": day(3)}).status_code == 400
        assert desk.post(f"{here}/{first.id}/return", data={"remark": "Цель?", "until": day(-3)}).status_code == 400
        assert desk.post(f"{here}/{first.id}/return", data={"remark": "Цель?", "until": day(3)}).status_code == 303
        assert desk.post(f"{here}/{second.id}/reject", data={"reason": "other", "words": ""}).status_code == 400
        assert desk.post(f"{here}/{second.id}/reject", data={"reason": "double"}).status_code == 303
        data = {"until": day(30), "reason": "Не было связи"}
        assert desk.post(f"{here}/{third.id}/extend", data=data).status_code == 303
        db.session.expire_all()
        assert (first.state, first.remark) == (EntryState.RETURNED, "Цель?")
        assert (second.state, second.remark) == (EntryState.REJECTED, "Такая заявка уже подана.")
        assert third.late_until is not None
        author = as_user(cast.teacher)
        assert "Цель?" in author.get(f"/practices/entries/{first.id}").text
        assert "уже подана" in author.get(f"/practices/entries/{second.id}").text

    def test_the_list_leaves_as_a_table(self, contest: Contest, cast: Cast, as_user: AsUser):
        make_entry(contest, cast.school, title="=cmd|' /C calc'!A0")
        text = as_user(cast.operator).get(f"/practices/contests/{contest.id}/desk?format=csv").text
        assert "'=cmd" in text


def test_the_ranking_is_a_table_too(judged: Contest, cast: Cast, as_user: AsUser):
    entry = make_entry(judged, make_school(cast.neighbour_municipality, "Школа № 30"))
    for number in range(judged.jurors_each):
        sent_sheet(entry, make_expert(judged, f"Эксперт {number}"), {"К1": number})
    db.session.commit()
    text = as_user(cast.operator).get(f"/practices/contests/{judged.id}/ranking?format=csv").text
    assert "Школа № 30" in text
    assert "74,00" in text


def test_deadlines_stand_in_the_calendar(contest: Contest, client: FlaskClient):
    page = client.get(f"/calendar?day={contest.intake_last:%Y-%m-%d}").text
    assert "последний день приёма заявок" in page


def test_the_chair_sees_who_is_strict_and_who_does_not_distinguish(judged: Contest, cast: Cast, as_user: AsUser):
    home = make_school(cast.neighbour_municipality, "Школа № 31")
    entries = [make_entry(judged, home, title=f"Практика {number}") for number in range(3)]
    strict, kind = make_expert(judged, "Строгий"), make_expert(judged, "Добрый")
    for number, entry in enumerate(entries):
        sent_sheet(entry, strict, {"К1": 2, "К2": number + 1, "К3": 2})
        sent_sheet(entry, kind, 5)
    db.session.commit()
    page = as_user(make_user(CHAIR, judged.scope)).get(f"/practices/contests/{judged.id}/consensus")
    text = page.text.replace("\xa0", " ")
    assert "строже среднего" in text
    assert "мягче среднего" in text
    assert "всем и за всё поставил(а) 5" in text
    assert "нет разброса" not in text.partition("Насколько строг")[2]
