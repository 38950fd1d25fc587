"""The pages of notices: the bell, the own list, the ways, the log, the rules, a message by hand."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
import time_machine
from flask import Flask, g, render_template
from flask.testing import FlaskClient
from flask_login import login_user
from orientir_testkit.cast import Cast, make_region, make_user
from sqlalchemy import select

from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.accounts.viewers import SignedIn
from orientir.audit.models import AuditEntry
from orientir.db import db
from orientir.mail.models import OutgoingMail
from orientir.notices.kinds import HEADCOUNT
from orientir.notices.services import tell
from orientir.web.access import rule_of

PAGES = ("/notices", "/account/notices", "/notices/log", "/notices/rules", "/notices/message")


@pytest.fixture
def hear(cast: Cast) -> Callable[..., None]:
    def tell_them(kind, *people: User, what: str = "дело", about: str = "", url: str = "") -> None:
        ids = [one.id for one in people]
        tell(kind, ids, {"what": what}, about=about or what, scope=cast.region.scope, url=url)
        db.session.commit()

    return tell_them


@pytest.fixture
def teacher(as_user, cast: Cast) -> FlaskClient:
    return as_user(cast.teacher)


@pytest.fixture
def operator(as_user, cast: Cast) -> FlaskClient:
    return as_user(cast.operator)


def bell(page: str) -> str:
    """Return what stands in the bell, or nothing where the page has none."""
    found = re.search(r'<a class="mast-bell".*?</a>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def titles(page: str) -> list[str]:
    return re.findall(r"<h3>([^<]+)</h3>", page)


# Who


def test_strangers_sign_in_first(client: FlaskClient, cast: Cast):
    for path in PAGES:
        assert "/login" in client.get(path).location


def test_the_log_and_the_rules_are_for_those_who_run_the_region(as_user, cast: Cast):
    allowed = {"/notices/log": {"administrator", "operator"}, "/notices/rules": {"administrator", "operator"},
               "/notices/message": {"administrator", "operator", "coordinator"}}  # fmt: skip
    for role, user in cast.staff.items():
        for path, roles in allowed.items():
            assert as_user(user).get(path).status_code == (200 if role in roles else 403), (role, path)


def test_posts_have_rules_too(app: Flask):
    views = {name: view for name, view in app.view_functions.items() if name.startswith("notices.")}
    assert len(views) == 11
    assert all(rule_of(view) is not None for view in views.values())


# The bell and the own list


def test_the_bell_counts_what_is_unread(teacher: FlaskClient, cast: Cast, hear, daily):
    assert bell(teacher.get("/").text) == "Уведомления"
    hear(daily, cast.teacher)
    assert bell(teacher.get("/").text) == "Уведомления 1 непрочитанное"
    hear(daily, cast.teacher, about="two")
    assert bell(teacher.get("/notices").text) == "Уведомления 2 непрочитанных"
    assert bell(teacher.get("/help").text).endswith("непрочитанных")


def test_the_bell_stops_counting_at_a_hundred(teacher: FlaskClient, cast: Cast, hear, daily):
    for number in range(101):
        tell(daily, [cast.teacher.id], {"what": "а"}, about=str(number), scope=cast.region.scope)
    assert bell(teacher.get("/notices").text).startswith("Уведомления 99+")


def test_strangers_and_pages_of_students_have_no_bell(client: FlaskClient, app: Flask, cast: Cast):
    assert bell(client.get("/").text) == ""
    with app.test_request_context("/"):
        assert "mast-bell" not in render_template("base_phone.html")


def test_the_bell_costs_one_query_a_page(teacher: FlaskClient, cast: Cast, hear, daily, count_queries):
    def cost() -> list[str]:
        with count_queries() as seen:
            assert teacher.get("/help").status_code == 200
        return [one for one in seen.statements if "notice" in one]

    hear(daily, cast.teacher)
    assert len(cost()) == 1
    for number in range(3):
        hear(daily, cast.teacher, about=str(number))
    assert len(cost()) == 1


def test_the_list_shows_unread_first_then_days(teacher: FlaskClient, cast: Cast, hear, told, daily):
    for day in (11, 12, 13):
        with time_machine.travel(datetime.fromisoformat(f"2026-05-{day}T23:30+00:00")):
            hear(daily, cast.teacher, what=f"дело {day}")
    teacher.post(f"/notices/{told(cast.teacher)[1].id}/read")
    hear(daily, cast.operator, what="чужое")
    page = teacher.get("/notices").text
    assert titles(page) == ["Тема: дело 13", "Тема: дело 11", "Тема: дело 12"]
    assert "ср, 13\xa0мая\xa02026" in page  # by the region's clock
    assert "чужое" not in page


def test_a_list_costs_the_same_for_one_and_three(teacher: FlaskClient, cast: Cast, hear, daily, count_queries):
    def cost() -> int:
        with count_queries() as seen:
            assert teacher.get("/notices").status_code == 200
        return seen.count

    hear(daily, cast.teacher)
    cost()
    one = cost()
    for number in range(3):
        hear(daily, cast.teacher, about=str(number))
    assert cost() == one


def test_opening_marks_as_read_and_leads_to_the_thing(teacher: FlaskClient, cast: Cast, hear, told, daily):
    hear(daily, cast.teacher, url=f"/classes/{cast.school_class.id}")
    notice = told(cast.teacher)[0]
    assert teacher.get(f"/notices/{notice.id}/open").status_code == 405
    answer = teacher.post(f"/notices/{notice.id}/open")
    assert (answer.status_code, answer.location) == (303, f"/classes/{cast.school_class.id}")
    assert told(cast.teacher)[0].read_at is not None


@pytest.mark.parametrize("act", ["open", "read"])
def test_another_persons_notice_does_not_exist(teacher: FlaskClient, cast: Cast, hear, told, daily, act: str):
    hear(daily, cast.operator)
    assert teacher.post(f"/notices/{told(cast.operator)[0].id}/{act}").status_code == 404
    assert teacher.post(f"/notices/{2**31 - 1}/{act}").status_code == 404
    assert told(cast.operator)[0].read_at is None


def test_all_are_read_at_once_but_those_that_came_later(teacher: FlaskClient, cast: Cast, hear, told, daily):
    hear(daily, cast.teacher)
    [upto] = re.findall(r'name="upto" value="(\d+)"', teacher.get("/notices").text)
    hear(daily, cast.teacher, about="two")
    assert teacher.post("/notices/read", data={"upto": upto}).status_code == 303
    assert [one.read_at is None for one in told(cast.teacher)] == [False, True]
    for upto in ("x", "", "9" * 400, "\x00", "-1"):
        assert teacher.post("/notices/read", data={"upto": upto}).status_code < 500


def test_words_are_shown_as_words(teacher: FlaskClient, cast: Cast, hear, daily):
    hear(daily, cast.teacher, what="<script>alert(1)</script>%s{}\x00\n</textarea>", about="hostile")
    page = teacher.get("/notices").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;%s{}" in page
    assert page.count("</textarea>") == 1


@pytest.mark.parametrize("question", ["page=0", "page=-1", "page=x", f"page={10**30}"])
def test_a_broken_question_is_answered_with_a_page(operator: FlaskClient, question: str):
    for path in ("/notices", "/notices/log"):
        assert operator.get(f"{path}?{question}").status_code == 200


def test_the_panel_shows_the_newest_unread_with_text_for_a_chat(app: Flask, cast: Cast, hear, daily):
    for number in range(4):
        hear(daily, cast.teacher, what=f"дело {number}")
    with app.test_request_context("/"):
        login_user(SignedIn(db.session.get_one(User, cast.teacher.id)))
        g.timezone = "Asia/Irkutsk"
        shown = render_template("notices/panel.html")
        assert titles(shown) == ["Тема: дело 3", "Тема: дело 2", "Тема: дело 1"]
        assert "непрочитанных 4" in shown
        assert shown.count("readonly") == 3
    with app.test_request_context("/"):
        login_user(SignedIn(db.session.get_one(User, cast.operator.id)))
        g.pop("unread_notices")  # the test's own context stands around both requests
        assert render_template("notices/panel.html").strip() == ""


# The ways


def test_a_choice_is_kept_and_taken_back(teacher: FlaskClient, cast: Cast, hear, told, daily):
    chosen = {"reminders": "site", "results": "", "messages": "daily"}
    assert teacher.post("/account/notices", data=chosen).status_code == 303
    page = teacher.get("/account/notices").text
    assert len(re.findall(r"checked[^>]*value=\"(?:site|daily)\"", page)) == 2
    hear(daily, cast.teacher)
    assert told(cast.teacher)[0].way == "site"
    teacher.post("/account/notices", data={"reminders": "", "results": "", "messages": ""})
    hear(daily, cast.teacher, about="two")
    assert told(cast.teacher)[1].way == "daily"


@pytest.mark.parametrize("way", ["never", "once\x00", "x" * 5000, "{}"])
def test_a_way_that_is_none_is_refused(teacher: FlaskClient, way: str):
    answer = teacher.post("/account/notices", data={"reminders": way, "results": "", "messages": ""})
    assert answer.status_code == 400
    assert "Сроки и напоминания" in answer.text


# The log


def test_the_log_says_when_what_whom_and_how_and_never_the_text(operator, cast: Cast, hear, daily, at_once_kind):
    hear(daily, cast.teacher, what="секрет раз")
    hear(at_once_kind, cast.school_admin, what="секрет два")
    letter = db.session.scalars(select(OutgoingMail)).one()
    letter.state, letter.problem = "failed", "Почтовый сервер не знает такого адреса."
    page = operator.get("/notices/log").text
    assert "секрет" not in page
    assert "Ульяна Сергеевна Учитель" in page
    assert "войдёт в письмо дня" in page
    assert "письмо не ушло" in page
    assert "Почтовый сервер не знает такого адреса." in page


def test_the_log_is_narrowed(operator: FlaskClient, cast: Cast, hear, daily, at_once_kind):
    hear(daily, cast.teacher)
    hear(at_once_kind, cast.school_admin)

    def who(question: str) -> list[str]:
        page = operator.get(f"/notices/log?{question}").text
        return [name for name in ("Учитель", "Завуч") if f"{name}</td>" in page]

    assert who("") == ["Учитель", "Завуч"]
    assert who("kind=platform.daily") == ["Учитель"]
    assert who("channel=outbox") == ["Завуч"]
    assert who("channel=site") == ["Учитель"]
    assert who("who=ЗАВУЧ") == ["Завуч"]
    assert who("first=2026-05-14&last=2026-05-14") == ["Учитель", "Завуч"]
    assert who("first=15.05.2026") == []
    assert who("last=2026-05-13") == []


@pytest.mark.parametrize(
    "question", ["who=%00", "who=%25", "first=x", "last=31.02.2026", "first=9999-12-31", "first=0001-01-01",
                 "last=9999-12-31", "kind=%00", "channel={}", "who=" + "9" * 3000, "who=%FF%FE"],
)  # fmt: skip
def test_a_broken_condition_is_none(operator: FlaskClient, question: str):
    assert operator.get(f"/notices/log?{question}").status_code == 200


def test_regions_stay_apart(as_user, operator: FlaskClient, cast: Cast, hear, daily):
    other = make_region("Другая", "74")
    stranger = make_user(Role.OPERATOR, other.scope, "Чужой Оператор")
    hear(daily, cast.teacher)
    tell(daily, [stranger.id], {"what": "чужое"}, about="one", scope=other.scope)
    foreign = as_user(stranger)
    assert "Учитель</td>" not in foreign.get("/notices/log").text
    assert "Чужой Оператор</td>" in foreign.get("/notices/log").text
    assert "Чужой Оператор</td>" not in operator.get("/notices/log").text
    foreign.post("/notices/rules/platform.headcount", data={"on": "0"})
    assert "выключено" in foreign.get("/notices/rules").text
    assert "выключено" not in operator.get("/notices/rules").text


def test_the_log_costs_the_same_for_one_and_three(operator: FlaskClient, cast: Cast, hear, daily, count_queries):
    def cost() -> int:
        with count_queries() as seen:
            assert operator.get("/notices/log").status_code == 200
        return seen.count

    hear(daily, cast.teacher)
    cost()
    one = cost()
    for number in range(3):
        hear(daily, cast.teacher, about=str(number))
    assert cost() == one


# The rules


def test_a_rule_is_turned_off_and_on_and_that_is_in_the_audit(operator: FlaskClient, cast: Cast):
    for on in ("0", "0", "1", "1"):
        assert operator.post(f"/notices/rules/{HEADCOUNT.key}", data={"on": on}).status_code == 303
    acts = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "notices.rule").order_by(AuditEntry.id))
    assert [act.details["on"] for act in acts] == [False, True]


def test_a_rule_that_is_none_does_not_exist(operator: FlaskClient):
    for rule in ("platform.nothing", "%00", "x" * 500, "%2e%2e"):
        assert operator.post(f"/notices/rules/{rule}", data={"on": "0"}).status_code == 404


def test_the_rules_say_when_they_last_ran_and_how_many_they_told(as_user, cast: Cast, at):
    at("2026-09-13T09:10+08:00")
    page = as_user(cast.operator).get("/notices/rules").text
    row = re.search(r"Школы без классов нового года</th>(.*?)</tr>", page, re.DOTALL)[1]
    assert "13\xa0сентября, 09:10" in row
    assert re.search(r">\s*2\s*</td>", row)
