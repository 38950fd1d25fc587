"""Pictures are drawn anew: of what was sent nothing stays but its points, so no place, no name, no hidden part."""

from __future__ import annotations

import struct
import threading
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from orientir.errors import InvalidInputError
from orientir.files.kinds import FileKind
from orientir.i18n import _

if TYPE_CHECKING:
    from PIL import Image

MOST_POINTS = 50_000_000  # the largest of usual telephones
LARGEST_SIDE = 4_000  # points; a sheet of A4 at 340 dots an inch
QUALITY = 88
BROKEN = (
    *(OSError, SyntaxError, ValueError, TypeError, EOFError, KeyError, IndexError, OverflowError),
    *(struct.error, zlib.error),
)
FORMATS = {FileKind.JPG: "JPEG", FileKind.PNG: "PNG"}

_one_at_a_time = threading.Lock()  # each may take 200 MB while it is drawn


def redrawn(content: bytes, kind: FileKind) -> bytes:
    """Return the picture upright, of at most 4,000 points a side and without anything that was written into it.

    Raises InvalidInputError for what is no picture or too large a one.
    """
    with _one_at_a_time:
        try:
            return _saved(_points_of(content, FORMATS[kind]), FORMATS[kind])
        except BROKEN as error:
            raise InvalidInputError(_("Картинка повреждена: она не открывается. Сохраните её ещё раз.")) from error


def _points_of(content: bytes, name: str) -> Image.Image:
    from PIL import Image, ImageOps

    try:
        source = Image.open(BytesIO(content), formats=(name,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    with source:
        if source.width * source.height > MOST_POINTS:
            raise _too_large()
        source.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        upright = ImageOps.exif_transpose(source)
        if upright.mode == "I;16":
            upright = upright.point(lambda grey: grey * (1 / 256))  # `convert` would make all that is not black white
        is_clear = upright.has_transparency_data and name == "PNG"
        plain = upright.convert("RGBA" if is_clear else "L" if upright.mode in ("1", "L", "I;16") else "RGB")
        # Made of the points alone: whatever else the file told goes with `source`.
        return Image.frombytes(plain.mode, plain.size, plain.tobytes())


def _saved(points: Image.Image, name: str) -> bytes:
    stream = BytesIO()
    points.save(stream, name, quality=QUALITY, optimize=True)
    return stream.getvalue()


def _too_large() -> InvalidInputError:
    return InvalidInputError(_("В картинке слишком много точек. Уменьшите её и отправьте ещё раз."))
