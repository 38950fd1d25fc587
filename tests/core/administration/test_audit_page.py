"""The page of the log: whose acts one sees, how they are told, narrowed and turned."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from orientir_testkit.cast import SCHOOL_DAY, Cast
from sqlalchemy import func, select, text

from orientir.administration import audit_queries, audit_routes, tables
from orientir.administration.audit_queries import Place
from orientir.administration.audit_words import actions_saying, known_words, sentence
from orientir.audit import services as audit
from orientir.audit.models import AuditEntry
from orientir.audit.sealing import seal
from orientir.db import db
from orientir.organisations.services import add_class
from orientir.students.services import add_numbers, close_number

PAGE = "/administration/audit"
ROW = re.compile(r"<tr>\s*<td class=\"num\">(.*?)</tr>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def rows(html: str) -> list[str]:
    """Return the lines of the log as one reads them."""
    return [" ".join(TAG.sub(" ", row).split()).replace(" :", ":") for row in ROW.findall(html)]


@pytest.fixture
def acts(cast: Cast) -> None:
    """A number closed in the cast's class, and the same next door."""
    for school_class, teacher in (
        (cast.school_class, cast.teacher),
        (cast.neighbour_class, cast.neighbour_teacher),
    ):
        add_numbers(school_class, 8, actor=teacher.id)
        close_number(school_class, 7, actor=teacher.id)
    db.session.commit()


class TestWhoSeesWhat:
    def test_an_act_is_told_in_words_with_the_way_to_its_object(self, administrator, acts, cast: Cast):
        page = administrator.get(PAGE).text
        assert "10:00 Ульяна Сергеевна Учитель закрыт номер 7: 9«А» Школа № 3 ещё нет" in rows(page)
        assert f'href="/classes/{cast.school_class.id}"' in page

    def test_a_coordinator_sees_the_own_municipality_only(self, as_user, acts, cast: Cast):
        page = as_user(cast.coordinator).get(PAGE).text
        assert "Школа № 3" in page
        assert "Школа № 8" not in page
        assert "Сосед" not in page
        assert {row.partition(" ")[2].rpartition(" ")[0] for row in rows(page)}

    def test_a_school_sees_itself_only(self, as_user, acts, cast: Cast):
        page = as_user(cast.school_admin).get(PAGE).text
        assert [row for row in rows(page) if "закрыт номер" in row] == [
            "10:00 Ульяна Сергеевна Учитель закрыт номер 7: 9«А» Школа № 3 ещё нет"
        ]
        assert "дана роль: муниципальный координатор" not in page

    def test_a_region_sees_nothing_of_another(self, stranger, acts, other):
        page = stranger.get(PAGE).text
        assert "Школа № 3" not in page
        assert "Ульяна" not in page
        assert "дана роль: администратор сайта" in page

    def test_nor_by_asking_for_it(self, stranger, acts, other, cast: Cast):
        for question in ("person=Ульяна", "organisation=Школа", "text=номер", "group=student"):
            assert rows(stranger.get(f"{PAGE}?{question}").text) == []

    @pytest.mark.parametrize("role", ["teacher", "observer"])
    def test_others_are_refused(self, as_user, cast: Cast, role: str):
        assert as_user(cast.staff[role]).get(PAGE).status_code == 403

    def test_nobody_is_led_to_sign_in(self, client: FlaskClient, cast: Cast):
        assert client.get(PAGE).location.startswith("/login")

    def test_acts_of_the_command_line_are_shown_where_there_is_one_region(self, administrator, cast: Cast):
        audit.write("account.password", "account", cast.teacher.id, actor=None)
        assert "10:00 система сменён пароль: Ульяна Сергеевна Учитель ещё нет" in rows(administrator.get(PAGE).text)

    def test_and_nowhere_where_there_are_several(self, administrator, stranger, cast: Cast):
        audit.write("account.password", "account", cast.teacher.id, actor=None)
        for client in (administrator, stranger):
            assert "сменён пароль" not in client.get(PAGE).text

    def test_a_sign_in_belongs_to_the_region_of_its_account(self, administrator, stranger, cast: Cast):
        audit.write("account.sign_in", "account", cast.teacher.id, actor=cast.teacher.id)
        assert "10:00 Ульяна Сергеевна Учитель вход на сайт ещё нет" in rows(administrator.get(PAGE).text)
        assert "вход на сайт" not in stranger.get(PAGE).text


