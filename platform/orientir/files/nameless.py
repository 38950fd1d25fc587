"""A file without what its programs wrote into it: whoever reads the copy learns what is on its pages, and no more.

Of a PDF the pages are laid out anew: no properties, no remarks, no attachments, no outline, no addresses under links,
no names in its photographs. DOCX and PPTX: `nameless_office.py`. Pictures were drawn anew when they came. What the
pages themselves say stays: somebody has to read them (`words_of` helps to find names).
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from orientir.errors import InvalidInputError
from orientir.files.kinds import FileKind
from orientir.files.nameless_office import DAMAGED_OFFICE, office_without_names, office_words
from orientir.i18n import _

# What a damaged or hostile PDF makes its reader raise.
DAMAGED_PDF = (PyPdfError, RecursionError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError,
               NotImplementedError, AssertionError, OverflowError, MemoryError)  # fmt: skip
# Of a page, a form and a picture in a PDF: whatever tells of people or programs and is not drawn.
TOLD = ("/Metadata", "/PieceInfo", "/LastModified", "/Annots", "/AA", "/StructParents", "/StructParent", "/Thumb",
        "/Tabs", "/ID", "/OPI", "/Alternates", "/Measure", "/PtData", "/AF", "/OC")  # fmt: skip
MOST_PAGES = 500
KEPT_SEGMENTS = {0xE0, 0xEE}  # JFIF, and Adobe's word on colours: without it some pictures turn green
SKIPPED_SEGMENTS = {*range(0xE1, 0xEE), 0xEF, 0xFE}
SCAN, END = 0xDA, 0xD9


def without_names(content: bytes, kind: FileKind) -> bytes:
    """Return the copy; raises InvalidInputError for a file that cannot be laid out anew, saying what to do."""
    try:
        if kind == FileKind.PDF:
            return _pdf_without_names(content)
        return content if kind.is_picture else office_without_names(content)
    except DAMAGED_PDF + DAMAGED_OFFICE as error:
        raise InvalidInputError(
            _("Файл не удалось очистить от скрытых данных. Попросите авторов сохранить его заново как PDF.")
        ) from error


def words_of(content: bytes, kind: FileKind) -> str:
    """Return what a file says in letters, "" of a picture; raises InvalidInputError as `without_names` does."""
    try:
        if kind == FileKind.PDF:
            return "\n".join(page.extract_text() for page in _pages_of(content))
        return "" if kind.is_picture else office_words(content)
    except DAMAGED_PDF + DAMAGED_OFFICE as error:
        raise InvalidInputError(_("Файл не удалось прочитать. Попросите авторов сохранить его заново.")) from error


def photograph_without_names(content: bytes) -> bytes:
    """Return a JPEG without what the camera and its owner wrote into it; what is drawn stays bit by bit."""
    if not content.startswith(b"\xff\xd8"):
        raise ValueError("no JPEG")
    kept, place = [content[:2]], 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if marker in (SCAN, END):
            break
        if marker not in SKIPPED_SEGMENTS or marker in KEPT_SEGMENTS:
            kept.append(content[place : place + 2 + length])
        place += 2 + length
    # Some cameras hang a second picture, or words, behind the end.
    end = content.rfind(b"\xff\xd9")
    return b"".join([*kept, content[place : end + 2 if end > place else None]])


def _pages_of(content: bytes) -> list[Any]:
    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise ValueError("locked")
    if len(reader.pages) > MOST_PAGES:
        raise InvalidInputError(_("В файле больше %(most)s страниц. Попросите авторов сократить.", most=MOST_PAGES))
    return list(reader.pages)


def _pdf_without_names(content: bytes) -> bytes:
    writer = PdfWriter()
    for page in _pages_of(content):
        # Only what is drawn is taken over: everything an object points to comes along with it.
        for key in TOLD:
            page.pop(key, None)
        writer.add_page(page)
    writer.metadata = None
    for stored in writer._objects:  # noqa: SLF001 - the one list of all that will be written
        if isinstance(stored, DictionaryObject):
            _strip(stored)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _strip(found: DictionaryObject) -> None:
    for key in TOLD:
        found.pop(NameObject(key), None)
    if isinstance(found, StreamObject) and found.get("/Subtype") == "/Image" and found.get("/Filter") in (
        "/DCTDecode", ["/DCTDecode"],
    ):  # fmt: skip
        found._data = photograph_without_names(found._data)  # noqa: SLF001 - its packed bytes, as they are
