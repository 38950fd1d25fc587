"""PDF: that it is one, and that it does not act when it is opened.

Only what is plainly seen is found: names in packed parts of a file stay unread, and its readers ask before they act.
"""

from __future__ import annotations

import re

from orientir.errors import InvalidInputError
from orientir.i18n import _

HEAD, TAIL = b"%PDF-", b"%%EOF"
TAIL_WITHIN = 2048
ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")
ACTING = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![A-Za-z0-9])")


def refuse_acting_pdf(content: bytes) -> None:
    """Raise InvalidInputError for a PDF that is cut off, runs scripts or programs, or carries files in itself."""
    if TAIL not in content[-TAIL_WITHIN:]:
        raise InvalidInputError(_("Файл повреждён: у него нет конца. Сохраните его ещё раз."))
    # A name may be written with its letters escaped: «/J#61vaScript».
    if ACTING.search(ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)):
        raise InvalidInputError(
            _("В PDF есть сценарий, запуск программы или вложенный файл, такие не принимаем. "
              "Сохраните документ как обычный PDF.")
        )  # fmt: skip
