"""School news and teachers' publications: short public notes, moderated as events are, that name no child."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from xml.etree import ElementTree as Xml

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_organisation
from orientir_testkit.events import plan
from orientir_testkit.notes import note_plan

from orientir.audit.models import AuditEntry
from orientir.clock import AcademicYear
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.organisations.models import OrganisationKind
from orientir_calendar import note_queries, notes, services
from orientir_calendar.note_models import Note

NOTES = "/calendar/notes"
SAID = {
    "kind": "news", "title": "Восьмиклассники в пожарной части", "day": "12.05.2026", "text": "Видели **машину**.",
    "announce": "1",
}  # fmt: skip


def titles(found) -> list[str]:
    return [one.title for one in found]


@pytest.fixture
def told(cast: Cast):
    """Return a note of the school that everybody reads."""

    def make(organisation=None, **values) -> Note:
        made = notes.add_note(organisation or cast.school, note_plan(**values), actor=None)
        notes.publish(made, actor=None)
        db.session.commit()
        return made

    return make


class TestModeration:
    def test_a_school_suggests_the_municipality_publishes(self, as_user, cast: Cast, client: FlaskClient):
        school, desk = as_user(cast.teacher), as_user(cast.coordinator)
        answer = school.post(f"{NOTES}/new", data={**SAID, "organisation_id": str(cast.school.id)})
        address = answer.headers["Location"]
        assert (answer.status_code, client.get(address).status_code) == (303, 404)
        assert "на проверке" in school.get(address).text
        queue = desk.get("/calendar/moderation").text
        assert "Восьмиклассники в пожарной части" in queue
        assert "<strong>машину</strong>" in queue
        assert desk.post(f"{address}/publish").headers["Location"].endswith("/calendar/moderation")
        assert "Восьмиклассники в пожарной части" in client.get(address).text
        assert "Восьмиклассники" in client.get(NOTES).text
        words = [one.action for one in db.session.query(AuditEntry).order_by(AuditEntry.id) if ".note." in one.action]
        assert words == ["calendar.note.add", "calendar.note.suggest", "calendar.note.publish"]

    def test_it_comes_back_with_a_remark_and_waits_at_home(self, as_user, cast: Cast):
        school, desk = as_user(cast.teacher), as_user(cast.coordinator)
        address = school.post(f"{NOTES}/new", data={**SAID, "organisation_id": str(cast.school.id)}).headers["Location"]
        assert "новость или публикация ждёт проверки" in desk.get("/").text.replace("\xa0", " ")
        assert desk.post(f"{address}/return", data={"remark": ""}).status_code == 400
        assert desk.post(f"{address}/return", data={"remark": "Добавьте, с кем встречались"}).status_code == 303
        assert "Добавьте, с кем встречались" in school.get("/").text
        assert "Добавьте, с кем встречались" in school.get(address).text
        assert desk.post(f"{address}/return", data={"remark": "Ещё раз"}).status_code == 400
        assert school.post(f"{address}/suggest").status_code == 303
        assert "Добавьте, с кем" not in school.get(address).text

    def test_trust_is_one_for_events_and_notes(self, cast: Cast, college):
        services.publish(services.add_event(college, plan(), actor=None), actor=None, trust=True)
        note = notes.add_note(college, note_plan(), actor=None)
        notes.suggest(note, actor=None)
        assert note.is_public
        db.session.commit()

    def test_whoever_publishes_writes_straight_onto_the_site(self, as_user, cast: Cast, college, client: FlaskClient):
        answer = as_user(cast.operator).post(f"{NOTES}/new", data={**SAID, "organisation_id": str(college.id)})
        assert client.get(answer.headers["Location"]).status_code == 200

    def test_what_is_taken_off_is_gone_at_once_and_can_come_back(self, as_user, cast: Cast, told, client: FlaskClient):
        note = told()
        address, school = f"{NOTES}/{note.id}", as_user(cast.teacher)
        desk = as_user(cast.coordinator)
        assert desk.post(f"{address}/withdraw", data={"remark": "Названа ученица"}).status_code == 303
        assert client.get(address).status_code == 404
        assert note.title not in client.get(NOTES).text
        assert note.title not in client.get(f"{NOTES}/latest.rss").text
        assert "Названа ученица" in school.get(address).text
        assert school.post(f"{address}/suggest").status_code == 303
        assert client.get(address).status_code == 404
        desk.post(f"{address}/publish")
        assert client.get(address).status_code == 200

    def test_a_repeat_changes_nothing(self, told):
        note = told()
        published = note.published_at
        notes.publish(note, actor=None)
        notes.suggest(note, actor=None)
        assert (note.state, note.published_at) == ("published", published)
        with pytest.raises(ConflictError):
            notes.send_back(note, "Поздно", actor=None)

    def test_a_draft_stays_with_its_school(self, as_user, cast: Cast, client: FlaskClient):
        note = notes.add_note(cast.school, note_plan(), actor=None)
        db.session.commit()
        address = f"{NOTES}/{note.id}"
        assert client.get(address).status_code == 404
        assert as_user(cast.neighbour_teacher).get(address).status_code == 404
        assert as_user(cast.neighbour_teacher).post(f"{address}/edit", data=SAID).status_code == 404
        page = as_user(cast.teacher).get(f"{NOTES}/own").text
        assert note.title in page
        assert "черновик" in page


class TestWords:
    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"title": " "}, "title"),
            ({"title": "Ж" * 161}, "title"),
            ({"text": "Ж" * 3001}, "text"),
            ({"text": "", "url": ""}, "text"),
            ({"url": "javascript:alert(1)"}, "url"),
            ({"kind": "advert"}, "kind"),
            ({"day": date(2026, 5, 15)}, "day"),
            ({"day": date(2020, 5, 15)}, "day"),
            ({"event_id": 999}, "event_id"),
            ({"text": "Звоните: 8 950 123-45-67"}, "text"),
            ({"text": "Пишите на school@example.org"}, "text"),
            ({"title": "Победитель родился 12.03.2011"}, "title"),
            ({"text": "Были Пётр Иванович Сомов и Анна Петровна Белова"}, "text"),
        ],
    )
    def test_what_cannot_be_is_refused_by_name(self, cast: Cast, values, field):
        with pytest.raises(InvalidInputError) as refused:
            notes.add_note(cast.school, note_plan(**values), actor=None)
        assert refused.value.field == field

    def test_a_form_names_the_field_and_keeps_what_was_typed(self, as_user, cast: Cast):
        client, mine = as_user(cast.teacher), {**SAID, "organisation_id": str(cast.school.id)}
        for field, bad in (("day", "31.02.2026"), ("day", ""), ("title", ""), ("kind", "реклама"), ("event_id", "7")):
            answer = client.post(f"{NOTES}/new", data={**mine, field: bad})
            assert answer.status_code == 400, field
            assert f'href="#{field}"' in answer.text
        answer = client.post(f"{NOTES}/new", data={**mine, "text": "Мама: 89501234567"})
        assert "Похоже на телефон" in answer.text
        assert "Мама: 89501234567" in answer.text
        assert db.session.query(Note).count() == 0
        other = {**SAID, "organisation_id": str(cast.neighbour_school.id)}
        assert client.post(f"{NOTES}/new", data=other).status_code == 400

    def test_names_are_told_to_whoever_decides(self, as_user, cast: Cast, told):
        note = notes.add_note(cast.school, note_plan(text="Лучше всех была ученица Алина Снегова."), actor=None)
        notes.suggest(note, actor=None)
        db.session.commit()
        assert "похоже на имя" in as_user(cast.coordinator).get("/calendar/moderation").text
        assert "похоже на имя" in as_user(cast.teacher).get(f"{NOTES}/{note.id}").text
        assert "похоже на имя" not in as_user(cast.teacher).get(f"{NOTES}/{told().id}").text

    def test_the_form_asks_for_no_children(self, as_user, cast: Cast):
        assert "Не называйте детей" in as_user(cast.teacher).get(f"{NOTES}/new").text

    def test_what_people_wrote_is_never_code(self, told, client: FlaskClient):
        note = told(title="<script>alert(1)</script>", text="[x](javascript:alert(1)) <img src=x onerror=alert(1)>")
        for page in (f"{NOTES}/{note.id}", NOTES):
            text = client.get(page).text
            for bad in ("<script>alert", 'href="javascript:', "<img src=x"):
                assert bad not in text, page

    def test_a_change_stays_published_and_is_found_by_its_new_words(self, as_user, cast: Cast, told, client):
        note = told()
        said = {**SAID, "organisation_id": str(cast.school.id), "title": "Ёлка в техникуме", "announce": ""}
        assert as_user(cast.coordinator).post(f"{NOTES}/{note.id}/edit", data=said).status_code == 303
        assert "Ёлка в техникуме" in client.get(f"{NOTES}?q=ЕЛКА").text


class TestLists:
    def test_it_is_narrowed(self, cast: Cast, told, client: FlaskClient):
        told(title="Наша новость")
        told(title="Наша статья", kind="publication")
        told(cast.neighbour_school, title="Соседская новость")
        place, school = cast.neighbour_municipality.id, cast.school.id

        def shown(query: str) -> list[str]:
            page = client.get(f"{NOTES}?{query}").text
            return [one for one in ("Наша новость", "Наша статья", "Соседская новость") if one in page]

        assert shown("") == ["Наша новость", "Наша статья", "Соседская новость"]
        assert shown(f"place={place}") == ["Соседская новость"]
        assert shown("kind=publication") == ["Наша статья"]
        assert shown(f"organisation={school}") == ["Наша новость", "Наша статья"]
        assert shown(f"organisation={school}&kind=news") == ["Наша новость"]
        assert shown("q=ХЛЕБОЗАВОДЕ") == []
        assert shown("q=пекли+сами+новость") == ["Наша новость", "Соседская новость"]
        assert shown(f"place={place}&organisation={school}") == []
        table = client.get(f"{NOTES}?kind=publication&format=csv").data.decode("utf-8-sig")
        assert "Наша статья" in table
        assert "Наша новость" not in table

    def test_it_comes_in_pages_the_latest_first(self, cast: Cast, told):
        for number in range(3):
            told(title=f"Новость {number}", day=date(2026, 5, 1 + number))
        wanted = note_queries.WantedNotes()
        page = note_queries.list_public(cast.region.id, wanted, page=2, rows=2)
        assert (titles(page.rows), page.pages, page.total) == (["Новость 0"], 2, 3)

    def test_another_region_stays_apart(self, app, told, cast: Cast, client: FlaskClient):
        told()
        assert note_queries.public_notes(cast.region.id + 1, note_queries.WantedNotes()) == []

    def test_readers_of_news_get_the_latest(self, cast: Cast, told, client: FlaskClient):
        told(title="Первая & <вторая>")
        told(title="Статья", kind="publication")
        answer = client.get(f"{NOTES}/latest.rss?region={cast.region.code}&kind=news")
        items = Xml.fromstring(answer.data).findall("channel/item")
        assert [item.findtext("title") for item in items] == ["Первая & <вторая>"]
        assert items[0].findtext("link").startswith("http")
        assert items[0].findtext("guid").startswith("note-")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        again = client.get(f"{NOTES}/latest.rss?region={cast.region.code}&kind=news",
                           headers={"If-None-Match": answer.headers["ETag"]})  # fmt: skip
        assert again.status_code == 304
        assert client.get(f"{NOTES}/latest.rss?region=99").status_code == 404

    @pytest.mark.parametrize("page", ["", "/latest.rss"])
    def test_no_word_in_an_address_breaks_a_page(self, told, client: FlaskClient, page):
        told()
        for name in ("q", "place", "kind", "organisation", "page", "region", "format"):
            for word in ("%00", "%C2%B2", "-1", "9" * 30, "{}", "%25s", "%ED%A0%BD", "Ж" * 500, "1e9", "%E2%80%AE"):
                assert client.get(f"{NOTES}{page}?{name}={word}").status_code in (200, 404), (name, word)


class TestPage:
    def test_search_engines_read_an_article_by_the_organisation(self, cast: Cast, told, announced, client: FlaskClient):
        event = announced()
        page = client.get(f"{NOTES}/{told(event_id=event.id).id}").text
        data = json.loads(re.search(r'ld\+json">(.*?)</script>', page, re.DOTALL)[1])
        assert (data["@type"], data["datePublished"]) == ("Article", "2026-05-12")
        assert data["author"] == {"@type": "EducationalOrganization", "name": cast.school.name}
        assert data["about"]["name"] == event.title
        assert "**" not in data["articleBody"]

    def test_an_event_shows_what_is_told_of_it(self, as_user, cast: Cast, told, announced, client: FlaskClient):
        event = announced()
        note = told(event_id=event.id)
        assert note.title in client.get(f"/calendar/{event.id}").text
        assert event.title in client.get(f"{NOTES}/{note.id}").text
        form = as_user(cast.teacher).get(f"{NOTES}/new?event={event.id}").text
        assert f'<option selected value="{event.id}">' in form

    def test_an_event_that_is_not_announced_is_told_of_by_nobody(self, cast: Cast, draft):
        with pytest.raises(InvalidInputError) as refused:
            notes.add_note(cast.school, note_plan(event_id=draft().id), actor=None)
        assert refused.value.field == "event_id"


def test_how_much_each_school_has_told_in_a_year(as_user, cast: Cast, told):
    told()
    told(day=date(2026, 5, 13))
    told(kind="publication")
    told(day=date(2025, 5, 13))
    notes.add_note(cast.school, note_plan(), actor=None)
    told(make_organisation(cast.municipality, "Техникум", OrganisationKind.COLLEGE))
    lines = note_queries.notes_by_school([cast.region.scope], AcademicYear(2025))
    assert {one.school: (one.news, one.publications, one.last_on) for one in lines} == {
        cast.school: (2, 1, date(2026, 5, 13)),
        cast.neighbour_school: (0, 0, None),
    }
    page = as_user(cast.coordinator).get(f"{NOTES}/schools").text
    assert "у 1 из 1 школ" in page.replace("\xa0", " ")
    assert cast.neighbour_school.name not in page
    last_year = as_user(cast.operator).get(f"{NOTES}/schools?year=2024&format=csv").data.decode("utf-8-sig")
    assert "1" in next(line for line in last_year.splitlines() if cast.school.name in line)
    for odd in ("", "x", "9" * 30, "1"):
        assert as_user(cast.operator).get(f"{NOTES}/schools?year={odd}").status_code == 200


def test_a_day_three_years_old_is_still_told(cast: Cast):
    assert notes.add_note(cast.school, note_plan(day=date(2026, 5, 14) - timedelta(days=1100)), actor=None).id
