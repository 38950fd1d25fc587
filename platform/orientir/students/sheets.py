"""The sheet of student cards a teacher prints, cuts and hands out by the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orientir.codes.digits import grouped
from orientir.documents.pdf import render_pdf
from orientir.documents.qr import qr_svg
from orientir.i18n import NBSP, _
from orientir.paths import TEMPLATES
from orientir.web.formats import counted

TEMPLATE = TEMPLATES / "students" / "cards.typ"
LONGEST_NAME = 150  # signs that fit into the lines a card has for the school


@dataclass(frozen=True, slots=True)
class CardSheet:
    """`address` is the site as people type it, `base_url` the same with its scheme, `digits` the codes by number."""

    school: str
    class_title: str
    year: str
    base_url: str
    digits: Mapping[int, str]
    is_demo: bool


def card_sheet(sheet: CardSheet) -> bytes:
    """Return the PDF: A4, black and white, ten cards under the heading, then twelve a page, in the list's order."""
    data = {
        "school": sheet.school,
        "school_on_card": sheet.school if len(sheet.school) <= LONGEST_NAME else f"{sheet.school[:LONGEST_NAME]}…",
        "class_title": f"{sheet.class_title}, {sheet.year}",
        "address": sheet.base_url.partition("://")[2],
        "cards": [_card(sheet, number, sheet.digits[number]) for number in sorted(sheet.digits)],
        "texts": _texts_on_cards(sheet) | _texts_for_teacher(sheet),
    }
    return render_pdf(TEMPLATE, data)


def _card(sheet: CardSheet, number: int, digits: str) -> dict[str, str]:
    title = f"№{NBSP}{number}, {sheet.class_title}"
    return {
        "title": title,
        "code": grouped(digits),
        "qr": qr_svg(f"{sheet.base_url}/k/{digits}", border=0),
        "alt": _("QR-код карточки: %(title)s", title=title),
    }


def _texts_on_cards(sheet: CardSheet) -> dict[str, str]:
    return {
        "demo": _("ДЕМО") if sheet.is_demo else "",
        "what": _("Карточка ученика"),
        "how": _("Наведите камеру или введите код на сайте"),
        "keep": _("Код только ваш. Потеряли — скажите учителю, он выдаст новый"),
    }


def _texts_for_teacher(sheet: CardSheet) -> dict[str, Any]:
    count = len(sheet.digits)
    return {
        "document": _("Карточки учеников, %(name)s", name=sheet.class_title),
        "count": counted(count, _("карточка|карточки|карточек")),
        "teacher": _("Учителю"),
        "steps": [
            _("Разрежьте по пунктиру: страницы можно сложить стопкой, линии совпадают."),
            _("Раздайте по журналу: номер на карточке — номер ученика в списке класса. Имён в системе нет."),
            _("Карточка служит, пока класс переходит целиком: осенью новые печатать не нужно."),
            _("Карточка потеряна или код увидели другие — выдайте новую на странице класса, старая сразу отключится."),
        ],
    }
