"""The verbs on the tree, on both engines."""

from dataclasses import replace
from datetime import date

import pytest
from orientir_testkit.cast import Cast, make_class, make_organisation
from sqlalchemy import select

from orientir.audit.models import AuditEntry
from orientir.config import Config
from orientir.contracts import Scope
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.organisations import services
from orientir.organisations.models import Headcount, MunicipalityKind, Region
from orientir.organisations.queries import classes_of, list_organisations, municipalities_in
from orientir.organisations.reference_data import read_reference


@pytest.fixture
def config(config: Config) -> Config:
    """The platform alone: no plugin has a say here, and the application starts in half the time."""
    return replace(config, plugins=())


def _actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


# Reference data


def test_irkutsk_region_ships_with_its_42_municipalities():
    reference = read_reference("38")
    kinds = [row.kind for row in reference.municipalities]
    assert kinds.count(MunicipalityKind.CITY) == 10
    assert kinds.count(MunicipalityKind.DISTRICT) == 32
    assert len({row.name for row in reference.municipalities}) == 42
    assert (reference.timezone, reference.timezone_words) == ("Asia/Irkutsk", "по иркутскому времени")


def test_a_region_is_loaded_once(app):
    region = services.load_region("38", "Центр профориентации", actor=None)
    again = services.load_region("38", "Кто-то другой", actor=None)
    assert again is region
    assert db.session.query(Region).count() == 1
    assert again.operator_name == "Центр профориентации"
    assert len(municipalities_in([region.scope])) == 42
    assert _actions() == ["region.add", "region.municipalities"]


def test_loading_again_brings_back_what_is_missing_only(app):
    region = services.load_region("38", actor=None)
    db.session.delete(municipalities_in([region.scope])[0])
    services.load_region("38", actor=None)
    assert len(municipalities_in([region.scope])) == 42


def test_a_city_and_the_district_around_it_are_told_apart(app):
    region = services.load_region("38", actor=None)
    titles = [one.title for one in municipalities_in([region.scope])]
    assert {"Братск, городской округ", "Братский район", "Ангарский городской округ"} <= set(titles)
    assert titles.index("Братский район") == titles.index("Братск, городской округ") + 1


def test_an_unknown_region_is_refused_with_the_known_ones(app):
    with pytest.raises(InvalidInputError, match=r"38 \(Иркутская область\)"):
        services.load_region("99", actor=None)


# Organisations


def test_an_organisation_is_added_with_an_entry_in_the_log(cast: Cast):
    made = services.add_organisation(cast.municipality, "college", "  Техникум  связи ", actor=cast.operator.id)
    assert (made.name, made.scope) == (
        "Техникум связи",
        Scope(cast.region.id, cast.municipality.id, made.id),
    )
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.actor_id, entry.object_id) == ("organisation.add", cast.operator.id, str(made.id))


@pytest.mark.parametrize("name", ["Школа № 3", "школа №3", "ШКОЛА  №  3"])
def test_the_same_school_is_not_added_twice(cast: Cast, name: str):
    with pytest.raises(InvalidInputError, match="уже есть") as refusal:
        services.add_organisation(cast.municipality, "school", name, actor=None)
    assert refusal.value.field == "name"


def test_the_next_municipality_has_a_school_of_that_name_too(cast: Cast):
    services.add_organisation(cast.neighbour_municipality, "school", "Школа № 3", actor=None)


def test_a_closed_school_leaves_its_name_free(cast: Cast):
    cast.school.closed_on = date(2026, 1, 1)
    services.add_organisation(cast.municipality, "school", "Школа № 3", actor=None)


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \u00a0 "),
        ("name", "а" * 161),
        ("name", "\0"),
        ("name", "—"),
        ("name", "ш\u202eкола"),
        ("kind", "prison"),
        ("kind", ""),
        ("full_name", "а" * 401),
        ("address", "б" * 301),
        ("address", "\x07"),
    ],
)
def test_bad_words_are_refused_by_the_field(cast: Cast, field: str, value: str):
    facts = {"kind": "school", "name": "Школа № 4", field: value}
    with pytest.raises(InvalidInputError) as refusal:
        services.add_organisation(cast.municipality, actor=None, **facts)
    assert refusal.value.field == field


def test_a_change_keeps_what_was_before_in_the_log(cast: Cast):
    services.change_organisation(cast.school, cast.municipality, "school", "Лицей № 3", actor=cast.coordinator.id)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.details["before"]["name"] == "Школа № 3"
    assert [one.name for one in list_organisations([cast.region.scope], typed="лицей").organisations] == ["Лицей № 3"]


@pytest.mark.parametrize("kind", ["college", "employer"])
def test_with_classes_it_stays_a_school(cast: Cast, kind: str):
    make_class(cast.school, 9, "А", year=2024)
    with pytest.raises(InvalidInputError, match=r"классы \(2024/25, 2025/26\)") as refusal:
        services.change_organisation(cast.school, cast.municipality, kind, "Школа № 3", actor=None)
    assert refusal.value.field == "kind"
    assert cast.school.kind == "school"


def test_between_kinds_with_classes_and_without_any_the_kind_is_free(cast: Cast):
    services.change_organisation(cast.school, cast.municipality, "kindergarten", "Школа № 3", actor=None)
    empty = make_organisation(cast.municipality, "Школа № 9", "school")
    services.change_organisation(empty, cast.municipality, "college", "Техникум № 9", actor=None)
    assert (cast.school.kind, empty.kind) == ("kindergarten", "college")


