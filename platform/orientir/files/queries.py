"""What files an object has."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from orientir.db import db
from orientir.errors import MissingError
from orientir.files.models import StoredFile
from orientir.files.storage import NAME


def files_of(owner: str, owner_id: int) -> list[StoredFile]:
    """Return the files of an object in the order they came, without removed ones."""
    return files_of_many(owner, [owner_id])[owner_id]


def files_of_many(owner: str, owner_ids: Collection[int]) -> dict[int, list[StoredFile]]:
    """Return the files of each object as `files_of` does, by one statement for all."""
    found: dict[int, list[StoredFile]] = {one: [] for one in owner_ids}
    wanted = select(StoredFile).where(
        StoredFile.owner == owner, StoredFile.owner_id.in_(found), StoredFile.closed_at.is_(None)
    )
    for file in db.session.scalars(wanted.order_by(StoredFile.uploaded_at, StoredFile.id)) if found else ():
        found[file.owner_id].append(file)
    return found


def file_of(owner: str, owner_id: int, file_id: str) -> StoredFile:
    """Return one file of an object; raises MissingError for a removed one and for another object's."""
    file = db.session.get(StoredFile, file_id) if NAME.fullmatch(file_id) else None
    if file is None or file.closed_at is not None or (file.owner, file.owner_id) != (owner, owner_id):
        raise MissingError
    return file
