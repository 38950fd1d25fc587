"""Regions as data: one JSON file each. Irkutsk region ships in `reference/`, others come by `orientir region add FILE`.

Irkutsk region: 10 городских округов and 32 районы or округа (domain.md B.3). The shipped file holds no ОКТМО codes:
those are imported from the classifier, never typed by hand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orientir.db import fold
from orientir.errors import InvalidInputError
from orientir.i18n import _
from orientir.organisations.models import MunicipalityKind
from orientir.organisations.requisites import read_requisites

LARGEST_FILE = 1024 * 1024
LENGTHS = {"name": 120, "timezone": 64, "timezone_words": 64, "operator_name": 200}


@dataclass(frozen=True)
class MunicipalityReference:
    name: str
    kind: MunicipalityKind
    oktmo: str = ""


@dataclass(frozen=True)
class RegionReference:
    code: str
    name: str
    timezone: str
    timezone_words: str
    operator_name: str
    municipalities: tuple[MunicipalityReference, ...]


def read_reference(code: str) -> RegionReference:
    """Return the reference data of the region with this code; raises InvalidInputError that lists the known ones."""
    known = {reference.code: reference for reference in _shipped()}
    if code not in known:
        listed = ", ".join(f"{one.code} ({one.name})" for one in known.values())
        raise InvalidInputError(
            _("Справочника региона «%(code)s» нет. Есть: %(known)s. Другой регион добавляет файл: orientir region add.",
              code=code, known=listed),
            "code",
        )  # fmt: skip
    return known[code]


def read_file(path: Path) -> RegionReference:
    """Return the region a JSON file describes; raises InvalidInputError that says what is wrong in it."""
    if path.stat().st_size > LARGEST_FILE:
        raise InvalidInputError(_("Файл %(path)s слишком большой для справочника региона.", path=path))
    try:
        sheet = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InvalidInputError(_("Файл %(path)s — не JSON в UTF-8: %(text)s.", path=path, text=error)) from error
    return _parse(sheet)


def _shipped() -> list[RegionReference]:
    folder = files("orientir.organisations") / "reference"
    sheets = [entry for entry in folder.iterdir() if entry.name.endswith(".json")]
    return [_parse(json.loads(sheet.read_text(encoding="utf-8"))) for sheet in sorted(sheets, key=lambda one: one.name)]


def _parse(sheet: object) -> RegionReference:
    if not isinstance(sheet, dict):
        raise InvalidInputError(_("Справочник региона — объект JSON с полями code, name, timezone и другими."))
    words = {name: _word(sheet, name, most) for name, most in LENGTHS.items()}
    code = _word(sheet, "code", 2)
    if not (code.isascii() and code.isdigit() and len(code) == 2):
        raise InvalidInputError(_("Поле code: две цифры кода субъекта, например «74»."))
    _check_timezone(words["timezone"])
    rows = sheet.get("municipalities")
    if not isinstance(rows, list) or not rows:
        raise InvalidInputError(_("Поле municipalities: список муниципалитетов с полями name и kind."))
    places = tuple(_municipality(row) for row in rows)
    if len({fold(one.name) for one in places}) < len(places):
        raise InvalidInputError(_("Поле municipalities: есть два одинаковых названия."))
    return RegionReference(code=code, municipalities=places, **words)


def _municipality(row: object) -> MunicipalityReference:
    if not isinstance(row, dict) or row.get("kind") not in set(MunicipalityKind):
        kinds = ", ".join(f"{kind.value} ({kind.title})" for kind in MunicipalityKind)
        raise InvalidInputError(_("У каждого муниципалитета есть name и kind. Виды: %(kinds)s.", kinds=kinds))
    oktmo = read_requisites({"oktmo": str(row.get("oktmo", ""))}).oktmo
    if len(oktmo) not in (0, 8):
        raise InvalidInputError(_("У муниципалитета в ОКТМО 8 цифр, 11 бывает у населённого пункта."))
    return MunicipalityReference(_word(row, "name", LENGTHS["name"]), MunicipalityKind(row["kind"]), oktmo)


def _word(sheet: dict[str, Any], name: str, most: int) -> str:
    value = sheet.get(name)
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text or not text.isprintable() or len(text) > most:
        raise InvalidInputError(_("Поле %(name)s: строка до %(most)s знаков.", name=name, most=most))
    return text


def _check_timezone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInputError(
            _("Поле timezone: имя зоны IANA, например Asia/Yekaterinburg, а не «%(name)s».", name=name)
        ) from error
