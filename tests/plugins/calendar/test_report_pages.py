"""The screen of a report over HTTP: told, corrected, taken back; a cell that cannot be is named."""

from __future__ import annotations

from datetime import date

import pytest
from orientir_testkit.cast import Cast, make_class, make_user
from orientir_testkit.events import at

from orientir.accounts.roles import Role
from orientir.db import db
from orientir.students.services import add_numbers
from orientir_calendar.models import Report


class TestReporting:
    @pytest.fixture
    def said(self, cast: Cast) -> dict[str, str]:
        return {
            "kind": "meeting", "title": "Встреча с выпускником", "partner": "выпускник школы",
            "first_day": "12.05.2026",
            "starts": "10:00", "ends": "", f"people_{cast.school_class.id}": "20",
            f"ovz_{cast.school_class.id}": "1",
            "parents": "2", "teachers": "",
        }  # fmt: skip

    def test_a_teacher_tells_in_one_screen(self, as_user, cast: Cast, said):
        client, address = as_user(cast.teacher), f"/calendar/reports/{cast.school.id}"
        make_class(cast.school, 8, "Б")
        db.session.commit()
        assert client.get("/calendar/reports").location.endswith(address)
        answer = client.post(f"{address}/new", data=said)
        assert "Записано: 22\xa0человека." in client.get(answer.location).text
        report = db.session.query(Report).one()
        assert (report.people, report.lines[0].ovz) == (20, 1)
        page = client.get(address).text
        assert "Встреча с выпускником" in page
        nowhere = page[page.index("нигде не были") :]
        assert "8«Б»" in nowhere
        assert "Встреча с выпускником" in client.get(f"{address}?format=csv").data.decode("utf-8-sig")
        again = client.get(f"/calendar/reports/report/{report.id}").text
        assert f'name="people_{cast.school_class.id}"' in again
        assert 'value="20"' in again
        said[f"people_{cast.school_class.id}"] = "18"
        assert client.post(f"/calendar/reports/report/{report.id}", data=said).status_code == 303
        assert report.people == 18
        assert client.post(f"/calendar/reports/report/{report.id}/back").status_code == 303
        assert client.get(f"/calendar/reports/report/{report.id}").status_code == 404

    def test_numbers_of_the_list(self, as_user, cast: Cast, said):
        add_numbers(cast.school_class, 10, actor=None)
        db.session.commit()
        del said[f"people_{cast.school_class.id}"]
        said[f"numbers_{cast.school_class.id}"] = "1–3, 7"
        client = as_user(cast.teacher)
        assert client.post(f"/calendar/reports/{cast.school.id}/new", data=said).status_code == 303
        report = db.session.query(Report).one()
        assert report.people == 4
        assert 'value="1–3, 7"' in client.get(f"/calendar/reports/report/{report.id}").text

    @pytest.mark.parametrize(
        ("cells", "words"),
        [
            ({"people": "270"}, "В классе 27, а указано 270"),
            ({"people": "двадцать"}, "цифрами"),
            ({"people": "20", "ovz": "21"}, "больше, чем всего"),
            ({"people": "", "ovz": ""}, "хотя бы в одном классе"),
            ({"people": "", "ovz": "", "numbers": "1-99"}, "Номера 1 в списке класса нет"),
            ({"people": "", "ovz": "", "numbers": "все"}, "Не понял «все»"),
        ],
    )
    def test_a_cell_that_cannot_be_is_named(self, as_user, cast: Cast, said, cells, words):
        said["parents"] = ""
        said |= {f"{name}_{cast.school_class.id}": value for name, value in cells.items()}
        answer = as_user(cast.teacher).post(f"/calendar/reports/{cast.school.id}/new", data=said)
        assert answer.status_code == 400
        assert words in answer.text
        assert db.session.query(Report).count() == 0

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"starts": ""}, "во сколько началось"),
            ({"ends": "09:00"}, "Окончание должно быть позже"),
            ({"first_day": "15.05.2026"}, "ещё не прошло"),
            ({"first_day": "2019-05-15"}, "уже закрыт"),
            ({"kind": ""}, "Выберите вид"),
            ({"parents": "-5"}, "цифрами"),
        ],
    )
    def test_bad_input_is_answered_in_a_word(self, as_user, cast: Cast, said, values, words):
        answer = as_user(cast.teacher).post(f"/calendar/reports/{cast.school.id}/new", data={**said, **values})
        assert answer.status_code == 400
        assert words in answer.text

    def test_an_event_brings_its_words_and_hours(self, as_user, cast: Cast, announced):
        event = announced(at(date(2026, 5, 12), 14))
        client = as_user(cast.teacher)
        lead = client.get(f"/calendar/reports?event={event.id}")
        page = client.get(lead.location).text
        assert 'value="Встреча с инженером"' in page
        assert 'value="14:00"' in page
        assert client.get(f"/calendar/reports/{cast.school.id}/new?event=999").status_code == 404

    def test_a_coordinator_chooses_the_school(self, as_user, cast: Cast):
        page = as_user(cast.coordinator).get("/calendar/reports").text
        assert "Школа № 3" in page
        assert "Школа № 8" not in page
        assert as_user(cast.coordinator).get(f"/calendar/reports/{cast.neighbour_school.id}").status_code == 404

    def test_a_college_reports_nothing(self, as_user, cast: Cast, college):
        user = make_user(Role.SCHOOL_ADMIN, college.scope)
        db.session.commit()
        assert as_user(user).get(f"/calendar/reports/{college.id}").status_code == 404

    def test_numbers_nobody_has_are_missing(self, as_user, cast: Cast):
        client, huge = as_user(cast.teacher), "9" * 30
        for path in (f"{cast.school.id}/new?event={huge}", f"report/{huge}", f"{huge}/new", f"{huge}"):
            assert client.get(f"/calendar/reports/{path}").status_code == 404
        assert client.get(f"/calendar/reports?event={huge}").status_code in (302, 303)
        assert client.post(f"/calendar/external/{cast.school.id}/back/{huge}").status_code == 404
        assert client.get(f"/calendar/class/{huge}").status_code == 404
