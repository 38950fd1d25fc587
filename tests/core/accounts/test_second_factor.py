"""The second step: set up, asked for, required, lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask.testing import FlaskClient
from orientir_testkit.cast import PASSWORD, SCHOOL_DAY, Cast
from sqlalchemy import select

from orientir import clock
from orientir.accounts import second_factor, services
from orientir.accounts.models import RecoveryCode, SecondFactor, User
from orientir.audit.models import AuditEntry
from orientir.db import begin_writing, db
from orientir.errors import InvalidInputError, NotAllowedError, TooManyAttemptsError
from orientir.settings.services import change

AsUser = Callable[[User], FlaskClient]
INSIDE = "/organisations"


def code_of(user: User, steps: int = 0) -> str:
    """Return the code the phone of `user` shows, `steps` of 30 seconds from now."""
    held = second_factor.find(user.id)
    at = clock.now() + timedelta(seconds=30 * steps)
    return pyotp.TOTP(second_factor.opened_secret(held)).at(at)


def enrol(user: User) -> list[str]:
    """Turn the second step of `user` on and return the paper codes; the present code is used up by it."""
    db.session.commit()
    begin_writing()
    second_factor.begin(user)
    codes = second_factor.confirm(user, code_of(user, -1))
    db.session.commit()
    return codes


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.fixture(autouse=True)
def still_clock(cast: Cast):
    """Codes change every half a minute; the clock stands so that none does in the middle of a test."""
    with time_machine.travel(SCHOOL_DAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def teacher(cast: Cast) -> User:
    return cast.teacher


class TestCodes:
    def test_the_secret_is_sealed_and_of_no_use_to_another_account(self, teacher: User, cast: Cast):
        held = second_factor.begin(teacher)
        secret = second_factor.opened_secret(held)
        assert len(secret) == 32
        assert secret.encode() not in held.sealed_secret
        stolen = SecondFactor(user_id=cast.observer.id, sealed_secret=held.sealed_secret)
        assert second_factor.opened_secret(stolen) == ""

    def test_it_is_on_only_after_the_first_code(self, teacher: User):
        second_factor.begin(teacher)
        assert not second_factor.is_on(teacher.id)
        with pytest.raises(InvalidInputError):
            second_factor.confirm(teacher, "000000")
        codes = second_factor.confirm(teacher, code_of(teacher))
        assert second_factor.is_on(teacher.id)
        assert len(set(codes)) == 10
        assert acts()[-1] == "account.second_factor_on"

    def test_a_code_opens_once(self, teacher: User):
        enrol(teacher)
        code = code_of(teacher)
        second_factor.pass_step(teacher, code)
        with pytest.raises(InvalidInputError):
            second_factor.pass_step(teacher, code)

    @pytest.mark.parametrize(
        ("steps", "opens"), [(-1, True), (0, True), (1, True), (-2, False), (2, False), (9, False)]
    )
    def test_a_clock_may_be_half_a_minute_off(self, teacher: User, still_clock, steps: int, opens: bool):
        enrol(teacher)
        still_clock.shift(timedelta(minutes=5))
        code = code_of(teacher, steps)
        if opens:
            second_factor.pass_step(teacher, code)
        else:
            with pytest.raises(InvalidInputError):
                second_factor.pass_step(teacher, code)

    def test_an_earlier_code_opens_no_more_after_a_later_one(self, teacher: User):
        enrol(teacher)
        second_factor.pass_step(teacher, code_of(teacher, 1))
        with pytest.raises(InvalidInputError):
            second_factor.pass_step(teacher, code_of(teacher, 0))

    @pytest.mark.parametrize("typed", ["", " ", "12345", "1234567", "абвгде", "١٢٣٤٥٦", "\0", "1" * 10_000, "-" * 9])
    def test_what_is_no_code_is_refused(self, teacher: User, typed: str):
        enrol(teacher)
        with pytest.raises(InvalidInputError):
            second_factor.pass_step(teacher, typed)

    def test_spaces_people_type_do_not_matter(self, teacher: User):
        enrol(teacher)
        code = code_of(teacher)
        second_factor.pass_step(teacher, f" {code[:3]} {code[3:]} ")

    def test_guesses_are_throttled_for_this_account_alone(self, teacher: User, cast: Cast):
        enrol(teacher)
        enrol(cast.observer)
        for _ in range(8):
            with pytest.raises(InvalidInputError):
                second_factor.pass_step(teacher, "000000")
        with pytest.raises(TooManyAttemptsError):
            second_factor.pass_step(teacher, code_of(teacher))
        second_factor.pass_step(cast.observer, code_of(cast.observer))


class TestPaperCodes:
    def test_each_opens_once_however_it_is_typed(self, teacher: User):
        codes = enrol(teacher)
        second_factor.pass_step(teacher, codes[0].upper().replace("-", " "))
        with pytest.raises(InvalidInputError):
            second_factor.pass_step(teacher, codes[0])
        assert second_factor.codes_left(teacher.id) == 9

    def test_they_are_not_kept(self, teacher: User):
        codes = enrol(teacher)
        kept = set(db.session.scalars(select(RecoveryCode.digest)))
        assert len(kept) == 10
        assert not kept & {code.replace("-", "") for code in codes}

    def test_those_of_a_colleague_open_nothing(self, teacher: User, cast: Cast):
        enrol(teacher)
        with pytest.raises(InvalidInputError):
            second_factor.pass_step(teacher, enrol(cast.observer)[0])

    def test_new_ones_take_the_place_of_the_old(self, teacher: User):
        old = enrol(teacher)
        new = second_factor.renew_codes(teacher, code_of(teacher))
        with pytest.raises(InvalidInputError):
            second_factor.pass_step(teacher, old[0])
        second_factor.pass_step(teacher, new[0])


class TestTurningOff:
    def test_it_takes_the_paper_codes_along(self, teacher: User):
        codes = enrol(teacher)
        second_factor.turn_off(teacher, codes[0])
        assert not second_factor.is_on(teacher.id)
        assert second_factor.codes_left(teacher.id) == 0

    def test_it_is_refused_where_the_role_needs_it(self, cast: Cast):
        change(cast.region.id, second_factor.REQUIRED, True, actor=None)
        codes = enrol(cast.operator)
        with pytest.raises(NotAllowedError):
            second_factor.turn_off(cast.operator, codes[0])


class TestAtTheDoor:
    def sign_in(self, client: FlaskClient, user: User, **query: str):
        data = {"email": user.email, "password": PASSWORD, **query}
        return client.post("/login", data=data)

    def test_the_password_alone_opens_nothing(self, client: FlaskClient, teacher: User):
        enrol(teacher)
        assert self.sign_in(client, teacher).location == "/login/code"
        assert client.get(INSIDE).location.startswith("/login")

    def test_the_code_opens_the_page_one_came_for(self, client: FlaskClient, teacher: User):
        enrol(teacher)
        door = self.sign_in(client, teacher, next="/organisations?q=3").location
        assert client.get(door).status_code == 200
        assert client.post(door, data={"code": code_of(teacher)}).location == "/organisations?q=3"
        assert client.get(INSIDE).location == f"/organisations/{teacher.grants[0].organisation_id}"

    def test_it_never_leads_away(self, client: FlaskClient, teacher: User):
        enrol(teacher)
        self.sign_in(client, teacher)
        answer = client.post("/login/code?next=//evil.example", data={"code": code_of(teacher)})
        assert answer.location == "/"

    def test_a_wrong_code_is_told_and_written_down(self, client: FlaskClient, teacher: User):
        enrol(teacher)
        self.sign_in(client, teacher)
        answer = client.post("/login/code", data={"code": "000000"})
        assert answer.status_code == 400
        assert "Код не подошёл" in answer.text
        assert acts()[-1] == "account.second_factor_failed"
        assert client.get(INSIDE).location.startswith("/login")

    def test_the_door_shuts_after_ten_minutes(self, client: FlaskClient, teacher: User, still_clock):
        enrol(teacher)
        self.sign_in(client, teacher)
        still_clock.shift(timedelta(minutes=11))
        assert client.post("/login/code", data={"code": code_of(teacher)}).location == "/login"

    def test_a_new_password_shuts_it_too(self, client: FlaskClient, teacher: User):
        enrol(teacher)
        self.sign_in(client, teacher)
        services.set_password(teacher, "совсем другой пароль", actor=None)
        assert client.get("/login/code").location == "/login"

    def test_without_a_password_there_is_no_door(self, client: FlaskClient, teacher: User):
        enrol(teacher)
        assert client.get("/login/code").location == "/login"
        assert client.post("/login/code", data={"code": code_of(teacher)}).location == "/login"


class TestSettingUp:
    def test_from_the_button_to_the_paper(self, as_user: AsUser, teacher: User):
        client = as_user(teacher)
        assert client.get("/account/second-factor/confirm").location == "/account/second-factor"
        assert client.post("/account/second-factor/begin").location == "/account/second-factor/confirm"
        page = client.get("/account/second-factor/confirm").text
        shown = re.search(r'class="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
        wrong = client.post("/account/second-factor/confirm", data={"code": "123"})
        assert wrong.status_code == 400
        right = client.post("/account/second-factor/confirm", data={"code": pyotp.TOTP(shown).at(clock.now())})
        assert len(re.findall(r">[a-z2-9]{4}-[a-z2-9]{4}<", right.text)) == 10
        assert shown not in client.get("/account/second-factor").text
        assert client.post("/account/second-factor/begin").status_code == 403

    def test_looking_makes_no_secret(self, as_user: AsUser, teacher: User):
        as_user(teacher).get("/account/second-factor")
        assert second_factor.find(teacher.id) is None

    def test_turning_off_asks_for_password_and_code(self, as_user: AsUser, teacher: User):
        codes = enrol(teacher)
        client = as_user(teacher)
        for data in ({"current": "не тот", "code": codes[0]}, {"current": PASSWORD, "code": "1"}, {}):
            assert client.post("/account/second-factor/off", data=data).status_code == 400
        client.post("/account/second-factor/off", data={"current": PASSWORD, "code": codes[0]})
        assert not second_factor.is_on(teacher.id)


class TestRequired:
    @pytest.fixture
    def operator(self, cast: Cast) -> User:
        change(cast.region.id, second_factor.REQUIRED, True, actor=None)
        db.session.commit()
        return cast.operator

    def test_an_operator_without_it_sees_nothing_but_its_set_up(self, client: FlaskClient, operator: User):
        client.post("/login", data={"email": operator.email, "password": PASSWORD})
        for path in ("/", INSIDE, "/account", "/people", "/account/data.json"):
            assert client.get(path).location == "/account/second-factor", path
        assert client.post("/organisations/new", data={"name": "Школа № 4"}).location == "/account/second-factor"
        assert client.get("/account/second-factor").status_code == 200
        with client.get("/static/orientir.css") as style:
            assert style.status_code == 200
        client.post("/account/second-factor/begin")
        done = client.post("/account/second-factor/confirm", data={"code": code_of(operator)})
        assert done.status_code == 200
        assert client.get(INSIDE).status_code == 200

    def test_who_has_it_goes_in(self, client: FlaskClient, operator: User):
        enrol(operator)
        client.post("/login", data={"email": operator.email, "password": PASSWORD})
        client.post("/login/code", data={"code": code_of(operator)})
        assert client.get(INSIDE).status_code == 200

    def test_a_teacher_is_not_asked(self, client: FlaskClient, operator: User, cast: Cast):
        client.post("/login", data={"email": cast.teacher.email, "password": PASSWORD})
        assert client.get("/account").status_code == 200

    def test_one_can_always_leave(self, client: FlaskClient, operator: User):
        client.post("/login", data={"email": operator.email, "password": PASSWORD})
        assert client.post("/logout").location == "/"
        assert client.get("/").status_code == 200
