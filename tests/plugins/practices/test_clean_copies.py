"""Files where reading is blind: nothing a juror can take, see or guess names anybody."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from urllib.parse import unquote

import pytest
import typst
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast, make_user
from orientir_testkit.contests import ANSWERS, make_entry, make_expert, make_sheet
from orientir_testkit.files import OFFICE, docx, picture, relation
from werkzeug.test import TestResponse

from orientir.accounts.models import User
from orientir.audit.models import AuditEntry
from orientir.db import db
from orientir.errors import ConflictError, InvalidInputError
from orientir.files.models import StoredFile
from orientir.files.reading import read_upload
from orientir_practices import clean_copies, entry_files
from orientir_practices.clean_copies import NamesFoundError
from orientir_practices.jury_models import Sheet
from orientir_practices.models import Contest, Entry, EntryState, Stage
from orientir_practices.rights import SECRETARY

AsUser = Callable[[User], FlaskClient]
NAMES = (
    "Приозёр",
    "школа № 3",
    "школы № 3",
    "Ульяна",
    "Сергеевна",
    "Учитель",
    "uchitel",
    "example.org/ned",
    "Ивановой",
)


def paper(words: str) -> bytes:
    """Return a PDF whose properties name its author and whose page says `words`."""
    head = '#set document(title: "План Приозёрска", author: "Ульяна Учитель")\n#set text(font: "DejaVu Sans")\n'
    made: bytes = typst.compile((head + words).encode())
    return made


def report() -> bytes:
    """Return a DOCX whose properties and picture name its author."""
    main = f"{OFFICE}.wordprocessingml.document.main+xml"
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    return docx(**{
        "[Content_Types]_dot_xml": types.encode(),
        "word__document_dot_xml": "<w:document><w:p><w:t>Пять дней</w:t></w:p></w:document>".encode(),
        "word___rels__document_dot_xml_dot_rels": relation("image", "media/Ульяна.jpg", is_external=False),
        "word__media__Ульяна_dot_jpg": picture(),
        "docProps__core_dot_xml": "<c>Ульяна Учитель</c>".encode(),
    })  # fmt: skip


@pytest.fixture
def contest(judged: Contest) -> Contest:
    judged.is_blind = True
    db.session.commit()
    return judged


@pytest.fixture
def entry(contest: Contest, cast: Cast) -> Entry:
    """An accepted entry with a paper, a document and a picture, each called after the school."""
    late = contest.expertise_until
    made = make_entry(contest, cast.school, cast.teacher, EntryState.DRAFT, late_until=late, title="Неделя школы № 3")
    made.answers = {**ANSWERS, "title": made.title, "steps": "Школа № 3 Приозёрска. Придумала Ульяна Учитель."}
    for content, name in (
        (paper("Пять дней в мастерских"), "Приозёрск план.pdf"), (report(), "Ульяна.docx"),
        (picture(), "школа № 3.jpg"),
    ):  # fmt: skip
        entry_files.attach(made, read_upload(content, name), actor=None)
    contest.last_number += 1
    made.state, made.number, made.submitted_at = EntryState.ACCEPTED, contest.last_number, contest.intake_from
    db.session.commit()
    return made


@pytest.fixture
def sheet(entry: Entry) -> Sheet:
    made = make_sheet(entry, make_expert(entry.contest))
    db.session.commit()
    return made


def open_all(entry: Entry) -> list[StoredFile]:
    made = [
        clean_copies.open_file(entry, file, despite=False, actor=None) for file in entry_files.papers_of(entry)
    ]  # fmt: skip
    db.session.commit()
    return made


def told_by(answer: TestResponse) -> str:
    """Return all an answer tells: its headers, its text, and what is inside of a file."""
    content = answer.data
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as package:
            content = b"\n".join(
                [*(name.encode() for name in package.namelist()), *map(package.read, package.namelist())]
            )
    said = [content.decode(code, "ignore") for code in ("utf-8", "utf-16-be", "utf-16-le", "cp1251")]
    return "\n".join([unquote(str(answer.headers)), *said])


def test_nothing_a_juror_gets_names_anybody(entry: Entry, sheet: Sheet, as_user: AsUser):
    """Every page and file of the juror's, their names, headers and insides, against all the names of the entry."""
    copies = open_all(entry)
    juror, here = as_user(sheet.juror.user), f"/practices/sheets/{sheet.id}"
    addresses = [
        here,
        f"/practices/contests/{entry.contest_id}/jury",
        "/",
        "/notices",
        f"/practices/contests/{entry.contest_id}",
    ]
    addresses += [f"{here}/files/{copy.id}" for copy in copies]
    for address in addresses:
        answer = juror.get(address)
        assert answer.status_code == 200, address
        found = told_by(answer).lower()
        assert [name for name in NAMES if name.lower() in found] == [], address
    assert [copy.name for copy in copies] == ["Файл 1.pdf", "Файл 2.docx", "Файл 3.jpg"]


