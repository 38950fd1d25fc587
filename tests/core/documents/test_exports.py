"""Every table leaves as a file: the rows of the page, all of them, for those who may see the page and nobody else."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_school, make_user
from python_calamine import CalamineWorkbook

from orientir import clock
from orientir.accounts.roles import Role
from orientir.contracts import Scope
from orientir.db import begin_writing, db
from orientir.jobs.services import start
from orientir.lists.importers import find_importer
from orientir.lists.services import KIND, take_in
from orientir.lists.sheets import Sheet
from orientir.notices import kinds
from orientir.notices.rounds import make_rounds
from orientir.notices.services import tell
from orientir.organisations.contacts import Presence, Responsible, change_contact
from orientir.organisations.territory import Description, change_municipality
from orientir.people.models import Invitation
from orientir.settings.services import change as change_setting
from orientir.students.services import open_numbers
from orientir_plans.services import WavePlan, add_wave, open_wave
from orientir_plans.versions import current_version

PHONE = "8 (3952) 12-34-56"


@dataclass(frozen=True)
class Export:
    """A table of a page: who sees it, who does not, the table on the page (None: no <table>), the column to compare."""

    address: str
    role: str
    refused: str | None
    page_table: int | None = 0
    key: int = 0
    rows: int | None = None


EXPORTS = {
    "people": Export("/people", Role.OPERATOR, Role.TEACHER),
    "people of a role": Export("/people?role=teacher", Role.OPERATOR, Role.OBSERVER, rows=2),
    "invitations": Export("/people?table=invitations", Role.COORDINATOR, Role.TEACHER, 1, rows=1),
    "contacts": Export("/organisations/contacts", Role.OPERATOR, Role.TEACHER, key=1, rows=2),
    "contacts nobody told": Export("/organisations/contacts?missing=1", Role.OPERATOR, Role.OBSERVER, key=1, rows=1),
    "municipalities": Export("/municipalities", Role.OBSERVER, None, rows=2),
    "states of a municipality": Export("/municipalities/{town}", Role.OPERATOR, None, key=1, rows=2),
    "organisations of a municipality": Export(
        "/municipalities/{town}?table=organisations", Role.COORDINATOR, None, None, 0, 1
    ),
    "organisations": Export("/organisations", Role.OPERATOR, None, key=1, rows=2),
    "calls": Export("/calls", Role.COORDINATOR, Role.TEACHER, rows=1),
    "calls for headcounts": Export("/calls?lack=headcounts", Role.COORDINATOR, Role.OBSERVER),
    "log of notices": Export("/notices/log", Role.OPERATOR, Role.COORDINATOR, key=1),
    "rules": Export("/notices/rules", Role.OPERATOR, Role.COORDINATOR),
    "jobs": Export("/administration/jobs", Role.ADMINISTRATOR, Role.OPERATOR, None, 1, 1),
    "own jobs": Export("/jobs", Role.OPERATOR, None, None, 1, 1),
    "tasks": Export("/administration/jobs?table=tasks", Role.ADMINISTRATOR, Role.OPERATOR),
    "acts": Export("/administration/audit", Role.OPERATOR, Role.TEACHER, key=2),
    "acts of somebody": Export("/administration/audit?person=Олег", Role.OPERATOR, Role.OBSERVER, key=2),
    "history of a setting": Export(
        "/administration/settings/notices_hour", Role.OPERATOR, Role.COORDINATOR, None, 1, 2
    ),
    "own figures": Export("/organisations/{school}/figures", Role.TEACHER, None, None, 0),
    "headcounts of a school": Export("/organisations/{school}/headcounts", Role.SCHOOL_ADMIN, Role.OBSERVER, rows=1),
    "classes": Export("/organisations/{school}", Role.TEACHER, None, rows=1),
    "headcounts of a class": Export("/classes/{class_}", Role.TEACHER, None, None, 0, 1),
    "numbers": Export("/classes/{class_}?table=numbers", Role.TEACHER, None, None, 0, 27),
    "own lists": Export("/lists/imports/", Role.OPERATOR, None, rows=1),
    "waves": Export("/plans/", Role.COORDINATOR, None, None, 0, 1),
    "coverage": Export("/coverage/plans.survey/municipality/{town}", Role.COORDINATOR, None),
}


@pytest.fixture
def world(cast: Cast) -> Cast:
    """One of everything that stands in a table."""
    person = Responsible("=Вера Формула", "завуч", PHONE, "vera@example.org")
    change_contact(cast.school, person, Presence(), actor=None)
    change_municipality(
        cast.municipality, Description("Приозёрск", "city", ""), actor=cast.operator.id, since=date(2026, 1, 1)
    )
    for hour in (10, 11):
        change_setting(cast.region.id, "notices_hour", hour, actor=cast.operator.id)
    open_numbers(cast.school_class, 27, actor=None)
    wave = add_wave(cast.region, current_version(), WavePlan(date(2026, 5, 4), date(2026, 5, 22)), actor=None)
    open_wave(wave, actor=None)
    scope = cast.school.scope
    db.session.add(_invitation(cast, scope))
    start(KIND, {"import_id": 0}, title="Загрузка на пробу", actor=cast.operator.id, region_id=cast.region.id)
    take_in(
        find_importer("platform.organisations"), cast.region.scope, [Sheet("Лист", (("Название",),))],
        actor=cast.operator.id,
    )  # fmt: skip
    news = {"title": "Загрузка на пробу", "problem": "файл пуст"}
    tell(kinds.JOB_FAILED, [cast.operator.id], news, about="job:0", scope=cast.region.scope)
    db.session.commit()
    begin_writing()
    make_rounds()
    db.session.commit()
    return cast


def _invitation(cast: Cast, scope: Scope) -> Invitation:
    return Invitation(
        email="new@example.org", role=Role.TEACHER, region_id=scope.region_id, municipality_id=scope.municipality_id,
        organisation_id=scope.organisation_id, branch=scope.branch, digest="0" * 64, invited_by=cast.coordinator.id,
        sent_at=clock.now(), expires_at=clock.now(),
    )  # fmt: skip


def _address(export: Export, cast: Cast, form: str = "") -> str:
    address = export.address.format(town=cast.municipality.id, school=cast.school.id, class_=cast.school_class.id)
    return f"{address}{'&' if '?' in address else '?'}format={form}" if form else address


def _xlsx(client: FlaskClient, address: str) -> list[list[Any]]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert "attachment" in answer.headers["Content-Disposition"]
    return CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()


def _csv(client: FlaskClient, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return list(csv.reader(StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def _text(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).replace("\N{SOFT HYPHEN}", "").split())


def _page_rows(page: str, number: int) -> list[str]:
    """Return the rows of a table of the page; lines that only group them, and totals, are none."""
    bodies = re.findall(r"<tbody[^>]*>(.*?)</tbody>", page, re.DOTALL)
    rows = re.findall(r"<tr(?P<kind>[^>]*)>(.*?)</tr>", bodies[number], re.DOTALL)
    return [_text(row) for kind, row in rows if 'class="total"' not in kind]


def _differences(client: FlaskClient, export: Export, cast: Cast) -> list[str]:
    """Return what a file says otherwise than its page."""
    page = client.get(_address(export, cast)).text
    head, *rows = _xlsx(client, _address(export, cast, "xlsx"))
    head_csv, *rows_csv = _csv(client, _address(export, cast, "csv"))
    if export.address.startswith("/coverage/"):
        rows.pop()  # the total, which closes the file
        rows_csv.pop()
    found = []
    if head != head_csv or len(rows) != len(rows_csv):
        found.append(f"XLSX {head}, {len(rows)} rows; CSV {head_csv}, {len(rows_csv)} rows")
    if not rows or export.rows not in (None, len(rows)):
        found.append(f"{len(rows)} rows")
    if not re.search(r'href="[^"]*format=xlsx', page):
        found.append("no link on the page")
    keys = [_text(_shown(row[export.key])) for row in rows]
    if export.page_table is None:
        return [*found, *(f"«{key}» is not on the page" for key in keys if key not in _text(page))]
    if page.count("<tbody") <= export.page_table:
        return [*found, "no such table on the page"]
    shown = _page_rows(page, export.page_table)
    if len(shown) != len(rows):
        return [*found, f"{len(shown)} rows on the page, {len(rows)} in the file"]
    return [*found, *(f"«{key}» is not in «{row}»" for row, key in zip(shown, keys, strict=True) if key not in row)]


def test_a_file_holds_the_rows_of_its_page(as_user: Callable[..., FlaskClient], world: Cast):
    found = {name: _differences(as_user(world.staff[export.role]), export, world) for name, export in EXPORTS.items()}
    assert {name: said for name, said in found.items() if said} == {}


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python
def test_who_may_not_see_the_page_gets_no_file(as_user: Callable[..., FlaskClient], world: Cast):
    answers = {
        (name, form): as_user(world.staff[export.refused]).get(_address(export, world, form)).status_code
        for name, export in EXPORTS.items()
        if export.refused
        for form in ("xlsx", "csv")
    }
    assert {key: status for key, status in answers.items() if status not in (403, 404)} == {}


@pytest.mark.parametrize("engine_name", ["sqlite"])  # rights are judged in Python
def test_a_neighbour_gets_no_file(as_user: Callable[..., FlaskClient], world: Cast):
    client = as_user(world.neighbour_coordinator)
    answers = {
        name: client.get(_address(export, world, "csv")).status_code
        for name, export in EXPORTS.items()
        if "{" in export.address
    }
    assert {name: status for name, status in answers.items() if status != 404} == {}


def test_telephones_leave_with_the_page_that_shows_them_only(as_user: Callable[..., FlaskClient], world: Cast):
    shown = {
        name
        for name, export in EXPORTS.items()
        if any(("12" in cell and "34" in cell and "+7" in cell) or "vera@" in cell
               for row in _csv(as_user(world.staff[export.role]), _address(export, world, "csv")) for cell in row)
    }  # fmt: skip
    assert shown == {"contacts", "calls", "calls for headcounts"}


@pytest.mark.parametrize("engine_name", ["sqlite"])  # of tables.py, not of an engine
def test_no_name_leaves_as_a_formula(as_user: Callable[..., FlaskClient], world: Cast):
    address = _address(EXPORTS["contacts"], world, "csv")
    cells = [cell for row in _csv(as_user(world.operator), address) for cell in row]
    assert "'=Вера Формула" in cells


def test_all_rows_leave_not_one_page(as_user: Callable[..., FlaskClient], world: Cast):
    for number in range(60):
        make_user(Role.TEACHER, world.school.scope, f"Учитель {number}")
        make_school(world.municipality, f"Школа № {number + 100}")
    db.session.commit()
    client = as_user(world.operator)
    for address, count in (("/people", 68), ("/organisations/contacts", 62), ("/calls", 62)):
        assert len(_csv(client, f"{address}?page=2&format=csv")) - 1 == count, address
    for number in range(130):
        change_setting(world.region.id, "notices_keep_days", 100 + number, actor=world.operator.id)
    db.session.commit()
    assert len(_csv(client, "/administration/audit?format=csv")) > 130


@pytest.mark.parametrize("engine_name", ["sqlite"])  # of an address, not of an engine
def test_a_table_that_is_none_is_not_found(as_user: Callable[..., FlaskClient], world: Cast):
    client = as_user(world.operator)
    assert client.get("/people?format=csv&table=passwords").status_code == 404
    assert client.get("/people?format=pdf").status_code == 404
    assert client.get("/people?table=passwords").status_code == 200


def test_a_moment_is_told_in_the_time_of_the_region(as_user: Callable[..., FlaskClient], world: Cast):
    """The cast lives at ten in the morning of Irkutsk; in London it is two."""
    cells = _csv(as_user(world.operator), "/administration/settings/notices_hour?format=csv")[1]
    assert cells[0].startswith("14.05.2026 10:")


def test_asking_for_a_file_changes_nothing(as_user: Callable[..., FlaskClient], world: Cast):
    client = as_user(world.operator)
    before = _csv(client, "/administration/audit?format=csv")
    for address in ("/people?format=xlsx", "/organisations/contacts?format=csv"):
        assert client.get(address).status_code == 200
    assert _csv(client, "/administration/audit?format=csv") == before
