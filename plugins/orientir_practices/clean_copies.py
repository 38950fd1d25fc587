"""Files where reading is blind: an expert gets a copy the secretary has opened, under a number, and never the file.

The copy carries nothing but its pages (`orientir.files.nameless`); that no names stand on them is the secretary's word,
an act in the log. It hangs on its own object beside the entry, so a way to the authors' files leads nowhere near.
"""

from __future__ import annotations

from collections.abc import Sequence

from orientir.audit import services as audit
from orientir.errors import ConflictError, InvalidInputError, MissingError, OrientirError
from orientir.files import services as files
from orientir.files.kinds import FileKind
from orientir.files.models import StoredFile
from orientir.files.nameless import without_names, words_of
from orientir.files.queries import file_of, files_of
from orientir.files.reading import Upload
from orientir.files.services import FileOwner
from orientir.files.storage import path_of
from orientir.i18n import _
from orientir_practices import conflicts, entry_files
from orientir_practices.covering import Cover
from orientir_practices.holding import hold_entry
from orientir_practices.models import Entry, EntryState, Stage
from orientir_practices.people import authors_of
from orientir_practices.reading import names_of

COPY = "practices_copy"  # the sort of object copies hang on; `purpose` is the file one was made of
OPENED_IN = (Stage.INTAKE, Stage.CHECK, Stage.EXPERTISE, Stage.SHORTLIST, Stage.DEFENCE)


class NamesFoundError(OrientirError):
    """The file holds words of names: `words` are they."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        super().__init__(_("В файле есть слова из имён и названий: %(words)s.", words=", ".join(self.words)))


def copies_of(entry: Entry) -> dict[str, StoredFile]:
    """Return the copies experts may read, by the file each was made of; those of files that left are none."""
    standing = {file.id for file in entry_files.papers_of(entry)}
    return {copy.purpose: copy for copy in files_of(COPY, entry.id) if copy.purpose in standing}


def papers_to_read(entry: Entry) -> list[StoredFile]:
    """Return what an expert may take: copies where the contest is blind, else the files themselves."""
    return list(copies_of(entry).values()) if entry.contest.is_blind else entry_files.papers_of(entry)


def paper_to_read(entry: Entry, file_id: str) -> StoredFile:
    """Return one of `papers_to_read`; raises MissingError."""
    if not entry.contest.is_blind:
        return entry_files.paper_of(entry, file_id)
    copy = file_of(COPY, entry.id, file_id)
    if copy.purpose not in copies_of(entry):
        raise MissingError
    return copy


def copy_of(file: StoredFile) -> bytes:
    """Return the copy as an expert would get it; raises InvalidInputError where it cannot be made."""
    return without_names(path_of(file.id).read_bytes(), FileKind(file.kind))


def names_in(entry: Entry, file_id: str) -> list[str]:
    """Return the words of names that stand in a file of the entry, none where there is no such file to be read."""
    file = next((one for one in entry_files.papers_of(entry) if one.id == file_id), None)
    try:
        return _names_in(entry, copy_of(file), file) if file else []
    except InvalidInputError:
        return []


def open_file(entry: Entry, file: StoredFile, *, despite: bool, actor: int | None) -> StoredFile:
    """Let experts read a copy of a file; opened already, the same copy is returned.

    Raises NamesFoundError where the file holds words of names and nobody says that they are others' (`despite`),
    InvalidInputError where no copy can be made, ConflictError where nothing is to be opened.
    """
    hold_entry(entry)
    conflicts.refuse_tied(entry, actor)
    if not entry.contest.is_blind or entry.contest.stage not in OPENED_IN:
        raise ConflictError(_("Копии для экспертов делают в конкурсе, где не видно, кто подал заявку, до его итогов."))
    if entry.state not in (EntryState.SUBMITTED, EntryState.ACCEPTED):
        raise ConflictError(_("Эту заявку эксперты не читают."))
    if known := copies_of(entry).get(file.id):
        return known
    content = copy_of(file)
    if not despite and (words := _names_in(entry, content, file)):
        raise NamesFoundError(words)
    number = [one.id for one in entry_files.papers_of(entry)].index(file.id) + 1
    upload = Upload(FileKind(file.kind), content, _("Файл %(number)s", number=number))
    copy = files.attach(_owner(entry), upload, purpose=file.id, most=entry_files.MOST, actor=actor)
    _write("practices.file.open", entry, copy, actor)
    return copy


def shut_file(entry: Entry, file: StoredFile, *, actor: int | None) -> None:
    """Take the copy of a file back from experts; a repeat changes nothing."""
    hold_entry(entry)
    conflicts.refuse_tied(entry, actor)
    copy = copies_of(entry).get(file.id)
    if copy is not None:
        files.remove(_owner(entry), copy, actor=actor)
        _write("practices.file.shut", entry, copy, actor)


def _names_in(entry: Entry, content: bytes, file: StoredFile) -> list[str]:
    cover = Cover(names_of(entry, authors_of(entry)))
    return cover.found_in(words_of(content, FileKind(file.kind)))


def _owner(entry: Entry) -> FileOwner:
    return FileOwner(COPY, entry.id, entry.contest.region.scope)


def _write(action: str, entry: Entry, copy: StoredFile, actor: int | None) -> None:
    audit.write(
        action, "practices_entry", entry.id, actor=actor, scope=entry.organisation.scope, title=entry.title,
        file=copy.title,
    )  # fmt: skip