def test_until_it_is_opened_there_is_no_file(entry: Entry, sheet: Sheet, as_user: AsUser):
    juror, here = as_user(sheet.juror.user), f"/practices/sheets/{sheet.id}"
    page = juror.get(here).text.replace("\xa0", " ")
    assert "ещё файлы (3)" in page
    assert "/files/" not in page
    first, *others = entry_files.papers_of(entry)
    assert juror.get(f"{here}/files/{first.id}").status_code == 404
    copy = clean_copies.open_file(entry, first, despite=False, actor=None)
    db.session.commit()
    assert juror.get(f"{here}/files/{copy.id}").status_code == 200
    assert "ещё файлы (2)" in juror.get(here).text.replace("\xa0", " ")
    for file in (first, *others):  # the files themselves stay the authors'
        assert juror.get(f"{here}/files/{file.id}").status_code == 404
    clean_copies.shut_file(entry, first, actor=None)
    db.session.commit()
    assert juror.get(f"{here}/files/{copy.id}").status_code == 404


def test_the_copy_of_a_file_that_left_is_gone(entry: Entry, sheet: Sheet, as_user: AsUser):
    copies, first = open_all(entry), entry_files.papers_of(entry)[0]
    entry.state, entry.contest.stage = EntryState.DRAFT, Stage.INTAKE
    entry_files.remove(entry, first, actor=None)
    db.session.commit()
    answer = as_user(sheet.juror.user).get(f"/practices/sheets/{sheet.id}/files/{copies[0].id}")
    assert answer.status_code == 404


def test_names_on_the_page_are_shown_to_the_secretary_first(entry: Entry, as_user: AsUser):
    entry.state, entry.late_until = EntryState.DRAFT, entry.contest.expertise_until
    named = entry_files.attach(entry, read_upload(paper("Это придумали в Приозёрске"), "ещё.pdf"), actor=None)
    entry.state = EntryState.ACCEPTED
    with pytest.raises(NamesFoundError) as caught:
        clean_copies.open_file(entry, named, despite=False, actor=None)
    assert caught.value.words == ("Приозёрске",)
    db.session.commit()
    secretary = as_user(make_user(SECRETARY, entry.contest.scope))
    here = f"/practices/contests/{entry.contest_id}/entries/{entry.id}"
    address = f"{here}/files/{named.id}"
    assert secretary.get(f"{address}/copy").data.startswith(b"%PDF")

    def press(**said: str) -> str:
        led = secretary.post(f"{address}/open", data=said).location
        return secretary.get(led.partition("#")[0]).text

    assert "прочитайте" in press()
    doubt = press(read="1")
    assert "Приозёрске" in doubt
    assert 'name="despite"' in doubt
    assert not clean_copies.copies_of(entry)
    assert "открыт экспертам" in press(read="1", despite="1")
    db.session.expire_all()
    acts = [one.action for one in db.session.query(AuditEntry).filter_by(object_id=str(entry.id))]
    assert "practices.file.open" in acts
    assert secretary.post(f"{address}/shut").status_code == 303
    assert not clean_copies.copies_of(entry)


def test_opened_twice_it_is_one_copy(entry: Entry):
    first = entry_files.papers_of(entry)[0]
    one, two = (clean_copies.open_file(entry, first, despite=False, actor=None) for _time in range(2))
    assert one.id == two.id


def test_where_everybody_sees_who_it_is_there_are_no_copies(entry: Entry):
    entry.contest.is_blind = False
    with pytest.raises(ConflictError, match="Копии"):
        clean_copies.open_file(entry, entry_files.papers_of(entry)[0], despite=False, actor=None)


def test_what_cannot_be_cleaned_is_refused_in_words(entry: Entry, as_user: AsUser):
    entry.state, entry.late_until = EntryState.DRAFT, entry.contest.expertise_until
    broken = entry_files.attach(entry, read_upload(b"%PDF-1.7 \n%%EOF", "план.pdf"), actor=None)
    entry.state = EntryState.ACCEPTED
    with pytest.raises(InvalidInputError, match="авторов"):
        clean_copies.open_file(entry, broken, despite=False, actor=None)
    db.session.commit()
    address = f"/practices/contests/{entry.contest_id}/entries/{entry.id}/files/{broken.id}"
    assert as_user(make_user(SECRETARY, entry.contest.scope)).get(f"{address}/copy").status_code == 400
