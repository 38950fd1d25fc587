"""Files of entries: known by content, brought while the entry is written, read by those who read it and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from orientir_testkit.contests import make_entry, make_expert, make_sheet
from orientir_testkit.files import PDF, docx, form_with, picture
from PIL import Image

from orientir import clock
from orientir.accounts.models import User
from orientir.db import db
from orientir.errors import ConflictError
from orientir.files.reading import read_upload
from orientir.files.storage import path_of
from orientir_practices import consents, entries, entry_files
from orientir_practices.models import Contest, Entry, EntryState, Practice

AsUser = Callable[[User], FlaskClient]


@pytest.fixture
def draft(contest: Contest, cast: Cast) -> Entry:
    made = make_entry(contest, cast.school, cast.teacher, EntryState.DRAFT)
    consents.give(made, consents.RULES, address="", actor=cast.teacher.id)
    db.session.commit()
    return made


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ" + bytes(200), "программа.pdf"),
        (docx("application/vnd.ms-word.document.macroEnabled.main+xml"), "план.docx"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "знак.png"),
        (b"", "пусто.pdf"),
    ],
)
def test_what_is_no_paper_is_refused_in_words(content: bytes, name: str, draft: Entry, cast: Cast, as_user: AsUser):
    answer = as_user(cast.teacher).post(f"/practices/entries/{draft.id}/files", **form_with(content, name))
    assert answer.status_code == 400
    assert "error" in answer.text
    assert "Выберите файл" not in answer.text
    assert not entry_files.papers_of(draft)


def test_a_film_is_refused_by_a_page(draft: Entry, cast: Cast, as_user: AsUser):
    answer = as_user(cast.teacher).post(f"/practices/entries/{draft.id}/files", **form_with(bytes(40 << 20)))
    assert answer.status_code == 413
    assert "больше 10" in answer.text


def test_a_picture_forgets_where_it_was_taken_and_asks_for_a_word(draft: Entry, cast: Cast, as_user: AsUser):
    teacher, address = as_user(cast.teacher), f"/practices/entries/{draft.id}/files"
    assert teacher.post(address, **form_with(picture(turned=True), "урок.jpg")).status_code == 303
    kept = entry_files.papers_of(draft)[0]
    assert not Image.open(BytesIO(path_of(kept.id).read_bytes())).getexif()
    assert "снимки" in entries.problems(draft)[0][1]
    consents.give(draft, consents.PHOTOS, address="", actor=None)
    assert entries.problems(draft) == []
    taken = teacher.get(f"{address}/{kept.id}")
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert Image.open(BytesIO(taken.data)).format == "JPEG"


def test_the_sixth_and_one_that_names_people_are_refused(draft: Entry, cast: Cast, as_user: AsUser):
    for mark in range(5):
        entry_files.attach(draft, read_upload(PDF + bytes([65 + mark]), f"план {mark}.pdf"), actor=None)
    db.session.commit()
    teacher, address = as_user(cast.teacher), f"/practices/entries/{draft.id}/files"
    assert "не больше 5" in teacher.post(address, **form_with(PDF, "шестой.pdf")).text.replace("\xa0", " ")
    first = entry_files.papers_of(draft)[0]
    assert teacher.post(f"{address}/{first.id}/remove").status_code == 303
    assert teacher.post(address, **form_with(PDF, "звоните 89021234567.pdf")).status_code == 400


def test_after_the_send_nothing_comes_and_nothing_goes(draft: Entry):
    file = entry_files.attach(draft, read_upload(PDF, "план.pdf"), actor=None)
    entries.submit(draft, actor=None)
    with pytest.raises(ConflictError):
        entry_files.attach(draft, read_upload(PDF + b" ", "ещё.pdf"), actor=None)
    with pytest.raises(ConflictError):
        entry_files.remove(draft, file, actor=None)


def test_who_reads_the_entry_reads_its_files(judged: Contest, cast: Cast, as_user: AsUser, client: FlaskClient):
    entry = make_entry(judged, cast.school, cast.teacher, EntryState.DRAFT, late_until=judged.expertise_until)
    file = entry_files.attach(entry, read_upload(PDF, "план.pdf"), actor=None)
    entry.state, entry.number, entry.submitted_at = EntryState.ACCEPTED, 1, judged.intake_from
    sheet = make_sheet(entry, make_expert(judged))
    db.session.commit()
    juror, public = as_user(sheet.juror.user), f"/practices/bank/{entry.id}/files/{file.id}"
    assert juror.get(f"/practices/sheets/{sheet.id}/files/{file.id}").status_code == 200
    assert juror.get(f"/practices/contests/{judged.id}/entries/{entry.id}/files/{file.id}").status_code == 403
    assert juror.get(f"/practices/entries/{entry.id}/files/{file.id}").status_code == 404
    desk = as_user(cast.operator)
    assert desk.get(f"/practices/contests/{judged.id}/entries/{entry.id}/files/{file.id}").status_code == 200
    assert client.get(public).status_code == 404
    judged.is_blind = True
    db.session.add(Practice(entry=entry, published_at=clock.now()))
    db.session.commit()
    assert juror.get(f"/practices/sheets/{sheet.id}/files/{file.id}").status_code == 404
    assert client.get(public).status_code == 200
