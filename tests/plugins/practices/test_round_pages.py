"""The pages of the second round: the operator gives it, the chair decides who goes, others look."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_municipality, make_school, make_user
from orientir_testkit.contests import contest_plan, make_defence, make_entry, make_expert, make_sheet, sent_sheet

from orientir.accounts import services as accounts
from orientir.accounts.models import User
from orientir.db import db
from orientir_practices import contests, rounds, shortlist
from orientir_practices.jury_models import Finalist, SheetState
from orientir_practices.models import Contest, Entry, Stage
from orientir_practices.rights import AUTHOR, CHAIR, SECRETARY

AsUser = Callable[[User], FlaskClient]


def plain(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.text.replace("\xa0", " ")


class TestRules:
    @pytest.fixture
    def draft(self, cast: Cast) -> Contest:
        made = contests.add_contest(cast.region, contest_plan(), actor=None)
        db.session.commit()
        return made

    def form(self, contest: Contest, **values: object) -> dict[str, object]:
        return {"title": "Защита", "weight": "40", "until": contest.results_on.isoformat(), "jurors_each": "3",
                "mark": "60", "best": "5", **values}  # fmt: skip

    def test_the_operator_adds_one_with_its_own_criteria(self, draft: Contest, cast: Cast, as_user: AsUser):
        operator, address = as_user(cast.operator), f"/practices/contests/{draft.id}/defence"
        assert "Рассказ: что сделали и зачем" in plain(operator, address)
        own = {"has_own": "y", "title_2": "Рассказ", "weight_2": "10", "anchor_2_5": "ясно", "title_4": "Ответы",
               "weight_4": "10"}  # fmt: skip
        assert operator.post(address, data=self.form(draft, **own)).status_code == 303
        db.session.refresh(draft)
        assert [(line["key"], line["title"], line["weight"]) for line in draft.defence.rubric] == [
            ("З1", "Рассказ", 10), ("З2", "Ответы", 10),
        ]  # fmt: skip
        rules = plain(operator, f"/practices/contests/{draft.id}/rules")
        assert "60 % × «Заочная экспертиза» + 40 % × «Защита»" in rules
        assert "Из номинации — не больше 5" in rules
        assert "Защита: свои критерии" in rules
        assert operator.post(address, data=self.form(draft, best="")).status_code == 303
        db.session.refresh(draft)
        assert (draft.defence.best, draft.defence.rubric) == (None, [])
        assert operator.post(f"{address}/drop").status_code == 303
        db.session.refresh(draft)
        assert draft.defence is None

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"weight": "100"}, "Не больше 99"),
            ({"until": "2020-01-01"}, "после заочной"),
            ({"has_own": "y", "title_1": "Рассказ", "weight_1": "пять"}, "целое число"),
            ({"has_own": "y", "title_1": "Рассказ", "weight_1": "10"}, "Сумма весов должна быть 20"),
            ({"title": ""}, "Назовите защиту"),
        ],
    )
    def test_what_is_wrong_is_named_and_what_was_typed_stays(
        self, draft: Contest, cast: Cast, as_user: AsUser, values: dict[str, str], words: str
    ):
        answer = as_user(cast.operator).post(
            f"/practices/contests/{draft.id}/defence", data=self.form(draft, **{"title": "Очный тур", **values})
        )
        assert answer.status_code == 400
        page = answer.text.replace("\xa0", " ")
        assert words in page
        assert all(f'value="{typed}"' in page for typed in values.values() if typed not in ("", "y"))


class TestShortlist:
    @pytest.fixture
    def ready(self, judged: Contest, cast: Cast) -> Contest:
        """Three entries with 100, 80 and 40 of a hundred, of which one goes."""
        make_defence(judged, best=1)
        town = make_municipality(cast.region, "Дальний")
        jurors = [make_expert(judged, f"Эксперт {number}") for number in range(3)]
        for number, score in ((20, 5), (21, 4), (22, 2)):
            entry = make_entry(judged, make_school(town, f"Школа № {number}"), title=f"Практика <{number}>")
            for juror in jurors:
                sent_sheet(entry, juror, score)
        judged.stage = Stage.SHORTLIST
        db.session.commit()
        return judged

    def test_the_chair_decides_with_a_reason_and_signs(self, ready: Contest, as_user: AsUser):
        chair, address = as_user(make_user(CHAIR, ready.scope)), f"/practices/contests/{ready.id}/shortlist"
        first, second, _third = (line.entry.id for line in shortlist.lines_of(ready))
        page = plain(chair, address)
        assert "Практика &lt;20&gt;" in page
        assert page.count("checked") == 1
        both = {f"in_{first}": "on", f"in_{second}": "on"}
        assert chair.post(address, data=both).status_code == 303
        assert "не так, как предлагает рейтинг" in plain(chair, address)
        assert chair.post(address, data={**both, f"reason_{second}": "Новая для района"}).status_code == 303
        page = plain(chair, address)
        assert page.count("checked") == 2
        assert "рейтинг предлагает иначе" in page
        assert chair.post(f"{address}/sign").status_code == 303
        assert "Отпечаток SHA-256" in plain(chair, address)
        assert chair.post(f"{address}/unsign", data={"words": "Опечатка"}).status_code == 303
        assert shortlist.find_shortlist(ready) is None
        table = chair.get(f"{address}?format=csv").data.decode()
        assert "Новая для района" in table

    def test_a_secretary_looks_and_does_not_decide(self, ready: Contest, as_user: AsUser):
        secretary, address = as_user(make_user(SECRETARY, ready.scope)), f"/practices/contests/{ready.id}/shortlist"
        assert "составляет и подписывает председатель" in plain(secretary, address)
        for page in (address, f"{address}/sign", f"{address}/unsign"):
            assert secretary.post(page, data={"words": "Почему"}).status_code == 403

    def test_where_the_chair_is_tied_another_decides(self, ready: Contest, as_user: AsUser):
        user = make_user(CHAIR, ready.scope)
        first = shortlist.lines_of(ready)[0].entry.id
        accounts.grant(user, AUTHOR, db.session.get_one(Entry, first).scope, actor=None)
        db.session.commit()
        chair, address = as_user(user), f"/practices/contests/{ready.id}/shortlist"
        page = plain(chair, address)
        assert "Здесь решает другой председатель" in page
        assert "checkbox" not in page
        assert chair.post(f"{address}/sign").status_code == 303
        assert shortlist.find_shortlist(ready) is None

    def test_a_contest_of_one_round_has_no_such_page(self, contest: Contest, as_user: AsUser):
        chair = as_user(make_user(CHAIR, contest.scope))
        assert chair.get(f"/practices/contests/{contest.id}/shortlist").status_code == 409
        assert "Шорт-лист" not in plain(chair, f"/practices/contests/{contest.id}/desk")


def test_an_expert_sees_which_round_a_sheet_is_of(judged: Contest, cast: Cast, as_user: AsUser):
    make_defence(judged, title="Очный тур")
    juror = make_expert(judged)
    entry = make_entry(judged, cast.neighbour_school)
    sent_sheet(entry, juror, 4)
    db.session.add(Finalist(entry=entry, is_in=True))
    sheet = make_sheet(entry, juror, SheetState.OPEN, rounds.DEFENCE)
    judged.stage = Stage.DEFENCE
    db.session.commit()
    expert = as_user(juror.user)
    page = plain(expert, f"/practices/contests/{judged.id}/jury")
    assert "Осталось 1 из 2" in page
    assert "; Очный тур" in page
    assert "; Заочная экспертиза" in page
    assert "Очный тур." in plain(expert, f"/practices/sheets/{sheet.id}")
    ranking = plain(as_user(cast.operator), f"/practices/contests/{judged.id}/ranking")
    assert "Заочная экспертиза: — (80)" in ranking
