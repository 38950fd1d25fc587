"""Contents on disk, in the data folder: written whole or not at all, under names of our own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from flask import current_app

FOLDER = "files"
NAME = re.compile(r"[0-9a-f]{32}")


def path_of(identity: str) -> Path:
    """Return where the content of a file lies; raises ValueError for a word that is no name of ours."""
    if not NAME.fullmatch(identity):
        raise ValueError(identity)
    return _folder() / identity[:2] / identity


def write_content(identity: str, content: bytes) -> None:
    """Write a content so that it is on disk when this returns: under its name it is whole or it is not there."""
    path = path_of(identity)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix="new-", delete=False) as fresh:
        fresh.write(content)
        fresh.flush()
        os.fsync(fresh.fileno())
    Path(fresh.name).replace(path)
    for folder in (path.parent, path.parent.parent):
        _keep_names(folder)


def stored_paths() -> Iterator[tuple[Path, datetime]]:
    """Yield what lies on disk and since when; what was left of a write that did not end, too."""
    for path in _folder().glob("??/*"):
        yield path, datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _keep_names(folder: Path) -> None:
    """Write a folder itself down: names that are only in memory are gone when the power is."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _folder() -> Path:
    folder: Path = current_app.config["ORIENTIR"].data_dir / FOLDER
    return folder
