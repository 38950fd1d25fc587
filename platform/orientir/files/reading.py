"""From what somebody sent to what may be kept: the kind by the content, a title that is only a title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from orientir.errors import InvalidInputError
from orientir.files.kinds import EVERY_KIND, FileKind
from orientir.files.office import office_kind
from orientir.files.pictures import redrawn
from orientir.files.portable import HEAD, refuse_acting_pdf
from orientir.i18n import _
from orientir.web.uploads import LARGEST_FILE

LONGEST_TITLE = 120
UNFIT = frozenset('\\/:*?"<>|')
ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
PACKED = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURE_HEADS = {b"\xff\xd8\xff": FileKind.JPG, b"\x89PNG\r\n\x1a\n": FileKind.PNG}


@dataclass(frozen=True)
class Upload:
    """What may be kept: `content` is checked, of a picture it is drawn anew; `title` has no ending."""

    kind: FileKind
    content: bytes
    title: str


def read_upload(content: bytes, name: str, kinds: Collection[FileKind] = EVERY_KIND) -> Upload:
    """Return what was sent under `name` as it is kept; raises InvalidInputError that says what to do."""
    if not content:
        raise InvalidInputError(_("Файл пустой. Выберите другой."))
    if len(content) > LARGEST_FILE:
        raise InvalidInputError(_("Файл больше 10 МБ. Уменьшите его и отправьте ещё раз."))
    kind = kind_of(content)
    if kind is None or kind not in kinds:
        raise InvalidInputError(_refusal(content, kinds))
    if kind.is_picture:
        content = redrawn(content, kind)
    elif kind == FileKind.PDF:
        refuse_acting_pdf(content)
    return Upload(kind, content, title_of(name))


def kind_of(content: bytes) -> FileKind | None:
    """Return the kind the content is of, None for none we take; raises InvalidInputError for a refused package."""
    if content.startswith(HEAD):
        return FileKind.PDF
    if content.startswith(PACKED):
        return office_kind(content)
    return next((kind for head, kind in PICTURE_HEADS.items() if content.startswith(head)), None)


def title_of(name: str) -> str:
    """Return what a file is called without folders, ending and signs that no name should have."""
    bare = ENDING.sub("", re.split(r"[\\/]", name)[-1])
    seen = "".join(" " if sign in UNFIT else sign for sign in bare if unicodedata.category(sign)[0] != "C")
    return " ".join(seen.split())[:LONGEST_TITLE].strip(" .") or _("файл")


def kinds_in_words(kinds: Collection[FileKind]) -> str:
    """Return «PDF, DOCX или PNG»."""
    *most, last = [kind.words for kind in kinds]
    return _("%(most)s или %(last)s", most=", ".join(most), last=last) if most else last


def _refusal(content: bytes, kinds: Collection[FileKind]) -> str:
    if content.startswith(OLD_OFFICE):
        return _("Это документ старого образца (.doc, .ppt) или под паролем. Сохраните его как PDF.")
    return _("По содержимому это не %(kinds)s, как бы файл ни назывался. Сохраните его в одном из этих видов.",
             kinds=kinds_in_words(kinds))  # fmt: skip
