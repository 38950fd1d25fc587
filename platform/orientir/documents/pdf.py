"""PDF from a typst template and data: tagged (PDF/UA-1), the same bytes on every machine.

A template starts with `#import "/base.typ": *` and finds its data in `data`. What people typed is only ever a value
there, so `#`, `*` or `$` in a name are letters. A template sees its own folder and nothing else of the disk.

typst is loaded with the first document: it takes 7 MB, and most processes print nothing.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orientir.errors import OrientirError
from orientir.i18n import _l, current_locale
from orientir.paths import TEMPLATES

SHARED = TEMPLATES / "documents"
KEPT_LAYOUTS = 10
NO_GLYPH = "\N{REPLACEMENT CHARACTER}"
# What the fonts inside the typst wheel can draw; PDF/UA-1 refuses a document with an empty box in it.
DRAWABLE = (
    range(0x0020, 0x0500),  # Latin, Greek, Cyrillic with the letters of Buryat and Tatar
    range(0x1E00, 0x1F00),
    range(0x2010, 0x2041),  # dashes, quotes, ellipsis
    range(0x2070, 0x20C0),  # superscripts, currencies
    range(0x2100, 0x211F),  # №
    range(0x2190, 0x2300),  # arrows, mathematics
)


class DocumentError(OrientirError):
    """A template does not compile or asks for data it was not given; the cause is in the chained typst error."""

    status = 500
    default_message = _l("Документ не получилось собрать. Мы уже знаем об ошибке, попробуйте позже.")


def render_pdf(template: Path, data: Mapping[str, Any]) -> bytes:
    """Return the PDF of `template` with `data` (anything JSON can hold); the same input gives the same bytes.

    Signs that cannot be printed are left out of texts, those without a glyph become «�». Raises DocumentError.
    """
    import typst

    files = {path.name: path.read_bytes() for path in sorted(SHARED.glob("*.typ"))}
    files["data.json"] = json.dumps(_printable({"lang": current_locale().language, **data})).encode()
    files["main"] = template.read_bytes()
    try:
        return _compile(files, root=template.parent)
    except typst.TypstError as error:
        raise DocumentError from error


def _compile(files: dict[str, bytes], root: Path) -> bytes:
    import typst

    in_memory: Any = files  # the stubs do not know that it takes them
    made = typst.compile(in_memory, root=root, ignore_system_fonts=True, format="pdf", pdf_standards="ua-1")
    _forget_layouts()
    return made


def _forget_layouts() -> None:
    """Give back some 40 MB: typst keeps the layouts of its last ten documents, but classes are printed once."""
    import typst

    for _ in range(KEPT_LAYOUTS):
        typst.compile(b"", ignore_system_fonts=True, format="pdf")


def _printable(value: object) -> object:
    if isinstance(value, str):
        return _printable_text(value)
    if isinstance(value, Mapping):
        return {key: _printable(item) for key, item in value.items()}
    return [_printable(item) for item in value] if isinstance(value, list | tuple) else value


def _printable_text(text: str) -> str:
    if text.isascii() and text.isprintable():  # the drawing of a QR code is ten thousand such signs
        return text
    return "".join(map(_printable_sign, unicodedata.normalize("NFC", text)))


def _printable_sign(sign: str) -> str:
    if sign.isspace() and sign != "\N{NO-BREAK SPACE}":
        return " "
    category = unicodedata.category(sign)
    if category in {"Cc", "Cf", "Cs"}:  # control characters, invisible ones that turn lines round, halves of pairs
        return ""
    drawable = category != "Cn" and any(ord(sign) in block for block in DRAWABLE)
    return sign if drawable else NO_GLYPH


__all__ = ["DocumentError", "render_pdf"]
