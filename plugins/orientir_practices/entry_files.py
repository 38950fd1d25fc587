"""Files of an entry: brought and taken away while it may be written, read with it (domain.md C.3: five of 10 MB)."""

from __future__ import annotations

from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.files import services as files
from orientir.files.models import StoredFile
from orientir.files.queries import file_of, files_of
from orientir.files.reading import Upload
from orientir.files.services import FileOwner
from orientir.web.personal_data import personal_data_problem
from orientir_practices import entries
from orientir_practices.holding import hold_entry
from orientir_practices.models import ENTRY, Entry

MOST = 5


def papers_of(entry: Entry) -> list[StoredFile]:
    """Return the files of an entry in the order they came."""
    return files_of(ENTRY, entry.id)


def paper_of(entry: Entry, file_id: str) -> StoredFile:
    """Return one file of an entry; raises MissingError for another entry's and for one that was taken away."""
    return file_of(ENTRY, entry.id, file_id)


def attach(entry: Entry, upload: Upload, *, actor: int | None) -> StoredFile:
    """Return the file as kept with the entry; raises InvalidInputError (field «file»), ConflictError."""
    if problem := personal_data_problem(upload.title):
        raise InvalidInputError(problem, "file")
    hold_entry(entry)
    entries.refuse_closed(entry)
    try:
        return files.attach(_owner(entry), upload, purpose="", most=MOST, actor=actor)
    except InvalidInputError as error:
        raise InvalidInputError(error.message, "file") from error


def remove(entry: Entry, file: StoredFile, *, actor: int | None) -> None:
    """Take a file of the entry away; raises ConflictError once it is sent."""
    hold_entry(entry)
    entries.refuse_closed(entry)
    files.remove(_owner(entry), file, actor=actor)
    db.session.flush()


def _owner(entry: Entry) -> FileOwner:
    return FileOwner(ENTRY, entry.id, entry.organisation.scope)
