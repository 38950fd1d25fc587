"""Whether what the rows promise lies on disk: asked after a restore, and whenever somebody wonders."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from orientir.db import db
from orientir.files.models import StoredFile
from orientir.files.storage import path_of


@dataclass(frozen=True)
class Verified:
    """How many files were looked at, and those whose content is missing or another than was kept."""

    looked_at: int
    spoilt: list[StoredFile]


def verify_files() -> Verified:
    """Read the contents of all files and compare them with what was kept."""
    files = db.session.scalars(select(StoredFile).where(StoredFile.closed_at.is_(None)).order_by(StoredFile.id)).all()
    return Verified(len(files), [file for file in files if _digest_on_disk(file.id) != file.digest])


def _digest_on_disk(identity: str) -> str:
    try:
        with path_of(identity).open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