class TestNarrowing:
    def test_by_person_group_organisation_and_words(self, administrator, acts, cast: Cast):
        def found(question: str) -> set[str]:
            return {row.partition(" ")[2] for row in rows(administrator.get(f"{PAGE}?{question}").text)}

        closed = "Ульяна Сергеевна Учитель закрыт номер 7: 9«А» Школа № 3 ещё нет"
        opened = "Ульяна Сергеевна Учитель открыты номера: 1–8: 9«А» Школа № 3 ещё нет"
        assert found("person=ульяна") == {closed, opened}
        assert found(f"person={cast.teacher.email}") == {closed, opened}
        assert found("group=student&organisation=Школа 3") == {closed}
        assert found("text=закрыт номер&organisation=школа №3") == {closed}
        assert found("person=Никто") == set()

    def test_by_days_of_the_region(self, administrator, cast: Cast):
        with time_machine.travel(datetime(2026, 5, 10, 16, 30, tzinfo=UTC)):  # past midnight in Irkutsk: the 11th
            audit.write("class.add", "class", 1, actor=None, scope=cast.school.scope, title="8«В»", year=2025)
            db.session.commit()
        the_day = "10:00"
        assert "8«В»" in administrator.get(f"{PAGE}?since=2026-05-11&until=2026-05-11").text
        assert "8«В»" not in administrator.get(f"{PAGE}?until=10.05.2026").text
        assert the_day not in administrator.get(f"{PAGE}?until=2026-05-11").text

    @pytest.mark.parametrize("question", ["since=вчера", "since=2026-05-11&until=2026-05-01"])
    def test_a_period_that_is_none_is_refused_in_words(self, administrator, question: str):
        answer = administrator.get(f"{PAGE}?{question}")
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text

    def test_the_seal_is_shown(self, administrator, acts):
        seal()
        assert any(row.endswith("блок 1") for row in rows(administrator.get(PAGE).text))

    def test_nothing_found_says_what_to_do(self, administrator, cast: Cast):
        assert "Снимите условие" in administrator.get(f"{PAGE}?text=такого действия нет").text

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(
        st.dictionaries(
            st.sampled_from(["since", "until", "person", "group", "organisation", "text", "before", "region"]),
            st.text(max_size=60) | st.sampled_from(["\x00", "%s", "{}", "9" * 30, "1-1", f"{9**30}-1", "0-0"]),
        )
    )
    def test_whatever_stands_in_the_address_it_never_fails(self, administrator, question: dict[str, str]):
        assert administrator.get(PAGE, query_string=question).status_code in (200, 400)


