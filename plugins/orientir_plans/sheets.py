"""The sheet of slips a teacher prints, cuts and hands out.

A slip carries nothing that ties it to a pupil: no number of the list, not even a number of its own. Slips lie in the
order of their codes, which is random, so their place on the sheet tells nothing either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from orientir.codes.digits import grouped
from orientir.documents.pdf import render_pdf
from orientir.documents.qr import qr_svg
from orientir.i18n import _
from orientir.web.formats import counted, day, day_full

TEMPLATE = Path(__file__).parent / "documents" / "slips.typ"
LONGEST_NAME = 180  # signs that fit into the four lines of the smallest print


@dataclass(frozen=True, slots=True)
class Slip:
    """`code` as 12 digits, `url` as the camera opens it."""

    code: str
    url: str


@dataclass(frozen=True, slots=True)
class SlipSheet:
    """`title` is what the survey is called, `address` the site as people type it, `expires_on` the last good day."""

    title: str
    school: str
    class_title: str
    address: str
    expires_on: date
    slips: tuple[Slip, ...]
    is_demo: bool


def slip_sheet(sheet: SlipSheet) -> bytes:
    """Return the PDF: A4, black and white, ten slips under the heading, then twelve a page."""
    slips = sorted(sheet.slips, key=lambda slip: slip.code)
    data = {
        "title": sheet.title,
        "school": sheet.school,
        "school_on_slip": _shortened(sheet.school),
        "class_title": sheet.class_title,
        "address": sheet.address,
        "slips": [{"code": grouped(slip.code), "qr": qr_svg(slip.url, border=0)} for slip in slips],
        "texts": _texts_on_slips(sheet) | _texts_for_teacher(sheet),
    }
    return render_pdf(TEMPLATE, data)


def _texts_on_slips(sheet: SlipSheet) -> dict[str, str]:
    return {
        "demo": _("ДЕМО") if sheet.is_demo else "",
        "expiry": _("Действует по %(day)s", day=day(sheet.expires_on)),
        "qr": _("QR-код: открывает опрос"),
        "how": _("Наведите камеру или введите код на сайте"),
        "anonymous": _("Анонимно: учитель видит только, сколько человек ответили"),
    }


def _texts_for_teacher(sheet: SlipSheet) -> dict[str, Any]:
    count = len(sheet.slips)
    codes = counted(count, _("листок|листка|листков"))
    return {
        "document": _("%(title)s: листки с кодами, %(name)s", title=sheet.title, name=sheet.class_title),
        "count": _("%(codes)s, последний день: %(day)s", codes=codes, day=day_full(sheet.expires_on)),
        "teacher": _("Учителю"),
        "steps": [
            _("Разрежьте по пунктиру: страницы можно сложить стопкой, линии совпадают."),
            _("Перемешайте и раздайте в случайном порядке. Не записывайте, кому какой листок достался."),
            _("Один листок на человека, код работает один раз. Лишние листки не раздавайте."),
            _("Вам будет видно только, сколько человек ответили."),
        ],
    }


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
