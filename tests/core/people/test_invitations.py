"""Invitations: by whom, to what, read from any paste, accepted once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from orientir_testkit.cast import PASSWORD, SCHOOL_DAY, Cast, make_school
from sqlalchemy import select

from orientir import clock
from orientir.accounts import services
from orientir.accounts.models import User
from orientir.accounts.roles import Role
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.mail.queries import opened_text
from orientir.people.invitations import forget_address, purge_invitations, read_addresses
from orientir.people.models import Invitation

EMAIL, NAME = "novaya@example.org", "Вера Новая"


def invite(client: FlaskClient, cast: Cast, emails: str = EMAIL, role: str = Role.TEACHER, place: str = ""):
    place = place or f"o{cast.school.id}"
    return client.post("/people/invite", data={"emails": emails, "role": role, "place": place})


def accept(client: FlaskClient, **data: str):
    return client.post("/invitation", data={"name": NAME, "password": PASSWORD, "again": PASSWORD, **data})


def find(email: str = EMAIL) -> User | None:
    return db.session.scalar(select(User).where(User.email == email))


def waiting() -> list[Invitation]:
    return list(db.session.scalars(select(Invitation).order_by(Invitation.id)))


class TestReading:
    @pytest.mark.parametrize(
        ("text", "addresses"),
        [
            ("a@x.ru", ["a@x.ru"]),
            ("A@X.ru, b@x.ru;c@x.ru\nd@x.ru\te@x.ru", ["a@x.ru", "b@x.ru", "c@x.ru", "d@x.ru", "e@x.ru"]),
            ("Вера Новая <a@x.ru>, «Зоя» <b@x.ru>", ["a@x.ru", "b@x.ru"]),
            ("a@x.ru\r\na@x.ru", ["a@x.ru"]),
        ],
    )
    def test_any_paste_is_read(self, text: str, addresses: list[str]):
        assert read_addresses(text) == addresses

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "  ",
            "Вера",
            "a@x.ru, вера",
            "a@x",
            "a@x.ru\0",
            "a" * 250 + "@x.ru",
            "\n".join(f"a{n}@x.ru" for n in range(51)),
        ],
    )
    def test_what_is_no_address_is_named(self, text: str):
        with pytest.raises(InvalidInputError) as refused:
            read_addresses(text)
        assert refused.value.field == "emails"

    @pytest.mark.timeout(60)  # each of them once took five seconds, with the database held
    @pytest.mark.parametrize("text", ["a" * 20_000, "<" * 20_000, "<a" * 10_000, "a@" + "." * 19_900 + "@"])
    def test_a_wall_of_signs_is_read_at_once(self, text: str):
        for _time in range(20):
            with pytest.raises(InvalidInputError):
                read_addresses(text)

    @given(st.text(max_size=300))
    def test_whatever_is_pasted_ends_in_addresses_or_in_words(self, text: str):
        try:
            found = read_addresses(text)
        except InvalidInputError:
            return
        assert all(services.EMAIL.fullmatch(one) for one in found)
        assert len(set(found)) == len(found)


class TestSending:
    def test_a_letter_says_who_invites_to_what(self, school_admin: FlaskClient, letters, cast: Cast):
        assert invite(school_admin, cast).location == "/people"
        text = opened_text(letters()[-1])
        for word in (cast.school_admin.name, "учитель", "Школа № 3", "7\xa0дней"):
            assert word in text
        assert EMAIL in school_admin.get("/people").text

    @pytest.mark.parametrize("role", [Role.SCHOOL_ADMIN, Role.COORDINATOR, Role.OPERATOR, Role.ADMINISTRATOR, "x", ""])
    def test_a_school_invites_teachers_only(self, school_admin: FlaskClient, letters, cast: Cast, role: str):
        assert invite(school_admin, cast, role=role).status_code == 400
        assert letters() == []

    def test_a_coordinator_invites_into_the_own_municipality_only(self, coordinator: FlaskClient, letters, cast: Cast):
        for place in (f"o{cast.neighbour_school.id}", f"m{cast.municipality.id}", f"r{cast.region.id}", "", "o0", "\0"):
            assert invite(coordinator, cast, place=place or "o").status_code == 400
        assert letters() == []

    def test_a_role_is_given_where_it_makes_sense(self, as_user, letters, cast: Cast):
        operator = as_user(cast.operator)
        answer = invite(operator, cast, role=Role.TEACHER, place=f"m{cast.municipality.id}")
        assert answer.status_code == 400
        assert "найдите и выберите" in answer.text
        assert invite(operator, cast, role=Role.COORDINATOR, place=f"m{cast.municipality.id}").status_code == 303

    def test_an_organisation_is_found_by_name(self, coordinator: FlaskClient, cast: Cast):
        make_school(cast.municipality, "Лицей № 7")
        page = coordinator.get("/people/invite?find=лицей+7").text
        assert "Лицей № 7" in page
        assert "Школа № 3" not in page

    def test_one_that_is_to_close_still_takes_people(self, coordinator: FlaskClient, cast: Cast):
        make_school(cast.municipality, "Лицей № 7").closed_on = clock.now().date() + timedelta(days=100)
        make_school(cast.municipality, "Лицей № 8").closed_on = clock.now().date()
        db.session.commit()
        page = coordinator.get("/people/invite?find=лицей").text
        assert "Лицей № 7" in page
        assert "Лицей № 8" not in page

    def test_who_has_an_account_gets_the_role_at_once(self, coordinator: FlaskClient, letters, cast: Cast):
        answer = invite(coordinator, cast, emails=f"{cast.observer.email}, {EMAIL}")
        assert answer.status_code == 303
        assert Role.TEACHER in [grant.role for grant in cast.observer.grants]
        assert [mail.kind for mail in letters()] == ["role.given", "invitation.send"]

    def test_the_same_again_sends_nothing(self, coordinator: FlaskClient, letters, cast: Cast):
        for _ in range(2):
            invite(coordinator, cast, emails=f"{cast.observer.email}, {EMAIL}")
        assert len(letters()) == 2
        assert len(waiting()) == 1

    def test_not_oneself_and_not_a_closed_account(self, coordinator: FlaskClient, letters, cast: Cast):
        services.disable(cast.observer, actor=None)
        for email in (cast.coordinator.email, cast.observer.email):
            assert invite(coordinator, cast, emails=f"{EMAIL} {email}").status_code == 400
        assert letters() == []

    def test_a_header_cannot_be_slipped_in(self, coordinator: FlaskClient, letters, cast: Cast):
        services.rename(cast.coordinator, "Клава Bcc: evil@example.org", actor=None)
        invite(coordinator, cast)
        assert all("\n" not in mail.subject and "\r" not in mail.subject for mail in letters())
        assert all("\n" not in mail.address for mail in letters())


class TestAccepting:
    @pytest.fixture
    def opened(self, school_admin: FlaskClient, client: FlaskClient, letters, link_in, cast: Cast) -> FlaskClient:
        """The browser of the invited, on the page the link leads to."""
        invite(school_admin, cast)
        followed = client.get(link_in(letters()[-1]))
        assert (followed.location, followed.headers["Referrer-Policy"]) == ("/invitation", "no-referrer")
        return client

    def test_from_the_letter_to_the_first_page(self, opened: FlaskClient, cast: Cast):
        page = opened.get("/invitation").text
        assert cast.school_admin.name in page
        assert EMAIL in page
        assert accept(opened).location == "/"
        assert NAME in opened.get("/").text
        assert [(one.role, one.organisation_id) for one in find().grants] == [(Role.TEACHER, cast.school.id)]
        assert services.recognise(EMAIL, PASSWORD).name == NAME

    def test_looking_makes_no_account(self, opened: FlaskClient):
        opened.get("/invitation")
        assert find() is None

    @pytest.mark.parametrize(
        "data", [{"name": ""}, {"name": "\0"}, {"password": "мал", "again": "мал"}, {"again": "x"}]
    )
    def test_a_mistake_leaves_it_good(self, opened: FlaskClient, data: dict[str, str]):
        assert accept(opened, **data).status_code == 400
        assert find() is None
        assert accept(opened).status_code == 303

    def test_it_is_accepted_once(self, opened: FlaskClient, app, letters, link_in):
        other = app.test_client()
        other.get(link_in(letters()[-1]))
        accept(opened)
        assert accept(other, name="Другая").status_code == 404
        assert find().name == NAME

    def test_it_lasts_seven_days(self, opened: FlaskClient):
        with time_machine.travel(SCHOOL_DAY + timedelta(days=7, minutes=5)):
            assert opened.get("/invitation").status_code == 404
            assert accept(opened).status_code == 404

    def test_withdrawn_it_opens_nothing(self, opened: FlaskClient, school_admin: FlaskClient):
        school_admin.post(f"/people/invitations/{waiting()[0].id}/withdraw")
        assert accept(opened).status_code == 404
        assert EMAIL not in school_admin.get("/people").text

    def test_sent_again_only_the_new_link_opens(self, opened: FlaskClient, school_admin: FlaskClient, letters, link_in):
        school_admin.post(f"/people/invitations/{waiting()[0].id}/again")
        assert accept(opened).status_code == 404
        opened.get(link_in(letters()[-1]))
        assert accept(opened).status_code == 303

    def test_it_falls_with_the_one_who_sent_it(self, opened: FlaskClient, cast: Cast):
        services.disable(cast.school_admin, actor=None)
        assert accept(opened).status_code == 409
        assert find() is None

    def test_who_got_an_account_meanwhile_joins_with_the_usual_password(self, opened: FlaskClient):
        services.add_user(EMAIL, "Вера Старая", PASSWORD, actor=None)
        assert "уже есть учётная запись" in opened.get("/invitation").text
        assert opened.post("/invitation").location == "/login"
        assert find().name == "Вера Старая"
        assert [one.role for one in find().grants] == [Role.TEACHER]
        assert opened.get("/account").location.startswith("/login")

    def test_without_a_link_there_is_nothing(self, client: FlaskClient, cast: Cast):
        assert client.get("/invitation").status_code == 404
        assert accept(client).status_code == 404
        assert client.get("/invitation/" + "x" * 43).location == "/invitation"

    def test_an_invitation_of_the_neighbours_is_not_there(self, as_user, school_admin: FlaskClient, cast: Cast):
        invite(school_admin, cast)
        stranger = as_user(cast.neighbour_coordinator)
        for act in ("again", "withdraw"):
            assert stranger.post(f"/people/invitations/{waiting()[0].id}/{act}").status_code == 404
        assert EMAIL not in stranger.get("/people").text

    def test_the_token_is_not_kept(self, opened: FlaskClient, letters, link_in):
        assert link_in(letters()[-1]).rpartition("/")[2] not in waiting()[0].digest


def test_addresses_of_the_invited_are_not_kept_for_ever(school_admin: FlaskClient, cast: Cast):
    invite(school_admin, cast)
    assert purge_invitations(clock.now().date()) == 0
    assert purge_invitations((clock.now() + timedelta(days=40)).date()) == 1
    invite(school_admin, cast)
    forget_address(EMAIL)
    assert waiting() == []