class TestPages:
    @pytest.fixture
    def short_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(audit_queries, "PAGE_ROWS", 5)

    def _walk(self, client: FlaskClient, question: str = "") -> Iterator[str]:
        url = f"{PAGE}?{question}"
        while url:
            page = client.get(url).text
            yield from rows(page)
            further = re.search(r'href="([^"]+)"\s+rel="next"', page)
            url = further[1].replace("&amp;", "&") if further else ""

    def test_older_ones_follow_and_none_is_lost_or_twice(self, administrator, acts, cast: Cast, short_pages):
        for number in range(12):  # of one moment: told apart by their numbers
            audit.write("class.numbers", "class", 1, actor=None, scope=cast.school.scope, opened=[100 + number])
        with time_machine.travel(SCHOOL_DAY - timedelta(days=1)):
            add_class(cast.school, 2025, "7А", actor=None)
        db.session.commit()
        walked = list(self._walk(administrator))
        total = db.session.scalar(select(func.count()).select_from(AuditEntry))
        assert len(walked) == total
        assert "7«А»" in walked[-1]

    def test_conditions_stay_while_turning(self, administrator, acts, cast: Cast, short_pages):
        for number in range(7):
            audit.write("student.close", "student", 0, actor=None, scope=cast.school.scope, number=number)
        db.session.commit()
        walked = list(self._walk(administrator, "group=student"))
        assert len(walked) == 9
        assert all("закрыт номер" in row for row in walked)

    @given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)), st.integers(1, 2**31 - 1))  # noqa: DTZ001
    def test_a_place_is_read_as_it_is_written(self, moment: datetime, number: int):
        place = Place(moment.replace(tzinfo=UTC), number)
        assert Place.read(str(place)) == place

    def test_it_costs_the_same_with_one_act_and_with_many(
        self, administrator, cast: Cast, count_queries, other, app: Flask
    ):
        counts = []
        for more in (1, 3):
            for number in range(more):
                add_class(cast.school, 2025, f"{5 + number}{'АБВ'[more - 1]}", actor=cast.operator.id)
                close_number(_with_numbers(cast), number + more, actor=cast.teacher.id)
            db.session.commit()
            with count_queries() as seen:
                assert administrator.get(PAGE).status_code == 200
            counts.append(seen.count)
        assert counts[0] == counts[1] <= 14


def _with_numbers(cast: Cast):
    if not db.session.scalar(text("SELECT count(*) FROM student")):
        add_numbers(cast.school_class, 9, actor=None)
    return cast.school_class


class TestWords:
    def test_an_act_nobody_has_words_for_is_told_as_it_is_called(self, app: Flask):
        assert sentence("fair.visit", {}) == "действие fair.visit"

    def test_details_that_are_not_there_do_no_harm(self, app: Flask):
        assert all(sentence(action, {}) for action in known_words())

    def test_a_setting_is_told_by_its_title(self, app: Flask):
        told = sentence("region.setting", {"name": "region.timezone", "value": "Asia/Omsk"})
        assert told == "изменена настройка «Часовой пояс»: Омск, UTC+6"

    def test_words_are_found_without_case_and_yo(self, app: Flask):
        assert "account.password" in actions_saying("СМЕНЕН")

    def test_every_act_of_the_platform_and_its_plugins_has_words(self, config):
        checkout = Path(__file__).resolve().parents[3]
        written = {
            node.args[0].value
            for root in ("platform", "plugins")
            for path in (checkout / root).rglob("*.py")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
            and ast.unparse(node.func) == "audit.write"
            and isinstance(node.args[0], ast.Constant)
        }
        from orientir.app import create_app  # the plugins that ship, with their manifests

        shipped = create_app(config.__class__(env="testing", database_url="sqlite://", data_dir=config.data_dir))
        with shipped.app_context():
            assert sorted(written - known_words().keys()) == []


def test_the_row_of_links_shows_what_one_may_open(as_user: Callable[..., FlaskClient], cast: Cast):
    assert "/administration/jobs" in as_user(cast.administrator).get(PAGE).text
    operators = as_user(cast.operator).get(PAGE).text
    assert "/administration/settings" in operators
    assert "/administration/jobs" not in operators
    assert 'class="sections"' not in as_user(cast.coordinator).get(PAGE).text


@pytest.mark.parametrize(("most", "is_cut"), [(4, True), (2, True), (6, False), (8, False)])
def test_a_file_that_does_not_hold_all_says_so_in_its_last_line(
    administrator, cast: Cast, monkeypatch: pytest.MonkeyPatch, most: int, is_cut: bool
):
    monkeypatch.setattr(audit_routes, "EVERY_ROW", most)
    monkeypatch.setattr(tables, "EVERY_ROW", most)
    monkeypatch.setattr(audit_routes, "BATCH", 2)
    for number in range(6):
        audit.write("student.close", "student", number, actor=cast.teacher.id, scope=cast.school.scope, number=number)
    db.session.commit()
    lines = administrator.get(f"{PAGE}?group=student&format=csv").data.decode("utf-8-sig").splitlines()[1:]
    assert len(lines) == min(most, 6) + is_cut
    assert ("это не всё" in lines[-1]) is is_cut
