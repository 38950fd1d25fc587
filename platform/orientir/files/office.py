"""DOCX and PPTX: what kind a package is, and what it must not hold.

Refused are macros and ActiveX, embedded objects (a package in one may be any program), parts that are fetched from
elsewhere when the document is opened, and packages that swell. Tables and documents embedded as such (the data of a
chart) are looked through in the same way. Not looked for: what a field in the text asks its program to do (DDE).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from xml.parsers import expat

from orientir.documents.packed import DAMAGED, read_elements
from orientir.errors import InvalidInputError
from orientir.files.kinds import FileKind
from orientir.i18n import _

MOST_PARTS = 5_000
MOST_BYTES = 128 * 1024 * 1024  # unpacked, with all that is embedded; ten megabytes of pictures hardly shrink
MOST_LISTED = 8 * 1024 * 1024  # of lists of types and relations, which are read element by element
DEEPEST = 2  # a table in a chart of a presentation in a document
CHUNK = 64 * 1024
TYPES = "[content_types].xml"
MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": FileKind.DOCX,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": FileKind.PPTX,
}
MACROS = ("macroenabled", "macrosheet", "vbaproject", "vbadata", "activex")
LOOKED_THROUGH = (".docx", ".pptx", ".xlsx")
HARMLESS_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the readers of the others unpack without a bound


@dataclass
class _Budget:
    """What may still be unpacked, and read of it, in a document and in all that is embedded in it, however deep."""

    unpacked: int = MOST_BYTES
    listed: int = MOST_LISTED

    def spend(self, count: int, *, is_listed: bool) -> None:
        self.unpacked -= count
        self.listed -= count if is_listed else 0
        if self.unpacked < 0 or self.listed < 0:
            raise InvalidInputError(
                _("Документ слишком большой внутри. Сожмите в нём картинки или сохраните его как PDF.")
            )


def office_kind(content: bytes) -> FileKind | None:
    """Return whether a ZIP is a DOCX or a PPTX, None for neither; raises InvalidInputError for one that is refused."""
    kinds = {MAIN[one] for one in _inspect(content, 0, _Budget()) if one in MAIN}
    return kinds.pop() if len(kinds) == 1 else None


def _inspect(content: bytes, depth: int, budget: _Budget) -> set[str]:
    """Return the content types of a package in small letters, none for a ZIP that is no package of documents."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = _parts_of(package)
            if TYPES not in parts:
                return set()
            kept = _unpacked(package, parts, budget)
            types = _types_of(kept[TYPES])
            _refuse_macros({*types, *parts})
            _refuse_elsewhere(kept)
    except (*DAMAGED, expat.ExpatError) as error:
        raise _damaged() from error
    for name, embedded in kept.items():
        if "/embeddings/" in name:
            _refuse_objects(name, embedded, depth, budget)
    return types


def _parts_of(package: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the parts by name as office programs compare names; raises ValueError where two would be one."""
    found = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in package.infolist()}
    if len(found) < len(package.infolist()) or len(found) > MOST_PARTS:
        raise ValueError("parts of one name, of which each program would choose another")
    if any(info.flag_bits & 1 or info.compress_type not in HARMLESS_METHODS for info in found.values()):
        raise ValueError("no office program packs so")
    return found


def _unpacked(package: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo], budget: _Budget) -> dict[str, bytes]:
    """Return the parts we look into; all are unpacked once, because what a package says of its size proves nothing."""
    kept: dict[str, bytes] = {}
    for name, info in parts.items():
        is_listed = name == TYPES or name.endswith(".rels")
        looked_into = is_listed or "/embeddings/" in name
        chunks = []
        with package.open(info) as source:
            while chunk := source.read(CHUNK):
                budget.spend(len(chunk), is_listed=is_listed)
                if looked_into:
                    chunks.append(chunk)
        if looked_into and not info.is_dir():
            kept[name] = b"".join(chunks)
    return kept


def _types_of(listed: bytes) -> set[str]:
    types: set[str] = set()
    read_elements(listed, lambda _tag, values: types.add(values.get("ContentType", "").lower()))
    return types


def _refuse_macros(named: set[str]) -> None:
    if any(word in one for one in named for word in MACROS):
        raise InvalidInputError(
            _("В документе есть макросы, такие не принимаем. Сохраните его без макросов или как PDF.")
        )


def _refuse_elsewhere(kept: Mapping[str, bytes]) -> None:
    """Refuse a document that fetches a part of itself from elsewhere, or brings one in another program's format."""

    def look(_tag: str, values: Mapping[str, str]) -> None:
        kind = values.get("Type", "").rpartition("/")[2].lower()
        target = values.get("Target", "")
        is_elsewhere = values.get("TargetMode", "").lower() == "external" and kind != "hyperlink"
        if is_elsewhere and not (kind == "attachedtemplate" and _is_local(target)):
            raise InvalidInputError(
                _("Документ берёт часть себя из другого места: картинку, шаблон, видео. Вставьте их в сам документ или "
                  "сохраните его как PDF.")
            )  # fmt: skip
        if kind in ("oleobject", "afchunk"):
            raise _object()

    for name, content in kept.items():
        if name.endswith(".rels"):
            read_elements(content, look)


def _is_local(target: str) -> bool:
    """Tell whether a template lies on its author's own disk: Word notes that in every second document."""
    path = re.sub(r"^file:/{0,3}(?=[A-Za-z]:)", "", target, flags=re.IGNORECASE)
    return re.fullmatch(r"(?:[A-Za-z]:[\\/])?(?![\\/])[^:]*", path) is not None


def _refuse_objects(name: str, embedded: bytes, depth: int, budget: _Budget) -> None:
    if not name.endswith(LOOKED_THROUGH) or depth >= DEEPEST or not _inspect(embedded, depth + 1, budget):
        raise _object()


def _object() -> InvalidInputError:
    return InvalidInputError(
        _("В документ встроен объект другой программы. Замените его картинкой или сохраните документ как PDF.")
    )


def _damaged() -> InvalidInputError:
    return InvalidInputError(_("Файл повреждён: он не открывается. Сохраните его ещё раз."))
