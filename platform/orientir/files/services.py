"""Files come to an object and leave it. The log tells kind and size; what a file is called may be a person's name."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from orientir import clock
from orientir.audit import services as audit
from orientir.contracts import Scope
from orientir.db import db
from orientir.errors import InvalidInputError
from orientir.files.models import StoredFile
from orientir.files.queries import files_of
from orientir.files.reading import Upload
from orientir.files.storage import stored_paths, write_content
from orientir.i18n import _
from orientir.web.formats import file_size

UNFINISHED = timedelta(days=1)  # older than any transaction that may yet commit


@dataclass(frozen=True)
class FileOwner:
    """An object files belong to: its kind as the log names it («calendar_event»), its number, its branch."""

    kind: str
    id: int
    scope: Scope


def attach(owner: FileOwner, upload: Upload, *, purpose: str, most: int, actor: int | None) -> StoredFile:
    """Return the file kept for `owner`; sent twice it is kept once.

    The content is on disk before the row is: a row without content never commits, a content without row is swept away.
    Raises InvalidInputError where the object has `most` files already.
    """
    digest = hashlib.sha256(upload.content).hexdigest()
    kept = files_of(owner.kind, owner.id)
    for one in kept:
        if (one.purpose, one.digest) == (purpose, digest):
            return one
    if len(kept) >= most:
        raise InvalidInputError(_("Файлов может быть не больше %(most)s. Сначала уберите лишний.", most=most))
    file = StoredFile(
        id=secrets.token_hex(16),
        owner=owner.kind,
        owner_id=owner.id,
        purpose=purpose,
        title=upload.title,
        kind=upload.kind,
        size=len(upload.content),
        digest=digest,
        uploaded_by=actor,
    )
    write_content(file.id, upload.content)
    db.session.add(file)
    db.session.flush()
    _note("file.add", owner, file, actor)
    return file


def remove(owner: FileOwner, file: StoredFile, *, actor: int | None) -> None:
    """Close a file of `owner`: it is handed out no more, and its content goes with the next night."""
    file.closed_at = clock.now()
    db.session.flush()
    _note("file.remove", owner, file, actor)


def purge_files(_today: date) -> int:
    """Delete the contents of removed files, and those no row knows; forget what removed ones were called."""
    forgotten = db.session.scalars(
        update(StoredFile).where(StoredFile.closed_at.is_not(None), StoredFile.title != "").values(title="")
        .returning(StoredFile.id)
    ).all()  # fmt: skip
    known: dict[str, datetime | None] = {
        row.id: row.closed_at for row in db.session.execute(select(StoredFile.id, StoredFile.closed_at))
    }
    if not known:  # another database than the one these contents belong to must not cost them
        return 0
    unfinished = clock.now() - UNFINISHED
    for path, since in stored_paths():
        is_removed = known.get(path.name) is not None
        if is_removed or (path.name not in known and since < unfinished):
            path.unlink(missing_ok=True)
    return len(forgotten)


def _note(action: str, owner: FileOwner, file: StoredFile, actor: int | None) -> None:
    what = f"{file.sort.words}, {file_size(file.size)}"
    told = {"file": file.id, "purpose": file.purpose, "what": what}
    audit.write(action, owner.kind, owner.id, actor=actor, scope=owner.scope, **told)
