"""A file on its way out: always to be saved, never opened in the page; whoever calls has judged who may have it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from flask import Response

from orientir.errors import MissingError
from orientir.files.kinds import FileKind
from orientir.files.models import StoredFile
from orientir.files.storage import path_of
from orientir.i18n import _

log = logging.getLogger("orientir.files")
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"
CHUNK = 64 * 1024


def send_stored(file: StoredFile) -> Response:
    """Return the content of a file; raises MissingError where it is not on disk."""
    path = path_of(file.id)
    if not path.is_file():
        log.error("the content of file %s is missing", file.id)
        raise MissingError(_("Файл не нашёлся на сервере. Скажите об этом тому, кто ведёт сайт."))
    return _to_be_saved(Response(_chunks(path)), file.name, file.sort, file.size)


def send_content(content: bytes, title: str, kind: FileKind) -> Response:
    """Return what was made for this answer alone, as `send_stored` does."""
    return _to_be_saved(Response(content), f"{title}.{kind}", kind, len(content))


def _to_be_saved(answer: Response, name: str, kind: FileKind, size: int) -> Response:
    answer.content_type, answer.content_length = kind.mimetype, size
    # RFC 6266: a plain name for programs that read no other, the title for all that do (RFC 8187).
    named = quote(name, safe="")
    answer.headers["Content-Disposition"] = f"attachment; filename=\"file.{kind}\"; filename*=UTF-8''{named}"
    answer.headers["Content-Security-Policy"] = ALONE
    return answer


def _chunks(path: Path) -> Iterator[bytes]:
    """Yield the content bit by bit; an answer that nobody reads opens nothing."""
    with path.open("rb") as content:
        while chunk := content.read(CHUNK):
            yield chunk