# Lists


def test_a_list_keeps_to_its_scopes(cast: Cast):
    def names(*scopes: Scope) -> list[str]:
        return [one.name for one in list_organisations(scopes).organisations]

    assert names(cast.region.scope) == ["Школа № 8", "Школа № 3"]  # Заречный район, Приозёрск
    assert names(cast.municipality.scope) == ["Школа № 3"]
    assert names(cast.school.scope, cast.neighbour_school.scope) == ["Школа № 8", "Школа № 3"]
    assert names() == []


def test_a_list_is_found_by_words_in_any_case(cast: Cast):
    make_organisation(cast.municipality, "Детский сад № 7 «Берёзка»", "kindergarten")
    make_organisation(cast.municipality, "Школа № 33", "school")

    def found(typed: str) -> list[str]:
        return [one.name for one in list_organisations([cast.region.scope], typed=typed).organisations]

    assert found("БЕРЕЗКА") == ["Детский сад № 7 «Берёзка»"]
    assert found("№3 школа") == ["Школа № 3"]
    assert found("100%") == found("_") == []


def test_a_page_beyond_the_last_is_the_last(cast: Cast):
    for number in range(100, 160):
        make_organisation(cast.municipality, f"Школа № {number}", "school")
    page = list_organisations([cast.region.scope], page=10**12)
    assert (page.number, page.pages, page.total, len(page.organisations)) == (2, 2, 62, 12)


# Classes and headcounts


def test_a_class_is_added_as_people_write_it(cast: Cast):
    made = services.add_class(cast.school, 2025, "11-б", actor=cast.teacher.id)
    assert (made.title, made.academic_year.start) == ("11«Б»", 2025)
    assert [one.title for one in classes_of(cast.school.id, 2025)] == ["9«А»", "11«Б»"]
    assert _actions()[-1] == "class.add"


@pytest.mark.parametrize("name", ["9А", "9«а»", "IX A"])
def test_a_class_is_not_added_twice(cast: Cast, name: str):
    with pytest.raises(InvalidInputError, match="9«А» в 2025/26\xa0году уже есть") as refusal:
        services.add_class(cast.school, 2025, name, actor=None)
    assert refusal.value.field == "name"


def test_next_year_has_its_own_nine_a(cast: Cast):
    assert services.add_class(cast.school, 2026, "9А", actor=None).id != cast.school_class.id


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize("year", [1999, 2027, 2062])
def test_a_class_of_a_year_far_off_is_refused(cast: Cast, year: int):
    with pytest.raises(InvalidInputError) as refusal:
        services.add_class(cast.school, year, "9Б", actor=None)
    assert refusal.value.field == "year"


def test_a_kindergarten_has_groups_and_a_college_no_classes(cast: Cast):
    garden = make_organisation(cast.municipality, "Детский сад № 7", "kindergarten")
    college = make_organisation(cast.municipality, "Техникум", "college")
    assert services.add_class(garden, 2025, "Солнышко", actor=None).title == "группа «Солнышко»"
    with pytest.raises(InvalidInputError, match="у школ"):
        services.add_class(college, 2025, "9А", actor=None)


def test_a_second_number_on_the_same_date_corrects_the_first(cast: Cast):
    day = date(2026, 5, 1)
    services.add_headcount(cast.school_class, day, 17, actor=None)
    services.add_headcount(cast.school_class, day, 27, ovz=2, disabled=1, actor=None)
    rows = db.session.scalars(
        select(Headcount).where(Headcount.class_id == cast.school_class.id, Headcount.on_date == day)
    )
    assert [(row.total, row.ovz, row.disabled) for row in rows] == [(27, 2, 1)]
    assert _actions()[-2:] == ["headcount.add", "headcount.correct"]


@pytest.mark.parametrize("engine_name", ["sqlite"])  # a rule in Python: one engine is enough
@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("total", {"total": 270}),
        ("total", {"total": 61}),
        ("total", {"total": -1}),
        ("ovz", {"ovz": 28}),
        ("ovz", {"ovz": -1}),
        ("disabled", {"disabled": 28}),
        ("on_date", {"on_date": date(2025, 8, 31)}),
        ("on_date", {"on_date": date(2062, 5, 1)}),
    ],
)
def test_a_headcount_that_cannot_be_is_refused_by_the_field(cast: Cast, field: str, change: dict):
    said = {"on_date": date(2026, 5, 1), "total": 27, "ovz": 27, "disabled": 27, **change}
    said.update({"ovz": 0, "disabled": 0} if field == "total" else {})
    with pytest.raises(InvalidInputError) as refusal:
        services.add_headcount(cast.school_class, actor=None, **said)
    assert refusal.value.field == field


def test_a_headcount_is_taken_back_once(cast: Cast):
    for _time in range(2):
        services.remove_headcount(cast.school_class, date(2025, 9, 20), actor=None)
    assert _actions().count("headcount.remove") == 1


def test_the_database_itself_refuses_a_second_class(cast: Cast):
    with pytest.raises(Exception, match=r"(?i)unique"), db.session.begin_nested():
        make_class(cast.school, 9, "А")
