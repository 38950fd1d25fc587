"""Files on their way in, at rest and out again, through a small plugin that keeps one kind of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from flask import Blueprint, Flask, render_template_string
from flask.testing import FlaskClient
from orientir_testkit.cast import Cast
from orientir_testkit.files import PDF, form_with, picture
from orientir_testkit.plugins import make_plugin
from sqlalchemy import delete, select, update

from orientir import clock
from orientir.accounts.models import User
from orientir.audit.models import AuditEntry
from orientir.db import db
from orientir.errors import InvalidInputError, MissingError
from orientir.files import services
from orientir.files.answers import send_stored
from orientir.files.cli import files as files_command
from orientir.files.forms import UploadField
from orientir.files.models import StoredFile
from orientir.files.queries import file_of, files_of, files_of_many
from orientir.files.reading import read_upload
from orientir.files.services import FileOwner, attach, purge_files, remove
from orientir.files.storage import path_of
from orientir.i18n import _l
from orientir.web.access import public, signed_in
from orientir.web.forms import show_error
from orientir.web.page_form import PageForm
from orientir.web.transactions import begin_late
from orientir.web.uploads import takes_file

OWNER = "shelf_book"
PAGE = (
    '{% from "macros/files.html" import upload %}{% from "macros/forms.html" import error_summary %}'
    "{{ error_summary(form) }}{{ upload(form.scan, 'Одна страница.') }}"
)
blueprint = Blueprint("shelf", "shelf", url_prefix="/shelf")


class ScanForm(PageForm):
    scan = UploadField(_l("Скан"))


@blueprint.route("/<int:book_id>", methods=["GET", "POST"])
@takes_file
@signed_in
def bring(book_id: int) -> tuple[str, int]:
    form = ScanForm()
    if form.validate_on_submit():
        try:
            brought = form.scan.brought()
            begin_late()
            attach(owner_of(book_id), brought, purpose="scan", most=2, actor=None)
        except InvalidInputError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            return "kept", 201
    return render_template_string(PAGE, form=form), 400 if form.errors else 200


@blueprint.get("/<int:book_id>/<file_id>")
@public
def take(book_id: int, file_id: str):
    return send_stored(file_of(OWNER, book_id, file_id))


def owner_of(book_id: int) -> FileOwner:
    return FileOwner(OWNER, book_id, db.session.scalars(select(User)).first().grants[0].scope)


@pytest.fixture
def plugins() -> dict[str, object]:
    return {"shelf": make_plugin("shelf", brings={"blueprints": (blueprint,)})}


@pytest.fixture
def browser(cast: Cast, as_user: Callable[[User], FlaskClient]) -> FlaskClient:
    return as_user(cast.teacher)


@pytest.fixture
def keep(cast: Cast) -> Callable[..., StoredFile]:
    def kept(content: bytes = PDF, name: str = "план.pdf", book_id: int = 1, purpose: str = "scan") -> StoredFile:
        owner = FileOwner(OWNER, book_id, cast.school.scope)
        file = attach(owner, read_upload(content, name), purpose=purpose, most=3, actor=cast.teacher.id)
        db.session.commit()
        return file

    return kept


def send(browser: FlaskClient, content: bytes, name: str = "план.pdf", book_id: int = 1):
    return browser.post(f"/shelf/{book_id}", **form_with(content, name, "scan"))


def on_disk(app: Flask) -> list[Path]:
    return [path for path in (app.config["ORIENTIR"].data_dir / "files").rglob("*") if path.is_file()]


def age(path: Path, by: timedelta) -> None:
    then = (clock.now() - by).timestamp()
    os.utime(path, (then, then))


# In


def test_what_was_sent_lies_on_disk_under_a_name_nobody_chose(app: Flask, cast: Cast, browser: FlaskClient):
    assert send(browser, PDF, "../../План «Б».pdf").status_code == 201
    (file,) = files_of(OWNER, 1)
    assert (file.title, file.kind, file.size, file.purpose) == ("План «Б»", "pdf", len(PDF), "scan")
    (path,) = on_disk(app)
    assert path.name == file.id != file.digest
    assert path.read_bytes() == PDF
    assert file.digest == hashlib.sha256(PDF).hexdigest()
    assert path.stat().st_mode & 0o077 == 0


def test_a_refusal_stands_at_the_field_and_leaves_nothing(app: Flask, browser: FlaskClient):
    for content, words in (
        (b"MZ\x90", "По содержимому это не"),
        (b"", "пустой"),
        (PDF + b" " * 10 * 2**20, "больше 10"),
    ):
        answer = send(browser, content)
        assert (answer.status_code, words in answer.text) == (400, True), answer.text
        assert 'aria-invalid="true"' in answer.text
    answer = browser.post("/shelf/1", data={})
    assert (answer.status_code, "Выберите файл" in answer.text) == (400, True)
    assert browser.post("/shelf/1", data={"scan": "words instead of a file"}).status_code == 400
    assert (files_of(OWNER, 1), on_disk(app)) == ([], [])


def test_the_field_says_what_it_takes(browser: FlaskClient):
    page = browser.get("/shelf/1").text
    assert 'accept=".pdf,.docx,.pptx,.jpg,.png,.jpeg"' in page
    assert "JPG или PNG, не больше 10 МБ. Одна страница.".replace(" ", "") in page.replace("\u00a0", "").replace(
        " ", ""
    )
    assert 'type="file"' in page


def test_forty_megabytes_are_refused_in_words_before_they_are_read(browser: FlaskClient):
    answer = send(browser, PDF + b" " * 40 * 2**20)
    assert (answer.status_code, "Файл больше" in answer.text) == (413, True)


def test_other_forms_keep_the_limit_of_the_settings(browser: FlaskClient):
    answer = browser.post("/code", data={"code": "1" * 3 * 2**20})
    assert (answer.status_code, "Файл больше" in answer.text) == (413, False)


def test_the_same_twice_is_kept_once_but_for_each_purpose(app: Flask, keep):
    first = keep()
    assert keep(name="другое имя.pdf").id == first.id
    assert keep(purpose="cover").id != first.id
    assert len(on_disk(app)) == 2


def test_there_are_no_more_than_the_object_may_have(app: Flask, keep):
    for mark in b"abc":
        keep(PDF + bytes([mark]))
    with pytest.raises(InvalidInputError, match="не больше 3"):
        keep(PDF + b"d")
    assert len(on_disk(app)) == 3
    assert keep(PDF + b"d", book_id=2).owner_id == 2


def test_a_picture_is_kept_as_it_was_drawn_anew(app: Flask, keep):
    file = keep(picture(), "фото с уроков.jpeg")
    (path,) = on_disk(app)
    assert (file.title, file.kind, file.size) == ("фото с уроков", "jpg", path.stat().st_size)
    assert b"Exif" not in path.read_bytes()


def test_a_content_that_cannot_be_written_leaves_no_row(app: Flask, keep, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "write_content", lambda *_details: (_ for _ in ()).throw(OSError("no space left")))
    with pytest.raises(OSError, match="no space"):
        keep()
    db.session.rollback()
    assert db.session.scalars(select(StoredFile)).all() == []


# Out


def test_it_is_always_saved_and_never_opened(client: FlaskClient, keep):
    for content, name, mimetype in ((PDF, "Приказ № 1.pdf", "application/pdf"), (picture(), "я.svg", "image/jpeg")):
        file = keep(content, name)
        answer = client.get(f"/shelf/1/{file.id}")
        assert (answer.status_code, answer.mimetype) == (200, mimetype)
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert f"filename*=UTF-8''{quote(file.name, safe='')}" in answer.headers["Content-Disposition"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert hashlib.sha256(answer.data).hexdigest() == file.digest


def test_a_file_is_found_only_by_its_own_object(keep):
    file = keep()
    assert file_of(OWNER, 1, file.id) is file
    for owner, number, name in (
        (OWNER, 2, file.id),
        ("other", 1, file.id),
        (OWNER, 1, "0" * 32),
        (OWNER, 1, "../" * 40),
    ):
        with pytest.raises(MissingError):
            file_of(owner, number, name)


def test_one_that_is_missing_on_disk_is_said_so(app: Flask, client: FlaskClient, keep, caplog):
    file = keep()
    on_disk(app)[0].unlink()
    answer = client.get(f"/shelf/1/{file.id}")
    assert (answer.status_code, "не нашёлся" in answer.text) == (404, True)
    assert file.id in caplog.text


def test_the_files_of_many_objects_cost_one_statement(keep, count_queries):
    first, second = keep(), keep(book_id=2)
    with count_queries() as seen:
        assert files_of_many(OWNER, [1, 2, 3]) == {1: [first], 2: [second], 3: []}
    assert seen.count == 1


# Away


def test_a_removed_one_is_handed_out_no_more_and_goes_with_the_night(app: Flask, cast: Cast, client: FlaskClient, keep):
    file, other = keep(name="Иванова.pdf"), keep(PDF + b"2")
    remove(FileOwner(OWNER, 1, cast.school.scope), file, actor=cast.teacher.id)
    db.session.commit()
    assert client.get(f"/shelf/1/{file.id}").status_code == 404
    assert files_of(OWNER, 1) == [other]
    assert purge_files(clock.now().date()) == 1
    db.session.commit()
    assert [path.name for path in on_disk(app)] == [other.id]
    kept = db.session.get(StoredFile, file.id, populate_existing=True)
    assert (kept.title, kept.kind, kept.digest) == ("", "pdf", file.digest)
    assert purge_files(clock.now().date()) == 0


def test_what_no_row_knows_goes_when_no_transaction_can_still_want_it(app: Flask, keep):
    file = keep()
    folder = path_of(file.id).parent
    fresh, old, half_written = folder / ("1" * 32), folder / ("2" * 32), folder / "new-abc"
    for path in (fresh, old, half_written):
        path.write_bytes(b"1")
    for path in (old, half_written, path_of(file.id)):
        age(path, timedelta(days=2))
    purge_files(clock.now().date())
    assert {path.name for path in on_disk(app)} == {file.id, fresh.name}


def test_an_empty_database_costs_nobody_their_files(app: Flask, keep):
    age(path_of(keep().id), timedelta(days=2))
    db.session.execute(delete(StoredFile))
    db.session.commit()
    purge_files(clock.now().date())
    assert len(on_disk(app)) == 1


def test_the_log_tells_kind_and_size_but_no_name(cast: Cast, keep):
    file = keep(name="Иванова Анна.pdf")
    remove(FileOwner(OWNER, 1, cast.school.scope), file, actor=cast.teacher.id)
    db.session.commit()
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("file."))).all()
    assert [entry.action for entry in entries] == ["file.add", "file.remove"]
    for entry in entries:
        assert (entry.object_kind, entry.object_id, entry.actor_id) == (OWNER, "1", cast.teacher.id)
        assert entry.details["what"] == "PDF, 1\u00a0КБ"
        assert "Иванова" not in str(entry.details)


# Whole


def test_the_command_names_what_is_missing_or_spoilt(app: Flask, keep):
    kept = [keep(PDF + bytes([mark])) for mark in b"abc"]

    def run() -> tuple[int, str]:
        db.session.commit()
        outcome = CliRunner().invoke(files_command, ["verify"], obj=lambda: app)
        return outcome.exit_code, outcome.output

    assert run() == (0, "Файлы целы: 3.\n")
    missing, spoilt = kept[0].id, kept[1].id
    path_of(missing).unlink()
    path_of(spoilt).write_bytes(b"other")
    status, said = run()
    assert status == 1
    assert missing in said
    assert spoilt in said
    assert "Испорчено файлов: 2 из 3" in said
    db.session.execute(update(StoredFile).values(closed_at=clock.now()))
    assert run()[0] == 0
