"""What each person sees of coverage, and that nobody sees more."""

from __future__ import annotations

from fractions import Fraction

import pytest
from orientir_testkit.cast import Cast, make_class, make_municipality, make_school
from sqlalchemy import select

from orientir.db import db
from orientir.organisations.models import Headcount

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def wave(cast: Cast, desk) -> Cast:
    """19 of 27 answered in 9«А», all 20 of the neighbours; the goal is 80 %."""
    desk.aim(Fraction(80, 100), cast.region.scope)
    desk.count(cast.school_class, 19)
    desk.count(cast.neighbour_class, 20)
    return cast


def plain(response) -> str:
    return " ".join(response.text.replace(NBSP, " ").split())


class TestRegion:
    def url(self, cast: Cast, query: str = "") -> str:
        return f"/coverage/fair.survey/region/{cast.region.id}{query}"

    def test_it_tells_share_base_goal_and_gap(self, wave: Cast, as_user):
        text = plain(as_user(wave.operator).get(self.url(wave)))
        assert "<h1>Опрос: Демо</h1>" in text
        assert "83,0 %" in text
        assert "39 из 47" in text
        assert "цель 80 %" in text
        assert "на 1 мая" in text

    def test_each_municipality_has_a_line_with_its_state(self, wave: Cast, as_user):
        make_municipality(wave.region, "Тихий район", "district")
        text = plain(as_user(wave.operator).get(self.url(wave)))
        assert '70,4 %<span class="vh">, не достигнуто</span>' in text
        assert '100,0 %<span class="vh">, достигнуто</span>' in text
        assert "Тихий район" in text
        assert "нет числа учеников" in text

    def test_it_names_whom_to_call_first(self, wave: Cast, as_user):
        text = plain(as_user(wave.operator).get(self.url(wave)))
        assert "Кому звонить сначала" in text
        assert "не хватает 3 человек" in text

    def test_together_they_lack_what_the_branch_lacks(self, cast: Cast, desk, as_user):
        """80 % of 23 and of 23 are 19 and 19 people, of 46 they are 37: rounded up once, not once a line."""
        for school_class in (cast.school_class, cast.neighbour_class):
            headcount = db.session.scalars(select(Headcount).where(Headcount.class_id == school_class.id)).one()
            headcount.total = 23
        db.session.commit()
        desk.aim(Fraction(80, 100), cast.region.scope)
        desk.count(cast.school_class, 10), desk.count(cast.neighbour_class, 10)
        text = plain(as_user(cast.operator).get(f"/coverage/fair.survey/region/{cast.region.id}"))
        assert text.count("не хватает 9 человек") >= 2
        assert "Вместе здесь не хватает 17 человек." in text
        assert "цель 80 %: не хватает 17 человек" in text

    def test_more_than_everybody_is_an_error_in_words(self, wave: Cast, desk, as_user):
        desk.count(wave.neighbour_class, 11)
        text = plain(as_user(wave.coordinator).get(f"/coverage/fair.survey/municipality/{wave.municipality.id}"))
        assert "ошибка" not in text.split("Обозначения")[0]
        text = plain(as_user(wave.operator).get(self.url(wave)))
        assert "ошибка: 31 из 20" in text
        assert "155,0 %" in text

    @pytest.mark.parametrize(("covered", "said"), [(0, "учеников нет</b><small>0 из 0<"), (3, "ошибка: 3 из 0<")])
    def test_a_class_of_nobody_is_a_number_and_not_missing(self, wave: Cast, desk, as_user, covered: int, said: str):
        school = make_school(make_municipality(wave.region, "Тихий район", "district"), "Школа № 9")
        empty = make_class(school, 9, total=0)
        if covered:
            desk.count(empty, covered)
        operator = as_user(wave.operator)
        for place in (
            f"region/{wave.region.id}",
            f"municipality/{school.municipality_id}",
            f"organisation/{school.id}",
        ):
            text = plain(operator.get(f"/coverage/fair.survey/{place}"))
            assert said in text
            assert "нет числа учеников" not in text

    def test_missing_headcounts_are_told(self, wave: Cast, desk, as_user):
        desk.count(make_class(wave.school, 11, total=None), 12)
        make_school(wave.municipality, "Новая школа")
        text = plain(as_user(wave.operator).get(self.url(wave)))
        assert "1 класс без числа учеников" in text
        assert "1 организация, где классы не введены" in text
        assert "Там отметились 12, в долю они не входят" in text

    def test_without_a_goal_nothing_is_reached(self, cast: Cast, as_user):
        text = plain(as_user(cast.operator).get(self.url(cast)))
        assert "цель не задана" in text
        assert "нет цели" in text
        assert "Кому звонить сначала" not in text

    def test_a_year_is_chosen_in_the_address(self, wave: Cast, as_user):
        text = plain(as_user(wave.operator).get(self.url(wave, "?year=2024")))
        assert "Охват за 2024/25" in text
        assert '<option value="2024" selected>2024/25</option>' in text
        assert '<option value="2025">2025/26</option>' in text

    @pytest.mark.parametrize("engine_name", ["sqlite"])  # never reaches the database
    @pytest.mark.parametrize("year", ["abc", "", "-1", "1999", "2100", "20255", "9" * 40, "٢٠٢٥", "2025.0"])
    def test_a_year_that_is_none_is_not_found(self, wave: Cast, as_user, year: str):
        assert as_user(wave.operator).get(self.url(wave, f"?year={year}")).status_code == 404


class TestMunicipality:
    def test_it_lists_its_organisations(self, wave: Cast, as_user):
        text = plain(as_user(wave.coordinator).get(f"/coverage/fair.survey/municipality/{wave.municipality.id}"))
        assert "Школа № 3" in text
        assert "Школа № 8" not in text
        assert f"/coverage/fair.survey/organisation/{wave.school.id}?year=2025" in text

    def test_the_way_up_ends_where_the_right_ends(self, wave: Cast, as_user):
        url = f"/coverage/fair.survey/municipality/{wave.municipality.id}"
        assert f"/region/{wave.region.id}" not in as_user(wave.coordinator).get(url).text
        assert f"/region/{wave.region.id}" in as_user(wave.operator).get(url).text

    def test_one_without_schools_says_so(self, wave: Cast, as_user):
        empty = make_municipality(wave.region, "Тихий район", "district")
        text = plain(as_user(wave.operator).get(f"/coverage/fair.survey/municipality/{empty.id}"))
        assert "Организаций нет" in text


class TestOrganisation:
    def test_a_teacher_sees_the_classes_of_the_own_school(self, wave: Cast, as_user):
        text = plain(as_user(wave.teacher).get(f"/coverage/fair.survey/organisation/{wave.school.id}"))
        assert "9«А»" in text
        assert "19 из 27" in text

    def test_visits_are_told_beside_people(self, wave: Cast, as_user, desk):
        desk.party(wave.school_class, 12)
        desk.party(wave.school_class, 12, at=15)
        text = plain(as_user(wave.teacher).get(f"/coverage/fair.trial/organisation/{wave.school.id}"))
        assert "12 из 27" in text
        assert "не меньше 12 и не больше 24" in text
        assert "Участий" in text

    def test_activities_of_grown_ups_have_no_share(self, wave: Cast, as_user):
        text = plain(as_user(wave.teacher).get(f"/coverage/fair.course/organisation/{wave.school.id}"))
        assert "не указан знаменатель" in text

    def test_an_unknown_activity_is_not_found(self, wave: Cast, as_user):
        assert as_user(wave.teacher).get(f"/coverage/fair.lottery/organisation/{wave.school.id}").status_code == 404

    def test_calendar_years_are_written_as_such(self, wave: Cast, as_user):
        text = plain(as_user(wave.teacher).get(f"/coverage/fair.visit/organisation/{wave.school.id}"))
        assert "Охват за 2026" in text


class TestActivities:
    def test_everybody_starts_from_the_own_branch(self, wave: Cast, as_user):
        text = plain(as_user(wave.teacher).get("/coverage/"))
        assert "Школа № 3" in text
        assert f"/coverage/fair.survey/organisation/{wave.school.id}" in text
        assert "19 из 27" in text
        assert "Демо</h2>" in plain(as_user(wave.operator).get("/coverage/"))


class TestWhoSeesWhat:
    def test_a_stranger_is_asked_to_sign_in(self, wave: Cast, client):
        for place in ("", f"fair.survey/region/{wave.region.id}"):
            assert client.get(f"/coverage/{place}").status_code == 302

    def test_what_is_not_ones_own_is_not_there(self, wave: Cast, as_user):
        teacher, coordinator = as_user(wave.teacher), as_user(wave.coordinator)
        for url in (
            f"organisation/{wave.neighbour_school.id}",
            f"municipality/{wave.municipality.id}",
            f"region/{wave.region.id}",
            "region/404",
            "municipality/404",
            f"organisation/{10**30}",
            f"region/{10**30}",
        ):
            assert teacher.get(f"/coverage/fair.survey/{url}").status_code == 404
        assert (
            coordinator.get(f"/coverage/fair.survey/municipality/{wave.neighbour_municipality.id}").status_code == 404
        )
        assert coordinator.get(f"/coverage/fair.survey/organisation/{wave.school.id}").status_code == 200

    @pytest.mark.parametrize("schools", [1, 3])
    def test_a_page_costs_the_same_however_many_rows(self, wave: Cast, as_user, make_schools, count_queries, schools):
        make_schools(schools, schools, together=True)
        client = as_user(wave.operator)
        for place, most in (("region", 9), ("municipality", 10), ("organisation", 12)):
            identity = {"region": wave.region, "municipality": wave.municipality, "organisation": wave.school}[place].id
            db.session.commit()
            with count_queries() as seen:
                assert client.get(f"/coverage/fair.survey/{place}/{identity}").status_code == 200
            assert seen.count <= most
